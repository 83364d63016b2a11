"""Compares every answer of the configurator with brute force, on one catalog and one set of choices at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from catalogs import load
from catalogs.model import Catalog, Option, PriceRow
from configurator.assessment import assess
from configurator.compiler import compile_product
from configurator.completion import complete
from configurator.conflict import Conflict, minimal_conflict, why
from configurator.engines.cp_sat import CpSatEngine
from configurator.engines.tabling.tabulate import linear
from configurator.engines.diagram_engine import DiagramEngine
from configurator.engines.enumeration import EnumerationEngine
from configurator.engines.protocol import Engine
from configurator.engines.resource_engine import ResourceEngine
from configurator.engines.search_engine import SearchEngine
from configurator.expressions import environment, satisfied
from configurator.ground import ground
from configurator.model import Model, Objective, Term, Variable
from configurator.program import Program
from configurator.ranges import Range, objective_range, objective_ranges
from configurator.repair import repairs
from configurator.session import Chosen, Session, idle_texts, model_value, start
from configurator.soft import softs
from rules.diagnostics import render
from rules.kinds import Money, Quantity, Scalar
from rules.typed import Add, Constant, Reference, Typed, Within
from tests.configurator.catalogs import DAY, Generated, seeded
from tests.configurator.oracle import Facts, Judged, Oracle, judge, merged

ONE = Constant(Quantity(), Fraction(1))


@dataclass(frozen=True)
class Prepared:
    """A generated catalog with its model, its engines, its price as an objective, and the oracle."""

    text: Generated
    model: Model
    engines: tuple[Engine, ...]
    price: Objective
    oracle: Oracle


@dataclass(frozen=True)
class Case:
    """A prepared catalog and choices, with restrictions, on one engine."""

    on: Prepared
    session: Session

    @property
    def facts(self) -> Facts:
        """What restrictions and choices ask for."""
        return self.facts_without("")

    def facts_without(self, path: str) -> Facts:
        """What is asked for but on one path."""
        kept = {choice.path: choice for choice in self.session.choices if choice.path != path}
        values = {each: frozenset({model_value(self.on.model.variable(each), kept[each].value)}) for each in kept}
        return merged(self.session.restrictions, values)

    def priced(self, facts: Facts, session: Session | None = None, asked: str = "") -> list[Judged]:
        """The valid configurations that count for prices: texts that nobody wrote count as not written."""
        idle = {path: value for path, value in idle_texts(session or self.session).items() if path != asked}
        return [
            one
            for one in self.on.oracle.within(facts)
            if all(one.values.get(path, value) == value for path, value in idle.items())
        ]


# --- what is compared ---------------------------------------------------------------------------


def prepare(text: Generated) -> Prepared:
    """Load and compile a generated catalog, which has no errors."""
    loaded = load(text.files)
    problems = [problem for problem in loaded.diagnostics if problem.severity == "error"]
    assert loaded.catalog is not None, "\n".join(render(problem, loaded.sources) for problem in problems)
    model = compile_product(loaded.catalog, "thing", DAY)
    price = price_of(loaded.catalog, model)
    return Prepared(text, model, tuple(_engines(model, price)), price, judge(loaded.catalog, "thing", DAY))


def _engines(model: Model, price: Objective) -> Iterator[Engine]:
    """Build every engine that takes the model; resources are its linear rules, at most two."""
    yield EnumerationEngine(model)
    yield CpSatEngine(model)
    yield DiagramEngine(model, CpSatEngine, (price,))
    search = SearchEngine(model, 20.0)
    assert search.fits
    yield search
    program = Program(model)
    sums = [number for number in range(len(model.constraints)) if linear(program, number)][:2]
    if sums:
        yield ResourceEngine(model, CpSatEngine, (price,), keep_out=sums)


def price_of(catalog: Catalog, model: Model) -> Objective:
    """Write the price of one unit as an objective over the model."""
    terms = [term for listed in catalog.price_lists for row in listed.rows for term in _row_terms(row, model)]
    for charge in catalog.charges:
        when = None if charge.when is None else ground(charge.when, model)
        terms.append(Term(when, ground(charge.amount, model)))
    return Objective(tuple(terms))


def _row_terms(row: PriceRow, model: Model) -> Iterator[Term]:
    if not row.effectivity.covers(model.day):
        return
    amount = Constant(Money("EUR"), row.price)
    if not row.path:
        yield Term(None, amount)
    counted = model.index.get(f"count({row.path[0]})") if row.path else None
    if counted is not None and len(row.path) == 1:
        yield Term(None, Add(Money("EUR"), ((row.price, Reference(counted.kind, counted.path)),)))
        return
    for variable in model.variables:
        plain = tuple(step.split("[")[0] for step in variable.path.split("."))
        if row.path and plain == row.path:
            yield Term(Within(Reference(variable.kind, variable.path), row.values), amount)


def draw_session(prepared: Prepared, engine: Engine, draw: Random) -> Session:
    """Draw choices, seldom with a restriction; they need not be valid together."""
    variables = [variable for variable in prepared.model.variables if variable.values]
    chosen = draw.sample(variables, min(len(variables), draw.randint(0, 4)))
    restrictions = {}
    if draw.random() < 0.15:
        always = [variable for variable in variables if variable.exists is None and len(variable.values) > 1]
        for variable in draw.sample(always, min(1, len(always))):
            restrictions[variable.path] = frozenset(draw.sample(variable.values, len(variable.values) - 1))
    return start(engine, [Chosen(each.path, _draw_value(each, draw)) for each in chosen], restrictions)


def _draw_value(variable: Variable, draw: Random) -> Scalar:
    value = draw.choice(variable.values)
    return "abc" if variable.is_text and value else value


# --- every answer -------------------------------------------------------------------------------


def check_engine(case: Case) -> None:
    """Validity, domains and counts."""
    engine, allowed, right = case.session.engine, case.session.allowed, case.on.oracle.within(case.facts)
    valid = [one.values for one in case.on.oracle.all]
    verdict = engine.solve(allowed)
    assert verdict.status == ("solution" if right else "none")
    if right:
        assert verdict.configuration in [one.values for one in right]
        assert engine.check(right[-1].values)
    domains = engine.valid_values(allowed)
    assert domains.limit is None
    assert (domains.witness is not None) == bool(right)
    for variable in case.on.model.variables:
        taken = {one.values[variable.path] for one in right if variable.path in one.values}
        assert domains.values.get(variable.path, frozenset()) == taken, variable.path
    texts = {variable.path for variable in case.on.model.variables if variable.is_text}
    different = {frozenset(item for item in one.values.items() if item[0] not in texts) for one in right}
    assert engine.count(allowed).value == len(different)
    broken = next((one.values for one in case.on.oracle.combinations if one.broken), None)
    assert broken is None or not engine.check(broken)
    assert all(engine.check(values) for values in valid[:3])


def check_assessment(case: Case, _draw: Random) -> None:
    """States of all options and values."""
    right = case.on.oracle.within(case.facts)
    assessment = assess(case.session, case.on.price)
    assert assessment.exact
    assert assessment.valid == bool(right)
    shown = right or case.on.oracle.within(case.session.restrictions)
    proposed: dict[str, Scalar] = {}
    for option in assessment.options:
        path, choice = option.variable.path, case.session.chosen(option.variable.path)
        there = [one.values[path] for one in shown if path in one.values]
        states = {value.value: value.state for value in option.values}
        assert tuple(states) == option.variable.values
        if choice is not None:
            assert (option.state, option.value) == ("chosen", choice.value)
            now = model_value(option.variable, choice.value)
            facts = case.facts_without(path) if right else case.session.restrictions
            free = {one.values[path] for one in case.on.oracle.within(facts) if path in one.values}
            assert states == {v: "chosen" if v == now else "open" if v in free else "excluded" for v in states}
            continue
        implied = len(set(there)) == 1 and len(there) == len(shown)
        assert (option.state == "implied") == implied, path
        assert (option.state == "excluded") == (not there), path
        usual = {"implied": "implied", "proposed": "proposed"}.get(option.state, "open")
        now = option.value if not option.variable.is_text else model_value(option.variable, option.value or "")
        for value, state in states.items():
            named = option.state in {"implied", "proposed"} and value == now
            assert state == (usual if named else "open" if value in there else "excluded"), (path, value)
        if option.state == "proposed" and not (option.variable.is_text and path in idle_texts(case.session)):
            proposed[path] = now
    _check_proposals(case, right, proposed)


def _check_proposals(case: Case, right: list[Judged], proposed: Mapping[str, Scalar]) -> None:
    """Proposals stand together, in a configuration that gives up the least; defaults that hold in it are there."""
    if not right:
        assert not proposed
        return
    least = min(_given_up(case, one) for one in right)
    best = [one for one in right if _given_up(case, one) == least]
    assert any(proposed.items() <= one.values.items() for one in best)
    preferred = complete(case.session, "preferred", case.on.price).configuration
    assert preferred is not None
    for path, value in proposed.items():
        assert model_value(case.on.model.variable(path), preferred[path]) == value


def _given_up(case: Case, one: Judged) -> int:
    """Add up what a configuration gives up: preferences, and defaults of unchosen options that exist."""
    idle = idle_texts(case.session)
    defaults = 0
    for variable in case.on.model.variables:
        if not isinstance(variable.origin, Option) or case.session.chosen(variable.path) or variable.path in idle:
            continue
        default = variable.origin.default
        if variable.is_text:
            default = model_value(variable, default or "")
        if default in variable.values:
            defaults += one.values.get(variable.path, default) != default
    return one.wishes + defaults


def check_conflict(case: Case, _draw: Random) -> None:
    """A minimal conflict of the choices."""
    found = minimal_conflict(case.session.engine, case.session.choices, case.session.restrictions)
    right = case.on.oracle.satisfiable(case.facts)
    assert (found is None) == right
    if found is not None:
        _check_minimal(case, found, {})


def check_why(case: Case, draw: Random) -> None:
    """Why a value is excluded."""
    if not case.on.model.variables:
        return
    variable = draw.choice(case.on.model.variables)
    for value in variable.values:
        wanted = {variable.path: frozenset({value})}
        facts = merged(case.facts_without(variable.path), wanted)
        found = why(case.session, variable.path, "abc" if variable.is_text and value else value)
        assert (found is None) == case.on.oracle.satisfiable(facts), (variable.path, value)
        if found is not None:
            _check_minimal(case, found, wanted)


def _check_minimal(case: Case, found: object, wanted: Facts) -> None:
    assert isinstance(found, Conflict)
    assert found.limit is None
    oracle, model = case.on.oracle, case.on.model
    values = {c.path: frozenset({model_value(model.variable(c.path), c.value)}) for c in found.choices}
    hard = merged(case.session.restrictions, wanted)
    assert not oracle.satisfiable(merged(hard, values))
    for path in values:
        assert oracle.satisfiable(merged(hard, {p: v for p, v in values.items() if p != path}))
    rules = [(constraint.rule, constraint.instance) for constraint in found.constraints]
    assert not oracle.possible(merged(hard, values), frozenset(rules))
    for rule in rules:
        assert oracle.possible(merged(hard, values), frozenset(rules) - {rule})
    restricted = {path: case.session.restrictions[path] for path in found.restricted}
    assert not oracle.possible(merged(merged(wanted, values), restricted), frozenset(rules))
    for path in restricted:
        fewer = {p: v for p, v in restricted.items() if p != path}
        assert oracle.possible(merged(merged(wanted, values), fewer), frozenset(rules))


def check_repairs(case: Case, draw: Random) -> None:
    """All minimal repairs, of the choices as they are and for one wanted value."""
    _check_repairs(case, None)
    wanted = [each for each in case.on.model.variables if each.values]
    if not wanted:
        return
    variable = draw.choice(wanted)
    _check_repairs(case, (variable.path, _draw_value(variable, draw)))


def _check_repairs(case: Case, want: tuple[str, Scalar] | None) -> None:
    model, oracle = case.on.model, case.on.oracle
    hard = dict(case.session.restrictions)
    kept = case.session
    if want is not None:
        hard = dict(merged(hard, {want[0]: frozenset({model_value(model.variable(want[0]), want[1])})}))
        kept = case.session.retract(want[0])
    choices = {c.path: model_value(model.variable(c.path), c.value) for c in kept.choices}
    found = repairs(case.session, want, case.on.price, most=1000)
    assert found.exact
    gone = [frozenset(change.path for change in repair.changes) for repair in found.items]
    assert len(set(gone)) == len(gone)
    assert set(gone) == oracle.repairs(hard, choices)
    ranks = []
    for repair in found.items:
        left = {
            path: frozenset({value}) for path, value in choices.items() if path not in {c.path for c in repair.changes}
        }
        best = min(one.price for one in case.priced(merged(hard, left), repair.session))
        assert repair.value == best
        ranks.append((len(repair.changes), best))
        for change in repair.changes:
            assert change.new != change.old
            assert change.old == case.session.chosen(change.path).value
    assert ranks == sorted(ranks)


def check_completion(case: Case, _draw: Random) -> None:
    """The cheapest and the preferred completion."""
    right = case.priced(case.facts)
    order = [wish.condition for wish in softs(case.session)]
    for goal in ("cheapest", "preferred"):
        found = complete(case.session, goal, case.on.price)
        assert found.verdict.status == ("solution" if right else "none")
        if case.session.engine is not case.on.engines[0]:
            first = start(case.on.engines[0], case.session.choices, case.session.restrictions)
            assert found.configuration == complete(first, goal, case.on.price).configuration
        if not right:
            continue
        keys = [_key(case, one, goal, order) for one in right]
        seen = _as_seen(case, found.configuration)
        judged = next(one for one in right if one.values == seen)
        assert found.value == judged.price
        assert _key(case, judged, goal, order) == min(keys)
        if goal == "cheapest":
            ranks = [_ranks(case, one) for one, key in zip(right, keys, strict=True) if key == min(keys)]
            assert _ranks(case, judged) == min(ranks)


def _key(case: Case, one: Judged, goal: str, order: list[Typed]) -> tuple[object, ...]:
    values = environment(case.on.model, one.values)
    pattern = tuple(not satisfied(condition, values) for condition in order)
    soft = (_given_up(case, one), pattern)
    return (one.price, *soft) if goal == "cheapest" else (*soft, one.price)


def _ranks(case: Case, one: Judged) -> list[int]:
    return [
        each.values.index(one.values[each.path]) if each.path in one.values else -1 for each in case.on.model.variables
    ]


def _as_seen(case: Case, configuration: Mapping[str, Scalar] | None) -> Mapping[str, Scalar]:
    assert configuration is not None
    for choice in case.session.choices:
        assert configuration[choice.path] == choice.value
    return {path: model_value(case.on.model.variable(path), value) for path, value in configuration.items()}


def check_ranges(case: Case, _draw: Random) -> None:
    """The price range of every value, and of the whole."""
    totals = [one.price for one in case.priced(case.facts)]
    whole = objective_range(case.session, case.on.price)
    assert whole == (Range(min(totals), max(totals)) if totals else None)
    found = objective_ranges(case.session, case.on.price)
    for variable in case.on.model.variables:
        prices: dict[Scalar, list[Fraction]] = {}
        for one in case.priced(case.facts_without(variable.path), case.session.retract(variable.path), variable.path):
            if variable.path in one.values:
                prices.setdefault(one.values[variable.path], []).append(one.price)
        assert found[variable.path] == {value: Range(min(all_), max(all_)) for value, all_ in prices.items()}, (
            variable.path
        )


Service = Callable[[Case, Random], None]
SERVICES: tuple[Service, ...] = (
    check_assessment, check_conflict, check_why, check_repairs, check_completion, check_ranges,
)  # fmt: skip


def check_case(prepared: Prepared, seed: int, thorough: bool = True) -> None:
    """Compare the answers of all engines on one drawn set of choices with brute force.

    Where not `thorough`, each engine but the first answers all the engine's questions and one service in turn.
    """
    for number, engine in enumerate(prepared.engines):
        draw = seeded(seed)
        case = Case(prepared, draw_session(prepared, engine, draw))
        check_engine(case)
        for service in SERVICES if thorough or not number else (SERVICES[(seed + number) % len(SERVICES)],):
            service(case, draw)
