"""Time and memory as the bench states them: microseconds by rank, the peak of this process in megabytes."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

Cell = None | bool | int | float | str | Sequence["Cell"] | Mapping[str, "Cell"]
Row = dict[str, Cell]
"""One line of a report, ready for JSON."""
_Result = TypeVar("_Result")
_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")


def timed(work: Callable[[], _Result]) -> tuple[float, _Result]:
    """Return how many seconds a call takes, and its result."""
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def spread(seconds: Sequence[float]) -> Row | None:
    """Return the median and the 99th percentile in microseconds (nearest rank); None of no measurements."""
    if not seconds:
        return None
    return {"p50": micro(ranked(seconds, 50)), "p99": micro(ranked(seconds, 99))}


def ranked(seconds: Sequence[float], percent: int) -> float:
    """Return the value that so many percent of the measurements do not exceed."""
    ordered = sorted(seconds)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def micro(seconds: float) -> float:
    """Return microseconds, to two decimals."""
    return round(seconds * 1e6, 2)


def forget_peak() -> None:
    """Let the peak of memory begin anew, where the system can."""
    try:
        _CLEAR.write_text("5", encoding="ascii")
    except OSError:
        return


def peak_megabytes() -> float:
    """Return the peak of resident memory since `forget_peak`; where the system cannot say that, since the start."""
    try:
        status = _STATUS.read_text(encoding="ascii")
        peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        peak = peak // 1024 if sys.platform == "darwin" else peak
    return round(peak / 1024, 1)
