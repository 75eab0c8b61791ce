"""Every run is told by the history, and any version goes back into the spec and the workspace."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from engine_project import NO_PLAN, Project
from own_commands import genie
from specs import trips

import genie_provider
from emulator.handle import Handle

SCHEMAS = Path(genie_provider.__file__).parent / "cli" / "schemas"


def up(project: Project, message: str = "", *, ok: bool = True) -> None:
    genie(project, "up", *NO_PLAN, f"--message={message}", ok=ok)


def told(project: Project, *words: str) -> list[dict[str, Any]]:
    """What `genie history` prints as JSON, of its schema."""
    said = json.loads(genie(project, "history", *words, "--output", "json", "--limit", "0").out)
    name = said["schema"].split("/")[1]
    jsonschema.validate(said, json.loads((SCHEMAS / f"{name}-1.json").read_text()))
    return list(said["items"])


def describe(spec: Path, text: str) -> None:
    """Gives the one table another description."""
    document = yaml.safe_load(spec.read_text())
    document["data_sources"]["tables"][0]["description"] = text
    spec.write_text(yaml.safe_dump(document, sort_keys=False))


def test_ten_ups_three_edits_in_the_ui_and_two_restores_are_all_told(project: Project, workspace: Handle) -> None:
    """Plain `pulumi up` among them. Restoring version 4 makes the space what it was then."""
    spec = project.write("trips", trips(description="first"))
    project.write("old", trips("Old"))
    up(project, "one")
    space_id, bodies = project.space_id("trips"), {}
    for number in ("two", "three"):
        project.write("trips", trips(description=number))
        up(project, number)
    workspace.control.edit_in_ui(space_id, title="Rides")
    bodies[4] = workspace.control.space(space_id)  # the UI's edit is version 4
    up(project, "four, undoes the UI")
    workspace.control.edit_in_ui(space_id, instruction="Be brief.")
    genie(project, "pull")
    up(project, "five, keeps the UI's")
    project.remove("old")
    describe(spec, "by plain pulumi")
    project.up("--message=six")
    describe(spec, "by plain pulumi again")
    project.up("--message=seven")
    workspace.control.edit_in_ui(space_id, title="Journeys")
    up(project, "eight")

    genie(project, "restore", "trips@4")
    up(project, "nine, restored")
    restored = workspace.control.space(space_id)
    genie(project, "restore", "trips@7", "--entry", "tables")
    up(project, "ten, one entry restored")

    runs = told(project)
    assert [run["message"].split(",")[0] for run in runs] == (
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    )
    assert [run["command"] for run in runs] == ["up"] * 5 + ["pulumi update"] * 2 + ["up"] * 3
    assert [run["edited_in_ui"] for run in runs if run["edited_in_ui"]] == (
        [{"trips": ["title"]}, {"trips": ["instructions.content"]}, {"trips": ["title"]}]
    )
    assert [run["changed"] for run in runs][5] == ["trips 6→7", "old trashed"]
    shown = yaml.safe_load(genie(project, "show", "trips@3").out)
    assert (shown["title"], shown["data_sources"]["tables"][0]["description"]) == ("Trips", "three")
    differing = genie(project, "diff", "trips@3..4", ok=False).out
    assert differing == "title\n  - Trips\n  + Rides\n"
    assert "serialized_space" in restored
    for key in ("title", "description", "serialized_space", "warehouse_id", "parent_path"):
        assert restored.get(key) == bodies[4].get(key), key
    (table,) = workspace.control.body(space_id)["data_sources"]["tables"]
    assert table["description"] == ["by plain pulumi"]
    entries = told(project, "trips", "--entry", "instructions")
    assert [(each["version"], each["by"]) for each in entries][1:] == (
        [("trips@6", "the UI, seen by run 5"), ("trips@11", "up")]
    )
    project.unchanged()


def test_what_cannot_be_restored_is_named_and_nothing_is_written(project: Project, workspace: Handle) -> None:
    spec = project.write("trips", trips())
    project.write("old", trips("Old"))
    up(project)
    project.remove("old")
    other = yaml.safe_load(spec.read_text().replace("samples.nyctaxi.trips", "samples.nyctaxi.rides"))
    workspace.control.add_table("samples.nyctaxi.rides", {"fare_amount": "double", "trip_distance": "double"})
    project.write("trips", other)
    up(project)
    workspace.control.drop_table("samples.nyctaxi.rides")
    project.write("trips", trips())
    up(project)
    before = spec.read_text()

    for words, said in (
        (["trips@9"], "there is no trips@9; it has trips@1 to trips@3"),
        (["nobody@1"], "the history has no such space"),
        (["trips@2"], "not in the workspace any more, or hidden from us: samples.nyctaxi.rides"),
        (["trips@1", "--entry", "nothing"], "has an entry 'nothing'"),
        (["old@1"], "no spec holds 'old' any more; --new-file"),
        (["old@2", "--new-file"], "its going to the trash; old@1 is what it was before"),
        (["trips"], "is not one version"),
    ):
        assert said in genie(project, "restore", *words, ok=False).text

    assert spec.read_text() == before
    assert "Workspace, Trash" in genie(project, "restore", "old", "--from-trash").out
    genie(project, "restore", "old@1", "--new-file")
    up(project)
    project.unchanged()

    file = next((project.folder / "state" / ".genie").rglob("000002.json"))
    file.write_bytes(file.read_bytes().replace(b'"succeeded"', b'"failed"'))
    broken = genie(project, "history", ok=False).text
    assert "record 2 is not what record 3 was written after" in broken
    assert "nothing was written" in genie(project, "restore", "trips@1", ok=False).text
    assert "not written into the history" in genie(project, "up", *NO_PLAN).text


def test_the_commit_and_the_person_are_told(project: Project) -> None:
    project.write("trips", trips())
    git = ["git", "-c", "user.name=Ana", "-c", "user.email=ana@example.com", "-C", str(project.folder)]
    for words in (["init", "-q", "-b", "main"], ["add", "spaces", "Pulumi.yaml"], ["commit", "-qm", "first"]):
        subprocess.run([*git, *words], check=True)
    ignored = (
        "genie_provider\n.venv\nstate\nhome*\nstock\n__pycache__\n__main__.py\nPulumi.dev.yaml\n.gitignore\n.genie\n"
    )
    (project.folder / ".gitignore").write_text(ignored)
    project.env |= {"GITHUB_ACTIONS": "true", "GITHUB_ACTOR": "ana", "GITHUB_RUN_ID": "7"}
    up(project)
    project.write("trips", trips(description="Dirty"))
    up(project)

    clean, dirty = told(project)
    assert (clean["who"], clean["branch"], clean["dirty"], dirty["dirty"]) == ("ana", "main", False, True)
    assert len(clean["commit"]) == 40
    assert clean["job"].endswith("/actions/runs/7")
