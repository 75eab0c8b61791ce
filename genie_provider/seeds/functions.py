"""functions: a SQL function; its comment holds the mark, since functions have no properties."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from ..client import Function
from ..lifecycle import Call, Properties
from . import sql_literals
from .owned import OWNER, MarkedLifecycle

_MARK: Final = re.compile(r"\s*\[genie seed (\S+)\]\Z")


class SeedFunctionLifecycle(MarkedLifecycle):
    kind = "function"

    def _mark_of(self, name: str) -> str | None:
        function = self._workspace.fresh_function(name)
        if function is None:
            return None
        match = _MARK.search(function.comment)
        return match[1] if match else ""

    def _make(self, call: Call, inputs: Properties) -> Properties:
        name = sql_literals.name(str(inputs["name"]), 3)
        comment = sql_literals.text(f"{inputs.get('comment', '')} [genie seed {inputs.get(OWNER, '')}]".strip())
        replace = "OR REPLACE " if self._mark_of(str(inputs["name"])) is not None else ""
        self._run(
            f"CREATE {replace}FUNCTION {name}({inputs.get('parameters', '')}) RETURNS {inputs['returns']} "
            f"COMMENT {comment} RETURN {inputs['body']}",
            inputs,
        )
        made = self._workspace.fresh_function(str(inputs["name"]))
        return {"definition": _definition(made) if made else None}

    def _as_it_is(self, call: Call, inputs: Properties, outputs: Properties) -> Properties:
        """The live text is the workspace's own rendering, so it is compared with what it was after our write."""
        function = self._workspace.fresh_function(str(inputs["name"]))
        if function is None:
            return inputs
        live = dict(inputs)
        if outputs.get("definition") not in (None, _definition(function)):
            live["body"] = str(function.raw.get("routine_definition") or "")
        comment = _MARK.sub("", function.comment)
        if comment != inputs.get("comment", ""):
            live["comment"] = comment
        return inputs if live == inputs else live

    def _drop(self, call: Call, name: str, warehouse: Properties) -> None:
        self._run(f"DROP FUNCTION IF EXISTS {sql_literals.name(name, 3)}", warehouse, step="drop the function")


def _definition(function: Function) -> str:
    parts = [str(function.raw.get("routine_definition") or ""), function.returns, *function.parameters.items()]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
