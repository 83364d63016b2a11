"""What else could be offered: the catalog's ``suggest`` rules, proved valid and priced exactly.

`suggest` answers for a session and one whole configuration of it; nothing is offered that is not valid, in
effect and priced, and nothing that is fulfilled already.
"""

from quotes.suggestions.declared import suggest

__all__ = ["suggest"]
