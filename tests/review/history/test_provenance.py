"""History says what it knows of the work tree, and what it does not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from genie_provider.review.history.provenance import git_of, who


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "spec.yaml").write_text("title: A\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=Ana", "-c", "user.email=ana@example.com"]
    return subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True, text=True).stdout


def test_a_clean_tree(tree: Path) -> None:
    found = git_of(tree)

    assert (found.commit, found.branch, found.dirty, found.note) == (
        git(tree, "rev-parse", "HEAD").strip(),
        "main",
        False,
        "",
    )


def test_a_new_file_makes_it_dirty(tree: Path) -> None:
    (tree / "new.yaml").write_text("")

    assert git_of(tree).dirty


def test_a_detached_head(tree: Path) -> None:
    git(tree, "checkout", "-q", "--detach")

    assert (git_of(tree).branch, git_of(tree).note) == ("", "detached head")


def test_a_shallow_clone(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (tree / "spec.yaml").write_text("title: B\n")
    git(tree, "commit", "-qam", "second")
    clone = tmp_path_factory.mktemp("clone")
    git(clone, "clone", "-q", "--depth", "1", tree.as_uri(), "c")

    assert git_of(clone / "c").note == "shallow clone"


def test_no_commit_no_tree_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert git_of(tmp_path).note == "no git work tree"
    git(tmp_path, "init", "-q")
    assert git_of(tmp_path).note == "no commit yet"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git_of(tmp_path).note == "git is not installed"


def test_in_ci_it_is_the_person_the_job_names() -> None:
    job = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTOR": "ana",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "acme/genie",
        "GITHUB_RUN_ID": "5",
    }
    assert (who(job).name, who(job).job) == ("ana", "https://github.com/acme/genie/actions/runs/5")
    assert who({"GITLAB_CI": "true", "GITLAB_USER_LOGIN": "bo"}).name == "bo"
    assert who({"TF_BUILD": "True", "BUILD_REQUESTEDFOR": "Cy"}).name == "Cy"
