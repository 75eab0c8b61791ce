"""What people install: its requirements, its version, its extras."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from genie_provider import __version__
from genie_provider.files.formats import FORMATS

ROOT = Path(__file__).parents[1]

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return dict(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"])


def test_the_pinned_versions_lie_in_the_ranges_of_the_package(project: dict[str, Any]) -> None:
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    pinned = [Requirement(line) for line in lines if line and not line.startswith("#")]
    texts = [*project["dependencies"], *(text for extra in project["optional-dependencies"].values() for text in extra)]
    for wanted in map(Requirement, texts):
        if wanted.name == project["name"]:
            continue
        versions = [next(iter(pin.specifier)).version for pin in pinned if pin.name.lower() == wanted.name.lower()]
        assert versions, wanted
        assert all(wanted.specifier.contains(version) for version in versions), wanted


def test_every_extra_that_a_format_names_is_one(project: dict[str, Any]) -> None:
    assert {each.extra for each in FORMATS if each.extra} <= set(project["optional-dependencies"])


def test_the_changelog_speaks_of_this_version() -> None:
    versions = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

    assert versions[0] == __version__
