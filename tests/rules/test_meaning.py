"""Checker and evaluator together give what an interpreter of the text, written on its own, gives."""

import operator
import re
from datetime import date
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from rules import syntax
from rules.checker import Scope, check
from rules.diagnostics import Diagnostic, Span
from rules.evaluator import ABSENT, evaluate
from rules.grammar import parse_expression
from rules.kinds import Collection, Enumeration, Quantity, Record, Truth
from tests.rules.world import expression, measured

# --- an interpreter that knows nothing of kinds: absent is None, lengths are in metres -------------

Value = bool | str | Fraction | date | None
METRES = {"": Fraction(1), "%": Fraction(1, 100), "m": Fraction(1), "cm": Fraction(1, 100), "mm": Fraction(1, 1000)}
ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "!=": operator.ne}


def interpret(node, world):
    return globals()[f"_{type(node).__name__.lower()}"](node, world)


def _name(node, world) -> Value:
    return world.get(node.text, node.text)


def _number(node, _world) -> Value:
    return node.value * METRES[node.unit]


def _boolean(node, _world) -> Value:
    return node.value


def _date(node, _world) -> Value:
    return node.value


def _attribute(node, world) -> Value:
    base = interpret(node.base, world)
    return None if base is None else base[node.name.text]


def _index(node, world) -> Value:
    instances = interpret(node.base, world)
    return instances[node.index] if node.index < len(instances) else None


def _not(node, world) -> Value:
    return not interpret(node.operand, world)


def _logical(node, world) -> Value:
    truths = [bool(interpret(operand, world)) for operand in node.operands]
    return all(truths) if node.operator == "and" else any(truths)


def _requires(node, world) -> Value:
    return bool(interpret(node.right, world)) if interpret(node.left, world) else True


def _excludes(node, world) -> Value:
    return not (interpret(node.left, world) and interpret(node.right, world))


def _conditional(node, world) -> Value:
    if node.otherwise is None:
        return bool(interpret(node.value, world)) if interpret(node.condition, world) else True
    return interpret(node.value if interpret(node.condition, world) else node.otherwise, world)


def _comparison(node, world) -> Value:
    left, right = interpret(node.left, world), interpret(node.right, world)
    return left is not None and right is not None and ORDER[node.operator](left, right)


def _between(node, world) -> Value:
    low, value, high = (interpret(part, world) for part in (node.low, node.operand, node.high))
    return None not in {low, value, high} and low <= value <= high


def _membership(node, world) -> Value:
    value = interpret(node.operand, world)
    tests = []
    for item in node.members.items:
        if isinstance(item, syntax.Range):
            low, high = interpret(item.low, world), interpret(item.high, world)
            tests.append(None not in {value, low, high} and low <= value <= high)
        else:
            tests.append(value is not None and value == interpret(item, world))
    return any(tests)


def _sum(node, world) -> Value:
    terms = [(sign, interpret(term, world)) for sign, term in node.terms]
    if any(term is None for _sign, term in terms):
        return None
    return sum((term if sign == "+" else -term for sign, term in terms), Fraction(0))


def _product(node, world) -> Value:
    factors = [(sign, interpret(factor, world)) for sign, factor in node.factors]
    if any(factor is None or (sign == "/" and not factor) for sign, factor in factors):
        return None
    total = Fraction(1)
    for sign, factor in factors:
        total = total * factor if sign == "*" else total / factor
    return total


def _call(node, world) -> Value:
    arguments = [interpret(argument, world) for argument in node.arguments]
    if None in arguments:
        return None
    if node.function.text in {"min", "max"}:
        return sorted(arguments)[0 if node.function.text == "min" else -1]
    number, step = (*arguments, Fraction(1))[:2]
    whole = number // step * step
    rest = number - whole
    up = {"floor": False, "ceiling": rest > 0, "round": 2 * rest > step or (2 * rest == step and number > 0)}
    return whole + step if up[node.function.text] else whole


def _aggregate(node, world) -> Value:
    instances = interpret(node.collection, world) or ()
    worlds = [{**world, node.binder.text: one} if node.binder else world for one in instances]
    worlds = [inner for inner in worlds if node.where is None or interpret(node.where, inner)]
    if node.function == "count":
        return Fraction(len(worlds))
    values = [interpret(node.value, inner) for inner in worlds]
    if None in values or (node.function != "sum" and not values):
        return None
    return sum(values, Fraction(0)) if node.function == "sum" else sorted(values)[0 if node.function == "min" else -1]


def _quantified(node, world) -> Value:
    truths = [bool(interpret(node.body, {**world, node.binder.text: one})) for one in interpret(node.collection, world)]
    return all(truths) if node.quantifier == "all" else any(truths)


# --- texts of expressions -------------------------------------------------------------------------

CM = measured("cm")
COLOUR, SIZE = Enumeration("Colour", ("red", "gold", "blue")), Enumeration("Size", ("small", "large"))
BAG = Record("Bag", {"size": SIZE, "width": CM, "lit": Truth()})
SCOPE = Scope({
    "wifi": Truth(), "lights": Truth(), "seats": Quantity(), "doors": Quantity(), "width": CM, "height": CM,
    "colour": COLOUR, "second": COLOUR, "bags": Collection(BAG, 0, 3),
})  # fmt: skip

LEAVES = {
    "plain": ["seats", "doors", "2", "0.5", "-3", "10%", "count(bags)"],
    "length": ["width", "height", "25 cm", "3 mm", "-1 m", "bags[0].width", "bags[2].width"],
    "truth": [
        "wifi", "lights = no", "colour = red", "second in {red, gold}", "bags[1].lit", "bags[0].size = large",
        "gold = second", "colour != second",
    ],
    "inner": ["b.size = small", "b.lit", "b.width > 10 cm", "b.width in {0 cm..10 cm, width}"],
}  # fmt: skip
NUMBERS = [
    "(<N> + <N>)", "(<N> - <N> - <N>)", "(<N> * <plain>)", "(<N> / 4)", "-(<N>)", "min(<N>, <N>)", "max(<N>, <N>, <N>)",
    "(if <truth> then <N> else <N>)", "round(<N> / <plain>, 0.3<U>)", "floor(<N>, 0.3<U>)", "ceiling(<N>, 0.3<U>)",
    "round(<N>, 0.3<U>)", "sum(b in bags where <inner>: <N>)", "min(b in bags where <inner>: <N>)",
]  # fmt: skip
TRUTHS = [
    "not (<T>)", "(<T> and <T> and <T>)", "(<T> or <T>)", "(<T> requires <T>)", "(<T> excludes <T>)",
    "(if <T> then <T>)", "(if <T> then <T> else <T>)", "(<length> <relation> <length>)", "(<plain> <relation> <plain>)",
    "(<length> between <length> and <length>)", "(<plain> in {1..3, <plain>})", "(<length> in {10 cm..30 cm, <length>})",
]  # fmt: skip
FORMS = {
    "plain": [form.replace("<N>", "<plain>").replace("<U>", "") for form in NUMBERS]
    + ["count(b in bags where <inner>)"],
    "length": [form.replace("<N>", "<length>").replace("<U>", " cm") for form in NUMBERS] + ["max(b in bags: b.width)"],
    "truth": [form.replace("<T>", "<truth>") for form in TRUTHS]
    + ["(all b in bags: <inner>)", "(any b in bags: <inner>)"],
    "inner": [form.replace("<T>", "<inner>") for form in TRUTHS if "<T>" in form],
}
LEAVES["relation"] = FORMS["relation"] = sorted(ORDER)


@st.composite
def texts(draw) -> str:
    """Write an expression by filling the blanks of its form, three forms deep."""

    def fill(family: str, depth: int, bound: bool) -> str:
        leaves, forms = LEAVES[family], FORMS[family] if depth else []
        usable = [form for form in forms if not (bound and "b in bags" in form)]
        form = draw(st.sampled_from(usable or leaves)) if draw(st.booleans()) else draw(st.sampled_from(leaves))
        inside = bound or "b in bags" in form
        return re.sub("<([a-z]+)>", lambda blank: fill(blank[1], depth - 1, inside), form)

    return fill(draw(st.sampled_from(["plain", "length", "truth"])), 4, bound=False)


HALVES = st.integers(-4, 6).map(lambda k: Fraction(k, 2))
WIDTHS = st.sampled_from([Fraction(k, 100) for k in (-100, 0, 3, 10, 25, 30)])
WORLDS = st.fixed_dictionaries({
    "wifi": st.booleans(), "lights": st.booleans(), "seats": HALVES, "doors": HALVES, "width": WIDTHS,
    "height": WIDTHS, "colour": st.sampled_from(COLOUR.choices), "second": st.sampled_from(COLOUR.choices),
    "bags": st.lists(
        st.fixed_dictionaries({"size": st.sampled_from(SIZE.choices), "width": WIDTHS, "lit": st.booleans()}), max_size=3
    ).map(tuple),
})  # fmt: skip


@given(texts(), WORLDS)
@settings(max_examples=400)
def test_an_expression_means_what_its_text_says(text, world):
    node = expression(text)
    typed, problems = check(node, SCOPE)
    if typed is None:
        # A constant divisor may happen to be zero, a constant range the wrong way round, 10% face a bare number.
        codes = {"division-by-zero", "empty-range", *(["missing-unit"] if "%" in text else [])}
        assert {p.code for p in problems} <= codes, (text, problems)
        return
    expected, value = interpret(node, world), evaluate(typed, world)
    if typed.kind == Truth():
        assert (value is True) == bool(expected), text
    else:
        assert value == (ABSENT if expected is None else expected), text


LETTERS = st.text(st.sampled_from("abrds.,(){}=<>+-*/%0123456789 "), max_size=30)
VOCABULARY = """
colour red wifi seats width bags b count sum in where all any if then else not and or = != < <= + - * / ( ) { } [ 0 ]
. : , 3 cm kg % 5 between yes "" 2026-06-01 EUR floor min size
"""
WORDS = st.lists(st.sampled_from(VOCABULARY.split()), max_size=14).map(" ".join)


@given(st.one_of(LETTERS, WORDS))
@settings(max_examples=300)
def test_any_expression_that_parses_is_typed_or_has_a_problem(text):
    node, _ = parse_expression(text, Span("x.cpq", 1, 1, 1, 1))
    if node is None:
        return
    typed, problems = check(node, SCOPE)
    assert (typed is None) == bool(problems)
    assert all(isinstance(problem, Diagnostic) and problem.span.line == 1 for problem in problems)
