"""parquet: by pyarrow, row group by row group."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..options import ReadOptions
from ..raw import Batch, RawTable
from ..sinks import arrow
from ..troubles import Troubles, refusal

_ROWS = 10_000


def parts(file: Path, options: ReadOptions, troubles: Troubles) -> list[str]:
    return [""]


def read(file: Path, part: str, options: ReadOptions, troubles: Troubles) -> RawTable:
    opened = _opened(file)
    names = list(opened.schema_arrow.names)
    declared = {name: type for name in names if (type := sql_type(opened.schema_arrow.field(name).type))}
    return RawTable("", names, _batches(file, opened), declared=declared, expected_rows=opened.metadata.num_rows)


def _opened(file: Path) -> Any:
    pyarrow, parquet = arrow(file)
    try:
        return parquet.ParquetFile(file)
    except (pyarrow.ArrowException, OSError) as error:
        raise refusal(file, f"is damaged or no Parquet file: {str(error).splitlines()[0][:120]}") from None


def _batches(file: Path, opened: Any) -> Iterator[Batch]:
    import pyarrow

    first = 1
    try:
        for batch in opened.iter_batches(batch_size=_ROWS):
            columns = [[_value(cell) for cell in column.to_pylist()] for column in batch.columns]
            yield Batch(list(zip(*columns, strict=True)), range(first, first + batch.num_rows))
            first += batch.num_rows
    except (pyarrow.ArrowException, OSError) as error:
        raise refusal(file, f"is damaged: {str(error).splitlines()[0][:120]}", row=first) from None


def _value(cell: Any) -> Any:
    """Maps come as lists of pairs; moments with nanoseconds as pandas' kind, if pandas is there."""
    return cell.to_pydatetime() if hasattr(cell, "to_pydatetime") else cell


def sql_type(type: Any) -> str:
    """The SQL type of an Arrow type; empty for what is kept as JSON text or has none of its own."""
    from pyarrow import types as kinds

    for fits, name in (
        (kinds.is_boolean, "boolean"),
        (kinds.is_int8, "tinyint"),
        (kinds.is_int16, "smallint"),
        (kinds.is_int32, "int"),
        (kinds.is_int64, "bigint"),
        (kinds.is_float32, "float"),
        (kinds.is_float64, "double"),
        (kinds.is_date, "date"),
        (kinds.is_timestamp, "timestamp"),
        (kinds.is_decimal, ""),
        (kinds.is_string, "string"),
        (kinds.is_large_string, "string"),
        (kinds.is_binary, "binary"),
        (kinds.is_large_binary, "binary"),
    ):
        if fits(type):
            return name or f"decimal({type.precision},{type.scale})"
    return ""
