"""`show`: one space, at a glance or whole."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from ....errors import WorkspaceError
from ....model.ownership_key import Mark
from ....model.state import OWNER_TAG
from ....workflows.find import find_space
from ... import output, target
from ..changes import of_versions

if TYPE_CHECKING:
    from ....client import RemoteSpace, Workspace

HELP = """Show one space of the workspace: where it is, what it holds, who may use it.

  python -m genie_provider show sales              (the name of a spec, a title, an id or a pattern)
  python -m genie_provider show sales --output json      (with the whole definition)
  python -m genie_provider show sales@3                  (a version of the history, as a spec)"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("space", metavar="ID|TITLE|NAME|NAME@N", help="which space")
    target.add_arguments(parser)
    output.add_arguments(parser, ("table", "json", "yaml"))


def run(arguments: argparse.Namespace) -> int:
    if of_versions.is_version(arguments.space):
        return of_versions.show(arguments, arguments.space)
    here = target.chosen(arguments)
    workspace = here.connect()
    found = find_space(workspace, arguments.space, here.titles_by_name())
    remote, notice = _read(workspace, found.space_id)
    record = _head(workspace, remote)
    asked = {"permissions": lambda: _permissions(workspace, remote), "tags": lambda: workspace.tags(remote.space_id)}
    for name, ask in asked.items():
        try:
            record[name] = ask()
        except WorkspaceError as error:
            notice = notice or f"its {name} are not shown: {error.message or error.kind}"
    mark = (record.get("tags") or {}).get(OWNER_TAG)
    if mark:
        record["owner"] = Mark.parse(mark).owner
    if remote.body is not None:
        record.update(_counts(remote.body) if arguments.output == "table" else {"serialized_space": remote.body})
    if arguments.output == "table":
        record = {name: value for name, value in record.items() if value not in ("", {}, [])}
    output.print_record(record, arguments.output, "show/1")
    if notice:
        output.say(notice)
    return 0


def _read(workspace: Workspace, space_id: str) -> tuple[RemoteSpace, str]:
    """The space whole, or its head where we may not see more; and what to say about that."""
    try:
        remote = workspace.get(space_id)
        notice = "" if remote is None or remote.body else "the workspace gives no definition at the moment"
    except WorkspaceError as error:
        if error.kind != "forbidden":
            raise
        remote, notice = workspace.get_head(space_id), f"its definition is not shown: {error.message}"
    if remote is None:
        raise WorkspaceError("gone", "show", f"the space {space_id} is in the trash or gone")
    return remote, notice


def _head(workspace: Workspace, remote: RemoteSpace) -> dict[str, Any]:
    houses = {house.id: house.name for house in workspace.warehouses()} if remote.warehouse_id else {}
    workspace_id = workspace.workspace_id()
    query = f"?o={workspace_id}" if workspace_id else ""
    return {
        "title": remote.title,
        "space_id": remote.space_id,
        "url": f"{workspace.host}/genie/rooms/{remote.space_id}{query}",
        "description": remote.description,
        "parent_path": remote.parent_path,
        "warehouse_id": remote.warehouse_id,
        "warehouse": houses.get(remote.warehouse_id, ""),
        "create_time": remote.create_time,
        "update_time": remote.update_time,
    }


def _permissions(workspace: Workspace, remote: RemoteSpace) -> list[str]:
    grants = sorted(workspace.permissions(remote.space_id))
    return [f"{grant.principal} {grant.level}{' (inherited)' if grant.inherited else ''}" for grant in grants]


def _counts(body: dict[str, Any]) -> dict[str, Any]:
    """What the definition holds, in numbers, and the names of its tables."""
    from ....codec.wire import from_body
    from ....model.schema import KEYED

    inputs = from_body(body)
    record: dict[str, Any] = {
        section.name: len(inputs[section.name])
        for section in KEYED
        if section.name in inputs and section.name not in ("tables", "metric_views")
    }
    names = [*inputs.get("tables", ()), *inputs.get("metric_views", ())]
    if "instructions" in inputs:
        record["instructions"] = f"{len(inputs['instructions'].get('content', '')):,} letters"
    return {"tables": names, **record}
