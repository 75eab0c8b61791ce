"""The same life, driven by Pulumi's Automation API instead of a person at the CLI."""

from __future__ import annotations

from engine_project import Project
from pulumi.automation import LocalWorkspaceOptions, OpType, PulumiCommand, create_or_select_stack
from specs import TRIPS, trips

from emulator.handle import Handle


def test_a_stack_is_driven_from_python(project: Project, workspace: Handle, cli: str) -> None:
    project.write("trips", trips())
    options = LocalWorkspaceOptions(
        env_vars=project.env, pulumi_command=PulumiCommand(cli.removesuffix("/bin/pulumi"), skip_version_check=True)
    )
    stack = create_or_select_stack("dev", work_dir=str(project.folder), opts=options)

    up = stack.up()
    space_id = up.outputs["trips"].value
    workspace.control.edit_in_ui(space_id, describe_table={"identifier": TRIPS, "description": "Rows"})
    preview = stack.preview()
    refresh = stack.refresh()
    destroy = stack.destroy()

    assert up.summary.result == "succeeded"
    assert preview.change_summary[OpType.UPDATE] == 1
    assert "edited in the UI since the last up" in preview.stdout
    assert refresh.summary.result == destroy.summary.result == "succeeded"
    assert workspace.control.spaces() == []
