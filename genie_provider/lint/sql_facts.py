"""sql_facts: the facts of SQL texts, each text read once, and once for all runs where they can be kept.

Reading takes sqlglot about a millisecond a text, and a quarter of a second to be loaded at all, which is half of
what a check of 500 specs takes altogether. So what was read is kept in a file of the user's cache, by the text's
digest: texts that stay the same are never read again, and without a new one sqlglot is not loaded.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import astuple
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from ..sql.facts import VERSION, SqlFacts, UsedColumn, UsedJoin, facts_of

MOST: Final = 50_000
"""Texts kept; the oldest make room."""


def cache_file(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the facts are kept: genie_provider/sql-facts.json in XDG_CACHE_HOME, or in ~/.cache."""
    home = environment.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(home, "genie_provider", "sql-facts.json")


class SqlReader:
    """Reads SQL texts, each once.

    Args:
        kept_in: a file for what was read; none if None. Where it cannot be read or written, texts are read anew.
    """

    def __init__(self, kept_in: Path | None = None) -> None:
        self._file = kept_in
        self._known: dict[str, Any] | None = None
        self._facts: dict[tuple[str, bool], SqlFacts] = {}
        self._fresh: dict[str, Any] = {}

    def facts(self, sql: str, *, expression: bool = False) -> SqlFacts:
        found = self._facts.get((sql, expression))
        if found is None:
            mark = hashlib.blake2b(f"{expression:d}{sql}".encode("utf-8", "replace"), digest_size=12).hexdigest()
            found = self._facts[sql, expression] = self._kept(mark) or self._read(mark, sql, expression)
        return found

    def keep(self) -> None:
        """Writes what was read anew, if anything was."""
        if not self._file or not self._fresh:
            return
        entries = {**(self._known or {}), **self._fresh}
        kept = dict(list(entries.items())[-MOST:])
        try:
            _write(self._file, {"made by": _maker(), "facts": kept})
        except OSError:
            pass  # a cache: the next run reads the texts anew

    def _read(self, mark: str, sql: str, expression: bool) -> SqlFacts:
        found = facts_of(sql, expression=expression)
        self._fresh[mark] = astuple(found)
        return found

    def _kept(self, mark: str) -> SqlFacts | None:
        if self._known is None:
            self._known = _load(self._file) if self._file else {}
        try:
            problem, columns, joins = self._known[mark]
            return SqlFacts(
                tuple(problem) if problem else None,
                tuple(UsedColumn(tuple(each[0]), *each[1:]) for each in columns),
                tuple(UsedJoin(tuple(each[0]), each[1], tuple(each[2]), *each[3:]) for each in joins),
            )
        except (KeyError, ValueError, TypeError, IndexError):
            return None


def _maker() -> str:
    """What reads the texts: another version may read them otherwise. Told without loading it."""
    found = find_spec("sqlglot")
    told = Path(found.origin or "").with_name("_version.py") if found else Path()
    text = told.read_text(encoding="utf-8") if told.is_file() else str(found)
    return f"{VERSION} {hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}"


def _load(file: Path) -> dict[str, Any]:
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
        return dict(value["facts"]) if value["made by"] == _maker() else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _write(file: Path, value: Any) -> None:
    """In one step, so that two runs at once leave a whole file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=file.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(value, stream, separators=(",", ":"))
        os.replace(name, file)
    except BaseException:
        os.unlink(name)
        raise
