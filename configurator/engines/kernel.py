"""Loops over arrays, compiled by numba and kept on disk; their Python twin stays at hand as the oracle."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ParamSpec, TypeVar, cast

import numba
import numba.core.config
from numba.extending import register_jitable

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

numba.core.config.SLP_VECTORIZE = 1  # rows of lanes become vector registers: five to ten times faster


def kernel(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Compile a function of arrays and numbers at its first call; cached where a folder can be written to.

    ``function.py_func`` is the plain Python function.
    """
    return _compiled(function, nogil=True)


def bare_kernel(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Compile a function that makes no arrays: references to arrays are not counted, so small functions call each other freely.

    It may call bare kernels only; arrays come in as arguments, also in tuples.
    """
    return _compiled(function, nogil=True, _nrt=False)


def operation(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Let kernels call a plain function; it is compiled into each of them, for the types it is called with there.

    Unlike a kernel it may be a variable of a function that makes kernels: those are found on disk again,
    since a function of a module has the same name in every process.
    """
    register_jitable(function)
    return function


def made_kernel(
    function: Callable[_Arguments, _Result], name: str, operations: Iterable[Callable[..., object]]
) -> Callable[_Arguments, _Result]:
    """Compile one of several functions with the same text, which differ in the operations they call.

    What is compiled is kept, and linked, by its name: that has in it the text of the modules the operations come
    from, since a change of those alone would not be seen.
    """
    files = sorted({inspect.getfile(one) for one in operations})
    text = hashlib.blake2b(b"".join(Path(file).read_bytes() for file in files), digest_size=4).hexdigest()
    function.__name__ = function.__qualname__ = f"{name}_{text}"
    return kernel(function)


def _compiled(function: Callable[_Arguments, _Result], **options: bool) -> Callable[_Arguments, _Result]:
    try:
        compiled = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # no folder for the cache: compiled anew in every process
        compiled = numba.njit(**options)(function)
    return cast("Callable[_Arguments, _Result]", compiled)
