"""preflight: whether what the specs refer to is there, told in one list before anything is sent.

`needs` says what that is. In a program the look-up runs in the provider's process, where the credentials
are (`answer` is what the host serves); `validate --live` asks the workspace itself.
"""

from __future__ import annotations

import difflib
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from ..client import Function, Table, Workspace
from ..errors import GenieError, Problem, WorkspaceError
from ..lint.check import problem_of, together
from ..lint.live import (
    matching_not_text,
    missing_column,
    missing_function,
    missing_table,
    table_outside,
    unknown_principal,
)
from ..model.identifiers import parts
from ..progress import counted
from ..specs.references import Need, key_of
from .grants import unknown_principals

TOKEN: Final = "pulumi-python:dynamic/genie:lookUp"
"""The function of the provider, as programs invoke it."""

SILENT_S: Final = 12.0
_THREADS: Final = 16
_WORTH_LISTING: Final = 8
"""From so many wanted tables of one schema on, listing the schema is cheaper than asking for each."""


@dataclass
class Inventory:
    """What was found of what was asked for. Names in lower case, as Unity Catalog compares them."""

    tables: dict[str, dict[str, str]] = field(default_factory=dict)
    """Table → column → type, of those that are there."""
    missing_tables: list[str] = field(default_factory=list)
    """Missing, or not visible to us: Unity Catalog does not tell."""
    missing_functions: list[str] = field(default_factory=list)
    missing_schemas: list[str] = field(default_factory=list)
    unknown_principals: list[str] = field(default_factory=list)
    identity: str = ""


def look_up(
    workspace: Workspace, tables: Iterable[str], functions: Iterable[str], principals: Iterable[str]
) -> Inventory:
    """Looks for each name once, many at a time."""
    wanted = {key_of(name): name for name in tables}
    wanted_functions = {key_of(name): name for name in functions}
    found = Inventory()
    with ThreadPoolExecutor(_THREADS) as pool:
        unknown = pool.submit(unknown_principals, workspace, dict.fromkeys(principals))
        by_schema: dict[str, list[str]] = defaultdict(list)
        for key in wanted:
            by_schema[key.rpartition(".")[0]].append(key)
        listing = pool.map(lambda item: _listed(workspace, *item), by_schema.items())
        listed = counted(listing, len(by_schema), "schemas looked up")
        seen: dict[str, Table | None] = {key: table for page in listed for key, table in page.items()}
        rest = [key for key in wanted if key not in seen]
        asking = pool.map(lambda key: workspace.table(plain(wanted[key])), rest)
        seen.update(zip(rest, counted(asking, len(rest), "tables looked up"), strict=True))
        answers: Iterable[Function | None] = pool.map(
            lambda name: workspace.function(plain(name)), wanted_functions.values()
        )
        found.tables = {key: _columns(table) for key, table in seen.items() if table}
        found.missing_tables = [key for key, table in seen.items() if table is None]
        asked = zip(wanted_functions, answers, strict=True)
        found.missing_functions = [key for key, function in asked if function is None]
        absent = [*found.missing_tables, *found.missing_functions]
        schemas = sorted({key.rpartition(".")[0] for key in absent})
        there = pool.map(workspace.has_schema, schemas)
        found.missing_schemas = [name for name, is_there in zip(schemas, there, strict=True) if not is_there]
        found.unknown_principals = unknown.result()
    if absent:
        found.identity = workspace.me().user_name
    return found


def _listed(workspace: Workspace, schema: str, keys: list[str]) -> dict[str, Table]:
    """The wanted tables of a schema by listing it, if that takes fewer calls; what is not seen is asked for."""
    if len(keys) < _WORTH_LISTING:
        return {}
    listed = workspace.tables_of(schema, most_pages=len(keys) // 2)
    return {key: listed[key] for key in keys if key in listed}


def _columns(table: Table) -> dict[str, str]:
    return {name.lower(): kind for name, kind in table.columns.items()}


def plain(name: str) -> str:
    """As the API's paths want a name: no back-ticks."""
    return ".".join(parts(name)) or name


# ── the list ────────────────────────────────────────────────────────────────────────────────


def ask_for(needs: Iterable[Need], made: frozenset[str] = frozenset()) -> dict[str, list[str]]:
    """The arguments of a look-up, each name once; what the program makes itself is left out."""
    names: dict[str, dict[str, str]] = {"tables": {}, "functions": {}, "principals": {}}
    for need in needs:
        kind = {"function": "functions", "principal": "principals"}.get(need.kind, "tables")
        if need.key not in made:
            names[kind].setdefault(need.key if kind != "principals" else need.name, need.name)
    return {kind: list(values.values()) for kind, values in names.items()}


def gaps(needs: Iterable[Need], found: Inventory, made: frozenset[str] = frozenset()) -> list[Problem]:
    """One problem for each need that is not met, in the order of the needs; notices for what Genie cannot see."""
    unmet = [need for need in needs if need.key not in made]
    schemas = _missing_schemas(unmet, found)
    problems = [schemas.get(id(need)) or _gap(need, found) for need in unmet]
    return together(problem for problem in problems if problem)


def _missing_schemas(needs: Iterable[Need], found: Inventory) -> dict[int, Problem]:
    """One problem for a schema that is not there, however much of it is wanted: at the first need that wants it."""
    wanted: dict[str, dict[str, Need]] = defaultdict(dict)
    for need in needs:
        if _is_in_missing_schema(need, found) and not need.awaited:
            wanted[need.key.rpartition(".")[0]].setdefault(need.key, need)
    told = {}
    for group in wanted.values():
        first = next(iter(group.values()))
        others = f"; so are {len(group) - 1} more of its tables and functions" if len(group) > 1 else ""
        words = f"{first.kind} {first.name} is missing, and so is its schema{_who(found)}{others}"
        told[id(first)] = problem_of(_RULES[first.kind], words, first.place)
    return told


def _is_in_missing_schema(need: Need, found: Inventory) -> bool:
    absent = {"table": found.missing_tables, "function": found.missing_functions}.get(need.kind, ())
    return need.key in absent and need.key.rpartition(".")[0] in found.missing_schemas


def _gap(need: Need, found: Inventory) -> Problem | None:
    if need.kind == "principal":
        known = need.name not in found.unknown_principals
        return None if known else problem_of(unknown_principal, f"the workspace does not know {need.name}", need.place)
    if need.kind == "function":
        return _absent(need, found) if need.key in found.missing_functions and not need.awaited else None
    if need.kind == "column":
        columns = found.tables.get(need.key)
        return _column_gap(need, columns) if columns else None
    if need.key in found.missing_tables:
        return None if need.awaited else _absent(need, found)
    if need.in_sql:
        message = f"{need.name} is used here but is not one of the space's tables"
        return problem_of(table_outside, message, need.place)
    return None


def _absent(need: Need, found: Inventory) -> Problem | None:
    if _is_in_missing_schema(need, found):
        return None  # told with its schema
    close = difflib.get_close_matches(need.key, found.tables, n=1, cutoff=0.85) if need.kind == "table" else []
    hint = f"; did you mean {close[0]}?" if close else ""
    return problem_of(_RULES[need.kind], f"{need.kind} {need.name} is missing{hint}{_who(found)}", need.place)


def _who(found: Inventory) -> str:
    return f" (or not visible to {found.identity})" if found.identity else ""


_RULES: Final = {"table": missing_table, "function": missing_function}


def _column_gap(need: Need, columns: Mapping[str, str]) -> Problem | None:
    kind = columns.get(need.column.lower())
    if kind is None:
        close = difflib.get_close_matches(need.column.lower(), columns, n=1)
        hint = f"; did you mean {close[0]}?" if close else f" (it has {_some(list(columns))})"
        return problem_of(missing_column, f"{need.name} has no column {need.column}{hint}", need.place)
    if need.text and not kind.lower().startswith(("string", "varchar", "char")):
        message = f"entity matching works on text; {need.name}.{need.column} is {kind}"
        return problem_of(matching_not_text, message, need.place)
    return None


def _some(names: list[str]) -> str:
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


# ── the two ways to ask ─────────────────────────────────────────────────────────────────────


def check(workspace: Workspace, needs: list[Need]) -> list[Problem]:
    """The gaps, asked of the workspace directly."""
    return gaps(needs, look_up(workspace, **ask_for(needs)))


def answer(workspace: Workspace, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The provider's function: names in, inventory out; in a `hurry` it does not wait long for a silent host."""
    if arguments.get("hurry"):
        _expect_answer(workspace)
    names = {kind: list(arguments.get(kind) or []) for kind in ("tables", "functions", "principals")}
    return asdict(look_up(workspace, **names))


def _expect_answer(workspace: Workspace) -> None:
    """Does not spend the silence budget on a look ahead: the spaces need what is left of it."""
    asked: list[GenieError | None] = []

    def ask() -> None:
        try:
            workspace.me()
            asked.append(None)
        except GenieError as error:
            asked.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(SILENT_S)
    if not asked:
        raise WorkspaceError("unreachable", "look ahead", f"{workspace.host}: no answer within {SILENT_S:.0f} s")
    if asked[0]:
        raise asked[0]
