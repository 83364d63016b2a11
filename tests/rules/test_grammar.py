"""Texts mean what the language says: samples, words in context, line ends, binding, units, dates."""

import datetime as dt

import pytest

from rules import declarations as d
from rules import syntax as s
from rules.diagnostics import NOWHERE, Span
from rules.formatter import write
from rules.grammar import parse, parse_expression


def tree(text):
    node, problems = parse(text, "f.cpq")
    assert problems == ()
    return node.declarations


def only(text):
    (node,) = tree(text)
    return node


def rule(condition):
    return only(f'rule r on p {{\n  {condition}\n  because "x"\n}}\n').body


def name(text):
    return s.Name(NOWHERE, text)


def number(text, unit=""):
    node, _ = parse_expression(f"{text} {unit}", Span("", 1, 1, 1, 1))
    return node


def equal(left, right):
    return s.Comparison(NOWHERE, "=", name(left), name(right))


# --- the samples ------------------------------------------------------------------------------


@pytest.mark.parametrize(("file", "kinds"), [("kids_bike.cpq", 8), ("ebikes/catalog.cpq", 38)])
def test_the_samples_read_without_a_problem(shared, file, kinds):
    text = (shared / "language" / file).read_text(encoding="utf-8")
    node, problems = parse(text, file)
    assert (problems, len(node.declarations)) == ((), kinds)


def test_a_rule_of_the_kids_bike(shared):
    node, _ = parse((shared / "language" / "kids_bike.cpq").read_text(encoding="utf-8"), "kids_bike.cpq")
    rules = {one.name.text: one for one in node.declarations if isinstance(one, d.RuleDeclaration)}
    body = rules["yellow_needs_large_wheel"].body
    assert body == s.Conditional(
        NOWHERE,
        equal("colour", "yellow"),
        s.Comparison(NOWHERE, ">", s.Attribute(NOWHERE, name("front_wheel"), name("size")), number("16", "inch")),
    )
    assert rules["yellow_needs_large_wheel"].span == Span("kids_bike.cpq", 23, 1, 26, 2)
    table = rules["support_wheels"].body
    assert isinstance(table, s.Table)
    assert [[write(cell) for cell in row.cells] for row in table.rows] == [["yes", "W14, W16"], ["no", "W18, W20"]]


def test_a_choice_with_attributes_and_modifiers():
    node = only(
        'choices M (power: W) {\n  cargo "Cargo" 750 renamed from heavy until 2026-03-31 replaced by trail\n}\n'
    )
    (row,) = node.rows
    assert row.cells == (number("750"),)
    assert row.modifiers == s.Modifiers(
        NOWHERE,
        end=s.Date(NOWHERE, dt.date(2026, 3, 31)),
        renamed_from=(name("heavy"),),
        replaced_by=name("trail"),
    )


# --- words in context -------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["one", "none", "old", "list", "standard", "weight", "when", "from", "rule", "option"])
def test_words_of_the_language_are_names_by_context(word):
    text = (
        f'choices C {{\n  {word}  "Label"\n  b\n}}\n'
        f"product p {{\n  option {word}: C = {word}\n  part x: {word} 0..2\n}}\n"
        f'rule {word} on p {{ {word} = {word} and {word}.{word} > 3 because "x" }}\n'
        f"test t on p {{\n  given {word} = {word}\n  expect {word} in {{{word}, b}}\n}}\n"
    )
    choices, product, made, test = tree(text)
    assert choices.rows[0].name == name(word)
    assert product.members[0].default == name(word)
    assert made.name == name(word)
    assert test.expects[0].target == name(word)


@pytest.mark.parametrize(
    "word",
    "any all not and or if then else in between count sum min max yes no text".split(),  # noqa: SIM905 - as in the document
)
def test_words_that_are_no_names(word):
    _, problems = parse(f"product p {{\n  option {word}: yes/no\n}}\n", "f.cpq")
    assert [(problem.code, problem.span.line, problem.span.column) for problem in problems] == [
        ("reserved-name", 2, 10)
    ]


def test_a_keyword_after_a_number_is_no_unit():
    node = only("product p {\n  option size: 48 .. 62 step 2 cm = 54 cm from 2026-01-01\n}\n").members[0]
    assert (node.type.unit, node.type.step.text, write(node.default)) == ("cm", "2", "54 cm")
    assert node.modifiers.start.value == dt.date(2026, 1, 1)
    scale = only("scale s on p {\n  volume by quantity over quote\n  1 .. 4 0%\n  20 or more 7%\n}\n")
    assert [(tier.low.text, tier.high, tier.value.unit) for tier in scale.tiers[1:]] == [("20", None, "%")]


def test_allow_is_a_table_or_an_option():
    assert isinstance(rule("allow a | b\n    x | y"), s.Table)
    assert rule("allow = yes") == s.Comparison(NOWHERE, "=", name("allow"), s.Boolean(NOWHERE, value=True))


def test_an_expectation_or_an_option_called_invalid():
    node = only("test t on p {\n  expect invalid\n  expect invalid = yes\n  expect invalid because r\n}\n")
    assert [type(one).__name__ for one in node.expects] == ["InvalidBecause", "Holds", "InvalidBecause"]


# --- line ends --------------------------------------------------------------------------------


def test_a_line_end_ends_a_choice():
    node = only('choices C (a: W, b: W) {\n  x "X" 300 1200\n  hx "Y" 5 6\n}\n')
    assert [row.name.text for row in node.rows] == ["x", "hx"]
    assert [cell.unit for cell in node.rows[0].cells] == ["", ""]


@pytest.mark.parametrize(
    "text",
    [
        "a = b and\n    c = d", "a = b\n    and c = d", "(a = b\n  and\n  c = d)", "a\n    = b and c =\n    d",
        "a = b  # why\n    # and more\n    and c = d",
    ],
)  # fmt: skip
def test_a_condition_goes_on_over_lines(text):
    assert rule(text) == s.Logical(NOWHERE, "and", (equal("a", "b"), equal("c", "d")))


@pytest.mark.parametrize("word", ["requires", "excludes"])
def test_a_line_may_begin_with_requires(word):
    assert type(rule(f"a = b\n    {word} c = d")).__name__.lower() == word


def test_a_set_goes_over_lines():
    assert write(rule("a in {\n    b, c,\n    1..4\n  }")) == "a in {b, c, 1..4}"


def test_a_choice_may_be_called_when():
    node = only('choices C {\n  red "Red"\n  when "When"\n  quantity\n}\n')
    assert [row.name.text for row in node.rows] == ["red", "when", "quantity"]


def test_a_table_row_may_begin_with_a_minus():
    assert rule("forbid a\n    - b | c\n    x | y").columns[0] == rule("forbid a - b\n    x").columns[0]
    assert [write(row) for row in rule("forbid a | b\n    -5..5 | any\n    -7 | x").rows] == ["-5..5 | any", "-7 | x"]


def test_the_head_of_a_declaration_goes_over_indented_lines():
    node = only('item "X" on p\n  quantity 2\n  when a = b\n')
    assert (node.quantity, node.when) == (number("2"), equal("a", "b"))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_and_a_byte_order_mark(end):
    node, problems = parse("\ufeff" + 'choices C {\n  a "A"\n  b\n}\n\ntax standard 19%\n'.replace("\n", end), "f")
    assert problems == ()
    assert [one.span.line for one in node.declarations] == [1, 6]


# --- binding ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("a = b or c = d and not e = f", "(a = b) or ((c = d) and (not (e = f)))"),
        ("a = b or c = d requires e = f and g = h", "(a = b or c = d) requires (e = f and g = h)"),
        ("if a then if b then c else d", "if a then (if b then c else d)"),
        ("if a then b requires c", "if a then (b requires c)"),
        ("all b in bags: b.x = y or c = d requires e", "all b in bags: ((b.x = y or c = d) requires e)"),
        ("a and any b in bags: b.x = y and c", "a and (any b in bags: (b.x = y and c))"),
        ("a + b * -c - d / e = f", "(a + (b * (-c)) - (d / e)) = f"),
        ("x between 1 and 5 and y", "(x between 1 and 5) and y"),
        ("not x in {a}", "not (x in {a})"),
        ("-x * y = z", "((-x) * y) = z"),
        ("count(b in bags where b.x = y and z) > 1", "count(b in bags where (b.x = y and z)) > 1"),
    ],
)
def test_what_binds_more_tightly(text, same):
    assert rule(text) == rule(same)


def test_a_difference_is_not_regrouped():
    assert rule("a - (b + c) = d") != rule("a - b + c = d")


def test_aggregates_and_calls():
    assert rule("sum(b in bags where b.x = y: b.weight) <= max(a, 3 kg)") == s.Comparison(
        NOWHERE,
        "<=",
        s.Aggregate(
            NOWHERE, "sum", name("b"), name("bags"),
            s.Comparison(NOWHERE, "=", s.Attribute(NOWHERE, name("b"), name("x")), name("y")),
            s.Attribute(NOWHERE, name("b"), name("weight")),
        ),
        s.Call(NOWHERE, name("max"), (name("a"), number("3", "kg"))),
    )  # fmt: skip
    assert rule("round(width / 3, 1 mm) = bags[0].size").left.function == name("round")


# --- numbers, dates, texts --------------------------------------------------------------------


def test_a_date_is_always_a_date():
    assert rule("a = 2026-06-01").right == s.Date(NOWHERE, dt.date(2026, 6, 1))
    assert write(rule("a = 2026 - 06 - 01").right) == "2026 - 06 - 01"


def test_numbers_keep_their_written_form():
    node = rule("price = 19.00 EUR").right
    assert (node.text, node.value, node.unit) == ("19.00", 19, "EUR")
    assert (rule("a = 4%").right.unit, rule("a = -5").right.value) == ("%", -5)


def test_the_unit_of_a_range_holds_for_all_its_numbers():
    node = only("product p {\n  option a: -20 .. 40 step 0.5 degC\n}\n").members[0].type
    assert [(bound.text, bound.unit) for bound in (node.low, node.high, node.step)] == [
        ("-20", "degC"), ("40", "degC"), ("0.5", "degC"),
    ]  # fmt: skip


def test_escapes_in_texts():
    assert only('clause c { "a \\"b\\" \\\\ \\n\\t{x}" }').paragraphs[0].value == 'a "b" \\ \n\t{x}'


def test_spans_are_exact():
    node = only('rule r on p {\n  colour = red and\n    size > 16 inch\n  because "x"\n}\n')
    assert node.body.span == Span("f.cpq", 2, 3, 3, 19)
    assert node.body.operands[1].right.span == Span("f.cpq", 3, 12, 3, 19)
    assert node.because.span == Span("f.cpq", 4, 11, 4, 14)


def test_the_order_of_declarations_stays():
    assert [one.name.text for one in tree("tax b 1%\ntax a 2%\n")] == ["b", "a"]
