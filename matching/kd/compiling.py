"""How the kernels are compiled: once per machine, kept on disk, without shortcuts in floating point."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """The function as machine code. No fastmath: scores are the same bits here and in plain Python."""
    return cast("Callable[P, R]", numba.njit(cache=True, nogil=True, error_model="numpy")(function))


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """The same, written into its callers: for what is called for every entry, where a call costs more than the sums."""
    return cast("Callable[P, R]", numba.njit(cache=True, nogil=True, error_model="numpy", inline="always")(function))
