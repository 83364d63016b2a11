"""An engine that counts the questions it passes on, and gives up when a test wants it to."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from configurator.engines.protocol import Engine
from configurator.model import Allowed, Configuration, Count, Domains, Limit, Model, Verdict
from rules.kinds import Scalar

NO_TIME = Limit("time", "no time left")


def never(_asked: int, _options: dict[str, object]) -> bool:
    return False


@dataclass
class Watched:
    """Passes every question on, but says "unknown" to a `solve` where `gives_up(number so far, options)`."""

    inner: Engine
    gives_up: Callable[[int, dict[str, object]], bool] = never
    asked: int = field(default=0)

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def model(self) -> Model:
        return self.inner.model

    def solve(self, allowed: Allowed, **options: object) -> Verdict:
        self.asked += 1
        if self.gives_up(self.asked, options):
            return Verdict("unknown", limit=NO_TIME)
        return self.inner.solve(allowed, **options)

    def valid_values(self, allowed: Allowed, **options: object) -> Domains:
        return self.inner.valid_values(allowed, **options)

    def best(self, *_arguments: object) -> None:
        """It takes one objective after the other, so that each question can be watched."""

    def refuting(self, *_arguments: object) -> None:
        pass

    def switches(self, *_arguments: object) -> None:
        pass

    def ends(self, *_arguments: object) -> None:
        pass

    def count(self, allowed: Allowed, **options: object) -> Count:
        return self.inner.count(allowed, **options)

    def check(self, configuration: Configuration) -> bool:
        return self.inner.check(configuration)

    def swaps(self, configuration: Configuration, path: str, values: Collection[Scalar]) -> frozenset[Scalar]:
        return self.inner.swaps(configuration, path, values)
