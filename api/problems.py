"""Errors of the HTTP door as RFC 9457 problem documents, one stable type per kind of mistake."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

log = logging.getLogger("cpq.api")

MEDIA_TYPE = "application/problem+json"


class Finding(BaseModel):
    """One thing that is wrong in a request."""

    code: str = Field(description="Stable name of the mistake.", examples=["unknown-option"])
    pointer: str = Field(description="JSON pointer into the request body (RFC 6901).", examples=["/choices/colour"])
    detail: str = Field(description="What is wrong, as a sentence.")
    hint: str = Field(default="", description="How to mend it, where that is known.")


class ProblemDocument(BaseModel):
    """A problem (RFC 9457)."""

    type: str = Field(description="Stable relative URI of the kind of problem.", examples=["/problems/unknown-product"])
    title: str
    status: int
    detail: str
    instance: str = Field(description="The path that was asked.")
    errors: list[Finding] = Field(default_factory=list)


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it so
    """A request that cannot be answered, with its HTTP status and a stable type."""

    def __init__(self, status: int, kind: str, detail: str, errors: Sequence[Finding] = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.errors = list(errors)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route that may answer these statuses, besides those every route may."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
    return {
        status: {"model": ProblemDocument, "description": HTTPStatus(status).phrase, "content": content}
        for status in sorted({*statuses, 400, 500})
    }


def install(app: FastAPI) -> None:
    """Turn every error of the application into a problem document."""
    app.add_exception_handler(Problem, _own)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def respond(
    path: str,
    status: int,
    kind: str,
    detail: str,
    errors: Sequence[Finding] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Build the answer of one problem."""
    document = ProblemDocument(
        type=f"/problems/{kind}",
        title=kind.replace("-", " ").capitalize(),
        status=status,
        detail=detail,
        instance=path,
        errors=list(errors),
    )
    return JSONResponse(document.model_dump(), status, dict(headers or {}), media_type=MEDIA_TYPE)


async def _own(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, Problem):
        raise error
    return respond(request.url.path, error.status, error.kind, error.detail, error.errors)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    findings = [
        Finding(code=item["type"].replace("_", "-"), pointer=_pointer(item["loc"]), detail=item["msg"])
        for item in error.errors()
    ]
    if any(finding.code == "json-invalid" for finding in findings):
        return respond(request.url.path, 400, "malformed-json", "The request body is not valid JSON.", findings)
    return respond(request.url.path, 422, "invalid-request", "The request does not have the expected form.", findings)


def _pointer(location: Sequence[int | str]) -> str:
    steps = location[1:] if location and location[0] in {"body", "query", "path", "header"} else location
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


async def _http(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    phrase = HTTPStatus(error.status_code).phrase
    kind = phrase.lower().replace(" ", "-")
    detail = error.detail if error.detail != phrase else f"{phrase}: {request.method} {request.url.path}"
    return respond(request.url.path, error.status_code, kind, detail, headers=error.headers)


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("unexpected error on %s %s", request.method, request.url.path, exc_info=error)
    return respond(request.url.path, 500, "internal-error", "Something went wrong here; it has been logged.")
