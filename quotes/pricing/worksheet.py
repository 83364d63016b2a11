"""A quote that is being worked on: after a change of one line only that line is looked at anew, whatever the others are.

Configurations, quantities and hashes of the other lines are kept; the numbers of all phases run again over all lines,
so that what one line changes for others (a scale over the quote, an amount spread over it) needs no rule of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


from quotes.pricing.columns import FROM
from quotes.pricing.context import Line
from quotes.pricing.hashing import BLOCK, block_digests, input_hash
from quotes.pricing.laid import MOST, Laid, lay_out, product_names
from quotes.pricing.listing import listing
from quotes.pricing.ratios import Integers, integers
from quotes.pricing.record import PricedQuote
from quotes.pricing.sheet import Desk, Sheet
from quotes.pricing.waterfall import Stage, distinct, names_of, record, stages_of, through


@dataclass(frozen=True, slots=True)
class Worksheet:
    """The lines of a quote on a desk, and their price, which is that of `price`."""

    desk: Desk
    lines: tuple[Line, ...]
    quote: PricedQuote
    _numbers: Integers
    _quantities: Integers
    _blocks: tuple[bytes, ...]
    _plain: bool
    _places: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, desk: Desk, lines: Iterable[Line]) -> Worksheet:
        """Price the lines of a quote."""
        asked = tuple(lines)
        distinct(asked)
        numbers = desk.kept(listing).numbers(asked)
        quantities = integers([line.quantity for line in asked])
        blocks = block_digests(desk, asked, numbers)
        sheet = lay_out(desk, asked, numbers if len(asked) >= FROM else None)
        plain = isinstance(sheet.drafts, Laid) and sheet.drafts.quantities is not None and not sheet.unpriced
        return cls(desk, asked, _priced(desk, sheet, blocks), numbers, quantities, blocks, plain)

    def changed(self, line: Line) -> Worksheet:
        """Return the worksheet with another line in the place of that with its id; `KeyError` where there is none."""
        if not self._places:
            self._places.update(zip((one.id for one in self.lines), range(len(self.lines)), strict=True))
        place = self._places[line.id]
        lines = (*self.lines[:place], line, *self.lines[place + 1 :])
        if (
            not self._plain
            or not 0 < line.quantity < MOST // len(lines)
            or line.product not in self.desk.kept(product_names)
        ):
            return Worksheet.of(self.desk, lines)
        numbers, quantities = self._numbers.copy(), self._quantities.copy()
        numbers[place], quantities[place] = self.desk.kept(listing).find(line).number, line.quantity
        first = place // BLOCK * BLOCK
        block = block_digests(self.desk, lines[first : first + BLOCK], numbers[first : first + BLOCK])
        blocks = (*self._blocks[: place // BLOCK], *block, *self._blocks[place // BLOCK + 1 :])
        priced = _priced(self.desk, Sheet(Laid(self.desk, lines, numbers, quantities)), blocks)
        return Worksheet(self.desk, lines, priced, numbers, quantities, blocks, self._plain, self._places)


def _priced(desk: Desk, sheet: Sheet, blocks: tuple[bytes, ...]) -> PricedQuote:
    stages: tuple[Stage, ...] = stages_of(desk.policy)
    return record(desk, through(desk, stages, sheet), input_hash(desk, names_of(stages), blocks))
