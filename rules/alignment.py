"""Lines made of cells, and how the cells of lines that belong together are brought under one another."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_NUMERIC = re.compile(r"-?\d")


@dataclass(slots=True)
class Line:
    """One line of canonical text: a prefix, cells with what separates them, a last part after all cells, a comment.

    Lines of one `group` share the width of their cells; where `run` is set, only as long as they follow
    one another without a blank line. Columns of numbers go to the right, but for the first `left` ones.
    """

    indent: int
    cells: list[str] = field(default_factory=list)
    group: object = None
    run: bool = False
    separator: str = " "
    left: int = 0
    prefix: str = ""
    tail: str = ""
    comment: str = ""
    blank_before: bool = False

    def text(self) -> str:
        """Write the line; its cells are padded already."""
        body = self.prefix + self.separator.join([*self.cells, self.tail] if self.tail else self.cells).rstrip()
        if self.comment:
            body = f"{body}  {self.comment}" if body else self.comment
        return f"{' ' * self.indent}{body}" if body else ""


def aligned(lines: Sequence[Line]) -> str:
    """Pad the cells of all groups and write the lines."""
    groups: dict[object, list[Line]] = {}
    run = 0
    for before, line in itertools.pairwise([Line(0), *lines]):
        if line.blank_before or before.group != line.group:
            run += 1
        if line.group is not None:
            groups.setdefault((line.group, run if line.run else 0), []).append(line)
    for group in groups.values():
        _align(group)
    written: list[str] = []
    for line in lines:
        if line.blank_before and written:
            written.append("")
        written.append(line.text())
    return "\n".join(written) + "\n" if written else ""


def _align(group: Sequence[Line]) -> None:
    width = max(len(line.cells) for line in group)
    if any(line.tail for line in group):
        for line in group:
            line.cells += [""] * (width - len(line.cells))
    columns = list(itertools.zip_longest(*(line.cells for line in group)))
    widths = [max(len(cell or "") for cell in column) for column in columns]
    left = max(line.left for line in group)
    rights = [index >= left and _right(column) for index, column in enumerate(columns)]
    for line in group:
        line.cells = [
            cell.rjust(widths[index]) if rights[index] else cell.ljust(widths[index])
            for index, cell in enumerate(line.cells)
            if widths[index]
        ]


def _right(column: Iterable[str | None]) -> bool:
    cells = [cell for cell in column if cell]
    return bool(cells) and all(_NUMERIC.match(cell) for cell in cells)
