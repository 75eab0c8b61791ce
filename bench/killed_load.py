"""killed_load: a large CSV loaded into a table, killed twice on its way, then let through.

Killed (SIGKILL) while the file is read and while it is uploaded; each time it is looked at what is there. Memory is
the most that the loading process ever held, as Linux tells it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tools.install_pulumi import PROJECT

from .workspace import LocalWorkspace, local_workspace

_TABLE: Final = "main.default.killed"
_STAGING: Final = "/Volumes/main/default/genie_staging"
_WAREHOUSE: Final = "Serverless Starter Warehouse"
_LATEST_S: Final = 900

_LOAD: Final = """from genie_provider.client import Access, Workspace
from genie_provider.config.settings import Settings
from genie_provider.files.options import ReadOptions
from genie_provider.workflows.load_file import load
workspace = Workspace(Access.find({host!r}, None, "t", env={{}}), answer_s={latest_s})
settings = Settings(warehouse={warehouse!r})
load(settings, workspace, {file!r}, {table!r}, ReadOptions(), tell=lambda level, text: None)"""
"""As `files load`, with more patience: the local workspace carries out a statement before it answers."""


def run(folder: Path, file: Path, rows: int) -> dict[str, Any]:
    """Title → what was found. `rows` is how many the file holds.

    Raises:
        RuntimeError: a run ended before it could be killed, or the last one failed.
    """
    title = f"CSV of {file.stat().st_size / 1e6:,.0f} MB"
    with local_workspace(folder / "workspace") as handle:
        reading = _killed(handle, folder, file, lambda: _is_writing(folder))
        fault = {"kind": "hang", "match": {"method": "PUT", "path_regex": "/fs/files/"}, "seconds": _LATEST_S}
        handle._ask("POST", "/faults", fault)
        uploading = _killed(handle, folder, file, lambda: _is_uploading(handle))
        handle._ask("DELETE", "/faults")
        began = time.perf_counter()
        with _loading(handle, folder, file) as process:
            peak_mb = _watched(process, lambda: False)
            if process.wait() != 0:
                raise RuntimeError(f"the last run ended with {process.returncode}")
        return {
            f"{title}, killed while it was read: then there was": reading,
            "  killed while it was uploaded: then there was": uploading,
            "  run again, s": round(time.perf_counter() - began, 1),
            "  peak of memory, MB": round(peak_mb),
            "  the table then": _state(handle, rows),
        }


def _killed(handle: LocalWorkspace, folder: Path, file: Path, is_time: Callable[[], bool]) -> str:
    with _loading(handle, folder, file) as process:
        peak_mb = _watched(process, is_time)
        if process.poll() is not None:
            raise RuntimeError(f"the run ended with {process.returncode} before it could be killed")
        process.kill()
        process.wait()
    return f"{_state(handle)}; {peak_mb:,.0f} MB of memory until then"


@contextmanager
def _loading(handle: LocalWorkspace, folder: Path, file: Path) -> Iterator[subprocess.Popen[bytes]]:
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    given = {"host": handle.host, "warehouse": _WAREHOUSE, "file": str(file), "table": _TABLE, "latest_s": _LATEST_S}
    environment = {**os.environ, "TMPDIR": str(scratch), "PYTHONPATH": str(PROJECT)}
    process = subprocess.Popen([sys.executable, "-c", _LOAD.format(**given)], cwd=folder, env=environment)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _watched(process: subprocess.Popen[bytes], is_time: Callable[[], bool]) -> float:
    """Waits until it is time or the process has ended; the most memory it ever held, in MB."""
    peak_mb, latest = 0.0, time.monotonic() + _LATEST_S
    while process.poll() is None and not is_time() and time.monotonic() < latest:
        peak_mb = max(peak_mb, _held_mb(process.pid))
        time.sleep(0.05)
    return max(peak_mb, _held_mb(process.pid))


def _held_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)


def _is_writing(folder: Path) -> bool:
    """Whether Parquet is being written: some of it, and not all."""
    return any(file.stat().st_size for file in (folder / "scratch").glob("genie-*/*") if file.is_file())


def _is_uploading(handle: LocalWorkspace) -> bool:
    return any(each["method"] == "PUT" and "/fs/files/" in each["path"] for each in handle._ask("GET", "/requests"))


def _state(handle: LocalWorkspace, rows: int | None = None) -> str:
    """What lies in the workspace: the table with its rows, and what waits in the staging volume."""
    from genie_provider.client import Access, Workspace

    workspace = Workspace(Access.find(handle.host, None, "t", env={}), answer_s=_LATEST_S)
    staged = len(workspace.list_folder(_STAGING) or [])
    left = f"{staged} staged files"
    if workspace.fresh_table(_TABLE) is None:
        return f"no table, {left}"
    sql = f"SELECT count(*), count(distinct id) FROM {_TABLE}"
    ((count, different),) = workspace.statement(sql, workspace.find_warehouse(_WAREHOUSE).id).rows
    verdict = "" if rows is None else " as in the file" if count == different == str(rows) else f" instead of {rows:,}"
    return f"{int(count or 0):,} rows{verdict}, {left}"
