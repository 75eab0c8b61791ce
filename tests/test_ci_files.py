"""The CI files are what the three systems take, by their own schemas, and ask for no more than they need."""

from __future__ import annotations

import importlib.resources
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

CI = Path(__file__).parent.parent / "templates" / "ci"
SCHEMAS = {"github": "github-workflows", "gitlab": "gitlab-ci", "azure": "azure-pipelines"}


def text(system: str) -> str:
    return (CI / f"{system}.yml").read_text("utf-8").replace("@STACK@", "prod")


@pytest.mark.parametrize("system", SCHEMAS)
def test_the_file_follows_the_systems_own_schema(system: str) -> None:
    """As the package check-jsonschema ships them. That of Azure Pipelines takes every scalar as a text."""
    vendored = importlib.resources.files("check_jsonschema") / "builtin_schemas" / "vendor" / f"{SCHEMAS[system]}.json"
    document = yaml.load(text(system), yaml.BaseLoader if system == "azure" else yaml.SafeLoader)
    if True in document:  # YAML 1.1 reads the key `on` so
        document["on"] = document.pop(True)

    jsonschema.validate(document, json.loads(vendored.read_text("utf-8")))


def test_a_wrong_file_does_not_follow_it() -> None:
    vendored = importlib.resources.files("check_jsonschema") / "builtin_schemas" / "vendor" / "github-workflows.json"

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"on": "push", "jobs": {"a": {"stepz": []}}}, json.loads(vendored.read_text("utf-8")))


def test_actions_are_pinned_by_digest() -> None:
    used = re.findall(r"uses: (\S+)(.*)", text("github"))

    assert used
    assert [name for name, tag in used if not (re.search(r"@[0-9a-f]{40}$", name) and re.match(r" # v\d", tag))] == []


def test_each_job_on_github_has_the_least_rights() -> None:
    document = yaml.safe_load(text("github"))
    rights: dict[str, Any] = {
        name: job.get("permissions", document["permissions"]) for name, job in document["jobs"].items()
    }

    assert rights == {
        "validate": {"contents": "read"},
        "preview": {"contents": "read", "pull-requests": "write"},
        "plan": {"contents": "read"},
        "deploy": {"contents": "read"},
        "drift": {"contents": "read", "issues": "write"},
    }
    assert "env" not in document["jobs"]["validate"]  # no secret reaches what a fork may change
    assert document["jobs"]["deploy"]["environment"] == "prod"


@pytest.mark.parametrize("system", SCHEMAS)
def test_nothing_of_a_pull_request_is_put_into_a_script(system: str) -> None:
    """A title or branch of somebody's choosing would be run as a command."""
    assert re.findall(r"\$\{\{\s*github\.(?:event|head_ref)[^}]*\}\}", text(system)) == []
    assert not re.search(r"SourceBranchName|CI_COMMIT_(?:TITLE|MESSAGE|REF_NAME)|head_ref", text(system))
