"""A quote as JSON and back: what is read equals what was written."""

from quotes.exchange.forms import Json
from quotes.exchange.pricing import LINE_PHASES
from quotes.exchange.quote import FORMAT, as_json, read_quote, write_quote

__all__ = ["FORMAT", "LINE_PHASES", "Json", "as_json", "read_quote", "write_quote"]
