"""The steps of the CI files, run one by one in order: a pull request, the merge, the approval, two drift nights."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from code_host import CodeHost, code_host
from engine_project import NO_PLAN, ROOT, TOKEN, Project
from own_commands import genie
from specs import TRIPS, trips

from emulator.handle import Handle

QUESTION = "How many trips are there?"
DATABASE = {"question": QUESTION, "expected_sql": f"SELECT count(*) FROM {TRIPS}"}
LISTS = {"github": ("comments", "issues"), "gitlab": ("notes", "issues"), "azure": ("threads", "workitems")}


@pytest.fixture
def host() -> Iterator[CodeHost]:
    with code_host() as made:
        yield made


def environment(system: str, host: CodeHost) -> dict[str, str]:
    """What the system sets in a job for pull request 17."""
    return {
        "github": {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": host.url,
            "GITHUB_REPOSITORY": "acme/genie",
            "GITHUB_REF": "refs/pull/17/merge",
            "GITHUB_TOKEN": "ghs_secret-of-the-job",
            "GITHUB_STEP_SUMMARY": "summary.md",
        },
        "gitlab": {
            "GITLAB_CI": "true",
            "CI_API_V4_URL": host.url,
            "CI_PROJECT_ID": "7",
            "CI_MERGE_REQUEST_IID": "17",
            "GITLAB_TOKEN": "glpat-secret-of-the-job",
        },
        "azure": {
            "TF_BUILD": "True",
            "SYSTEM_COLLECTIONURI": f"{host.url}/acme/",
            "SYSTEM_TEAMPROJECT": "Data",
            "BUILD_REPOSITORY_ID": "r1",
            "SYSTEM_PULLREQUEST_PULLREQUESTID": "17",
            "SYSTEM_ACCESSTOKEN": "secret-of-the-job",
        },
    }[system]


def steps(system: str, job: str) -> list[dict[str, Any]]:
    """The scripts of one job, as {"run": text, "allowed_to_fail": …}, without the one that sets the machine up."""
    document = yaml.safe_load((ROOT / "templates" / "ci" / f"{system}.yml").read_text().replace("@STACK@", "dev"))
    if system == "github":
        found = [each for each in document["jobs"][job]["steps"] if "run" in each and each["name"] != "Gate"]
    elif system == "gitlab":
        found = [{"run": "\n".join(document[job]["script"])}]
    else:
        (held,) = next(each for each in document["stages"] if each["stage"] == job)["jobs"]
        scripts = held["steps"] if "steps" in held else held["strategy"]["runOnce"]["deploy"]["steps"]
        found = [{"run": each["script"]} for each in scripts if "script" in each]
    return [each for each in found if "get.pulumi.com" not in each["run"]]


def run(project: Project, system: str, job: str, env: dict[str, str]) -> str:
    """One job; every step has to succeed."""
    shims = project.folder / "shims"
    shims.mkdir(exist_ok=True)
    (shims / "genie").write_text(f'#!/bin/sh\nexec {sys.executable} -m genie_provider "$@"\n')
    (shims / "genie").chmod(0o755)
    path = f"{shims}:{project.env['PATH']}"
    told = ""
    for step in steps(system, job):
        script = step["run"].replace("$(Pipeline.Workspace)/plan/", "")
        assert not re.search(r"\$\([A-Z]\w+\.?\w*\)|\$\{\{", script), script
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script],
            cwd=project.folder,
            env={**project.env, **env, "PATH": path, "PULUMI_STACK": "dev"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        told += done.stdout + done.stderr
        assert done.returncode == 0, f"{job}: {script}\n{done.stdout}\n{done.stderr}"
    assert "secret-of-the-job" not in told
    assert TOKEN not in told
    return told


LONG = pytest.mark.skipif(
    not os.environ.get("GENIE_LONG_TESTS"), reason="minutes for each system; GENIE_LONG_TESTS=1 runs all three"
)


@pytest.mark.parametrize("system", ["github", *(pytest.param(system, marks=LONG) for system in ("gitlab", "azure"))])
def test_a_pull_request_a_merge_and_two_nights(
    project: Project, workspace: Handle, host: CodeHost, system: str
) -> None:
    comments, issues = LISTS[system]
    env = environment(system, host)
    workspace.control.set_settings(eval_verdicts={QUESTION: "GOOD"})
    project.write("trips", trips(benchmarks=[DATABASE]))
    genie(project, "up", *NO_PLAN)

    # the pull request: checked, evaluated as a candidate, told
    project.write("trips", trips("@channel <img onerror>", benchmarks=[DATABASE]))
    run(project, system, "validate", env)
    run(project, system, "preview", env)
    comment = host.text(comments)
    assert "1 space changes" in comment
    assert "+ @channel <img onerror>" in comment
    assert "1 of 1" in comment
    assert [space["title"] for space in workspace.control.spaces()] == ["Trips"]

    # the merge: planned again; then somebody approves, and exactly that is carried out
    run(project, system, "plan", env)
    plan = json.loads((project.folder / "plan.json").read_text())
    assert len(plan["resourcePlans"]) == 3
    run(project, system, "deploy", env)
    assert [space["title"] for space in workspace.control.spaces()] == ["@channel <img onerror>"]

    # a night with an edit in the UI opens one issue, the next night without closes it
    workspace.control.edit_in_ui(project.space_id("trips"), title="Edited at night")
    run(project, system, "drift", env)
    assert "genie pull trips" in host.text(issues)
    genie(project, "pull")
    run(project, system, "drift", env)
    (issue,) = host.written[issues]
    assert "closed" in str(issue.get("state")) or issue.get("state_event") == "close" or issue["state"] == "Done"
    assert Path(project.folder, "drift.md").is_file()
