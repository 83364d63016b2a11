"""Sums opened up: an expression as a weighted sum of the smallest terms, absent where one of them is."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from rules.typed import Add, Choose, Constant, Multiply, Typed

_MOST_TERMS = 4_096

Terms = list[tuple[Fraction, Typed]]


def opened(expression: Typed, coefficient: Fraction = Fraction(1)) -> Terms:
    """Return terms that add up to an expression; it is absent exactly where one of them is.

    Choices between sums and products with sums are taken apart too.
    """
    found: Terms = []
    for factor, term in _opened(expression, coefficient):
        found.append((factor, term))
        if len(found) > _MOST_TERMS:
            return [(coefficient, expression)]
    return found


def _opened(expression: Typed, coefficient: Fraction) -> Iterator[tuple[Fraction, Typed]]:
    match expression:
        case Add(terms=terms):
            for factor, term in terms:
                yield from _opened(term, coefficient * factor)
        case Choose(kind, condition, value, otherwise) if isinstance(value, Add) or isinstance(otherwise, Add):
            zero = Constant(kind, Fraction(0))
            for factor, term in _opened(value, coefficient):
                yield from _opened(Choose(kind, condition, term, zero), factor)
            for factor, term in _opened(otherwise, coefficient):
                yield from _opened(Choose(kind, condition, zero, term), factor)
        case Multiply(kind, operands) if any(isinstance(operand, Add) for operand in operands):
            place = next(i for i, operand in enumerate(operands) if isinstance(operand, Add))
            for factor, term in _opened(operands[place], coefficient):
                yield from _opened(Multiply(kind, (*operands[:place], term, *operands[place + 1 :])), factor)
        case _:
            yield coefficient, expression
