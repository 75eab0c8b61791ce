"""wire: Pulumi's inputs ⇄ the body that the workspace calls `serialized_space`.

`from_body` reads any body into inputs, keeping what it does not know under `extra`, word for
word. `to_body` writes inputs on top of the live body: an entry that did not change stays as the
workspace holds it, byte for byte, whatever it contains.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model.authored_order import remember_order
from ..model.schema import INSTRUCTIONS, KEYED, Section
from ..text import json_text
from . import normalize
from .decode import decode, has_key, join_key, keyed, name_entries, sort_key
from .encode import encode_instructions, encode_section
from .paths import copied, dump, leave, leaves, put, steps, take

Body = dict[str, Any]
Properties = dict[str, Any]

VERSION = 2

__all__ = ["VERSION", "from_body", "join_key", "name_entries", "to_body"]


def from_body(body: Mapping[str, Any], owner: str = "") -> Properties:
    """The inputs that describe `body`. Ids that `owner` would derive again are left out.

    Never fails on a strange body: what does not fit goes to `extra` as JSON text.
    """
    rest = copied(body)
    version = rest.pop("version", VERSION)
    inputs: Properties = {}
    texts = take(rest, INSTRUCTIONS.wire)
    if texts and isinstance(texts[0], dict):
        inputs["instructions"] = decode(INSTRUCTIONS, texts[0])
        texts = texts[1:]
    leave(rest, INSTRUCTIONS.wire, texts)
    order: list[tuple[Section, list[str]]] = []
    for section in KEYED:
        entries = take(rest, section.wire)
        known = [entry for entry in entries if has_key(section, entry)]
        if known:
            known.sort(key=lambda entry, by=section: sort_key(by, entry))  # type: ignore[misc]
            inputs[section.name] = keyed(section, known, owner)
            order.append((section, list(inputs[section.name])))
        leave(rest, section.wire, [entry for entry in entries if not has_key(section, entry)])
    extra = dict(leaves(rest))
    if version not in (1, VERSION):
        extra["version"] = dump(version)
    if extra:
        inputs["extra"] = extra
    remember_order(inputs, order)
    return normalize.without_own_ids(inputs, owner) if owner else inputs


def to_body(inputs: Properties, owner: str, live: Mapping[str, Any] | None = None) -> Body:
    """The body that says what `inputs` say, in the order the workspace demands.

    Args:
        owner: "project/stack/name", the salt of derived ids.
        live: the body as the workspace holds it; unchanged entries are taken from it as they are.
    """
    held = live or {}
    body: Body = {"version": VERSION, "data_sources": {}}
    for section in KEYED:
        entries = encode_section(section, inputs, owner, held)
        if entries:
            put(body, section.wire, entries)
    if inputs.get("instructions"):
        put(body, INSTRUCTIONS.wire, [encode_instructions(inputs["instructions"], owner, held)])
    for path, text in (inputs.get("extra") or {}).items():
        put(body, steps(path), json_text.loads(text))
    return body
