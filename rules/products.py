"""From the grammar's rules for what is sold and what holds to declarations; one function a rule, named like it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal

from rules.declarations import (
    CatalogDeclaration, ChoicesDeclaration, ComponentDeclaration, CustomerDeclaration, DrawingDeclaration,
    ItemDeclaration, PreferDeclaration, RuleDeclaration, Shape,
)  # fmt: skip
from rules.expressions import whole
from rules.statements import (
    Part, Refusal, Statement, across, every, expression, first_expression, is_expression, named, needed, only, statement, value,
)  # fmt: skip
from rules.syntax import (
    BooleanType, ChoiceRow, Date, Expression, Field, InlineChoices, LetDeclaration, Member, Members, Modifiers, Name,
    NamedType, Number, NumberType, OptionDeclaration, PartDeclaration, Section, Step, Table, TableRow, Text, TextType,
    TypeExpression,
)  # fmt: skip
from rules.tokens import Token

_MODES: Final[dict[str, Literal["allow", "forbid"]]] = {"allow": "allow", "forbid": "forbid"}
_KINDS: Final[dict[str, Literal["component", "product"]]] = {"component": "component", "product": "product"}
_TYPES = (NamedType, InlineChoices, BooleanType, TextType, NumberType)
_MEMBERS = (OptionDeclaration, PartDeclaration, LetDeclaration, Section, Step)


def label(parts: Sequence[Part]) -> Text | None:
    """Return the label where the first part is one."""
    return parts[0] if parts and isinstance(parts[0], Text) else None


def modifiers(parts: Sequence[Part]) -> Modifiers | None:
    """Gather ``from``, ``until``, ``renamed from``, ``replaced by``, ``retired`` and ``picture``; None where none is given."""
    found = tuple(
        part
        for part in named(parts, "from", "until", "renamed", "replaced", "retired", "picture")
        if not (part.keyword == "from" and isinstance(part.values[0], Text))
    )
    if not found:
        return None
    start, end = value(only(found, "from"), Date), value(only(found, "until"), Date)
    if start is not None and end is not None and end.value < start.value:
        raise Refusal(
            "dates-reversed", end.span, f"it ends on {end.value}, before it begins", "", (start.span, "it begins here")
        )
    return Modifiers(
        across(found[0], found[-1]),
        start,
        end,
        tuple(name for part in named(found, "renamed") for name in every(part.values, Name)),
        value(only(found, "replaced"), Name),
        only(found, "retired") is not None,
        value(only(found, "picture"), Text),
    )


def source(parts: Sequence[Part]) -> Text | None:
    """Return the file of ``from "file.csv"``; refuse a second."""
    found = tuple(part for part in named(parts, "from") if isinstance(part.values[0], Text))
    return value(only(found, "from"), Text)


def _names(*parts: Part) -> Statement:
    return Statement("names", tuple(part for part in parts if isinstance(part, Name)), across(parts[0], parts[-1]))


def unpacked(parts: Sequence[Part]) -> tuple[Name, ...]:
    """Return the names of a list of names among the parts."""
    return tuple(name for part in named(parts, "names") for name in every(part.values, Name))


def _modifier(*parts: Part) -> Statement:
    names = unpacked(parts)
    return statement(*(p for p in parts if p.__class__ is not Statement), *names) if names else statement(*parts)


# --- catalog, customer, choices ---------------------------------------------------------------


def _catalog_statement(*parts: Part) -> Statement:
    return _modifier(*parts)


def _catalog(start: Token, name: Name, *parts: Part) -> CatalogDeclaration:
    currency = needed(parts, "currency", name.span, "the currency of the catalog, such as `currency EUR`")
    languages = only(parts, "languages")
    return CatalogDeclaration(
        across(start, parts[-1]),
        name,
        label(parts),
        every(currency.values, Name)[0],
        every(languages.values, Name) if languages else (),
        value(only(parts, "timezone"), Text),
    )


def _field(name: Name, _colon: Token, kind: TypeExpression) -> Field:
    return Field(across(name, kind), name, kind)


def _customer(start: Token, *parts: Part) -> CustomerDeclaration:
    return CustomerDeclaration(across(start, parts[-1]), every(parts, Field))


def _row(name: Name, *parts: Part) -> ChoiceRow:
    text = label(parts)
    cells = tuple(part for part in parts[1 if text else 0 :] if is_expression(part))
    return ChoiceRow(across(name, parts[-1] if parts else name), name, text, cells, modifiers(parts))


def _choices(start: Token, name: Name, *parts: Part) -> ChoicesDeclaration:
    return ChoicesDeclaration(
        across(start, parts[-1]), name, label(parts), every(parts, Field), every(parts, ChoiceRow), source(parts)
    )


# --- components and products ------------------------------------------------------------------


def _named_type(name: Name) -> NamedType:
    return NamedType(name.span, name)


def _inline_choices(*parts: Part) -> InlineChoices:
    return InlineChoices(across(parts[0], parts[-1]), every(parts, Name))


def _boolean_type(yes: Token, _slash: Token, no: Token) -> BooleanType:
    return BooleanType(across(yes, no))


def _text_type(*parts: Part) -> TextType:
    lengths = [whole(token) for token in every(parts, Token) if token.kind == "NUMBER"]
    shortest, longest = lengths or (None, None)
    if shortest is not None and longest is not None and longest < shortest:
        raise Refusal(
            "range-reversed", across(parts[1], parts[3]), f"no text is {shortest} to {longest} characters long"
        )
    pattern = every(parts, Text)
    return TextType(across(parts[0], parts[-1]), shortest, longest, pattern[0] if pattern else None)


def _number_type(
    low: Number, _dots: Token, high: Number, _step: Token | None = None, step: Number | None = None
) -> NumberType:
    bounds = [bound for bound in (low, high, step) if bound is not None]
    written = [bound for bound in bounds if bound.unit]
    if len({bound.unit for bound in written}) > 1:
        raise Refusal(
            "two-units",
            written[1].span,
            f"this range has two units, {written[0].unit} and {written[1].unit}",
            "write one unit, after the last number; it holds for all of them",
            (written[0].span, f"{written[0].unit} is written here"),
        )
    unit = written[0].unit if written else ""
    low, high, *steps = (Number(bound.span, bound.text, bound.value, unit) for bound in bounds)
    return NumberType(across(low, bounds[-1]), low, high, steps[0] if steps else None, unit)


def _option(start: Token, name: Name, *parts: Part) -> OptionDeclaration:
    kind = next(part for part in parts if isinstance(part, _TYPES))
    default = expression(only(parts, "="))
    return OptionDeclaration(across(start, parts[-1]), name, label(parts), kind, default, modifiers(parts))


def _part(start: Token, name: Name, *parts: Part) -> PartDeclaration:
    component = every(parts, Name)[0]
    bounds = [whole(token) for token in every(parts, Token) if token.kind == "NUMBER"] or [1]
    if bounds[-1] < bounds[0]:
        raise Refusal(
            "range-reversed",
            parts[-1].span,
            f"{bounds[0]}..{bounds[-1]} holds no number",
            "put the smaller number first",
        )
    return PartDeclaration(across(start, parts[-1]), name, label(parts), component, bounds[0], bounds[-1])


def _let(start: Token, name: Name, *parts: Part) -> LetDeclaration:
    body = parts[-1]
    if not is_expression(body):
        raise TypeError(body)
    return LetDeclaration(across(start, body), name, label(parts), body)


def _section(start: Token, text: Text, *parts: Part) -> Section:
    return Section(across(start, parts[-1]), text, unpacked(parts))


def _step(start: Token, text: Text, *parts: Part) -> Step:
    return Step(across(start, parts[-1]), text, every(parts, Section))


def _component(start: Token, name: Name, *parts: Part) -> ComponentDeclaration:
    members: tuple[Member, ...] = tuple(part for part in parts if isinstance(part, _MEMBERS))
    return ComponentDeclaration(
        across(start, parts[-1]), _KINDS[start.text], name, label(parts), modifiers(parts), members
    )


# --- rules, preferences, items ----------------------------------------------------------------


def _table_row(*parts: Part) -> TableRow:
    return TableRow(across(parts[0], parts[-1]), every(parts, Members))


def _table(start: Token, *parts: Part) -> Table:
    columns = tuple(part for part in parts if is_expression(part))
    rows = every(parts, TableRow)
    wrong = [_row_width(row, columns) for row in rows if len(row.cells) != len(columns)]
    if wrong:
        wrong[0].diagnostics = tuple(problem for refusal in wrong for problem in refusal.diagnostics)
        raise wrong[0]
    last = next(part for part in reversed(parts) if not (isinstance(part, Token) and part.kind == "NEWLINE"))
    return Table(across(start, last), _MODES[start.text], columns, rows, source(parts))


def _row_width(row: TableRow, columns: tuple[Expression, ...]) -> Refusal:
    return Refusal(
        "row-width",
        row.span,
        f"this row has {len(row.cells)} of the {len(columns)} cells of its table",
        "separate the cells with `|`; `any` allows every value",
        (across(columns[0], columns[-1]), "the columns"),
    )


def _rule(start: Token, name: Name, _on: Token, on: Name, *parts: Part) -> RuleDeclaration:
    tables = every(parts, Table)
    body = tables[0] if tables else first_expression(parts, start.span)
    return RuleDeclaration(across(start, parts[-1]), name, on, modifiers(parts), body, because(parts))


def because(parts: Sequence[Part]) -> Text:
    """Return the text of the ``because`` that the grammar demands."""
    found = value(only(parts, "because"), Text)
    if found is None:
        raise TypeError(parts)
    return found


def _prefer(start: Token, name: Name, _on: Token, on: Name, *parts: Part) -> PreferDeclaration:
    weight = value(only(parts, "weight"), Token)
    if weight is not None and whole(weight) < 1:
        raise Refusal("weight-zero", weight.span, "the weight of a preference is 1 or more")
    condition = first_expression(parts, start.span)
    return PreferDeclaration(
        across(start, parts[-1]), name, on, whole(weight) if weight else 1, modifiers(parts), condition
    )


def _item(start: Token, code: Text, *parts: Part) -> ItemDeclaration:
    return ItemDeclaration(
        across(start, parts[-1]),
        code,
        label(parts),
        every(parts, Name)[0],
        expression(only(parts, "quantity")),
        expression(only(parts, "when")),
        modifiers(parts),
    )


# --- drawings ---------------------------------------------------------------------------------


def _shape(start: Token, *parts: Part) -> Shape:
    operands: list[tuple[str, tuple[Expression, ...]]] = []
    role = "name"
    for part in parts:
        if isinstance(part, Token):
            role = part.text if part.kind not in {"COMMA", "DOTS", "LBRACE", "RBRACE", "NEWLINE"} else role
        elif isinstance(part, Statement):
            operands.append((role, tuple(p for p in part.values if is_expression(p))))
        elif is_expression(part):
            if start.text == "text" and role == "at":
                operands.append(("label", (part,)))
            elif role == "in" and operands[-1][0] == "in":
                operands[-1] = ("in", (*operands[-1][1], part))
            else:
                operands.append(("condition" if start.text == "when" else role, (part,)))
    return Shape(across(start, parts[-1]), start.text, tuple(operands), every(parts, Shape))


def _drawing(start: Token, name: Name, *parts: Part) -> DrawingDeclaration:
    on, unit = every(parts, Name)
    return DrawingDeclaration(across(start, parts[-1]), name, label(parts), on, unit, every(parts, Shape))


BUILDERS: Final[dict[str, Callable[..., object]]] = {
    "names": _names, "modifier": _modifier, "catalog_statement": _catalog_statement, "catalog": _catalog,
    "field": _field, "customer": _customer, "row": _row, "choices": _choices, "named_type": _named_type,
    "inline_choices": _inline_choices, "boolean_type": _boolean_type, "text_type": _text_type,
    "number_type": _number_type, "default": statement, "option": _option, "part": _part, "let": _let,
    "section": _section, "step": _step, "component": _component, "table_row": _table_row, "table": _table,
    "rule": _rule, "because": statement, "when": statement, "where": statement, "source": statement,
    "prefer": _prefer, "weight": statement, "item": _item, "quantity": statement, "shape": _shape,
    "point": statement, "drawing": _drawing,
}  # fmt: skip
