"""workspace: the local workspace as a process of its own, and what it counted."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.install_pulumi import PROJECT
from tools.progress import end

WAREHOUSE = "Bench Warehouse"


@dataclass(frozen=True)
class Calls:
    """API calls since the last `forget_calls`, and how many ran at once."""

    count: int
    at_once: int


class LocalWorkspace:
    """Talks to the control path, which is never slowed."""

    def __init__(self, host: str) -> None:
        self.host = host

    def calls(self) -> Calls:
        stats = self._ask("GET", "/stats")
        return Calls(stats["total"], stats["peak_concurrency"])

    def forget_calls(self) -> None:
        self._ask("DELETE", "/requests")

    def reset(self, latency_s: float) -> None:
        """As new: no spaces, one warehouse of ours, and every call takes `latency_s`.

        Benchmark runs show no results: computing them is the local workspace's work, not ours.
        """
        self._ask("POST", "/reset")
        self._ask("POST", "/warehouses", {"name": WAREHOUSE})
        self._ask("PUT", "/settings", {"latency_s": latency_s, "eval_shows_results": False})

    def space_ids(self) -> list[str]:
        """The spaces that are not in the trash, in the order of their titles."""
        spaces = self._ask("GET", "/spaces")
        return [space["space_id"] for space in sorted(spaces, key=lambda space: str(space["title"]))]

    def _ask(self, method: str, path: str, sent: Any = None) -> Any:
        data = None if sent is None else json.dumps(sent).encode()
        request = urllib.request.Request(f"{self.host}/_control{path}", data, method=method)
        no_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with no_proxy.open(request, timeout=60) as answer:
            return json.loads(answer.read() or b"{}")


@contextlib.contextmanager
def local_workspace(folder: Path) -> Iterator[LocalWorkspace]:
    """A workspace of our own on a free port, gone after the block."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "emulator", "--port", "0", "--data", str(folder / "workspace.db")]
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline().decode())
        if not found:
            raise RuntimeError("the local workspace did not start")
        yield LocalWorkspace(found[0].rstrip("/"))
    finally:
        end(process)
