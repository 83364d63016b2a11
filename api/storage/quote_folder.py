"""Quotes and orders as files of one folder: written whole or not at all, an order once per quote.

A quote is ``quotes/ID.json``, immutable once written; accepting it creates ``orders/ID.json``, named
after the quote, by an exclusive link, so that of any number of acceptances exactly one makes the
order and every other one is given it.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class UnknownQuote(KeyError):  # noqa: N818 - it is a finding, not an error
    """There is no quote of this id."""


class UnknownOrder(KeyError):  # noqa: N818 - it is a finding, not an error
    """There is no order of this id."""


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """An order's text, and whether this call created it."""

    text: str
    created: bool


class QuoteFolder:
    """Quotes and orders below one folder, which is created where it is missing."""

    def __init__(self, folder: Path) -> None:
        self._quotes = folder / "quotes"
        self._orders = folder / "orders"
        for part in (self._quotes, self._orders):
            part.mkdir(parents=True, exist_ok=True)

    def add_quote(self, quote_id: str, text: str) -> bool:
        """Keep a quote; False, and nothing changed, where the id is taken."""
        return _create(self._quotes / f"{_checked(quote_id, UnknownQuote)}.json", text)

    def quote(self, quote_id: str) -> str:
        """Return a quote's text; `UnknownQuote` where there is none."""
        return _read(self._quotes, quote_id, UnknownQuote)

    def quote_ids(self) -> tuple[str, ...]:
        """Return the ids of all quotes, sorted."""
        return tuple(sorted(path.stem for path in self._quotes.glob("*.json")))

    def add_order(self, order_id: str, text: str) -> StoredOrder:
        """Keep an order, or return the one that is already there."""
        path = self._orders / f"{_checked(order_id, UnknownOrder)}.json"
        if _create(path, text):
            return StoredOrder(text, created=True)
        return StoredOrder(path.read_text(encoding="utf-8"), created=False)

    def order(self, order_id: str) -> str:
        """Return an order's text; `UnknownOrder` where there is none."""
        return _read(self._orders, order_id, UnknownOrder)

    def has_order(self, order_id: str) -> bool:
        """Say whether the order is there."""
        return bool(_ID.fullmatch(order_id)) and (self._orders / f"{order_id}.json").exists()


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file in one step: after a crash it holds the old bytes or the new ones, never a part."""
    with _written_beside(path, content) as temporary:
        temporary.replace(path)
    _sync_folder(path.parent)


def _create(path: Path, text: str) -> bool:
    with _written_beside(path, text.encode()) as temporary:
        try:
            os.link(temporary, path)
        except FileExistsError:
            return False
    _sync_folder(path.parent)
    return True


@contextlib.contextmanager
def _written_beside(path: Path, content: bytes) -> Iterator[Path]:
    temporary = path.parent / f".{secrets.token_hex(8)}.part"
    descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
    try:
        if path.exists():
            os.fchmod(descriptor, stat.S_IMODE(path.stat().st_mode))
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _checked(name: str, unknown: type[KeyError]) -> str:
    if not _ID.fullmatch(name):
        raise unknown(name)
    return name


def _read(folder: Path, name: str, unknown: type[KeyError]) -> str:
    try:
        return (folder / f"{_checked(name, unknown)}.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise unknown(name) from None
