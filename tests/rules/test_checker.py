"""The checker: names, kinds and units, each mistake reported once, at its place, with a hint."""

from datetime import date
from fractions import Fraction

import pytest

from rules import syntax
from rules.checker import (
    Scope, check, check_condition, check_constant, check_members, check_path, check_table,
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


# --- mistakes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "column", "end", "hint"),
    [
        ("colur = red", "unknown-name", 1, 6, "did you mean colour?"),
        ("red = colur", "unknown-name", 7, 12, "did you mean colour?"),
        ("colour = yelow", "unknown-choice", 10, 15, "did you mean yellow?"),
        ("colour = secnd_colour", "unknown-choice", 10, 22, "did you mean second_colour?"),
        ("colour = xyz", "unknown-choice", 10, 13, "its choices are red, yellow, gold"),
        ("colour in {red, yelow}", "unknown-choice", 17, 22, "did you mean yellow?"),
        ("colour = Colour.rde", "unknown-choice", 17, 20, "did you mean red?"),
        ("red", "unknown-name", 1, 4, "red is a choice of Colour: compare it with an option of that list"),
        ("colour = cage", "kind-mismatch", 10, 14, ""),
        ("colour = 3", "kind-mismatch", 10, 11, ""),
        ('colour = "red"', "kind-mismatch", 10, 15, ""),
        ('"red" = colour', "kind-mismatch", 1, 6, ""),
        ("colour < red", "not-ordered", 1, 7, ""),
        ("wifi < yes", "not-ordered", 1, 5, ""),
        ("colour", "kind-mismatch", 1, 7, ""),
        ("wifi and 3", "kind-mismatch", 10, 11, ""),
        ("weight <= 25", "missing-unit", 11, 13, "write 25 kg"),
        ("weight <= -25", "missing-unit", 11, 14, "write -25 kg"),
        ("25 >= weight", "missing-unit", 1, 3, "write 25 kg"),
        ("weight in {1, 2 kg}", "missing-unit", 12, 13, "write 1 kg"),
        ("weight between 1 and 2 kg", "missing-unit", 16, 17, "write 1 kg"),
        ("line.margin >= 5", "missing-unit", 16, 17, "write 5%"),
        ("fee > 5", "missing-unit", 7, 8, "write 5 EUR"),
        ("weight + 1 > 2 kg", "missing-unit", 10, 11, "write 1 kg"),
        ("fee + 1 > 2 EUR", "missing-unit", 7, 8, "write 1 EUR"),
        ("weight = 3 cm", "unit-mismatch", 10, 14, ""),
        ("3 cm = weight", "unit-mismatch", 1, 5, ""),
        ("weight + 2 mm > 3 kg", "unit-mismatch", 10, 14, ""),
        ("weight = seats", "unit-mismatch", 10, 15, ""),
        ("weight between 1 kg and 2 cm", "unit-mismatch", 25, 29, ""),
        ("seats = 5 pcs", "unit-mismatch", 9, 14, ""),
        ("fee = usd", "currency-mismatch", 7, 10, ""),
        ("fee + 3 USD > 1 EUR", "currency-mismatch", 7, 12, ""),
        ("fee + 10% > 1 EUR", "kind-mismatch", 7, 10, ""),
        ("fee * fee > 1 EUR", "money-product", 7, 10, ""),
        ("fee * weight > 1 EUR", "money-product", 7, 13, "divide by the unit first: / 1 kg"),
        ("round(1 / fee) > 1", "money-product", 11, 14, ""),
        ("round(fee / usd) > 1", "currency-mismatch", 13, 16, ""),
        ("delivery + 1 > 2", "kind-mismatch", 1, 9, ""),
        (
            "seats / count(bags) > 1",
            "division-unrounded",
            9,
            20,
            "put the division inside floor(...), ceiling(...) or round(...)",
        ),
        ("seats / 0 > 1", "division-by-zero", 9, 10, ""),
        ("seats / (1 - 1) > 1", "division-by-zero", 10, 15, ""),
        ("floor(weight) > 1 kg", "rounding-step", 1, 14, "write floor(weight, 1 kg)"),
        ("floor(weight, 0 kg) > 1 kg", "rounding-step", 15, 19, ""),
        ("floor(weight, weight) > 1 kg", "rounding-step", 15, 21, ""),
        ("floor(weight, 1) > 1 kg", "missing-unit", 15, 16, "write 1 kg"),
        ("weight > 3 kgs", "unknown-unit", 10, 15, "did you mean kg?"),
        ("weight > 3 KG", "unknown-unit", 10, 14, "did you mean kg?"),
        ("motor.powr > 3 W", "unknown-attribute", 7, 11, "did you mean power?"),
        ("customer.segmnt = dealer", "unknown-attribute", 10, 16, "did you mean segment?"),
        ("weight.power > 3 W", "unknown-attribute", 8, 13, ""),
        ("bags.size = large", "unknown-attribute", 6, 10, "write bags[0].size for the first"),
        ("bags[4].size = large", "index-out-of-range", 1, 8, ""),
        ("motor[0] = urban", "not-a-part", 1, 9, ""),
        ("bags = 3", "kind-mismatch", 8, 9, ""),
        ("bags = bags", "kind-mismatch", 1, 5, "write count(bags) for their number, bags[0] for the first of them"),
        ("bags[0] = bags[1]", "kind-mismatch", 1, 8, "write bags[0]. and the name of one of its values"),
        ("count(motor) = 1", "not-a-part", 7, 12, ""),
        ("sum(b in bags: b.size) = 1", "kind-mismatch", 16, 22, ""),
        ("max(b in bags: b.size) = 1", "not-ordered", 16, 22, ""),
        ("all motor in bags: motor.size = small", "hidden-name", 5, 10, "choose another name for the instance"),
        ("all b in bags: b.sizes = small", "unknown-attribute", 18, 23, "did you mean size?"),
        ("all b in bags: b", "kind-mismatch", 16, 17, "write b. and the name of one of its values"),
        ("weight between 3 kg and 2 kg", "empty-range", 1, 29, "swap the two ends"),
        ("delivery between 2026-02-01 and 2026-01-01", "empty-range", 1, 43, "swap the two ends"),
        ("seats in {4..1}", "empty-range", 11, 15, "swap the two ends"),
        ("colour in {red..gold}", "not-ordered", 1, 7, ""),
        ("colour between red and gold", "not-ordered", 1, 7, ""),
        ('engraving = "Ada"', "text-content", 1, 18, 'compare with "", or use a list of choices'),
        ("engraving = customer.name", "text-content", 1, 26, 'compare with "", or use a list of choices'),
        ('bags[0].tag = "x"', "text-content", 1, 18, 'compare with "", or use a list of choices'),
        ('engraving in {"", "x"}', "text-content", 19, 22, 'compare with "", or use a list of choices'),
        ("if wifi then colour else 3", "kind-mismatch", 26, 27, ""),
        ("(if wifi then 3 kg else 4) > 1 kg", "missing-unit", 25, 26, "write 4 kg"),
    ],
)
def test_a_mistake_is_reported_once_at_its_place(text, code, column, end, hint):
    typed, problems = check_condition(expression(text), SCOPE)
    assert typed is None
    assert [(p.code, p.span, p.hint, p.severity) for p in problems] == [
        (code, Span("world.cpq", 2, column, 2, end), hint, "error")
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("weight + 2 mm > 3 kg", "weight and 2 mm cannot be added: mass and length"),
        ("frame <= 3 kg", "frame and 3 kg cannot be compared: length and mass"),
        ("colour = cage", "colour and cage cannot be compared: a choice of Colour and a choice of Cage"),
        ("fee + 10% > 1 EUR", "fee and 10% cannot be added: money in EUR and a percentage"),
        ("weight <= 25", "25 has no unit, but mass is needed here"),
        ("bags[4].size = large", "there are at most 4 instances of bags, numbered 0 to 3"),
        ("motor.powr > 3 W", "the choices of Motor have no attribute powr"),
    ],
)
def test_a_mistake_is_a_sentence(text, message):
    _typed, (problem,) = check_condition(expression(text), SCOPE)
    assert problem.message == message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("colur = red and motr = urban", [("unknown-name", 1), ("unknown-name", 17)]),
        ("weight + 2 mm > 3 cm", [("unit-mismatch", 10)]),
        ("foo + bar > 3", [("unknown-name", 1), ("unknown-name", 7)]),
        ("sum(x in foo where x.a = red: x.b) > bar", [("unknown-name", 10), ("unknown-name", 38)]),
        ("foo between bar and 3 kg", [("unknown-name", 1), ("unknown-name", 13)]),
        ("foo < bar", [("unknown-name", 1), ("unknown-name", 7)]),
        ("foo = bar", [("unknown-name", 1)]),
        ("foo in {bar, 3 kg}", [("unknown-name", 1)]),
        ("all wifi in bags: wifi.size = smal", [("hidden-name", 5), ("unknown-choice", 31)]),
        ("colour = 3 requires weight > 2", [("kind-mismatch", 10), ("missing-unit", 30)]),
        ("if foo then colour = bar else 3", [("unknown-name", 4), ("unknown-choice", 22)]),
    ],
)
def test_independent_mistakes_are_all_reported_and_none_twice(text, expected):
    _typed, problems = check_condition(expression(text), SCOPE)
    assert [(p.code, p.span.column) for p in problems] == expected


def test_a_name_that_can_be_read_two_ways_is_an_error():
    scope = Scope({"large": CAGE, "one": SIZE})
    _typed, (problem,) = check_condition(expression("large = one"), scope)
    assert (problem.code, problem.span.column) == ("ambiguous-name", 9)


@pytest.mark.parametrize(("text", "holds"), [("1 m > 90 cm", True), ("wifi and 1 > 2", False), ("yes", True)])
def test_a_condition_that_never_changes_is_a_warning(text, holds):
    typed, (problem,) = check_condition(expression(text), SCOPE)
    assert typed == Constant(TRUTH, holds)
    assert (problem.code, problem.severity) == ("constant-condition", "warning")


def test_the_expected_kind_is_demanded():
    assert check(expression("count(bags)"), SCOPE, PLAIN)[1] == ()
    assert [p.code for p in check(expression("19 USD"), SCOPE, EUR)[1]] == ["currency-mismatch"]
    assert [p.code for p in check(expression("19"), SCOPE, EUR)[1]] == ["missing-unit"]
    assert [p.message for p in check(expression("weight"), SCOPE, PLAIN)[1]] == [
        "weight is mass, but a plain number is needed here"
    ]


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


# --- size and depth -----------------------------------------------------------------------------


def test_a_flat_sum_of_many_terms_is_read_and_evaluated():
    one = syntax.Name(PLACE, "seats")
    total = syntax.Sum(PLACE, tuple(("+", one) for _ in range(5_000)))
    typed, problems = check(total, SCOPE)
    assert problems == ()
    assert evaluate(typed, {"seats": Fraction(3)}) == 15_000


def test_a_flat_chain_of_divisions_is_read_and_evaluated():
    factors = (
        ("*", syntax.Name(PLACE, "seats")),
        *(("/", syntax.Number(PLACE, "2", Fraction(2))) for _ in range(3_000)),
    )
    typed, problems = check(syntax.Product(PLACE, factors), SCOPE)
    assert problems == ()
    assert evaluate(typed, {"seats": Fraction(2**3_000)}) == 1


def test_nesting_without_end_is_a_problem_not_a_crash():
    deep = syntax.Name(PLACE, "wifi")
    for _ in range(10_000):
        deep = syntax.Not(PLACE, deep)
    typed, problems = check(deep, SCOPE)
    assert typed is None
    assert [p.code for p in problems] == ["too-deep"]


def test_nesting_as_deep_as_the_grammar_reads_is_evaluated():
    deep = syntax.Name(PLACE, "wifi")
    for _ in range(100):
        deep = syntax.Not(PLACE, deep)
    typed, problems = check(deep, SCOPE)
    assert problems == ()
    assert evaluate(typed, {"wifi": True}) is True
