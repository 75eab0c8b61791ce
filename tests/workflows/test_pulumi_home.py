"""The environment in which commands run pulumi: a home of links without logs, states of a try-out."""

from __future__ import annotations

import os
from pathlib import Path

from genie_provider.workflows.pulumi_home import engine_environment, home_of_links, try_out


def user_home(tmp_path: Path) -> Path:
    home = tmp_path / ".pulumi"
    (home / "logs").mkdir(parents=True)
    (home / "logs" / "run.log").write_text("the user's own")
    (home / "credentials.json").write_text('{"current": "file:///x"}')
    return home


def project(tmp_path: Path, host: str) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: sales\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text(f"config:\n  genie:host: {host}\n")
    return tmp_path


def test_everything_of_the_users_home_is_there_but_the_log(tmp_path: Path) -> None:
    home = user_home(tmp_path)

    ours = Path(home_of_links({"PULUMI_HOME": str(home)})["PULUMI_HOME"])

    assert ours != home
    assert (ours / "credentials.json").read_text() == '{"current": "file:///x"}'
    assert (ours / "logs").is_file()
    assert [file.name for file in (home / "logs").iterdir()] == ["run.log"]


def test_what_pulumi_writes_there_is_in_the_users_home(tmp_path: Path) -> None:
    home = user_home(tmp_path)
    ours = Path(home_of_links({"PULUMI_HOME": str(home)})["PULUMI_HOME"])

    (ours / "workspaces" / "selection.json").write_text("{}")

    assert (home / "workspaces" / "selection.json").exists()


def test_links_follow_the_users_home(tmp_path: Path) -> None:
    home = user_home(tmp_path)
    env = {"PULUMI_HOME": str(home)}
    ours = Path(home_of_links(env)["PULUMI_HOME"])
    (ours / "credentials.json").unlink()
    (ours / "credentials.json").write_text("written over the link, as a renewed token is")
    (home / "new").mkdir()
    (home / "policies").rmdir()
    (home / "gone").write_text("")
    home_of_links(env)
    (home / "gone").unlink()

    home_of_links(env)

    assert (ours / "credentials.json").is_symlink()
    assert (ours / "new").is_dir()
    assert not os.path.lexists(ours / "gone")


def test_a_home_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert home_of_links({"PULUMI_HOME": str(tmp_path / "file" / "home")}) == {}


def test_a_local_workspace_needs_no_log_in_to_pulumi(tmp_path: Path) -> None:
    env = {"PULUMI_HOME": str(tmp_path / "home")}

    given = try_out(project(tmp_path, "http://127.0.0.1:8642"), "dev", env)

    assert given["PULUMI_BACKEND_URL"] == (tmp_path / ".genie" / "state").resolve().as_uri()
    assert given["PULUMI_CONFIG_PASSPHRASE"] == ""


def test_a_real_workspace_does(tmp_path: Path) -> None:
    env = {"PULUMI_HOME": str(tmp_path / "home")}

    assert try_out(project(tmp_path, "https://adb-1.2.azuredatabricks.net"), "dev", env) == {}
    assert try_out(project(tmp_path, "https://127.0.0.1.example.com"), "dev", env) == {}


def test_who_is_logged_in_keeps_his_backend(tmp_path: Path) -> None:
    local = project(tmp_path, "http://127.0.0.1:8642")

    assert try_out(local, "dev", {"PULUMI_HOME": str(user_home(tmp_path))}) == {}
    assert try_out(local, "dev", {"PULUMI_HOME": str(tmp_path), "PULUMI_BACKEND_URL": "s3://b"}) == {}


def test_what_the_environment_says_stays(tmp_path: Path) -> None:
    env = {"PULUMI_HOME": str(tmp_path / "home"), "PULUMI_PARALLEL": "4", "PULUMI_CONFIG_PASSPHRASE": "mine"}

    given = engine_environment(project(tmp_path, "http://127.0.0.1:8642"), "dev", env)

    assert (given["PULUMI_PARALLEL"], given["PULUMI_CONFIG_PASSPHRASE"]) == ("4", "mine")
