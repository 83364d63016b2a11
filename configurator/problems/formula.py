"""Reads the expressions of problem files: ``and(a == b, x + 2 * y <= 4)``, ``not a or b``, ``a => x != 'red'``.

```
formula    := either ("=>" formula)?
either     := both (("or" | "||") both)*
both       := negated (("and" | "&&") negated)*
negated    := ("not" | "!") negated | sum (("==" | "=" | "!=" | "<>" | "<" | "<=" | ">" | ">=") sum)?
sum        := product (("+" | "-") product)*
product    := factor ("*" factor)*
factor     := "-" factor | ("and" | "or" | "not") "(" formula, ... ")" | "(" formula ")" | number | 'text' | name
```
A truth counts as 1 or 0 in a sum; a number counts as a condition where it is not 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import cast

from configurator import passes
from configurator.passes import FALSE, TRUE, Operator
from configurator.problems.problem import ProblemError, refusal
from configurator.problems.values import NUMBER
from rules.diagnostics import Span
from rules.kinds import Enumeration, Kind, Quantity, Truth
from rules.naming import nearest
from rules.typed import Add, Choose, Constant, Multiply, Reference, Typed

DEEPEST = 100
"""So many levels may an expression be nested."""
_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d{1,300}(?:\.\d{1,300})?)(?![\w.])
    |(?P<name>[^\W\d][\w.$#]*(?:\[[^\]\s]*\][\w.$#]*)*)
    |(?P<text>'[^']*'|"[^"]*")
    |(?P<sign>=>|->|==|!=|<>|<=|>=|&&|\|\||[-+*()<>=!,]))""",
    re.VERBOSE,
)
_COMPARISONS: Mapping[str, Operator] = {
    "==": "=", "=": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
}  # fmt: skip
_JUNCTIONS = {"and": passes.conjunction, "&&": passes.conjunction, "or": passes.disjunction, "||": passes.disjunction}
_TRUTHS = {"true": TRUE, "True": TRUE, "false": FALSE, "False": FALSE}


@dataclass(frozen=True, slots=True)
class _Token:
    sort: str
    text: str
    column: int


def read_formula(written: str, kinds: Mapping[str, Kind], span: Span) -> Typed:
    """Read an expression over variables of these kinds as a condition; `ProblemError` with the column where it is none."""
    reader = _Reader(written, kinds, span)
    result = reader.condition(reader.formula())
    if reader.token.sort != "end":
        raise reader.refusal(f"{reader.token.text} is not expected here")
    return result


@dataclass(slots=True)
class _Reader:
    """Reads from left to right, one method a line of the grammar."""

    written: str
    kinds: Mapping[str, Kind]
    span: Span
    depth: int = 0
    token: _Token = field(init=False)

    def __post_init__(self) -> None:
        self.token = self._next(0)

    # --- tokens ---------------------------------------------------------------------------------

    def refusal(self, message: str, hint: str = "") -> ProblemError:
        return refusal(self.span, "no-formula", f"column {self.token.column + 1} of its expr: {message}", hint)

    def _next(self, start: int) -> _Token:
        found = _TOKEN.match(self.written, start)
        if found is None:
            rest = self.written[start:].lstrip()
            self.token = _Token("end", "the end", len(self.written) - len(rest))
            if rest:
                raise self.refusal(f"{rest[:10]!r} is not understood")
            return self.token
        sort = found.lastgroup or ""
        return _Token(sort, found[sort], found.start(sort))

    def take(self, *texts: str) -> str:
        """Take the next token where it is one of these; "" where it is not."""
        token = self.token
        if token.sort not in {"sign", "name"} or token.text not in texts:
            return ""
        self.token = self._next(token.column + len(token.text))
        return token.text

    def need(self, text: str) -> None:
        """Take a token that must come."""
        if not self.take(text):
            raise self.refusal(f"{text} is expected before {self.token.text}")

    # --- conditions -----------------------------------------------------------------------------

    def formula(self) -> Typed:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.refusal(f"nested deeper than {DEEPEST} levels")
        result = self._chain(lambda: self._chain(self.negated, "and", "&&"), "or", "||")
        if self.take("=>", "->"):
            result = passes.implication(self.condition(result), self.condition(self.formula()))
        self.depth -= 1
        return result

    def _chain(self, operand: Callable[[], Typed], *signs: str) -> Typed:
        result = operand()
        if self.token.text not in signs:
            return result
        operands = [self.condition(result)]
        while self.take(*signs):
            operands.append(self.condition(operand()))
        return _JUNCTIONS[signs[0]](operands)

    def negated(self) -> Typed:
        count = 0
        while self.take("not", "!"):
            count += 1
        result = self._compared()
        if not count:
            return result
        condition = self.condition(result)
        return passes.negation(condition) if count % 2 else condition

    def _compared(self) -> Typed:
        left = self._sum()
        place = self.token
        sign = self.take(*_COMPARISONS)
        if not sign:
            return left
        right = self._sum()
        if self.token.text in _COMPARISONS:
            raise self.refusal("only two values are compared at a time", "join two comparisons by and")
        return self._comparison(_COMPARISONS[sign], left, right, place)

    def _comparison(self, operator: Operator, left: Typed, right: Typed, place: _Token) -> Typed:
        texts = [isinstance(side.kind, Enumeration) for side in (left, right)]
        if any(texts):
            left, right = self._as_choice(left, place), self._as_choice(right, place)
        if isinstance(left.kind, Truth) and isinstance(right.kind, Truth) and operator in {"=", "!="}:
            return passes.comparison(operator, left, right)
        if any(texts):
            if operator not in {"=", "!="}:
                self.token = place
                raise self.refusal("texts have no order")
            return passes.comparison(operator, left, right)
        return passes.comparison(operator, self.number(left), self.number(right))

    def _as_choice(self, side: Typed, place: _Token) -> Typed:
        if isinstance(side.kind, Enumeration):
            return side
        if isinstance(side, Constant) and isinstance(side.value, Fraction):
            return Constant(Enumeration("values", ()), str(side.value))
        self.token = place
        raise self.refusal("a text is compared with something else")

    def condition(self, expression: Typed) -> Typed:
        """Return an expression as a condition: a number holds where it is not 0."""
        if isinstance(expression.kind, Truth):
            return expression
        if isinstance(expression.kind, Enumeration):
            raise self.refusal("a text stands where a condition is expected")
        return passes.comparison("!=", expression, Constant(NUMBER, Fraction(0)))

    # --- numbers --------------------------------------------------------------------------------

    def number(self, expression: Typed) -> Typed:
        """Return an expression as a number: a truth counts 1 or 0."""
        if isinstance(expression.kind, Quantity):
            return expression
        if isinstance(expression.kind, Enumeration):
            raise self.refusal("a text stands where a number is expected")
        if isinstance(expression, Constant):
            return Constant(NUMBER, Fraction(int(expression.value is True)))
        return Choose(NUMBER, expression, Constant(NUMBER, Fraction(1)), Constant(NUMBER, Fraction(0)))

    def _sum(self) -> Typed:
        result = self._product()
        terms: list[tuple[Fraction, Typed]] = []
        while sign := self.take("+", "-"):
            terms = terms or [(Fraction(1), self.number(result))]
            terms.append((Fraction(1 if sign == "+" else -1), self.number(self._product())))
        return _added(terms) if terms else result

    def _product(self) -> Typed:
        result = self._factor()
        while self.take("*"):
            left, right = self.number(result), self.number(self._factor())
            if isinstance(right, Constant):
                left, right = right, left
            if isinstance(left, Constant):
                result = _added([(cast("Fraction", left.value), right)])
            else:
                factors = left.operands if isinstance(left, Multiply) else (left,)
                result = Multiply(NUMBER, (*factors, right))
        return result

    def _factor(self) -> Typed:
        token = self.token
        if token.sort == "number":
            self.token = self._next(token.column + len(token.text))
            return Constant(NUMBER, Fraction(token.text))
        if token.sort == "text":
            self.token = self._next(token.column + len(token.text))
            return Constant(Enumeration("values", ()), token.text[1:-1])
        if self.take("-"):
            return self._negative()
        if self.take("("):
            result = self.formula()
            self.need(")")
            return result
        if sign := self.take("and", "or"):
            return _JUNCTIONS[sign](self._arguments())
        if self.take("not"):  # inside a sum
            self.need("(")
            operand = self.condition(self.formula())
            self.need(")")
            return passes.negation(operand)
        return self._name()

    def _negative(self) -> Typed:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.refusal(f"nested deeper than {DEEPEST} levels")
        result = _added([(Fraction(-1), self.number(self._factor()))])
        self.depth -= 1
        return result

    def _arguments(self) -> list[Typed]:
        self.need("(")
        if self.take(")"):
            return []
        operands = [self.condition(self.formula())]
        while self.take(","):
            operands.append(self.condition(self.formula()))
        self.need(")")
        return operands

    def _name(self) -> Typed:
        name = self.token.text
        if self.token.sort != "name":
            raise self.refusal(f"a value is expected before {name}")
        if name not in self.kinds and name not in _TRUTHS:
            raise self.refusal(f"{name} is no variable", nearest(name, self.kinds))
        self.token = self._next(self.token.column + len(name))
        return Reference(self.kinds[name], name) if name in self.kinds else _TRUTHS[name]


def _added(terms: list[tuple[Fraction, Typed]]) -> Typed:
    """Return a sum of terms times coefficients: sums inside become part of it, constants are added up."""
    flat: list[tuple[Fraction, Typed]] = []
    constant = Fraction(0)
    for coefficient, term in terms:
        for factor, inner in term.terms if isinstance(term, Add) else ((Fraction(1), term),):
            if isinstance(inner, Constant) and isinstance(inner.value, Fraction):
                constant += coefficient * factor * inner.value
            else:
                flat.append((coefficient * factor, inner))
    if not flat:
        return Constant(NUMBER, constant)
    if constant:
        flat.append((Fraction(1), Constant(NUMBER, constant)))
    return flat[0][1] if len(flat) == 1 and flat[0][0] == 1 else Add(NUMBER, tuple(flat))
