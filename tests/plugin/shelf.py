"""Keeps the notes of the tests: a small HTTP server that counts and can be told to misbehave."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Shelf:
    """The notes, and what went on: `log` of requests, `peak` of requests at one time, and
    `arrived` once something was to be written.

    Set `delay_s` for slow answers, `unfinished` for steps that fail after the note is made,
    and `refuse` ("GET /notes/n1" → text) for requests that are refused.
    """

    def __init__(self) -> None:
        self.notes: dict[str, dict[str, Any]] = {}
        self.log: list[str] = []
        self.delay_s = 0.0
        self.unfinished: list[str] = []
        self.refuse: dict[str, str] = {}
        self.peak = 0
        self.arrived = threading.Event()
        self._now = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.address = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def only(self) -> dict[str, Any]:
        (note,) = self.notes.values()
        return note

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        with self._lock:
            self._now += 1
            self.peak = max(self.peak, self._now)
            self.log.append(f"{method} {path}")
        if method != "GET":
            self.arrived.set()
        time.sleep(self.delay_s)
        try:
            with self._lock:
                return self._act(method, path, body)
        finally:
            with self._lock:
                self._now -= 1

    def _act(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        refused = self.refuse.get(f"{method} {path}")
        if refused:
            return 403, refused
        if method == "POST":
            note = {"id": f"n{len(self.notes) + 1}", "body": body, "revision": 1}
            self.notes[note["id"]] = note
            return 200, {**note, "unfinished": self.unfinished}
        note = self.notes.get(path.rpartition("/")[2], {})
        if not note:
            return 404, None
        if method == "PUT":
            note.update(body=body, revision=note["revision"] + 1)
            return 200, {**note, "unfinished": self.unfinished}
        if method == "DELETE":
            del self.notes[note["id"]]
        return 200, note


def _handler(shelf: Shelf) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            status, answer = shelf.answer(self.command, self.path, body)
            text = answer if isinstance(answer, str) else json.dumps(answer)
            # A killed host is not there any more to hear it.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.send_response(status)
                self.end_headers()
                self.wfile.write(text.encode())

        do_GET = do_POST = do_PUT = do_DELETE = _answer

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler
