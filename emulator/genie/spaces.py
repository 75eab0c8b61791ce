"""spaces: Genie spaces from the first POST to the trash.

What a GET returns is written once, when the space changes, and kept as text: reading one is a look-up.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from typing import TYPE_CHECKING, Any

from ..errors import ApiError, denied, invalid, missing
from ..rules import definition, normalisation, references
from ..state import access_control, clock, folders, warehouses
from ..state.callers import require_entitlement

if TYPE_CHECKING:
    from ..state.callers import Caller
    from ..workspace import Workspace

_FIELDS = ("title", "description", "warehouse_id", "parent_path", "body", "lost_access", "salt")


def create(workspace: Workspace, caller: Caller, asked: dict[str, Any]) -> dict[str, Any]:
    """Make a space.

    The same request twice makes two: malcolndandaro/genie-promote-cicd tried it on a workspace on 2 July 2026,
    and databricks-solutions/databricks-genie-workbench once had some fifteen spaces of one request that was
    repeated after time-outs. A title that is taken in the folder is not refused: the workbench, in August 2026, got
    its space back with the time behind the title.
    """
    require_entitlement(caller)
    warehouses.require_for_genie(workspace, caller, asked.get("warehouse_id"))
    if asked.get("serialized_space") is None:
        raise invalid("serialized_space is required but missing")
    body = accepted(workspace, caller, asked["serialized_space"])
    folder = _folder(workspace, caller, asked.get("parent_path") or f"/Users/{caller.name}")
    title = free_title(workspace, checked_title(asked.get("title") or "New Space"), folder)
    row = insert(
        workspace,
        caller.name,
        title=title,
        description=asked.get("description") or None,
        warehouse_id=asked["warehouse_id"],
        parent_path=folder,
        body=body,
    )
    access_control.grant(workspace, "genie", row["space_id"], caller.kind, caller.name, access_control.CAN_MANAGE)
    answer = json.loads(row["answer"])
    if workspace.settings.etag_stale_after_create:
        # In one public build log a PATCH right after create, with the etag that create had returned, was a conflict.
        answer["etag"] = hashlib.sha256(answer["etag"].encode()).hexdigest()
    return dict(answer)


def insert(
    workspace: Workspace,
    creator: str,
    *,
    body: dict[str, Any],
    space_id: str | None = None,
    created: float | None = None,
    **fields: Any,
) -> sqlite3.Row:
    """Put a space in place without asking whether that is right."""
    created = clock.now() if created is None else created
    space_id = space_id or clock.ordered_id(created)
    row = {
        "space_id": space_id,
        "salt": "",
        "lost_access": 0,
        "created": created,
        "updated": created,
        "creator": creator,
        "trashed": None,
        "before": None,
        "changed": created,
        "body": normalisation.dumped(body),
        **fields,
    }
    row["etag"] = _etag(row["body"], "")
    row["answer"] = _rendered(row)
    workspace.store.run(f"insert into spaces ({', '.join(row)}) values ({', '.join('?' * len(row))})", *row.values())
    return found(workspace, space_id)


def update(workspace: Workspace, caller: Caller, space_id: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Change what the request names, and nothing else; there is no update mask."""
    row = visible(workspace, caller, space_id, access_control.CAN_EDIT)
    require_entitlement(caller)
    changes: dict[str, Any] = {}
    if asked.get("serialized_space") is not None:
        changes["body"] = normalisation.dumped(accepted(workspace, caller, asked["serialized_space"]))
    _check_etag(workspace, row, asked.get("etag"), changes)
    if asked.get("warehouse_id"):
        changes |= _new_warehouse(workspace, caller, row, asked["warehouse_id"])
    if asked.get("title"):
        changes["title"] = checked_title(asked["title"])
    if asked.get("description") or (asked.get("description") == "" and workspace.settings.empty_description_clears):
        changes["description"] = asked["description"] or None
    if asked.get("parent_path"):
        changes["parent_path"] = _moved(workspace, caller, row, asked["parent_path"])
    _refuse_taken_title(workspace, row, changes)
    return dict(json.loads(change(workspace, row, changes)["answer"]))


def change(workspace: Workspace, row: sqlite3.Row, changes: dict[str, Any]) -> sqlite3.Row:
    """Write the changes that are changes; without any, the space stays as it was, times included."""
    changes = {name: held for name, held in changes.items() if held != row[name]}
    if not changes:
        return row
    after = {**dict(row), **changes, "before": row["answer"], "updated": clock.now(), "changed": clock.now()}
    after["etag"] = _etag(after["body"], after["salt"])
    after["answer"] = _rendered(after)
    assert set(changes) <= set(_FIELDS)
    workspace.store.run(
        "update spaces set title=?, description=?, warehouse_id=?, parent_path=?, body=?, lost_access=?, salt=?,"
        " etag=?, before=?, updated=?, changed=?, answer=? where space_id=?",
        *(after[name] for name in (*_FIELDS, "etag", "before", "updated", "changed", "answer", "space_id")),
    )
    return found(workspace, row["space_id"])


def trash(workspace: Workspace, caller: Caller, space_id: str) -> None:
    """Put a space in the trash.

    A second time is 403 PERMISSION_DENIED, not 404: the authors of databricks/terraform-provider-databricks, whose
    pull request 5770 adds spaces, met it on a workspace in 2026.
    """
    row = workspace.store.one("select * from spaces where space_id = ?", space_id)
    if row is None:
        raise _unknown(space_id)
    if row["trashed"] is not None:
        raise denied(f"{caller.name} does not have CAN_MANAGE permission on Genie space {space_id}.")
    visible(workspace, caller, space_id, access_control.CAN_MANAGE)
    workspace.store.run("update spaces set trashed = ? where space_id = ?", clock.now(), space_id)


def found(workspace: Workspace, space_id: str) -> sqlite3.Row:
    """The space, unless it never was or its trashing has taken effect.

    On a workspace trashing takes tens of seconds in which a GET still shows the space: the acceptance tests of
    databricks/cli ask for up to two minutes (pull request 5547, 2026). `trash_delay_s` is that time here.
    """
    row = workspace.store.one("select * from spaces where space_id = ?", space_id)
    if row is None:
        raise _unknown(space_id)
    if row["trashed"] is not None and clock.now() >= row["trashed"] + workspace.settings.trash_delay_s:
        raise missing(f"Unable to get space [{space_id}]. The space has been trashed.")
    return row


def visible(workspace: Workspace, caller: Caller, space_id: str, level: str) -> sqlite3.Row:
    """The space, if the caller's rights reach the level.

    Raises:
        ApiError: 404 when it is not there, 403 when the caller may not.
    """
    row = found(workspace, space_id)
    if not access_control.allows(workspace, caller, space_id, row["parent_path"], level):
        raise denied(f"{caller.name} does not have {level} permission on Genie space {space_id}.")
    return row


def accepted(workspace: Workspace, caller: Caller, text: Any) -> dict[str, Any]:
    """The definition in a request as it will be kept: checked, its tables found, normalised."""
    document = definition.parsed(text, workspace.settings)
    kept = normalisation.normalised(document, workspace.settings)
    references.require(workspace, caller, kept)
    return kept


def checked_title(title: str) -> str:
    if "/" in title:
        raise invalid("Workspace items cannot contain the '/' character")
    return title


def taken(workspace: Workspace, title: str, folder: str, but: str = "") -> bool:
    return (
        workspace.store.one(
            "select 1 from spaces where parent_path = ? and title = ? and trashed is null and space_id != ?",
            folder,
            title,
            but,
        )
        is not None
    )


def free_title(workspace: Workspace, title: str, folder: str) -> str:
    """The title, or the title and a time if a space of that folder has it."""
    moment, candidate = clock.now(), title
    while taken(workspace, candidate, folder):
        candidate = f"{title} {clock.suffix(moment)}"
        moment += 1
    return candidate


def _refuse_taken_title(workspace: Workspace, row: sqlite3.Row, changes: dict[str, Any]) -> None:
    title, folder = changes.get("title", row["title"]), changes.get("parent_path", row["parent_path"])
    if (title, folder) == (row["title"], row["parent_path"]):
        return
    if taken(workspace, title, folder, but=row["space_id"]):
        # Unlike create, an update into a taken title fails. The deploy script of databricks-solutions/genierails (May
        # 2026) knows both error codes from workspaces, and "Node named …" in the message.
        raise ApiError(
            409, workspace.settings.update_collision_code, f"Node named '{title}' already exists in '{folder}'."
        )


def _folder(workspace: Workspace, caller: Caller, asked: str) -> str:
    folder = folders.plain(asked)
    folders.require(workspace, folder)
    if not access_control.may_add_to(workspace, caller, folder):
        raise denied(f"{caller.name} does not have permission to add items to {folder}.")
    return folder


def _moved(workspace: Workspace, caller: Caller, row: sqlite3.Row, asked: str) -> str:
    return row["parent_path"] if folders.plain(asked) == row["parent_path"] else _folder(workspace, caller, asked)


def _new_warehouse(workspace: Workspace, caller: Caller, row: sqlite3.Row, number: str) -> dict[str, Any]:
    """A changed warehouse is accepted, and leaves the space broken until somebody picks it again in the UI.

    Issue 1468 of databricks/databricks-sdk-py, open since 9 June 2026 and met by a second user: the space then says
    that its author has no access to the warehouse.
    """
    warehouses.require_for_genie(workspace, caller, number)
    if number == row["warehouse_id"]:
        return {}
    lost = 1 if workspace.settings.warehouse_change_loses_access else row["lost_access"]
    return {"warehouse_id": number, "lost_access": lost}


def _check_etag(workspace: Workspace, row: sqlite3.Row, etag: str | None, changes: dict[str, Any]) -> None:
    if not etag:
        return
    real = "body" in changes and changes["body"] != row["body"]
    # One public script of September 2026 had every real change refused, with the current etag; what others saw
    # accepted was a body equal to the stored one. `etag_refuses_real_changes` is that workspace.
    if etag != row["etag"] or (real and workspace.settings.etag_refuses_real_changes):
        raise ApiError(
            409,
            "ABORTED",
            "Space configuration has been modified since this export was taken."
            " Re-export the space and try again, or omit the etag to overwrite.",
        )


def _etag(body: str, salt: str) -> str:
    """64 hex digits of the content, so that the same definition sent again leaves it as it was.

    A probe in hiydavid/databricks-genai-examples saw that on 18 June 2026. Title, description, warehouse and
    folder do not move it, and a migration by the workspace does (comments in databricks/cli, 2026): `salt`.
    """
    return hashlib.sha256(f"{salt}{body}".encode()).hexdigest()


def _rendered(row: dict[str, Any]) -> str:
    answer = {"space_id": row["space_id"], "title": row["title"]}
    if row["description"] is not None:
        answer["description"] = row["description"]
    answer |= {
        "warehouse_id": row["warehouse_id"],
        "parent_path": row["parent_path"],
        "create_time": clock.rfc3339(row["created"]),
        "update_time": clock.rfc3339(row["updated"]),
        "etag": row["etag"],
        "serialized_space": row["body"],
    }
    return json.dumps(answer, ensure_ascii=False)


def migrated(workspace: Workspace, row: sqlite3.Row) -> sqlite3.Row:
    """The workspace rewrites the stored definition by itself: same content, another etag.

    databricks/cli, `dresources/genie_space.go`, says so of the move from version 1 to 2.
    """
    return change(workspace, row, {"salt": secrets.token_hex(4)})


def _unknown(space_id: str) -> ApiError:
    # The words are those in issue 1073 of databricks/databricks-sdk-py.
    return missing(f"Unable to get space [{space_id}]. Node with resource name datarooms/{space_id} does not exist.")
