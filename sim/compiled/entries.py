"""What Python calls of the compiled engine: compiled when first asked for, and kept (``sim.compiled.cache``)."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pickle import UnpicklingError
from threading import Lock
from typing import Any, cast

from numba import int64, njit, void

from sim.compiled import cache, events
from sim.compiled.cover import listening
from sim.compiled.kernel import numbers_of
from sim.compiled.memory import Memory
from sim.compiled.police import reviews, units

_MEMORY = int64[::1]


Entries = tuple[Callable[[Memory], None], Callable[[Memory], int]]
"""What begins a run, and what plays it: that returns 1 where an array is nearly full, and is then called again."""


_fire_loop, _whole_loop = events.loop(police=False), events.loop(police=True)


def _begin(m: Memory) -> None:
    listening.start(numbers_of(m))


def _play(m: Memory) -> int:
    return _fire_loop(numbers_of(m))


def _begin_with_police(m: Memory) -> None:
    listening.start(numbers_of(m))
    units.turn_to(numbers_of(m), 0.0)
    reviews.plan_review(numbers_of(m), 0.0)


def _play_with_police(m: Memory) -> int:
    return _whole_loop(numbers_of(m))


_THREADS = Lock()


def entries(*, police: bool) -> Entries:
    """Return the entries for a fire service alone, or with police: compiled when first asked for, and kept.

    Compiling takes a minute or less and is said on standard error.
    """
    with _THREADS:
        return _compiled_entries(police)


@lru_cache(maxsize=2)
def _compiled_entries(police: bool) -> Entries:
    if cache.is_compiled(police):
        return _compile(police)
    with cache.alone():
        if not cache.is_compiled(police):
            where = (
                "" if cache.FOLDER else " It cannot be kept: TURNOUT_COMPILED may name a folder to write to."
            )
            _say(f"Compiling the engine, once: a minute or less.{where}")
        pair = _compile(police)
        cache.mark_compiled(police)
    return pair


def compiled(function: Callable[..., Any], signature: Any) -> Callable[..., Any]:
    """Return a function compiled, small enough that nothing need be said. Keep what it returns."""
    with _THREADS:
        return _compiled(function, signature)


def _compile(police: bool) -> Entries:
    begin, play = (_begin_with_police, _play_with_police) if police else (_begin, _play)
    return _compiled(begin, void(_MEMORY)), _compiled(play, int64(_MEMORY))


def _compiled(function: Callable[..., Any], signature: Any) -> Callable[..., Any]:
    """Compile a function, or take it from where it is kept; what is kept and cannot be read is made again."""
    with cache.kept_in_folder() as kept, _no_collection():
        try:
            made = njit(signature, nogil=True, error_model="numpy", cache=kept)(function)
        except (OSError, EOFError, ValueError, IndexError, KeyError, RuntimeError, UnpicklingError):
            if not kept:
                raise
            _say("What was kept of the compiled engine cannot be read: it is compiled again.")
            cache.forget()
            made = njit(signature, nogil=True, error_model="numpy", cache=True)(function)
    return cast("Callable[..., Any]", made)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - workers have no console


@contextmanager
def _no_collection() -> Iterator[None]:
    """Compile without the cyclic garbage collector: it would look through all that is compiled again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
