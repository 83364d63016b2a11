"""What the diagram is compiled from: variables as numbers of values, rules as tables of indices, linear rules apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The combinations of values that variables may have together; indices of values, each row once or more often.

    Exactly one of `rows` and `dense` is given. `rows` has one row a combination and one column a
    variable of `scope`; `dense` one axis a variable, true where the combination is allowed. `source`
    is the constraint of the model it comes from, -1 for what ties existence or defines a helper.
    """

    scope: tuple[int, ...]
    source: int
    rows: NDArray[np.int32] | None = None
    dense: NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """A linear rule that stays outside the diagram: the weights of the values taken add up to `bound` at most.

    `weights` has one array a variable that counts, one integer an index of its values (absence included).
    """

    source: int
    bound: int
    weights: dict[int, NDArray[np.int64]]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Variables by their number of values; the first `visible` ones are asked about, the others follow from those.

    A helper variable has exactly one value for each combination of the visible ones that all tables allow.
    """

    sizes: tuple[int, ...]
    visible: int
    tables: tuple[Table, ...]
    resources: tuple[Resource, ...] = ()
