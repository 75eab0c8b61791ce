"""A project of one's own: what `genie init` writes, what `pulumi new` takes, what `genie upgrade` mends."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import yaml

from genie_provider import __version__
from genie_provider.config import stackfile
from genie_provider.errors import GenieError
from genie_provider.workflows.new_project import HOST, Answers, begin, default_name, fit, host_script, template_folder

ROOT = Path(__file__).parents[2]
ANSWERS = Answers("sales", host="http://127.0.0.1:1", warehouse="Analytics", stacks=("dev", "prod"), schema="{}\n")


def states(project: Path, *, schema: str = "{}\n", mend: bool = False) -> dict[str, str]:
    (project / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
    (project / ".venv" / "bin" / "python").touch()
    return {one.what: one.state for one in fit(project, schema, mend=mend)}


def test_a_project_differs_from_this_repository_in_its_name_and_the_path_of_the_host(tmp_path: Path) -> None:
    begin(tmp_path, ANSWERS)

    ours = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
    theirs = yaml.safe_load((tmp_path / "Pulumi.yaml").read_text())

    assert theirs["plugins"]["providers"][0].pop("path") == ".genie/host"
    assert ours["plugins"]["providers"][0].pop("path") == "genie_provider/plugin"
    assert theirs.pop("name") == "sales"
    assert theirs == {key: value for key, value in ours.items() if key != "name"}


def test_every_stack_has_settings_that_can_be_read(tmp_path: Path) -> None:
    begin(tmp_path, ANSWERS)

    dev, prod = (stackfile.stack_settings(tmp_path, stack) for stack in ("dev", "prod"))

    assert (dev.host, dev.warehouse, dev.protect, dev.ui_edits) == ("http://127.0.0.1:1", "Analytics", False, "undo")
    assert (prod.protect, prod.ui_edits) == (True, "stop")


def test_nothing_that_is_there_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine\n")

    written = {one.file.name: one.is_new for one in begin(tmp_path, ANSWERS)}

    assert (tmp_path / "README.md").read_text() == "mine\n"
    assert (written["README.md"], written["Pulumi.yaml"]) == (False, True)
    with pytest.raises(GenieError, match="there already"):
        begin(tmp_path, ANSWERS)


@pytest.mark.parametrize("ci", ["github", "gitlab", "azure"])
def test_a_pipeline_is_yaml_and_names_the_last_stack(tmp_path: Path, ci: str) -> None:
    files = {one.file for one in begin(tmp_path, Answers("sales", host="https://x.example", stacks=("a", "b"), ci=ci))}  # type: ignore[arg-type]

    (pipeline,) = [file for file in files if "PULUMI_STACK" in file.read_text()]

    assert yaml.safe_load(pipeline.read_text())
    text = pipeline.read_text()
    assert re.search(r"(?:STACK: b|PULUMI_STACK, value: b|name: PULUMI_STACK\n\s+value: b)\b", text)


@pytest.mark.parametrize("name", ["", "../up", "a b", "a/b"])
def test_a_name_that_pulumi_does_not_take_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(GenieError):
        begin(tmp_path, Answers(name))

    assert list(tmp_path.iterdir()) == []


def test_nobodys_project_is_called_as_everybodys(tmp_path: Path) -> None:
    assert default_name(tmp_path / "genie") == "genie-spaces"
    assert default_name(tmp_path / "Team Sales!") == "Team-Sales"


def test_the_templates_host_is_this_versions() -> None:
    template = template_folder() / "genie-spaces" / HOST

    assert template.read_bytes() == host_script().read_bytes()
    assert os.access(template, os.X_OK)


def test_the_templates_requirement_takes_this_version(tmp_path: Path) -> None:
    begin(tmp_path, ANSWERS)

    assert set(states(tmp_path).values()) == {"ok"}


def test_an_older_host_is_told_and_mended(tmp_path: Path) -> None:
    begin(tmp_path, ANSWERS)
    (tmp_path / HOST).write_text("#!/bin/sh\n")

    assert states(tmp_path)[HOST] == "stale"
    assert states(tmp_path, mend=True)[HOST] == "mended"
    assert set(states(tmp_path).values()) == {"ok"}


def test_a_host_that_lost_its_mode_is_mended(tmp_path: Path) -> None:
    begin(tmp_path, ANSWERS)
    (tmp_path / HOST).chmod(0o644)

    assert states(tmp_path)[HOST] == "stale"
    assert states(tmp_path, mend=True)[HOST] == "mended"
    assert os.access(tmp_path / HOST, os.X_OK)


def test_what_only_people_can_mend_says_what_to_write(tmp_path: Path) -> None:
    begin(tmp_path, ANSWERS)
    (tmp_path / "requirements.txt").write_text("genie-spaces==0.0.1\n")
    (tmp_path / "Pulumi.yaml").write_text("name: sales\nruntime: python\n")

    problems = {one.what: one.remedy for one in fit(tmp_path, "{}\n", mend=True) if one.state == "problem"}

    assert ".genie/host" in problems["Pulumi.yaml"]
    assert __version__.rpartition(".")[0] in problems["requirements.txt"]
