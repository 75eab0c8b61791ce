"""targets: what must hold for any bytes, any text and any JSON: an answer or one of our errors, shown harmlessly."""

from __future__ import annotations

import contextlib
import json
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

from genie_provider.cli import output
from genie_provider.client.api.spaces import _to_summary, to_space
from genie_provider.client.auth.resolve import Access
from genie_provider.client.http import pacing, responses
from genie_provider.client.http.attempts import AttemptFailed, Request
from genie_provider.client.http.paging import entries_of
from genie_provider.client.http.transport import Transport
from genie_provider.client.redaction import harmless
from genie_provider.codec import normalize, wire
from genie_provider.codec.spec_inputs import inputs_of
from genie_provider.compare import diff
from genie_provider.errors import GenieError
from genie_provider.model import entry_ids
from genie_provider.model.schema import KEYED
from genie_provider.model.variables import Variables
from genie_provider.plugin.log import EngineLog
from genie_provider.reconcile import ownership, timestamps
from genie_provider.specs import loader, writer
from genie_provider.yamlio.printer import to_yaml

OWNER = "genie/dev/fuzzed"
VARIABLES = Variables({"catalog": "main", "n": 7, "flag": True, "nested": "${catalog}"}, "dev")
ACCESS = Access.find("https://example.com", None, "dapi0123456789abcdef")
CONTEXT = responses.Context("read", "https://example.com", "the environment", secrets=("dapi0123456789abcdef",))


def load_spec(data: bytes) -> None:
    """Any file is specs, or problems with places; what loads can be sent, and written out again."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "fuzzed.yaml")
        file.write_bytes(data)
        loaded = loader.load([file], VARIABLES)
    for problem in loaded.problems:
        assert problem.place is not None
        assert problem.place.line >= 1
        assert problem.place.column >= 1
        assert_harmless(str(problem))
    if loaded.errors:
        return
    for name, spec in loaded.specs.items():
        inputs = inputs_of(spec, f"genie/dev/{name}")
        body = wire.to_body(inputs, inputs["__owner"])
        json.dumps(body)
        ownership.has_own_ids(inputs)


def substitute(text: str) -> None:
    """Any text is replaced in, or its references are problems; text without a reference stays."""
    problems: list[str] = []
    result = VARIABLES.substitute(text, lambda unresolved: problems.append(str(unresolved)))
    assert isinstance(result, str)
    assert "${" in text or result == text
    assert "".join(written for written, _ in VARIABLES.pieces(text)) == text


def read_space(data: Any) -> None:
    """Any JSON in the place of a space is a space or an error, and no body makes reading, comparing or writing fail."""
    if not isinstance(data, dict):
        return
    for step, asked, wrote in (("read", "0" * 32, False), ("create", None, True)):
        with contextlib.suppress(GenieError):
            remote = to_space({**data, "space_id": "0" * 32}, step, asked, wrote)
            timestamps.seconds_of(remote.create_time)
            timestamps.is_older(remote.create_time, remote.update_time)
            if remote.body is not None:
                read_body(remote.body)
            return
    with contextlib.suppress(GenieError):
        for entry in entries_of(data, "spaces", "list"):
            _to_summary(entry)


def read_body(body: dict[str, Any]) -> None:
    """A body read, settled against itself and written on top of itself changes nothing."""
    inputs = wire.from_body(body, OWNER)
    assert diff.changes(inputs, normalize.settle(wire.from_body(body, OWNER), inputs)) == []
    again = wire.from_body(wire.to_body(inputs, OWNER, body), OWNER)
    fresh = wire.from_body(wire.to_body(inputs, OWNER), OWNER)
    if _has_proper_ids(body):  # the workspace refuses others, and sorts by them
        assert diff.changes(inputs, again) == []
        assert diff.changes(fresh, inputs) == []
    diff.marks(inputs)
    diff.fingerprint(inputs)
    list(normalize.own_entries(wire.from_body(body), OWNER))
    to_yaml(writer.authored({"title": "Fuzzed", **inputs}, OWNER))


def _has_proper_ids(body: dict[str, Any]) -> bool:
    """Whether every entry that must have an id has a well-formed one."""
    for section in KEYED:
        found: Any = body
        for name in section.wire:
            found = found.get(name) if isinstance(found, dict) else None
        entries = found if section.has_id and isinstance(found, list) else []
        if not all(isinstance(entry, dict) and entry_ids.is_well_formed(str(entry.get("id"))) for entry in entries):
            return False
    return True


def judge_answer(status: int, headers: dict[str, str], text: bytes) -> None:
    """Any answer of any status is an object or one of our errors, whose text a terminal takes harmlessly."""
    transport = Transport(ACCESS)
    for method in ("GET", "POST", "DELETE"):
        order = Request("read", method, "/api", repeatable=method == "GET")
        try:
            data = transport._judge(order, CONTEXT, status, headers, text)
        except AttemptFailed as fault:
            assert_harmless(str(fault.error), secret="dapi0123456789abcdef")
            continue
        read_space(data)
    pacing.seconds_of_retry_after(headers.get("Retry-After"), 0.0)


def show(text: str) -> None:
    """Titles and messages from outside reach no terminal with codes that it obeys."""
    assert_harmless(harmless(text))
    assert_harmless(output.harmless(text))
    assert "\n" not in output.harmless(text)
    assert_harmless(EngineLog().clean(text), "\n\t")


def assert_harmless(text: str, allowed: str = "\n\t\u200d", secret: str = "") -> None:
    """No control codes, none that turn the direction of what follows, and not the secret."""
    assert not secret or secret not in text
    for letter in text:
        assert letter in allowed or unicodedata.category(letter) != "Cc", repr(text)
        assert letter not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029", repr(text)
