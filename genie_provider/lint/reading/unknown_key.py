"""A key that a spec does not have.

What the workspace knows and this tool does not goes under `extra`, word for word.

Passes::

    title: Sales
    instructions:
      text_instructions: Revenue is net of returns.

Fails::

    title: Sales
    instuctions:
      text_instructions: Revenue is net of returns.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..rule import near

ID = "unknown-key"
LEVEL = "error"
FIXED = True
WHEN = "outside"

KINDS = {"extra_forbidden"}

MEANT = {
    "text": ("question", "content"),
    "resources": ("data_sources",),
    "sources": ("data_sources",),
    "datasets": ("data_sources",),
    "name": ("title", "display_name", "identifier"),
    "query": ("sql", "expected_sql"),
    "answer": ("expected_sql", "sql"),
    "examples": ("example_question_sqls",),
    "joins": ("join_specs",),
    "functions": ("sql_functions",),
    "columns": ("column_configs",),
    "owner": ("tags",),
    "folder": ("parent_path",),
    "alias": ("display_name",),
    "condition": ("sql",),
    "type": ("type_hint",),
    "default": ("default_value",),
    "guidance": ("usage_guidance",),
}
"""What people write → what they mean, where likeness of letters would lead astray."""


def check(key: str, parent: str, names: Sequence[str], alone: str = "") -> str:
    """What to say of a key.

    Args:
        names: those there might be.
        alone: the text behind it, where it is the only key of its map: what YAML makes of a text with ': ' in it.
    """
    meant = [name for name in MEANT.get(key.lower(), ()) if name in names]
    hint = f"; did you mean '{meant[0]}'?" if meant else _alike(key, names)
    if alone and hint.startswith("; it may"):
        hint += f"; put it in quotes if '{key}: {alone}' is one text"
    return f"'{key}' is not part of {parent or 'a space'}{hint}"


def _alike(key: str, names: Sequence[str]) -> str:
    found = near(key, names)
    if not found or key.lower() in MEANT:
        return f"; it may have {', '.join(names)}"
    return found.replace("mean ", "mean '").replace("?", "'?")
