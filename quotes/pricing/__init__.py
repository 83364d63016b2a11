"""What a configuration costs: a pure function from catalog, customer, day and lines to a record of every step.

`price` runs the declared phases and leaves a `PricedQuote`; `objective` puts the same price of one unit before
the configurator, and `unit_total` takes its value to the net total.
"""

from quotes.pricing.context import Context, Line
from quotes.pricing.currency import write_minor, write_micros
from quotes.pricing.inputs import UNTOUCHED, Adjustment, History, Inputs, LineTerm
from quotes.pricing.many import price_many
from quotes.pricing.objective import objective, obstacle, priced_where, unit_total
from quotes.pricing.record import MICROS, PricedLine, PricedQuote, Step, TaxGroup, Totals, Unpriced
from quotes.pricing.sums import line_sums, quote_sums
from quotes.pricing.waterfall import SEQUENCE, Stage, price, price_on
from quotes.pricing.worksheet import Worksheet

__all__ = [
    "MICROS",
    "SEQUENCE",
    "UNTOUCHED",
    "Adjustment",
    "Context",
    "History",
    "Inputs",
    "Line",
    "LineTerm",
    "PricedLine",
    "PricedQuote",
    "Stage",
    "Step",
    "TaxGroup",
    "Totals",
    "Unpriced",
    "Worksheet",
    "line_sums",
    "objective",
    "obstacle",
    "price",
    "price_many",
    "price_on",
    "priced_where",
    "quote_sums",
    "unit_total",
    "write_micros",
    "write_minor",
]  # fmt: skip
