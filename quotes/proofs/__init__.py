"""What is proved of a catalog's prices before it is published: floors over all configurations, and prices that go wrong."""

from quotes.proofs.lint import Warned, price_warnings
from quotes.proofs.margin import MarginVerdict, prove_floors

__all__ = ["MarginVerdict", "Warned", "price_warnings", "prove_floors"]
