"""Why a price is what it is: views of the price record as prose, table, JSON and picture, and the difference of two.

Nothing is computed here that the record does not hold: every number that is written is a number of the record, or
the difference of two of them.
"""

from quotes.explanation.difference import Change, Difference, difference
from quotes.explanation.picture import waterfall_picture
from quotes.explanation.prose import tell_difference, tell_line, tell_quote
from quotes.explanation.table import line_table, waterfall_json

__all__ = [
    "Change",
    "Difference",
    "difference",
    "line_table",
    "tell_difference",
    "tell_line",
    "tell_quote",
    "waterfall_json",
    "waterfall_picture",
]
