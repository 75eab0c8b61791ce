"""talk and failures: what leaves the host as text."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from genie_provider.errors import GenieError, WorkspaceError
from genie_provider.lifecycle import Made
from genie_provider.plugin.errors import Unfinished, told
from genie_provider.plugin.log import Talk
from genie_provider.plugin.protos import engine_pb2, provider_pb2, status_pb2
from genie_provider.plugin.structs import to_struct


class Engine:
    """Hears what is said on the rows."""

    def __init__(self) -> None:
        self.heard: list[Any] = []

    def Log(self, request: Any, timeout: float) -> None:
        self.heard.append(request)


class Aborted(Exception):
    pass


class Context:
    """A gRPC context that remembers how it was aborted."""

    def abort(self, code: grpc.StatusCode, details: str) -> None:
        self.code, self.details = code, details
        raise Aborted

    def abort_with_status(self, status: Any) -> None:
        self.code, self.metadata = status.code, dict(status.trailing_metadata)
        raise Aborted


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def talk(engine: Engine) -> Talk:
    talk = Talk("engine")
    talk._stub = engine  # type: ignore[assignment]
    return talk


def aborted(talk: Talk, error: Exception) -> Context:
    context = Context()
    with pytest.raises(Aborted), told(context, talk, "update", "urn:x"):
        raise error
    return context


def test_a_status_is_replaced_and_the_rest_stays(talk: Talk, engine: Engine) -> None:
    talk.say("status", "waiting", "urn:x")
    talk.say("warning", "edited", "urn:x")

    assert [(h.severity, h.ephemeral, h.urn) for h in engine.heard] == [
        (engine_pb2.INFO, True, "urn:x"),
        (engine_pb2.WARNING, False, "urn:x"),
    ]


def test_the_same_words_about_the_same_resource_are_said_once_a_run(talk: Talk, engine: Engine) -> None:
    for urn in ("urn:a", "urn:a", "urn:b"):
        talk.say("warning", "edited", urn)
    talk.begin()
    talk.say("warning", "edited", "urn:a")

    assert [heard.urn for heard in engine.heard] == ["urn:a", "urn:b", "urn:a"]


def test_secrets_and_control_codes_are_blotted_out(talk: Talk, engine: Engine) -> None:
    talk.keep_secret({"dapi0123456789", "dapi0123456789-long", "it"})

    talk.say("info", "sent dapi0123456789-long and dapi0123456789, \x1b[2Jtitle\x07\u202e it\n\tis")

    assert engine.heard[0].message == "sent [secret] and [secret], �[2Jtitle�� it\n\tis"


def test_an_engine_that_does_not_answer_is_no_failure() -> None:
    Talk("127.0.0.1:1").say("info", "anybody there?")
    Talk("").say("info", "anybody there?")


def test_an_error_for_people_goes_out_as_it_is(talk: Talk) -> None:
    error = WorkspaceError("forbidden", "update", "no right", "ask an admin", space="sales", status=403)

    context = aborted(talk, error)

    assert context.details == "update sales: no right (403)\n  ask an admin"
    assert context.code is grpc.StatusCode.FAILED_PRECONDITION


def test_a_bug_is_one_line_for_people_and_a_traceback_for_debug(talk: Talk, engine: Engine) -> None:
    context = aborted(talk, ZeroDivisionError("by\nzero"))

    assert context.details == "internal error in update: ZeroDivisionError: by zero; please report it"
    assert [heard.severity for heard in engine.heard] == [engine_pb2.DEBUG]
    assert "Traceback" in engine.heard[0].message


def test_a_secret_in_an_error_is_blotted_out(talk: Talk) -> None:
    talk.keep_secret({"dapi0123456789"})

    assert "dapi" not in aborted(talk, GenieError("token dapi0123456789 expired")).details


def test_what_is_not_finished_keeps_id_and_outputs(talk: Talk) -> None:
    made = Made("n1", {"url": "u"}, ["permissions: no right"])
    outputs = to_struct(made.outputs, "P")
    answer = provider_pb2.CreateResponse(id=made.id, properties=outputs, refresh_before_update=True)

    context = aborted(talk, Unfinished(made.unfinished, answer))

    status = status_pb2.Status.FromString(context.metadata["grpc-status-details-bin"])
    kept = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(kept)
    assert (kept.id, kept.properties, list(kept.reasons)) == ("n1", outputs, ["permissions: no right"])
    assert kept.refresh_before_update
