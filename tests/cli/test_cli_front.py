"""What all commands share: exit codes, words and data, no traceback, completion, schemas, help."""

from __future__ import annotations

import argparse
import errno
import io
import json
import os
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from emulator.serving import running
from genie_provider import __version__
from genie_provider.cli import COMMANDS, main, output, parser_of, progress, schemas
from genie_provider.cli.commands.everyday import list_
from genie_provider.progress import counted, told_to

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two specs; nothing to connect to."""
    for name in list(os.environ):
        if name.startswith(("DATABRICKS_", "PULUMI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    (tmp_path / "Pulumi.yaml").write_text("name: sales\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text(
        "config:\n  genie:host: http://127.0.0.1:9\n  genie:tags: {by: '${name}'}\n"
    )
    (tmp_path / "spaces" / "deep").mkdir(parents=True)
    (tmp_path / "spaces" / "orders.yaml").write_text("title: Orders\n")
    (tmp_path / "spaces" / "deep" / "customers.yaml").write_text("title: Customers\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_command_has_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    for name in COMMANDS:
        with pytest.raises(SystemExit) as ended:
            main([name, "--help"])
        assert ended.value.code == 0
        assert "--quiet" in capsys.readouterr().out, name


def test_usage_is_2_and_names_what_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["list", "--bogus"])

    assert ended.value.code == 2
    assert "does not know --bogus" in capsys.readouterr().err
    assert main([]) == 2


def test_what_cannot_be_asked_is_3(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 3
    assert "127.0.0.1:9" in capsys.readouterr().err


def test_the_stack_is_told_and_quiet_leaves_it_out(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cat", "orders"]) == 0
    assert "stack dev (the only one), http://127.0.0.1:9" in capsys.readouterr().err

    assert main(["cat", "orders", "--quiet"]) == 0
    assert capsys.readouterr().err == ""


def test_commands_work_below_the_project(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project / "spaces" / "deep")

    assert main(["cat", "orders"]) == 0
    assert "title: Orders" in capsys.readouterr().out


def test_cat_fills_in_what_the_stack_gives(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cat", "o*", "--output", "json"]) == 0

    told = json.loads(capsys.readouterr().out)
    jsonschema.validate(told, schemas.read(told["schema"]))
    assert told["items"] == [{"name": "orders", "spec": {"title": "Orders", "tags": {"by": "orders"}}}]


def test_a_disk_that_is_full_is_no_traceback(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(file: Path, *_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(file))

    monkeypatch.setattr(Path, "write_text", full)

    assert main(["new", "mine", "--like", "orders"]) == 1
    said = capsys.readouterr().err
    assert "No space left on device" in said and "mine.yaml" in said
    assert "Traceback" not in said


def test_a_folder_that_cannot_be_written_is_no_traceback(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "file").write_text("")

    assert main(["init", "file/below", "--yes"]) == 1
    assert "file" in capsys.readouterr().err


def test_an_error_of_the_tool_says_so_and_hides_codes(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(arguments: argparse.Namespace) -> int:
        raise ValueError("a bug \x1b[31m")

    monkeypatch.setattr(list_, "run", broken)

    assert main(["list"]) == 1
    said = capsys.readouterr().err
    assert "list: an error of this tool: ValueError: a bug \\x1b[31m" in said
    assert "Traceback" not in said
    monkeypatch.setenv("GENIE_TRACEBACK", "1")
    with pytest.raises(ValueError):
        main(["list"])


def test_a_passphrase_that_is_missing_says_what_to_export(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "Pulumi.dev.yaml").write_text(
        "config:\n  genie:host: https://adb-1.2.azuredatabricks.net\nencryptionsalt: v1:x\n"
    )

    assert main(["status"]) == 1
    assert "export PULUMI_CONFIG_PASSPHRASE" in capsys.readouterr().err


def test_versions_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0

    said = capsys.readouterr().out
    assert f"genie-spaces     {__version__}" in said
    assert all(word in said for word in ("host", "pulumi", "databricks-sdk", "Python"))


# ── output ──────────────────────────────────────────────────────────────────────────────────


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


ROWS = [{"name": "orders", "state": "in sync", "url": "https://example.com/genie/rooms/" + "0" * 32}]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    stream = Terminal()
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return stream


def test_a_table_fits_the_terminal_and_has_colour(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", terminal)
    output.print_rows(ROWS, ("name", "state", "url"), "table", "status/1", styles={"in sync": "green"})

    shown = re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\", "", terminal.getvalue())
    assert "\x1b[32m" in terminal.getvalue()
    assert max(map(len, shown.splitlines())) <= 60
    assert ROWS[0]["url"] in terminal.getvalue() and ROWS[0]["url"] not in shown  # a link behind the name


def test_no_color_is_heard(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys, "stdout", terminal)

    output.print_rows(ROWS, ("name", "state", "url"), "table", "status/1", styles={"in sync": "green"})

    assert "\x1b[3" not in terminal.getvalue()
    assert ROWS[0]["url"] in "".join(terminal.getvalue().split())


def test_in_a_pipe_a_line_is_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_rows(ROWS, ("name", "state", "url"), "table", "status/1", styles={"in sync": "green"})

    assert len(capsys.readouterr().out.splitlines()) == 2


def test_every_command_with_json_has_a_schema() -> None:
    missing = []
    for name, (module, _) in COMMANDS.items():
        parser = argparse.ArgumentParser()
        import_module(f"genie_provider.cli.commands.{module}").add_arguments(parser)
        choices = getattr(parser._option_string_actions.get("--output"), "choices", None) or ()
        if "json" in choices and name not in ("export", *schemas.names()):
            missing.append(name)
    assert missing == []


def test_every_schema_is_one_and_says_its_name() -> None:
    for file in schemas.names().values():
        schema = json.loads(file.read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schemas.read(schema["properties"]["schema"]["const"]) == schema


def test_the_schema_of_a_command_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "status"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "genie/status/1"


# ── help and completion ─────────────────────────────────────────────────────────────────────


def test_help_has_the_pages_of_the_guide(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help"]) == 0
    assert "spec" in capsys.readouterr().out
    assert main(["help", "spec"]) == 0
    assert capsys.readouterr().out == (ROOT / "docs" / "spec.md").read_text()
    assert main(["help", "nothing"]) == 1


def test_the_overview_has_every_command() -> None:
    text = parser_of(["--help"]).format_help()

    assert [name for name in COMMANDS if f"\n  {name} " not in text] == []


@pytest.fixture
def genie(project: Path) -> dict[str, str]:
    """An environment with `genie` on PATH."""
    bin_folder = project / "bin"
    bin_folder.mkdir()
    script = bin_folder / "genie"
    script.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from genie_provider.__main__ import run\nsys.exit(run())\n"
    )
    script.chmod(0o755)
    return {**os.environ, "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"}


_ASK = {
    "bash": """eval "$(genie completion bash)"
        COMP_LINE={line!r}; COMP_POINT=${{#COMP_LINE}}; COMP_WORDS=($COMP_LINE); COMP_TYPE=9
        [ "${{COMP_LINE: -1}}" = " " ] && COMP_WORDS+=("")
        COMP_CWORD=$((${{#COMP_WORDS[@]}}-1))
        compopt() {{ :; }}; _python_argcomplete genie "" ""; printf '%s\\n' "${{COMPREPLY[@]}}" """,
    "zsh": """autoload -Uz compinit && compinit -D -u
        eval "$(genie completion zsh)"
        _describe() {{ print -l "${{(@P)2}}" }}
        words=(genie); BUFFER={line!r}; CURSOR=${{#BUFFER}}
        _python_argcomplete genie""",
    "fish": "genie completion fish | source; complete --do-complete={line!r}",
}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_commands_names_and_stacks(shell: str, genie: dict[str, str], project: Path) -> None:
    if not shutil.which(shell):
        pytest.skip(f"no {shell} here")

    def completed(line: str) -> set[str]:
        asked = subprocess.run(
            [shell, *(["-f"] if shell == "zsh" else []), "-c", _ASK[shell].format(line=line)],
            env=genie,
            cwd=project,
            capture_output=True,
            text=True,
        )
        return {text.split("\t")[0].split(":")[0].strip() for text in asked.stdout.splitlines()} - {""}

    assert {"status", "drift", "up"} <= completed("genie ")
    assert {"orders", "customers"} <= completed("genie status ")
    assert "dev" in completed("genie status --stack ")


def test_completion_says_nothing_where_settings_are_half_written(genie: dict[str, str], project: Path) -> None:
    (project / "Pulumi.dev.yaml").write_text("config: [")
    env: dict[str, Any] = {**genie, "_ARGCOMPLETE": "1", "COMP_LINE": "genie status ", "COMP_POINT": "13", "IFS": "\n"}
    read_end, write_end = os.pipe()

    command = f"exec 8>&{write_end} 9>/dev/null; exec genie"
    done = subprocess.run(["bash", "-c", command], env=env, cwd=project, pass_fds=[write_end], capture_output=True)
    os.close(write_end)

    with os.fdopen(read_end) as told:
        assert "orders" in told.read()
    assert done.stderr == b""


# ── progress ────────────────────────────────────────────────────────────────────────────────


def test_what_takes_long_tells_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    times = iter([0.0, 0.0, *(float(at * 10) for at in range(1, 4))])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(times))

    with progress.Progress() as shown, told_to(shown):
        assert list(counted("abc", 3, "spaces read")) == ["a", "b", "c"]

    assert capsys.readouterr().err == "spaces read: 2 of 3, about 10 s left\n"


def test_export_leaves_out_what_is_excluded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with running() as workspace:
        for title in ("Sales", "Sales copy", "Other"):
            workspace.control.make_space(title)
        monkeypatch.setenv("DATABRICKS_HOST", workspace.url)
        monkeypatch.chdir(tmp_path)

        assert main(["export", "*", "--exclude", "*COPY", "--exclude", "Other", "--to", "here"]) == 0

    assert capsys.readouterr().out == "here/sales.yaml\n"


def test_the_json_of_commands_is_valid_by_the_schema_it_names(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with running() as workspace:
        (project / "Pulumi.dev.yaml").write_text(f"config:\n  genie:host: {workspace.url}\n")
        space_id = workspace.control.make_space("Sales")
        (project / "spaces" / "broken.yaml").write_text("titel: x\n")
        lines = (
            ("list",),
            ("show", space_id),
            ("whoami",),
            ("profiles",),
            ("doctor",),
            ("upgrade", "--no-preview"),
            ("validate", "--format"),
        )
        for line in lines:
            main([*line, *([] if line[0] == "validate" else ["--output"]), "json"])
            told = json.loads(capsys.readouterr().out)
            assert told["schema"] == f"genie/{line[0]}/1"
            jsonschema.validate(told, schemas.read(told["schema"]))
