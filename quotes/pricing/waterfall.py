"""The price of a quote: the declared sequence of phases, and the record they leave.

`price` is a pure function: no clock, no randomness, no float, nothing read back from an earlier
result. The same inputs give the same record, which carries their hash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from catalogs.model import Catalog
from catalogs.policy import Policy
from quotes.pricing.agreement import agreement
from quotes.pricing.channel import channel
from quotes.pricing.closing import extend, total
from quotes.pricing.closing_columns import extend_columns, tax_columns
from quotes.pricing.columns import FROM, Columns
from quotes.pricing.context import Context, Line
from quotes.pricing.currency import digits_of
from quotes.pricing.derived import derived
from quotes.pricing.document import document
from quotes.pricing.entitle import entitle
from quotes.pricing.hashing import block_digests, input_hash
from quotes.pricing.inputs import UNTOUCHED, Inputs
from quotes.pricing.judge import is_unjudged, judge
from quotes.pricing.laid import lay_out, list_prices
from quotes.pricing.lines import PricedLines, recorded
from quotes.pricing.listing import listing
from quotes.pricing.manual import manual
from quotes.pricing.promotions import promote
from quotes.pricing.record import Phase, PricedQuote
from quotes.pricing.scale_columns import scale_columns
from quotes.pricing.scales import scale
from quotes.pricing.sheet import Desk, PhaseFunction, Sheet, each_line
from quotes.pricing.tax import tax
from quotes.pricing.terms import term
from quotes.pricing.unit import base, configure
from quotes.pricing.unit_columns import agreement_columns, channel_columns


@dataclass(frozen=True, slots=True)
class Stage:
    """One phase of the sequence with its name in the record; it reads only what the phases before it wrote.

    `columns` does the same where the sheet holds columns; without it the phase gets a draft for every line it looks
    at. `of_quote` phases look at a quote as a whole: quotes side by side go through them one by one, unless the phase
    is `idle` on their desk. A phase that is neither treats every line by itself.
    """

    name: Phase
    run: PhaseFunction
    columns: PhaseFunction | None = None
    of_quote: bool = True
    idle: Callable[[Desk], bool] = lambda _: False

    def on(self, desk: Desk, sheet: Sheet) -> Sheet:
        """Run the phase on a sheet of either make."""
        run = self.columns if self.columns is not None and isinstance(sheet.drafts, Columns) else self.run
        return run(desk, sheet)


BASE = Stage("base", base)
CONFIGURE = Stage("configure", each_line(configure))
LIST_PRICES = Stage("base", list_prices, of_quote=False)
"""Both in one, where nothing stands between them: each distinct configuration is priced once."""
TAX = Stage("tax", tax, tax_columns)
TOTAL = Stage("total", total)

SEQUENCE: tuple[Stage, ...] = (
    Stage("entitle", entitle, idle=lambda desk: not desk.catalog.entitlements),
    BASE,
    CONFIGURE,
    Stage("scale", scale, scale_columns, of_quote=False),
    Stage("term", term, idle=lambda desk: not desk.catalog.recurring),
    Stage("agreement", agreement, agreement_columns, of_quote=False),
    Stage("promote", promote, idle=lambda desk: not desk.catalog.promotions),
    Stage("derived", derived, idle=lambda desk: not desk.catalog.percents),
    Stage("manual", manual, idle=lambda desk: not desk.inputs.adjustments),
    Stage("channel", channel, channel_columns, of_quote=False),
    Stage("extend", each_line(extend), extend_columns, of_quote=False),
    Stage("document", document, idle=lambda desk: not desk.catalog.fees),
    TAX,
    TOTAL,
    Stage("judge", judge, idle=is_unjudged),
)
"""The phases in order."""


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
    are a `ValueError`. Who prices many quotes opens a `Desk` and asks `price_on`.
    """
    return price_on(Desk.open(catalog, context, as_of, policy=policy, inputs=inputs), lines, sequence=sequence)


def price_on(desk: Desk, lines: Iterable[Line], *, sequence: Sequence[Stage] | None = None) -> PricedQuote:
    """Price the lines of a quote on a desk, with its inputs; the result is that of `price`."""
    asked = tuple(lines)
    distinct(asked)
    stages = stages_of(desk.policy) if sequence is None else tuple(sequence)
    numbers = desk.kept(listing).numbers(asked) if len(asked) >= FROM else None
    sheet = through(desk, stages, lay_out(desk, asked, numbers))
    return record(desk, sheet, input_hash(desk, names_of(stages), block_digests(desk, asked, numbers)))


def through(desk: Desk, stages: Iterable[Stage], sheet: Sheet) -> Sheet:
    """Return a sheet after some phases."""
    for stage in joined_up(stages):
        sheet = stage.on(desk, sheet)
    return sheet


def distinct(lines: Sequence[Line]) -> None:
    """Refuse two lines of one id."""
    if len({line.id for line in lines}) < len(lines):
        raise ValueError("two lines have the same id")


def record(desk: Desk, sheet: Sheet, digest: str, lines: PricedLines | None = None) -> PricedQuote:
    """Return what a sheet says after all phases; of `lines` where the sheet has none."""
    return PricedQuote(
        currency=desk.context.currency,
        minor_units=digits_of(desk.context.currency),
        lines=recorded(desk, sheet.drafts) if lines is None else lines,
        taxes=sheet.taxes,
        totals=sheet.totals,
        catalog_version=desk.catalog.version,
        input_hash=digest,
        unpriced=sheet.unpriced,
        policy=desk.policy.name,
        document=sheet.document,
        conversions=sheet.conversions,
        promotions=sheet.promotions,
        judgement=sheet.judgement,
        periods=sheet.periods,
        contract_value=sheet.contract_value,
        unmet=sheet.unmet,
    )


def stages_of(policy: Policy) -> tuple[Stage, ...]:
    """Return the phases of a policy, in its order."""
    known = {stage.name: stage for stage in SEQUENCE}
    return tuple(known[name] for name in policy.phases if name in known)


def names_of(stages: Iterable[Stage]) -> str:
    """Return the names of phases as they stand in the hash of the inputs."""
    return " ".join(stage.name for stage in stages)


def joined_up(stages: Iterable[Stage]) -> tuple[Stage, ...]:
    """Return the phases with "base" and "configure" as one where they follow each other."""
    found: list[Stage] = []
    for stage in stages:
        if stage is CONFIGURE and found and found[-1] is BASE:
            found[-1] = LIST_PRICES
        else:
            found.append(stage)
    return tuple(found)
