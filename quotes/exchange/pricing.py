"""The forms of a price record: lines with their steps, taxes, charges, promotions, judgement, totals."""

from __future__ import annotations

from typing import Any, Final, get_args

from quotes.exchange.forms import (
    AMOUNT, DAY, LABEL, LONG, RATIO, SPAN, SWITCH, UNIT, UNIT_PLACES, Form, Json, by_name, many, one_of, optional, pair, record,
    text, whole,
)  # fmt: skip
from quotes.pricing.inputs import Adjustment, History, Inputs, LineTerm
from quotes.pricing.record import (
    UNJUDGED, Applied, Certificate, Conversion, DocumentAmount, Judged, Judgement, Measure, PeriodPrice, PeriodTotal,
    Phase, PricedLine, Rejected, Step, TaxGroup, Totals, Unmet, Unpriced,
)  # fmt: skip
from quotes.reading import Node, fixed_point
from rules.diagnostics import NOWHERE

LINE_PHASES = frozenset({"extend", "document", "tax", "total", "judge"})
"""Phases whose amounts are of the line, in minor units; the others' are of one unit, in micros."""

_NAME: Final = text()
_LONG: Final = text(LONG)
_PHASE: Final = one_of(get_args(Phase))
_PERIOD: Final = ("month", "year", "use")


def step_places(phase: Phase, places: int) -> tuple[int, int]:
    """Return the decimals of a step's input and output: "extend" leads from a unit price to the line's amount."""
    of_line = phase in LINE_PHASES
    before = places if of_line and phase != "extend" else UNIT_PLACES
    return before, places if of_line else UNIT_PLACES


_FIXED: Final[Form[int]] = Form(fixed_point, lambda node, places: node.fixed(places))
_STEP: Final[dict[str, Form[Any]]] = {
    "phase": _PHASE,
    "rule": _NAME,
    "label": LABEL,
    "operator": one_of(("set", "add", "percent", "times", "round")),
    "operand": RATIO,
    "input": _FIXED,
    "output": _FIXED,
    "residue": RATIO,
    "source": SPAN,
    "path": _LONG,
    "value": _LONG,
    "cost": optional(UNIT),
    "not_applied": _LONG,
}


def _write_step(step: Step, places: int) -> Json:
    before, after = step_places(step.phase, places)
    rooms = {"input": before, "output": after}
    return {name: form.write(getattr(step, name), rooms.get(name, places)) for name, form in _STEP.items()}


def _read_step(node: Node, places: int) -> Step:
    m = node.members(tuple(_STEP))
    before, after = step_places(_PHASE.read(m["phase"], places), places)
    rooms = {"input": before, "output": after}
    return Step(**{name: form.read(m[name], rooms.get(name, places)) for name, form in _STEP.items()})


STEP: Final[Form[Step]] = Form(_write_step, _read_step)

_PERIOD_PRICE: Final = record(
    PeriodPrice,
    {
        "name": _NAME, "label": LABEL, "period": one_of(_PERIOD), "start": DAY, "end": DAY, "part": RATIO,
        "net": AMOUNT, "source": SPAN,
    },
)  # fmt: skip

_LINE: Final[dict[str, Form[Any]]] = {
    "list_unit": UNIT,
    "net_unit": UNIT,
    "list": AMOUNT,
    "net": AMOUNT,
    "discount": AMOUNT,
    "tax_category": _NAME,
    "tax_rate": RATIO,
    "cost": optional(AMOUNT),
    "steps": many(STEP),
}
_LINE_LATER: Final[dict[str, tuple[Form[Any], object]]] = {
    "allocated": (AMOUNT, 0),
    "tax": (AMOUNT, 0),
    "periods": (many(_PERIOD_PRICE), ()),
}


def write_line(line: PricedLine, places: int) -> Json:
    """Write the price of a line without its id and quantity, which stand beside it."""
    forms = {**_LINE, **{name: form for name, (form, _) in _LINE_LATER.items()}}
    return {name: form.write(getattr(line, name), places) for name, form in forms.items()}


def read_line(node: Node, name: str, quantity: int, places: int) -> PricedLine:
    """Read the price of a line."""
    return record(
        lambda **values: PricedLine(id=name, quantity=quantity, **values), _LINE, _LINE_LATER
    ).read(node, places)  # fmt: skip


TAX: Final = record(
    TaxGroup,
    {"category": _NAME, "rate": RATIO, "taxable": AMOUNT, "tax": AMOUNT},
    {"code": (_NAME, "S"), "reason": (optional(LABEL), None)},
)

DOCUMENT: Final = record(
    DocumentAmount,
    {
        "kind": one_of(("charge", "allowance")), "name": _NAME, "label": LABEL, "amount": AMOUNT, "base": AMOUNT,
        "rate": optional(RATIO), "tax_category": _NAME, "tax_rate": RATIO, "shares": many(AMOUNT), "tax": AMOUNT,
        "source": SPAN,
    },
)  # fmt: skip

_TOTALS: Final = record(
    Totals,
    {"list": AMOUNT, "discount": AMOUNT, "net": AMOUNT, "tax": AMOUNT, "gross": AMOUNT},
    {
        "allowances": (AMOUNT, 0),
        "charges": (AMOUNT, 0),
        "taxable": (AMOUNT, None),
        "prepaid": (AMOUNT, 0),
        "rounding": (AMOUNT, 0),
        "payable": (AMOUNT, None),
        "inclusive": (SWITCH, False),
    },
)


def _read_totals(node: Node, places: int) -> Totals:
    """Read totals; those written before there were charges have all of the net taxed and all of the gross to be paid."""
    read = _TOTALS.read(node, places)
    found = {name: getattr(read, name) for name in _TOTAL_NAMES}
    found["taxable"] = read.net if read.taxable is None else read.taxable
    found["payable"] = read.gross if read.payable is None else read.payable
    return Totals(**found)


_TOTAL_NAMES = (
    "list", "discount", "net", "tax", "gross", "allowances", "charges", "taxable", "prepaid", "rounding", "payable",
    "inclusive",
)  # fmt: skip
TOTALS: Final[Form[Totals]] = Form(_TOTALS.write, _read_totals)

CONVERSION: Final = record(
    Conversion, {"base": _NAME, "currency": _NAME, "rate": RATIO, "day": DAY, "source": _LONG, "span": SPAN}
)

CERTIFICATE: Final = record(
    Certificate,
    {
        "objective": one_of(("customer", "seller", "priority")),
        "value": AMOUNT,
        "bound": AMOUNT,
        "proved": SWITCH,
        "method": _NAME,
        "applied": many(
            record(
                Applied,
                {
                    "name": _NAME, "label": LABEL, "times": whole(0), "saving": AMOUNT,
                    "by_line": many(pair(_NAME, AMOUNT)), "source": SPAN,
                },
            )
        ),
        "rejected": many(
            record(
                Rejected,
                {"name": _NAME, "label": LABEL, "reason": _LONG, "loss": optional(AMOUNT), "source": SPAN},
            )
        ),
    },
)  # fmt: skip

MEASURE: Final = record(
    Measure, {"name": _NAME, "value": optional(RATIO), "text": _LONG, "worse": one_of(("more", "less", "other"))}
)
_JUDGED: Final = record(
    Judged,
    {
        "kind": one_of(("floor", "approval")), "name": _NAME, "line": _NAME, "because": LABEL, "needs": many(_NAME),
        "mode": one_of(("all of", "any of")), "measures": many(MEASURE), "source": SPAN,
    },
)  # fmt: skip
JUDGEMENT: Final = record(
    Judgement, {"broken": many(_JUDGED), "needed": many(_JUDGED), "approvers": many(_NAME)}
)  # fmt: skip

UNPRICED: Final = record(
    Unpriced,
    {"line": _NAME, "reason": _LONG},
    {"code": (_NAME, "no-price"), "rule": (_NAME, ""), "source": (SPAN, NOWHERE)},
    quiet=frozenset({"rule", "source"}),
)
UNMET: Final = record(
    Unmet, {"line": _NAME, "kind": one_of(("percent", "amount", "price", "total")), "value": RATIO, "reason": _LONG}
)
PERIOD_TOTAL: Final = record(
    PeriodTotal,
    {"period": one_of(("once", *_PERIOD)), "start": optional(DAY), "end": optional(DAY), "net": AMOUNT},
)
RECORD: Final[dict[str, tuple[Form[Any], object]]] = {
    "policy": (_NAME, "standard"),
    "conversions": (many(CONVERSION), ()),
    "promotions": (optional(CERTIFICATE), None),
    "judgement": (JUDGEMENT, UNJUDGED),
    "periods": (many(PERIOD_TOTAL), ()),
    "contract_value": (AMOUNT, 0),
    "unmet": (many(UNMET), ()),
}
"""What a price record says besides lines, taxes, charges and totals."""

_USED: Final = by_name(whole(0))
_ADJUSTMENT: Final = record(
    Adjustment,
    {
        "line": _NAME, "kind": one_of(("percent", "amount", "price", "total")), "value": RATIO, "by": _NAME,
        "reason": _LONG,
    },
)  # fmt: skip
_TERM: Final = record(
    LineTerm,
    {
        "start": optional(DAY), "end": optional(DAY), "periods": optional(whole(1)), "usage": by_name(RATIO),
        "anchor": optional(DAY), "paid": by_name(AMOUNT),
    },
)  # fmt: skip
INPUTS: Final = record(
    Inputs,
    {
        "adjustments": many(_ADJUSTMENT),
        "coupons": many(_NAME),
        "terms": by_name(_TERM),
        "history": record(History, {"used": _USED, "used_in_all": _USED, "spent": by_name(AMOUNT), "bought": _USED}),
        "prepaid": AMOUNT,
        "author": _NAME,
        "purpose": one_of(("sale", "display", "internal")),
    },
)
