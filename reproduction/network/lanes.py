"""Sixteen networks in step: a float32 value with one lane a network.

Two numba types. `Lanes` is as many float32 numbers as a register holds, added, multiplied and
divided together; `LanesAt` is a place in memory that holds a row of them, read and written by
`place[i]`, moved by `place + n`. With them a kernel reads like the sums of the paper for one
network and computes sixteen, or a part of the sixteen where registers are narrower: lanes have
nothing to do with one another.

Every operation is rounded once, as IEEE 754 says, and nothing is reordered: no fast-math flag
stands anywhere, and a product is fused with a sum only where `fma` is written. So a kernel gives
the same bits on every machine, whatever the width of its vectors.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, lower_builtin, models, register_model, type_callable

from reproduction.network.kernels import NETWORKS
from reproduction.network.kernels.compiling import lanes_of_a_register

LANES = lanes_of_a_register()
"""Networks that are computed together: 16, 8 or 4."""

PARTS = NETWORKS // LANES
"""Parts of a bank, computed one after the other."""

_ROW = ir.VectorType(ir.FloatType(), LANES)
_INT32 = ir.IntType(32)
_ALIGNMENT = 4  # all that numpy promises; rows on 64-byte addresses are only faster


class Lanes(types.Type):
    """A float32 number for each network."""

    def __init__(self) -> None:
        super().__init__(name="Lanes")


class LanesAt(types.Type):
    """A place in memory from which Lanes follow one another."""

    def __init__(self) -> None:
        super().__init__(name="LanesAt")


_LANES = Lanes()
_LANES_AT = LanesAt()


@register_model(Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, dmm: Any, fe_type: Any) -> None:
        super().__init__(dmm, fe_type, _ROW)


@register_model(LanesAt)
class _LanesAtModel(models.PrimitiveModel):
    def __init__(self, dmm: Any, fe_type: Any) -> None:
        super().__init__(dmm, fe_type, _ROW.as_pointer())


def _operation(function: Callable, arguments: tuple, result: types.Type, lower: Callable) -> None:
    """Teach numba `function` for arguments of the given types."""

    @type_callable(function)
    def type_of_result(context: Any) -> Callable:
        def result_type(*given: types.Type) -> types.Type | None:
            fits = len(given) == len(arguments) and all(map(isinstance, given, arguments))
            return result if fits else None

        return result_type

    lower_builtin(function, *arguments)(lower)


def _arithmetic(instruction: str) -> Callable:
    return lambda context, builder, signature, values: getattr(builder, instruction)(*values)


def _row_address(builder: Any, place: Any, index: Any) -> Any:
    return builder.gep(place, [index])


def _load(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    return builder.load(_row_address(builder, *values), align=_ALIGNMENT)


def _store(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    place, index, row = values
    builder.store(row, _row_address(builder, place, index), align=_ALIGNMENT)
    return context.get_dummy_value()


def _move(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    return _row_address(builder, *values)


_operation(operator.add, (Lanes, Lanes), _LANES, _arithmetic("fadd"))
_operation(operator.sub, (Lanes, Lanes), _LANES, _arithmetic("fsub"))
_operation(operator.mul, (Lanes, Lanes), _LANES, _arithmetic("fmul"))
_operation(operator.truediv, (Lanes, Lanes), _LANES, _arithmetic("fdiv"))
_operation(operator.add, (LanesAt, types.Integer), _LANES_AT, _move)
_operation(operator.getitem, (LanesAt, types.Integer), _LANES, _load)
_operation(operator.setitem, (LanesAt, types.Integer, Lanes), types.none, _store)


@intrinsic
def fma(typingctx: Any, a: types.Type, b: types.Type, c: types.Type) -> tuple:
    """Compute a * b + c with one rounding."""

    def lower(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        kind = ir.FunctionType(_ROW, [_ROW, _ROW, _ROW])
        function = cgutils.get_or_insert_function(builder.module, kind, f"llvm.fma.v{LANES}f32")
        return builder.call(function, values)

    return _LANES(_LANES, _LANES, _LANES), lower


@intrinsic
def broadcast(typingctx: Any, number: types.Type) -> tuple:
    """Give every network the same float32 number."""

    def lower(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        anything = ir.Constant(_ROW, ir.Undefined)
        first = builder.insert_element(anything, values[0], ir.Constant(_INT32, 0))
        zeros = ir.Constant(ir.VectorType(_INT32, LANES), [0] * LANES)
        return builder.shuffle_vector(first, anything, zeros)

    return _LANES(types.float32), lower


@intrinsic
def two_to_the(typingctx: Any, shifted: types.Type) -> tuple:
    """Compute 2^n from n + 1.5 * 2^23, n a whole number from -126 to 127.

    The sum's last bits hold n; moved to the place of the exponent and added to that of 1, they
    make 2^n.
    """

    def lower(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        integers = ir.VectorType(_INT32, LANES)
        exponent = ir.Constant(integers, [23] * LANES)
        of_one = ir.Constant(integers, [0x3F800000] * LANES)
        bits = builder.shl(builder.bitcast(values[0], integers), exponent)
        return builder.bitcast(builder.add(bits, of_one), _ROW)

    return _LANES(_LANES), lower


def _choice(comparison: str) -> Callable:
    def choose(typingctx: Any, a: types.Type, b: types.Type) -> tuple:
        def lower(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            return builder.select(builder.fcmp_ordered(comparison, *values), *values)

        return _LANES(_LANES, _LANES), lower

    return intrinsic(choose)


smaller = _choice("<")
"""The smaller of two, lane by lane; the second where they cannot be compared."""

larger = _choice(">")
"""The larger of two, lane by lane; the second where they cannot be compared."""


@intrinsic
def at(typingctx: Any, rows: types.Type, first: types.Type) -> tuple:
    """Return the place of row `first` of a C-ordered float32 array of shape (n, LANES).

    One of shape (n, 16) has `PARTS` such rows for each of its own.
    """

    def lower(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, values[0])
        return _row_address(builder, builder.bitcast(array.data, _ROW.as_pointer()), values[1])

    return _LANES_AT(rows, types.intp), lower


@intrinsic
def local_lanes(typingctx: Any, count: types.Type) -> tuple | None:
    """Return a place for `count` Lanes (a constant): registers, once the loops are unrolled."""
    if not isinstance(count, types.IntegerLiteral):
        return None

    def lower(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        with builder.goto_entry_block():
            return builder.alloca(_ROW, size=ir.Constant(_INT32, count.literal_value))

    return _LANES_AT(count), lower
