"""provenance: who runs this, and what the work tree is; what is not known is said."""

from __future__ import annotations

import getpass
import hashlib
import os
import platform
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from .records import Git, Who

_TIMEOUT_S: Final = 20


def who(env: Mapping[str, str] | None = None) -> Who:
    """The person a CI job names, else the account on this machine."""
    env = os.environ if env is None else env
    if env.get("GITHUB_ACTIONS") == "true":
        repository = f"{env.get('GITHUB_SERVER_URL', '')}/{env.get('GITHUB_REPOSITORY', '')}"
        job = f"{repository}/actions/runs/{env.get('GITHUB_RUN_ID', '')}"
        return Who(env.get("GITHUB_ACTOR", ""), "GitHub Actions", job)
    if env.get("GITLAB_CI") == "true":
        return Who(env.get("GITLAB_USER_LOGIN", ""), "GitLab CI", env.get("CI_JOB_URL", ""))
    if env.get("TF_BUILD", "").lower() == "true":
        base = f"{env.get('SYSTEM_COLLECTIONURI', '')}{env.get('SYSTEM_TEAMPROJECT', '')}"
        job = f"{base}/_build/results?buildId={env.get('BUILD_BUILDID', '')}"
        return Who(env.get("BUILD_REQUESTEDFOREMAIL") or env.get("BUILD_REQUESTEDFOR", ""), "Azure Pipelines", job)
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as containers have them
        name = ""
    return Who(name, platform.node())


def git_of(folder: Path) -> Git:
    """The commit of the work tree, and whether it holds changes of its own (new files too)."""
    try:
        commit = _git(folder, "rev-parse", "HEAD")
    except FileNotFoundError:
        return Git(note="git is not installed")
    except subprocess.CalledProcessError as error:
        words = str(error.stderr)
        return Git(note="no commit yet" if "unknown revision" in words or "HEAD" in words else "no git work tree")
    except subprocess.TimeoutExpired:
        return Git(note="git did not answer")
    try:
        dirty = bool(_git(folder, "status", "--porcelain", "--untracked-files=normal", "--", "."))
        branch = _git(folder, "rev-parse", "--abbrev-ref", "HEAD")
        shallow = _git(folder, "rev-parse", "--is-shallow-repository") == "true"
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return Git(commit, note="whether the work tree holds changes is not known")
    notes = ["detached head"] * (branch == "HEAD") + ["shallow clone"] * shallow
    return Git(commit, "" if branch == "HEAD" else branch, dirty, ", ".join(notes))


def file_digest(file: Path) -> str:
    """Of a spec file as it is now; "" where it cannot be read."""
    try:
        return f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"
    except OSError:
        return ""


def _git(folder: Path, *words: str) -> str:
    # GIT_DIR and its kin, set inside a hook, would make git answer for another work tree.
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", *words], cwd=folder, env=env, capture_output=True, text=True, check=True, timeout=_TIMEOUT_S
    )
    return done.stdout.strip()
