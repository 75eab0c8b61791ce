"""serving: the workspace behind a port, in a process of its own or in a thread of a test."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn

from .app import application
from .handle import Handle
from .http.hosts import LOOPBACK, Hosts
from .workspace import Workspace


class _Server(uvicorn.Server):
    """Says when it accepts connections, and ends without waiting for idle ones."""

    def __init__(self, config: uvicorn.Config, on_start: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_start = on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._on_start()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End, with exit code 0: uvicorn's own would raise the signal again afterwards."""
        self.force_exit = self.should_exit
        self.should_exit = True

    async def main_loop(self) -> None:
        await self.on_tick(0)
        while not self.should_exit:
            await asyncio.sleep(0.02)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if not self.force_exit:
            await super().shutdown(sockets)
            return
        for serving in self.servers:
            serving.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()  # type: ignore[union-attr]


def bound(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(1024)
    return listener


def server(workspace: Workspace, on_start: Callable[[], None], hosts: Hosts = LOOPBACK) -> uvicorn.Server:
    config = uvicorn.Config(
        application(workspace, hosts),
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )
    return _Server(config, on_start)


def address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


@contextmanager
def running(
    data: str = ":memory:", port: int = 0, *, user: str | None = None, workspace_id: str | None = None, **settings: Any
) -> Iterator[Handle]:
    """A workspace on loopback for the length of a `with` block, in a thread of this process.

    Keyword arguments beyond the named ones are switches, as in `Settings`.
    """
    workspace = Workspace(data, user, workspace_id, **settings)
    listener, started = bound("127.0.0.1", port), threading.Event()
    serving = server(workspace, started.set)
    thread = threading.Thread(target=serving.run, args=([listener],), name="emulator", daemon=True)
    thread.start()
    try:
        if not started.wait(10):
            raise RuntimeError("the local workspace did not start within 10 seconds")
        yield Handle(address(listener), workspace.workspace_id, workspace.user)
    finally:
        serving.should_exit = serving.force_exit = True
        thread.join(10)
        workspace.store.close()
