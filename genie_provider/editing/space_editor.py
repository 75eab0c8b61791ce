"""space_editor: one space's entries, changed in the file that a person wrote.

An entry is named as in `diff.entries`: ("title",), ("examples", question), ("tables", name,
"columns", column), … Where its list lies in the file and how the person spelled it is found out
here; the steps themselves are those of `fields` and `yamlio.patch`.
"""

from __future__ import annotations

import re
from typing import Any

from ..codec.paths import split
from ..compare.diff import Path
from ..model.schema import BY_NAME, FILE_ORDER, HEAD_MAPS, INSTRUCTIONS, Section
from ..model.state import OWNER
from ..model.variables import Variables, escaped
from ..specs import writer
from ..text import json_text
from ..yamlio.patch import Editor, NotPatched
from ..yamlio.patch.tree import Path as FilePath
from .fields import Fields
from .text_instructions import tell_parts

Properties = dict[str, Any]

_WAREHOUSE_ID = re.compile(r"[0-9a-f]{16}\Z")


class SpecEdit:
    """Changes to one space of a file.

    Args:
        at: where the space stands in the file: () or ("spaces", 2).
        inputs: what the file says now, as inputs; keeps up with the changes.
        title_prefix: the stack's, which no file holds.
    """

    def __init__(
        self, editor: Editor, at: FilePath, inputs: Properties, variables: Variables, title_prefix: str = ""
    ) -> None:
        self.editor = editor
        self.inputs = inputs
        self._at = at
        self._prefix = title_prefix
        self._fields = Fields(editor, variables)
        self._keys = {name: list(inputs.get(name) or {}) for name in BY_NAME}

    def apply(self, path: Path, value: Any) -> None:
        """Makes the entry at `path` say `value`, as inputs have it; None takes it away.

        Raises:
            NotPatched: the file has no way to say it without touching something else.
        """
        name = path[0]
        if name in BY_NAME and len(path) == 2:
            self._entry(BY_NAME[name], str(path[1]), value)
        elif name in BY_NAME:
            self._nested(str(name), str(path[1]), str(path[2]), str(path[3]), value)
        elif name == "instructions":
            self._instructions((self.inputs.get("instructions") or {}), value)
        elif name in HEAD_MAPS:
            self._pair(str(name), str(path[1]), value)
        elif name == "extra":
            self._extra(self.inputs.get("extra") or {}, value or {})
        else:
            self._field(str(name), value)

    def rename(self, name: str, key: str, new_key: str, value: Properties) -> None:
        """Gives an entry another question or name, and what else `value` says."""
        section = BY_NAME[name]
        place = self._place(section, key)
        text = value.get(section.key, new_key)
        raw = self.editor.get(place)
        self._fields.set_text(place if isinstance(raw, str) else (*place, section.key), text)
        self._keys[name][self._keys[name].index(key)] = new_key
        old = self.inputs[name].pop(key)
        self.inputs[name][new_key] = old
        self._entry(section, new_key, value)

    # ── entries of a section ────────────────────────────────────────────────────────────────

    def _entry(self, section: Section, key: str, value: Properties | None) -> None:
        """`value` speaks of everything but the columns, which are entries of their own."""
        known = self.inputs.get(section.name) or {}
        if value is None:
            self._fields.drop(self._place(section, key), len(self._at))
            self._keys[section.name].remove(key)
            del self.inputs[section.name][key]
            return
        if key not in known:
            self._fields_of_new(section, key, value)
            return
        old, place = known[key], self._place(section, key)
        columns = {"columns": old["columns"]} if "columns" in old else {}
        try:
            if isinstance(self.editor.get(place), str) and set(value) - {"id", section.key, "columns"}:
                raise NotPatched("a short form has no room for more")
            if {"left", "right"} & {*(old.get("extra") or {}), *(value.get("extra") or {})}:
                raise NotPatched("unknown fields of a join's side")
            self._fields.change(place, old, {**value, **columns}, section)
            if section.name == "examples":
                self._parameters(place, old.get("parameters") or {}, value.get("parameters") or {})
        except NotPatched:
            self._rewrite(place, section, key, {**value, **columns})
        known[key] = {**value, **columns}

    def _fields_of_new(self, section: Section, key: str, value: Properties) -> None:
        where = self._list(section)
        held = self.editor.get((*self._at, *where))
        item = self._written(section, key, value)
        if isinstance(held, list) and held:
            self.editor.insert((*self._at, *where, len(held)), item)
        else:
            self._put(where, [item])
        self._keys[section.name].append(key)
        self.inputs.setdefault(section.name, {})[key] = value

    def _written(self, section: Section, key: str, fields: Properties) -> Any:
        """The entry as the writer would have it in a file of its own."""
        document = writer.authored({section.name: {key: fields}}, self.inputs.get(OWNER, ""))
        at: Any = document
        for step in section.places[0]:
            if not isinstance(at, dict) or step not in at:
                raise NotPatched(f"{section.name}: {key} cannot be written as an entry")
            at = at[step]
        return at[0]

    def _rewrite(self, place: FilePath, section: Section, key: str, fields: Properties) -> None:
        """The whole entry anew, in the words it had where they still hold."""
        raw, item = self.editor.get(place), self._written(section, key, fields)
        if not isinstance(item, dict):
            item = {section.key: item}
        held = {section.key: raw} if isinstance(raw, str) else raw
        read = self._fields.read
        self.editor.set(
            place,
            {
                name: held[name] if name in held and read(held[name]) == read(part) else part
                for name, part in item.items()
            },
        )

    def _nested(self, name: str, key: str, inner: str, inner_key: str, value: Properties | None) -> None:
        """A column of a table."""
        section = BY_NAME[name]
        place, entry = self._place(section, key), self.inputs[name][key]
        held, filled = self._of_the_file((*place, "column_configs"), entry.get(inner) or {})
        if value is None and inner_key in filled:
            raise NotPatched("column_comments of the table's from_file describe it: take it out there")
        self._inner(section, place, key, entry, inner, held, inner_key, value)
        if value is None:
            held.pop(inner_key)
        else:
            held[inner_key] = value
            filled.pop(inner_key, None)
        entry[inner] = {**held, **filled}
        if not entry[inner]:
            del entry[inner]

    def _of_the_file(self, where: FilePath, columns: Properties) -> tuple[Properties, Properties]:
        """Columns that the file lists, and those behind them that comments of the table's file describe."""
        listed = self.editor.get(where)
        count = len(listed) if isinstance(listed, list) else len(columns) if listed is not None else 0
        pairs = list(columns.items())
        return dict(pairs[:count]), dict(pairs[count:])

    def _parameters(self, place: FilePath, old: Properties, new: Properties) -> None:
        held = dict(old)
        for key in [*(key for key in old if key not in new), *new]:
            value = new.get(key)
            if old.get(key) == value:
                continue
            self._inner(BY_NAME["examples"], place, "", {}, "parameters", held, key, value)
            if value is None:
                del held[key]
            else:
                held[key] = value

    def _inner(
        self,
        section: Section,
        place: FilePath,
        entry_key: str,
        entry: Properties,
        inner: str,
        held: Properties,
        key: str,
        value: Properties | None,
    ) -> None:
        nested = next(field for field in section.fields if field.name == inner)
        where, of = (*place, nested.key), nested.of or section
        if value is None:
            self._fields.drop((*where, list(held).index(key)), len(place))
            return
        if isinstance(self.editor.get(place), str):
            self._rewrite(place, section, entry_key, {**entry, inner: {**held, key: value}})
            return
        probe = "a.b.c" if inner == "columns" else "question"
        body = {"sql": "SELECT 1", inner: {key: value}} if inner == "parameters" else {inner: {key: value}}
        item = self._written(section, probe, body)[nested.key][0]
        if key not in held:
            if held:
                self.editor.insert((*where, len(held)), item)
            else:
                self._fields.put(where, [item])
            return
        spot = (*where, list(held).index(key))
        if isinstance(self.editor.get(spot), str):
            self.editor.set(spot, item)
        else:
            self._fields.change(spot, held[key], value, of)

    def _place(self, section: Section, key: str) -> FilePath:
        return (*self._at, *self._list(section), self._keys[section.name].index(key))

    def _list(self, section: Section) -> FilePath:
        """Where the file has a section's list; some may lie in several places."""
        for place in section.places[1:]:
            if isinstance(self.editor.get((*self._at, *place)), list):
                return place
        return section.places[0]

    # ── everything else ─────────────────────────────────────────────────────────────────────

    def _field(self, name: str, value: Any) -> None:
        where: FilePath = (*self._at, name)
        if name == "warehouse" and (self.editor.get((*self._at, "warehouse_id")) or self._needs_id_key(value)):
            where = (*self._at, "warehouse_id")
        if name == "title":
            value = str(value).removeprefix(self._prefix)
        if value is None:
            self.editor.remove(where)
        elif self.editor.get(where) is None:
            self._put(where[len(self._at) :], escaped(value))
        else:
            self._fields.set_text(where, value)
        self.inputs.update({name: value})

    def _needs_id_key(self, warehouse: str | None) -> bool:
        return not self.editor.get((*self._at, "warehouse")) and bool(_WAREHOUSE_ID.match(warehouse or ""))

    def _pair(self, name: str, key: str, value: str | None) -> None:
        """One tag or right; tags may be a list of names."""
        raw = self.editor.get((*self._at, name))
        if isinstance(raw, list) and value:
            self.editor.set((*self._at, name), {**dict.fromkeys(raw, ""), key: escaped(value)})
        elif isinstance(raw, list):
            names = [self._fields.read(tag) for tag in raw]
            if value is None:
                self._fields.drop((*self._at, name, names.index(key)), len(self._at))
            else:
                self.editor.insert((*self._at, name, len(raw)), escaped(key))
        elif value is None:
            self._fields.drop((*self._at, name, self._written_key(raw or {}, key)), len(self._at))
        elif raw:
            self._fields.set_text((*self._at, name, self._written_key(raw, key)), value)
        else:
            self._put((name,), {key: escaped(value)})

    def _written_key(self, raw: Properties, key: str) -> str:
        return next((written for written in raw if self._fields.read(written) == key), key)

    def _instructions(self, old: Properties, new: Properties | None) -> None:
        where = (*self._at, *INSTRUCTIONS.wire)
        raw = self.editor.get(where)
        if not new:
            self._fields.drop(where, len(self._at))
        elif not raw:
            self._put(INSTRUCTIONS.wire, [escaped(new["content"])])
        elif (old.get("extra") or {}) != (new.get("extra") or {}):
            entry = {"content": escaped(new["content"])}
            extra = {name: json_text.loads(text) for name, text in (new.get("extra") or {}).items()}
            self.editor.set(where, [{**entry, **({"extra": extra} if extra else {})}])
        elif isinstance(raw, str):
            self._fields.set_text(where, new["content"])
        else:
            tell_parts(self._fields, where, new["content"])

    def _extra(self, old: Properties, new: Properties) -> None:
        for dotted in sorted({*old, *new}):
            if old.get(dotted) == new.get(dotted):
                continue
            holder, name = split(dotted)
            where = (*(holder.split(".") if holder else ()), "extra", name)
            if dotted not in new:
                self._fields.drop((*self._at, *where), len(self._at))
            else:
                self._put(where, escaped(json_text.loads(new[dotted])))

    def _put(self, where: FilePath, value: Any) -> None:
        held = len(where) - 1
        while held and not isinstance(self.editor.get((*self._at, *where[:held])), dict):
            held -= 1
        self._fields.put((*self._at, *where), value, FILE_ORDER.get(tuple(map(str, where[:held])), ()))
