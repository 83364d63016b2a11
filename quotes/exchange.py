"""A quote as JSON and back: what is read equals what was written; its format is `quotes.writing`'s."""

from quotes.recall import read_quote
from quotes.writing import FORMAT, Json, as_json, without_costs, write_quote

__all__ = ["FORMAT", "Json", "as_json", "read_quote", "without_costs", "write_quote"]
