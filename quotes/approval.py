"""Approvals of a quote: who has agreed to what, what is still open, and when what was agreed to no longer stands.

A grant is bound to the record it was given for, by its digest, and to the quantities that were judged. It stands for
another revision as long as none of these got worse: a smaller discount needs no new signature, a deeper one does.
Grants are only ever added; who gave one, for what and when is never changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from catalogs.effectivity import in_effect
from catalogs.model import Catalog
from configurator.fingerprint import fingerprint
from quotes.pricing.record import Judged, Measure, PricedQuote


@dataclass(frozen=True, slots=True)
class Grant:
    """One agreement: to an approval on a line ("" the quote), in a role, by a person on a day, for a record."""

    name: str
    line: str
    role: str
    person: str
    day: date
    digest: str
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Open:
    """An approval that still waits: `missing` are the roles that have not agreed; with "any of" one of them is enough.

    `stale` are the grants that were given for something better.
    """

    judged: Judged
    missing: tuple[str, ...]
    stale: tuple[Grant, ...]


def digest_of(priced: PricedQuote) -> str:
    """Return the digest of what is approved: the inputs of the price, and every amount that came of them."""
    amounts = tuple((line.id, line.net, line.allocated) for line in priced.lines)
    return fingerprint(priced.input_hash, priced.totals, amounts)


def open_approvals(priced: PricedQuote, grants: Sequence[Grant]) -> tuple[Open, ...]:
    """Return what a priced quote still needs, in the order of its judgement."""
    by_place: dict[tuple[str, str], list[Grant]] = {}
    for grant in grants:
        by_place.setdefault((grant.name, grant.line), []).append(grant)
    found = (_open(judged, by_place.get((judged.name, judged.line), [])) for judged in priced.judgement.needed)
    return tuple(one for one in found if one is not None)


def _open(judged: Judged, given: Sequence[Grant]) -> Open | None:
    standing = {grant.role for grant in given if not is_worse(grant.measures, judged.measures)}
    missing = tuple(role for role in judged.needs if role not in standing)
    if not missing or (judged.mode == "any of" and len(missing) < len(judged.needs)):
        return None
    stale = tuple(grant for grant in given if grant.role in missing)
    return Open(judged, missing, stale)


def is_worse(before: Sequence[Measure], now: Sequence[Measure]) -> bool:
    """Say whether some quantity got worse; one that was not judged before is worse."""
    known = {(one.name, one.worse): one for one in before}
    return any((one.name, one.worse) not in known or _got_worse(known[one.name, one.worse], one) for one in now)


def _got_worse(before: Measure, now: Measure) -> bool:
    if before.value is None or now.value is None or now.worse == "other":
        return (before.value, before.text) != (now.value, now.text)
    return now.value > before.value if now.worse == "more" else now.value < before.value


def roles_of(catalog: Catalog, person: str, day: date) -> frozenset[str]:
    """Return the roles a person may agree in on a day: the one of that name, and those delegated to the person."""
    delegated = {one.role for one in in_effect(catalog.delegations, day) if one.by == person}
    return frozenset({person, *delegated})


def grants_by(
    person: str, roles: Iterable[str], priced: PricedQuote, given: Sequence[Grant], day: date
) -> tuple[Grant, ...]:
    """Return what a person agrees to who agrees to everything open that their roles may; nothing where there is none."""
    mine, digest = frozenset(roles), digest_of(priced)
    return tuple(
        Grant(one.judged.name, one.judged.line, role, person, day, digest, one.judged.measures)
        for one in open_approvals(priced, given)
        for role in one.missing
        if role in mine
    )
