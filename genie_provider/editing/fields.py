"""fields: fields of one entry, changed in the spec's file in whatever form the person wrote them."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

from ..codec import normalize
from ..model.schema import ENTRY_ORDER, JOINS, Section
from ..model.variables import Variables, escaped
from ..text import json_text
from ..text import lines as split_lines
from ..yamlio.patch import Editor
from ..yamlio.patch.tree import Path
from .interpolation import retold

Properties = dict[str, Any]

_OLDER_JOIN = {"left_table", "join_condition"}
_MARK = "--rt=FROM_RELATIONSHIP_TYPE_"


class Fields:
    """Changes to the maps of one file, as the person wrote them."""

    def __init__(self, editor: Editor, variables: Variables) -> None:
        self.editor = editor
        self._variables = variables

    # ── one value ───────────────────────────────────────────────────────────────────────────

    def set_text(self, path: Path, text: str) -> None:
        """Says `text` at the path: a text stays one, a list of lines too, a variable where it still fits."""
        raw = self.editor.get(path)
        if isinstance(raw, list):
            api_style = all(str(line).endswith("\n") for line in raw[:-1]) and len(raw) > 1
            self.set_list(path, split_lines(text) if api_style else text.rstrip("\n").split("\n"))
        elif isinstance(raw, str):
            self.editor.set(path, retold(raw, text, self._variables))
        else:
            self.put(path, escaped(text))

    def set_list(self, path: Path, items: Sequence[str]) -> None:
        """Makes the list's items say `items`; the items that stay are not touched."""
        raw = self.editor.get(path)
        if not isinstance(raw, list) or not raw:
            self.put(path, [escaped(item) for item in items])
            return
        old = [self.read(item) for item in raw]
        matcher = difflib.SequenceMatcher(None, old, list(items), autojunk=False)
        for tag, i, j, k, m in reversed(matcher.get_opcodes()):
            if tag == "equal":
                continue
            both = min(j - i, m - k)
            for at in range(m - 1, k + both - 1, -1):
                self.editor.insert((*path, i + both), escaped(items[at]))
            for at in range(j - 1, i + both - 1, -1):
                self.editor.remove((*path, at))
            for at in range(both):
                self.editor.set((*path, i + at), retold(str(raw[i + at]), items[k + at], self._variables), exact=True)

    def put(self, path: Path, value: Any, order: Sequence[str] = ENTRY_ORDER) -> None:
        """Sets the value, or inserts its key with whatever is missing above it."""
        missing = len(path)
        while missing > 1 and not isinstance(self.editor.get(path[: missing - 1]), dict | list):
            missing -= 1
            value = {path[missing]: value}
        place = path[:missing]
        holder = self.editor.get(place[:-1])
        if isinstance(holder, dict) and place[-1] in holder:
            self.editor.set(place, value)
        else:
            self.editor.insert(place, value, order)

    def drop(self, path: Path, floor: int = 0) -> None:
        """Takes the value away, and every list and map above it that would be empty then."""
        while len(path) > floor + 1 and len(self.editor.get(path[:-1])) == 1:
            path = path[:-1]
        self.editor.remove(path)

    def read(self, raw: Any) -> Any:
        """The value with its variables replaced."""
        if isinstance(raw, str):
            return self._variables.substitute(raw, lambda unresolved: None)
        if isinstance(raw, list):
            return [self.read(part) for part in raw]
        return {key: self.read(part) for key, part in raw.items()} if isinstance(raw, dict) else raw

    # ── one entry ───────────────────────────────────────────────────────────────────────────

    def change(self, path: Path, old: Properties, new: Properties, section: Section) -> None:
        """Brings the map at the path from the fields `old` to the fields `new`; nested entries aside."""
        in_join = section is JOINS
        for name in sorted({*old, *new} - {"id", *section.flags, *(name for name, _, _ in section.nested)}):
            before, now = old.get(name), new.get(name)
            if now is not None and before is not None and normalize.same_field(name, before, now, in_join):
                continue
            if name == "extra":
                self._extra((*path, "extra"), before or {}, now or {})
            elif name in ("left_alias", "right_alias"):
                self._alias(path, name.removesuffix("_alias"), now)
            elif name == "relationship":
                self._relationship(path, now)
            elif now is None:
                self.drop((*path, *self._where(path, name, section)), len(path))
            elif isinstance(now, list):
                self._list(path, name, now)
            elif name == "sql" and in_join:
                self._join_sql(path, now)
            else:
                self.set_text((*path, *self._where(path, name, section)), now)
        if any(old.get(flag, False) != new.get(flag, False) for flag in section.flags):
            self._flags(path, new, section)

    def _where(self, path: Path, name: str, section: Section = JOINS) -> Path:
        """The key under which the person wrote a field."""
        raw = self.editor.get(path)
        if name == "expected_sql" and raw.get("answer"):
            return ("answer", 0, "content")
        older = next((key for field in section.fields if field.name == name for key in field.older), "")
        is_older_join = bool(_OLDER_JOIN & raw.keys())
        if older in raw and (name not in raw or is_older_join) and (older != "description" or is_older_join):
            return (older,)
        return (name,)

    def _list(self, path: Path, name: str, items: list[str]) -> None:
        raw = self.editor.get((*path, name))
        if isinstance(raw, dict):
            inner = "values" if "values" in raw else "value"
            self.put((*path, name, inner), [escaped(item) for item in items])
        elif name == "default_value" and not isinstance(raw, list) and len(items) == 1:
            self.set_text((*path, name), items[0])
        elif isinstance(raw, list | None):
            self.set_list((*path, name), items)
        else:
            self.put((*path, name), [escaped(item) for item in items])

    def _flags(self, path: Path, new: Properties, section: Section) -> None:
        """Format assistance is implied by entity matching, so it is written only where it differs."""
        matching = new.get("enable_entity_matching", False)
        for name in (field.name for field in section.fields if field.name in section.flags):
            wanted, key = new.get(name, False), self._where(path, name, section)[0]
            written = self.editor.get((*path, key))
            implied = matching if name == "enable_format_assistance" else False
            if (implied if written is None else written) == wanted:
                continue
            if wanted != implied:
                self.put((*path, key), wanted)
            elif written is not None:
                self.drop((*path, key), len(path))

    def _alias(self, path: Path, side: str, alias: str | None) -> None:
        at = (*path, *self._where(path, side))
        raw = self.editor.get(at)
        if alias is None:
            self.editor.remove((*at, "alias"))
        elif isinstance(raw, str):
            self.editor.set(at, {"identifier": raw, "alias": escaped(alias)})
        elif "alias" in raw:
            self.set_text((*at, "alias"), alias)
        else:
            self.put((*at, "alias"), escaped(alias), ("identifier", "alias"))

    def _join_sql(self, path: Path, sql: str, mark: str = "") -> None:
        """The condition; a relationship that stands below it as a comment stays there."""
        at = (*path, *self._where(path, "sql"))
        raw = self.editor.get(at)
        lines = raw if isinstance(raw, list) else str(raw).split("\n")
        marks = [line for line in lines if str(line).strip().startswith(_MARK)]
        if marks:
            below = mark or str(marks[0]).strip()
            if isinstance(raw, list):
                self.set_list(at, [sql, below])
            else:
                self.set_text(at, f"{sql.rstrip()}\n{below}")
        else:
            self.set_text(at, sql)

    def _relationship(self, path: Path, wanted: str | None) -> None:
        raw = self.editor.get(path)
        sql = raw.get(self._where(path, "sql")[0])
        lines = sql if isinstance(sql, list) else str(sql).split("\n")
        conditions = [str(line) for line in lines if not str(line).strip().startswith(_MARK)]
        if len(conditions) < len(lines) and wanted:
            condition = self.read("\n".join(line.rstrip("\n") for line in conditions))
            self._join_sql(path, condition.strip(), f"{_MARK}{wanted}--")
        elif wanted:
            self.put((*path, *self._where(path, "relationship")), wanted)
        else:
            self.drop((*path, *self._where(path, "relationship")), len(path))

    def _extra(self, path: Path, old: Properties, new: Properties) -> None:
        for name in sorted({*old, *new}):
            if name not in new:
                self.drop((*path, name), len(path) - 1)
            elif old.get(name) != new[name]:
                self.put((*path, name), escaped(json_text.loads(new[name])))
