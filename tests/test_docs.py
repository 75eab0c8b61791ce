"""The guides: what they show works, what they name exists."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from genie_provider.cli import COMMANDS
from genie_provider.config import settings
from genie_provider.model.variables import Variables
from genie_provider.specs.loader import load

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
GUIDES = [README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "emulator" / "README.md"]

NAMES = [file.relative_to(ROOT).as_posix() for file in GUIDES]

_BLOCK = re.compile(r"^( *)```(.*)\n((?:.*\n)*?)\1```$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_COMMAND = re.compile(r"(?:python -m genie_provider|(?<![\w/.-])genie(?= [a-z-]))(?: ([^`\n]*))?")
_FLAG = re.compile(r"--[a-z][a-z-]*")


def blocks(file: Path, language: str) -> Iterator[tuple[int, str]]:
    """The code blocks of a guide that are marked so, with their line."""
    text = file.read_text("utf-8")
    for block in _BLOCK.finditer(text):
        if block[2].strip() == language:
            lines = [line.removeprefix(block[1]) for line in block[3].splitlines()]
            yield text.count("\n", 0, block.start()) + 1, "\n".join(lines) + "\n"


def marked(language: str) -> list[Any]:
    return [pytest.param(text, id=f"{file.name}:{line}") for file in GUIDES for line, text in blocks(file, language)]


def anchors(file: Path) -> set[str]:
    """The headings of a guide, as GitHub links to them."""
    heads = re.findall(r"^#+ (.+)$", _BLOCK.sub("", file.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def parsers() -> dict[str, argparse.ArgumentParser]:
    found = {}
    for name, (module, _) in COMMANDS.items():
        found[name] = argparse.ArgumentParser(prog=name, exit_on_error=False)
        import_module(f"genie_provider.cli.commands.{module}").add_arguments(found[name])
        found[name].add_argument("--quiet", action="store_true")  # as `cli` gives it to every command
    return found


PARSERS = parsers()
PASS_ON = {
    name
    for name, (module, _) in COMMANDS.items()
    if getattr(import_module(f"genie_provider.cli.commands.{module}"), "PASSES_ON", False)
}
"""Commands whose other flags are pulumi's."""


def commands(file: Path) -> list[str]:
    """Everything after `python -m genie_provider` in a guide, words of a program's output aside."""
    text = file.read_text("utf-8").replace("\\\n", " ")
    return [found[1].split(" #")[0].strip() for found in _COMMAND.finditer(text) if found[1]]


@pytest.mark.parametrize("text", marked("yaml spec"))
def test_a_spec_that_is_shown_loads(text: str, tmp_path: Path) -> None:
    file = tmp_path / "shown.yaml"
    file.write_text(text, "utf-8")

    assert [str(problem) for problem in load([file], Variables({"catalog": "samples"}, "dev")).errors] == []


@pytest.mark.parametrize("text", marked("yaml config"))
def test_a_configuration_that_is_shown_is_one(text: str) -> None:
    values = yaml.safe_load(text)["config"]

    settings.parse({key.removeprefix("genie:"): value for key, value in values.items()})


@pytest.mark.parametrize("text", marked("yaml"))
def test_other_yaml_that_is_shown_is_yaml(text: str) -> None:
    yaml.safe_load(text)


def test_the_program_that_is_shown_is_the_program() -> None:
    program = (ROOT / "__main__.py").read_text("utf-8")

    assert any(text.strip() in program for _, text in blocks(README, "python"))


@pytest.mark.parametrize("file", GUIDES, ids=NAMES)
def test_every_command_that_is_named_exists_with_its_flags(file: Path) -> None:
    for command in commands(file):
        name = command.split()[0]
        if name in ("COMMAND", "--help"):
            continue
        assert name in PARSERS, command
        known = PARSERS[name].format_help()
        assert name in PASS_ON or [flag for flag in _FLAG.findall(command) if flag not in known] == [], command


@pytest.mark.parametrize("file", GUIDES, ids=NAMES)
def test_every_command_line_in_a_block_can_be_given(file: Path) -> None:
    for _, text in blocks(file, "sh"):
        for command in _COMMAND.findall(text.replace("\\\n", " ")):
            name, *arguments = shlex.split(command, comments=True)
            (PARSERS[name].parse_known_args if name in PASS_ON else PARSERS[name].parse_args)(arguments)


def test_the_table_of_commands_is_complete() -> None:
    table = (ROOT / "docs" / "commands.md").read_text("utf-8")
    rows = [row.split("|")[1] for row in re.sub(r"\\\|", "/", table).splitlines() if row.startswith("| `")]
    shown = {re.match(r"[a-z]+", part)[0]: part for row in rows for part in re.findall(r"`([^`]+)`", row)}  # type: ignore[index]

    assert set(shown) == set(COMMANDS)
    for name, part in shown.items():
        known = PARSERS[name].format_help()
        assert [flag for flag in _FLAG.findall(part) if flag not in known] == [], name


def test_the_table_of_settings_is_complete_and_tells_the_defaults() -> None:
    rows = re.findall(r"^\| `(\w+)` \|([^|]*)\|", section(README, "Settings"), re.MULTILINE)
    shown = dict(rows)

    assert set(shown) == set(settings.KEYS)
    for key, default in shown.items():
        assert default.strip() in ("", "your home folder") or default.strip() == f"`{default_of(key)}`", key
        assert default.strip() or not default_of(key), key


def default_of(key: str) -> str:
    value = getattr(settings.Settings(), settings.KEYS[key].name)
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value or "")


@pytest.mark.parametrize("file", GUIDES, ids=NAMES)
def test_every_relative_link_leads_somewhere(file: Path) -> None:
    for link in _LINK.findall(_BLOCK.sub("", file.read_text("utf-8"))):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (file.parent / path).resolve() if path else file
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("file", GUIDES, ids=NAMES)
def test_every_make_target_that_is_named_exists(file: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))

    assert set(re.findall(r"`(?:\w+=\w+ )?make ([a-z-]+)`", file.read_text("utf-8"))) <= targets


def section(file: Path, title: str) -> str:
    """The part of a guide under one heading."""
    return re.split(r"^## ", file.read_text("utf-8").split(f"\n## {title}\n", 1)[1], flags=re.MULTILINE)[0]
