"""table_files: a table out of a file of any size, loaded in one statement.

    beside the program          read here → Parquet → staging volume → CREATE TABLE AS SELECT → staged file removed
    on a volume, in the cloud   CREATE TABLE AS SELECT from read_files; nothing is downloaded
    on a volume, of another format      downloaded, then as above

A warehouse that reads Excel (a preview) is not asked to: what it makes of error cells is written nowhere.

The statement replaces the table and marks it as ours at once, so nobody sees half of it, and a run that was killed
is done again from the start: the staged file goes by its owner's name and is written over.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from ..client import Rows, volume_of, volume_path
from ..errors import GenieError, WorkspaceError
from ..files import convert, headings
from ..files.formats import format_of
from ..files.guard import Stamp
from ..files.options import ReadOptions
from ..files.troubles import Troubles
from ..files.types import Column
from ..lifecycle import Call, Checked, Properties
from . import sql_literals
from .descriptions import add_key, check_names, describe, described
from .owned import MARK, OWNER, MarkedLifecycle
from .spec_sources import STAGING, is_on_volume, is_remote
from .tables import LOADED, properties_of

STAMP: Final = "__stamp"
"""Hidden input: the file's `Stamp` as text, when the program looked at it; Pulumi's numbers have 15 digits."""
_COMMENT: Final = "Files on their way into tables, put here and removed by genie. May be deleted when empty."
_RESCUED: Final = "_rescued_data"


class TableFileLifecycle(MarkedLifecycle):
    """Inputs: name, file, sha256 and size_bytes (of a file beside the program), options, staging, comment,
    column_comments, primary_key."""

    kind = "table"

    def check(self, call: Call, olds: Properties | None, news: Properties) -> Checked:
        """Tells the way that the file will take, where it will take one."""
        same = olds is not None and all(olds.get(key) == news.get(key) for key in ("name", "file", "sha256", "options"))
        if not same and all(isinstance(news.get(key, ""), str) for key in ("name", "file")):
            around = self._around(news) if self.read_before_preview else ""
            call.notify("info", f"{way_of(news)}{around}")
        return super().check(call, olds, news)

    def _around(self, news: Properties) -> str:
        """What the workspace tells of the way: the warehouse that loads, the volume in between."""
        told = []
        try:
            word = news.get("warehouse") or self._settings.warehouse
            if isinstance(word, str) and word:
                warehouse = self._workspace.find_warehouse(word)
                kind = "serverless" if warehouse.serverless else warehouse.type.lower() or "of a kind not known"
                told.append(f"by {warehouse.name!r} ({kind})")
            if is_local(news) or not format_of(str(news["file"])).warehouse:
                folder = self._staging_folder(news)
                is_there = self._workspace.volume(volume_of(folder)) is not None
                told.append(f"through {folder}" + ("" if is_there else ", a volume that is not there yet"))
        except GenieError:  # what is wrong is told when it is done; a preview may come before the warehouse
            told.append("the rest of the way is not known")
        return f" ({', '.join(told)})" if told else ""

    def _mark_of(self, name: str) -> str | None:
        table = self._workspace.fresh_table(name)
        return None if table is None else properties_of(table).get(MARK, "")

    def _make(self, call: Call, inputs: Properties) -> Properties:
        if is_local(inputs):
            rows = self._from_here(call, inputs, Path(str(inputs["file"])))
        elif format_of(str(inputs["file"])).warehouse:
            rows = self._from_there(call, inputs)
        else:
            rows = self._downloaded(call, inputs)
        for statement in [*describe(inputs), *add_key(inputs)]:
            self._run(statement, inputs, step="describe the columns")
        return {"rows": rows, "source": self._source(inputs)}

    def _change(self, call: Call, old_inputs: Properties, news: Properties) -> Properties:
        content = ("file", "sha256", "options", "primary_key", "changed")
        if any(old_inputs.get(key) != news.get(key) for key in content):
            return self._make(call, news)
        if old_inputs.get("comment", "") != news.get("comment", ""):
            comment = sql_literals.text(str(news.get("comment", "")))
            self._run(f"COMMENT ON TABLE {sql_literals.name(str(news['name']), 3)} IS {comment}", news)
        for statement in describe(news, old_inputs):
            self._run(statement, news, step="describe the columns")
        return {"rows": self._count(news), "source": self._source(news)}

    def _as_it_is(self, call: Call, inputs: Properties, outputs: Properties) -> Properties:
        """With `changed` where the table or the file on the volume is not what was loaded."""
        table = self._workspace.fresh_table(str(inputs["name"]))
        if table is None:
            return inputs
        live = dict(inputs)
        if table.comment != inputs.get("comment", ""):
            live["comment"] = table.comment
        live |= described(table, inputs)
        if properties_of(table).get(LOADED) != fingerprint(inputs):
            live["changed"] = "the table was made anew by somebody else"
        elif outputs.get("source") not in (None, self._source(inputs)):
            live["changed"] = "the file on the volume was written again"
        elif self._is_quick(inputs) and outputs.get("rows") not in (None, count := self._count(inputs)):
            live["changed"] = f"the table holds {count:,} rows instead of {outputs['rows']:,}"
        return inputs if live == inputs else live

    def _drop(self, call: Call, name: str, warehouse: Properties) -> None:
        table = self._workspace.fresh_table(name)
        if table and LOADED not in properties_of(table):
            call.notify("info", f"the table {name} stays: its rows stand in another resource now")
        else:
            self._run(f"DROP TABLE IF EXISTS {sql_literals.name(name, 3)}", warehouse, step="drop the table")
        self._remove_staging(f"{name.rpartition('.')[0]}.{STAGING}".replace("`", ""))

    # ── the ways ────────────────────────────────────────────────────────────────────────────

    def _from_here(self, call: Call, inputs: Properties, file: Path) -> int:
        """Reads the file once, uploads it once."""
        if inputs.get(STAMP) not in (None, Stamp.of(file).text):
            raise GenieError(f"{file} was changed since the program looked at it; run again")
        with tempfile.TemporaryDirectory(prefix="genie-") as folder:
            target = Path(folder) / "table.parquet"
            (written,) = convert.convert_files(
                [file], target, _options(inputs), told=lambda name, rows: call.notify("status", f"read {rows:,} rows")
            )
            for trouble in written.troubles:
                call.notify("warning", str(trouble))
            check_names(inputs, [each.name for each in written.columns])
            with self._staged(call, inputs, target) as path:
                call.notify("status", f"loading {written.rows:,} rows")
                source = f"read_files({sql_literals.text(path)}, format => 'parquet')"
                self._load(inputs, source, [(each.name, each) for each in written.columns])
        count = self._count(inputs)
        if count != written.rows:
            raise WorkspaceError("failed", "load", f"the file holds {written.rows:,} rows, the table {count:,}")
        return count

    def _from_there(self, call: Call, inputs: Properties) -> int:
        """The warehouse reads the file; what it would put aside as unreadable stops."""
        source = read_files(inputs)
        call.notify("status", "the warehouse looks at the file")
        looked = self._run(f"SELECT * FROM {source} LIMIT 0", inputs, repeatable=True, step="look at the file")
        given = [column for column in looked.columns if column != _RESCUED]
        if _RESCUED in looked.columns:
            self._check_rescued(inputs, source)
        names = headings.names(given, "", Troubles(str(inputs["file"])))
        for old, new in zip(given, names, strict=True):
            if old != new:
                words = f"the heading {old!r} cannot name a column; it is called {new!r}"
                call.notify("warning", f"{inputs['file']}: {words}")
        columns = _columns_there(looked, given, names, _options(inputs))
        check_names(inputs, [column.name for _, column in columns])
        call.notify("status", "the warehouse loads the file")
        self._load(inputs, source, columns)
        return self._count(inputs)

    def _check_rescued(self, inputs: Properties, source: str) -> None:
        sql = f"SELECT count(*) FROM {source} WHERE {_RESCUED} IS NOT NULL"
        ((count,),) = self._run(sql, inputs, repeatable=True, step="look at the file").rows
        if int(count or 0):
            raise WorkspaceError(
                "failed",
                "load",
                f"{inputs['file']}: {int(count or 0):,} rows hold values that do not fit their columns",
                f"look at them with SELECT {_RESCUED} FROM {source}, or give types",
            )

    def _downloaded(self, call: Call, inputs: Properties) -> int:
        path = volume_path(str(inputs["file"]))
        with tempfile.TemporaryDirectory(prefix="genie-") as folder:
            target = Path(folder) / path.rpartition("/")[2]
            call.notify("status", f"downloading {path}")
            self._workspace.download_file(path, target)
            return self._from_here(call, {**inputs, STAMP: None}, target)

    def _load(self, inputs: Properties, source: str, columns: Sequence[tuple[str, Column]]) -> None:
        """One statement: the table, its rows, our mark."""
        name = sql_literals.name(str(inputs["name"]), 3)
        comment = f" COMMENT {sql_literals.text(inputs['comment'])}" if inputs.get("comment") else ""
        marks = sql_literals.pairs({MARK: str(inputs.get(OWNER, "")), LOADED: fingerprint(inputs)})
        cells = ", ".join(_cast(heading, column) for heading, column in columns)
        self._run(
            f"CREATE OR REPLACE TABLE {name}{comment} TBLPROPERTIES ({marks}) AS SELECT {cells} FROM {source}",
            inputs,
            step="load the file",
        )

    def _count(self, inputs: Properties) -> int:
        sql = f"SELECT count(*) FROM {sql_literals.name(str(inputs['name']), 3)}"
        ((count,),) = self._run(sql, inputs, repeatable=True, step="count the rows").rows
        return int(count or 0)

    def _source(self, inputs: Properties) -> str | None:
        """The state of a file on a volume; None for others, which cannot be asked."""
        if is_local(inputs) or not is_on_volume(str(inputs["file"])):
            return None
        found = self._workspace.find_file(volume_path(str(inputs["file"])))
        return f"{found.size_bytes} bytes, {found.changed}" if found else "not there"

    # ── the staging volume ──────────────────────────────────────────────────────────────────

    @contextmanager
    def _staged(self, call: Call, inputs: Properties, file: Path) -> Iterator[str]:
        """The path of the uploaded file, which is removed whatever happens."""
        folder = self._staging(inputs)
        path = f"{folder}/{hashlib.sha256(str(inputs.get(OWNER)).encode()).hexdigest()[:24]}.parquet"
        size = file.stat().st_size

        def told(done: int) -> None:
            call.notify("status", f"uploading {done / 1e6:,.1f} of {size / 1e6:,.1f} MB")

        try:
            self._workspace.upload_file(file, path, overwrite=True, progress=told)
            yield path
        finally:
            self._remove_staged(call, path)

    def _remove_staged(self, call: Call, path: str) -> None:
        try:
            self._workspace.delete_file(path)
        except WorkspaceError as error:  # the next run writes over it
            call.notify("warning", f"the staged file {path} stays: {error.message}")

    def _staging(self, inputs: Properties) -> str:
        """The folder for staged files; the volume in the table's schema is made where it is missing."""
        folder = self._staging_folder(inputs)
        volume = volume_of(folder)
        if not inputs.get("staging") and self._workspace.volume(volume) is None:
            try:
                self._workspace.create_volume(volume, _COMMENT)
            except WorkspaceError as error:
                if error.kind != "taken":  # another table of this run was quicker
                    raise
        return folder

    def _staging_folder(self, inputs: Properties) -> str:
        if inputs.get("staging"):
            return volume_path(str(inputs["staging"]))
        volume = f"{str(inputs['name']).rpartition('.')[0]}.{STAGING}".replace("`", "")
        return "/Volumes/" + volume.replace(".", "/")

    def _remove_staging(self, volume: str) -> None:
        """Takes our own staging volume away once nothing lies in it, so that the schema can go, too."""
        found = self._workspace.volume(volume)
        if found is None or found.get("comment") != _COMMENT:
            return
        if not self._workspace.list_folder("/Volumes/" + volume.replace(".", "/")):
            self._workspace.delete_volume(volume)


def is_local(inputs: Properties) -> bool:
    """Whether the file lies beside the program."""
    return not is_remote(str(inputs["file"]))


def way_of(inputs: Properties) -> str:
    """How the file gets into the table, for people."""
    file = str(inputs["file"])
    if is_local(inputs):
        size = f"{int(inputs.get('size_bytes') or 0) / 1e6:,.1f} MB"
        return f"{file} ({size}): read here, uploaded as Parquet, loaded by the warehouse, the uploaded file removed"
    if format_of(file).warehouse:
        return f"{file}: read by the warehouse, no download"
    return (
        f"{file}: downloaded, since only here every trouble of {format_of(file).name} is told; then uploaded as Parquet"
    )


def fingerprint(inputs: Properties) -> str:
    """What was loaded, and how: kept with the table."""
    held = [inputs.get("file"), inputs.get("sha256"), inputs.get("options") or {}]
    return hashlib.sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()[:24]


def read_files(inputs: Properties) -> str:
    """`read_files(…)` for a file that the warehouse reads itself."""
    options, file = _options(inputs), str(inputs["file"])
    form = format_of(file)
    given = {"format": form.warehouse}
    if form.warehouse == "csv":
        given |= {"header": "true" if options.header else "false", "multiLine": "true", "escape": '"'}
        sign = "\t" if file.lower().endswith((".tsv", ".tab")) or options.delimiter == "tab" else options.delimiter
        given |= {"delimiter": sign} if sign else {}
        given |= {"quote": options.quote} if options.quote is not None else {}
        given |= {"encoding": options.encoding} if options.encoding else {}
    if form.name == "JSON":
        given["multiLine"] = "true"
    if form.warehouse == "xml":
        if not options.records:
            raise GenieError(f"{file}: records has to name the element that is a row, as item")
        given["rowTag"] = options.records.rpartition("/")[2]
    pairs = ", ".join(f"{key} => {sql_literals.text(value)}" for key, value in given.items())
    return f"read_files({sql_literals.text(file.removeprefix('dbfs:'))}, {pairs})"


def _columns_there(
    looked: Rows, given: Sequence[str], names: Sequence[str], options: ReadOptions
) -> list[tuple[str, Column]]:
    """Heading and column of each; types are those given, else those that the warehouse found."""
    from ..files.types import type_of

    kinds = dict(zip(looked.columns, looked.types, strict=True))
    wanted = {name.lower(): type_of(kind) for name, kind in options.types.items()}
    unknown = [name for name in options.types if name.lower() not in {each.lower() for each in [*names, *given]}]
    if unknown:
        raise GenieError(f"no column {', '.join(unknown)}; there are {', '.join(names)}")
    return [
        (heading, Column(name, wanted.get(name.lower()) or wanted.get(heading.lower()) or kinds[heading].lower()))
        for heading, name in zip(given, names, strict=True)
    ]


def _cast(heading: str, column: Column) -> str:
    return f"CAST({sql_literals.column(heading)} AS {column.type.upper()}) AS {sql_literals.column(column.name)}"


def _options(inputs: Properties) -> ReadOptions:
    given: dict[str, Any] = inputs.get("options") or {}
    return ReadOptions.from_inputs(given)
