"""oddities: a clock that does not wait, and a server of raw sockets that misbehaves on request."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from typing import Any

from genie_provider.client import Access, Workspace
from genie_provider.client.http.pacing import Clock

HOST = "https://dbc-1.cloud.databricks.com"
SPACES = f"{HOST}/api/2.0/genie/spaces"
TOKEN = "dapi0123456789abcdef0123456789abcdef"


class FakeClock(Clock):
    """Time passes only by sleeping; `slept` keeps each wait in seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.time = 1000.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def wall(self) -> float:
        return 1_800_000_000.0

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


def a_space(**fields: Any) -> dict[str, Any]:
    space = {"space_id": "a" * 32, "title": "Sales", "warehouse_id": "w1", "parent_path": "/Users/me"}
    return space | {"serialized_space": '{"version":2}', "etag": "e1"} | fields


def http(status: int, data: Any, *headers: str) -> bytes:
    """The bytes of a JSON answer."""
    body = json.dumps(data).encode()
    lines = [
        f"HTTP/1.1 {status} X",
        f"Content-Length: {len(body)}",
        "Content-Type: application/json",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


Behaviour = Callable[[socket.socket, str], bool]
"""Answers one request, given its first line; False ends the connection."""


class OddServer:
    """A loopback server of raw sockets: one behaviour for each request in turn, the last one repeats."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self.behaviours = list(behaviours)
        self.requests: list[str] = []
        self.heads: list[str] = []
        self.bodies: list[bytes] = []
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._open: list[socket.socket] = []
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                while head := self._request(connection):
                    if not self._next(head)(connection, head.partition("\r\n")[0]):
                        return
        except OSError:
            pass

    def _request(self, connection: socket.socket) -> str:
        received = b""
        while b"\r\n\r\n" not in received:
            part = connection.recv(65536)
            if not part:
                return ""
            received += part
        head, _, body = received.partition(b"\r\n\r\n")
        for line in head.decode().split("\r\n"):
            if line.lower().startswith("content-length:"):
                while len(body) < int(line.split(":")[1]):
                    body += connection.recv(65536)
        self.bodies.append(body)
        return head.decode()

    def _next(self, head: str) -> Behaviour:
        with self._lock:
            self.requests.append(head.partition("\r\n")[0].rpartition(" ")[0])
            self.heads.append(head)
            return self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]

    def close(self) -> None:
        self._listening.close()
        for connection in self._open:
            connection.close()


def answering(status: int, data: Any, *headers: str) -> Behaviour:
    def behave(connection: socket.socket, line: str) -> bool:
        connection.sendall(http(status, data, *headers))
        return True

    return behave


def dropping(connection: socket.socket, line: str) -> bool:
    return False


def hanging(connection: socket.socket, line: str) -> bool:
    connection.settimeout(20)
    connection.recv(1)
    return False


def halving(connection: socket.socket, line: str) -> bool:
    connection.sendall(http(200, a_space())[:-20])
    return False


def at(server: OddServer | str, **options: Any) -> Workspace:
    url = server if isinstance(server, str) else server.url
    return Workspace(Access.find(url, None, TOKEN, env={}), **options)
