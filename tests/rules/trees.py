"""Random syntax trees of every expression and declaration, such as a text can mean."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from hypothesis import strategies as st

from rules import declarations as d
from rules import policies as p
from rules import selling as w
from rules import syntax as s
from rules.diagnostics import NOWHERE
from rules.formatter import write

AT = NOWHERE
WORDS = (
    "weight", "standard", "one", "none", "old", "list", "size", "from", "until", "when", "where", "because",
    "picture", "retired", "option", "part", "rule", "allow", "forbid", "invalid", "items", "suggest", "on",
    "by", "price", "see", "best", "first", "stack", "block", "line", "quote", "step", "maximum", "renamed",
    "replaced", "requires", "excludes", "quantity", "currency", "to", "up", "more", "free", "red", "motor",
    "b625", "_x", "rate", "round", "per", "month", "use", "net", "value", "code", "tax", "of", "for", "extend",
    "effort", "source", "channel", "bags", "Wheel", "a", "b",
)  # fmt: skip
UNITS = ("kg", "mm", "EUR", "%", "inch", "W")

names = st.builds(s.Name, st.just(AT), st.sampled_from(WORDS))
texts = st.builds(s.Text, st.just(AT), st.text(st.sampled_from('ab "\\\n\t{}#é,1'), max_size=8))
filled = st.builds(s.Text, st.just(AT), st.text(st.sampled_from("abc .csv"), min_size=1, max_size=6))
days = st.builds(s.Date, st.just(AT), st.dates(dt.date(1990, 1, 1), dt.date(2199, 12, 31)))
booleans = st.builds(s.Boolean, st.just(AT), st.booleans())
numerals = st.one_of(st.integers(0, 10**6).map(str), st.sampled_from(["0.10", "19.00", "2.50", "007"]))
small = st.integers(1, 40)


def number(text, unit=""):
    return s.Number(AT, text, Fraction(text), unit)


def tuples(strategy, least=0, most=3):
    return st.lists(strategy, min_size=least, max_size=most).map(tuple)


positive = st.builds(number, numerals, st.sampled_from(("", *UNITS)))
plain = st.builds(number, numerals)
signed = st.one_of(positive, st.builds(lambda n: number(f"-{n.text}", n.unit), positive))
literals = st.one_of(signed, names, texts, days, booleans)
paths = tuples(names, 1)


@st.composite
def references(draw):
    node = draw(names)
    for kind in draw(st.lists(st.sampled_from("ai"), max_size=2)):
        indexed = isinstance(node, s.Index)
        node = s.Attribute(AT, node, draw(names)) if kind == "a" or indexed else s.Index(AT, node, draw(small))
    return node


def _chain(make, signs, inner):
    rest = st.lists(st.tuples(st.sampled_from(signs), inner), min_size=1, max_size=3)
    return st.builds(lambda first, more: make(AT, ((signs[0], first), *more)), inner, rest)


def _aggregates(inner):
    where = st.none() | inner
    return st.one_of(
        st.builds(lambda c: s.Aggregate(AT, "count", None, c), references()),
        st.builds(lambda n, c, w: s.Aggregate(AT, "count", n, c, w), names, references(), where),
        st.builds(
            lambda f, n, c, w, v: s.Aggregate(AT, f, n, c, w, v),
            st.sampled_from(["sum", "min", "max"]), names, references(), where, inner,
        ),
    )  # fmt: skip


def _is_number(node):
    return isinstance(node, s.Number) and not node.text.startswith("-")


def _larger(inner):
    functions = st.sampled_from(["min", "max", "floor", "round", "ceiling"]).map(lambda text: s.Name(AT, text))
    return st.one_of(
        st.builds(lambda o: s.Not(AT, o), inner),
        st.builds(lambda o, p: s.Logical(AT, o, p), st.sampled_from(["and", "or"]), tuples(inner, 2)),
        st.builds(
            lambda o, a, b: s.Comparison(AT, o, a, b), st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), inner, inner
        ),
        st.builds(lambda o, m: s.Membership(AT, o, m), inner, members(inner)),
        st.builds(lambda o, a, b: s.Between(AT, o, a, b), inner, inner, inner),
        _chain(s.Sum, ("+", "-"), inner),
        inner.filter(lambda node: not _is_number(node)).map(lambda node: s.Sum(AT, (("-", node),))),
        _chain(s.Product, ("*", "/"), inner),
        st.builds(lambda c, v, o: s.Conditional(AT, c, v, o), inner, inner, st.none() | inner),
        st.builds(lambda a, b: s.Requires(AT, a, b), inner, inner),
        st.builds(lambda a, b: s.Excludes(AT, a, b), inner, inner),
        st.builds(
            lambda q, n, c, b: s.Quantified(AT, q, n, c, b), st.sampled_from(["all", "any"]), names, references(), inner
        ),
        _aggregates(inner),
        st.builds(lambda f, a: s.Call(AT, f, a), functions, tuples(inner, 1)),
    )


def members(inner):
    ranges = st.builds(lambda a, b: s.Range(AT, a, b), inner, inner)
    return st.builds(lambda items: s.Members(AT, items), tuples(inner | ranges, 1))


expressions = st.recursive(st.one_of(literals, references()), _larger, max_leaves=12)
cells = st.one_of(st.just(s.Members(AT, (), any=True)), members(literals))

# --- parts of declarations --------------------------------------------------------------------


@st.composite
def _modifiers(draw):
    first, second = sorted((draw(days), draw(days)), key=lambda day: day.value)
    node = s.Modifiers(
        AT,
        draw(st.none() | st.just(first)),
        draw(st.none() | st.just(second)),
        draw(tuples(names, 0, 2)),
        draw(st.none() | names),
        draw(st.booleans()),
        draw(st.none() | filled),
    )
    return None if node == s.Modifiers(AT) else node


modifiers = st.none() | _modifiers()


@st.composite
def _number_types(draw):
    unit = draw(st.sampled_from(("", *UNITS)))
    low, high, step = (number(draw(numerals), unit) for _ in range(3))
    return s.NumberType(AT, low, high, draw(st.none() | st.just(step)), unit)


@st.composite
def _text_types(draw):
    lengths = sorted([draw(small), draw(small)]) if draw(st.booleans()) else [None, None]
    return s.TextType(AT, *lengths, draw(st.none() | texts))


types = st.one_of(
    names.map(lambda name: s.NamedType(AT, name)),
    tuples(names, 2).map(lambda found: s.InlineChoices(AT, found)),
    st.just(s.BooleanType(AT)),
    _text_types(),
    _number_types(),
)
fields = st.builds(s.Field, st.just(AT), names, types)
labels = st.none() | texts


@st.composite
def _rows(draw, width):
    label = draw(texts) if width else draw(labels)
    cells = tuple(draw(literals) for _ in range(width))
    return s.ChoiceRow(AT, draw(names), label, cells, draw(modifiers))


@st.composite
def tables(draw):
    columns = draw(tuples(expressions, 1))
    source = draw(st.none() | filled)
    row = st.tuples(*[cells] * len(columns)).map(lambda found: s.TableRow(AT, found))
    rows = () if source else draw(tuples(row, 1))
    return s.Table(AT, draw(st.sampled_from(["allow", "forbid"])), columns, rows, source)


@st.composite
def _parts(draw):
    low, high = sorted([draw(small), draw(small)])
    return s.PartDeclaration(AT, draw(names), draw(labels), draw(names), low, high)


sections = st.builds(s.Section, st.just(AT), texts, tuples(names))
components = st.one_of(
    st.builds(s.OptionDeclaration, st.just(AT), names, labels, types, st.none() | literals, modifiers),
    _parts(),
    st.builds(s.LetDeclaration, st.just(AT), names, labels, expressions),
    sections,
    st.builds(s.Step, st.just(AT), texts, tuples(sections)),
)

# --- declarations -----------------------------------------------------------------------------


@st.composite
def _choices(draw):
    attributes = draw(tuples(fields))
    source = draw(st.none() | filled)
    rows = () if source else draw(tuples(_rows(len(attributes))))
    return d.ChoicesDeclaration(AT, draw(names), draw(labels), attributes, rows, source)


points = st.tuples(expressions, expressions)


def _shape(keyword, *operands):
    return st.builds(lambda found: d.Shape(AT, keyword, found), st.tuples(*operands))


def _role(role, strategy):
    return strategy.map(lambda found: (role, found if isinstance(found, tuple) else (found,)))


_flat = st.one_of(
    _shape("line", _role("from", points), _role("to", points)),
    _shape("rectangle", _role("at", points), _role("size", points)),
    _shape("circle", _role("at", points), _role("radius", expressions)),
    _shape("arc", _role("at", points), *(_role(role, expressions) for role in ("radius", "from", "to"))),
    st.lists(points, min_size=2, max_size=3).map(
        lambda found: d.Shape(AT, "polyline", tuple(("through", point) for point in found))
    ),
    _shape("text", _role("at", points), _role("label", texts), _role("height", expressions)),
    _shape("dimension", _role("from", points), _role("to", points), _role("offset", expressions)),
    _shape("hatch", _role("at", points), _role("size", points)),
    _shape("insert", _role("name", names), _role("at", points)),
)
_heads = st.one_of(
    st.tuples(st.sampled_from(["block", "layer"]), names.map(lambda name: (("name", (name,)),))),
    st.tuples(st.just("when"), expressions.map(lambda c: (("condition", (c,)),))),
    st.tuples(
        st.just("repeat"), st.builds(lambda n, a, b: (("name", (n,)), ("in", (a, b))), names, expressions, expressions)
    ),
)
shapes = st.recursive(
    _flat, lambda inner: st.builds(lambda head, body: d.Shape(AT, *head, body), _heads, tuples(inner)), max_leaves=4
)


@st.composite
def _prices(draw):
    row = st.builds(d.InlinePrice, st.just(AT), paths, signed, modifiers)
    rows, source = draw(tuples(row)), draw(st.none() | filled)
    return d.PricesDeclaration(AT, draw(names), draw(names), source, rows, draw(_maybe), draw(modifiers))


@st.composite
def _tiers(draw):
    low, high = sorted((draw(plain), draw(plain)), key=lambda n: n.value)
    return w.Tier(AT, low, draw(st.none() | st.just(high)), draw(signed))


_maybe = st.none() | expressions
_targets = st.builds(p.PromotionTarget, st.just(AT), small, paths, _maybe)


@st.composite
def _promotions(draw):
    free = draw(st.none() | _targets)
    give, priced = None if free else draw(positive), draw(st.booleans())
    limits = st.tuples(st.integers(0, 9), st.sampled_from(["customer", "quote", "promotion"]))
    return p.PromotionDeclaration(
        AT, draw(names), draw(labels), draw(st.none() | filled), draw(modifiers), draw(tuples(_targets)),
        draw(tuples(_targets)), draw(_maybe), None if priced else give, give if priced else None, free,
        None if free else draw(st.none() | positive), draw(tuples(limits)), draw(st.none() | positive),
        draw(st.none() | names), draw(st.none() | st.integers(0, 99)),
    )  # fmt: skip


@st.composite
def _tests(draw):
    target = references() | references().map(lambda c: s.Aggregate(AT, "count", None, c))
    assignments = tuples(st.builds(d.Assignment, st.just(AT), target, expressions))
    expects = st.one_of(
        st.builds(d.Remains, st.just(AT), expressions, members(expressions)),
        expressions.filter(lambda c: not isinstance(c, s.Membership)).map(lambda c: d.Holds(AT, c)),
        st.builds(d.InvalidBecause, st.just(AT), st.none() | names),
        tuples(st.tuples(texts, st.none() | positive), 1).map(lambda items: d.ExpectItems(AT, items)),
        names.map(lambda name: d.ExpectSuggestion(AT, name)),
    )
    customer_id = draw(st.none() | filled)
    customer = () if customer_id else draw(assignments)
    return d.TestDeclaration(
        AT, draw(names), draw(names), draw(assignments), draw(st.none() | days), customer, customer_id,
        draw(st.none() | small), draw(tuples(expects)),
    )  # fmt: skip


_at = st.just(AT)


@st.composite
def _policies(draw):
    """A part of a switch stands only where the switch does."""

    def chosen(*values):
        return draw(st.none() | st.sampled_from(values))

    rounding = chosen("half away", "half even", "half up", "half down", "up", "down")
    tax, spread = chosen("exclusive", "inclusive"), chosen("proportional", "even", "by quantity")
    promotions = chosen("customer", "seller", "priority")
    return w.PolicyDeclaration(
        AT, draw(names), draw(modifiers), draw(tuples(names)), rounding,
        draw(st.none() | small) if rounding else None,
        chosen("unit then extend", "extend then round"), tax, chosen("group", "line") if tax else None,
        chosen("before promotions", "after item promotions"), chosen("compound", "additive"), spread,
        chosen("largest", "first", "last") if spread else None, chosen("mirror", "floor") if spread else None,
        promotions, draw(st.none() | positive) if promotions else None, chosen("margin", "customer value"),
        draw(tuples(positive)),
    )  # fmt: skip


pricing_terms = (
    st.builds(w.RateDeclaration, _at, signed, signed, st.none() | texts, modifiers),
    st.builds(w.RatesDeclaration, _at, names, st.sampled_from(["in", "per"]), names, filled),
    st.builds(
        w.RecurringDeclaration, _at, names, labels, names, modifiers, expressions,
        st.sampled_from(["month", "year", "use"]), st.none() | small, tuples(_tiers()),
        st.none() | st.sampled_from(["actual/actual", "actual/365", "actual/360", "30/360", "whole months", "month and days"]),
        _maybe,
    ),
    st.builds(
        w.PercentDeclaration, _at, names, names, modifiers, positive, st.sampled_from(["list", "net"]), tuples(names),
        st.none() | positive, st.none() | positive,
    ),
    st.builds(
        w.FeeDeclaration, _at, names, labels, modifiers, st.sampled_from(["charge", "allowance"]), positive,
        st.none() | names, _maybe,
    ),
    st.builds(w.ChannelDeclaration, _at, names, labels, modifiers, positive, tuples(names), _maybe),
    st.builds(p.DelegateDeclaration, _at, names, texts, modifiers),
    _policies(),
)  # fmt: skip

declarations = st.one_of(
    st.builds(d.CatalogDeclaration, _at, names, labels, names, tuples(names), st.none() | filled),
    st.builds(d.CustomerDeclaration, _at, tuples(fields)),
    _choices(),
    st.builds(
        d.ComponentDeclaration, _at, st.sampled_from(["component", "product"]), names, labels, modifiers,
        tuples(components),
    ),
    st.builds(d.RuleDeclaration, _at, names, names, modifiers, expressions | tables(), texts),
    st.builds(d.PreferDeclaration, _at, names, names, small, modifiers, expressions),
    st.builds(d.ItemDeclaration, _at, texts, labels, names, _maybe, _maybe, modifiers),
    st.builds(d.DrawingDeclaration, _at, names, labels, names, names, tuples(shapes)),
    _prices(),
    st.builds(d.ChargeDeclaration, _at, names, names, modifiers, expressions, _maybe, texts),
    st.builds(
        d.ScaleDeclaration, _at, names, names, modifiers, st.sampled_from(["volume", "graduated", "block", "package"]),
        st.sampled_from(["line", "family", "quote"]), tuples(_tiers()), st.none() | positive, st.none() | positive, _maybe,
    ),
    st.builds(
        d.ContractDeclaration, _at, names, labels, modifiers, expressions,
        tuples(st.builds(d.ContractTerm, _at, st.sampled_from(["price", "discount"]), paths, positive)),
    ),
    st.builds(
        d.TaxDeclaration, _at, names, positive, tuples(names), _maybe, modifiers, st.none() | names, labels,
    ),
    *pricing_terms,
    _promotions(),
    st.builds(
        p.GroupDeclaration, _at, names, st.sampled_from(["best one", "stack", "first", "in sequence"]),
        st.none() | st.sampled_from(["unit", "line", "quote"]), tuples(names),
    ),
    st.builds(
        p.EntitleDeclaration, _at, names, modifiers, _maybe,
        tuples(st.builds(
            p.Grant, _at, st.booleans(), tuples(st.sampled_from(["see", "price", "buy"]), 1), paths, _maybe,
            st.none() | small,
        )),
    ),
    st.builds(p.FloorDeclaration, _at, names, modifiers, expressions, texts),
    st.builds(
        p.ApproveDeclaration, _at, names, modifiers, expressions, st.just("all of"), tuples(names, 1),
        tuples(st.builds(p.Limit, _at, texts, positive, tuples(names))), labels,
    ),
    st.builds(p.SuggestDeclaration, _at, names, names, modifiers, expressions, expressions, texts),
    st.builds(p.ClauseDeclaration, _at, names, st.none() | names, _maybe, modifiers, tuples(texts, 1)),
    _tests(),
    st.builds(
        d.TextsDeclaration, _at, names, tuples(st.builds(d.Translation, _at, paths, texts)), st.none(),
    ),
    st.builds(d.TextsDeclaration, _at, names, st.just(()), filled),
)  # fmt: skip
files = st.builds(lambda found: d.File(AT, found), tuples(declarations, 0, 4))


def written(node):
    """Yield the text of each declaration of a file."""
    return [write(declaration) for declaration in node.declarations]
