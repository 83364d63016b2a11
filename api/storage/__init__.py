"""Where quotes and orders are kept: one folder of JSON files."""

from api.storage.quote_folder import QuoteFolder, StoredOrder, UnknownOrder, UnknownQuote

__all__ = ["QuoteFolder", "StoredOrder", "UnknownOrder", "UnknownQuote"]
