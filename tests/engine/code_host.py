"""A stand-in for the three code hosts: comments and issues in lists, made, changed and listed over HTTP on loopback."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

_OF_ONE = re.compile(r"(?P<list>.*?)/(?P<id>\d+)$")


class CodeHost:
    """What was written, by the list it is in: "comments", "notes", "threads", "issues", "workitems"."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.written: dict[str, list[dict[str, Any]]] = {}

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        if path.endswith("/user"):
            return 403, {"message": "Resource not accessible by integration"}
        if path.endswith("/connectionData"):
            return 200, {"authenticatedUser": {"id": "build"}}
        if path.endswith("/wiql"):
            items = self.written.get("workitems", [])
            return 200, {"workItems": [{"id": each["id"]} for each in items if each["title"] in body["query"]]}
        if method == "GET":
            held = self.written.get(path.rpartition("/")[2], [])
            return 200, {"value": held} if "_apis" in path else held
        return self._write(method, path, body)

    def _write(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        match = (
            None
            if method == "POST"
            else _OF_ONE.match(re.sub(r"/comments/\d+$", "", path) if "threads" in path else path)
        )
        name = "workitems" if "workitems" in path else (match["list"] if match else path).rpartition("/")[2]
        entries = self.written.setdefault(name, [])
        if match:
            entry = next(each for each in entries if each["id"] == int(match["id"]))
        else:
            entry = {
                "id": len(entries) + 1,
                "number": len(entries) + 1,
                "iid": len(entries) + 1,
                "user": {"type": "Bot"},
            }
            entry |= {"author": {"id": "build"}, "system": False, "html_url": f"{self.url}/{name}/{len(entries) + 1}"}
            entries.append(entry)
        if isinstance(body, list):
            fields = (step for step in body if step["path"].startswith("/fields/"))
            body = {step["path"].rpartition(".")[2].lower(): step["value"] for step in fields}
        entry |= body
        for each in entry.get("comments", []):
            each |= {"id": 1, "author": {"id": "build"}, **({"content": body["content"]} if "content" in body else {})}
        return 200, entry

    def text(self, name: str) -> str:
        """The one entry of a list."""
        (entry,) = self.written[name]
        first = (entry.get("comments") or [{}])[0]
        return str(entry.get("body") or entry.get("description") or first.get("content"))


@contextmanager
def code_host() -> Iterator[CodeHost]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"null")
            status, answer = host.answer(self.command, urlsplit(self.path).path, body)
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PATCH = do_PUT = _serve

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host = CodeHost(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
