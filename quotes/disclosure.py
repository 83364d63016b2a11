"""What a customer may read of a quote: no cost, no margin, no floor, no approval, nothing that he is not entitled to see.

Every view for a customer (JSON, document, answers over HTTP) is written from what `for_customer` leaves; the seller's
record keeps everything.
"""

from __future__ import annotations

from dataclasses import replace

from catalogs.marks import Label
from quotes.pricing.inputs import UNTOUCHED
from quotes.pricing.record import UNJUDGED, PricedLine, PricedQuote, Step
from quotes.quote import Quote, QuoteLine
from rules.diagnostics import NOWHERE

INCLUDED = Label(
    "Included", {"de": "Inbegriffen", "fr": "Compris", "es": "Incluido", "it": "Incluso", "nl": "Inbegrepen"}
)
"""What a step is called that prices something its customer does not see."""
_SELLERS = frozenset({"entitle", "judge"})


def for_customer(quote: Quote) -> Quote:
    """Return a quote as its customer may have it; one that is so already is returned as it is."""
    lines = tuple(_line(line) for line in quote.lines)
    priced = _priced(quote.priced, tuple(line.price for line in lines))
    return replace(quote, lines=lines, priced=priced, grants=(), inputs=UNTOUCHED)


def _priced(priced: PricedQuote, lines: tuple[PricedLine, ...]) -> PricedQuote:
    """Leave out what policy says about the price, and why other promotions are not applied: a floor may be why.

    A certificate of what is best for the seller states his margin; its promotions stand in the steps of the lines.
    """
    found = priced.promotions
    promotions = replace(found, rejected=()) if found is not None and found.objective == "customer" else None
    unpriced = tuple(replace(one, rule="", source=NOWHERE) for one in priced.unpriced)
    return replace(priced, lines=lines, judgement=UNJUDGED, promotions=promotions, unmet=(), unpriced=unpriced)


def _line(line: QuoteLine) -> QuoteLine:
    steps = tuple(step for one in line.price.steps if (step := _step(one, line.withheld)) is not None)
    return replace(
        line,
        options=tuple(option for option in line.options if option.path not in line.withheld),
        items=tuple(item for item in line.items if item.code not in line.withheld),
        price=replace(line.price, cost=None, steps=steps),
        withheld=frozenset(),
    )


def _step(step: Step, withheld: frozenset[str]) -> Step | None:
    """Return a step as a customer reads it; None for one that is not his business and changes nothing.

    What was not applied stays where prices are looked up (it is this customer's own lists); later phases may name
    what only the seller knows. A step that changes the price always stays: steps lead from one to the next.
    """
    if step.input == step.output and step.phase != "extend" and _is_unsaid(step, withheld):
        return None
    if step.path in withheld:
        return replace(step, rule="", label=INCLUDED, source=NOWHERE, path="", value="", cost=None, not_applied="")
    if step.phase == "manual":  # who changed the price, and why, is the seller's
        return replace(step, rule="manual", value="", cost=None)
    return replace(step, cost=None)


def _is_unsaid(step: Step, withheld: frozenset[str]) -> bool:
    if step.path in withheld or step.phase in _SELLERS:
        return True
    return bool(step.not_applied) and step.phase not in {"base", "configure", "scale"}
