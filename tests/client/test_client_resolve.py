"""Which workspace and which credentials: the rules of `access`, as a table and a few stories."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from genie_provider.client import Access, Workspace
from genie_provider.client.auth import credentials
from genie_provider.client.auth.profiles import to_host
from genie_provider.errors import SettingsError, WorkspaceError
from tests.client.oddities import OddServer, answering, hanging

A, B, C = "https://a.example.com", "https://b.example.com", "https://c.example.com"
PROFILES = f"""
[DEFAULT]
host = {C}
token = default-token

[a]
host = {A}/
token = profile-a-token

[b]
host = b.example.com
token = profile-b-token

[nowhere]
token = nowhere-token

[twin1]
host = https://twin.example.com
token = twin1-token

[twin2]
host = https://twin.example.com
token = twin2-token

[bare]
host = https://bare.example.com
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / ".databrickscfg").write_text(PROFILES)
    return tmp_path


def bearer(access: Access) -> str:
    return access.headers()["Authorization"].removeprefix("Bearer ")


ENV_A = {"DATABRICKS_HOST": A, "DATABRICKS_TOKEN": "t-env"}
ENV_B = {"DATABRICKS_HOST": B, "DATABRICKS_TOKEN": "t-env"}
BARE = {"DATABRICKS_TOKEN": "t-env"}
OAUTH_B = {"DATABRICKS_HOST": B, "DATABRICKS_CLIENT_ID": "i", "DATABRICKS_CLIENT_SECRET": "t-env-secret"}
X, TWIN, ALONE = "https://x.example.com", "https://twin.example.com", "https://bare.example.com"


def named(profile: str, **env: str) -> dict[str, str]:
    return {"DATABRICKS_CONFIG_PROFILE": profile, **env}


@pytest.mark.parametrize(
    ("claim", "host", "profile", "env", "expected_host", "expected_token"),
    [
        ("stack host, its token in env", A, "", ENV_A, A, "t-env"),
        ("hosts equal but for form", "A.example.com:443/?o=12", "", ENV_A, A, "t-env"),
        ("a bare env token serves the stack's host", B, "", BARE, B, "t-env"),
        ("env of another host: the host's profile", A, "", ENV_B, A, "profile-a-token"),
        ("no env: the host's profile", B, "", {}, B, "profile-b-token"),
        ("env profile chooses between twins", TWIN, "", named("twin2"), TWIN, "twin2-token"),
        ("env profile of another host is not used", A, "", named("b"), A, "profile-a-token"),
        ("stack profile beats env", "", "a", ENV_B, A, "profile-a-token"),
        ("stack profile beats env of its own host", "", "a", ENV_A, A, "profile-a-token"),
        ("profile and host that agree", A, "a", {}, A, "profile-a-token"),
        ("a profile without host takes the stack's", B, "nowhere", {}, B, "nowhere-token"),
        ("nothing in the stack: env", "", "", ENV_B, B, "t-env"),
        ("nothing in the stack: env profile", "", "", named("b"), B, "profile-b-token"),
        ("env profile's own token beats a bare env token", "", "", named("b", **BARE), B, "profile-b-token"),
        ("env profile without one takes the env token", "", "", named("bare", **BARE), ALONE, "t-env"),
        ("nothing at all: the default profile", "", "", {}, C, "default-token"),
    ],
)
def test_the_credentials_are_those_of_the_host(
    home: Path,
    claim: str,
    host: str,
    profile: str,
    env: Mapping[str, str],
    expected_host: str,
    expected_token: str,
) -> None:
    access = Access.find(host or None, profile or None, env={"HOME": str(home), **env})

    assert (access.host, bearer(access)) == (expected_host, expected_token), claim


@pytest.mark.parametrize(
    ("host", "profile", "token", "env", "words"),
    [
        (X, "", "", ENV_B, [X, B, "DATABRICKS_TOKEN", "databricks auth login"]),
        (X, "", "", OAUTH_B, [X, B, "DATABRICKS_CLIENT_SECRET"]),
        (B, "a", "", {}, [A, B, "genie:profile"]),
        ("", "", "", named("b", DATABRICKS_HOST=A), [A, B, "DATABRICKS_CONFIG_PROFILE"]),
        ("", "prod", "", {}, ["there: DEFAULT, a, b", "databricks auth login --profile prod"]),
        ("", "nowhere", "", {}, ["nowhere", "no host"]),
        ("", "", "t-env-secret", {}, ["genie:token", "genie:host"]),
        ("", "", "", BARE, ["DATABRICKS_TOKEN", "genie:host"]),
        (TWIN, "", "", {}, ["twin1, twin2", "genie:profile"]),
        ("http://a.example.com", "", "", {}, ["https://a.example.com"]),
        ("ftp://a.example.com", "", "", {}, ["genie:host"]),
        ("https://me:t-env-secret@a.example.com", "", "", {}, ["password"]),
        ("https://", "", "", {}, ["genie:host"]),
        ("[::1", "", "", {}, ["genie:host"]),
        ("a..example.com", "", "", {}, ["genie:host"]),
        ("a.example\n.com", "", "", {}, ["genie:host"]),
    ],
)
def test_contradictions_name_both_sides_and_no_secret(
    home: Path, host: str, profile: str, token: str, env: Mapping[str, str], words: list[str]
) -> None:
    with pytest.raises(SettingsError) as caught:
        Access.find(host or None, profile or None, token or None, env={"HOME": str(home), **env})

    assert all(word in str(caught.value) for word in words)
    assert "secret" not in str(caught.value)


def test_without_file_and_environment_the_error_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="genie:host"):
        Access.find(None, None, env={"HOME": str(tmp_path)})


def test_a_broken_profile_file_is_named_by_line_without_its_text(tmp_path: Path) -> None:
    (tmp_path / ".databrickscfg").write_text("token = dapi-very-secret\n")

    with pytest.raises(SettingsError, match="line 1") as caught:
        Access.find(None, "a", env={"HOME": str(tmp_path)})
    assert "dapi-very-secret" not in str(caught.value)


def test_settings_section_names_the_default_profile(tmp_path: Path) -> None:
    (tmp_path / ".databrickscfg").write_text("[__settings__]\ndefault_profile = b\n" + PROFILES)

    assert Access.find(None, None, env={"HOME": str(tmp_path)}).host == B


def test_a_named_profile_file_is_read_and_shown(home: Path) -> None:
    (home / "other.cfg").write_text(f"[p]\nhost = {A}\ntoken = t1\n")

    access = Access.find(None, "p", env={"DATABRICKS_CONFIG_FILE": str(home / "other.cfg")})

    assert bearer(access) == "t1"
    assert "profile p of" in access.source


def test_nothing_shows_the_token() -> None:
    access = Access.find(A, None, "dapi-the-secret", env={})

    assert "secret" not in repr(access) + str(access) + access.source + repr(Workspace(access))


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("dbc-1.cloud.databricks.com", "https://dbc-1.cloud.databricks.com"),
        ("https://ADB-12.3.azuredatabricks.net/", "https://adb-12.3.azuredatabricks.net"),
        ("https://x.com/browse/folders/1?o=77#here", "https://x.com"),
        ("https://x.com:8443/", "https://x.com:8443"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:80/", "http://localhost"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        (" x.com/ ", "https://x.com"),
    ],
)
def test_addresses_are_taken_as_people_paste_them(written: str, url: str) -> None:
    assert str(to_host(written, "genie:host")) == url


def test_the_workspace_in_the_address_is_sent_along() -> None:
    access = Access.find("https://x.com/?o=77", None, "t", env={})

    assert access.headers()["X-Databricks-Workspace-Id"] == "77"


# Through the SDK: OAuth of a profile against a server that answers its metadata and token requests.


def oauth_server(odd: Any, token: str) -> OddServer:
    server = odd(answering(200, {}))
    metadata = {"oidc_endpoint": f"{server.url}/oidc", "workspace_id": "7", "account_id": "acc"}
    endpoints = {"authorization_endpoint": f"{server.url}/a", "token_endpoint": f"{server.url}/t"}
    granted = {"access_token": token, "token_type": "Bearer", "expires_in": 3600}

    def behave(connection: Any, line: str) -> bool:
        wanted = {"databricks-config": metadata, "authorization-server": endpoints, "POST /t": granted}
        data = next((data for mark, data in wanted.items() if mark in line), {"userName": "sp"})
        return answering(200, data)(connection, line)

    server.behaviours = [behave]
    return server


def test_oauth_of_a_profile_ignores_the_token_of_the_environment(
    odd: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = oauth_server(odd, "oauth-token")
    text = f"[p]\nhost = {server.url}\nclient_id = me\nclient_secret = s3cr3t-s3cr3t\n"
    (home / ".databrickscfg").write_text(text)
    env = {
        "HOME": str(home),
        "DATABRICKS_HOST": B,
        "DATABRICKS_TOKEN": "t-env",
        "ARM_CLIENT_ID": "x",
        "ARM_CLIENT_SECRET": "y",
    }
    for name, value in env.items():
        monkeypatch.setenv(name, value)

    access = Access.find(None, "p")
    me = Workspace(access).me()

    assert me.user_name == "sp"
    assert bearer(access) == "oauth-token"
    assert "t-env" not in "".join(server.heads)
    assert access.source == "profile p of ~/.databrickscfg"


def test_oauth_of_the_environment_is_used_for_its_host(odd: Any, home: Path) -> None:
    server = oauth_server(odd, "oauth-token")
    env = {
        "HOME": str(home),
        "DATABRICKS_HOST": server.url,
        "DATABRICKS_CLIENT_ID": "me",
        "DATABRICKS_CLIENT_SECRET": "s3",
    }

    access = Access.find(None, None, env=env | {"ARM_CLIENT_ID": "of another tool", "ARM_CLIENT_SECRET": "z"})

    assert access.needs_sdk
    assert bearer(access) == "oauth-token"


def test_a_profile_without_credentials_does_not_borrow_the_environments(
    odd: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = oauth_server(odd, "never")
    (home / ".databrickscfg").write_text(f"[p]\nhost = {server.url}\n")
    for name, value in {
        "HOME": str(home),
        "DATABRICKS_TOKEN": "t-env-secret",
        "DATABRICKS_OIDC_TOKEN": "oidc-secret",
        "PATH": str(home),
    }.items():
        monkeypatch.setenv(name, value)

    with pytest.raises((SettingsError, WorkspaceError), match=r"no credentials|has no") as caught:
        Workspace(Access.find(None, "p")).me()

    assert "secret" not in str(caught.value)
    assert not any("secret" in head for head in server.heads)
    assert not any(b"secret" in body for body in server.bodies)


def test_an_az_login_is_not_sent_to_a_host_outside_azure(odd: Any, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = oauth_server(odd, "never")
    token = '{"accessToken":"az-secret","tokenType":"Bearer","expiresOn":"2099-01-01 00:00:00.000000"}'
    (home / "az").write_text(f"#!/bin/sh\necho '{token}'\n")
    (home / "az").chmod(0o755)
    monkeypatch.setenv("PATH", f"{home}:/bin:/usr/bin")
    (home / ".databrickscfg").write_text(f"[p]\nhost = {server.url}\n")

    with pytest.raises(SettingsError, match="no credentials") as caught:
        Workspace(Access.find(None, "p", env={"HOME": str(home)})).me()

    assert "az-secret" not in str(caught.value) + "".join(server.heads)
    assert not any(b"az-secret" in body for body in server.bodies)


def test_a_log_in_that_hangs_ends_in_time_for_all_threads_and_names_the_host(
    odd: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credentials, "LOG_IN_S", 0.3)
    server = odd(hanging)
    text = f"[p]\nhost = {server.url}\nclient_id = me\nclient_secret = s3cr3t-s3cr3t\n"
    (home / ".databrickscfg").write_text(text)
    workspace = Workspace(Access.find(None, "p", env={"HOME": str(home)}))
    errors: list[str] = []

    def work() -> None:
        with pytest.raises(WorkspaceError) as caught:
            workspace.get("a")
        errors.append(f"{caught.value.kind} {caught.value}")

    threads = [threading.Thread(target=work) for _ in range(8)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert time.monotonic() - began < 2
    assert len(errors) == 8
    assert all(error.startswith("unreachable") and server.url in error for error in errors)
