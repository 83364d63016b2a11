"""The one way amounts are rounded: half away from zero, as EN 16931 has it."""

from __future__ import annotations

from fractions import Fraction


def half_away(amount: Fraction) -> int:
    """Round to the nearest integer, halves away from zero (EN 16931-1, test text of BR-CO-17).

    >>> half_away(Fraction(5, 2)), half_away(Fraction(-5, 2)), half_away(Fraction(12, 5))
    (3, -3, 2)
    """
    size = abs(amount)
    rounded = (2 * size.numerator + size.denominator) // (2 * size.denominator)
    return -rounded if amount < 0 else rounded
