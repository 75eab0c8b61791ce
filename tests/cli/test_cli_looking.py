"""The commands that look: data on stdout in formats that parse, words on stderr, nothing changed."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from emulator.handle import Handle
from emulator.serving import running
from genie_provider.cli import main

TOKEN = "dapi0123456789abcdef0123456789abcdef"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Handle]:
    with running() as handle:
        yield handle


@pytest.fixture
def there(emulator: Handle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Handle:
    """A fresh workspace that the surroundings name, and a folder without a project."""
    emulator.control.reset()
    for name in list(os.environ):
        if name.startswith(("DATABRICKS_", "PULUMI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DATABRICKS_HOST", emulator.url)
    monkeypatch.setenv("DATABRICKS_TOKEN", TOKEN)
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(tmp_path / "profiles"))
    monkeypatch.chdir(tmp_path)
    return emulator


def ran(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> tuple[str, str]:
    """(stdout, stderr) of a command."""
    assert main(words) == code
    said = capsys.readouterr()
    assert TOKEN not in said.out + said.err
    return said.out, said.err


def test_every_space_of_every_page_is_listed(there: Handle, capsys: pytest.CaptureFixture[str]) -> None:
    ids = there.control.make_spaces(2500)

    out, err = ran(capsys, "list", "--output", "json")

    assert {row["space_id"] for row in json.loads(out)["items"]} == set(ids)
    assert "2500 spaces" in err


def test_csv_and_yaml_parse_whatever_the_titles(there: Handle, capsys: pytest.CaptureFixture[str]) -> None:
    titles = ['a "quoted", title', "yes", "- x: #", "🚕 売上", "=1+1"]
    for title in titles:
        there.control.make_space(title)

    rows = list(csv.DictReader(io.StringIO(ran(capsys, "list", "--output", "csv")[0])))
    values = yaml.safe_load(ran(capsys, "list", "--output", "yaml")[0])

    assert [row["title"] for row in rows] == titles
    assert [value["title"] for value in values] == titles


def test_codes_that_steer_a_terminal_are_written_out(there: Handle, capsys: pytest.CaptureFixture[str]) -> None:
    space_id = there.control.make_space("\x1b[31mred\x1b[0m \u202eback\u009b1m")

    for words in (("list",), ("list", "--output", "csv"), ("list", "--output", "json"), ("show", space_id)):
        out, err = ran(capsys, *words)
        assert not {"\x1b", "\u202e", "\u009b"} & set(out + err)
    assert "\\x1b[31mred" in ran(capsys, "list")[0]


def test_a_pattern_compares_with_titles_and_brackets_are_letters(
    there: Handle, capsys: pytest.CaptureFixture[str]
) -> None:
    for title in ("[dev] Sales", "d Sales", "Sales"):
        there.control.make_space(title)

    out, err = ran(capsys, "list", "[DEV]*", "--output", "json")

    assert [row["title"] for row in json.loads(out)["items"]] == ["[dev] Sales"]
    assert "1 of 3 spaces" in err


def test_a_space_is_shown_by_its_title_and_by_the_name_of_its_spec(
    there: Handle, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    space_id = there.control.make_space("[dev] Sales")
    (tmp_path / "Pulumi.yaml").write_text("name: genie\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text(f"config:\n  genie:host: {there.url}\n  genie:titlePrefix: '[dev] '\n")
    (tmp_path / "spaces").mkdir()
    (tmp_path / "spaces" / "shop.yaml").write_text("title: Sales\n")

    for word in ("[dev] Sales", "shop", space_id, "*sales"):
        out, _ = ran(capsys, "show", word, "--output", "json")
        assert json.loads(out)["space_id"] == space_id


def test_several_of_one_title_are_told_apart_by_their_ids(there: Handle, capsys: pytest.CaptureFixture[str]) -> None:
    ids = [there.control.make_space("Sales", parent_path=folder) for folder in ("/Shared", "/Users/you@example.com")]

    out, err = ran(capsys, "show", "Sales", code=1)

    assert out == ""
    assert all(space_id in err for space_id in ids)


def test_whoami_says_where_the_credentials_come_from(there: Handle, capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = ran(capsys, "whoami", "--output", "json")

    said = json.loads(out)
    assert said["workspace"] == there.url
    assert said["principal"] == f"user:{there.user}"
    assert said["credentials"] == "DATABRICKS_TOKEN of the environment"


def test_profiles_are_shown_without_secrets(there: Handle, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "profiles").write_text(
        f"[DEFAULT]\nhost = https://one.example.com\ntoken = {TOKEN}\n[two]\nhost = https://two.example.com\n"
        "auth_type = databricks-cli\n"
    )

    out, _ = ran(capsys, "profiles", "--output", "json")

    assert json.loads(out)["items"] == [
        {"name": "DEFAULT", "host": "https://one.example.com", "login": "pat", "default": True},
        {"name": "two", "host": "https://two.example.com", "login": "databricks-cli", "default": False},
    ]


def test_doctor_names_what_is_wrong_and_how_to_mend_it(
    there: Handle, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "Pulumi.yaml").write_text("name: genie\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text(f"config:\n  genie:host: {there.url}\n  genie:warehouse: Nowhere\n")
    (tmp_path / "spaces").mkdir()
    (tmp_path / "spaces" / "shop.yaml").write_text("title: Shop\ndata_sources: {tables: [no.such.table]}\n")

    out, err = ran(capsys, "doctor", "--output", "json", code=1)

    states = {finding["check"]: finding["state"] for finding in json.loads(out)["items"]}
    assert {"pulumi", "warehouse", "tables"} == {check for check, state in states.items() if state == "problem"}
    assert all(finding["remedy"] for finding in json.loads(out)["items"] if finding["state"] == "problem")
    assert "3 problems" in err


def test_doctor_without_a_workspace_says_how_to_log_in(
    there: Handle, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABRICKS_HOST")
    monkeypatch.delenv("DATABRICKS_TOKEN")

    out, _ = ran(capsys, "doctor", "--output", "json", code=1)

    (credentials,) = [finding for finding in json.loads(out)["items"] if finding["check"] == "credentials"]
    assert credentials["state"] == "problem"


def test_help_comes_at_once() -> None:
    def run() -> float:
        began = time.monotonic()
        subprocess.run([sys.executable, "-m", "genie_provider", "--help"], cwd=ROOT, check=True, capture_output=True)
        return time.monotonic() - began

    loaded = "import sys, genie_provider.cli as c; c.parser_of(['--help']); print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, check=True, capture_output=True, text=True)
    assert not {"pydantic", "yaml", "requests", "sqlglot", "databricks.sdk", "pulumi"} & set(modules.stdout.split())
    assert min(run() for _ in range(3)) < 1.0  # 0.1 s on a quiet machine
