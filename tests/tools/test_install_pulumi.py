"""Which CLI is taken on which machine, and what a person reads when there is none."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import install_pulumi, pulumi_from_go
from tools.install_pulumi import find_cli, is_new_enough, main, own_cli, parse_version

PulumiIn = Callable[..., Path]
Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("v3.216.0\n", (3, 216, 0)),
        ("3.9.10", (3, 9, 10)),
        ("v3.258.0-dev.0+abc", (3, 258, 0)),
        ("pulumi", None),
        ("", None),
    ],
)
def test_versions_are_read_as_pulumi_prints_them(text: str, version: tuple[int, int, int] | None) -> None:
    assert parse_version(text) == version


@pytest.mark.parametrize("text", ["3.216.0", "3.216.1", "3.1000.0"])
def test_these_versions_will_do(text: str) -> None:
    assert is_new_enough(text)


@pytest.mark.parametrize("text", ["3.215.9", "3.99.0", "3.0.0-dev", "4.0.0", "2.300.0", "none"])
def test_these_versions_will_not_do(text: str) -> None:
    assert not is_new_enough(text)


def test_a_new_pulumi_on_path_is_used_as_it_is(
    project: Path, bare_machine: Path, pulumi_in: PulumiIn, monkeypatch: Patch, capsys: Capture
) -> None:
    folder = pulumi_in("new", "v3.300.0")
    monkeypatch.setenv("PATH", str(folder))

    assert main(project) == 0

    assert f"Pulumi CLI 3.300.0 from PATH: {folder}" in capsys.readouterr().out
    assert not (project / ".tools").exists()


def test_an_old_pulumi_on_path_is_passed_over_for_a_newer_one(
    project: Path, bare_machine: Path, pulumi_in: PulumiIn
) -> None:
    path = os.pathsep.join([str(pulumi_in("old", "v3.100.0")), str(pulumi_in("new", "v3.300.0"))])

    cli = find_cli(project, {"PATH": path})

    assert cli is not None
    assert cli.version == "3.300.0"


def test_an_old_pulumi_on_path_alone_is_not_used(project: Path, pulumi_in: PulumiIn) -> None:
    assert find_cli(project, {"PATH": str(pulumi_in("old", "v3.100.0"))}) is None


def test_a_pulumi_without_its_language_host_is_not_used(project: Path, pulumi_in: PulumiIn) -> None:
    assert find_cli(project, {"PATH": str(pulumi_in("lone", "v3.300.0", host=False))}) is None


def test_a_link_to_pulumi_counts_with_the_folder_it_leads_to(
    project: Path, pulumi_in: PulumiIn, tmp_path: Path
) -> None:
    folder, links = pulumi_in("new", "v3.300.0"), tmp_path / "links"
    links.mkdir()
    (links / "pulumi").symlink_to(folder / "pulumi")

    cli = find_cli(project, {"PATH": str(links)})

    assert cli is not None
    assert cli.folder == folder


def test_pulumi_cli_wins_over_path(project: Path, pulumi_in: PulumiIn) -> None:
    chosen = pulumi_in("chosen", "v3.250.0")

    for value in (chosen, chosen / "pulumi"):
        cli = find_cli(project, {"PATH": str(pulumi_in(f"new-{value.name}", "v3.300.0")), "PULUMI_CLI": str(value)})
        assert cli is not None
        assert cli.folder == chosen


def test_a_pulumi_cli_that_will_not_do_is_an_error_and_nothing_else_is_taken(
    project: Path, bare_machine: Path, pulumi_in: PulumiIn, building: list[Path], monkeypatch: Patch, capsys: Capture
) -> None:
    monkeypatch.setenv("PULUMI_CLI", str(pulumi_in("old", "v3.100.0")))

    assert main(project) == 1

    assert "is 3.100.0; this project needs 3.216.0 or a later 3" in capsys.readouterr().err
    assert not building


def test_without_anything_there_is_one_message_with_what_to_install(
    project: Path, bare_machine: Path, capsys: Capture
) -> None:
    assert main(project) == 1

    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines() == [
        "The Pulumi CLI could not be put in place:",
        "  PATH: no pulumi there",
        "  the official installer: its site cannot be reached from here",
        "  Go modules: go is not installed",
        f"Install Pulumi 3.216 or newer ({install_pulumi.INSTALL_PAGE}), "
        f"or Go {pulumi_from_go.needed_go()} or newer, and run make again.",
    ]


def test_a_build_that_fails_leaves_nothing_and_says_why(
    project: Path, machine_with_go: None, failing_build: None, capsys: Capture
) -> None:
    assert main(project) == 1

    assert "Go modules: go: module not found" in capsys.readouterr().err
    assert [left.name for left in (project / ".tools").iterdir()] == ["pulumi.lock"]


def test_what_was_built_once_is_used_without_a_word_and_without_a_process(
    project: Path, machine_with_go: None, building: list[Path], monkeypatch: Patch, capsys: Capture
) -> None:
    assert main(project) == 0
    assert "Pulumi CLI 3.258.0 from Go modules" in capsys.readouterr().out
    monkeypatch.setattr(install_pulumi.subprocess, "run", lambda *_, **__: pytest.fail("a process was started"))

    begin = time.perf_counter()
    assert main(project) == 0

    assert time.perf_counter() - begin < 0.1
    assert capsys.readouterr().out == ""
    assert len(building) == 1


def test_other_pins_mean_another_build_in_the_place_of_the_old_one(
    project: Path, machine_with_go: None, building: list[Path]
) -> None:
    assert main(project) == 0
    requirements = project / "requirements.txt"
    requirements.write_text(requirements.read_text().replace("pulumi==", "pulumi==9"))

    assert own_cli(project) is None
    assert main(project) == 0

    assert len(building) == 2
    assert own_cli(project) is not None
    assert sorted(left.name for left in (project / ".tools").iterdir()) == ["pulumi", "pulumi.lock"]


@pytest.mark.parametrize("stamp", ["", "{", "[]", "null", '{"version": "3.258.0"}'])
def test_a_spoilt_stamp_means_another_build(
    project: Path, machine_with_go: None, building: list[Path], stamp: str
) -> None:
    assert main(project) == 0
    (project / ".tools" / "pulumi" / "stamp.json").write_text(stamp)

    assert own_cli(project) is None
    assert main(project) == 0
    assert own_cli(project) is not None


def test_a_missing_executable_means_another_build(project: Path, machine_with_go: None, building: list[Path]) -> None:
    assert main(project) == 0
    (project / ".tools" / "pulumi" / "bin" / "pulumi-language-python").unlink()

    assert own_cli(project) is None


def test_a_killed_build_is_swept_up_by_the_next(project: Path, machine_with_go: None, building: list[Path]) -> None:
    (project / ".tools" / "pulumi-new-killed" / "bin").mkdir(parents=True)

    assert main(project) == 0

    assert sorted(left.name for left in (project / ".tools").iterdir()) == ["pulumi", "pulumi.lock"]


def test_the_projects_own_cli_on_path_is_known_by_its_stamp(
    project: Path, machine_with_go: None, building: list[Path]
) -> None:
    assert main(project) == 0

    cli = find_cli(project, {"PATH": str(project / ".tools" / "pulumi" / "bin")})

    assert cli is not None
    assert cli.source == "Go modules"


def test_the_stamp_says_what_was_installed(project: Path, machine_with_go: None, building: list[Path]) -> None:
    assert main(project) == 0

    stamp = json.loads((project / ".tools" / "pulumi" / "stamp.json").read_text())

    assert stamp == {"version": "3.258.0", "source": "Go modules", "pins": install_pulumi.pins(project)}


def test_every_go_module_is_pinned_with_a_checksum() -> None:
    for part in (pulumi_from_go.CLI, pulumi_from_go.LANGUAGE):
        assert is_new_enough(part.version) or part is pulumi_from_go.LANGUAGE
        assert f"{part.module} v{part.version} h1:" in (part.folder / "go.sum").read_text()


_INSTALLS = """\
import pathlib, sys
folder = pathlib.Path(sys.argv[1]) / "bin"
folder.mkdir()
for name in ("pulumi", "pulumi-language-python"):
    (folder / name).write_text("#!/bin/sh\\necho v3.272.0\\n")
    (folder / name).chmod(0o755)
"""


def test_the_official_installer_comes_before_a_build(
    project: Path, machine_with_go: None, building: list[Path], monkeypatch: Patch
) -> None:
    monkeypatch.setattr(install_pulumi, "_REACH", "pass")
    monkeypatch.setattr(install_pulumi, "_INSTALL", _INSTALLS)

    assert main(project) == 0

    cli = own_cli(project)
    assert cli is not None
    assert (cli.version, cli.source) == ("3.272.0", "the official installer")
    assert not building


def test_an_installer_that_breaks_down_is_followed_by_a_build(
    project: Path, machine_with_go: None, building: list[Path], monkeypatch: Patch, capsys: Capture
) -> None:
    monkeypatch.setattr(install_pulumi, "_REACH", "pass")
    monkeypatch.setattr(install_pulumi, "_INSTALL", "raise SystemExit('the download broke off')")

    assert main(project) == 0

    assert "The official installer did not work: the download broke off" in capsys.readouterr().out
    assert len(building) == 1
