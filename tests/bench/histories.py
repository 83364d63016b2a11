"""How often past sales tell a hidden choice: real sales against the catalog they were made in, beside plain popularity.

``python -m tests.bench.histories PROBLEM SALES [PROBLEM SALES …] [--json]``: of the sales (a header line of names, a line of
values each) every tenth is held back and one of its choices is hidden, drawn by chance. Asked is for that choice with
all others known, a half of them, a quarter of them; what may be answered is what the engine proves possible with those
known, and everything that may be is checked once more by the engine. The rest of the sales is what is learned from; nothing is
chosen by looking at what is held back. ``--fold 8`` holds back the sales before those and learns from earlier ones only.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from configurator import build_engine
from configurator.engines.protocol import Engine
from configurator.model import Model
from configurator.problems import read_problem
from configurator.session import Chosen, start
from quotes.suggestions.followed import likely
from quotes.suggestions.history import History
from quotes.suggestions.past import Sale, items_of
from quotes.suggestions.predict import PREDICTORS, popularity
from rules.kinds import Scalar
from rules.values import write

FOLDS = 10
SHARES = (1.0, 0.5, 0.25)
"""How much of the other choices is known."""
SEED = 1
ANY = "popularity, of any value"
"""The plain baseline, which asks no engine."""
Row = Mapping[str, Scalar]
Report = dict[str, object]


@dataclass
class Hits:
    """How often the hidden choice was first, and among the first five; the same where several values were possible."""

    asked: int = 0
    at_1: int = 0
    at_5: int = 0
    open: int = 0
    open_at_1: int = 0
    open_at_5: int = 0

    def add(self, ranked: Sequence[object], hidden: object, *, is_open: bool) -> None:
        """Count one answer."""
        first, five = int(hidden in ranked[:1]), int(hidden in ranked[:5])
        self.asked += 1
        self.at_1 += first
        self.at_5 += five
        if is_open:
            self.open += 1
            self.open_at_1 += first
            self.open_at_5 += five

    def report(self) -> Report:
        """Return percentages."""
        return {
            "at 1": round(100 * self.at_1 / self.asked, 2),
            "at 5": round(100 * self.at_5 / self.asked, 2),
            "open": self.open,
            "open at 1": round(100 * self.open_at_1 / max(1, self.open), 2),
            "open at 5": round(100 * self.open_at_5 / max(1, self.open), 2),
        }


def read_sales(path: Path, model: Model) -> list[Row]:
    """Read sales with the values of a model."""
    text = (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).decode()
    head, *lines = (line.split() for line in text.splitlines() if line.strip())
    known = {name: {str(value): value for value in model.variable(name).values} for name in head}
    return [{name: known[name][value] for name, value in zip(head, line, strict=True)} for line in lines]


def questions(sales: Sequence[Row], fold: int) -> Iterator[tuple[Row, str, dict[float, tuple[str, ...]]]]:
    """Yield each sale that is held back with the name that is hidden, and the names that are known, by share."""
    chance = random.Random(SEED)
    for number, sale in enumerate(sales):
        others = list(sale)
        hidden = others.pop(chance.randrange(len(others)))
        chance.shuffle(others)
        if number % FOLDS == fold:
            yield sale, hidden, {share: tuple(others[: int(len(others) * share)]) for share in SHARES}


def measured(engine: Engine, sales: Sequence[Row], fold: int) -> Report:
    """Ask every question of every predictor."""
    model = engine.model
    past = History.of(Sale(items_of(model, sale)) for number, sale in enumerate(sales) if number % FOLDS < fold)
    hits = {(share, name): Hits() for share in SHARES for name in (ANY, *PREDICTORS)}
    shown = invalid = 0
    spent = dict.fromkeys(PREDICTORS, 0.0)
    for sale, hidden, known in questions(sales, fold):
        for share, names in known.items():
            session = start(engine, [Chosen(name, sale[name]) for name in names])
            right = (hidden, write(model.variable(hidden).kind, sale[hidden]))
            for name, predictor in PREDICTORS.items():
                begin = time.perf_counter()
                ranked = [item for item, _ in likely(session, past, hidden, predictor=predictor)]
                spent[name] += time.perf_counter() - begin
                hits[share, name].add(ranked, right, is_open=len(ranked) > 1)
            every = [item for item, _ in popularity(past, (), past.counts.about.get(hidden, ()))]
            hits[share, ANY].add(every, right, is_open=len(ranked) > 1)
            values = {write(model.variable(hidden).kind, value): value for value in model.variable(hidden).values}
            for _, text in ranked[:5]:
                shown += 1
                invalid += engine.solve(session.choose(hidden, values[text]).allowed).status != "solution"
    asked = sum(one.asked for one in hits.values()) // (len(PREDICTORS) + 1)
    return {
        "learned from": sum(number % FOLDS < fold for number in range(len(sales))),
        "held back": asked // len(SHARES),
        "suggestions checked": shown,
        "of them not valid": invalid,
        "milliseconds an answer": {name: round(1000 * seconds / asked, 2) for name, seconds in spent.items()},
        "hits": {
            f"{share:.0%} known": {name: hits[share, name].report() for name in (ANY, *PREDICTORS)} for share in SHARES
        },
    }


def main(arguments: Sequence[str]) -> int:
    """Measure pairs of files; exit code 1 where something shown was not valid."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("files", nargs="+", type=Path, help="problem and sales, in pairs")
    asked.add_argument(
        "--fold", type=int, default=FOLDS - 1, help="which tenth is held back; later ones are not looked at"
    )
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args(arguments)
    found: dict[str, Report] = {}
    for problem, sold in zip(given.files[::2], given.files[1::2], strict=True):
        model = read_problem(problem).model
        found[sold.name] = measured(build_engine(model, "diagram"), read_sales(sold, model), given.fold)
    print(json.dumps(found, indent=None if given.json else 2))
    return int(any(report["of them not valid"] for report in found.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
