"""What turns a function into machine code, and the instructions that Python has no word for.

A *kernel* takes the memory of a run (``sim.compiled.layout``) and numbers, and is compiled into whatever calls it. An
*entry* is called from Python; it alone is kept in the cache, with all that it calls.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any, TypeVar, cast, get_type_hints

import numpy as np
from numba import config, from_dtype, njit, types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array, populate_array
from numpy.typing import NDArray

F = TypeVar("F", bound=Callable[..., Any])


_OPTIONS: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
    "_nrt": False,
}
_CONFIG: Any = config


def kernel(function: F) -> F:
    """Compile a function for use by others, once: for arguments of the types that it names."""
    dispatcher: Any = njit(**_OPTIONS)(function)
    named = _named_types(function)
    get_call_template = dispatcher.get_call_template

    def for_named_types(given: tuple[Any, ...], kws: Any) -> Any:
        """Numba would compile a function anew for every number that is written out in a call."""
        wanted = tuple(
            types.unliteral(one) if name is None else name for one, name in zip(given, named, strict=True)
        )
        level, _CONFIG.OPT = _CONFIG.OPT, type(_CONFIG.OPT)(_INNER_LEVEL)
        try:
            return get_call_template(wanted, kws)
        finally:
            _CONFIG.OPT = level

    dispatcher.get_call_template = for_named_types
    return cast("F", dispatcher)


_INNER_LEVEL = 1
"""LLVM's level for what is compiled into something else, where it is optimised again: three times as quick."""

_MEMORY = types.CPointer(types.int64)
_NUMBERS: dict[Any, Any] = {
    int: types.int64,
    float: types.float64,
    bool: types.boolean,
    np.float32: types.float32,
    np.uint64: types.uint64,
    tuple[int, int]: types.UniTuple(types.int64, 2),
    tuple[bool, bool]: types.UniTuple(types.boolean, 2),
    tuple[int, int, int, int]: types.UniTuple(types.int64, 4),
}


def _named_types(function: Callable[..., Any]) -> tuple[Any, ...]:
    """Return the types of the arguments that a function names, None for those that are as they come."""
    hints = get_type_hints(function)
    return tuple(
        _MEMORY if name == "m" else _NUMBERS.get(hints.get(name)) for name in signature(function).parameters
    )


def view(dtype: Any, axes: int = 1) -> Callable[..., Any]:
    """Return what gives a kernel the array at a place of the memory: the address, then the size of each axis."""
    element = from_dtype(np.dtype(dtype))

    @intrinsic
    def array_at(_context: Any, memory: Any, _place: Any) -> Any:
        kind = types.Array(element, axes, "C")

        def generate(context: Any, builder: Any, _called: Any, values: Any) -> Any:
            numbers, place = values

            def number(offset: int) -> Any:
                where = builder.add(place, cgutils.intp_t(offset))
                return builder.load(builder.gep(numbers, [where]))

            array = make_array(kind)(context, builder)
            item = context.get_abi_sizeof(context.get_data_type(element))
            shape = [number(1 + axis) for axis in range(axes)]
            strides: list[Any] = []
            step = cgutils.intp_t(item)
            for size in reversed(shape):
                strides.insert(0, step)
                step = builder.mul(step, size)
            populate_array(
                array,
                data=builder.inttoptr(number(0), array.data.type),
                shape=cgutils.pack_array(builder, shape),
                strides=cgutils.pack_array(builder, strides),
                itemsize=cgutils.intp_t(item),
                meminfo=None,
            )
            return array._getvalue()

        return kind(memory, types.int64), generate

    return cast("Callable[..., Any]", array_at)


@intrinsic
def _numbers_of(_context: Any, array: Any) -> Any:
    def generate(context: Any, builder: Any, called: Any, values: Any) -> Any:
        return make_array(called.args[0])(context, builder, values[0]).data

    return types.CPointer(types.int64)(array), generate


@intrinsic
def _ones(_context: Any, _word: Any) -> Any:

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.ctpop(values[0])

    return types.int64(types.uint64), generate


@intrinsic
def _lowest(_context: Any, _word: Any) -> Any:

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.cttz(values[0], cgutils.false_bit)

    return types.int64(types.uint64), generate


numbers_of: Callable[[NDArray[np.int64]], NDArray[np.int64]] = cast("Any", _numbers_of)
"""Return the memory as kernels take it: where its numbers begin, one word to hand on in place of seven."""

ones: Callable[[np.uint64], int] = cast("Any", _ones)
"""Return how many bits of a word are set."""

lowest: Callable[[np.uint64], int] = cast("Any", _lowest)
"""Return the position of the lowest bit that is set in a word; 64 if none is."""
