"""The price of a quote: the declared sequence of phases, and the record they leave.

`price` is a pure function: no clock, no randomness, no float, nothing read back from an earlier
result. The same inputs give the same record, which carries their hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from catalogs.model import Catalog
from catalogs.policy import Policy
from configurator.fingerprint import fingerprint
from quotes.pricing.closing import extend, tax, total
from quotes.pricing.context import Context, Line
from quotes.pricing.currency import digits_of
from quotes.pricing.inputs import UNTOUCHED, Inputs
from quotes.pricing.record import Phase, PricedLine, PricedQuote, Unpriced
from quotes.pricing.rounding import half_away
from quotes.pricing.scales import scale
from quotes.pricing.scope import buyer, spots
from quotes.pricing.sheet import Desk, Draft, PhaseFunction, Sheet, each_line
from quotes.pricing.unit import base, configure
from rules.kinds import Scalar


@dataclass(frozen=True, slots=True)
class Stage:
    """One phase of the sequence with its name in the record; it reads only what the phases before it wrote."""

    name: Phase
    run: PhaseFunction


SEQUENCE: tuple[Stage, ...] = (
    Stage("base", base),
    Stage("configure", each_line(configure)),
    Stage("scale", scale),
    Stage("extend", each_line(extend)),
    Stage("tax", tax),
    Stage("total", total),
)
"""The phases in order. Further phases (term, agreement, promote, manual, channel, document, judge) go between."""


def price(
    catalog: Catalog,
    context: Context,
    lines: Iterable[Line],
    as_of: date,
    *,
    inputs: Inputs = UNTOUCHED,
    policy: Policy | None = None,
    sequence: Sequence[Stage] | None = None,
) -> PricedQuote:
    """Price the lines of a quote for a customer on a day, by a policy (None: the catalog's own on that day).

    Lines without a price are named in `unpriced` with the reason and are in no total. Two lines of one id
    are a `ValueError`.
    """
    asked = tuple(lines)
    if len({line.id for line in asked}) < len(asked):
        raise ValueError("two lines have the same id")
    known = {component.name for component in catalog.products}
    products = frozenset(line.product for line in asked) & known
    desk = Desk.open(catalog, context, as_of, products, policy, inputs)
    stages = stages_of(desk.policy) if sequence is None else tuple(sequence)
    sheet = _laid_out(desk, asked, known)
    for stage in stages:
        sheet = stage.run(desk, sheet)
    return PricedQuote(
        currency=context.currency,
        minor_units=digits_of(context.currency),
        lines=tuple(_priced(desk, draft) for draft in sheet.drafts),
        taxes=sheet.taxes,
        totals=sheet.totals,
        catalog_version=catalog.version,
        input_hash=_hash(desk, asked, stages),
        unpriced=sheet.unpriced,
        policy=desk.policy.name,
        document=sheet.document,
        conversions=sheet.conversions,
        promotions=sheet.promotions,
        judgement=sheet.judgement,
        periods=sheet.periods,
        contract_value=sheet.contract_value,
    )


def stages_of(policy: Policy) -> tuple[Stage, ...]:
    """Return the phases of a policy, in its order."""
    known = {stage.name: stage for stage in SEQUENCE}
    return tuple(known[name] for name in policy.phases if name in known)


def _laid_out(desk: Desk, lines: tuple[Line, ...], known: set[str]) -> Sheet:
    drafts: list[Draft] = []
    unpriced: list[Unpriced] = []
    around = {"customer": buyer(desk.catalog, desk.context)}
    for line in lines:
        if line.product not in known:
            unpriced.append(Unpriced(line.id, f"the catalog has no product {line.product}"))
        elif line.quantity < 1:
            unpriced.append(Unpriced(line.id, f"a quantity of {line.quantity} has no price"))
        else:
            sees = {**around, "quantity": Fraction(line.quantity)}
            found = tuple(spots(desk.catalog, line.product, line.configuration, sees))
            drafts.append(Draft(line, found))
    return Sheet(tuple(drafts), unpriced=tuple(unpriced))


def _priced(desk: Desk, draft: Draft) -> PricedLine:
    quantity = draft.line.quantity
    cost = None if draft.cost is None else half_away(draft.cost * quantity * desk.minor)
    return PricedLine(
        id=draft.line.id,
        quantity=quantity,
        list_unit=draft.list_unit,
        net_unit=draft.unit,
        list=draft.list,
        net=draft.net,
        discount=draft.list - draft.net,
        tax_category=draft.tax_category,
        tax_rate=draft.tax_rate,
        steps=draft.steps,
        cost=cost,
        allocated=draft.allocated,
        periods=draft.periods,
    )


def _hash(desk: Desk, lines: tuple[Line, ...], stages: Sequence[Stage]) -> str:
    """Return the SHA-256 of the inputs in a canonical form: equal inputs, whatever their order of keys, hash equally."""
    inputs = {
        "catalog": desk.catalog.version,
        "currency": desk.context.currency,
        "customer": _texts(desk.context.attributes),
        "day": desk.day.isoformat(),
        "policy": fingerprint(desk.policy),
        "inputs": fingerprint(desk.inputs),
        "phases": [stage.name for stage in stages],
        "lines": [[one.id, one.product, one.quantity, _texts(one.configuration)] for one in lines],
    }
    return hashlib.sha256(json.dumps(inputs, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def _texts(values: Mapping[str, Scalar]) -> dict[str, str]:
    return {name: f"{type(value).__name__} {value}" for name, value in values.items()}
