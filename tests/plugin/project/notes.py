"""A small kind of resource for the tests of the host: notes, kept by an HTTP server."""

from __future__ import annotations

import hashlib
import http.client
import json
from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.dynamic import Resource

from genie_provider.errors import GenieError, Problem, SpecError, WorkspaceError
from genie_provider.lifecycle import UNKNOWN, Call, Change, Checked, Found, Lifecycle, Made, Path, Properties
from genie_provider.stock_host import LifecycleProvider


class NoteLifecycle(Lifecycle):
    """Notes have a title, entries by name, and perhaps a secret."""

    hidden_inputs = frozenset({"__marks"})
    stable_outputs = frozenset({"url"})

    def __init__(self, config: Mapping[str, str]) -> None:
        if "note:server" not in config:
            raise GenieError("note:server is not set; say which server with pulumi config set note:server")
        self.server = config["note:server"]
        self.read_before_preview = config.get("note:readBeforePreview", "true") == "true"

    def check(self, call: Call, olds: Properties | None, news: Properties) -> Checked:
        if news.get("title") == "":
            raise SpecError([Problem("title: a note needs one"), Problem("second: another problem")])
        if news.get("title") == "crash":
            raise ZeroDivisionError("a bug")
        failures: list[tuple[Path, str]] = []
        if news.get("title") == "unlucky":
            failures.append((("entries", "main.a.b"), "is unlucky"))
        return Checked(_marked(news), failures)

    def diff(
        self, call: Call, id: str, old_inputs: Properties, old_outputs: Properties, news: Properties
    ) -> list[Change]:
        if news.get("title") == "undiffable":
            raise WorkspaceError("edited", "diff", "two people edited it", "look at it", space=call.name)
        changes = list(_changes((), _authored(old_inputs), _authored(news)))
        if changes and old_outputs.get("revision") != 1:
            call.notify("warning", f"{call.name} was edited by hand")
        return changes

    def create(self, call: Call, inputs: Properties) -> Made:
        call.notify("status", "writing")
        call.notify("info", f"hello from {call.name} in {call.project}/{call.stack}")
        note = self._ask("POST", "/notes", _authored(inputs))
        return self._made(note, call)

    def read(self, call: Call, id: str, inputs: Properties | None, outputs: Properties | None) -> Found | None:
        note = self._ask("GET", f"/notes/{id}")
        if note is None:
            return None
        fresh = self._outputs(note)
        if inputs and outputs:
            fresh["fingerprint"] = outputs["fingerprint"]
        found = Found(id, _marked(note["body"]), fresh)
        if note["body"].get("title") == "ill":
            found = Found(found.id, found.inputs, found.outputs, ["nobody may write here"])
        return found

    def update(self, call: Call, id: str, old_inputs: Properties, old_outputs: Properties, news: Properties) -> Made:
        return self._made(self._ask("PUT", f"/notes/{id}", _authored(news)), call)

    def delete(self, call: Call, id: str, outputs: Properties) -> None:
        self._ask("DELETE", f"/notes/{id}")

    def fingerprint(self, inputs: Properties) -> str:
        return hashlib.sha256(json.dumps(_authored(inputs), sort_keys=True).encode()).hexdigest()[:12]

    def _made(self, note: Any, call: Call) -> Made:
        return Made(note["id"], self._outputs(note), note.get("unfinished", []))

    def _outputs(self, note: Any) -> Properties:
        url = f"http://{self.server}/notes/{note['id']}"
        return {"url": url, "revision": note["revision"], "fingerprint": self.fingerprint(note["body"])}

    def _ask(self, method: str, path: str, body: Properties | None = None) -> Any:
        connection = http.client.HTTPConnection(self.server, timeout=30)
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise WorkspaceError("failed", method, text, "try later", space=path, status=answer.status)
        return json.loads(text)


def _authored(inputs: Properties) -> Properties:
    return {key: value for key, value in inputs.items() if not key.startswith("__")}


def _marked(inputs: Properties) -> Properties:
    authored = _authored(inputs)
    return {**authored, "__marks": str(len(repr(authored)))}


def _changes(path: Path, old: Any, new: Any) -> Any:
    if old is UNKNOWN or new is UNKNOWN:
        if old is not new:
            yield Change(path, "update")
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            if key not in new:
                yield Change((*path, key), "delete")
            elif key not in old:
                yield Change((*path, key), "add")
            else:
                yield from _changes((*path, key), old[key], new[key])
    elif old != new:
        yield Change(path, "update")


class NoteProvider(LifecycleProvider):
    lifecycle_factory = NoteLifecycle


class Note(Resource, module="test", name="Note"):
    """A note; `url` is known once it is made."""

    url: pulumi.Output[str]
    revision: pulumi.Output[int]

    def __init__(self, name: str, inputs: dict[str, Any], opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(NoteProvider(), name, {**inputs, "url": None, "revision": None}, opts)
