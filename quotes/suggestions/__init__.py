"""What else could be offered: declared rules, the solver and past sales in one ranked list, proved valid and priced exactly.

`suggest` answers for a session and one whole configuration of it by the catalog's ``suggest`` rules; `line_offers`
and `quote_offers` add all other sources for a line or a quote (a `Deal`). Nothing is offered that is not valid,
entitled, in effect and orderable as it stands.
"""

from quotes.suggestions.deal import Deal
from quotes.suggestions.declared import suggest
from quotes.suggestions.followed import Past, likely
from quotes.suggestions.offers import line_offers, quote_offers
from quotes.suggestions.shape import Offer, Wish

__all__ = ["Deal", "Offer", "Past", "Wish", "likely", "line_offers", "quote_offers", "suggest"]
