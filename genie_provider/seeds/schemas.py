"""schemas: a schema for seeds; one that was there before is used and left as it is."""

from __future__ import annotations

from ..errors import WorkspaceError
from ..lifecycle import Call, Properties
from . import sql_literals
from .owned import MARK, OWNER, MarkedLifecycle


class SeedSchemaLifecycle(MarkedLifecycle):
    kind = "schema"

    def _mark_of(self, name: str) -> str | None:
        schema = self._workspace.schema(name)
        if schema is None:
            return None
        properties = schema.get("properties")
        return str(properties.get(MARK, "")) if isinstance(properties, dict) else ""

    def _foreign(self, name: str) -> Properties:
        return {"ours": False}

    def _make(self, call: Call, inputs: Properties) -> Properties:
        name = sql_literals.name(str(inputs["name"]), 2)
        comment = f" COMMENT {sql_literals.text(inputs['comment'])}" if inputs.get("comment") else ""
        mark = sql_literals.pairs({MARK: str(inputs.get(OWNER, ""))})
        self._run(f"CREATE SCHEMA IF NOT EXISTS {name}{comment} WITH DBPROPERTIES ({mark})", inputs)
        return {"ours": True}

    def _change(self, call: Call, old_inputs: Properties, news: Properties) -> Properties:
        if old_inputs.get("comment", "") != news.get("comment", ""):
            comment = sql_literals.text(str(news.get("comment", "")))
            self._run(f"COMMENT ON SCHEMA {sql_literals.name(str(news['name']), 2)} IS {comment}", news)
        return {"ours": True}

    def _as_it_is(self, call: Call, inputs: Properties, outputs: Properties) -> Properties:
        live = str((self._workspace.schema(str(inputs["name"])) or {}).get("comment") or "")
        return inputs if live == inputs.get("comment", "") else {**inputs, "comment": live}

    def _drop(self, call: Call, name: str, warehouse: Properties) -> None:
        """Without CASCADE: what somebody else put into our schema keeps it alive."""
        try:
            self._run(f"DROP SCHEMA IF EXISTS {sql_literals.name(name, 2)} RESTRICT", warehouse, step="drop the schema")
        except WorkspaceError as error:
            if "NOT_EMPTY" not in error.message:
                raise
            call.notify("warning", f"the schema {name} stays: somebody else has put something into it")
