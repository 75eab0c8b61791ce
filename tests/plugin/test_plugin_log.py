"""talk and failures: what leaves the host as text."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from genie_provider.errors import GenieError, WorkspaceError
from genie_provider.lifecycle import Made
from genie_provider.plugin.errors import Unfinished, told
from genie_provider.plugin.log import EngineLog
from genie_provider.plugin.structs import to_struct
from genie_provider.pulumi_sdk.messages import engine_pb2, provider_pb2, status_pb2


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
def engine_log(engine: Engine) -> EngineLog:
    engine_log = EngineLog("engine")
    engine_log._stub = engine  # type: ignore[assignment]
    return engine_log


def aborted(engine_log: EngineLog, error: Exception) -> Context:
    context = Context()
    with pytest.raises(Aborted), told(context, engine_log, "update", "urn:x"):
        raise error
    return context


def test_a_status_is_replaced_and_the_rest_stays(engine_log: EngineLog, engine: Engine) -> None:
    engine_log.write("status", "waiting", "urn:x")
    engine_log.write("warning", "edited", "urn:x")

    assert [(h.severity, h.ephemeral, h.urn) for h in engine.heard] == [
        (engine_pb2.INFO, True, "urn:x"),
        (engine_pb2.WARNING, False, "urn:x"),
    ]


def test_the_same_words_about_the_same_resource_are_said_once_a_run(engine_log: EngineLog, engine: Engine) -> None:
    for urn in ("urn:a", "urn:a", "urn:b"):
        engine_log.write("warning", "edited", urn)
    engine_log.begin()
    engine_log.write("warning", "edited", "urn:a")

    assert [heard.urn for heard in engine.heard] == ["urn:a", "urn:b", "urn:a"]


def test_secrets_and_control_codes_are_blotted_out(engine_log: EngineLog, engine: Engine) -> None:
    engine_log.keep_secret({"dapi0123456789", "dapi0123456789-long", "it"})

    engine_log.write("info", "sent dapi0123456789-long and dapi0123456789, \x1b[2Jtitle\x07\u202e it\n\tis")

    assert engine.heard[0].message == "sent [secret] and [secret], �[2Jtitle�� it\n\tis"


def test_an_engine_that_does_not_answer_is_no_failure() -> None:
    EngineLog("127.0.0.1:1").write("info", "anybody there?")
    EngineLog("").write("info", "anybody there?")


def test_an_error_for_people_goes_out_as_it_is(engine_log: EngineLog) -> None:
    error = WorkspaceError("forbidden", "update", "no right", "ask an admin", space="sales", status=403)

    context = aborted(engine_log, error)

    assert context.details == "update sales: no right (403)\n  ask an admin"
    assert context.code is grpc.StatusCode.FAILED_PRECONDITION


def test_a_bug_is_one_line_for_people_and_a_traceback_for_debug(engine_log: EngineLog, engine: Engine) -> None:
    context = aborted(engine_log, ZeroDivisionError("by\nzero"))

    assert context.details == "internal error in update: ZeroDivisionError: by zero; please report it"
    assert [heard.severity for heard in engine.heard] == [engine_pb2.DEBUG]
    assert "Traceback" in engine.heard[0].message


def test_a_secret_in_an_error_is_blotted_out(engine_log: EngineLog) -> None:
    engine_log.keep_secret({"dapi0123456789"})

    assert "dapi" not in aborted(engine_log, GenieError("token dapi0123456789 expired")).details


def test_what_is_not_finished_keeps_id_and_outputs(engine_log: EngineLog) -> None:
    made = Made("n1", {"url": "u"}, ["permissions: no right"])
    outputs = to_struct(made.outputs, "P")
    answer = provider_pb2.CreateResponse(id=made.id, properties=outputs, refresh_before_update=True)

    context = aborted(engine_log, Unfinished(made.unfinished, answer))

    status = status_pb2.Status.FromString(context.metadata["grpc-status-details-bin"])
    kept = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(kept)
    assert (kept.id, kept.properties, list(kept.reasons)) == ("n1", outputs, ["permissions: no right"])
    assert kept.refresh_before_update
