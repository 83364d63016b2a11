"""Orders: an accepted quote with its bill of materials, ready for order capture.

`accept` makes the Order, `write_order` writes it as a TMF622 product order.
"""

from quotes.orders.order import NotOrderableError, Order, OrderItem, OrderLine, QuoteExpiredError, accept
from quotes.orders.product_order import Version, product_order, write_order

__all__ = [
    "NotOrderableError", "Order", "OrderItem", "OrderLine", "QuoteExpiredError", "Version", "accept", "product_order",
    "write_order",
]  # fmt: skip
