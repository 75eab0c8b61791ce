"""What is left when something breaks on the way: one space, its id in the state, and no process."""

from __future__ import annotations

import time

from engine_project import Project
from specs import trips

from emulator.handle import Handle


def test_a_space_whose_rights_fail_keeps_its_id_and_is_finished_by_the_next_up(
    project: Project, workspace: Handle
) -> None:
    workspace.control.add_principal("group", "sales")
    workspace.control.add_fault(
        "status",
        path_regex="/permissions/genie/",
        method="PATCH",
        every=True,
        status=403,
        error_code="PERMISSION_DENIED",
        message="Not yours to give.",
    )
    project.write("trips", trips(permissions={"group:sales": "CAN_RUN"}))

    failed = project.up(ok=False)
    (space,) = workspace.control.spaces()
    kept = project.resources()["trips"]
    preview = project.preview(ok=None)
    workspace.control.clear_faults()
    workspace.control.clear_requests()
    finished = project.up()
    project.unchanged()

    assert "permissions" in failed.text
    assert "Not yours to give." in failed.text
    assert kept["id"] == space["space_id"]
    assert "1 to update" in preview.text
    assert "1 updated" in finished.text
    assert "POST /api/2.0/genie/spaces" not in project.sent()
    assert [each["space_id"] for each in workspace.control.spaces()] == [kept["id"]]
    assert "initErrors" not in project.resources()["trips"]


def test_kill_9_of_the_cli_leaves_no_host_and_no_second_space(project: Project, workspace: Handle) -> None:
    for number in range(4):
        project.write(f"trips{number}", trips(f"Trips {number}"))
    workspace.control.set_settings(latency_s=0.5)
    running = project.start("up", "--yes", "--skip-preview")
    until = time.monotonic() + 60
    while not [each for each in workspace.control.requests() if each["method"] == "POST"]:
        assert time.monotonic() < until
        assert running.poll() is None
        time.sleep(0.02)
    assert project.hosts()

    running.kill()

    until = time.monotonic() + 10
    while project.hosts() and time.monotonic() < until:
        time.sleep(0.1)
    assert project.hosts() == []

    workspace.control.set_settings(latency_s=0)
    running.communicate()
    project.pulumi("cancel", "--yes", "dev")
    project.up()
    assert sorted(each["title"] for each in workspace.control.spaces()) == [f"Trips {number}" for number in range(4)]
    project.unchanged()
