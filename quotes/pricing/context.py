"""For whom and in what currency a price is asked, and the lines it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalogs.model import Catalog, Customer
from rules.kinds import Scalar


_BUILT_IN = ("id", "name", "country", "currency", "region", "segment", "channel")


@dataclass(frozen=True, slots=True)
class Context:
    """The buyer (None: nobody in particular) and the currency of the quote."""

    customer: Customer | None
    currency: str

    @classmethod
    def of(cls, catalog: Catalog, customer: Customer | None = None) -> Context:
        """Return the context of a buyer: in the customer's own currency, or the catalog's where none is named."""
        return cls(customer, (customer.currency if customer else "") or catalog.currency)

    @property
    def attributes(self) -> Mapping[str, Scalar]:
        """What rules may ask about the buyer, by name: what is known of the built-in fields, and the declared ones."""
        if self.customer is None:
            return {}
        built_in = {name: getattr(self.customer, name) for name in _BUILT_IN}
        return {**{name: text for name, text in built_in.items() if text}, **self.customer.attributes}


@dataclass(frozen=True, slots=True)
class Line:
    """One line to be priced: a whole configuration by path, texts as written, and a quantity of 1 or more."""

    id: str
    product: str
    configuration: Mapping[str, Scalar]
    quantity: int = 1
