"""Linear rules made small: shifted, divided, without those that never bind, and packed several to a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.diagram import Diagram

Rule = tuple[NDArray[np.int64], int]
"""The weight of every literal, and what the weights of a configuration may add up to at most."""

_COARSE_BITS = 20
_LANE_TOTAL = 1 << 27
_WORD = 64


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Linear rules as the passes read them; every total of a configuration fits its field.

    `weights` packs the rules of every literal into words (literals and TRUE, words); each rule has a field of
    `width` bits at `shift` of `word`, one more bit above it is free. `guards` has those free bits, `caps` the
    bounds with the free bits set: a vector keeps the bounds in a word where ``(caps - vector) & guards``
    is `guards`. `rules` are the same weights and bounds apart. `coarse` and `limits` are rounded down to few
    bits: whatever keeps the rules keeps any mixture of these.
    """

    rules: tuple[Rule, ...]
    weights: NDArray[np.uint64]
    caps: NDArray[np.uint64]
    guards: NDArray[np.uint64]
    word: NDArray[np.int32]
    shift: NDArray[np.uint64]
    width: NDArray[np.uint64]
    coarse: NDArray[np.int64]
    limits: NDArray[np.int64]
    totals: NDArray[np.int64]

    @property
    def number(self) -> int:
        """The number of rules that can bind."""
        return len(self.rules)

    def multipliers(self, shares: NDArray[np.float64]) -> NDArray[np.int64]:
        """Scale shares of the rules, one row a mixture, to integers whose totals fit a lane."""
        scaled = np.maximum(shares, 0.0) / np.maximum(self.limits, 1)
        most = np.maximum(scaled @ self.totals, 1e-300)
        found = np.floor(scaled * ((_LANE_TOTAL - 1) / most)[:, None])
        return np.minimum(found, _LANE_TOTAL // np.maximum(self.totals, 1)).astype(np.int64)


def rebound(sums: Sums, rule: int, bound: int) -> Sums:
    """Return the sums with a lower bound of one rule."""
    weights, before = sums.rules[rule]
    word, shift = int(sums.word[rule]), int(sums.shift[rule])
    caps, limits = sums.caps.copy(), sums.limits.copy()
    caps[word] -= np.uint64((before - bound) << shift)
    limits[rule] = bound >> max(0, int(sums.width[rule]) - _COARSE_BITS)
    rules = (*sums.rules[:rule], (weights, bound), *sums.rules[rule + 1 :])
    return replace(sums, rules=rules, caps=caps, limits=limits)


def pack(diagram: Diagram, rules: Sequence[Rule]) -> Sums | None:
    """Pack the rules that can bind; None where one of them allows no configuration whatever the tables say.

    Raises ValueError for weights below zero or of another length, OverflowError for totals past 63 bits.
    """
    kept: list[Rule] = []
    totals: list[int] = []
    for weights, bound in rules:
        if len(weights) != diagram.literals or (len(weights) and int(weights.min()) < 0):
            raise ValueError("a linear rule has one weight for every literal, none below zero")
        small, rest = _reduced(diagram, weights, int(bound))
        if rest < 0:
            return None
        total = _greatest(diagram, small, rest)
        if total > rest:
            kept.append((small, rest))
            totals.append(total)
    return _packed(diagram.literals, kept, totals)


def _reduced(diagram: Diagram, weights: NDArray[np.int64], bound: int) -> Rule:
    """Take off what every configuration has, divide by the common divisor, cut what is above the bound anyway."""
    if not len(weights):
        return weights.astype(np.int64), bound
    starts = diagram.starts[:-1]
    lowest = np.minimum.reduceat(weights, starts)
    rest = bound - sum(int(low) for low in lowest)
    shifted = weights - np.repeat(lowest, np.diff(diagram.starts))
    if rest < 0:
        return shifted, rest
    divisor = max(int(np.gcd.reduce(shifted)), 1)
    rest //= divisor
    return np.minimum(shifted // divisor, min(rest + 1, 2**63 - 1)), rest


def _greatest(diagram: Diagram, weights: NDArray[np.int64], bound: int) -> int:
    """Return a bound on the total of any configuration: cheap where that fits a word or is slack, else exact."""
    if not len(weights):
        return 0
    crude = sum(int(high) for high in np.maximum.reduceat(weights, diagram.starts[:-1]))
    if crude <= bound or crude < 2**62:
        return crude
    best = [*(int(weight) for weight in weights), 0]
    for first, end in zip(diagram.edges, diagram.edges[1:], strict=False):
        best.append(max(best[diagram.left[edge]] + best[diagram.right[edge]] for edge in range(first, end)))
    if best[-1] >= 2**63:
        raise OverflowError("the total of a linear rule passes 63 bits")
    return best[-1]


def _packed(literals: int, rules: Sequence[Rule], totals: Sequence[int]) -> Sums:
    """Place every rule in the first word with room for it."""
    widths = [total.bit_length() for total in totals]
    used: list[int] = []
    places: list[tuple[int, int]] = []
    for width in widths:
        word = next((number for number, bits in enumerate(used) if bits + width + 1 <= _WORD), len(used))
        if word == len(used):
            used.append(0)
        places.append((word, used[word]))
        used[word] += width + 1
    words = max(len(used), 1)
    packed = np.zeros((literals + 1, words), np.uint64)
    caps, guards = [0] * words, [0] * words
    for (weights, bound), width, (word, shift) in zip(rules, widths, places, strict=True):
        packed[:literals, word] |= weights.astype(np.uint64) << np.uint64(shift)
        guards[word] |= 1 << (shift + width)
        caps[word] |= (bound | 1 << width) << shift
    drop = [max(0, total.bit_length() - _COARSE_BITS) for total in totals]
    coarse = [weights >> bits for (weights, _), bits in zip(rules, drop, strict=True)]
    return Sums(
        tuple(rules),
        packed,
        np.array(caps, np.uint64),
        np.array(guards, np.uint64),
        np.array([word for word, _ in places], np.int32),
        np.array([shift for _, shift in places], np.uint64),
        np.array(widths, np.uint64),
        np.ascontiguousarray(np.array(coarse, np.int64).reshape(len(rules), literals).T),
        np.array([bound >> bits for (_, bound), bits in zip(rules, drop, strict=True)], np.int64),
        np.array([(total >> bits) + 1 for total, bits in zip(totals, drop, strict=True)], np.int64),
    )
