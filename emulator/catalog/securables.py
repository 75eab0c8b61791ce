"""securables: Unity Catalog's objects: catalogs, schemas, tables, functions and volumes.

Names are compared without regard to case, as Unity Catalog does; the case first given is what is shown.
"""

from __future__ import annotations

import json
import re
import uuid
from typing import TYPE_CHECKING, Any

from ..errors import ApiError, denied
from ..state import clock, volume_files
from ..state.store import unpacked
from . import privileges

if TYPE_CHECKING:
    from ..state.callers import Caller
    from ..workspace import Workspace

SYSTEM_OWNER = "System user"  # of what every workspace has, and nobody may change
_TYPE_NAMES = {
    "bigint": "LONG",
    "smallint": "SHORT",
    "tinyint": "BYTE",
    "integer": "INT",
    "real": "FLOAT",
    "varchar": "STRING",
    "text": "STRING",
    "long": "LONG",
    "dec": "DECIMAL",
    "numeric": "DECIMAL",
}


def plain(full_name: str) -> str:
    """A name without back-ticks."""
    return re.sub(r"`([^`]*)`", r"\1", full_name)


def find(workspace: Workspace, kind: str, full_name: str) -> dict[str, Any] | None:
    row = workspace.store.one(
        "select info from securables where kind = ? and full_name = ?", kind, plain(full_name).lower()
    )
    return dict(unpacked(row)) if row else None


def names(workspace: Workspace, kind: str, inside: str = "") -> list[str]:
    """The full names of a kind, of one catalog or schema if given."""
    rows = workspace.store.all("select full_name from securables where kind = ? order by full_name", kind)
    prefix = f"{plain(inside).lower()}." if inside else ""
    return [row["full_name"] for row in rows if row["full_name"].startswith(prefix)]


def put(workspace: Workspace, kind: str, info: dict[str, Any], without: list[str] | None = None) -> dict[str, Any]:
    """Add or replace a securable; `without` lists who lacks the rights to read it."""
    at = int(clock.now() * 1000)
    info.setdefault("created_at", at)
    info.setdefault("owner", workspace.user)
    info.setdefault("created_by", info["owner"])
    info["updated_at"] = at
    workspace.store.run(
        "insert or replace into securables values (?, ?, ?, ?)",
        kind,
        info["full_name"].lower(),
        json.dumps(info),
        json.dumps(without or []),
    )
    return info


def put_catalog(workspace: Workspace, name: str, **info: Any) -> dict[str, Any]:
    held = find(workspace, "catalog", name)
    return held or put(
        workspace, "catalog", {"name": name, "full_name": name, "catalog_type": "MANAGED_CATALOG", **info}
    )


def put_schema(workspace: Workspace, full_name: str, **info: Any) -> dict[str, Any]:
    """Add a schema, and its catalog where that is missing."""
    catalog, _, name = plain(full_name).partition(".")
    put_catalog(workspace, catalog)
    held = find(workspace, "schema", full_name)
    return held or put(
        workspace, "schema", {"name": name, "full_name": f"{catalog}.{name}", "catalog_name": catalog, **info}
    )


def put_table(
    workspace: Workspace,
    full_name: str,
    columns: list[dict[str, Any]],
    *,
    without: list[str] | None = None,
    **info: Any,
) -> dict[str, Any]:
    """Add or replace a table, view or metric view."""
    catalog, schema, name = plain(full_name).split(".")
    listed = [column(index, **each) for index, each in enumerate(columns)]
    return put(
        workspace,
        "table",
        {
            "name": name,
            "full_name": f"{catalog}.{schema}.{name}",
            "catalog_name": catalog,
            "schema_name": schema,
            "table_type": "MANAGED",
            "data_source_format": "DELTA",
            "columns": listed,
            "properties": {},
            "table_id": str(uuid.uuid4()),
            **{key: value for key, value in info.items() if value is not None},
        },
        without,
    )


def put_function(
    workspace: Workspace, full_name: str, *, without: list[str] | None = None, **info: Any
) -> dict[str, Any]:
    catalog, schema, name = plain(full_name).split(".")
    return put(
        workspace,
        "function",
        {
            "name": name,
            "full_name": f"{catalog}.{schema}.{name}",
            "catalog_name": catalog,
            "schema_name": schema,
            "function_id": str(uuid.uuid4()),
            "routine_body": "SQL",
            "data_type": "STRING",
            "full_data_type": "string",
            **info,
        },
        without,
    )


def put_volume(workspace: Workspace, full_name: str, **info: Any) -> dict[str, Any]:
    catalog, schema, name = plain(full_name).split(".")
    number = str(uuid.uuid4())
    return put(
        workspace,
        "volume",
        {
            "name": name,
            "full_name": f"{catalog}.{schema}.{name}",
            "catalog_name": catalog,
            "schema_name": schema,
            "volume_id": number,
            "volume_type": "MANAGED",
            "storage_location": f"s3://local-workspace/{catalog}/{schema}/{number}",
            **{key: value for key, value in info.items() if value is not None},
        },
    )


def column(
    position: int, name: str, type: str = "string", comment: str | None = None, nullable: bool = True, **rest: Any
) -> dict[str, Any]:
    """A column as Unity Catalog describes it."""
    text = type.lower().strip()
    base, _, inner = re.split(r"<", text)[0].partition("(")
    info: dict[str, Any] = {
        "name": name,
        "type_text": text,
        "type_name": _TYPE_NAMES.get(base, base.upper()),
        "position": position,
        "nullable": nullable,
        "type_json": json.dumps({"name": name, "type": text, "nullable": nullable}),
        **rest,
    }
    if info["type_name"] == "DECIMAL":
        precision, _, scale = (inner.rstrip(")") or "10,0").partition(",")
        info |= {"type_precision": int(precision), "type_scale": int(scale or 0)}
    if comment is not None:
        info["comment"] = comment
    return info


def columns_from(text: str) -> list[dict[str, Any]]:
    """`id bigint, amount decimal(10,2)` as columns."""
    # A comma separates columns where no parenthesis or angle bracket is open after it.
    parts = re.split(r",(?![^(]*\))(?![^<]*>)", text)
    named = [part.split(None, 1) for part in parts if part.strip()]
    return [{"name": part[0], "type": part[1].strip() if len(part) > 1 else "string"} for part in named]


def remove(workspace: Workspace, kind: str, full_name: str) -> None:
    """Take a securable away, with everything in it and the rows of its tables."""
    full_name = plain(full_name).lower()
    store = workspace.store
    privileges.forget(workspace, full_name)
    for name in [full_name, *names(workspace, "table", full_name)]:
        store.drop(name)
    for name in [full_name] if kind == "volume" else names(workspace, "volume", full_name):
        volume_files.remove_volume(workspace, name)
    store.run("delete from securables where kind = ? and full_name = ?", kind, full_name)
    if kind in ("catalog", "schema"):
        for inner in ("schema", "table", "function", "volume"):
            for name in names(workspace, inner, full_name):
                store.run("delete from securables where kind = ? and full_name = ?", inner, name)


def require(workspace: Workspace, caller: Caller, kind: str, full_name: str) -> dict[str, Any]:
    """The securable, if it exists and the caller may read it.

    Raises:
        ApiError: 404 naming the outermost part that is missing, or 403.
    """
    row = workspace.store.one(
        "select info, denied from securables where kind = ? and full_name = ?", kind, plain(full_name).lower()
    )
    if row is None:
        raise _absent(workspace, kind, plain(full_name))
    if caller.among(unpacked(row, "denied")):
        right = "EXECUTE" if kind == "function" else "SELECT"
        raise denied(f"User does not have {right} on {kind.title()} '{plain(full_name)}'.")
    privileges.require(workspace, caller, kind, plain(full_name).lower())
    return dict(unpacked(row))


def _absent(workspace: Workspace, kind: str, full_name: str) -> ApiError:
    parts = full_name.split(".")
    outer = (("catalog", parts[0]), ("schema", ".".join(parts[:2])))
    for outer_kind, name in outer[: len(parts) - 1]:
        if find(workspace, outer_kind, name) is None:
            return ApiError(
                404, f"{outer_kind.upper()}_DOES_NOT_EXIST", f"{outer_kind.title()} '{name}' does not exist."
            )
    return ApiError(404, f"{kind.upper()}_DOES_NOT_EXIST", f"{kind.title()} '{full_name}' does not exist.")
