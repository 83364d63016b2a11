"""Loops over arrays, compiled by numba and kept on disk; their Python twin stays at hand as the oracle."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def kernel(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Compile a function of arrays and numbers at its first call; cached where a folder can be written to.

    ``function.py_func`` is the plain Python function.
    """
    try:
        compiled = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder for the cache: compiled anew in every process
        compiled = numba.njit(nogil=True)(function)
    return cast("Callable[_Arguments, _Result]", compiled)
