"""Ground models by hand and by chance, and what brute force with the reference evaluator says of them."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from fractions import Fraction

from hypothesis import strategies as st

from catalogs.marks import ALWAYS, Label
from catalogs.model import Choice, ChoiceList, NumberRange, Option, Part, TextShape
from configurator.passes import ABSENT as ABSENT_OF
from configurator.model import TEXT, Allowed, Constraint, Model, Objective, Preference, Term, Variable
from rules.diagnostics import NOWHERE
from rules.evaluator import ABSENT, evaluate, holds
from rules.kinds import Day, Enumeration, Kind, Quantity, Scalar, Textual, Truth
from rules.typed import (
    Add,
    And,
    Choose,
    Compare,
    Constant,
    Divide,
    Extremum,
    Lookup,
    Multiply,
    Not,
    Or,
    Reference,
    Round,
    Rows,
    Typed,
    Values,
    Within,
)

DAY = date(2026, 11, 21)
NUMBER = Quantity()
COLOURS = Enumeration("Colour", ("red", "green", "blue"))
WEIGHTS = {"red": Fraction(3, 2), "green": Fraction(-2), "blue": Fraction(5)}
DATES = {"red": date(2026, 1, 1), "green": date(2026, 6, 1), "blue": date(2026, 1, 1)}
NAMES = {"red": "blue", "green": "blue", "blue": "red"}


def variable(
    path: str, kind: Kind, values: Sequence[Scalar], exists: Typed | None = None, instance: str = ""
) -> Variable:
    """Make a variable over an option, or over a part where the path counts."""
    origin: Option | Part
    if path.startswith("count("):
        origin = Part(path, Label(path), "Bag", 0, len(values), NOWHERE)
    else:
        domain: ChoiceList | NumberRange | TextShape | None = None
        if isinstance(kind, Enumeration):
            names = [Choice(name, Label(name), ALWAYS, (), None, None, NOWHERE) for name in kind.choices]
            domain = ChoiceList(kind.name, Label(kind.name), kind, tuple(names), NOWHERE)
        elif isinstance(kind, Textual):
            domain = TextShape(0, 20, None)
        elif isinstance(kind, Quantity):
            domain = NumberRange(Fraction(0), Fraction(1), Fraction(1))
        origin = Option(path, Label(path), kind, domain, None, ALWAYS, (), False, None, NOWHERE)
    return Variable(path, kind, tuple(values), exists, origin, instance, None)


def model_of(
    variables: Sequence[Variable], conditions: Iterable[Typed], preferences: Sequence[Preference] = ()
) -> Model:
    """Make a model with constraints r0, r1, …"""
    constraints = tuple(Constraint(f"r{i}", "", c, Label(""), NOWHERE) for i, c in enumerate(conditions))
    index = {v.path: v for v in variables}
    return Model("v", "thing", DAY, tuple(variables), constraints, tuple(preferences), {}, index)


def numbers(*values: int | str) -> tuple[Fraction, ...]:
    return tuple(Fraction(value) for value in values)


def ref(v: Variable) -> Reference:
    return Reference(v.kind, v.path)


def num(value: int | str | Fraction) -> Constant:
    return Constant(NUMBER, Fraction(value))


# --- brute force --------------------------------------------------------------------------------


def environment(model: Model, configuration: dict[str, Scalar]) -> dict[str, object]:
    return {v.path: configuration.get(v.path, ABSENT) for v in model.variables}


def combinations(model: Model) -> list[dict[str, Scalar]]:
    """Return every combination of values in which exactly the variables that exist have one."""
    spaces = [(*v.values, *([] if v.exists is None else [None])) for v in model.variables]
    found = []
    for values in itertools.product(*spaces):
        one = {v.path: value for v, value in zip(model.variables, values, strict=True) if value is not None}
        around = environment(model, one)
        if all(v.exists is None or (holds(v.exists, around) is True) == (v.path in one) for v in model.variables):
            found.append(one)
    return found


def brute(model: Model, allowed: Allowed, constraints: Collection[int] | None = None) -> list[dict[str, Scalar]]:
    """Return every valid configuration within the restrictions."""
    chosen = range(len(model.constraints)) if constraints is None else constraints
    right = []
    for found in STANDARD if model.variables is VARIABLES else combinations(model):
        if all(found.get(path) in kept for path, kept in allowed.items()):
            around = environment(model, found)
            if all(holds(model.constraints[i].condition, around) is True for i in chosen):
                right.append(found)
    return right


def worth(objective: Objective, model: Model, configuration: dict[str, Scalar]) -> Fraction:
    around = environment(model, configuration)
    total = Fraction(0)
    for term in objective.terms:
        amount = evaluate(term.amount, around)
        if (term.when is None or holds(term.when, around) is True) and isinstance(amount, Fraction):
            total += amount
    return total


# --- by chance ----------------------------------------------------------------------------------

COUNT = variable("count(bags)", NUMBER, numbers(0, 1, 2))
BAGS = [Compare(">", ref(COUNT), num(i)) for i in range(2)]
VARIABLES = (
    variable("colour", COLOURS, ("red", "green", "blue")),
    variable("wifi", Truth(), (True, False)),
    variable("width", NUMBER, numbers("-3/2", "-1/2", "1/2", "3/2")),
    variable("size", NUMBER, numbers(1, 4)),
    variable("note", Textual(), ("", TEXT)),
    COUNT,
    variable("bags[0].load", NUMBER, numbers(1, 3), BAGS[0], "bags[0]"),
    variable("bags[0].trim", COLOURS, ("green", "blue"), BAGS[0], "bags[0]"),
    variable("bags[1].load", NUMBER, numbers(1, 3), BAGS[1], "bags[1]"),
)
INDEX = {v.path: v for v in VARIABLES}


STANDARD = combinations(model_of(VARIABLES, ()))


def _references(kind: type) -> st.SearchStrategy[Typed]:
    return st.sampled_from([ref(v) for v in VARIABLES if isinstance(v.kind, kind)])


fractions = st.builds(Fraction, st.integers(-8, 8), st.sampled_from([1, 2, 3]))
symbols = st.one_of(_references(Enumeration), st.sampled_from([Constant(COLOURS, c) for c in COLOURS.choices]))


def _ranges() -> st.SearchStrategy[Values]:
    pairs = st.tuples(fractions, fractions).map(lambda p: (min(p), max(p)))
    return st.builds(
        Values,
        st.frozensets(fractions, max_size=2),
        st.lists(pairs, max_size=2).map(tuple),
        st.sampled_from([False] * 9 + [True]),
    )


_colours = st.one_of(
    st.builds(Values, st.frozensets(st.sampled_from(COLOURS.choices), max_size=2)), st.just(Values(everything=True))
)


@st.composite
def symbolic(draw: st.DrawFn, depth: int) -> Typed:
    if depth <= 0 or draw(st.booleans()):
        return draw(symbols)
    if draw(st.booleans()):
        return Lookup(COLOURS, draw(symbolic(depth - 1)), "name", NAMES)
    return Choose(COLOURS, draw(condition(depth - 1)), draw(symbolic(depth - 1)), draw(symbolic(depth - 1)))


@st.composite
def numeric(draw: st.DrawFn, depth: int) -> Typed:
    if depth <= 0:
        return draw(st.one_of(_references(Quantity), st.builds(num, fractions)))
    inner = numeric(depth - 1)
    kind = draw(st.sampled_from(["leaf", "add", "multiply", "divide", "round", "choose", "extremum", "lookup"]))
    match kind:
        case "add":
            return Add(NUMBER, tuple(draw(st.lists(st.tuples(fractions, inner), min_size=1, max_size=4))))
        case "multiply":
            return Multiply(NUMBER, tuple(draw(st.lists(inner, min_size=2, max_size=3))))
        case "divide":
            return Divide(NUMBER, draw(inner), draw(inner))
        case "round":
            mode = draw(st.sampled_from(["floor", "ceiling", "round"]))
            return Round(NUMBER, mode, draw(inner), draw(st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(3)])))
        case "choose":
            return Choose(NUMBER, draw(condition(depth - 1)), draw(inner), draw(inner))
        case "extremum":
            guards = st.one_of(st.none(), condition(depth - 1))
            cases = st.lists(st.tuples(guards, numeric(min(depth - 1, 1))), min_size=0, max_size=3)
            return Extremum(NUMBER, draw(st.sampled_from(["min", "max"])), tuple(draw(cases)))
        case "lookup":
            return Lookup(NUMBER, draw(symbolic(depth - 1)), "weight", WEIGHTS)
        case _:
            return draw(numeric(0))


@st.composite
def condition(draw: st.DrawFn, depth: int) -> Typed:  # noqa: C901 - one case a node
    kind = draw(
        st.sampled_from(["truth", "symbol", "number", "member", "note", "day", "same", "not", "and", "or", "rows"])
    )
    operators = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
    match kind:
        case "symbol":
            return Compare(draw(st.sampled_from(["=", "!="])), draw(symbolic(depth - 1)), draw(symbolic(depth - 1)))
        case "number":
            return Compare(draw(operators), draw(numeric(depth)), draw(numeric(depth - 1)))
        case "member":
            if draw(st.booleans()):
                return Within(draw(symbolic(depth - 1)), draw(_colours))
            return Within(draw(numeric(depth)), draw(_ranges()))
        case "note":
            return Compare(draw(st.sampled_from(["=", "!="])), ref(INDEX["note"]), Constant(Textual(), ""))
        case "day":
            day = Lookup(Day(), draw(symbolic(depth - 1)), "since", DATES)
            return Compare(draw(operators), day, Constant(Day(), draw(st.sampled_from([*DATES.values()]))))
        case "same":
            left = draw(condition(depth - 1)) if depth > 0 else Constant(Truth(), draw(st.booleans()))
            return Compare(draw(st.sampled_from(["=", "!="])), left, draw(_references(Truth)))
        case "not" if depth > 0:
            return Not(draw(condition(depth - 1)))
        case "and" if depth > 0:
            return And(tuple(draw(st.lists(condition(depth - 1), max_size=3))))
        case "or" if depth > 0:
            return Or(tuple(draw(st.lists(condition(depth - 1), max_size=3))))
        case "rows":
            return draw(rows(depth))
        case _:
            return draw(_references(Truth))


@st.composite
def rows(draw: st.DrawFn, depth: int) -> Rows:
    columns, cells = [], []
    for _ in range(draw(st.integers(1, 3))):
        if draw(st.booleans()):
            columns.append(draw(numeric(min(depth - 1, 1))))
            cells.append(_ranges())
        else:
            columns.append(draw(symbolic(min(depth - 1, 1))))
            cells.append(_colours)
    body = draw(st.lists(st.tuples(*cells), min_size=0, max_size=4))
    return Rows(draw(st.sampled_from(["allow", "forbid"])), tuple(columns), tuple(body))


@st.composite
def models(draw: st.DrawFn) -> Model:
    """A model of the variables above with up to four constraints."""
    return model_of(VARIABLES, draw(st.lists(condition(3), max_size=4)))


@st.composite
def restrictions(draw: st.DrawFn) -> Allowed:
    """Restrictions of up to three variables."""
    chosen = draw(st.lists(st.sampled_from(VARIABLES), max_size=3, unique_by=lambda v: v.path))
    return {v.path: frozenset(draw(st.lists(st.sampled_from(v.values), min_size=1))) for v in chosen}


@st.composite
def objectives(draw: st.DrawFn) -> Objective:
    """Up to four terms without quotients by variables, which no engine optimises unrounded."""
    terms = st.builds(Term, st.one_of(st.none(), condition(1)), numeric(2).filter(_whole))
    return Objective(tuple(draw(st.lists(terms, max_size=4))))


def _whole(expression: Typed) -> bool:
    return "Divide" not in repr(expression)


# --- one expression a node ----------------------------------------------------------------------

WIDTH, SIZE, LOAD = (ref(INDEX[path]) for path in ("width", "size", "bags[0].load"))
COLOUR, TRIM, WIFI = (ref(INDEX[path]) for path in ("colour", "bags[0].trim", "wifi"))
MIXED = Add(NUMBER, ((Fraction(5, 3), WIDTH), (Fraction(-1, 2), SIZE), (Fraction(1, 4), LOAD)))
PICKED = Choose(COLOURS, WIFI, COLOUR, TRIM)
NODES = {
    "add": MIXED,
    "multiply": Multiply(NUMBER, (WIDTH, SIZE, MIXED)),
    "divide": Divide(NUMBER, SIZE, Add(NUMBER, ((Fraction(1), WIDTH), (Fraction(-1, 2), LOAD)))),
    "divide twice": Add(NUMBER, ((Fraction(1), Divide(NUMBER, WIDTH, SIZE)), (Fraction(2), Divide(NUMBER, SIZE, LOAD)))),
    "floor": Round(NUMBER, "floor", MIXED, Fraction(2, 3)),
    "ceiling": Round(NUMBER, "ceiling", MIXED, Fraction(2, 3)),
    "round": Round(NUMBER, "round", Add(NUMBER, ((Fraction(1), WIDTH), (Fraction(1), SIZE), (Fraction(-1), LOAD))), Fraction(1)),
    "round a quotient": Round(NUMBER, "round", Divide(NUMBER, WIDTH, LOAD), Fraction(1, 3)),
    "choose": Choose(NUMBER, Compare(">", WIDTH, SIZE), WIDTH, LOAD),
    "choose constants": Choose(NUMBER, Compare(">", MIXED, num(0)), num("1/2"), num(-2)),
    "least": Extremum(NUMBER, "min", ((Compare(">", SIZE, WIDTH), WIDTH), (WIFI, MIXED), (Compare("=", TRIM, COLOUR), LOAD))),
    "greatest": Extremum(NUMBER, "max", ((None, WIDTH), (WIFI, MIXED), (Compare("!=", TRIM, COLOUR), SIZE))),
    "lookup": Lookup(NUMBER, PICKED, "weight", WEIGHTS),
    "symbol": Lookup(COLOURS, PICKED, "name", NAMES),
    "day": Lookup(Day(), PICKED, "since", DATES),
    "rows": Rows("allow", (MIXED, PICKED), ((Values(ranges=((Fraction(-1), Fraction(1)),)), Values(frozenset({"blue"}))),
                                            (Values(everything=True), Values(frozenset({"red", "green"}))))),
    "plain rows": Rows("allow", (COLOUR, TRIM, SIZE), ((Values(frozenset({"red"})), Values(everything=True), Values(frozenset({num(1).value}))),
                                                       (Values(everything=True), Values(frozenset({"green"})), Values(ranges=((Fraction(2), Fraction(9)),))))),
    "no rows": Rows("forbid", (COLOUR, TRIM), ((Values(frozenset({"red", "green"})), Values(frozenset({"green"}))),)),
    "truth": Choose(Truth(), Compare("=", COLOUR, TRIM), WIFI, Compare(">", MIXED, num(0))),
    "absent truth": Choose(Truth(), Compare(">", LOAD, WIDTH), WIFI, ABSENT_OF(Truth())),
}  # fmt: skip


def conditions_on(node: Typed, value: Scalar) -> list[Typed]:
    """Compare a node with a value in every way in which absence shows."""
    constant = Constant(node.kind, value)
    conditions: list[Typed] = [Compare("=", node, constant), Compare("!=", node, constant)]
    if isinstance(value, Fraction):
        conditions += [Not(Compare("<", node, constant)), Within(node, Values(ranges=((value, value + 1),)))]
    return conditions
