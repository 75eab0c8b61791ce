"""tables: a small table, made, checked row by row, changed in place."""

from __future__ import annotations

from ..client import Table
from ..lifecycle import Call, Properties
from . import sql_literals
from .content import Column, canonical, fingerprint_of, keyed, type_of, unkeyed
from .descriptions import column_definitions, describe, described
from .owned import MARK, OWNER, MarkedLifecycle

LOADED = "genie_table_file"
"""The property of a table that a TableFile loaded: what its file was."""
CONTENT = "genie_seed_content"
"""The property that holds the fingerprint of the content, set once the rows are in."""


class SeedTableLifecycle(MarkedLifecycle):
    kind = "table"

    def _mark_of(self, name: str) -> str | None:
        table = self._workspace.fresh_table(name)
        return None if table is None else properties_of(table).get(MARK, "")

    def _make(self, call: Call, inputs: Properties) -> Properties:
        """A table that is there is ours: an interrupted run left it, so it is made anew."""
        name, columns = sql_literals.name(str(inputs["name"]), 3), _columns(inputs)
        comment = f" COMMENT {sql_literals.text(inputs['comment'])}" if inputs.get("comment") else ""
        properties = sql_literals.pairs({MARK: str(inputs.get(OWNER, ""))})
        replace = "OR REPLACE " if self._mark_of(str(inputs["name"])) is not None else ""
        call.notify("status", "making the table")
        defined = column_definitions(columns, inputs)
        self._run(f"CREATE {replace}TABLE {name} ({defined}){comment} TBLPROPERTIES ({properties})", inputs)
        self._fill(call, inputs)
        return {}

    def _change(self, call: Call, old_inputs: Properties, news: Properties) -> Properties:
        """Rows are replaced in one statement; only other columns make the table anew."""
        if any(old_inputs.get(key) != news.get(key) for key in ("columns", "primary_key")):
            return self._make(call, news)
        if old_inputs.get("comment", "") != news.get("comment", ""):
            comment = sql_literals.text(str(news.get("comment", "")))
            self._run(f"COMMENT ON TABLE {sql_literals.name(str(news['name']), 3)} IS {comment}", news)
        if old_inputs.get("rows") != news.get("rows"):
            self._fill(call, news)
        for statement in describe(news, old_inputs):
            self._run(statement, news, step="describe the columns")
        return {}

    def _fill(self, call: Call, inputs: Properties) -> None:
        name, columns = sql_literals.name(str(inputs["name"]), 3), _columns(inputs)
        rows = unkeyed(inputs.get("rows") or {})
        call.notify("status", f"writing {len(rows)} rows")
        if rows:
            for at, values in enumerate(sql_literals.pieces(rows, columns)):
                verb = "INTO" if at else "OVERWRITE"
                self._run(f"INSERT {verb} {name} VALUES {values}", inputs, step="write the rows")
        else:
            self._run(f"TRUNCATE TABLE {name}", inputs, step="write the rows")
        mark = sql_literals.pairs({CONTENT: fingerprint_of(columns, inputs.get("rows") or {})})
        self._run(f"ALTER TABLE {name} SET TBLPROPERTIES ({mark})", inputs, step="mark the content")

    def _as_it_is(self, call: Call, inputs: Properties, outputs: Properties) -> Properties:
        """The inputs with what differs in the live table: comment, columns, rows."""
        table = self._workspace.fresh_table(str(inputs["name"]))
        if table is None:
            return inputs
        live = dict(inputs)
        if table.comment != inputs.get("comment", ""):
            live["comment"] = table.comment
        live |= described(table, inputs)
        shape = ", ".join(f"{name} {kind}" for name, kind in table.columns.items())
        if shape.lower() != str(inputs["columns"]).lower():
            return {**live, "columns": shape}
        if self._may_query(call, inputs):
            live["rows"] = self._live_rows(inputs)
        elif properties_of(table).get(CONTENT) != fingerprint_of(_columns(inputs), inputs.get("rows") or {}):
            live["rows"] = {}
        return inputs if live == inputs else live

    def _live_rows(self, inputs: Properties) -> Properties:
        columns = _columns(inputs)
        names = ", ".join(sql_literals.column(column.name) for column in columns)
        sql = f"SELECT {names} FROM {sql_literals.name(str(inputs['name']), 3)}"
        found = self._run(sql, inputs, repeatable=True, step="read the rows").rows
        cells = (tuple(canonical(cell, column) for cell, column in zip(row, columns, strict=True)) for row in found)
        return keyed(cells)

    def _may_query(self, call: Call, inputs: Properties) -> bool:
        if self._is_quick(inputs):
            return True
        call.notify("info", "rows not compared: the warehouse is stopped; only the table's own mark was read")
        return False

    def _drop(self, call: Call, name: str, warehouse: Properties) -> None:
        table = self._workspace.fresh_table(name)
        if table and LOADED in properties_of(table):
            call.notify("info", f"the table {name} stays: it is loaded from a file by another resource now")
            return
        self._run(f"DROP TABLE IF EXISTS {sql_literals.name(name, 3)}", warehouse, step="drop the table")


def _columns(inputs: Properties) -> list[Column]:
    """`id bigint, price decimal(10,2)` as columns."""
    found, text = [], str(inputs["columns"])
    for piece in text.split(", "):
        name, _, kind = piece.rpartition(" ")
        found.append(Column(name, type_of(kind)))
    return found


def properties_of(table: Table) -> dict[str, str]:
    held = table.raw.get("properties")
    return {str(key): str(value) for key, value in held.items()} if isinstance(held, dict) else {}
