"""Programs that look into a space's inputs on their way: options, transformations, transforms, debug lines."""

from __future__ import annotations

import pytest
from engine_project import Project

from emulator.handle import Handle

PROGRAM = """\
import pulumi

from genie_provider import GenieSpace, StackSettings, load_specs

stack = StackSettings.from_config(pulumi.Config("genie"))
{before}
for name, spec in load_specs(stack.specs, stack.variables).items():
    GenieSpace(name, spec, pulumi.ResourceOptions({options}), stack=stack)
"""

OLD_STYLE = """
def louder(args):
    return pulumi.ResourceTransformationResult({**args.props, "title": args.props["title"].upper()}, args.opts)
"""

NEW_STYLE = """
def louder(args):
    if "title" in args.props:
        return pulumi.ResourceTransformResult({**args.props, "title": args.props["title"].upper()}, args.opts)
"""


def spec(title: str) -> dict[str, object]:
    return {"title": title, "data_sources": {"tables": [{"identifier": "samples.nyctaxi.trips"}]}}


def program(project: Project, *, before: str = "", options: str = "") -> None:
    project.folder.joinpath("__main__.py").write_text(PROGRAM.format(before=before, options=options))


def test_ignored_changes_are_ignored(project: Project, workspace: Handle) -> None:
    program(project, options='ignore_changes=["title"]')
    project.write("trips", spec("Trips"))
    project.up()
    project.write("trips", {**spec("Other"), "description": "New"})

    project.up()

    (kept,) = workspace.control.spaces()
    assert (kept["title"], kept["description"]) == ("Trips", "New")


@pytest.mark.parametrize(
    ("before", "options"),
    [
        (OLD_STYLE, "transformations=[louder]"),
        (NEW_STYLE, "transforms=[louder]"),
        (OLD_STYLE + "pulumi.runtime.register_stack_transformation(louder)", ""),
        (NEW_STYLE + "pulumi.runtime.register_resource_transform(louder)", ""),
    ],
    ids=["transformation", "transform", "transformation of the stack", "transform of the stack"],
)
def test_programs_may_change_inputs_on_their_way(
    project: Project, workspace: Handle, before: str, options: str
) -> None:
    program(project, before=before, options=options)
    project.write("trips", spec("Trips"))

    project.up()

    assert [each["title"] for each in workspace.control.spaces()] == ["TRIPS"]
    project.unchanged()


def test_a_transform_taken_away_again_shows(project: Project, workspace: Handle) -> None:
    program(project, before=OLD_STYLE, options="transformations=[louder]")
    project.write("trips", spec("Trips"))
    project.up()
    assert "__seal" not in project.resources()["trips"]["inputs"]
    program(project)

    assert 'title: "TRIPS" => "Trips"' in " ".join(project.preview("--diff").plain.split())
    project.up()
    assert "__seal" in project.resources()["trips"]["inputs"]
    project.unchanged()


def test_debug_lines_of_the_program_are_kept(project: Project, workspace: Handle) -> None:
    program(project, before='pulumi.log.debug("ours")')
    project.write("trips", spec("Trips"))

    quiet = project.up("--debug").text
    project.env["GENIE_DEBUG"] = "1"
    whole = project.up("--debug").text

    assert "debug: ours" in quiet
    assert "name=trips" not in quiet
    assert "name=trips" in whole


def test_a_plan_is_carried_out_and_nothing_else(project: Project, workspace: Handle) -> None:
    project.env["PULUMI_EXPERIMENTAL"] = "true"
    project.write("trips", spec("Trips"))
    project.preview()  # the first run of a stack writes its id into the stack's file, which no plan foresees
    project.preview("--save-plan", "plan.json")
    project.up("--plan", "plan.json")
    project.write("trips", {**spec("Trips"), "description": "Planned"})
    project.preview("--save-plan", "plan.json")
    project.write("trips", {**spec("Trips"), "description": "Not planned"})

    assert "violates plan" in project.up("--plan", "plan.json", ok=False).text
    project.write("trips", {**spec("Trips"), "description": "Planned"})
    project.up("--plan", "plan.json")

    assert [each["description"] for each in workspace.control.spaces()] == ["Planned"]
    project.unchanged()
