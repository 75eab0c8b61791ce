"""What a person is told when something cannot be: a message with the way out, and nothing sent."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable

from engine_project import ROOT, TOKEN, Project
from specs import trips

from emulator.handle import Handle
from emulator.serving import running

BAD = ROOT / "tests" / "specs" / "bad"


def test_a_folder_of_bad_specs_is_reported_whole_and_nothing_is_sent(project: Project, workspace: Handle) -> None:
    shutil.copytree(BAD, project.folder / "spaces", dirs_exist_ok=True)
    files = sorted(file.name for file in BAD.glob("*.yaml"))

    preview = project.preview(ok=False)
    began = time.monotonic()
    check = subprocess.run(
        [sys.executable, "-m", "genie_provider", "validate", "--stack", "dev"],
        cwd=project.folder,
        env=project.env,
        text=True,
        capture_output=True,
    )
    took_s = time.monotonic() - began

    assert check.returncode == 1
    assert "Traceback" not in check.stdout + check.stderr
    for said in (preview.text, check.stdout + check.stderr):
        places = re.findall(r"spaces/([\w-]+\.yaml):\d+:\d+: (?!notice|warning)", said)
        assert sorted(set(places)) == files
        assert f"{len(places)} problems in {len(files)} files; nothing was sent." in said
    assert workspace.control.requests() == []
    assert took_s < 3, "a second on a quiet machine"


def test_an_unknown_setting_is_named_with_its_likely_spelling(project: Project, workspace: Handle) -> None:
    project.configure(titelPrefix="x")
    project.write("trips", trips())

    unknown = project.preview(ok=False)
    project.configure(titelPrefix=None, readBeforePreview="perhaps")
    wrong = project.preview(ok=False)

    assert "genie:titelPrefix is not a setting; did you mean genie:titlePrefix?" in unknown.text
    assert "genie:readBeforePreview is 'perhaps'; it can be true or false" in wrong.text
    assert workspace.control.requests() == []


def test_without_a_network_a_preview_works_and_says_what_it_could_not_see(
    new_project: Callable[..., Project], workspace: Handle
) -> None:
    with running() as there:
        project = new_project(there)
        project.write("trips", trips())
        project.up()

    project.write("trips", trips(description="One row per trip"))
    project.write("late", trips("Late", warehouse="Big", parent_path="/Shared/New"))
    reading = project.preview(ok=False)
    project.configure(readBeforePreview=False)
    offline = project.preview()
    up = project.up(ok=False)

    assert "connection refused" in reading.text
    assert "Is the address right, and is there a network" in reading.text
    assert '~ description: "One row a trip" => "One row per trip"' in offline.text
    assert "+ 1 to create\n    ~ 1 to update" in offline.text
    assert "warning: not read, so taken as this stack last knew it" in offline.text
    assert "connection refused" in up.text
    assert project.resources().keys() == {"trips"}


def test_an_offline_stack_never_connects_in_a_preview(project: Project, workspace: Handle) -> None:
    project.configure(readBeforePreview=False)
    project.write("trips", trips())
    project.up()
    workspace.control.clear_requests()

    project.unchanged()

    assert workspace.control.requests() == []


def test_the_token_is_nowhere(project: Project, workspace: Handle) -> None:
    project.write("trips", trips())
    logged = project.pulumi("up", "--yes", "--skip-preview", "--debug", "-v=9", "--logtostderr", quiet=True)
    workspace.control.set_settings(strict_tokens=True)
    refused = project.refresh(ok=None)
    workspace.control.set_settings(strict_tokens=False)
    shown = project.pulumi("stack", "export", "--show-secrets")

    assert "401 UNAUTHENTICATED" in refused.text
    assert "DATABRICKS_TOKEN of the environment" in refused.text
    assert TOKEN not in logged.text + shown.text + project.state_text()
    assert len(workspace.control.spaces()) == 1


def test_a_token_of_the_stack_is_encrypted_and_never_shown(project: Project, workspace: Handle) -> None:
    secret = "dapi-1111-of-the-stack"
    del project.env["DATABRICKS_TOKEN"]
    workspace.control.set_settings(strict_tokens=True)
    workspace.control.add_token(secret, workspace.user, admin=True)
    project.pulumi("config", "set", "--secret", "genie:token", secret)
    project.keep_config()
    project.write("trips", trips())
    said = [project.pulumi("up", "--yes", "--skip-preview", "--debug"), project.preview("--json")]

    workspace.control.add_token(secret, workspace.user, admin=True, expired=True)
    workspace.control.add_token("dapi-2222-renewed", workspace.user, admin=True)
    project.pulumi("config", "set", "--secret", "genie:token", "dapi-2222-renewed")
    said.append(project.preview(ok=False))
    said.append(project.up("--refresh", "--run-program"))
    said.append(project.unchanged())

    texts = "".join(each.text for each in said) + project.state_text()
    assert secret not in texts
    assert "dapi-2222-renewed" not in texts
    assert "after a change of it: pulumi up --refresh --run-program" in said[2].text
