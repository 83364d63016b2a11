"""The checker: what a text means, name by name and unit by unit; constants, sets, paths and tables."""

from datetime import date
from fractions import Fraction

import pytest

from rules import syntax
from rules.checker import (
    check, check_condition, check_constant, check_members, check_path, check_table,
)  # fmt: skip
from rules.diagnostics import Span
from rules.evaluator import evaluate
from rules.kinds import Day, Money, Quantity, Textual, Truth
from rules.typed import (
    Add, And, Choose, Compare, Constant, Divide, Exists, Extremum, Fold, ForAll, Instance, Lookup, Member, Multiply,
    Not, Or, Reference, Round, Values, Within,
)  # fmt: skip
from tests.rules.world import BAG, CAGE, COLOUR, CUSTOMER, MOTOR, SCOPE, SIZE, expression, measured, table

PLACE = Span("x.cpq", 1, 1, 1, 2)
KG, CM, PLAIN, TRUTH, EUR = measured("kg"), measured("cm"), Quantity(), Truth(), Money("EUR")
COLOURED, MOTORED = Reference(COLOUR, "colour"), Reference(MOTOR, "motor")
BAGS, WEIGHT, SEATS = Reference(SCOPE.names["bags"], "bags"), Reference(KG, "weight"), Reference(PLAIN, "seats")
WIFI, LIGHTS, FEE = Reference(TRUTH, "wifi"), Reference(TRUTH, "lights"), Reference(EUR, "fee")
B_SIZE = Member(SIZE, Reference(BAG, "b"), "size")
RED = Compare("=", COLOURED, Constant(COLOUR, "red"))


def kg(number):
    return Constant(KG, Fraction(number))


def n(number):
    return Constant(PLAIN, Fraction(number))


def lookup(attribute):
    return Lookup(MOTOR.attributes[attribute].kind, MOTORED, attribute, {})


# --- what a text means --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("colour = red", RED),
        ("red = colour", Compare("=", Constant(COLOUR, "red"), COLOURED)),
        ("colour = second_colour", Compare("=", COLOURED, Reference(COLOUR, "second_colour"))),
        ("cage = one", Compare("=", Reference(CAGE, "cage"), Constant(CAGE, "one"))),
        ("cage = motor", Compare("=", Reference(CAGE, "cage"), Constant(CAGE, "motor"))),
        ("one = motor", Compare("=", Reference(MOTOR, "one"), MOTORED)),
        ("colour = Colour.red", RED),
        ("customer.segment = dealer", Compare(
            "=", Member(CUSTOMER.fields["segment"], Reference(CUSTOMER, "customer"), "segment"),
            Constant(CUSTOMER.fields["segment"], "dealer"))),
        ("colour = (if wifi = yes then red else gold)", Compare(
            "=", COLOURED,
            Choose(COLOUR, Compare("=", WIFI, Constant(TRUTH, True)), Constant(COLOUR, "red"), Constant(COLOUR, "gold")))),
        ("wifi = lights", Compare("=", WIFI, LIGHTS)),
        ("not wifi = no", Not(Compare("=", WIFI, Constant(TRUTH, False)))),
        ("wifi and lights", And((WIFI, LIGHTS))),
        ("colour = red requires wifi = yes", Or((Not(RED), Compare("=", WIFI, Constant(TRUTH, True))))),
        ("colour = red excludes wifi = yes", Not(And((RED, Compare("=", WIFI, Constant(TRUTH, True)))))),
        ("if colour = red then lights", Or((Not(RED), LIGHTS))),
        ("motor.power > 0.3 kW", Compare(">", lookup("power"), Constant(measured("W"), Fraction(300)))),
        ("weight <= 25000 g", Compare("<=", WEIGHT, kg(25))),
        ("weight = 14 kg + motor.weight + 0.8 kg * count(bags)", Compare("=", WEIGHT, Add(KG, (
            (Fraction(1), kg(14)), (Fraction(1), lookup("weight")),
            (Fraction(1), Multiply(KG, (kg("0.8"), Fold(PLAIN, "count", "", BAGS)))))))),
        ("weight - 500 g > -1 kg", Compare(
            ">", Add(KG, ((Fraction(1), WEIGHT), (Fraction(-1), kg("0.5")))), kg(-1))),
        ("weight / 4 < 1 kg", Compare("<", Divide(KG, WEIGHT, n(4)), kg(1))),
        ("floor(weight / seats, 100 g) < 1 kg", Compare(
            "<", Round(KG, "floor", Divide(KG, WEIGHT, SEATS), Fraction(1, 10)), kg(1))),
        ("round(fee / 3) > 1 EUR", Compare(
            ">", Round(EUR, "round", Divide(EUR, FEE, n(3)), Fraction(1, 100)), Constant(EUR, Fraction(1)))),
        ("ceiling(seats / 2) = 2", Compare("=", Round(PLAIN, "ceiling", Divide(PLAIN, SEATS, n(2))), n(2))),
        ("min(weight, 3 kg) = max(2 kg, weight)", Compare(
            "=", Extremum(KG, "min", ((None, WEIGHT), (None, kg(3)))),
            Extremum(KG, "max", ((None, kg(2)), (None, WEIGHT))))),
        ("colour in {red, gold}", Within(COLOURED, Values(frozenset({"red", "gold"})))),
        ("colour in {red, second_colour}", Or((
            Within(COLOURED, Values(frozenset({"red"}))), Compare("=", COLOURED, Reference(COLOUR, "second_colour"))))),
        ("seats in {1..4, 6}", Within(SEATS, Values(frozenset({Fraction(6)}), ((Fraction(1), Fraction(4)),)))),
        ("weight in {1 kg..4 kg}", Within(WEIGHT, Values(ranges=((Fraction(1), Fraction(4)),)))),
        ("weight in {1..4 kg}", Within(WEIGHT, Values(ranges=((Fraction(1), Fraction(4)),)))),
        ("weight between 500 g and 2 kg", Within(WEIGHT, Values(ranges=((Fraction(1, 2), Fraction(2)),)))),
        ("seats between 1 and count(bags)", And((
            Compare(">=", SEATS, n(1)), Compare("<=", SEATS, Fold(PLAIN, "count", "", BAGS))))),
        ("delivery between 2026-01-01 and 2026-02-01", And((
            Compare(">=", Reference(Day(), "delivery"), Constant(Day(), date(2026, 1, 1))),
            Compare("<=", Reference(Day(), "delivery"), Constant(Day(), date(2026, 2, 1)))))),
        ("bags[0].size = large", Compare(
            "=", Member(SIZE, Instance(BAG, BAGS, 0), "size"), Constant(SIZE, "large"))),
        ("count(b in bags where b.size = large) <= 1", Compare(
            "<=", Fold(PLAIN, "count", "b", BAGS, Compare("=", B_SIZE, Constant(SIZE, "large"))), n(1))),
        ("sum(b in bags: b.load) <= 9 kg", Compare(
            "<=", Fold(KG, "sum", "b", BAGS, None, Member(KG, Reference(BAG, "b"), "load")), kg(9))),
        ("all b in bags: b.size = small", ForAll("b", BAGS, Compare("=", B_SIZE, Constant(SIZE, "small")))),
        ("any b in bags: b.size = small", Exists("b", BAGS, Compare("=", B_SIZE, Constant(SIZE, "small")))),
        ("line.margin >= 5%", Compare(
            ">=", Member(PLAIN, Reference(SCOPE.names["line"], "line"), "margin"), n(Fraction(1, 20)))),
        ("fee * 10% > 2 EUR", Compare(">", Multiply(EUR, (FEE, n(Fraction(1, 10)))), Constant(EUR, Fraction(2)))),
        ('engraving != ""', Compare("!=", Reference(Textual(), "engraving"), Constant(Textual(), ""))),
        ('customer.id = "C1"', Compare(
            "=", Member(Textual(), Reference(CUSTOMER, "customer"), "id"), Constant(Textual(), "C1"))),
        ("wifi and (1 m > 90 cm)", And((WIFI, Constant(TRUTH, True)))),
        ("if 1 > 2 then wifi else lights", LIGHTS),
    ],
)  # fmt: skip
def test_a_condition_is_read(text, typed):
    assert check_condition(expression(text), SCOPE) == (typed, ())


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("2 * 27 cm", CM, Fraction(54, 100)),
        ("-(3 - 5) / 4", PLAIN, Fraction(1, 2)),
        ("300 cm * 50 cm", measured("m2"), Fraction(3, 2)),
        ("2 h * 3 kW", measured("Wh"), Fraction(6000 * 3600)),
        ("45 EUR * (2 m * 3 m / 1 m2)", EUR, Fraction(270)),
        ("45 EUR * 2 m / 1 m", EUR, Fraction(90)),
        ("45 EUR * 2 m * 3 m / 4 m2", EUR, Fraction(135, 2)),
        ("45 EUR / 2", EUR, Fraction(45, 2)),
        ("30 EUR / 20 EUR", PLAIN, Fraction(3, 2)),
        ("30 EUR * 2 kg / 20 EUR", KG, Fraction(3)),
        ("100 km / 2 h", measured("kmh"), Fraction(125, 9)),
        ("5% + 1", PLAIN, Fraction(105, 100)),
        ("round(1 / 3, 0.01)", PLAIN, Fraction(33, 100)),
        ("if 1 < 2 then 3 kg else 4 kg", KG, Fraction(3)),
        ("min(3 kg, 2500 g)", KG, Fraction(5, 2)),
        ("1 m = 100 cm", TRUTH, True),
        ("2026-06-01 < 2026-06-02", TRUTH, True),
        ('"a" = "a"', TRUTH, True),
        ("no and wifi", TRUTH, False),
        ("wifi or yes", TRUTH, True),
        ("no requires wifi", TRUTH, True),
        ("3 between 1 and 3", TRUTH, True),
        ("3 in {1, 2}", TRUTH, False),
    ],
)
def test_constants_are_computed_exactly(text, kind, value):
    typed, problems = check(expression(text), SCOPE)
    assert typed == Constant(kind, value)
    assert problems == ()


@pytest.mark.parametrize(("text", "unit"), [("14 kg + weight", "kg"), ("frame * frame", "m2"), ("2 * frame", "cm"),
                                            ("weight * 1 g / 1 kg", "kg"), ("share + 5%", "%"), ("share * 2", "")])  # fmt: skip
def test_a_number_keeps_a_unit_to_be_written_in(text, unit):
    typed, _problems = check(expression(text), SCOPE)
    assert isinstance(typed.kind, Quantity)
    assert typed.kind.unit == unit


# --- constants, sets, paths, tables -------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "bare", "value"),
    [
        ("red", COLOUR, False, "red"),
        ("yes", TRUTH, False, True),
        ("54 cm", CM, False, Fraction(54, 100)),
        ("54", CM, True, Fraction(54, 100)),
        ("-54", CM, True, Fraction(-54, 100)),
        ("5", Quantity((), "%"), True, Fraction(1, 20)),
        ("19.00", EUR, True, Fraction(19)),
        ("2026-06-01", Day(), False, date(2026, 6, 1)),
        ('"x"', Textual(), False, "x"),
    ],
)
def test_a_constant_is_read(text, kind, bare, value):
    assert check_constant(expression(text), kind, bare_unit_ok=bare) == (value, ())


@pytest.mark.parametrize(
    ("text", "kind", "bare", "code"),
    [
        ("54", CM, False, "missing-unit"),
        ("54 kg", CM, True, "unit-mismatch"),
        ("rde", COLOUR, False, "unknown-choice"),
        ("colour", COLOUR, False, "not-constant"),
        ("19 USD", EUR, True, "currency-mismatch"),
    ],
)
def test_what_is_no_constant_of_a_kind(text, kind, bare, code):
    value, problems = check_constant(expression(text), kind, bare_unit_ok=bare, scope=SCOPE)
    assert value is None
    assert [p.code for p in problems] == [code]


def test_members_of_a_set_are_constants():
    def members(text: str) -> syntax.Members:
        membership = expression(f"x in {text}")
        assert isinstance(membership, syntax.Membership)
        return membership.members

    assert check_members(members("{48..62, 70}"), CM, bare_unit_ok=True) == (
        Values(frozenset({Fraction(7, 10)}), ((Fraction(48, 100), Fraction(62, 100)),)), ()
    )  # fmt: skip
    assert check_members(members("{red, gold}"), COLOUR) == (Values(frozenset({"red", "gold"})), ())
    values, problems = check_members(members("{rde, 48, 4..1}"), CM)
    assert values is None
    assert [p.code for p in problems] == ["unknown-name", "missing-unit", "missing-unit", "missing-unit"]
    assert [p.code for p in check_members(members("{red..gold}"), COLOUR)[1]] == ["not-ordered"]
    assert [p.code for p in check_members(members("{4 cm..1 cm}"), CM)[1]] == ["empty-range"]


@pytest.mark.parametrize(
    ("text", "path", "kind"),
    [
        ("motor", "motor", MOTOR),
        ("bags[0].size", "bags[0].size", SIZE),
        ("count(bags)", "count(bags)", PLAIN),
        ("count(bags[1].pockets)", "count(bags[1].pockets)", PLAIN),
        ("bags[3].pockets[1].zip", "bags[3].pockets[1].zip", TRUTH),
    ],
)
def test_a_path_is_read(text, path, kind):
    found, problems = check_path(expression(text), SCOPE)
    assert problems == ()
    assert (found.text, found.kind) == (path, kind)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("motr", "unknown-name"),
        ("bags", "kind-mismatch"),
        ("bags[0]", "kind-mismatch"),
        ("bags[9].size", "index-out-of-range"),
        ("motor.power", "not-a-path"),
        ("count(b in bags where b.size = small)", "not-a-path"),
        ("seats + 1", "not-a-path"),
        ("3", "not-a-path"),
    ],
)
def test_what_is_no_path(text, code):
    found, problems = check_path(expression(text), SCOPE)
    assert found is None
    assert [p.code for p in problems] == [code]


def test_a_table_is_read():
    rows, problems = check_table(
        table("allow motor | frame | wifi\n urban, trail | 48..62, 70 | any\n cargo | 0.5 m | yes"), SCOPE
    )
    assert problems == ()
    assert rows.mode == "allow"
    assert rows.columns == (MOTORED, Reference(CM, "frame"), WIFI)
    assert rows.rows == (
        (Values(frozenset({"urban", "trail"})), Values(frozenset({Fraction(7, 10)}), ((Fraction(48, 100), Fraction(62, 100)),)),
         Values(everything=True)),
        (Values(frozenset({"cargo"})), Values(frozenset({Fraction(1, 2)})), Values(frozenset({True}))),
    )  # fmt: skip
    assert [span.line for span in rows.row_spans] == [3, 4]
    assert evaluate(rows, {"motor": "cargo", "frame": Fraction(1, 2), "wifi": True}) is True


def test_every_mistake_of_a_table_is_reported():
    rows, problems = check_table(table("allow motr | frame | engraving\n x | 48 kg | any"), SCOPE)
    assert rows is None
    assert [(p.code, p.span.line, p.span.column) for p in problems] == [
        ("unknown-name", 2, 7), ("text-content", 2, 22), ("unit-mismatch", 3, 6),
    ]  # fmt: skip


def test_a_row_has_a_cell_for_every_column():
    one_column = table("allow frame\n 48")
    row = syntax.TableRow(PLACE, one_column.rows[0].cells * 2)
    rows, (problem,) = check_table(syntax.Table(PLACE, "allow", one_column.columns, (row,)), SCOPE)
    assert rows is None
    assert (problem.code, problem.span) == ("ragged-row", PLACE)


def test_a_constant_is_no_column():
    assert [p.code for p in check_table(table("allow 3 | frame\n 3 | 4"), SCOPE)[1]] == ["constant-column"]
