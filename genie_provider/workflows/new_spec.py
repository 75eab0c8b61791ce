"""new_spec: a first spec out of what Unity Catalog knows: comments become descriptions, keys become joins.

text, notices = from_tables(workspace, "Sales", ["main.sales.orders", "main.sales.customers"])
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import GenieError
from ..yamlio.printer import to_yaml

if TYPE_CHECKING:
    from ..client import Workspace
    from ..client.api.unity_catalog import Table

_TEXT_TYPES = ("string", "varchar", "char")
_VIEWS = ("METRIC_VIEW",)


def from_tables(
    workspace: Workspace,
    title: str,
    names: Sequence[str],
    *,
    variables: Mapping[str, Any] | None = None,
    sample_values: bool = True,
) -> tuple[str, list[str]]:
    """The text of a spec over the tables, and what a person should know about it.

    Args:
        variables: of the stack; a catalog that is the value of one is written as ${name}.
        sample_values: let Genie see values of text columns, but of none that is masked or in a table with a row filter.

    Raises:
        GenieError: names every table that is missing, hidden, or not catalog.schema.table.
    """
    tables = _looked_up(workspace, names)
    shorten = _Shortener(variables or {})
    views = [table for table in tables if table.type in _VIEWS]
    plain = [table for table in tables if table.type not in _VIEWS]
    sources = {
        "tables": [_source(table, shorten, sample_values) for table in plain],
        "metric_views": [_source(view, shorten, sample_values) for view in views],
    }
    document: dict[str, Any] = {"title": title, "data_sources": {key: part for key, part in sources.items() if part}}
    joins = [join for table in plain for join in _joins(table, plain, shorten)]
    if joins:
        document["instructions"] = {"join_specs": joins}
    return to_yaml(document), list(_notices(plain, joins))


def title_of(name: str) -> str:
    """A title for a logical name: sales-emea → Sales emea."""
    words = name.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _looked_up(workspace: Workspace, names: Sequence[str]) -> list[Table]:
    found, missing = [], []
    for name in dict.fromkeys(names):
        table = workspace.table(name) if name.count(".") == 2 else None
        if table:
            found.append(table)
        else:
            reason = "is not there, or not for you to see" if name.count(".") == 2 else "is not catalog.schema.table"
            missing.append(f"{name} {reason}")
    if missing:
        raise GenieError("\n".join(missing))
    return found


class _Shortener:
    """Full names with a catalog that is the value of a variable written as ${name}."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self._names = {str(value): name for name, value in variables.items() if isinstance(value, str)}

    def __call__(self, full_name: str) -> str:
        catalog, _, rest = full_name.partition(".")
        return f"${{{self._names[catalog]}}}.{rest}" if catalog in self._names else full_name


def _source(table: Table, shorten: _Shortener, sample_values: bool) -> dict[str, Any]:
    source: dict[str, Any] = {"identifier": shorten(table.full_name)}
    if table.comment:
        source["description"] = _escaped(table.comment)
    shows_values = sample_values and not table.raw.get("row_filter")
    columns = [config for each in table.raw.get("columns") or [] if (config := _column(each, shows_values))]
    if columns:
        source["column_configs"] = columns
    return source


def _column(info: Mapping[str, Any], shows_values: bool) -> dict[str, Any]:
    """What there is to say about a column; {} for nothing."""
    config: dict[str, Any] = {}
    if info.get("comment"):
        config["description"] = _escaped(str(info["comment"]))
    is_text = str(info.get("type_text") or info.get("type_name") or "").lower().startswith(_TEXT_TYPES)
    if shows_values and is_text and not info.get("mask"):
        config["enable_format_assistance"] = True
    return {"column_name": str(info["name"]), **config} if config else {}


def _joins(table: Table, tables: Sequence[Table], shorten: _Shortener) -> Iterator[dict[str, Any]]:
    """A join for each column of a foreign key to another of the tables; the API wants one equality a join."""
    parents = {each.full_name.lower(): each for each in tables}
    primary = _primary_key(table)
    for constraint in table.raw.get("table_constraints") or []:
        key = constraint.get("foreign_key_constraint") or {}
        parent = parents.get(str(key.get("parent_table", "")).lower())
        if parent is None:
            continue
        own, others = key.get("child_columns") or [], key.get("parent_columns") or []
        left, right = _alias(table), _alias(parent)
        right = f"{right}_parent" if right == left else right
        for column, other in zip(own, others, strict=False):
            yield {
                "left": {"identifier": shorten(table.full_name), "alias": left},
                "right": {"identifier": shorten(parent.full_name), "alias": right},
                "sql": f"{left}.{column} = {right}.{other}",
                "relationship": "ONE_TO_ONE" if primary and primary == set(own) else "MANY_TO_ONE",
            }


def _primary_key(table: Table) -> set[str]:
    constraints = table.raw.get("table_constraints") or []
    keys = (each.get("primary_key_constraint") or {} for each in constraints)
    return {column for key in keys for column in key.get("child_columns") or []}


def _alias(table: Table) -> str:
    return table.full_name.rpartition(".")[2]


def _escaped(text: str) -> str:
    """A comment is text, also where it looks like a variable."""
    return text.strip().replace("${", "$${")


def _notices(tables: Sequence[Table], joins: Sequence[Any]) -> Iterator[str]:
    silent = [table.full_name for table in tables if not table.comment]
    if silent:
        yield f"Unity Catalog has no comment on {', '.join(silent)}; write what a row is"
    if len(tables) > 1 and not joins:
        yield "no foreign keys between these tables are known, so there are no joins; write them under join_specs"
