"""The one rule for the stack: what Pulumi itself would take."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from genie_provider.config.stack_choice import choose, selected
from genie_provider.errors import SettingsError


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: sales\nruntime: python\n")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home" / "workspaces").mkdir(parents=True)
    return tmp_path / "home"


def select(home: Path, project: Path, told: object) -> dict[str, str]:
    """The environment after `pulumi stack select`."""
    digest = hashlib.sha1(str(project / "Pulumi.yaml").encode()).hexdigest()
    (home / "workspaces" / f"sales-{digest}-workspace.json").write_text(json.dumps(told))
    return {"PULUMI_HOME": str(home)}


def stacks(project: Path, *names: str) -> None:
    for name in names:
        (project / f"Pulumi.{name}.yaml").write_text("config: {}\n")


def test_what_is_asked_for_comes_first(project: Path) -> None:
    assert choose(project, "prod", {"PULUMI_STACK": "dev"}).stack == "prod"


def test_pulumi_stack_wins_over_the_selected_one_as_it_does_for_pulumi(project: Path, home: Path) -> None:
    env = select(home, project, {"stack": "dev"})

    assert choose(project, None, env).reason == "selected"
    assert choose(project, None, env | {"PULUMI_STACK": "prod"}).stack == "prod"


def test_the_selected_one_is_that_of_the_backend_at_hand(project: Path, home: Path) -> None:
    told = {"stacks": {"file:///a": "organization/sales/dev", "https://api.pulumi.com": "acme/sales/prod"}}
    env = select(home, project, told)

    assert choose(project, None, env | {"PULUMI_BACKEND_URL": "file:///a"}).qualified == "dev"
    assert choose(project, None, env | {"PULUMI_BACKEND_URL": "https://api.pulumi.com"}).qualified == "acme/sales/prod"
    assert selected(project, env | {"PULUMI_BACKEND_URL": "s3://other"}) == ""


def test_the_log_in_says_which_backend_it_is(project: Path, home: Path) -> None:
    env = select(home, project, {"stacks": {"file:///a": "organization/sales/dev", "s3://b": "organization/sales/x"}})
    (home / "credentials.json").write_text(json.dumps({"current": "s3://b"}))

    assert choose(project, None, env).stack == "x"


def test_the_only_one_needs_no_word(project: Path) -> None:
    stacks(project, "staging")

    assert choose(project, None, {"PULUMI_HOME": "/nowhere"}).stack == "staging"


def test_several_and_nothing_that_says_which_is_an_error_that_names_them(project: Path) -> None:
    stacks(project, "dev", "prod")

    with pytest.raises(SettingsError, match=r"dev, prod.*--stack dev.*pulumi stack select"):
        choose(project, None, {"PULUMI_HOME": "/nowhere"})


def test_a_spoilt_selection_is_none(project: Path, home: Path) -> None:
    stacks(project, "dev")
    env = select(home, project, ["no map"])

    assert choose(project, None, env).reason == "the only one"
