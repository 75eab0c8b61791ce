"""body_editor: one space's entries, changed inside a spec's `serialized_space`, a map or JSON text."""

from __future__ import annotations

from typing import Any

from ..codec import wire
from ..codec.paths import steps
from ..compare.diff import Path
from ..model.schema import BODY_KEYS, BY_NAME, INSTRUCTIONS, Section, sections
from ..model.state import OWNER
from ..model.variables import Variables, escaped
from ..yamlio.patch import Editor, NotPatched
from ..yamlio.patch.tree import Path as FilePath
from .fields import Fields
from .space_editor import SpecEdit

Properties = dict[str, Any]

_TEXTS = {"sql", "question", *(name for section in sections() for name in section.texts)}
_KEYS = ("id", *sorted({section.key for section in sections() if section.key}))
_BODY_ORDER = ("version", "config", "data_sources", "instructions", "benchmarks")


class BodyEdit:
    """As `space_editor`'s, for a spec with `serialized_space`."""

    def __init__(
        self, editor: Editor, at: FilePath, inputs: Properties, variables: Variables, title_prefix: str = ""
    ) -> None:
        self._outer = SpecEdit(editor, at, inputs, variables, title_prefix)
        self._file, self._where = editor, (*at, "serialized_space")
        raw = editor.get(self._where)
        self._is_text = isinstance(raw, str)
        if self._is_text and "${" in raw:
            raise NotPatched("serialized_space is JSON text with variables; edit it by hand")
        self._editor = Editor(raw) if self._is_text else editor
        self._base: FilePath = () if self._is_text else self._where
        self._fields = Fields(self._editor, Variables() if self._is_text else variables)
        self._inputs = inputs

    def apply(self, path: Path, value: Any) -> None:
        """Makes the entry at `path` say `value`; None takes it away."""
        if path[0] not in BODY_KEYS:
            self._outer.apply(path, value)
            return
        if path[0] in BY_NAME:
            self._in_section(BY_NAME[str(path[0])], path, value)
        elif path[0] == "instructions":
            item = wire.to_body({"instructions": value}, self._owner)["instructions"] if value else {}
            texts = item.get("text_instructions", [])
            self._merge_entry(INSTRUCTIONS.wire, 0 if self._list(INSTRUCTIONS.wire) else None, texts[:1])
        else:
            self._extra(value or {})
        self._flush()

    def rename(self, name: str, key: str, new_key: str, value: Properties) -> None:
        """Gives an entry another question or name, and what else `value` says."""
        section = BY_NAME[name]
        spot = self._index(section, key)
        self._inputs[name][new_key] = self._inputs[name].pop(key)
        self._merge_entry(section.wire, spot, [self._encoded(section, new_key, value)])
        self._flush()

    @property
    def _owner(self) -> str:
        return str(self._inputs.get(OWNER, ""))

    def _in_section(self, section: Section, path: Path, value: Any) -> None:
        key, entries = str(path[1]), self._inputs.setdefault(section.name, {})
        spot = self._index(section, key)
        if len(path) == 2 and value is None:
            self._merge_entry(section.wire, spot, [])
            entries.pop(key, None)
            return
        fields = dict(entries.get(key) or {})
        if len(path) == 2:
            columns = {"columns": fields["columns"]} if "columns" in fields else {}
            fields = {**value, **columns} if fields else value
        else:
            columns = dict(fields.get("columns") or {})
            columns.pop(str(path[3]), None)
            fields["columns"] = {**columns, **({path[3]: value} if value is not None else {})}
        entries[key] = fields
        self._merge_entry(section.wire, spot, [self._encoded(section, key, fields)])

    def _encoded(self, section: Section, key: str, fields: Properties) -> Any:
        body: Any = wire.to_body({section.name: {key: fields}}, "")
        for step in section.wire:
            body = body[step]
        is_told = {"id": "id" in fields}
        return {name: part for name, part in body[0].items() if part != [] and is_told.get(name, True)}

    def _index(self, section: Section, key: str) -> int | None:
        """Which item of the list is the entry; read one by one, since inputs are sorted and named."""
        fields = (self._inputs.get(section.name) or {}).get(key, {})
        for at, raw in enumerate(self._list(section.wire)):
            single: Any = self._fields.read(raw)
            for step in reversed(section.wire):
                single = [single] if step == section.wire[-1] else single
                single = {step: single}
            found = wire.from_body(single).get(section.name) or {}
            for name, entry in found.items():
                same_key = name == fields.get(section.key, key)
                if same_key and (entry.get("id") == fields["id"] if "id" in fields else True):
                    return at
        return None

    def _list(self, where: FilePath) -> list[Any]:
        found = self._editor.get((*self._base, *where))
        return found if isinstance(found, list) else []

    # ── steps ───────────────────────────────────────────────────────────────────────────────

    def _merge_entry(self, where: FilePath, spot: int | None, items: list[Any]) -> None:
        place = (*self._base, *where)
        if not items:
            self._fields.drop((*place, spot or 0), len(self._base))
        elif spot is not None:
            self._merge((*place, spot), items[0])
        elif self._list(where):
            self._editor.insert((*place, len(self._list(where))), escaped(items[0]))
        else:
            self._fields.put(place, [escaped(items[0])], _BODY_ORDER)

    def _merge(self, place: FilePath, wanted: Any) -> None:
        """Brings a raw map to the wanted one, field by field."""
        raw = self._editor.get(place)
        for name in [*(name for name in raw if name not in wanted and name != "id"), *wanted]:
            at, held, now = (*place, name), raw.get(name), wanted.get(name)
            if name not in wanted:
                if held not in (None, False, [], {}, ""):
                    self._fields.drop(at, len(place))
            elif held is None:
                self._fields.put(at, escaped(now))
            elif name in _TEXTS and _is_text(held) and _is_text(now):
                if "".join(self._fields.read(held)).rstrip() != "".join(now).rstrip():
                    self._fields.set_list(at, now)
            elif isinstance(now, dict) and isinstance(held, dict):
                self._merge(at, now)
            elif isinstance(now, list) and isinstance(held, list) and now and isinstance(now[0], dict):
                self._merge_list(at, now)
            elif isinstance(now, list) and isinstance(held, list) and _is_text(now):
                self._fields.set_list(at, now)
            elif self._fields.read(held) != now:
                self._editor.set(at, escaped(now))

    def _merge_list(self, place: FilePath, wanted: list[Any]) -> None:
        keys = [_key(item, at) for at, item in enumerate(wanted)]
        held = [_key(self._fields.read(item), at) for at, item in enumerate(self._editor.get(place))]
        for at in range(len(held) - 1, -1, -1):
            if held[at] not in keys:
                self._fields.drop((*place, at), len(place) - 1)
                del held[at]
        for key, item in zip(keys, wanted, strict=True):
            if key in held:
                self._merge((*place, held.index(key)), item)
            elif held:
                self._editor.insert((*place, len(held)), escaped(item))
                held.append(key)
            else:
                self._fields.put(place, [escaped(item)])
                held.append(key)

    def _extra(self, new: Properties) -> None:
        old = self._inputs.get("extra") or {}
        for dotted in sorted({*old, *new}):
            if old.get(dotted) == new.get(dotted):
                continue
            way = steps(dotted)
            place = (*self._base, *way)
            if dotted in new:
                body: Any = wire.to_body({"extra": {dotted: new[dotted]}}, "")
                for step in way:
                    body = body[step]
                self._fields.put(place, escaped(body))
            else:
                self._fields.drop(place, len(self._base))
        self._inputs["extra"] = new

    def _flush(self) -> None:
        if self._is_text:
            text = self._editor.text
            if self._file.get(self._where) != text:
                self._file.set(self._where, text)


def _key(item: Any, at: int) -> Any:
    if isinstance(item, dict):
        return next((item[name] for name in _KEYS if name in item), at)
    return at


def _is_text(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) for part in value)
