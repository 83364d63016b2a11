"""Published numbers as exact values, and the comparison to as many decimals as were published."""

from __future__ import annotations

from fractions import Fraction

Published = str | int | float


def exact(value: Published) -> Fraction:
    """Return a published number as it is written (a float by its shortest text)."""
    return Fraction(str(value).replace(",", ""))


def decimals(value: Published) -> int:
    return len(str(value).partition(".")[2])


def agrees(found: Fraction | int, published: Published) -> bool:
    """Say whether a value, rounded half away from zero to the decimals of a published one, is that one."""
    scaled = Fraction(found) * 10 ** decimals(published)
    size = abs(scaled)
    whole = int(size + Fraction(1, 2))
    return (-whole if scaled < 0 else whole) == exact(published) * 10 ** decimals(published)
