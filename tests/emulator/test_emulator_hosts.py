"""emulator.http.hosts and guard: by which names the workspace answers, and what its pages may do in a browser."""

import pytest
import requests
from emulator_caller import SPACES

from emulator.http.hosts import LOOPBACK, hosts

PATHS = ["/", "/style.css", SPACES, "/.well-known/databricks-config", "/_control/spaces", "/_control/served/0"]


def asked_as(workspace, host, path, method="GET"):
    headers = {"Authorization": "Bearer anything", "Host": host}
    return requests.request(method, workspace.url + path, headers=headers, timeout=10)


@pytest.mark.parametrize("path", PATHS)
def test_a_name_that_points_here_is_not_answered(workspace, path):
    answer = asked_as(workspace, "rebound.example.com", path)

    assert answer.status_code == 403
    assert "does not go by the name rebound.example.com" in answer.json()["message"]


def test_what_is_asked_for_by_another_name_is_not_done(workspace):
    workspace.control.make_space("kept")

    assert asked_as(workspace, "rebound.example.com", "/_control/reset", "POST").status_code == 403
    assert [each["title"] for each in workspace.control.spaces()] == ["kept"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "localhost.", "127.0.0.1:1", "127.9.9.9", "[::1]:8765"])
def test_names_of_this_machine_are_answered(workspace, host, path):
    assert asked_as(workspace, host, path).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "",
        "evil.com",
        "localhost.evil.com",
        "127.0.0.1.evil.com",
        "evil.com#localhost",
        "evil.com@localhost",
        "localhost, evil.com",
        "localhost:80:80",
        "0.0.0.0",
        "192.168.0.7:8765",
        "[2001:db8::1]",
        "2130706433",
        "[localhost",
    ],
)
def test_look_alikes_of_loopback_are_strangers(header):
    assert not LOOPBACK.knows(header)


def test_whoever_lets_anyone_connect_answers_to_addresses_and_to_the_names_it_was_given():
    open_to_all = hosts(anyone=True, known_as=["Workspace.lan"])

    assert all(map(open_to_all.knows, ["192.168.0.7:8765", "[2001:db8::1]", "workspace.lan", "WORKSPACE.lan:1"]))
    assert not open_to_all.knows("rebound.example.com")
    assert hosts(anyone=False, known_as=["workspace.lan"]).knows("workspace.lan")
    assert not hosts(anyone=False, known_as=["workspace.lan"]).knows("192.168.0.7")


@pytest.mark.parametrize("path", ["/", "/new", "/style.css", "/genie/rooms/unknown", "/nowhere"])
def test_pages_run_no_scripts_and_are_framed_by_nobody(workspace, path):
    policy = requests.get(workspace.url + path, timeout=10).headers["Content-Security-Policy"]

    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["frame-ancestors"] == "'none'"
    assert rules["form-action"] == "'self'"
    assert "script-src" not in rules
    assert "unsafe" not in policy


def test_pages_need_nothing_that_the_policy_forbids(workspace):
    body = {"version": 2, "data_sources": {"tables": [{"identifier": "samples.nyctaxi.trips"}]}}
    space_id = workspace.control.make_space("Trips", body)

    for path in ("/", "/new", f"/genie/rooms/{space_id}", f"/genie/rooms/{space_id}/raw"):
        page = requests.get(workspace.url + path, timeout=10).text
        assert '<link rel="stylesheet" href="/style.css">' in page
        assert not [each for each in ("<style", " style=", "<script", "javascript:", " onclick=") if each in page]
    style = requests.get(f"{workspace.url}/style.css", timeout=10)
    assert style.headers["Content-Type"].startswith("text/css")
    assert "@import" not in style.text and "url(" not in style.text
