"""Entitlements in sessions and in prices, against an oracle that reads grants as the documentation tells them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from catalogs.marks import ALWAYS
from catalogs.policy import Aim, Entitlement, Grant
from configurator import build_engine, compile_product
from configurator.expressions import environment, satisfied
from configurator.ranges import objective_range
from configurator.session import start
from quotes.entitlement import Entitled
from quotes.pricing import Context, Inputs, Line, price
from quotes.pricing.entitlements import VERBS, rights_of
from quotes.unit_prices import unit_prices
from rules.diagnostics import NOWHERE
from rules.typed import And, Compare, Constant, Or, Reference, Typed
from tests.quotes import shop
from tests.quotes.shop import DAY

CATALOG = shop.load_small()
MODEL = compile_product(CATALOG, "bike", DAY)
ENGINE = build_engine(MODEL)
Whole = Mapping[str, object]
LADDER = ("see", "price", "buy")


def every() -> Iterator[dict[str, object]]:
    for values in itertools.product(*((*v.values, None) if v.exists else v.values for v in MODEL.variables)):
        whole = {v.path: value for v, value in zip(MODEL.variables, values, strict=True) if value is not None}
        seen = environment(MODEL, whole)  # type: ignore[arg-type] # values of the model
        if all((v.exists is None or satisfied(v.exists, seen)) == (v.path in whole) for v in MODEL.variables) and all(
            satisfied(one.condition, seen) for one in MODEL.constraints
        ):
            yield whole


WHOLE = list(every())


def is_(name: str, value: object) -> Typed:
    kind = MODEL.variable(name).kind
    return Compare("=", Reference(kind, name), Constant(kind, value))  # type: ignore[arg-type] # a value of it


WHERE: tuple[tuple[Typed | None, Callable[[Whole], bool]], ...] = (
    (None, lambda _: True),
    (is_("colour", "gold"), lambda c: c["colour"] == "gold"),
    (is_("motor", "cargo"), lambda c: c["motor"] == "cargo"),
    (And((is_("motor", "trail"), is_("lights", True))), lambda c: c["motor"] == "trail" and c["lights"] is True),
    (
        Or((is_("battery", "b900"), is_("height", Fraction(200, 1000)))),
        lambda c: c["battery"] == "b900" or c["height"] == Fraction(200, 1000),
    ),
)
AIMS = (
    Aim("bike"), Aim("bike"), Aim("bike", ("colour",)), Aim("bike", ("colour",), "gold"), Aim("bike", ("motor",), "cargo"),
    Aim("bike", ("motor",)), Aim("bike", ("lights",)), Aim("bike", ("lights",), True), Aim("bike", ("engraving",)),
    Aim("bike", ("bags",)), Aim("bike", ("bags", "size")), Aim("bike", ("bags", "size"), "large"),
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    allowed: bool
    verbs: frozenset[str]
    aim: Aim
    where: int

    @property
    def grant(self) -> Grant:
        return Grant(self.allowed, self.verbs, self.aim, WHERE[self.where][0], None, NOWHERE)  # type: ignore[arg-type] # verbs

    def holds(self, whole: Whole) -> bool:
        return WHERE[self.where][1](whole)


def cases(allowed: bool) -> st.SearchStrategy[Case]:
    verbs = st.frozensets(st.sampled_from(LADDER), min_size=1)
    return st.builds(Case, st.just(allowed), verbs, st.sampled_from(AIMS), st.integers(0, len(WHERE) - 1))


WHOLE_BIKE = Case(True, frozenset({"buy"}), Aim("bike"), 0)
GRANTS = st.tuples(
    st.sampled_from([[WHOLE_BIKE], [WHOLE_BIKE], []]),
    st.lists(cases(True), max_size=3),
    st.lists(cases(False), max_size=3),
).map(lambda some: [one for part in some for one in part])


def contents(whole: Whole) -> Iterator[tuple[tuple[str, ...], object, bool]]:
    """What is in a configuration: names, value, and whether it counts (a default does not)."""
    yield ("motor",), whole["motor"], True
    yield ("battery",), whole["battery"], True
    yield ("height",), whole["height"], True
    yield ("colour",), whole["colour"], whole["colour"] != "red"
    yield ("lights",), whole["lights"], whole["lights"] is True
    yield ("engraving",), whole["engraving"], whole["engraving"] != ""
    yield ("bags",), None, whole["count(bags)"] != 0
    for index in range(2):
        if f"bags[{index}].size" in whole:
            size = whole[f"bags[{index}].size"]
            yield ("bags", "size"), size, size != "small"


def entitled(whole: Whole, given_: list[Case], verb: str) -> bool:
    """Say by the documentation whether a customer with these grants may do it."""
    for step in LADDER[: LADDER.index(verb) + 1]:
        higher, lower = set(LADDER[LADDER.index(step) :]), set(LADDER[: LADDER.index(step) + 1])
        for one in (g for g in given_ if not g.allowed and g.verbs & lower and g.holds(whole)):
            if one.aim == Aim("bike"):
                return False
            for names, value, counts in contents(whole):
                if one.aim.choice is not None and (names, value) == (one.aim.path, one.aim.choice):
                    return False
                if one.aim.choice is None and counts and names[: len(one.aim.path)] == one.aim.path:
                    return False
        grants = [g for g in given_ if g.allowed and g.verbs & higher and g.holds(whole)]
        if not grants:
            return False
        for names, value, counts in contents(whole):
            if counts and not any(covered(g.aim, names, value) for g in grants):
                return False
    return True


def covered(aim: Aim, names: tuple[str, ...], value: object) -> bool:
    if aim.path == names and aim.choice is not None:
        return aim.choice == value
    around = names[: len(aim.path)] == aim.path and aim.choice is None
    inside = len(aim.path) > len(names) and aim.path[: len(names)] == names
    return around or inside


def with_grants(given_: list[Case]):
    grants = tuple(one.grant for one in given_)
    return replace(CATALOG, entitlements=(Entitlement("e", None, grants, ALWAYS, NOWHERE),))


@settings(max_examples=40)
@given(given_=GRANTS)
def test_a_session_holds_exactly_what_its_customer_is_entitled_to(given_: list[Case]) -> None:
    catalog = with_grants(given_)
    context = Context.of(catalog)
    known = Entitled(MODEL, rights_of(catalog, context, DAY))
    prices = unit_prices(catalog, ENGINE, context, known)
    assert not isinstance(prices, str)
    for verb in VERBS:
        session = known.restrict(ENGINE, verb).session(start(ENGINE))
        left = [one for one in WHOLE if entitled(one, given_, verb)]
        found = session.engine.valid_values(session.allowed).values
        assert found == {v.path: {one[v.path] for one in left if v.path in one} for v in MODEL.variables}
        bare = {tuple(sorted((path, str(v)) for path, v in one.items() if path != "engraving")) for one in left}
        assert session.engine.count(session.allowed).value == len(bare)
    session = prices.session(start(ENGINE))
    asked = "engraving" in session.model.asked  # a text that a condition ties to other options is free, as with rules
    nets = [cents(one) for one in WHOLE if entitled(one, given_, "price") and (asked or one["engraving"] == "")]
    ends = objective_range(session, prices.objective)
    if nets:
        assert ends is not None
        assert ends.low is not None
        assert ends.high is not None
        assert (prices.net(ends.low), prices.net(ends.high)) == (min(nets), max(nets))
    elif not any(entitled(one, given_, "price") for one in WHOLE):
        assert ends is None


PRICES = {
    "urban": 30000, "trail": 50000, "cargo": 70000, "b400": 20000, "b500": 30000, "b900": 60000, "gold": 9999,
    "small": 4900, "large": 7900,
}  # fmt: skip


def cents(whole: Whole) -> int:
    """Add up what the price list says of a configuration."""
    named = sum(PRICES.get(value, 0) for value in whole.values() if isinstance(value, str))
    named += 1900 if whole["engraving"] else 0
    return 100000 + named + (4000 if whole["lights"] else 0) + (5000 if whole["height"] == Fraction(350, 1000) else 0)


@settings(max_examples=40)
@given(given_=GRANTS, chance=st.randoms(use_true_random=False))
def test_the_phase_refuses_exactly_what_may_not_be_bought(given_: list[Case], chance) -> None:
    catalog = with_grants(given_)
    context = Context.of(catalog)
    some = chance.sample(WHOLE, 12)
    lines = [Line(str(number), "bike", one) for number, one in enumerate(some)]
    refused = {one.line: one.code for one in price(catalog, context, lines, DAY).unpriced}
    assert refused == {str(n): "not-entitled" for n, one in enumerate(some) if not entitled(one, given_, "buy")}
    assert price(catalog, context, lines, DAY, inputs=Inputs(purpose="internal")).unpriced == ()


def test_without_entitlements_everything_may_be_had() -> None:
    assert rights_of(CATALOG, Context.of(CATALOG), DAY) is None
    assert price(CATALOG, Context.of(CATALOG), [Line("1", "bike", WHOLE[0])], DAY).unpriced == ()  # type: ignore[arg-type] # values
