"""Which values are settled as valid, while solutions come in: a solution settles its own values and its neighbours'."""

from __future__ import annotations

from collections.abc import Sequence

from configurator.model import Domains, Limit
from configurator.program import Domain, Program
from rules.kinds import Scalar


class Search:
    """The open values of every variable within `domains` (none: nothing is possible), and those found valid."""

    def __init__(self, program: Program, domains: Sequence[Domain]) -> None:
        self._program, self._domains = program, domains
        kept = [frozenset(domain) for domain in domains] or [frozenset[int]() for _ in program.sizes]
        self._kept = kept
        self.open = [set(domain) - {size} for domain, size in zip(kept, program.sizes, strict=True)]
        self.found: list[set[int]] = [set() for _ in kept]

    @property
    def is_open(self) -> bool:
        """Say whether some value is not settled yet."""
        return any(self.open)

    def absorb(self, state: Sequence[int]) -> None:
        """Take the values of a solution as valid, if it lies within the domains."""
        if all(index in kept for index, kept in zip(state, self._kept, strict=True)):
            for index, left, found in zip(state, self.open, self.found, strict=True):
                if index in left:
                    left.discard(index)
                    found.add(index)

    def scan(self, state: Sequence[int]) -> None:
        """Take the values of a solution, and of all that differ from it in one variable alone.

        Where that changes which instances exist, what came is scanned in its turn.
        """
        self.absorb(state)
        pending = [state]
        while pending:
            base = pending.pop()
            for position, left in enumerate(self.open):
                for moved in self._program.swaps(base, position, sorted(left), self._domains) if left else ():
                    self.absorb(moved)
                    if self._program.dependents[position]:
                        pending.append(moved)

    def domains(self, witness: Sequence[int] | None, limit: Limit | None) -> Domains:
        """Return what is settled; what is open is excluded, or unsettled where a limit was hit."""
        variables = self._program.model.variables

        def named(indices: Sequence[set[int]]) -> dict[str, frozenset[Scalar]]:
            return {v.path: frozenset(v.values[i] for i in own) for v, own in zip(variables, indices, strict=True)}

        unsettled = {path: values for path, values in named(self.open).items() if values} if limit else {}
        configuration = None if witness is None else self._program.configuration(witness)
        return Domains(named(self.found), configuration, unsettled, limit)
