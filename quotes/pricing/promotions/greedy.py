"""First answers: applications one after another, best saving first, and offers in an order that is given."""

from __future__ import annotations

from collections.abc import Iterable

from quotes.pricing.promotions.model import Problem


class Basket:
    """Capacities as applications take of them, and who holds each exclusion."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.left = list(problem.rows)
        self.counts = [0] * len(problem.columns)
        self.holders: list[int | None] = [None] * len(problem.exclusives)
        self._of_column: list[list[int]] = [[] for _ in problem.columns]
        for index, together in enumerate(problem.exclusives):
            for place in together:
                self._of_column[place].append(index)

    def room(self, place: int) -> int:
        """Return how often a column can still be applied."""
        column = self.problem.columns[place]
        if any(self.holders[index] not in {None, column.offer} for index in self._of_column[place]):
            return 0
        left = [self.left[row] // amount for row, amount in column.uses if amount]
        return min([column.most - self.counts[place], *left])

    def take(self, place: int, times: int) -> None:
        """Apply a column."""
        column = self.problem.columns[place]
        self.counts[place] += times
        for row, amount in column.uses:
            self.left[row] -= amount * times
        for index in self._of_column[place]:
            self.holders[index] = column.offer

    def fill(self, places: Iterable[int]) -> None:
        """Apply columns in order, each as often as it fits."""
        for place in places:
            times = self.room(place)
            if times > 0:
                self.take(place, times)


def best_first(problem: Problem) -> tuple[int, ...]:
    """Return a choice that is allowed but for ceiling and force: what saves most for what it consumes comes first."""
    basket = Basket(problem)
    sizes = [_saving(problem, place) for place in range(len(problem.columns))]
    widths = [max(1, sum(amount for _, amount in column.uses)) for column in problem.columns]
    order = sorted(range(len(problem.columns)), key=lambda place: (-sizes[place] / widths[place], place))
    basket.fill(order)
    return tuple(basket.counts)


def _saving(problem: Problem, place: int) -> int:
    return sum(share for _, share in problem.columns[place].shares)
