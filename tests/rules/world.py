"""A small world to read expressions in: the names of a product, and expressions from their text."""

from __future__ import annotations

from fractions import Fraction

from rules import syntax
from rules.checker import Scope
from rules.declarations import RuleDeclaration
from rules.diagnostics import Span
from rules.grammar import parse, parse_expression
from rules.kinds import Collection, Column, Day, Enumeration, Money, Quantity, Record, Textual, Truth
from rules.units import dimension_of, factor_of


def measured(unit: str) -> Quantity:
    return Quantity(dimension_of(unit), unit)


def column(unit: str, **values: str) -> Column:
    return Column(measured(unit), {name: Fraction(text) * factor_of(unit) for name, text in values.items()})


COLOUR = Enumeration("Colour", ("red", "yellow", "gold"))
MOTOR = Enumeration(
    "Motor",
    ("urban", "trail", "cargo"),
    {
        "power": column("W", urban="250", trail="500", cargo="750"),
        "weight": column("kg", urban="2.9", trail="3.6", cargo="4.4"),
        "code": Column(Textual(), {"urban": "U1", "trail": "T5", "cargo": "C7"}),
    },
)
CAGE = Enumeration("Cage", ("none", "one", "motor"))
SIZE = Enumeration("Bag.size", ("small", "large"))
POCKET = Record("Pocket", {"zip": Truth()})
BAG = Record("Bag", {"size": SIZE, "load": measured("kg"), "tag": Textual(), "pockets": Collection(POCKET, 0, 2)})
CUSTOMER = Record(
    "customer", {"id": Textual(), "name": Textual(), "segment": Enumeration("segment", ("dealer", "school"))}
)
LINE = Record("line", {"margin": Quantity((), "%"), "list": Money("EUR"), "discount": Quantity((), "%")})

SCOPE = Scope({
    "colour": COLOUR, "second_colour": COLOUR, "motor": MOTOR, "cage": CAGE, "one": MOTOR,
    "wifi": Truth(), "lights": Truth(),
    "frame": measured("cm"), "weight": measured("kg"), "seats": Quantity(), "share": Quantity((), "%"),
    "fee": Money("EUR"), "usd": Money("USD"), "engraving": Textual(), "delivery": Day(),
    "bags": Collection(BAG, 0, 4), "customer": CUSTOMER, "line": LINE,
})  # fmt: skip


def expression(text: str) -> syntax.Expression:
    """Read an expression that starts at line 2, column 1."""
    node, problems = parse_expression(text, Span("world.cpq", 2, 1, 2, 1 + len(text)))
    assert not problems, problems
    assert node is not None
    return node


def table(text: str) -> syntax.Table:
    """Read a table that starts at line 2, column 1."""
    file, problems = parse(f'rule r on p {{\n{text}\nbecause "x"\n}}\n', "world.cpq")
    assert not problems, problems
    (rule,) = file.declarations
    assert isinstance(rule, RuleDeclaration)
    assert isinstance(rule.body, syntax.Table)
    return rule.body
