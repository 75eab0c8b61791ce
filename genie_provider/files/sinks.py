"""sinks: batches of values → a Parquet, CSV or JSON lines file, which appears when it is finished."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from .troubles import refusal
from .types import Column, as_text, scale_of

SUFFIXES: Final = (".parquet", ".csv", ".jsonl")
COMPRESSIONS: Final = ("zstd", "snappy", "gzip", "none")


class Sink(Protocol):
    """Takes batches of one set of columns."""

    def add(self, columns: list[list[Any]]) -> None: ...

    def close(self) -> None: ...


def check_target(target: Path) -> None:
    """Raises FileError if nothing here writes such a file."""
    if target.suffix.lower() not in SUFFIXES:
        raise refusal(target, f"cannot be written; the suffix is one of {', '.join(SUFFIXES)}")
    if target.is_dir():
        raise refusal(target, "is a folder; name a file in it")


@contextlib.contextmanager
def finished(target: Path) -> Iterator[Path]:
    """A path beside the target, which takes its place at the end and is removed on the way out of a failure."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    os.close(handle)
    partial = Path(name)
    try:
        yield partial
        if partial.exists():  # the writer may have left the target to somebody else
            os.chmod(partial, 0o666 & ~_umask())
            partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


# ── the three forms ─────────────────────────────────────────────────────────────────────────


def sink_for(suffix: str, target: Path, columns: Sequence[Column], compression: str = "zstd") -> Sink:
    """Writes batches of these columns into the target."""
    if suffix.lower() == ".parquet":
        return ParquetSink(target, columns, compression)
    return _CsvSink(target, columns) if suffix.lower() == ".csv" else _JsonSink(target, columns)


class _CsvSink:
    """UTF-8, commas, a heading; NULL is an empty cell, so an empty text is a quoted one."""

    def __init__(self, target: Path, columns: Sequence[Column]) -> None:
        self._file = target.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerow([column.name for column in columns])
        self._texts = [text_of(column.type) for column in columns]

    def add(self, columns: list[list[Any]]) -> None:
        texts = (map(text, cells) for text, cells in zip(self._texts, columns, strict=True))
        self._writer.writerows(zip(*texts, strict=True))

    def close(self) -> None:
        self._file.close()


class _JsonSink:
    def __init__(self, target: Path, columns: Sequence[Column]) -> None:
        self._file = target.open("w", encoding="utf-8")
        self._names = [column.name for column in columns]

    def add(self, columns: list[list[Any]]) -> None:
        lines = io.StringIO()
        for row in zip(*columns, strict=True):
            json.dump(dict(zip(self._names, map(_json_value, row), strict=True)), lines, ensure_ascii=False)
            lines.write("\n")
        self._file.write(lines.getvalue())

    def close(self) -> None:
        self._file.close()


def _json_value(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return text_of("timestamp")(value) if isinstance(value, dt.datetime) else as_text(value)


def text_of(type: str) -> Callable[[Any], str | None]:
    """How a value of that type is written in text; None stays None."""
    if type == "timestamp":
        return lambda value: None if value is None else _moment(value)
    return lambda value: None if value is None else as_text(value)


def _moment(value: dt.datetime) -> str:
    """UTC, with as many digits after the second as there are."""
    text = value.astimezone(dt.timezone.utc).replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if "." in text else text) + "Z"


class ParquetSink:
    """Row groups of some hundred thousand rows, of fewer where cells are long; moments are UTC."""

    rows_a_group = 100_000
    bytes_a_group = 32_000_000

    def __init__(self, target: Path, columns: Sequence[Column], compression: str = "zstd") -> None:
        self._arrow, parquet = arrow(target)
        self.schema = arrow_schema(columns)
        packed = "none" if compression == "none" else compression
        self._writer = parquet.ParquetWriter(str(target), self.schema, compression=packed)
        self._held: list[Any] = []
        self._rows = self._bytes = 0

    def add(self, columns: list[list[Any]]) -> None:
        arrays = [self._arrow.array(cells, field.type) for cells, field in zip(columns, self.schema, strict=True)]
        self.add_batch(self._arrow.record_batch(arrays, schema=self.schema))

    def add_batch(self, batch: Any) -> None:
        """A batch of Arrow's, of `schema`."""
        self._held.append(batch)
        self._rows += batch.num_rows
        self._bytes += batch.nbytes
        if self._rows >= self.rows_a_group or self._bytes >= self.bytes_a_group:
            self._flush()

    def _flush(self) -> None:
        if self._held:
            self._writer.write_table(self._arrow.Table.from_batches(self._held, self.schema), row_group_size=1 << 20)
        self._held, self._rows, self._bytes = [], 0, 0

    def close(self) -> None:
        self._flush()
        self._writer.close()


def arrow(file: object) -> tuple[Any, Any]:
    """pyarrow and its module for Parquet.

    Raises:
        FileError: it is not installed; says how to get it.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise refusal(file, "Parquet needs pyarrow: pip install 'genie-spaces[parquet]'") from None
    return pyarrow, parquet


def arrow_schema(columns: Sequence[Column]) -> Any:
    """The Arrow schema of these columns."""
    import pyarrow as pa

    plain = {
        "string": pa.string(),
        "tinyint": pa.int8(),
        "smallint": pa.int16(),
        "int": pa.int32(),
        "bigint": pa.int64(),
        "float": pa.float32(),
        "double": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("us", tz="UTC"),
        "binary": pa.binary(),
    }
    return pa.schema(
        (each.name, plain[each.type] if each.type in plain else pa.decimal128(*scale_of(each.type))) for each in columns
    )
