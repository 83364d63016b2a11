"""The price of one unit as a ground objective, so that the configurator can find what is cheapest and dearest.

`objective` is the exact list price of one unit before it is rounded; `unit_total` takes such a value through
the remaining phases at quantity 1 to the net total. It never falls where its argument rises, so the least
(greatest) objective gives the least (greatest) net total, attained by the same configuration. Cost-bound
configuration: Andersen, Hadzic, Pisinger, Interactive cost configuration over decision diagrams (2010).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from enum import Enum
from fractions import Fraction
from functools import partial

from catalogs.marks import Label
from catalogs.model import Catalog, Scale
from configurator.ground import Constants, ground
from configurator.instances import Placed, instantiate
from configurator.model import Model, Objective, Term, Variable
from configurator.passes import FALSE, TRUE, conjunction, disjunction, negation, within
from quotes.pricing.access import Candidate, Cells, Path
from quotes.pricing.agreement import Agreed, agreed_amount, terms_by_product, whole_discount
from quotes.pricing.channel import channelled
from quotes.pricing.context import Context, Line
from quotes.pricing.cover import Overlaps, compact, covered
from quotes.pricing.record import MICROS
from quotes.pricing.rounding import half_away, rounded
from quotes.pricing.scales import applied, effect_of, scales_of
from quotes.pricing.scope import buyer, join
from quotes.pricing.sheet import Desk, Draft, Origin
from quotes.pricing.unit import charges_on
from rules.evaluator import holds
from rules.kinds import Money, Scalar
from rules.typed import Add, Constant, Reference, Typed, Values


def obstacle(catalog: Catalog, model: Model, context: Context) -> str:
    """Say why no price ranges can be had, "" where they can."""
    desk = _desk(catalog, model, context)
    if not desk.access[model.product].rows(()):
        return f"no price list in {context.currency} for this customer has a row for {model.product} on {model.day}"
    if _scale_of_one(desk, model.product) is Varies.VARIES:
        return "a scale that acts on a single unit depends on the configuration"
    if _of_parts(desk, model.product) and (_scale_of_one(desk, model.product) is not None or desk.grain != 1):
        return "a contract prices parts of what a scale or a coarse rounding has changed before"
    return ""


def objective(catalog: Catalog, model: Model, context: Context) -> Objective | None:
    """Return the exact price of one unit, in units of the currency; None where `obstacle` says why not.

    It is the price where `priced_where` holds; elsewhere the product has no price at all.
    """
    if obstacle(catalog, model, context):
        return None
    desk = _desk(catalog, model, context)
    return Objective(tuple(_Pricer(desk, model).terms()))


def priced_where(catalog: Catalog, model: Model, context: Context) -> Typed | None:
    """Return the condition under which the product has a price; None where every configuration has one.

    A matrix of base prices may leave sizes out that rules allow: they cannot be quoted.
    """
    desk = _desk(catalog, model, context)
    rows = desk.access[model.product].rows(())
    domains = {_names(variable.path): variable.values for variable in model.variables if not variable.instance}
    if any(not candidate.cells for candidate in rows) or covered(domains, [one.cells for one in rows]):
        return None
    pricer = _Pricer(desk, model)
    return disjunction(pricer.cells(pricer.root, candidate.cells) for candidate in rows)


def unit_total(catalog: Catalog, context: Context, product: str, configured: Fraction, day: date) -> int:
    """Return the net total of one unit, in minor units, from the exact value of its objective.

    The phases after "configure" at quantity 1, with their roundings; it never falls as `configured` rises.
    """
    desk = Desk.open(catalog, context, day)
    micros = half_away(configured * MICROS)
    draft = Draft(Line("", product, {}), exact=configured, unit=micros).settled(desk, "configure")
    one = _scale_of_one(desk, product)
    if isinstance(one, Scale) and (effect := effect_of(one, 1, draft.exact)):
        draft = applied(desk, draft, one, effect)
    rate = whole_discount(_terms(desk, product))
    if rate:
        origin = Origin("agreement", "", Label(""))
        draft = draft.moved(draft.exact * (1 - rate), origin, "percent", -rate).settled(desk, "agreement")
    return rounded(channelled(desk, draft).exact * desk.minor, desk.policy.rounding)


def _terms(desk: Desk, product: str) -> tuple[Agreed, ...]:
    return desk.kept(terms_by_product).get(product, ())


def _of_parts(desk: Desk, product: str) -> bool:
    """Say whether contracts change what single parts of a product cost, not just the whole."""
    return any(term.aim.path or term.price is not None for _, term in _terms(desk, product))


class Varies(Enum):
    """The scale of a single unit is not the same for every configuration."""

    VARIES = "varies"


def _scale_of_one(desk: Desk, product: str) -> Scale | Varies | None:
    """Return the scale that a single unit gets, whatever its configuration; None where none does anything to it."""
    sees = {"customer": buyer(desk.catalog, desk.context), "quantity": Fraction(1)}
    possible: list[Scale] = []
    certain = False
    for one in scales_of(desk, product):
        truth = True if one.when is None else holds(one.when, sees)
        if truth is not False and effect_of(one, 1, Fraction(1)):
            possible.append(one)
            certain = truth is True
        if certain:
            break
    if not any(_acts(one) for one in possible):
        return None
    return possible[0] if certain and len(possible) == 1 else Varies.VARIES


def _acts(one: Scale) -> bool:
    effect = effect_of(one, 1, Fraction(1))
    neutral = effect is None or (effect.operator == "percent" and not effect.operand)
    return not neutral or one.minimum is not None or one.maximum is not None


def _desk(catalog: Catalog, model: Model, context: Context) -> Desk:
    return Desk.open(catalog, context, model.day, frozenset({model.product}))


class _Pricer:
    """Writes the rows and charges of one product as terms over its variables."""

    def __init__(self, desk: Desk, model: Model) -> None:
        self._desk = desk
        self._model = model
        self._rows = desk.access[model.product]
        self._terms = _terms(desk, model.product)
        self._money = Money(desk.context.currency)
        self._constants: Constants = {"customer": desk.context.attributes, "quantity": Fraction(1)}
        self._overlap = Overlaps()
        self._placed = instantiate(desk.catalog, desk.catalog.component(model.product), model.day).placed
        self.root = self._placed[0]

    def terms(self) -> Iterator[Term]:
        """Yield one term per row that can win, under the condition that it does, and one per charge."""
        for placed in self._placed:
            names = _names(placed.path)
            own = tuple(self._rows.rows_for(names, value=True))
            yield from self._ladder(placed, own, [_there(placed)], partial(self._agreed, names, True))
            for option in placed.component.options:
                if join(placed.path, option.name) in self._model.index:
                    yield from self._option(placed, (*names, option.name))
            for charge in charges_on(self._desk, placed.component):
                when = [_there(placed)]
                if charge.when is not None:
                    when.append(ground(charge.when, self._model, placed.path, self._constants))
                amount = ground(charge.amount, self._model, placed.path, self._constants)
                factor = agreed_amount(self._terms, (*names, ""), True, Fraction(1), row=False)
                yield from _term(when, amount if factor == 1 else Add(self._money, ((factor, amount),)))

    def costs(self, unknown: list[Typed]) -> Iterator[Term]:
        """Yield one term per row whose cost can count; `unknown` takes the conditions under which there is none."""
        for placed in self._placed:
            names = _names(placed.path)
            yield from self._cost(placed, tuple(self._rows.rows_for(names, value=True)), [_there(placed)], unknown)
            for option in placed.component.options:
                path = join(placed.path, option.name)
                if path in self._model.index:
                    yield from self._costs_of(placed, (*names, option.name), self._model.variable(path), unknown)

    def _costs_of(self, placed: Placed, names: Path, variable: Variable, unknown: list[Typed]) -> Iterator[Term]:
        groups: dict[tuple[int, ...], tuple[tuple[Candidate, ...], list[Scalar]]] = {}
        for value in variable.values:
            rows = tuple(self._rows.rows_for(names, value))
            if rows:
                groups.setdefault(tuple(map(id, rows)), (rows, []))[1].append(value)
        for rows, values in groups.values():
            one_of = within(Reference(variable.kind, variable.path), compact(variable.values, values))
            yield from self._cost(placed, rows, [one_of], unknown)

    def _cost(
        self, placed: Placed, rows: tuple[Candidate, ...], when: list[Typed], unknown: list[Typed]
    ) -> Iterator[Term]:
        conditions = [self.cells(placed, candidate.cells) for candidate in rows]
        before: list[Typed] = []
        for candidate, condition in zip(rows, conditions, strict=True):
            if candidate.row.cost is not None:
                if candidate.row.cost:
                    yield from _term([*when, condition, *before], Constant(self._money, candidate.row.cost))
                before.append(negation(condition))
        if rows:
            nothing = conjunction([*when, disjunction(conditions), *before])
            unknown += [] if nothing == FALSE else [nothing]

    def _option(self, placed: Placed, names: Path) -> Iterator[Term]:
        """Yield the terms of one option: values with the same rows share them."""
        variable = self._model.variable(join(placed.path, names[-1]))
        groups: dict[tuple[object, ...], tuple[tuple[Candidate, ...], list[Scalar]]] = {}
        for value in variable.values:
            rows = _until_certain(self._rows.rows_for(names, value))
            fixed = self._agreed(names, value, None)
            if rows or fixed is not None:
                rates = (self._agreed(names, value, Fraction(1)), fixed)
                groups.setdefault((*map(id, rows), *rates), (rows, []))[1].append(value)
        for rows, values in groups.values():
            one_of = within(Reference(variable.kind, variable.path), compact(variable.values, values))
            yield from self._ladder(placed, rows, [one_of], partial(self._agreed, names, values[0]))

    def _agreed(self, names: Path, value: Scalar, amount: Fraction | None) -> Fraction | None:
        """Return what contracts make of an amount; of None the price that they fix whatever the amount, if they do."""
        if amount is not None:
            return agreed_amount(self._terms, names, value, amount)
        fixed = [agreed_amount(self._terms, names, value, Fraction(probe)) for probe in (0, 1)]
        return fixed[0] if self._terms and fixed[0] == fixed[1] and fixed[0] else None

    def _ladder(
        self,
        placed: Placed,
        rows: tuple[Candidate, ...],
        when: list[Typed],
        agreed: Callable[[Fraction | None], Fraction | None],
    ) -> Iterator[Term]:
        """Yield a term per row: it counts where its conditions hold and those of no row before it do.

        A price that a contract fixes counts whatever the row.
        """
        fixed = agreed(None)
        if fixed is not None:
            yield from _term(when, Constant(self._money, fixed))
            return
        rows = _until_certain(rows)
        conditions = [self.cells(placed, candidate.cells) for candidate in rows]
        for number, candidate in enumerate(rows):
            earlier = (
                negation(conditions[before])
                for before in range(number)
                if self._overlap.between(rows[before].cells, candidate.cells)
            )
            amount = agreed(candidate.row.price)
            if amount:
                yield from _term([*when, conditions[number], *earlier], Constant(self._money, amount))

    def cells(self, placed: Placed, cells: Cells) -> Typed:
        """Return the conditions of a row as a ground condition of an instance."""
        return conjunction(self._cell(placed, names, values) for names, values in cells)

    def _cell(self, placed: Placed, names: Path, values: Values) -> Typed:
        around = placed.path.split(".")[: len(names) - 1]
        variable = self._model.index.get(join(".".join(around), names[-1]))
        return FALSE if variable is None else within(Reference(variable.kind, variable.path), values)


def _term(when: list[Typed], amount: Typed) -> Iterator[Term]:
    condition = conjunction(when)
    if condition != FALSE:
        yield Term(None if condition == TRUE else condition, amount)


def _there(placed: Placed) -> Typed:
    return TRUE if placed.exists is None else placed.exists


def _names(path: str) -> Path:
    return tuple(step.partition("[")[0] for step in path.split(".")) if path else ()


def _until_certain(rows: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Return rows up to the first without conditions: what comes after never wins."""
    kept: list[Candidate] = []
    for candidate in rows:
        kept.append(candidate)
        if not candidate.cells:
            break
    return tuple(kept)


def unit_cost(catalog: Catalog, model: Model, context: Context) -> tuple[Objective, Typed]:
    """Return the seller's cost of one unit, exact, and the condition under which it is not known.

    The cost of what a row prices is that of the first row in order that holds and states one. Charges cost nothing.
    """
    unknown: list[Typed] = []
    terms = tuple(_Pricer(_desk(catalog, model, context), model).costs(unknown))
    return Objective(terms), disjunction(unknown)
