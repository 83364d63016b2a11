"""A ground model becomes a network for the diagram: existence, rules one after the other, then objectives."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from configurator.engines.tabling.additive import Additive, NotAdditive, additive, combinations
from configurator.engines.tabling.conditions import Conditions, conjuncts
from configurator.engines.tabling.factoring import Wide, restrict_wide, wide_variables
from configurator.engines.tabling.limits import TablingLimits, Unfit, Untabled
from configurator.engines.tabling.linear import linear, resources
from configurator.engines.network import Network, Resource
from configurator.engines.tabling.wiring import Wiring
from configurator.model import Limit, Objective
from configurator.program import Program
from rules.typed import Compare, Not, Reference, Rows, Typed, Values, Within

USUAL = TablingLimits()
"""What tabling may take where the caller does not say."""


@dataclass(frozen=True, slots=True, eq=False)
class Tabulated:
    """A model as a network: its variables come first, in order, the index after the last value is absence.

    `objectives` stand in the order asked for; their tables speak of helpers too.
    """

    network: Network
    objectives: tuple[Additive | NotAdditive, ...]


def tabulate(
    program: Program,
    objectives: Sequence[Objective] = (),
    limits: TablingLimits = USUAL,
    keep_out: Collection[int] = (),
    together: Sequence[Collection[int]] = (),
) -> Tabulated | Untabled:
    """Return a model as tables of indices, or which of its constraints does not fit and why.

    Constraints in `keep_out` (by number) become resources where they are linear, tables elsewhere.
    Each entry of `together` numbers objectives that are of use together alone: where one is no sum, none gets tables.
    """
    conditions = Conditions(Wiring(program, limits))
    task = _Task(program, conditions, [], {})
    failed = task.run(frozenset(keep_out))
    if failed is not None:
        return failed
    bound = {number for numbers in together for number in numbers}
    found = {n: additive(program, conditions, one) for n, one in enumerate(objectives) if n not in bound}
    for numbers in together:
        fresh = [number for number in numbers if not isinstance(found.get(number), Additive)]
        found |= _all_or_none(program, conditions, {number: objectives[number] for number in fresh})
    wiring = conditions.wiring
    network = Network(tuple(wiring.sizes), wiring.visible, tuple(wiring.tables), tuple(task.resources))
    return Tabulated(network, tuple(found[number] for number in range(len(objectives))))


def _all_or_none(
    program: Program, conditions: Conditions, objectives: Mapping[int, Objective]
) -> dict[int, Additive | NotAdditive]:
    """Table objectives until one of them is no sum, then none; those over most values first, as they fail soonest."""
    mark = conditions.wiring.mark()
    found: dict[int, Additive | NotAdditive] = {}
    for number in sorted(objectives, key=lambda number: -combinations(conditions.evaluator, objectives[number])):
        one = found[number] = additive(program, conditions, objectives[number])
        if isinstance(one, NotAdditive):
            conditions.wiring.undo(mark)
            return dict.fromkeys(objectives, one)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """Tabling under way: rules over wide ranges wait until all of them are known."""

    program: Program
    conditions: Conditions
    resources: list[Resource]
    wide: dict[tuple[int, ...], list[Wide]]

    def run(self, keep_out: frozenset[int]) -> Untabled | None:
        """Table everything; return the verdict on what does not fit."""
        variables, constraints = self.program.model.variables, self.program.model.constraints
        source = -1
        try:
            for variable in variables:
                if variable.exists is not None:
                    self._require(_tie(variable.exists, Reference(variable.kind, variable.path)), -1)
            for source, constraint in enumerate(constraints):
                bounds = resources(self.conditions.ties, constraint.condition, source) if source in keep_out else None
                if bounds is not None:
                    self.resources.extend(bounds)
                    continue
                for part in conjuncts(constraint.condition):
                    self._require(part, source)
            for wide, rules in self.wide.items():
                source = rules[0].source
                self._restrict_wide(wide, rules)
        except Unfit as unfit:
            rule = "" if source < 0 else constraints[source].rule
            subject = f"the rule {rule}" if rule else "what says which options exist"
            limit = Limit("time" if unfit.final else "memory", f"{subject} does not fit into tables: {unfit.reason}")
            return Untabled(source, rule, limit)
        return None

    def _require(self, condition: Typed, source: int) -> None:
        wiring = self.conditions.wiring
        if self.conditions.clause(condition, source):
            return
        if not isinstance(condition, Rows):
            axes = tuple(wiring.axes(condition, {}))
            wide = wide_variables(axes, wiring.limits)
            if wide is not None:
                self.wide.setdefault(wide, []).append(Wide(condition, source, axes))
                return
        self.conditions.require(condition, source)

    def _restrict_wide(self, wide: tuple[int, ...], rules: Sequence[Wide]) -> None:
        """Class the combinations of wide variables; one rule over nothing else is a table as it is."""
        wiring = self.conditions.wiring
        mark = wiring.mark()
        if len(rules) > 1 or len(rules[0].axes) > len(wide):
            try:
                restrict_wide(wiring, wide, rules)
            except Unfit as unfit:
                if unfit.final:
                    raise
                wiring.undo(mark)
            else:
                return
        for rule in rules:
            self.conditions.require(rule.condition, rule.source)


def _tie(exists: Typed, reference: Reference) -> Typed:
    """Return that a variable is there exactly where it exists."""
    there = Within(reference, Values(everything=True))
    return Compare("=", Not(Not(exists)), there)


__all__ = ["USUAL", "Additive", "NotAdditive", "TablingLimits", "Tabulated", "Untabled", "linear", "tabulate"]
