"""What guards every request before it reaches a route: host, body size, security headers."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import respond

MOST_BODY_BYTES = 1_000_000
"""The largest request body that is read."""

_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_DOCS_POLICY = _POLICY.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'").replace(
    "style-src 'self'", "style-src 'self' 'unsafe-inline'"
)


class Edge:
    """Refuses foreign host names (DNS rebinding) and oversized bodies; adds security headers to every answer."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        guarded = _with_headers(send, _DOCS_POLICY if scope["path"] == "/docs" else _POLICY)
        headers = Headers(scope=scope)
        host = headers.get("host", "").rsplit(":", 1)[0] if "]" not in headers.get("host", "")[-1:] else headers["host"]
        if host not in self._hosts:
            refusal = respond(
                scope["path"], 400, "unknown-host", "This service answers on this machine's own address only."
            )
            await refusal(scope, receive, guarded)
            return
        body = await _read_body(receive, headers.get("content-length", "0"))
        if body is None:
            detail = f"A request body may have {MOST_BODY_BYTES} bytes at the most."
            await respond(scope["path"], 413, "body-too-large", detail)(scope, receive, guarded)
            return
        await self._app(scope, _replay(body, receive), guarded)


async def _read_body(receive: Receive, announced: str) -> bytes | None:
    if not announced.isdigit() or int(announced[:20]) > MOST_BODY_BYTES:
        return None
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > MOST_BODY_BYTES:
            return None
        if not message.get("more_body", False):
            return body


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting = [body]

    async def again() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return again


def _with_headers(send: Send, policy: str) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["content-security-policy"] = policy
            headers["x-content-type-options"] = "nosniff"
            headers["referrer-policy"] = "no-referrer"
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return guarded
