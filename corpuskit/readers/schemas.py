"""One schema for the user's columns over all splits, and how a split's columns are brought to it.

Each split has its own idea of a column's type: a column may be missing, whole numbers here and
fractions there, a struct with other fields. The rule: what can be said without loss keeps its
type, everything else becomes text (a plain value as it is, a nested one as JSON). Types that no
output format could hold (an empty struct, integers beyond 64 bits, all nulls) become text too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from corpuskit.errors import RunError

Schema = dict[str, pl.DataType]

_SIMPLE = (
    pl.String,
    pl.Boolean,
    pl.Binary,
    pl.Date,
    pl.Time,
    pl.Float32,
    pl.Float64,
    pl.Int8,
    pl.Int16,
    pl.Int32,
    pl.Int64,
    pl.UInt8,
    pl.UInt16,
    pl.UInt32,
    pl.UInt64,
)


def unify_schemas(schemas: Sequence[Mapping[str, pl.DataType]]) -> Schema:
    """Find the one schema that the columns of every split can be brought to.

    Parameters
    ----------
    schemas : sequence of {column: dtype}
        In the order of the splits: columns keep the order in which they first appear.

    Returns
    -------
    {column: dtype}
        Int and Float give Float64, a missing column or all nulls take the other's type, structs
        are merged field by field, every other conflict is String.

    Examples
    --------
    >>> unify_schemas([{"n": pl.Int64()}, {"n": pl.Float64(), "tag": pl.Null()}])
    {'n': Float64, 'tag': String}
    """
    merged: Schema = {}
    for schema in schemas:
        for name, dtype in schema.items():
            merged[name] = _unify(merged[name], dtype) if name in merged else dtype
    return {name: storable(dtype) for name, dtype in merged.items()}


def storable(dtype: pl.DataType) -> pl.DataType:
    """Choose the type in which a column is written: itself, or String where no format has it."""
    if isinstance(dtype, pl.Struct) and dtype.fields:
        return pl.Struct({field.name: storable(_type(field.dtype)) for field in dtype.fields})
    if isinstance(dtype, pl.List | pl.Array):
        return pl.List(storable(_type(dtype.inner)))
    kept = (*_SIMPLE, pl.Datetime, pl.Duration, pl.Decimal)
    return dtype if isinstance(dtype, kept) else pl.String()


def conform(frame: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Bring the columns of one split to the unified schema, in its order.

    Parameters
    ----------
    frame : pl.DataFrame
        The user's columns as one split has them; columns may be missing, none may be unknown.
    schema : {column: dtype}
        From `unify_schemas` over schemas that include this frame's own.

    Examples
    --------
    >>> conform(pl.DataFrame({"n": [1]}), {"n": pl.Float64(), "tag": pl.String()}).row(0)
    (1.0, None)
    """
    unknown = [name for name in frame.columns if name not in schema]
    if unknown:
        raise RunError(
            f"column {unknown[0]!r}: was not there in the first pass; the input changed while "
            "the run was reading it, so run again with --overwrite"
        )
    columns = [
        _cast(pl.col(name), frame.schema[name], dtype).alias(name)
        if name in frame.columns
        else pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in schema.items()
    ]
    if not schema:  # texts alone: nothing to select, which would lose the number of rows
        return frame
    return frame.with_columns(columns).select(list(schema))


def as_text(series: pl.Series) -> pl.Series:
    """Write values as text: plain ones as they are, nested ones as JSON; null stays null.

    Examples
    --------
    >>> as_text(pl.Series([[1, None], None])).to_list()
    ['[1,null]', None]
    """
    expr = _text(pl.col(series.name), series.dtype).alias(series.name)
    return series.to_frame().select(expr).to_series()


def user_ids(frame: pl.DataFrame, name: str | None) -> pl.Series:
    """The user's ids as text; null where a document, or the whole frame, has none."""
    if name is None or name not in frame.columns:
        return pl.repeat(None, frame.height, dtype=pl.String, eager=True).rename("user_id")
    return as_text(frame[name]).rename("user_id")


def schema_to_json(schema: Mapping[str, pl.DataType]) -> dict[str, Any]:
    """Write a schema as plain JSON values, for a receipt; `schema_from_json` reads it back.

    Examples
    --------
    >>> schema_to_json({"tags": pl.List(pl.String())})
    {'tags': {'list': 'String'}}
    """
    return {name: _plain(dtype) for name, dtype in schema.items()}


def schema_from_json(plain: Mapping[str, Any]) -> Schema:
    """Read what `schema_to_json` wrote.

    Examples
    --------
    >>> schema_from_json({"tags": {"list": "String"}})
    {'tags': List(String)}
    """
    return {name: _from_plain(value) for name, value in plain.items()}


def base64_binary(expr: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Replace binary values, nested ones too, by base64 text: JSON has no other place for them."""
    return _cast(expr, dtype, _without_binary(dtype))


def _unify(one: pl.DataType, other: pl.DataType) -> pl.DataType:
    if one == other:
        return one
    if isinstance(one, pl.Null) or isinstance(other, pl.Null):
        return other if isinstance(one, pl.Null) else one
    if isinstance(one, pl.Struct) and isinstance(other, pl.Struct):
        parts = [{field.name: _type(field.dtype) for field in s.fields} for s in (one, other)]
        fields = dict(parts[0])
        for name, dtype in parts[1].items():
            fields[name] = _unify(fields[name], dtype) if name in fields else dtype
        return pl.Struct(fields)
    if isinstance(one, pl.List | pl.Array) and isinstance(other, pl.List | pl.Array):
        return pl.List(_unify(_type(one.inner), _type(other.inner)))
    if one.is_numeric() and other.is_numeric():
        return _unify_numbers(one, other)
    return pl.String()


def _unify_numbers(one: pl.DataType, other: pl.DataType) -> pl.DataType:
    if one.is_decimal() or other.is_decimal():
        return pl.String()
    if one.is_float() or other.is_float():
        return pl.Float64()
    if one.is_unsigned_integer() and other.is_unsigned_integer():
        return pl.UInt64()
    wide = (pl.UInt64, pl.Int128)
    return pl.Int128() if isinstance(one, wide) or isinstance(other, wide) else pl.Int64()


def _type(dtype: Any) -> pl.DataType:
    """Make an instance of a type that Polars may give as a class."""
    return dtype() if isinstance(dtype, type) else dtype  # type: ignore[no-any-return]


def _cast(expr: pl.Expr, have: pl.DataType, want: pl.DataType) -> pl.Expr:
    if have == want or isinstance(have, pl.Null):
        return expr.cast(want)
    if isinstance(want, pl.String):
        return _text(expr, have)
    if isinstance(have, pl.Struct) and isinstance(want, pl.Struct):
        there = {field.name: _type(field.dtype) for field in have.fields}
        fields = [
            _cast(expr.struct.field(field.name), there[field.name], _type(field.dtype))
            if field.name in there
            else pl.lit(None, dtype=field.dtype)
            for field in want.fields
        ]
        named = [e.alias(field.name) for e, field in zip(fields, want.fields, strict=True)]
        return pl.when(expr.is_not_null()).then(pl.struct(named))
    if isinstance(have, pl.Array):
        return _cast(expr.arr.to_list(), pl.List(have.inner), want)
    if isinstance(have, pl.List) and isinstance(want, pl.List):
        return expr.list.eval(_cast(pl.element(), _type(have.inner), _type(want.inner)))
    return expr.cast(want)


def _text(expr: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if isinstance(dtype, pl.Binary):
        return expr.bin.encode("base64")
    if isinstance(dtype, pl.String) or dtype.is_integer() or dtype.is_float():
        return expr.cast(pl.String)
    if isinstance(dtype, pl.Categorical | pl.Enum | pl.Boolean | pl.Null):
        return expr.cast(pl.String)
    plain = _without_binary(dtype)
    encoded = pl.struct(_cast(expr, dtype, plain).alias("v")).struct.json_encode()
    inner = encoded.str.slice(5, encoded.str.len_chars() - 6)  # {"v":…}
    if not dtype.is_nested():
        inner = inner.str.strip_chars('"')
    return pl.when(expr.is_not_null()).then(inner)


def _without_binary(dtype: pl.DataType) -> pl.DataType:
    if isinstance(dtype, pl.Struct):
        return pl.Struct({f.name: _without_binary(_type(f.dtype)) for f in dtype.fields})
    if isinstance(dtype, pl.List | pl.Array):
        return pl.List(_without_binary(_type(dtype.inner)))
    return pl.String() if isinstance(dtype, pl.Binary) else dtype


def _plain(dtype: pl.DataType) -> Any:
    if isinstance(dtype, pl.Struct):
        return {"struct": [[field.name, _plain(_type(field.dtype))] for field in dtype.fields]}
    if isinstance(dtype, pl.List | pl.Array):
        return {"list": _plain(_type(dtype.inner))}
    if isinstance(dtype, pl.Datetime):
        return {"datetime": [dtype.time_unit, dtype.time_zone]}
    if isinstance(dtype, pl.Duration):
        return {"duration": dtype.time_unit}
    if isinstance(dtype, pl.Decimal):
        return {"decimal": [dtype.precision, dtype.scale]}
    name = type(dtype).__name__
    return name if isinstance(dtype, (*_SIMPLE, pl.Null, pl.Int128)) else "String"


def _from_plain(plain: Any) -> pl.DataType:
    if isinstance(plain, str):
        return getattr(pl, plain)()  # type: ignore[no-any-return]
    ((kind, value),) = plain.items()
    if kind == "struct":
        return pl.Struct({name: _from_plain(inner) for name, inner in value})
    if kind == "list":
        return pl.List(_from_plain(value))
    if kind == "datetime":
        return pl.Datetime(value[0], value[1])
    return pl.Duration(value) if kind == "duration" else pl.Decimal(*value)
