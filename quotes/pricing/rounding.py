"""How amounts are rounded to whole units: half away from zero as EN 16931 has it, and the other modes a policy may name."""

from __future__ import annotations

from fractions import Fraction

from catalogs.policy import Rounding


def half_away(amount: Fraction) -> int:
    """Round to the nearest integer, halves away from zero (EN 16931-1, test text of BR-CO-17).

    >>> half_away(Fraction(5, 2)), half_away(Fraction(-5, 2)), half_away(Fraction(12, 5))
    (3, -3, 2)
    """
    size = abs(amount)
    rounded = (2 * size.numerator + size.denominator) // (2 * size.denominator)
    return -rounded if amount < 0 else rounded


def rounded(amount: Fraction, mode: Rounding = "half away") -> int:
    """Round to an integer as a policy says: `up` is away from zero, `down` towards it, `half up` towards plus infinity.

    >>> [rounded(Fraction(-5, 2), mode) for mode in ("half even", "half up", "half down", "up", "down")]
    [-2, -2, -2, -3, -2]
    """
    if mode == "half away":
        return half_away(amount)
    floor, part = divmod(amount.numerator, amount.denominator)
    twice = 2 * part - amount.denominator
    if mode == "up":
        over = part > 0 and amount > 0
    elif mode == "down":
        over = part > 0 and amount < 0
    elif twice:
        over = twice > 0
    else:
        over = {"half up": True, "half even": floor % 2 == 1, "half down": amount < 0}[mode]
    return floor + over


def rounded_to(amount: Fraction, digits: int, mode: Rounding = "half away") -> Fraction:
    """Round to a number of decimals; a negative number of them rounds to tens, hundreds and so on.

    >>> rounded_to(Fraction("12.345"), 2), rounded_to(Fraction(6628), -2, "up")
    (Fraction(247, 20), Fraction(6700, 1))
    """
    scale = Fraction(10) ** digits
    return rounded(amount * scale, mode) / scale
