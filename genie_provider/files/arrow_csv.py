"""arrow_csv: CSV → Parquet at the speed of pyarrow's reader, for files without oddities.

pyarrow reads every cell as text, and each column is tried against the type that its first block suggests; a value is
taken only if the type gives back the very same text, or, for doubles, has no more digits than a double keeps. The
first thing that does not fit ends it, and the file is read the slow way, which finds the place. So both ways give the
same table, or the same error.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any, Final

from . import guard, headings, sinks, texts
from .options import ReadOptions
from .readers import delimited
from .troubles import FileError, Troubles
from .types import Column

BLOCK_BYTES: Final = 2_000_000
"""Several of them are on their way at once; larger ones are hardly faster."""
AHEAD: Final = 3
"""Blocks whose values are made while an earlier one is written."""
LOOKED_AT: Final = 2_000
"""Rows of the first block that suggest the types."""
_ENCODINGS: Final = ("utf-8", "utf-8-sig", "ascii")


class _NotPlain(Exception):
    """Something the fast way does not do; the slow one will say what it is."""


def to_parquet(
    file: Path,
    target: Path,
    options: ReadOptions,
    troubles: Troubles,
    told: Callable[[int], None] | None = None,
    compression: str = "zstd",
) -> tuple[list[Column], int] | None:
    """Writes the file as Parquet; its columns and rows, or None where the slow way has to do it.

    Troubles are added only if it worked.
    """
    if options.types or options.decimal != "." or not options.header or options.allow:
        return None
    mine = Troubles(str(file))
    try:
        with guard.unchanged(file):
            columns, rows = _converted(file, target, options, mine, told, compression)
    except (_NotPlain, FileError):
        target.unlink(missing_ok=True)
        return None
    for each in mine.listed():
        troubles.add(each.kind, each.message, part=each.part, row=each.row, column=each.column)
    return columns, rows


def _converted(
    file: Path,
    target: Path,
    options: ReadOptions,
    troubles: Troubles,
    told: Callable[[int], None] | None,
    compression: str,
) -> tuple[list[Column], int]:
    form = delimited.dialect(file, options, troubles)
    if form.encoding not in _ENCODINGS or not form.quote:
        raise _NotPlain
    with file.open("rb") as source:
        quoted = form.quote.encode() in source.read(delimited.SAMPLE_BYTES)
        source.seek(0)
        return _written(
            _Quotes(source, form.delimiter, form.quote, lines=quoted), file, target, form, troubles, told, compression
        )


def _written(
    source: _Quotes,
    file: Path,
    target: Path,
    form: delimited.Dialect,
    troubles: Troubles,
    told: Callable[[int], None] | None,
    compression: str,
) -> tuple[list[Column], int]:
    reader, names = _reader(file, source, form)
    plain = headings.names(names, "", troubles)
    columns: list[Column] = []
    sink: sinks.ParquetSink | None = None
    rows = 0
    pool, waiting = ThreadPoolExecutor(2), deque[Future[Any]]()
    try:
        for batch in _ahead(_batches(reader)):
            if sink is None:
                columns = [
                    Column(name, _type(cells), heading)
                    for name, heading, cells in zip(plain, names, batch.columns, strict=True)
                ]
                sink = sinks.ParquetSink(target, columns, compression)
            waiting.append(pool.submit(_typed, batch, columns, sink.schema))
            if len(waiting) > AHEAD:
                sink.add_batch(waiting.popleft().result())
            rows += batch.num_rows
            if told:
                told(rows)
        while waiting and sink is not None:
            sink.add_batch(waiting.popleft().result())
    finally:
        pool.shutdown(cancel_futures=True)
        if sink is not None:
            sink.close()
    if sink is None or not source.whole:
        raise _NotPlain
    return columns, rows


class _Quotes:
    """The file on its way to pyarrow, which forgives quotes in odd places and one that is never closed.

    Cut at its quotes, the text is by turns outside and inside of quoted cells; what is outside has to begin and end
    with a delimiter or a line's end, or be empty, as between the two quotes that stand for one.
    """

    def __init__(self, file: IO[bytes], delimiter: str, quote: str, *, lines: bool = True) -> None:
        """With `lines`, quoted cells may hold line breaks, which costs pyarrow its second thread."""
        self.lines = lines
        self._file, self._quote = file, quote.encode()
        self._edges = frozenset(f"{delimiter}\r\n".encode())
        self._inside, self._whole, self._open = False, True, b"\n"
        self.closed = False

    def read(self, count: int = -1) -> bytes:
        piece = self._file.read(count)
        self._look(piece)
        return piece

    def _look(self, piece: bytes) -> None:
        """`_open` is what was seen of the part outside that has not ended yet: its first and last byte."""
        parts = piece.split(self._quote)
        if self._inside:
            parts.insert(0, b"")
        else:
            parts[0] = self._open + parts[0]
        outside = parts[::2]
        if not self.lines and any(b"\n" in part for part in parts[1::2]):
            self._whole = False
        self._inside = len(parts) % 2 == 0
        last = b"" if self._inside else outside.pop()
        self._whole = self._whole and all(map(self._fits, outside))
        self._open = last[:1] + last[-1:]

    def _fits(self, part: bytes) -> bool:
        return not part or (part[0] in self._edges and part[-1] in self._edges)

    @property
    def whole(self) -> bool:
        """Whether all quotes seen so far stand where they should, and the last one is closed."""
        return self._whole and not self._inside and (not self._open or self._open[0] in self._edges)

    def close(self) -> None:
        self.closed = True


def _reader(file: Path, source: _Quotes, form: delimited.Dialect) -> tuple[Any, list[str]]:
    import pyarrow as pa
    from pyarrow import csv

    first = next(delimited._rows(file, form), None)
    if first is None:
        raise _NotPlain
    names = [f"c{at}" for at in range(len(first[1]))]
    skipped = _lines_of_heading(file, form)
    try:
        reader = csv.open_csv(
            pa.PythonFile(source, "r"),
            csv.ReadOptions(block_size=BLOCK_BYTES, column_names=names, skip_rows=skipped),
            csv.ParseOptions(delimiter=form.delimiter, quote_char=form.quote, newlines_in_values=source.lines),
            csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid:
        raise _NotPlain from None
    return reader, first[1]


def _lines_of_heading(file: Path, form: delimited.Dialect) -> int:
    """Lines before the second row; headings may hold line breaks, and empty lines may stand before them."""
    numbers = (number for number, _ in delimited._rows(file, form))
    first = next(numbers)
    second = next(numbers, None)
    if second is None or second - first != 1:
        raise _NotPlain
    return first


def _ahead(batches: Iterator[Any]) -> Iterator[Any]:
    """The batches, of which the next is read while one is worked on."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(next, batches, None)
        while (batch := waiting.result()) is not None:
            waiting = pool.submit(next, batches, None)
            yield batch


def _batches(reader: Any) -> Iterator[Any]:
    import pyarrow as pa

    try:
        yield from reader
    except pa.ArrowInvalid:
        raise _NotPlain from None


def _type(cells: Any) -> str:
    """The type that a block suggests."""
    import pyarrow.compute as pc

    held = pc.drop_null(cells)
    found = texts.Candidates("texts")
    if len(held):
        sample = held.slice(0, LOOKED_AT).to_pylist()
        found.add(sample, sample, range(len(sample)))
        if found.type == "string" and found.oddity():
            raise _NotPlain
    return found.type if len(held) else "string"


def _typed(batch: Any, columns: list[Column], schema: Any) -> Any:
    import pyarrow as pa

    arrays = []
    for cells, column, field in zip(batch.columns, columns, schema, strict=True):
        try:
            arrays.append(_as(column.type, cells, field.type))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            raise _NotPlain from None
    return pa.record_batch(arrays, schema=schema)


def _as(type: str, cells: Any, wanted: Any) -> Any:
    """The cells in their type, if each comes back the same."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if type == "string":
        return cells
    if type == "bigint":
        return _same(cells, pc.cast(cells, pa.int64()))
    if type == "date":
        return _same(cells, pc.cast(cells, pa.date32()))
    if type == "boolean":
        if not pc.all(pc.is_in(cells, pa.array(["true", "false", "TRUE", "FALSE", "True", "False", None]))).as_py():
            raise _NotPlain
        return pc.cast(pc.utf8_lower(cells), pa.bool_())
    if type == "double":
        return _doubles(cells)
    if type == "timestamp":
        return _moments(cells, wanted)
    raise _NotPlain


def _same(cells: Any, made: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pc.all(pc.equal(pc.cast(made, pa.string()), cells)).as_py() is False:
        raise _NotPlain
    return made


def _doubles(cells: Any) -> Any:
    """Numbers of at most 15 characters keep their value; longer ones are the slow way's."""
    import pyarrow as pa
    import pyarrow.compute as pc

    longest = pc.max(pc.binary_length(cells)).as_py() or 0
    if longest > texts.DOUBLE_DIGITS + 1:
        raise _NotPlain
    if pc.all(pc.match_substring_regex(cells, r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$")).as_py() is False:
        raise _NotPlain
    return pc.cast(cells, pa.float64())


def _moments(cells: Any, wanted: Any) -> Any:
    """Moments without a zone, which are UTC; cells with a zone are the slow way's."""
    import pyarrow as pa
    import pyarrow.compute as pc

    shape = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?$"
    if pc.all(pc.match_substring_regex(cells, shape)).as_py() is False:
        raise _NotPlain
    return pc.cast(pc.cast(cells, pa.timestamp("us")), wanted)
