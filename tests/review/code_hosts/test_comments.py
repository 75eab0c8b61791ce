"""Our comment is found over all pages and renewed; nobody else's is touched; refusals say what to do."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from genie_provider.review.code_hosts.calls import CodeHostError
from genie_provider.review.code_hosts.jobs import Job, host_of, job_of

MARKER = "<!-- genie-report sales/prod -->"
TOKEN = "ghs_this-must-never-be-shown"
GITHUB = "https://api.github.com"
GITLAB = "https://gitlab.example.com/api/v4"
AZURE = "https://dev.azure.com/acme/"

ON_GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_REPOSITORY": "acme/genie",
    "GITHUB_REF": "refs/pull/17/merge",
    "GITHUB_TOKEN": TOKEN,
}
ON_GITLAB = {
    "GITLAB_CI": "true",
    "CI_API_V4_URL": GITLAB,
    "CI_PROJECT_ID": "7",
    "CI_MERGE_REQUEST_IID": "17",
    "GITLAB_TOKEN": TOKEN,
}
ON_AZURE = {
    "TF_BUILD": "True",
    "SYSTEM_COLLECTIONURI": AZURE,
    "SYSTEM_TEAMPROJECT": "Data",
    "BUILD_REPOSITORY_ID": "r1",
    "SYSTEM_PULLREQUEST_PULLREQUESTID": "17",
    "SYSTEM_ACCESSTOKEN": TOKEN,
}


def job(env: dict[str, str]) -> Job:
    found = job_of(env)
    assert found is not None and found.number == "17"
    return found


def sent(at: int = -1) -> Any:
    return json.loads(responses.calls[at].request.body)


def pages(url: str, entries: list[dict[str, Any]]) -> None:
    """Serves a list in pages of as many as were asked for."""

    def answer(request: Any) -> tuple[int, dict[str, str], str]:
        query = parse_qs(urlsplit(request.url).query)
        size, page = int(query["per_page"][0]), int(query["page"][0])
        return 200, {}, json.dumps(entries[(page - 1) * size : page * size])

    responses.add_callback("GET", url, callback=answer)


def of_others(count: int) -> list[dict[str, Any]]:
    return [{"id": at, "body": "Nice!", "user": {"login": "ana", "type": "User"}} for at in range(count)]


@responses.activate
def test_github_renews_our_comment_on_the_third_page() -> None:
    ours = {"id": 999, "body": f"{MARKER}\nold", "user": {"login": "github-actions[bot]", "type": "Bot"}}
    responses.get(f"{GITHUB}/user", status=403, json={"message": "Resource not accessible by integration"})
    pages(f"{GITHUB}/repos/acme/genie/issues/17/comments", [*of_others(250), ours])
    responses.patch(f"{GITHUB}/repos/acme/genie/issues/comments/999", json={"html_url": "https://github.com/c/999"})

    posted = host_of(job(ON_GITHUB), ON_GITHUB).comment("17", MARKER, f"{MARKER}\nnew")

    assert (posted.renewed, posted.url) == (True, "https://github.com/c/999")
    assert sent() == {"body": f"{MARKER}\nnew"}


@responses.activate
def test_a_comment_of_somebody_else_with_our_marker_is_left_alone() -> None:
    forged = {"id": 5, "body": f"{MARKER}\nall is well", "user": {"login": "mallory", "type": "User"}}
    quoted = {"id": 6, "body": f"> {MARKER}", "user": {"login": "github-actions[bot]", "type": "Bot"}}
    responses.get(f"{GITHUB}/user", status=403)
    pages(f"{GITHUB}/repos/acme/genie/issues/17/comments", [forged, quoted])
    responses.post(f"{GITHUB}/repos/acme/genie/issues/17/comments", json={"html_url": "u"})

    assert not host_of(job(ON_GITHUB), ON_GITHUB).comment("17", MARKER, f"{MARKER}\nnew").renewed


@responses.activate
def test_the_token_of_a_fork_is_told_what_to_do_and_never_shown() -> None:
    responses.get(f"{GITHUB}/user", status=403)
    pages(f"{GITHUB}/repos/acme/genie/issues/17/comments", [])
    refused = {"message": f"Resource not accessible by integration {TOKEN[:3]}"}
    responses.post(f"{GITHUB}/repos/acme/genie/issues/17/comments", status=403, json=refused)

    with pytest.raises(CodeHostError) as error:
        host_of(job(ON_GITHUB), ON_GITHUB).comment("17", MARKER, "x")

    assert "403 Resource not accessible" in str(error.value)
    assert "artifact" in str(error.value)
    assert TOKEN not in str(error.value)


@responses.activate
def test_the_token_goes_to_no_other_host() -> None:
    responses.get(f"{GITHUB}/user", status=301, headers={"Location": "https://evil.example/user"})
    away = {"Location": "https://evil.example/"}
    responses.get(f"{GITHUB}/repos/acme/genie/issues/17/comments", status=302, headers=away)

    with pytest.raises(CodeHostError, match="302"):
        host_of(job(ON_GITHUB), ON_GITHUB).comment("17", MARKER, "x")
    assert {urlsplit(call.request.url or "").netloc for call in responses.calls} == {"api.github.com"}


@responses.activate
def test_gitlab_renews_the_note_of_its_own_account() -> None:
    notes = [{"id": at, "body": "ok", "author": {"id": 1}, "system": False} for at in range(120)]
    notes += [{"id": 500, "body": f"{MARKER}\nforged", "author": {"id": 2}, "system": False}]
    notes += [{"id": 501, "body": f"{MARKER}\nold", "author": {"id": 3}, "system": False}]
    responses.get(f"{GITLAB}/user", json={"id": 3})
    pages(f"{GITLAB}/projects/7/merge_requests/17/notes", notes)
    responses.put(f"{GITLAB}/projects/7/merge_requests/17/notes/501", json={"id": 501})

    assert host_of(job(ON_GITLAB), ON_GITLAB).comment("17", MARKER, "new").renewed
    assert responses.calls[-1].request.headers["PRIVATE-TOKEN"] == TOKEN


@responses.activate
def test_gitlab_says_that_the_token_of_a_job_may_not_write_notes() -> None:
    env = {**ON_GITLAB, "GITLAB_TOKEN": "", "CI_JOB_TOKEN": TOKEN}
    responses.get(f"{GITLAB}/user", status=401)
    responses.get(f"{GITLAB}/projects/7/merge_requests/17/notes", status=401, json={"message": "401 Unauthorized"})

    with pytest.raises(CodeHostError, match="401"):
        host_of(job(env), env).comment("17", MARKER, "x")
    assert responses.calls[-1].request.headers["JOB-TOKEN"] == TOKEN


@responses.activate
def test_azure_devops_renews_the_first_comment_of_our_thread() -> None:
    at = f"{AZURE}Data/_apis/git/repositories/r1/pullRequests/17/threads"
    threads = [
        {"id": 1, "comments": [{"id": 1, "content": "ok", "author": {"id": "ana"}}]},
        {"id": 2, "comments": [{"id": 1, "content": f"{MARKER} forged", "author": {"id": "mallory"}}]},
        {"id": 3, "comments": [{"id": 4, "content": f"{MARKER}\nold", "author": {"id": "build"}}]},
    ]
    responses.get(f"{AZURE}_apis/connectionData", json={"authenticatedUser": {"id": "build"}})
    responses.get(at, json={"value": threads})
    responses.patch(f"{at}/3/comments/4", json={"id": 4})

    assert host_of(job(ON_AZURE), ON_AZURE).comment("17", MARKER, "new").renewed
    assert sent() == {"content": "new"}


@responses.activate
def test_azure_devops_opens_a_closed_thread_so_that_no_policy_waits_for_it() -> None:
    at = f"{AZURE}Data/_apis/git/repositories/r1/pullRequests/17/threads"
    responses.get(f"{AZURE}_apis/connectionData", json={"authenticatedUser": {"id": "build"}})
    responses.get(at, json={"value": []})
    responses.post(at, json={"id": 9})

    assert not host_of(job(ON_AZURE), ON_AZURE).comment("17", MARKER, "new").renewed
    assert (sent()["status"], sent()["comments"][0]["content"]) == ("closed", "new")


@responses.activate
def test_one_issue_is_renewed_night_after_night_and_closed_when_all_is_well() -> None:
    theirs = {"number": 3, "title": "Drift", "user": {"login": "ana", "type": "User"}}
    request = {"number": 4, "title": "Drift", "user": {"login": "bot", "type": "Bot"}, "pull_request": {}}
    ours = {"number": 5, "title": "Drift", "user": {"login": "bot", "type": "Bot"}}
    responses.get(f"{GITHUB}/user", status=403)
    pages(f"{GITHUB}/repos/acme/genie/issues", [theirs, request, ours])
    responses.patch(f"{GITHUB}/repos/acme/genie/issues/5", json={"html_url": "i5"})
    host = host_of(job(ON_GITHUB), ON_GITHUB)

    assert host.issue("Drift", "two spaces").renewed
    assert host.close_issue("Drift", "none") is not None
    assert sent()["state"] == "closed"
    assert host.close_issue("Other", "none") is None


def test_through_the_command_line_of_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for `gh` that keeps what it was asked."""
    script = tmp_path / "gh"
    script.write_text(
        "#!/bin/sh\n"
        f'echo "$@" >> {tmp_path}/asked\n'
        'case "$*" in\n'
        f'  *POST*) cat > {tmp_path}/body; echo \'{{"html_url": "u"}}\';;\n'
        "  *comments*) echo '[]';;\n"
        '  *) echo "gh: Not Found (HTTP 404)" >&2; exit 1;;\n'
        "esac\n"
    )
    script.chmod(script.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    posted = host_of(Job("github", "acme/genie"), {}, command="gh").comment("17", MARKER, "text")

    assert posted.url == "u"
    assert json.loads((tmp_path / "body").read_text()) == {"body": "text"}
    assert "--method POST repos/acme/genie/issues/17/comments" in (tmp_path / "asked").read_text()


@pytest.mark.parametrize("env", [ON_GITHUB, ON_GITLAB, ON_AZURE])
def test_without_a_token_it_says_which_variable(env: dict[str, str]) -> None:
    bare = {name: value for name, value in env.items() if value != TOKEN}

    with pytest.raises(CodeHostError, match="TOKEN"):
        host_of(job(bare), bare)


def test_the_number_is_read_from_the_event_where_the_reference_is_a_branch(tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text('{"pull_request": {"number": 17}}')

    assert job({**ON_GITHUB, "GITHUB_REF": "refs/heads/main", "GITHUB_EVENT_PATH": str(event)})


def test_outside_of_ci_there_is_no_job() -> None:
    assert job_of({}) is None
