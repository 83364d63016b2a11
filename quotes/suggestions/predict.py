"""Which value goes with the choices so far, by four predictors: popularity, the best pair, naive Bayes, similar sales.

Every predictor has one shape: a history, choices, and the values that are possible, to those values with a share
each, best first. Shares are exact, equal ones are in order of their names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from fractions import Fraction

from quotes.suggestions.counts import Counts, strongest
from quotes.suggestions.history import History
from quotes.suggestions.past import UNIT, Item

Ranked = tuple[tuple[Item, Fraction], ...]
Predictor = Callable[[History, Collection[Item], Iterable[Item]], Ranked]
LEAST = 5
"""So many sales a rule between two items needs."""
STRENGTH = Fraction(1, 2)
"""How many sales of each value are taken to have been seen beforehand (Krichevsky and Trofimov, 1981)."""


def popularity(past: History, _given: Collection[Item], possible: Iterable[Item]) -> Ranked:
    """Rank values by how often they were sold, whatever else was chosen."""
    counts = past.counts
    return _in_order({item: Fraction(counts.weighs(item), max(1, counts.total)) for item in possible})


def pairwise(past: History, given: Collection[Item], possible: Iterable[Item]) -> Ranked:
    """Rank values by the greatest Wilson bound of a rule from one choice; popularity decides among equal ones."""
    counts = past.counts
    best = {item: strongest(counts.associations(given, item, LEAST)) for item in possible}
    scores = {item: Fraction(0) if rule is None else rule.bound for item, rule in best.items()}
    return tuple(sorted(scores.items(), key=lambda one: (-one[1], -counts.weighs(one[0]), one[0])))


def bayes(past: History, given: Collection[Item], possible: Iterable[Item]) -> Ranked:
    """Rank values by naive Bayes over all choices: the prior share times the share of each choice among its sales."""
    scores = {item: _joint(past.counts, given, item) for item in possible}
    whole = sum(scores.values())
    return _in_order({item: score / whole for item, score in scores.items()})


def similar(past: History, given: Collection[Item], possible: Iterable[Item]) -> Ranked:
    """Rank values by what the sales took that are most like the choices, with naive Bayes as the voice of one more sale."""
    prior = dict(bayes(past, given, possible))
    votes = past.votes(given, prior)
    whole = sum(votes.values()) + UNIT
    return _in_order({item: (votes[item] + share * UNIT) / whole for item, share in prior.items()})


def _joint(counts: Counts, given: Collection[Item], value: Item) -> Fraction:
    """Return a number in proportion to the probability of a value together with the choices."""
    seen = int(STRENGTH * UNIT)
    alone = counts.weighs(value)
    product, below = alone + seen, 1
    for one in given:
        known = counts.about.get(one[0])
        if known is not None:
            product *= counts.weighs(one, value) + seen
            below *= alone + seen * len(known)
    return Fraction(product, below)


def _in_order(scores: dict[Item, Fraction]) -> Ranked:
    return tuple(sorted(scores.items(), key=lambda one: (-one[1], one[0])))


PREDICTORS: dict[str, Predictor] = {
    "popularity": popularity, "pairwise": pairwise, "bayes": bayes, "similar": similar,
}  # fmt: skip
"""All of them by name."""
