"""An engine kept to what further conditions allow, without compiling anything again: exact, box by box.

`restricted` gives an engine and the masks to start sessions with. The conditions are cut into boxes that do
not overlap (`configurator.boxes`): a best configuration is the best of the boxes' best, valid values are those of any
box, and counts add up. Conditions too broad for boxes become one more constraint of an engine that is built for
them once and kept.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal
from weakref import WeakKeyDictionary

from catalogs.marks import Label
from catalogs.model import Part
from configurator.boxes import boxes_of, met
from configurator.engines.planner import build_engine
from configurator.engines.protocol import USUAL, Budget, Engine
from configurator.expressions import environment, satisfied
from configurator.fingerprint import fingerprint
from configurator.model import Allowed, Configuration, Constraint, Count, Domains, Limit, Model, Objective, Verdict
from configurator.passes import conjunction
from configurator.session import Session
from rules.diagnostics import NOWHERE
from rules.kinds import Scalar
from rules.typed import Typed

ENTITLED = "is entitled"
"""The name of the constraint that stands for conditions too broad for boxes; no rule can be called so."""
KEPT = 16
"""So many engines with such a constraint are kept beside one engine."""

_kept: WeakKeyDictionary[Engine, dict[str, Engine]] = WeakKeyDictionary()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Restriction:
    """An engine, and masks for its sessions. With `is_empty` no configuration is left: a mask leaves something nothing."""

    engine: Engine = field(repr=False)
    allowed: Allowed = field(default_factory=dict)
    is_empty: bool = False

    def session(self, session: Session) -> Session:
        """Return the same choices under this restriction and the session's own."""
        both = {path: values & session.restrictions.get(path, values) for path, values in self.allowed.items()}
        return replace(session, engine=self.engine, restrictions={**session.restrictions, **both})


def restricted(engine: Engine, conditions: Iterable[Typed]) -> Restriction:
    """Keep an engine to configurations that fulfil ground conditions over its model; `ModelTooLarge` as building says."""
    conditions = tuple(conditions)
    cut = boxes_of(engine.model, conditions)
    if cut.is_empty:
        return Restriction(engine, _nothing(engine.model), is_empty=True)
    engine = _with_constraint(engine, conjunction(cut.left)) if cut.left else engine
    return Restriction(BoxedEngine(engine, cut.boxes, conditions) if cut.boxes else engine, cut.masks)


def rebuilt(engine: Engine, model: Model) -> Engine:
    """Build an engine for a variant of its model (rules more or fewer), kept to the same boxes."""
    if isinstance(engine, BoxedEngine):
        return BoxedEngine(rebuilt(engine.base, model), engine.boxes, engine.conditions)
    return build_engine(model, "enumeration" if engine.name == "enumeration" else "cp-sat")


def _nothing(model: Model) -> Allowed:
    """Return masks that no configuration fulfils; a product without options has none to mask."""
    return {model.variables[0].path: frozenset()} if model.variables else {}


def _with_constraint(engine: Engine, condition: Typed) -> Engine:
    key = fingerprint(condition)
    with _lock:
        known = _kept.setdefault(engine, {}).get(key)
    if known is not None:
        return known
    constraint = Constraint(ENTITLED, "", condition, Label(""), NOWHERE)
    model: Model = replace(engine.model, constraints=(*engine.model.constraints, constraint))
    made = build_engine(model, "enumeration" if engine.name == "enumeration" else "cp-sat")
    with _lock:
        own = _kept.setdefault(engine, {})
        while len(own) >= KEPT:
            del own[next(iter(own))]
        return own.setdefault(key, made)


class BoxedEngine:
    """Answers about the configurations of several boxes that do not overlap, by asking an engine about each."""

    def __init__(self, base: Engine, boxes: Sequence[Allowed], conditions: Sequence[Typed]) -> None:
        self.base, self.boxes, self.conditions = base, tuple(boxes), tuple(conditions)

    @property
    def name(self) -> str:
        """The name of the engine that is asked."""
        return self.base.name

    @property
    def model(self) -> Model:
        """The model of the engine that is asked; boxes are no constraints of it."""
        return self.base.model

    def _within(self, allowed: Allowed) -> Iterator[Allowed]:
        return (both for box in self.boxes if (both := met(box, allowed)) is not None)

    def solve(
        self,
        allowed: Allowed,
        *,
        constraints: Collection[int] | None = None,
        objective: Objective | None = None,
        sense: Literal["min", "max"] = "min",
        budget: Budget = USUAL,
    ) -> Verdict:
        """Find a valid configuration, the best by `objective` where one is given; of equal ones that of the first box."""
        budget = budget.started()
        best: Verdict | None = None
        limit: Limit | None = None
        for box in self._within(allowed):
            found = self.base.solve(box, constraints=constraints, objective=objective, sense=sense, budget=budget)
            if objective is None and found.status == "solution":
                return found
            limit = limit or found.limit
            if found.configuration is not None and (best is None or _is_better(found, best, sense)):
                best = found
        if best is None:
            return Verdict("none") if limit is None else Verdict("unknown", limit=limit)
        return best if limit is None else Verdict("unknown", best.configuration, best.value, limit)

    def best(self, _allowed: Allowed, _objectives: Sequence[Objective], _order: Iterable[str] = ()) -> None:
        """Say that it takes one objective after the other."""

    def refuting(self, _allowed: Allowed, _order: Sequence[int], _budget: Budget) -> None:
        """Say that it takes one set of constraints after the other."""

    def switches(self, _allowed: Allowed, _choices: Allowed) -> None:
        """Say that it takes one path after the other."""

    def ends(self, _allowed: Allowed, _choices: Allowed, _objective: Objective) -> None:
        """Say that it takes one value after the other."""

    def valid_values(self, allowed: Allowed, *, budget: Budget = USUAL) -> Domains:
        """Return every value that some valid configuration of some box takes."""
        budget = budget.started()
        none: frozenset[Scalar] = frozenset()
        parts = [self.base.valid_values(box, budget=budget) for box in self._within(allowed)]
        paths = self.model.index
        values = {path: none.union(*(part.values.get(path, none) for part in parts)) for path in paths}
        unsettled = {
            path: none.union(*(part.unsettled.get(path, none) for part in parts)) - values[path] for path in paths
        }
        return Domains(
            values,
            next((part.witness for part in parts if part.witness is not None), None),
            {path: left for path, left in unsettled.items() if left},
            next((part.limit for part in parts if part.limit is not None), None),
        )

    def count(self, allowed: Allowed, *, budget: Budget = USUAL) -> Count:
        """Return the exact number of valid configurations: boxes do not overlap, nor differ by texts alone."""
        budget = budget.started()
        total = 0
        for box in self._within(allowed):
            found = self.base.count(box, budget=budget)
            if found.value is None:
                return found
            total += found.value
        return Count(total)

    def check(self, configuration: Configuration) -> bool:
        """Say whether a configuration is complete, valid and in a box."""
        return self.base.check(configuration) and self._fits(configuration)

    def swaps(self, configuration: Configuration, path: str, values: Collection[Scalar]) -> frozenset[Scalar]:
        """Return those of `values` that keep a configuration valid and in a box; of a number of instances none is proved."""
        if isinstance(self.model.variable(path).origin, Part):
            return frozenset()
        found = self.base.swaps(configuration, path, values)
        return frozenset(value for value in found if self._fits({**configuration, path: value}))

    def _fits(self, configuration: Configuration) -> bool:
        values = environment(self.model, configuration)
        return all(satisfied(condition, values) for condition in self.conditions)


def _is_better(one: Verdict, other: Verdict, sense: Literal["min", "max"]) -> bool:
    if one.value is None or other.value is None:
        return other.value is None and one.value is not None
    return one.value < other.value if sense == "min" else one.value > other.value
