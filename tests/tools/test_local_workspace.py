"""The demo's workspace as a process: started once, ours or not, ended cleanly. A small web server plays it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from genie_provider.workflows import local_workspace
from tools.local_workspace import WorkspaceProblem, ensure_started, running_workspace, stop

_STAND_IN = """\
import argparse, http.server
parser = argparse.ArgumentParser()
parser.add_argument("--port", type=int)
parser.add_argument("--data")
address = ("127.0.0.1", parser.parse_args().port)
http.server.ThreadingHTTPServer(address, http.server.SimpleHTTPRequestHandler).serve_forever()
"""


@pytest.fixture
def clone(project: Path) -> Iterator[Path]:
    """A project whose emulator is a web server of four lines; stopped afterwards."""
    (project / "emulator").mkdir()
    (project / "emulator" / "__init__.py").touch()  # else the package that make setup installs comes first
    (project / "emulator" / "__main__.py").write_text(_STAND_IN)
    yield project
    stop(project)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_it_is_started_once(clone: Path, port: int) -> None:
    first, started = ensure_started(clone, port)
    again, started_again = ensure_started(clone, port)

    assert (started, started_again) == (True, False)
    assert first == again == running_workspace(clone)


def test_it_moves_when_another_port_is_asked_for(clone: Path, port: int) -> None:
    first, _ = ensure_started(clone, port)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        other = int(probe.getsockname()[1])

    moved, started = ensure_started(clone, other)

    assert started
    assert moved.port == other
    assert moved.pid != first.pid


def test_it_is_stopped_and_stopping_again_is_no_error(clone: Path, port: int) -> None:
    workspace, _ = ensure_started(clone, port)

    assert stop(clone)
    assert not stop(clone)

    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", workspace.port)) != 0


def test_a_port_that_another_program_has_is_named_with_a_way_out(clone: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        with pytest.raises(WorkspaceProblem, match=rf"Port {port} is taken .*GENIE_DEMO_PORT={port + 1} make demo"):
            ensure_started(clone, port)


def test_a_process_that_only_has_our_old_id_is_left_alone(clone: Path, port: int) -> None:
    (clone / ".demo").mkdir()
    (clone / ".demo" / "workspace.pid").write_text(json.dumps({"pid": os.getpid(), "port": port}))

    assert running_workspace(clone) is None
    assert not stop(clone)  # or this test would end here


@pytest.mark.parametrize("text", ["", "4711", "null", '{"pid": "x", "port": 1}'])
def test_a_spoilt_pid_file_is_none(clone: Path, text: str) -> None:
    (clone / ".demo").mkdir()
    (clone / ".demo" / "workspace.pid").write_text(text)

    assert running_workspace(clone) is None


def test_one_that_ends_at_once_shows_the_end_of_its_log(clone: Path, port: int) -> None:
    (clone / "emulator" / "__main__.py").write_text("raise SystemExit('the data file is not a database')")

    with pytest.raises(WorkspaceProblem, match=r"ended at once; .*\nthe data file is not a database"):
        ensure_started(clone, port)

    assert not (clone / ".demo" / "workspace.pid").exists()


def test_one_that_never_answers_is_ended(clone: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    (clone / "emulator" / "__main__.py").write_text("import time; time.sleep(600)")
    monkeypatch.setattr(local_workspace, "READY_WITHIN_S", 0.2)

    with pytest.raises(WorkspaceProblem, match="was not ready within"):
        ensure_started(clone, port)

    assert running_workspace(clone) is None
