"""The words of every day on the real engine: status, diff, drift, up by name, mv, forget, rm."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from engine_project import Project
from own_commands import files, genie
from specs import trips

from emulator.handle import Handle
from genie_provider.cli import schemas


def told(project: Project, *words: str, ok: bool = True) -> dict[str, Any]:
    """What a command says in JSON, valid by the schema it names."""
    said = json.loads(genie(project, *words, "--output", "json", ok=ok).out)
    jsonschema.validate(said, schemas.read(said["schema"]))
    return dict(said)


def ids(project: Project) -> dict[str, str]:
    return {space["name"]: space["space_id"] for space in told(project, "status", ok=True)["items"]}


@pytest.fixture
def deployed(project: Project) -> Project:
    for name in ("drivers", "fares", "gone", "lost", "quiet"):
        project.write(name, trips(f"Trips of {name}"))
    genie(project, "up", "--yes", "--skip-preview")
    return project


def test_status_tells_how_every_space_stands(deployed: Project, workspace: Handle) -> None:
    by_name = ids(deployed)
    deployed.write("fares", trips("Trips of fares", description="Changed in the spec"))
    deployed.write("fresh", trips("Fresh"))
    deployed.remove("gone")
    workspace.control.edit_in_ui(
        by_name["drivers"], describe_table={"identifier": "samples.nyctaxi.trips", "description": "UI"}
    )
    workspace.control.trash_in_ui(by_name["lost"])
    workspace.control.make_space("By hand")

    status = told(deployed, "status", "--all", ok=False)
    drift = told(deployed, "drift", ok=False)
    shown = genie(deployed, "diff", "drivers", "fares", ok=False)

    assert {space["name"] or space["title"]: space["state"] for space in status["items"]} == {
        "drivers": "edited in the UI",
        "fares": "changed in the spec",
        "fresh": "new",
        "gone": "gone",
        "lost": "in the trash",
        "quiet": "in sync",
        "By hand": "not managed",
    }
    (edited,) = next(space for space in status["items"] if space["name"] == "drivers")["changes"]
    assert (edited["author"], edited["live"], edited["wanted"]) == ("ui", "UI", "One row a trip")
    assert [space["name"] for space in drift["items"]] == ["drivers", "lost"]
    assert "  - UI\n  + One row a trip\n" in shown.out
    assert "  - One row a trip\n  + Changed in the spec\n" in shown.out


def test_up_by_name_leaves_the_others_alone_and_tells_the_address(deployed: Project, workspace: Handle) -> None:
    before = ids(deployed)
    deployed.write("drivers", trips("Trips of drivers", description="One"))
    deployed.write("quiet", trips("Trips of quiet", description="Two"))

    said = genie(deployed, "up", "dri*", "--yes", "--skip-preview")

    assert f"changed  drivers  {workspace.url}/genie/rooms/{before['drivers']}" in said.err
    states = {space["name"]: space["state"] for space in told(deployed, "status", ok=False)["items"]}
    assert states["drivers"] == "in sync"
    assert states["quiet"] == "changed in the spec"
    assert "did you mean drivers?" in genie(deployed, "up", "driver", "--yes", ok=False).err


def test_the_users_home_gets_no_log_and_keeps_its_own(deployed: Project) -> None:
    logs = deployed.folder / "home" / "logs"

    assert logs.is_dir()  # of `pulumi stack init`, which the user ran
    assert [file.name for file in logs.iterdir() if "up" in file.name or "export" in file.name] == []
    assert (deployed.folder / "home-genie" / "logs").is_file()


def test_a_space_is_renamed_forgotten_and_removed(deployed: Project, workspace: Handle) -> None:
    before = ids(deployed)

    genie(deployed, "mv", "fares", "prices")
    assert "prices.yaml" in files(deployed) and "fares.yaml" not in files(deployed)
    shown = deployed.preview().text
    assert "was `fares`: the space, its address and its conversations stay" in shown
    assert "1 to update" in shown and "create" not in shown and "delete" not in shown
    genie(deployed, "up", "prices", "--yes", "--skip-preview")
    assert ids(deployed)["prices"] == before["fares"]
    deployed.unchanged()

    genie(deployed, "forget", "quiet", "--yes")
    assert workspace.control.space(before["quiet"])
    states = {space["name"]: space["state"] for space in told(deployed, "status", ok=False)["items"]}
    assert states["quiet"] == "new"

    genie(deployed, "rm", "gone", "--yes")
    assert "gone.yaml" not in files(deployed)
    trashed = {space["space_id"] for space in workspace.control.spaces(trashed=True)}
    assert before["gone"] in trashed
    assert "Nobody is here to answer" in genie(deployed, "rm", "lost", ok=False).err
    assert "lost.yaml" in files(deployed)


def test_mv_says_what_cannot_be(deployed: Project) -> None:
    assert "is taken by" in genie(deployed, "mv", "fares", "drivers", ok=False).err
    assert "no spec is called 'nothing'" in genie(deployed, "mv", "nothing", "x", ok=False).err
    assert "cannot be the name" in genie(deployed, "mv", "fares", "../fares", ok=False).err
    deployed.unchanged()


def test_a_named_space_of_a_file_with_several_keeps_its_file(
    new_project: Callable[..., Project], tmp_path: Path
) -> None:
    project = new_project()
    several = "spaces:\n  # the first\n  - name: one\n    title: One\n  - name: two\n    title: Two\n"
    project.write("both", several)
    genie(project, "up", "--yes", "--skip-preview")

    genie(project, "mv", "one", "uno")

    assert (project.folder / "spaces" / "both.yaml").read_text() == several.replace("name: one", "name: uno")
    shown = project.preview().text
    assert "1 to update" in shown and "create" not in shown and "delete" not in shown
