"""warehouse: the SQL warehouse of a space: found by name, followed when it is renamed, checked after a change."""

from __future__ import annotations

from typing import Final

from ..client import Workspace
from ..errors import WorkspaceError
from ..lifecycle import Call, Properties
from .session import WorkspaceSession

CHANGED: Final = (
    "the warehouse changes: a known fault of the workspace may leave the space saying that its author has no "
    "access to the warehouse, until somebody picks it again in the UI (databricks-sdk-py issue 1468); "
    "genie:checkWarehouseChange: ask makes sure with a question"
)


def id_of(call: Call, workspace: Workspace, word: str, live_id: str = "", past: Properties | None = None) -> str:
    """The id of the warehouse that a spec means by a name or an id.

    Args:
        live_id: the warehouse the space has now. Where the word fits several, or was the name of this one
            before it was renamed, this one is meant.

    Raises:
        WorkspaceError: "invalid", with the choices.
    """
    if not word:
        return ""
    known = past or {}
    try:
        return workspace.find_warehouse(word).id
    except WorkspaceError as error:
        live = next((each for each in workspace.warehouses() if each.id == live_id), None)
        if error.kind != "invalid" or live is None or live.unusable:
            raise
        if live.name == word:
            return live.id
        if word == known.get("warehouse") and live_id == known.get("warehouse_id"):
            call.notify("warning", f"the warehouse {word!r} is now called {live.name!r}; write that in the spec")
            return live.id
        raise


def watch(call: Call, workspace: Workspace, live_id: str, known: Properties, past: Properties) -> None:
    """Says what happened to the warehouse of a space that was read: renamed, stopped for good, gone."""
    if not live_id or "warehouse" not in known:
        return
    live = next((each for each in workspace.warehouses() if each.id == live_id), None)
    before = str(known["warehouse"])
    if live is None or live.unusable:
        fate = f"{live.unusable}" if live else "is deleted, or we may not use it any more"
        usable = ", ".join(str(each) for each in workspace.warehouses() if not each.unusable) or "none"
        call.notify("warning", f"its warehouse {before!r} {fate}; nobody can ask this space. There are: {usable}")
    elif known["warehouse"] not in (live.id, live.name) and live_id == past.get("warehouse_id"):
        call.notify("warning", f"the warehouse {before!r} is now called {live.name!r}; write that in the spec")


def tell_stopped(call: Call, session: WorkspaceSession, warehouse_id: str) -> None:
    """Once a run and warehouse."""
    if not session.first_time(f"warehouse {warehouse_id}"):
        return
    live = next((each for each in session.workspace.warehouses() if each.id == warehouse_id), None)
    if live is not None and live.state in ("STOPPED", "STOPPING"):
        call.notify("info", f"the warehouse {live.name!r} is {live.state.lower()}; it starts with the first question")


def id_for_new(session: WorkspaceSession, call: Call, word: str) -> str:
    """The id of the warehouse that the spec of a new space means by its name or id."""
    warehouse_id = id_of(call, session.workspace, word)
    tell_stopped(call, session, warehouse_id)
    return warehouse_id


def name_of(workspace: Workspace, warehouse_id: str, past: Properties) -> str:
    """The warehouse's name: remembered, or asked for where the state does not know it."""
    if not warehouse_id:
        return ""
    if past.get("warehouse_id") == warehouse_id:
        return str(past.get("warehouse_name", ""))
    names = [each.name for each in workspace.warehouses() if each.id == warehouse_id]
    return names[0] if names else ""


def word_for(session: WorkspaceSession, live_id: str, known: str | None, past: Properties) -> str:
    """The live warehouse in the spec's word (its name) if that still means the same one."""
    if not known:
        default = session.settings.warehouse
        return default if default and _means(session.workspace, default, live_id) else live_id
    if known == live_id or (past.get("warehouse_id") == live_id):
        return known
    return known if _means(session.workspace, known, live_id) else live_id


def _means(workspace: Workspace, word: str, warehouse_id: str) -> bool:
    return any(each.id == warehouse_id and word in (each.id, each.name) for each in workspace.warehouses())


def verify(call: Call, workspace: Workspace, space_id: str, url: str, inputs: Properties) -> list[str]:
    """Asks the space a question after its warehouse changed; what to do if that does not work, else nothing."""
    question = _question(inputs)
    call.notify("status", f"asking the space: {question}")
    try:
        reply = workspace.ask(space_id, question)
    except WorkspaceError as error:
        return [f"whether the space works on its new warehouse is not known: {error}"]
    if reply.status == "COMPLETED":
        call.notify("info", "the space answers on its new warehouse")
        return []
    if reply.error_type == "WAREHOUSE_ACCESS_MISSING_EXCEPTION":
        return [f"the warehouse is changed, but the space has no access to it: open {url} and pick it there once"]
    return [f"the space does not answer on its new warehouse: {reply.error or reply.status} ({reply.error_type})"]


def _question(inputs: Properties) -> str:
    """One that the spec itself has, so that its rights and tables are those of the space."""
    for section in ("sample_questions", "examples", "benchmarks"):
        for key, entry in (inputs.get(section) or {}).items():
            return str(entry.get("question", key))
    return "How many rows are there?"


def in_same_word(old: Properties, outputs: Properties, new: Properties) -> Properties:
    """The old inputs, with the warehouse in the new ones' word where both mean the same one."""
    known = {outputs.get("warehouse_id"), outputs.get("warehouse_name")} - {None, ""}
    if old.get("warehouse") in known and new.get("warehouse") in known:
        return {**old, "warehouse": new["warehouse"]}
    return old
