"""The way in: a fresh clone, `make demo`, and again."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from engine_project import ROOT

_NOT_IN_A_CLONE = shutil.ignore_patterns(
    ".git", ".venv", ".tools", ".demo", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", "tests", "bench"
)

Run = Callable[..., str]


@pytest.fixture
def clone(tmp_path: Path, cli: str) -> Iterator[tuple[Path, int, Run]]:
    """A clone with the slow parts of the set-up, which have tests of their own, borrowed from this project."""
    folder = tmp_path / "clone"
    shutil.copytree(ROOT, folder, ignore=_NOT_IN_A_CLONE)
    for borrowed in (".venv", ".tools"):
        if (ROOT / borrowed).is_dir():
            (folder / borrowed).symlink_to(ROOT / borrowed)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DATABRICKS_", "PULUMI_"))}
    env: dict[str, Any] = {**kept, "GENIE_DEMO_PORT": str(port), "HOME": str(tmp_path)}

    def run(command: str) -> str:
        done = subprocess.run(["sh", "-c", command], cwd=folder, env=env, text=True, capture_output=True, timeout=180)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr
        return done.stdout + done.stderr

    yield folder, port, run
    run("make demo-stop")


@pytest.mark.skipif(not (ROOT / ".venv").is_dir(), reason="needs a finished make setup to borrow from")
def test_a_fresh_clone_has_its_spaces_after_make_demo_and_keeps_them(clone: tuple[Path, int, Run]) -> None:
    folder, port, run = clone

    first = run("make demo")
    spaces = requests.get(f"http://127.0.0.1:{port}/_control/spaces", timeout=10).json()
    requests.delete(f"http://127.0.0.1:{port}/_control/requests", timeout=10)
    second = run("make demo")
    preview = run(". .demo/env && pulumi preview --stack dev --non-interactive --expect-no-changes")
    asked = requests.get(f"http://127.0.0.1:{port}/_control/requests", timeout=10).json()

    assert len(spaces) >= 3
    assert {space["title"].partition("] ")[0] for space in spaces} == {"[dev"}
    assert f"http://127.0.0.1:{port}" in first
    assert "pulumi preview --diff" in first
    assert "Everything was in place already." in second
    assert "unchanged" in preview
    assert {each["method"] for each in asked} == {"GET"}
    assert (folder / "Pulumi.dev.yaml").read_text().count(f"genie:host: http://127.0.0.1:{port}") == 1


def test_the_demo_moves_to_another_port_with_its_spaces(clone: tuple[Path, int, Run]) -> None:
    """The state names an address where nobody answers any more."""
    _, port, run = clone
    run("make demo")
    run("make demo-stop")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        other = probe.getsockname()[1]

    moved = run(f"GENIE_DEMO_PORT={other} make demo")
    spaces = requests.get(f"http://127.0.0.1:{other}/_control/spaces", timeout=10).json()

    assert f"genie:host is now http://127.0.0.1:{other}" in moved
    assert len(spaces) >= 3
    assert port != other
