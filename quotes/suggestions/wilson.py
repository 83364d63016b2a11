"""How sure a share is: the lower end of Wilson's interval, in exact fractions, so that every machine ranks alike.

E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927); R. G. Newcombe,
Two-sided confidence intervals for the single proportion (1998), method 3.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

Z = Fraction(196, 100)
"""The normal deviate of a two-sided interval of 95 percent."""
_DIGITS = 10**12


def wilson(successes: Fraction | int, trials: Fraction | int, z: Fraction = Z) -> Fraction:
    """Return a share that the true one is not below, with the confidence that `z` stands for; 0 without trials.

    The root is rounded up, by 10^-12 at most, so that the bound stays a lower bound.
    """
    if trials <= 0:
        return Fraction(0)
    n, s = Fraction(trials), Fraction(successes)
    spread = z * _root(s * (n - s) / n + z * z / 4)
    return max(Fraction(0), (s + z * z / 2 - spread) / (n + z * z))


def _root(square: Fraction) -> Fraction:
    scaled = -(-square.numerator * _DIGITS * _DIGITS // square.denominator)
    root = isqrt(scaled)
    return Fraction(root + (root * root < scaled), _DIGITS)
