"""Loops over arrays, compiled by numba and kept on disk; their Python twin stays at hand as the oracle."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba
import numba.core.config

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

numba.core.config.SLP_VECTORIZE = 1  # rows of lanes become vector registers: five to ten times faster


def kernel(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Compile a function of arrays and numbers at its first call; cached where a folder can be written to.

    ``function.py_func`` is the plain Python function.
    """
    try:
        compiled = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder for the cache: compiled anew in every process
        compiled = numba.njit(nogil=True)(function)
    return cast("Callable[_Arguments, _Result]", compiled)


def bare_kernel(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Compile a function that makes no arrays: references to arrays are not counted, so small functions call each other freely.

    It may call bare kernels only; arrays come in as arguments, also in tuples.
    """
    try:
        compiled = numba.njit(cache=True, nogil=True, _nrt=False)(function)
    except RuntimeError:
        compiled = numba.njit(nogil=True, _nrt=False)(function)
    return cast("Callable[_Arguments, _Result]", compiled)
