"""The hash of everything a price depends on: equal inputs, whatever their order of keys, hash equally.

Lines are hashed in blocks, so that a change of one line of many hashes one block anew; a configuration is hashed once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from configurator.fingerprint import fingerprint
from quotes.pricing.context import Line
from quotes.pricing.inputs import UNTOUCHED
from quotes.pricing.listing import listing
from quotes.pricing.ratios import Integers
from quotes.pricing.sheet import Desk

BLOCK = 256
"""So many lines are hashed together."""


def input_hash(desk: Desk, phases: str, blocks: Sequence[bytes]) -> str:
    """Return the SHA-256 of the inputs in a canonical form, as hexadecimal text."""
    whole = hashlib.sha256(desk.kept(_head))
    inputs = _UNTOUCHED if desk.inputs is UNTOUCHED else fingerprint(desk.inputs)
    whole.update(f"{inputs}\0{phases}\0".encode())
    whole.update(b"".join(blocks))
    return whole.hexdigest()


_UNTOUCHED = fingerprint(UNTOUCHED)


def _head(desk: Desk) -> bytes:
    """Return the digest of what all quotes of a desk have in common."""
    customer = {name: f"{type(value).__name__} {value}" for name, value in desk.context.attributes.items()}
    common = {
        "catalog": desk.catalog.version,
        "currency": desk.context.currency,
        "customer": customer,
        "day": desk.day.isoformat(),
        "policy": fingerprint(desk.policy),
    }
    return hashlib.sha256(json.dumps(common, sort_keys=True, ensure_ascii=True).encode()).digest()


def block_digests(desk: Desk, lines: Sequence[Line], numbers: Integers | None = None) -> tuple[bytes, ...]:
    """Return the digests of the lines, block by block; `numbers` are those of their configurations, where known."""
    book = desk.kept(listing)
    if numbers is None:
        return blocks_of(lines, b"".join([book.find(line).digest for line in lines]))
    return blocks_of(lines, book.digests()[numbers].tobytes())


def blocks_of(lines: Sequence[Line], digests: bytes) -> tuple[bytes, ...]:
    """Return the digests of the lines, block by block, from those of their configurations."""
    if len(lines) <= BLOCK:
        return (_block(lines, digests),)
    starts = range(0, len(lines), BLOCK)
    return tuple(_block(lines[at : at + BLOCK], digests[at * 32 : (at + BLOCK) * 32]) for at in starts)


def _block(lines: Sequence[Line], digests: bytes) -> bytes:
    names = ascii([line.id for line in lines])
    quantities = str([line.quantity for line in lines])
    return hashlib.sha256(f"{names}{quantities}".encode() + digests).digest()
