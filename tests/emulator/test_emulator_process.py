"""python -m emulator: started, asked, ended, as a user does it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).parents[2]


def started(*arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "emulator", *arguments],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": ""},
    )


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_listens_and_ends_cleanly(tmp_path, how):
    process = started("--port", "0", "--data", str(tmp_path / "new" / "data.db"), "--user", "ana@example.com")
    try:
        line = process.stdout.readline().strip()
        assert line.startswith("listening on http://127.0.0.1:")
        url = line.removeprefix("listening on ")
        me = requests.get(f"{url}/api/2.0/preview/scim/v2/Me", headers={"Authorization": "Bearer x"}, timeout=10)
        assert me.json()["userName"] == "ana@example.com"
        process.send_signal(how)
        assert process.wait(10) == 0
        assert process.stderr.read() == ""
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [(["--host", "0.0.0.0"], 2, "not loopback"), (["--data", __file__, "--port", "0"], 1, "cannot use")],
)
def test_it_refuses_with_a_reason(arguments, code, words):
    process = started(*arguments)
    _, told = process.communicate(timeout=10)

    assert process.returncode == code
    assert words in told
    assert "Traceback" not in told
