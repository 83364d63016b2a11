"""One linear rule: the least total through every value is exact, so one pass up and down decides all of them."""

from __future__ import annotations

import numpy as np

from configurator.engines.diagram.diagram import Diagram
from configurator.engines.kernel import bare_kernel
from configurator.engines.diagram.resources.packing import Rule
from configurator.engines.diagram.resources.witness import EXCLUDED, VALID, Bytes, Int32s, Structure, Words

_U = np.uint64


class OneRule:
    """One rule over one diagram. Totals are cut off just above the bound, so that none leaves 64 bits."""

    __slots__ = ("_diagram", "_far", "_literals", "_structure", "_weights")

    def __init__(self, diagram: Diagram, rule: Rule) -> None:
        weights, bound = rule
        self._diagram = diagram
        self._structure = (diagram.edges, diagram.left, diagram.right)
        self._far = np.uint64(bound + 1)
        self._weights = np.minimum(weights.astype(np.uint64), self._far)
        self._literals = diagram.literals

    def decide(self, allowed: Bytes) -> Bytes:
        """Return for every literal whether it is valid or excluded, its own variable unrestricted."""
        cost, out = self._cost(allowed), np.empty(self._diagram.slots, np.uint64)
        _rise(self._structure, self._literals, cost, self._far)
        _fall(self._structure, self._literals, cost, out, self._far)
        status = np.empty(self._literals, np.uint8)
        _verdicts(out, self._weights, self._far, status)
        return status

    def configuration(self, allowed: Bytes, variable: Int32s) -> Int32s | None:
        """Return the configuration of the least total, None where it passes the bound."""
        cost = self._cost(allowed)
        _rise(self._structure, self._literals, cost, self._far)
        if cost[self._diagram.root] >= self._far:
            return None
        variables = len(self._diagram.starts) - 1
        member, stack = np.empty(variables, np.int32), np.empty(variables + 3, np.int32)
        _descend(self._structure, cost, variable, member, stack)
        return member

    def _cost(self, allowed: Bytes) -> Words:
        cost = np.empty(self._diagram.slots, np.uint64)
        cost[: self._literals] = np.where(allowed, self._weights, self._far)
        cost[self._literals] = 0
        return cost


@bare_kernel
def _rise(structure: Structure, literals: int, cost: Words, far: np.uint64) -> None:
    edges, left, right = structure
    for i in range(_U(len(edges) - 1)):
        least = far
        for e in range(_U(edges[i]), _U(edges[i + _U(1)])):
            least = min(least, cost[_U(left[e])] + cost[_U(right[e])])
        cost[_U(literals + 1) + i] = least


@bare_kernel
def _fall(structure: Structure, literals: int, cost: Words, out: Words, far: np.uint64) -> None:
    edges, left, right = structure
    slots = _U(literals + len(edges))
    for s in range(slots):
        out[s] = far
    out[slots - _U(1)] = 0
    for back in range(_U(len(edges) - 1)):
        i = _U(len(edges) - 2) - back
        around = out[_U(literals + 1) + i]
        if around >= far:
            continue
        for e in range(_U(edges[i]), _U(edges[i + _U(1)])):
            a, b = _U(left[e]), _U(right[e])
            below_a, below_b = cost[a], cost[b]
            out[a] = min(out[a], around + below_b)
            out[b] = min(out[b], around + below_a)


@bare_kernel
def _verdicts(out: Words, weights: Words, far: np.uint64, status: Bytes) -> None:
    for literal in range(len(status)):
        status[literal] = EXCLUDED if out[literal] + weights[literal] >= far else VALID


@bare_kernel
def _descend(structure: Structure, cost: Words, variable: Int32s, member: Int32s, stack: Int32s) -> None:
    """Write the literals of the least total of the whole."""
    edges, left, right = structure
    literals = len(variable)
    stack[0] = literals + len(edges) - 1
    size = 1
    while size:
        size -= 1
        s = stack[size]
        if s < literals:
            member[variable[s]] = s
        elif s > literals:
            for e in range(edges[s - literals - 1], edges[s - literals]):
                if cost[left[e]] + cost[right[e]] == cost[s]:
                    stack[size], stack[size + 1] = left[e], right[e]
                    size += 2
                    break
