"""How the search is compiled: entrances called from Python and kept on disk, and kernels that only kernels call.

They make no arrays, so references need not be counted; the inner ones have no entrance of their own:
both keep the time to compile them small. (A constant among the arguments is wrapped, ``int(DOMAIN)``:
numba would compile the kernel anew for it.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, Protocol, TypeVar, cast

import numba

from configurator.engines.kernel import bare_kernel

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")
_Function = TypeVar("_Function", bound=Callable[..., object])


class _Options(Protocol):
    """The options of numba's decorator that its stub leaves out."""

    def __call__(
        self, *, nogil: bool, no_cpython_wrapper: bool, no_cfunc_wrapper: bool, _nrt: bool
    ) -> Callable[[_Function], _Function]:
        """Return the decorator."""


def inner(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Compile a function for the use of other kernels; ``function.py_func`` is the plain Python function."""
    options = cast("_Options", numba.njit)
    return options(nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False)(function)


entrance = bare_kernel
