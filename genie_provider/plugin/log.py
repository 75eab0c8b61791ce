"""log: what the host says on a resource's row, and the last look at every text that leaves.

No text leaves with a secret of the stack's configuration in it, nor with control codes
that a terminal would obey.
"""

from __future__ import annotations

import contextlib
import re
import threading
from typing import Literal

import grpc

from genie_provider.lifecycle import Level
from genie_provider.pulumi_sdk.messages import engine_pb2, engine_pb2_grpc
from genie_provider.text import CONTROL

_TIMEOUT_S = 5.0
_SHORTEST_SECRET = 6
_CONTROL = re.compile(f"[{CONTROL}]")

_SEVERITIES = {
    "debug": engine_pb2.DEBUG,
    "status": engine_pb2.INFO,
    "info": engine_pb2.INFO,
    "warning": engine_pb2.WARNING,
}


class EngineLog:
    """The engine's log, connected on the first word."""

    def __init__(self, engine_address: str = "") -> None:
        self._address = engine_address
        self._stub: engine_pb2_grpc.EngineStub | None = None
        self._lock = threading.Lock()
        self._secrets: list[str] = []
        self._said: set[tuple[str, str]] = set()

    def begin(self) -> None:
        """A new run begins: what was said in the one before may be said again."""
        self._said.clear()

    def attach(self, engine_address: str) -> None:
        """Speak to this engine from now on."""
        with self._lock:
            self._address, self._stub = engine_address, None

    def keep_secret(self, texts: set[str]) -> None:
        """Blot these texts out of everything said from now on."""
        known = {*self._secrets, *(text for text in texts if len(text) >= _SHORTEST_SECRET)}
        self._secrets = sorted(known, key=len, reverse=True)

    def clean(self, text: str) -> str:
        """The text without secrets and without control codes."""
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        return _CONTROL.sub("�", text.replace("\r\n", "\n"))

    def write(self, level: Level | Literal["debug"], text: str, urn: str = "") -> None:
        """One message on the resource's row; a status is replaced by the next one.

        The engine asks for the same difference more than once in a run (when it reads the
        resource, and again when the program names it), so the same words are said once.
        """
        text = self.clean(text)
        if level != "status":
            with self._lock:
                if (urn, text) in self._said:
                    return
                self._said.add((urn, text))
        severity = _SEVERITIES[level]
        request = engine_pb2.LogRequest(severity=severity, message=text, urn=urn, ephemeral=level == "status")
        # The engine may be gone or busy; its log is not worth failing a deployment for.
        with contextlib.suppress(grpc.RpcError, ValueError):
            stub = self._connected()
            if stub:
                stub.Log(request, timeout=_TIMEOUT_S)

    def _connected(self) -> engine_pb2_grpc.EngineStub | None:
        with self._lock:
            if self._stub is None and self._address:
                self._stub = engine_pb2_grpc.EngineStub(grpc.insecure_channel(self._address))
            return self._stub
