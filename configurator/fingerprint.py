"""What a ground model says, as one number: equal models have equal fingerprints in every process, different ones do not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass

_SKIPPED = frozenset({"span", "row_spans", "because"})


def fingerprint(*parts: object) -> str:
    """Return the hash of trees of frozen dataclasses, tuples, sets, mappings and scalars; places in files do not count."""
    known: dict[int, tuple[object, bytes]] = {}
    return hashlib.blake2b(b"".join(_digest(part, known) for part in parts), digest_size=32).hexdigest()


def _digest(part: object, known: dict[int, tuple[object, bytes]]) -> bytes:
    """Return the digest of a part; shared parts are looked at once, known by identity and kept alive."""
    found = known.get(id(part))
    if found is None:
        found = known[id(part)] = (part, _hashed(part, known))
    return found[1]


def _hashed(part: object, known: dict[int, tuple[object, bytes]]) -> bytes:
    whole = hashlib.blake2b(type(part).__name__.encode() + b"\0", digest_size=16)
    for piece in _pieces(part, known):
        whole.update(piece)
    return whole.digest()


def _pieces(part: object, known: dict[int, tuple[object, bytes]]) -> Iterable[bytes]:
    if isinstance(part, tuple | list):
        return [_digest(item, known) for item in part]
    if isinstance(part, frozenset | set):
        return sorted(_digest(item, known) for item in part)
    if isinstance(part, Mapping):
        return sorted(_digest(key, known) + _digest(value, known) for key, value in part.items())
    if is_dataclass(part) and not isinstance(part, type):
        return [_digest(getattr(part, field.name), known) for field in fields(part) if field.name not in _SKIPPED]
    return [str(part).encode()]
