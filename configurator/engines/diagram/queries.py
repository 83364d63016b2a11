"""Questions to a compiled diagram, answered for every value at once; values are literals, masks and sums arrays over them.

A literal is ``starts[variable] + index``. Masks have 1 for every literal that may be taken. Choices are
one literal a variable. Nothing is kept between questions: threads and processes share a `Compiled`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import pairwise
from math import prod

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram import lanes, ordered, passes, states
from configurator.engines.diagram.conflicts import conflict as smallest_conflict
from configurator.engines.diagram.conflicts import penalised, restrict
from configurator.engines.diagram.diagram import Diagram
from configurator.engines.diagram.ordered import Rows
from configurator.engines.diagram.passes import FAR, Bits, Sums

Draw = Callable[[int], int]
"""Chance, which comes from outside: a whole number from 0 up to, not including, the one given, each equally likely."""
_WORD = 1 << 64
_LARGEST_MODULUS = (1 << 31) - 1
BATCH = 64 * lanes.LANES
"""So many sessions go through one pass of a batch."""


class Compiled:
    """A diagram that answers: what is possible, at what price, how often, and why not."""

    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self.starts = diagram.starts
        self.literals = diagram.literals
        self.variables = len(diagram.starts) - 1
        self._arrays = passes.arrays(diagram)
        self._owner = np.repeat(np.arange(self.variables, dtype=np.int32), np.diff(diagram.starts))

    def everything(self) -> Bits:
        """Return a mask of all values."""
        return np.ones(self.literals, np.uint8)

    def mask(self, allowed: Sequence[Iterable[int]]) -> Bits:
        """Return the mask of the indices that each variable may take; a variable that is left out may take all."""
        mask = self.everything()
        for variable, indices in enumerate(allowed):
            own = mask[self.starts[variable] : self.starts[variable + 1]]
            own[:] = 0
            own[list(indices)] = 1
        return mask

    def restricted(self, mask: Bits, choices: NDArray[np.int32]) -> Bits:
        """Return a mask narrowed to choices: of each chosen variable only the chosen literal stays, if it was there."""
        return restrict(self.starts, self._owner, mask, choices)

    # --- what is possible -----------------------------------------------------------------------

    def possible(self, mask: Bits) -> bool:
        """Say whether any configuration takes only values of the mask."""
        return not self.diagram.is_empty and passes.possible(self._arrays, mask) != 0

    def outside(self, mask: Bits) -> Bits:
        """Return 1 for every literal that stands in some configuration with values of the mask in all other variables.

        So of an open variable: its valid values; of a chosen one: what it could be switched to.
        """
        return np.zeros(self.literals, np.uint8) if self.diagram.is_empty else passes.outside(self._arrays, mask)

    def batch(self, sessions: Sequence[NDArray[np.int32]]) -> NDArray[np.uint64]:
        """Return the masks of up to `BATCH` sessions, each given by its chosen literals, for `outside_batch`."""
        places = np.cumsum([0, *map(len, sessions)]).astype(np.int32)
        choices = np.concatenate([np.zeros(0, np.int32), *sessions]).astype(np.int32)
        return lanes.masks_of(self.starts, self._owner, choices, places)

    def outside_batch(self, masks: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Answer `outside` for `BATCH` masks in one pass; bit ``s % 64`` of word ``s // 64`` belongs to session s."""
        return np.zeros_like(masks) if self.diagram.is_empty else lanes.outside_lanes(self._arrays, masks)

    def conflict(self, mask: Bits, choices: NDArray[np.int32]) -> tuple[int, ...] | None:
        """Return the places of a minimal set of choices that cannot stand together within a mask; None where they can.

        Of several the one whose last choice comes earliest, and so on: choices early in the order stay.
        """
        if self.diagram.is_empty:
            return ()
        found = smallest_conflict(self._arrays, self.starts, self._owner, mask, choices)
        return None if found[0] < 0 else tuple(int(place) for place in sorted(found[1:]))

    def states(self, mask: Bits, choices: NDArray[np.int32]) -> Bits:
        """Return the state of every literal under choices: `EXCLUDED`, `OPEN`, `IMPLIED` or `CHOSEN` of `states`."""
        narrowed = self.restricted(mask, choices)
        return states.states_of(self.starts, self._owner, mask, self.outside(narrowed), choices)

    # --- sums -----------------------------------------------------------------------------------

    def least(self, mask: Bits, weights: Sums) -> Sums:
        """Return for every literal the least sum of a configuration that takes it, and of the mask in all other variables.

        `FAR` or more where there is none. Magnitudes of all weights together stay below 2**59.
        """
        if self.diagram.is_empty:
            return np.full(self.literals, FAR, np.int64)
        scratch = np.empty(self.diagram.slots, np.int64)
        return passes.least(self._arrays, np.where(mask, weights, FAR), scratch) + weights

    def both_ends(self, mask: Bits, weights: Sums) -> NDArray[np.int64]:
        """Return for every literal the least and minus the greatest such sum; `FAR` twice where there is none."""
        if self.diagram.is_empty:
            return np.full((self.literals, 2), FAR, np.int64)
        return passes.both_ends(self._arrays, weights, mask)

    def best(self, mask: Bits, weights: Sums) -> tuple[int, NDArray[np.int32]] | None:
        """Return the least sum and a configuration that has it, one literal a variable; None where there is none."""
        if self.diagram.is_empty:
            return None
        scratch = np.empty(self.diagram.slots, np.int64)
        value = int(passes.least_of_all(self._arrays, np.where(mask, weights, FAR), scratch))
        if value >= FAR // 2:
            return None
        found = np.empty(self.variables, np.int32)
        passes.trace(self._arrays, scratch.reshape(-1, 1), self.literals, found)
        found.sort()
        return value, found

    def best_in_order(self, mask: Bits, weights: Rows) -> tuple[tuple[int, ...], NDArray[np.int32]] | None:
        """Return the least sums, the first column decisive, and a configuration that has them; None where there is none."""
        if self.diagram.is_empty:
            return None
        up = ordered.ordered_up(self._arrays, weights, mask)
        if up[-1, 0] >= FAR:
            return None
        found = np.empty(self.variables, np.int32)
        passes.trace(self._arrays, up, self.literals, found)
        found.sort()
        return tuple(map(int, up[-1])), found

    def first_in_order(
        self, mask: Bits, weights: Rows, preferred: Sequence[Sequence[Sequence[int]]]
    ) -> NDArray[np.int32] | None:
        """Return among the best configurations the first one by further wishes; None where there is none.

        `preferred` holds one wish after the other: groups of literals, those of an earlier group before
        those of a later one.
        """
        if self.diagram.is_empty or not self.possible(mask):
            return None
        mask = ordered.best_literals(self._arrays, weights, mask)
        for groups in preferred:
            left = [group for group in groups if any(mask[literal] for literal in group)]
            if len(left) > 1:
                for group in left[1:]:
                    mask[list(group)] = 0
                mask = ordered.best_literals(self._arrays, weights, mask)
        best = self.best_in_order(mask, weights)
        return None if best is None else best[1]

    def given_up(self, mask: Bits, choices: NDArray[np.int32]) -> Sums:
        """Return for every literal how few of the choices must be given up to have it; `FAR` or more where nothing helps.

        A choice on the literal's own variable is replaced, which counts nothing.
        """
        if self.diagram.is_empty:
            return np.full(self.literals, FAR, np.int64)
        weights = penalised(self.starts, self._owner, mask, choices)
        return passes.least(self._arrays, weights, np.empty(self.diagram.slots, np.int64))

    # --- counts ---------------------------------------------------------------------------------

    def count(self, mask: Bits) -> int:
        """Return the exact number of configurations within a mask, however large."""
        if self.diagram.is_empty:
            return 0
        scratch = np.empty(self.diagram.slots, np.uint64)
        residues = [
            int(passes.count(self._arrays, mask, scratch, np.uint64(modulus % _WORD))) for modulus in self._moduli
        ]
        return _combined(residues, self._moduli)

    def counts(self, mask: Bits) -> list[int]:
        """Return for every literal the exact number of configurations with it, and within the mask elsewhere."""
        if self.diagram.is_empty:
            return [0] * self.literals
        columns: list[list[int]] = [
            passes.counts(self._arrays, mask, np.uint64(modulus % _WORD)).tolist() for modulus in self._moduli
        ]
        return [_combined(residues, self._moduli) for residues in zip(*columns, strict=True)]

    @cached_property
    def total(self) -> int:
        """The exact number of all configurations."""
        return 0 if self.diagram.is_empty else self._below(self.everything())[-1]

    @cached_property
    def _moduli(self) -> tuple[int, ...]:
        """2**64 and as many primes below 2**31 as tell all counts apart (Chinese remainder theorem)."""
        moduli, candidate = [_WORD], _LARGEST_MODULUS
        while prod(moduli) <= self.total:
            while not _is_prime(candidate):
                candidate -= 2
            moduli.append(candidate)
            candidate -= 2
        return tuple(moduli)

    def _below(self, mask: Bits) -> list[int]:
        """Return the number of configurations below every slot."""
        diagram = self.diagram
        edges, left, right = diagram.edges.tolist(), diagram.left.tolist(), diagram.right.tolist()
        below = [*mask.tolist(), 1]
        for first, last in pairwise(edges):
            below.append(sum(below[left[edge]] * below[right[edge]] for edge in range(first, last)))
        return below

    def sample(self, mask: Bits, draw: Draw, number: int = 1) -> list[NDArray[np.int32]]:
        """Draw configurations within a mask, each equally likely and independent of the others; none where there is none."""
        below = [0] if self.diagram.is_empty else self._below(mask)
        return [self._drawn(below, draw) for _ in range(number)] if below[-1] else []

    def _drawn(self, below: Sequence[int], draw: Draw) -> NDArray[np.int32]:
        diagram, found, stack = self.diagram, list[int](), [self.diagram.root]
        while stack:
            slot = stack.pop()
            if slot < self.literals:
                found.append(slot)
            elif slot > self.literals:
                place = slot - self.literals
                ticket = draw(below[slot])
                for edge in range(int(diagram.edges[place - 1]), int(diagram.edges[place])):
                    left, right = int(diagram.left[edge]), int(diagram.right[edge])
                    ticket -= below[left] * below[right]
                    if ticket < 0:
                        stack += (left, right)
                        break
        return np.array(sorted(found), np.int32)


def _combined(residues: Sequence[int], moduli: Sequence[int]) -> int:
    """Return the least number with these residues (Garner)."""
    value, product = residues[0], moduli[0]
    for residue, modulus in zip(residues[1:], moduli[1:], strict=True):
        value += product * ((residue - value) * pow(product, -1, modulus) % modulus)
        product *= modulus
    return value


def _is_prime(number: int) -> bool:
    """Say whether an odd number from 9 to 2**31 is prime (Miller and Rabin; four bases decide below 3,215,031,751)."""
    odd, halvings = number - 1, 0
    while odd % 2 == 0:
        odd, halvings = odd // 2, halvings + 1
    for base in (2, 3, 5, 7):
        power = pow(base, odd, number)
        if power not in {1, number - 1} and all(
            (power := power * power % number) != number - 1 for _ in range(halvings - 1)
        ):
            return False
    return True
