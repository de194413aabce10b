"""One vector instruction's worth of arithmetic: add rows of a matrix to a row of another.

numba unrolls a loop over 16 float32 into 16 scalar additions and never packs them again, and most
of the time of language identification would go there (5.3 ns a row against 1.3 ns). So this one
loop is written as LLVM vectors, in blocks of 16 columns. Each column is summed in the order of
the rows, as in the plain loop: the vectors change the speed and not one bit of the result.
"""

from __future__ import annotations

from typing import Any, Final

from llvmlite import ir
from numba import njit
from numba.core import cgutils, types
from numba.extending import intrinsic

kernel = njit(nogil=True, cache=True, error_model="numpy", _nrt=False)
"""How the kernels of language identification are compiled: without reference counts.

None of them makes an array. With counts, numba adds one atomic increment and decrement per array
argument and call, which took half of the time. C's division model drops the test for zero.
"""

LANES: Final = 16
"""Matrices must be C-contiguous float32 with a multiple of this many columns."""


@intrinsic
def add_rows(typing: Any, rows: Any, picked: Any, count: Any, sums: Any, target: Any) -> Any:  # noqa: ARG001
    """``for i in range(count): sums[target] += rows[picked[i]]``, with picked int32."""

    def generate(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        matrix, index, total = (
            context.make_array(kind)(context, builder, value)
            for kind, value in zip(
                (rows, picked, sums), (values[0], values[1], values[3]), strict=True
            )
        )
        word = ir.IntType(64)
        vector = ir.VectorType(ir.FloatType(), LANES).as_pointer()
        width = cgutils.unpack_tuple(builder, matrix.shape)[1]

        def block_at(data: Any, row: Any, column: Any) -> Any:
            place = builder.add(builder.mul(row, width), column)
            return builder.bitcast(builder.gep(data, [place]), vector)

        with cgutils.for_range_slice(
            builder, ir.Constant(word, 0), width, ir.Constant(word, LANES)
        ) as (column, _):
            place = block_at(total.data, values[4], column)
            sum_here = cgutils.alloca_once_value(builder, builder.load(place, align=4))
            with cgutils.for_range(builder, values[2]) as loop:
                row = builder.load(builder.gep(index.data, [loop.index]))
                block = block_at(matrix.data, builder.zext(row, word), column)
                added = builder.fadd(builder.load(sum_here), builder.load(block, align=4))
                builder.store(added, sum_here)
            builder.store(builder.load(sum_here), place, align=4)
        return context.get_dummy_value()

    return types.void(rows, picked, types.int64, sums, types.int64), generate
