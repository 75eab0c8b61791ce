"""sql_objects: views, metric views and functions whose text is a file; changed in place, compared by their text.

The workspace may keep a text in its own rendering, so the live one is compared with what it was after our last write.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from ..errors import GenieError
from ..lifecycle import Call, Properties
from . import sql_literals
from .owned import MARK, OWNER, MarkedLifecycle

_COMMENT_MARK: Final = re.compile(r"\s*\[genie seed (\S+)\]\Z")
_SKIPPED: Final = r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`|--[^\n]*|/\*.*?\*/"
_WORD: Final = re.compile(rf"{_SKIPPED}|\$\$.*?\$\$|[(]|[)]|\b(?:RETURN|AS)\b", re.IGNORECASE | re.DOTALL)


class SqlObjectLifecycle(MarkedLifecycle):
    """`kind` of the inputs is "view", "metric_view" or "function"."""

    kind = "SQL object"

    def _live(self, name: str) -> tuple[str, str, str] | None:
        """Mark, text and comment of the object of that name; None where there is none."""
        function = self._workspace.fresh_function(name)
        if function is not None:
            found = _COMMENT_MARK.search(function.comment)
            signature = repr([function.returns, *function.parameters.items()])
            text = f"{signature} {function.raw.get('routine_definition') or ''}"
            return (found[1] if found else "", text, _COMMENT_MARK.sub("", function.comment))
        table = self._workspace.fresh_table(name)
        if table is None:
            return None
        held = table.raw.get("properties")
        mark = str(held.get(MARK, "")) if isinstance(held, dict) else ""
        return mark, str(table.raw.get("view_definition") or ""), table.comment

    def _mark_of(self, name: str) -> str | None:
        live = self._live(name)
        return None if live is None else live[0]

    def _make(self, call: Call, inputs: Properties) -> Properties:
        replace = self._mark_of(str(inputs["name"])) is not None
        self._run(_statement(inputs, replace), inputs, step=f"make the {_words(inputs)}")
        live = self._live(str(inputs["name"]))
        kind = {"kind": inputs["kind"]}
        return {**kind, "definition": _digest(live[1])} if live else kind

    def _as_it_is(self, call: Call, inputs: Properties, outputs: Properties) -> Properties:
        live = self._live(str(inputs["name"]))
        if live is None:
            return inputs
        found = dict(inputs)
        if outputs.get("definition") not in (None, _digest(live[1])):
            found["text"] = live[1]
        if live[2] != inputs.get("comment", ""):
            found["comment"] = live[2]
        return inputs if found == inputs else found

    def _drop(self, call: Call, name: str, warehouse: Properties) -> None:
        kind = "FUNCTION" if self._workspace.fresh_function(name) is not None else "VIEW"
        self._run(f"DROP {kind} IF EXISTS {sql_literals.name(name, 3)}", warehouse, step=f"drop the {kind.lower()}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.strip().encode()).hexdigest()[:16]


def _words(inputs: Properties) -> str:
    return str(inputs["kind"]).replace("_", " ")


def _statement(inputs: Properties, replace: bool) -> str:
    name, text = sql_literals.name(str(inputs["name"]), 3), str(inputs["text"]).strip().rstrip(";")
    create = "CREATE OR REPLACE" if replace else "CREATE"
    if inputs["kind"] == "function":
        return f"{create} FUNCTION {name}{_with_comment(text, inputs)}"
    comment = f" COMMENT {sql_literals.text(str(inputs['comment']))}" if inputs.get("comment") else ""
    mark = sql_literals.pairs({MARK: str(inputs.get(OWNER, ""))})
    if inputs["kind"] == "metric_view":
        if "$$" in text:
            raise GenieError("the text of a metric view cannot hold $$")
        return f"{create} VIEW {name}{comment} TBLPROPERTIES ({mark}) WITH METRICS LANGUAGE YAML AS $$\n{text}\n$$"
    return f"{create} VIEW {name}{comment} TBLPROPERTIES ({mark}) AS\n{text}"


def _with_comment(text: str, inputs: Properties) -> str:
    """The text with the comment, which holds the mark, before its body: functions have no properties."""
    comment = sql_literals.text(f"{inputs.get('comment', '')} [genie seed {inputs.get(OWNER, '')}]".strip())
    depth = 0
    for match in _WORD.finditer(text):
        word = match[0].upper()
        depth += {"(": 1, ")": -1}.get(word, 0)
        if depth == 0 and word in ("RETURN", "AS"):
            return f"{text[: match.start()]}COMMENT {comment} {text[match.start() :]}"
    raise GenieError("the file of a function holds what follows its name: (day DATE) RETURNS INT RETURN …")
