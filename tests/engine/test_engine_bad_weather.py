"""Limits, silence, edits between preview and up, and rights that are missing: one fails, the others go on."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from crowds import ended, small, titles_in, write_crowd
from engine_project import NO_PLAN, Project

from emulator.handle import Handle

# ── limits and silence ──────────────────────────────────────────────────────────────────────


def test_a_hundred_spaces_go_up_although_a_third_of_the_calls_is_refused(project: Project, workspace: Handle) -> None:
    titles = write_crowd(project, 100)
    workspace.control.add_fault("429", probability=0.3, seed=7, retry_after=1)

    said = project.up("--parallel", "32")
    workspace.control.clear_faults()

    assert "error" not in said.text
    assert titles_in(workspace) == titles
    statuses = workspace.control.stats()["statuses"]
    assert statuses["429"] > 50
    project.unchanged()


@contextmanager
def silent_host() -> Iterator[str]:
    """Accepts connections and never answers."""
    listener = socket.create_server(("127.0.0.1", 0))
    taken: list[socket.socket] = []

    def take() -> None:
        while True:
            try:
                taken.append(listener.accept()[0])
            except OSError:
                return

    threading.Thread(target=take, daemon=True).start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()
        for connection in taken:
            connection.close()


@pytest.mark.parametrize("known", [False, True], ids=["first up", "known spaces"])
def test_a_silent_host_is_an_error_within_30_seconds_that_names_it(
    project: Project, workspace: Handle, known: bool
) -> None:
    project.write("trips", small("Trips"))
    project.write("fares", small("Fares"))
    if known:
        project.up()
    with silent_host() as host:
        project.configure(host=f"http://{host}")
        for command in ("preview", "up"):
            began = time.monotonic()
            running = project.start(command, *(NO_PLAN if command == "up" else ()))
            named_after_s = [time.monotonic() - began for line in running.stdout or () if host in line]
            # A preview of what nobody has made yet needs no workspace, but says that it could not look.
            assert running.wait() != 0 or (command == "preview" and not known)
            assert named_after_s, "the host is named"
            assert named_after_s[0] < 30 + 15, "30 s for the host, the rest for a busy machine to start pulumi"


def test_a_host_that_falls_silent_is_an_error_in_a_preview_too(project: Project, workspace: Handle) -> None:
    project.write("trips", small("Trips"))
    project.up()
    workspace.control.add_fault("hang", path_regex="/api/", seconds=120, act=False, times=1000)

    began = time.monotonic()
    said = project.preview(ok=False)

    assert workspace.url.removeprefix("http://") in said.text
    assert time.monotonic() - began < 35 + 15, (
        "30 s for the host, 5 s to let go of plugins, the rest for a busy machine"
    )


# ── edits in the UI between the preview and the up ──────────────────────────────────────────


def edit_at(workspace: Handle, space_id: str, nth: int, edit: Callable[[], object]) -> threading.Thread:
    """Edits while the `nth` GET of the space is held back, so before it is answered."""
    workspace.control.add_fault("hang", method="GET", path_regex=f"/genie/spaces/{space_id}$", nth=nth, seconds=1.0)

    def watch() -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if any(fault["fired"] for fault in workspace.control.faults()):
                edit()
                return
            time.sleep(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    return watcher


@pytest.mark.parametrize("nth", [2, 3], ids=["after the preview", "after the read of the up"])
@pytest.mark.parametrize("ui_edits", ["undo", "stop"])
def test_an_edit_after_the_preview_is_named_and_with_stop_stays(
    project: Project, workspace: Handle, ui_edits: str, nth: int
) -> None:
    project.configure(uiEdits=ui_edits)
    for name in ("fares", "tips", "trips"):
        project.write(name, small(name, description="First"))
    project.up()
    for name in ("fares", "tips", "trips"):
        project.write(name, small(name, description="Second"))
    trips = project.space_id("trips")

    watcher = edit_at(
        workspace, trips, nth, lambda: workspace.control.edit_in_ui(trips, instruction="From the UI, and important")
    )
    said = ended(project.start("up", "--yes", "--continue-on-error"))
    watcher.join()

    assert "edited in the UI" in said.text
    assert "instructions" in said.text
    bodies = {each["title"]: workspace.control.body(each["space_id"]) for each in workspace.control.spaces()}
    second = [name for name, body in bodies.items() if body["data_sources"]["tables"][0]["description"] == ["Second"]]
    if ui_edits == "stop":
        assert said.code != 0
        assert "Nothing was sent" in said.text
        assert "From the UI" in str(bodies["trips"])
        assert sorted(second) == ["fares", "tips"], "the others went on"
    else:
        assert said.code == 0
        assert "From the UI" not in str(bodies["trips"])
        assert sorted(second) == ["fares", "tips", "trips"]


def test_a_migration_by_the_workspace_stops_nobody(project: Project, workspace: Handle) -> None:
    project.configure(uiEdits="stop")
    project.write("trips", small("Trips", description="First"))
    project.up()
    space_id = project.space_id("trips")
    workspace.control.edit_in_ui(space_id, migrate=True)

    project.unchanged()
    project.write("trips", small("Trips", description="Second"))
    watcher = edit_at(workspace, space_id, 2, lambda: workspace.control.edit_in_ui(space_id, migrate=True))
    said = project.up()
    watcher.join()

    assert "edited in the UI" not in said.text
    assert workspace.control.body(space_id)["data_sources"]["tables"][0]["description"] == ["Second"]


def test_what_an_up_left_undone_is_no_edit_in_the_ui(project: Project, workspace: Handle) -> None:
    project.configure(uiEdits="stop")
    project.write("trips", small("Trips", permissions={"group:analysts": "CAN_RUN"}, tags={"domain": "taxi"}))
    workspace.control.add_fault("status", status=403, error_code="PERMISSION_DENIED", path_regex="/permissions/")
    workspace.control.set_settings(tags_refused=True)
    failed = project.up(ok=False)
    workspace.control.clear_faults()
    workspace.control.set_settings(tags_refused=False)

    said = project.up()

    assert "permissions" in failed.text
    assert "tags" in failed.text
    assert "edited in the UI" not in said.text
    assert titles_in(workspace) == ["Trips"]
    project.unchanged()


# ── rights ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("token", "said_so"),
    [
        ({"expired": True}, "Log in to"),
        ({"scopes": ["sql"]}, "scope"),
        ({"entitled": False}, "entitlement"),
    ],
    ids=["expired token", "missing scope", "missing entitlement"],
)
def test_a_log_in_that_is_not_enough_says_what_is_missing(
    project: Project, workspace: Handle, token: dict[str, object], said_so: str
) -> None:
    project.write("trips", small("Trips", description="First"))
    project.up()
    workspace.control.add_token("too-little", "you@example.com", **token)
    workspace.control.set_settings(strict_tokens=True)
    project.env["DATABRICKS_TOKEN"] = "too-little"
    project.write("trips", small("Trips", description="Second"))
    project.write("fares", small("Fares"))

    said = project.up("--continue-on-error", ok=False)

    assert said_so in said.text
    assert "too-little" not in said.text
    assert list(project.resources()) == ["trips"], "a space that may not be read is not forgotten"
    assert titles_in(workspace) == ["Trips"]


def test_one_of_twenty_without_can_edit_fails_and_the_others_go_on(project: Project, workspace: Handle) -> None:
    workspace.control.add_token("mine", "me@example.com", admin=False)
    project.env["DATABRICKS_TOKEN"] = "mine"
    write_crowd(project, 20, "First")
    project.up()
    project.write("space-007", small("Space 007", "First"))
    project.up()
    space_id = project.space_id("space-007")
    workspace.control.add_fault(
        "status", status=403, error_code="PERMISSION_DENIED", path_regex=f"/genie/spaces/{space_id}", times=1000,
        message="me@example.com does not have CAN_EDIT permission on Genie space",
    )  # fmt: skip
    write_crowd(project, 20, "Second")

    said = project.up("--continue-on-error", ok=False)
    workspace.control.clear_faults()

    assert "CAN EDIT on the space" in said.text
    assert "space-007" in said.text
    assert "19 updated" in said.text
    assert len(project.resources()) == 20, "403 is never deleted"
    descriptions = [
        "".join(workspace.control.body(each["space_id"])["data_sources"]["tables"][0]["description"])
        for each in workspace.control.spaces()
    ]
    assert sorted(descriptions) == ["First", *["Second"] * 19]


def test_without_the_right_to_tag_a_space_without_ids_is_made_and_the_missing_mark_said(
    project: Project, workspace: Handle
) -> None:
    workspace.control.set_settings(tags_refused=True)
    project.write("trips", small("Trips", own_ids=False))

    said = project.up()

    assert "cannot mark this space as ours" in said.text
    assert titles_in(workspace) == ["Trips"]
    project.unchanged()
