"""Problem files as models: what they mean, and what is said of files that mean nothing."""

import gzip
import itertools
import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogs.model import ChoiceList, NumberRange, Option
from configurator.conflict import minimal_conflict
from configurator.engines.cp_sat import CpSatEngine
from configurator.engines.enumeration import EnumerationEngine
from configurator.model import Model
from configurator.problems import Problem, ProblemError, parse_problem, read_problem, read_value
from rules.evaluator import holds
from rules.kinds import Enumeration, Quantity, Truth
from rules.typed import And, Compare, Not, Or, Reference, Rows


def problem(variables: object, *constraints: object, **more: object) -> Problem:
    text = json.dumps({"variables": variables, "constraints": list(constraints), **more})
    return parse_problem("small.json", text.encode())


def solutions(model: Model) -> int:
    count = EnumerationEngine(model).count({}).value
    assert count is not None
    return count


def by_hand(model: Model) -> int:
    """Count by the reference evaluator."""
    paths = [variable.path for variable in model.variables]
    states = (
        dict(zip(paths, values, strict=True)) for values in itertools.product(*(v.values for v in model.variables))
    )
    return sum(all(holds(c.condition, state) is True for c in model.constraints) for state in states)


# --- tables -------------------------------------------------------------------------------------


def test_values_keep_their_order_and_their_sort() -> None:
    read = problem({"n": [3, -1, 0.5], "t": ["red", "blue"], "y": [True, False], "mixed": [0, "none"]})
    n, t, y, mixed = read.model.variables
    assert n.values == (Fraction(3), Fraction(-1), Fraction(1, 2))
    assert n.kind == Quantity()
    assert t.values == ("red", "blue")
    assert isinstance(t.origin, Option)
    assert isinstance(t.origin.domain, ChoiceList)
    assert y.values == (True, False)
    assert y.kind == Truth()
    assert mixed.values == ("0", "none")
    assert isinstance(mixed.kind, Enumeration)
    assert solutions(read.model) == 3 * 2 * 2 * 2


def test_a_table_allows_its_rows_and_shares_its_cells() -> None:
    read = problem(
        {"a": [0, 1, -1], "b": [10, 20]},
        {"name": "first", "scope": ["a", "b"], "allowed": [[0, 10], [-1, 20], [0, 20]]},
        {"scope": ["b", "a"], "allowed": [[20, 0], [20, -1]]},
    )
    first, second = read.model.constraints
    assert (first.rule, second.rule) == ("first", "c2")
    assert isinstance(first.condition, Rows)
    assert isinstance(second.condition, Rows)
    assert first.condition.rows[0][0] is first.condition.rows[2][0] is second.condition.rows[0][1]
    assert solutions(read.model) == by_hand(read.model) == 2


def test_a_row_with_an_unknown_value_allows_nothing() -> None:
    read = problem({"a": [0, 1], "b": [0, 1]}, {"scope": ["a", "b"], "allowed": [[0, 7], [1, 0]]})
    assert solutions(read.model) == 1


def test_a_variable_twice_in_a_scope_is_one_variable() -> None:
    table = {"scope": ["a", "b", "a"], "allowed": [[0, 1, 0], [0, 0, 1], [1, 1, 1]]}
    assert solutions(problem({"a": [0, 1], "b": [0, 1]}, table).model) == 2


def test_truths_and_numbers_find_each_other_as_in_json() -> None:
    table = {"scope": ["y", "n"], "allowed": [[1, 1.0], [0, True]]}
    assert solutions(problem({"y": [True, False], "n": [0, 1]}, table).model) == 2


def test_a_table_without_rows_refutes_and_one_without_columns_says_nothing() -> None:
    assert solutions(problem({"a": [0, 1]}, {"scope": ["a"], "allowed": []}).model) == 0
    assert solutions(problem({"a": [0, 1]}, {"scope": [], "allowed": []}).model) == 0
    assert solutions(problem({"a": [0, 1]}, {"scope": [], "allowed": [[]]}).model) == 2


def test_name_and_known_facts_are_kept() -> None:
    read = problem({"a": [0]}, name="one", known={"solutions": 2**70, "by": "hand", "list": [1]})
    assert (read.name, read.form, dict(read.known)) == ("one", "tables", {"solutions": 2**70, "by": "hand"})
    assert problem({"a": [0]}).name == "small"


def test_the_version_is_the_content() -> None:
    one, same, other = (problem({"a": [0, 1]}), problem({"a": [0, 1]}), problem({"a": [1, 0]}))
    assert one.model.catalog_version == same.model.catalog_version != other.model.catalog_version


def test_only_what_arithmetic_asks_about_is_a_range() -> None:
    read = problem(
        {"code": [0, 1, 2], "length": [10, 20, 30], "odd": [0, 1, 5]},
        {"scope": ["length", "odd"], "expr": "length > odd"},
        {"scope": ["code", "odd"], "allowed": [[0, 1]]},
    )
    code, length, odd = (variable.origin for variable in read.model.variables)
    assert isinstance(length, Option)
    assert length.domain == NumberRange(Fraction(10), Fraction(30), Fraction(10))
    assert [variable.is_number for variable in read.model.variables] == [False, True, False]
    assert isinstance(code, Option)
    assert isinstance(odd, Option)


def test_values_beside_the_problem_are_read_alike() -> None:
    n, t, y = problem({"n": [1, 2], "t": ["1", "x"], "y": [True, False]}).model.variables
    assert read_value(n, 2) == Fraction(2)
    assert read_value(n, "2") is None
    assert read_value(n, 3) is None
    assert read_value(t, 1) == "1"
    assert read_value(y, 1) is True
    assert read_value(y, 2) is None
    assert read_value(n, [1]) is None


# --- expressions --------------------------------------------------------------------------------

X = range(-2, 4)
MEANINGS = {
    "x == y": lambda x, y: x == y,
    "(x = y)": lambda x, y: x == y,
    "x != y": lambda x, y: x != y,
    "x <> y": lambda x, y: x != y,
    "x < y": lambda x, y: x < y,
    "x <= -1": lambda x, _: x <= -1,
    "x >= y - 1": lambda x, y: x >= y - 1,
    "2 * x + 3 > y": lambda x, y: 2 * x + 3 > y,
    "x * y == 2": lambda x, y: x * y == 2,
    "-x - -y == 1": lambda x, y: -x + y == 1,
    "x - y - 1 == 0": lambda x, y: x - y - 1 == 0,
    "x - (y - 1) * 2 > 0": lambda x, y: x - (y - 1) * 2 > 0,
    "0.5 * x == y": lambda x, y: x == 2 * y,
    "and(x > 0, y > 0, x != y)": lambda x, y: x > 0 and y > 0 and x != y,
    "or(x == 1, not(y == 1))": lambda x, y: x == 1 or y != 1,
    "and()": lambda *_: True,
    "or()": lambda *_: False,
    "x > 0 and y > 0 or x == y": lambda x, y: (x > 0 and y > 0) or x == y,
    "x > 0 && (y > 0 || x == y)": lambda x, y: x > 0 and (y > 0 or x == y),
    "not x > 0": lambda x, _: x <= 0,
    "!(x > 0) and not not y == 1": lambda x, y: x <= 0 and y == 1,
    "x > 0 => y > 0": lambda x, y: x <= 0 or y > 0,
    "x > 0 => y > 0 => x == y": lambda x, y: x <= 0 or y <= 0 or x == y,
    "x > 0 -> y > 0": lambda x, y: x <= 0 or y > 0,
    "x or y": lambda x, y: x != 0 or y != 0,
    "(x > 0) + (y > 0) + not(x == y) >= 2": lambda x, y: (x > 0) + (y > 0) + (x != y) >= 2,
    "(x > 0) == (y > 0)": lambda x, y: (x > 0) == (y > 0),
    "true": lambda *_: True,
    "x == y or false": lambda x, y: x == y,
}  # fmt: skip


@pytest.mark.parametrize("expr", MEANINGS)
def test_an_expression_means_what_it_says(expr: str) -> None:
    model = problem({"x": list(X), "y": list(X)}, {"scope": ["x", "y"], "expr": expr}).model
    for x, y in itertools.product(X, X):
        state = {"x": Fraction(x), "y": Fraction(y)}
        assert all(holds(c.condition, state) is True for c in model.constraints) == MEANINGS[expr](x, y), (x, y)


def test_names_with_indices_and_texts() -> None:
    read = problem(
        {"x[0]": ["red", "blue"], "a.b[1]": ["red", "green"], "m": [1, "none"]},
        {"expr": "x[0] == a.b[1]"},
        {"expr": "x[0] != 'blue' and m = 1"},
    )
    assert solutions(read.model) == by_hand(read.model) == 1


_ATOMS = st.sampled_from(["x", "y", "1", "0", "2"])
_NUMBERS = st.recursive(
    _ATOMS, lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner), max_leaves=4
)
_CONDITIONS = st.recursive(
    st.builds("({} {} {})".format, _NUMBERS, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), _NUMBERS),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
        st.builds("(not {})".format, inner),
    ),
    max_leaves=5,
)


@given(_CONDITIONS)
def test_expressions_in_common_with_python_mean_the_same(expr: str) -> None:
    model = problem({"x": [-1, 0, 2], "y": [0, 1]}, {"expr": expr}).model
    python = sum(bool(eval(expr, {}, {"x": x, "y": y})) for x in (-1, 0, 2) for y in (0, 1))  # noqa: S307 - made above
    assert by_hand(model) == python


# --- clauses ------------------------------------------------------------------------------------

DIMACS = b"""c 1 root
c 2 brakes, hydraulic
p cnf 5 4
1 0
-2 1 0 c
-2
 4 4 0
4 -4 0
"""


@pytest.mark.parametrize(("sign", "count"), [("*", 1), ("+", 2), (" and ", 1), (" or ", 2)])
def test_a_long_chain_is_read_and_stays_flat(sign: str, count: int) -> None:
    chain = sign.join(("x", "y") * 2_000)
    read = problem({"x": [0, 1], "y": [0, 1]}, {"expr": f"x == 1 and ({chain}) > 0"})
    assert solutions(read.model) == count


def test_clauses_over_used_variables() -> None:
    read = parse_problem("models/bike.dimacs", DIMACS.replace(b" c\n", b"\n"))
    assert (read.name, read.form) == ("bike", "clauses")
    assert [variable.path for variable in read.model.variables] == ["root", "brakes, hydraulic", "x4"]
    assert all(variable.values == (True, False) for variable in read.model.variables)
    root, brakes, extra = (Reference(Truth(), variable.path) for variable in read.model.variables)
    assert [c.condition for c in read.model.constraints] == [root, Or((Not(brakes), root)), Or((Not(brakes), extra))]
    assert [c.span.line for c in read.model.constraints] == [4, 5, 6]
    assert [c.rule for c in read.model.constraints] == ["c1", "c2", "c3"]
    assert solutions(read.model) == 3


def test_an_empty_clause_refutes() -> None:
    assert solutions(parse_problem("x.cnf", b"p cnf 1 2\n1 0\n0\n").model) == 0


def test_names_that_repeat_stay_apart() -> None:
    read = parse_problem("x.cnf", b"c 1 door\nc 2 door\nc 3$ roof rack\np cnf 4 1\n1 2 3 4")
    assert [variable.path for variable in read.model.variables] == ["door", "door 2", "roof rack", "x4"]


# --- files that are none ------------------------------------------------------------------------

AB = {"a": [0, 1], "b": [0, 1]}


def table(**constraint: object) -> bytes:
    return json.dumps({"variables": AB, "constraints": [{"name": "rule", **constraint}]}).encode()


def text(variables: object, constraints: object = ()) -> bytes:
    return json.dumps({"variables": variables, "constraints": constraints}).encode()


WRONG = {
    "no json": (b'{"variables": \n {"a": [0,]}}', "small.json:2:11: no JSON: "),
    "nothing": (b"", "neither a JSON object"),
    "prose": (b"once upon a time", "neither a JSON object"),
    "latin": (b'{"variables": "\xe4"}', "small.json:1:1: byte 15 is not UTF-8"),
    "deep": (b'{"variables": ' + b"[" * 100_000, "nested too deep"),
    "long number": (b'{"variables": {"a": [' + b"1" * 10_000 + b"]}}", "thousands of digits"),
    "huge power": (b'{"variables": {"a": [1e999999]}}', "the number 1e999999 is out of reach"),
    "not a number": (b'{"variables": {"a": [NaN]}}', "the number NaN is out of reach"),
    "name twice": (b'{"variables": {"a": [0], "a": [1]}}', "'a' stands twice in one object"),
    "no variables": (text({}), "no object of variables"),
    "no constraints": (text(AB, None), "no list of constraints"),
    "no values": (text({"a": []}), "(variable a): a has no list of values"),
    "odd value": (text({"a": [None]}), "(variable a): a has a value that is no number, text or truth"),
    "value twice": (text({"a": [1, 1.0]}), "(variable a): a has the value 1 twice"),
    "constraint": (text(AB, [7]), "(constraint c1): it has neither rows"),
    "both": (table(scope=["a"], allowed=[[0]], expr="a == 1"), "(constraint rule): it has neither rows"),
    "no scope": (table(allowed=[[0]]), "(constraint rule): its rows have no scope"),
    "odd scope": (table(scope="a", allowed=[[0]]), "its scope is no list"),
    "unknown": (text({"width": [0]}, [{"scope": ["widht"], "allowed": []}]), "names widht, which is no variable; did you mean width?"),
    "long row": (table(scope=["a", "b"], allowed=[[0, 1], [0, 1, 0]]), "row 2 has 3 values; its scope has 2 variables"),
    "text for a row": (table(scope=["a", "b"], allowed=["01"]), "row 1 has no list of values"),
    "cell behind an unknown one": (table(scope=["a", "b"], allowed=[[7, 0], [7, [1]]]), "row 2 has a list or an object for b"),
    "cell": (table(scope=["a", "b"], allowed=[[0, [1]]]), "row 1 has a list or an object for b"),
    "rows": (table(scope=["a"], allowed={}), "what it allows is no list of rows"),
    "no text": (table(expr=1), "its expr is no text"),
    "unknown name": (table(expr="a == bb"), "(constraint rule): column 6 of its expr: bb is no variable"),
    "end": (table(expr="a =="), "column 5 of its expr: a value is expected before the end"),
    "sign": (table(expr="a == 1 % 2"), "column 8 of its expr: '% 2' is not understood"),
    "call": (table(expr="__import__('os')"), "column 1 of its expr: __import__ is no variable"),
    "rest": (table(expr="a == 1 b"), "column 8 of its expr: b is not expected here"),
    "open": (table(expr="and(a == 1"), "column 11 of its expr: ) is expected before the end"),
    "chain": (table(expr="0 < a < 1"), "column 7 of its expr: only two values are compared at a time"),
    "text in a sum": (table(expr="a + 'x' == 1"), "a text stands where a number is expected"),
    "text alone": (table(expr="'x' or a"), "a text stands where a condition is expected"),
    "text and number": (table(expr="'x' == a"), "a text is compared with something else"),
    "nested": (table(expr="(" * 5_000 + "a" + ")" * 5_000), "nested deeper than 100 levels"),
    "minus": (table(expr="-" * 5_000 + "a == 1"), "nested deeper than 100 levels"),
    "cut off": (b"p cnf 3 4\n1 -2 0\n3 0\n", "it states 4 clauses and has 2; is the file cut off?"),
    "beyond": (b"p cnf 3 1\n1\n-4 0\n", "small.json:3:1: -4 is beyond the 3 variables"),
    "no literal": (b"p cnf 3 1\n1 two 0\n", "small.json:2:1: 'two' is no literal"),
    "grouped digits": (b"p cnf 12 1\n1_2 0\n", "small.json:2:1: '1_2' is no literal"),
    "header": (b"p dnf 3 1\n", "neither a JSON object"),
    "many": (b"p cnf 999999999 1\n", "more than 2000000 variables or clauses"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_refused_with_its_place(case: str) -> None:
    content, message = WRONG[case]
    with pytest.raises(ProblemError) as caught:
        parse_problem("small.json", content)
    assert message in str(caught.value)
    assert caught.value.diagnostic.span.file == "small.json"


def test_a_packed_file_is_read_and_a_damaged_one_refused(tmp_path: Path) -> None:
    content = gzip.compress(text(AB))
    path = tmp_path / "packed.json.gz"
    path.write_bytes(content)
    assert read_problem(path).name == "packed"
    assert parse_problem("x", content + b"\0").name == "x"
    with pytest.raises(ProblemError, match="the gzip file ends early"):
        parse_problem("x", content[:-9])
    with pytest.raises(ProblemError, match="cannot be unpacked"):
        parse_problem("x", content[:10] + b"\xff" * 20)


def test_what_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("configurator.problems.reading.LARGEST", 1_000)
    with pytest.raises(ProblemError, match="unpacked"):
        parse_problem("bomb", gzip.compress(b" " * 1_000_000))


# --- public data --------------------------------------------------------------------------------


def test_a_public_problem_is_read_as_published(shared: Path) -> None:
    read = read_problem(shared / "data" / "configuration" / "br4cp_small.json.gz")
    engine = CpSatEngine(read.model)
    assert (len(read.model.variables), sum(len(v.values) for v in read.model.variables)) == (139, 340)
    assert engine.count({}).value == read.known["solutions"] == 172_056


def test_public_expressions_are_read(shared: Path) -> None:
    read = read_problem(shared / "data" / "configuration" / "clib_pc.json.gz")
    conditions = [type(constraint.condition) for constraint in read.model.constraints]
    assert len(conditions) == 36
    assert {And, Compare, Or, Rows} == set(conditions)
    assert CpSatEngine(read.model).count({}).value == read.known["solutions"] == 2_729_160


def test_public_clauses_are_read(shared: Path) -> None:
    read = read_problem(shared / "data" / "featuremodels" / "e_shop.dimacs")
    assert (len(read.model.variables), len(read.model.constraints)) == (173, 289)
    assert read.model.variables[0].path == "eShop"


def test_a_conflict_of_a_problem_names_its_constraints() -> None:
    read = problem(
        AB,
        {"name": "same", "expr": "a == b"},
        {"name": "idle", "expr": "a >= 0"},
        {"name": "other", "scope": ["a", "b"], "allowed": [[0, 1], [1, 0]]},
    )
    conflict = minimal_conflict(EnumerationEngine(read.model), ())
    assert [constraint.rule for constraint in getattr(conflict, "constraints", ())] == ["same", "other"]
