"""All promotions of a quote as one optimum, proved: the phase, and what forcing one in would cost."""

from quotes.pricing.promotions.promote import loss_of, promote

__all__ = ["loss_of", "promote"]
