"""errors: exceptions → what the engine prints.

A `GenieError` is text for the person at the keyboard and goes out as it is. Anything else
is a bug of ours: one line for the person, the traceback for `pulumi --debug`.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import grpc
from google.protobuf import any_pb2

from genie_provider.errors import GenieError
from genie_provider.pulumi_sdk.messages import provider_pb2, status_pb2

from .log import EngineLog


class Cancelled(GenieError):
    """The run was cancelled before this step began."""


Answer = provider_pb2.CreateResponse | provider_pb2.ReadResponse | provider_pb2.UpdateResponse


class Unfinished(Exception):
    """The resource exists and the answer about it is ready, but not everything about it is well."""

    def __init__(self, reasons: Sequence[str], answer: Answer) -> None:
        self.reasons = reasons
        self.answer = answer
        super().__init__("not finished")


class _Status(grpc.Status):
    """What `abort_with_status` takes, without another package for it."""

    def __init__(self, code: grpc.StatusCode, details: str, trailing_metadata: object) -> None:
        self.code = code
        self.details = details
        self.trailing_metadata = trailing_metadata


@contextmanager
def told(context: grpc.ServicerContext, engine_log: EngineLog, step: str, urn: str = "") -> Iterator[None]:
    """Turns what is raised inside into the engine's terms. Nothing inside may call `context.abort`."""
    try:
        yield
    except Unfinished as unfinished:
        _abort_unfinished(context, engine_log, unfinished)
    except GenieError as error:
        # A well-understood code: UNKNOWN would leave a pending operation in the state.
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, engine_log.clean(str(error)))
    except Exception as error:
        engine_log.write("debug", traceback.format_exc(), urn)
        text = f"internal error in {step}: {type(error).__name__}: {error}; please report it"
        context.abort(grpc.StatusCode.INTERNAL, engine_log.clean(" ".join(text.split())))


def _abort_unfinished(context: grpc.ServicerContext, engine_log: EngineLog, unfinished: Unfinished) -> None:
    """Fails the resource but keeps it: id and outputs go into the state, the next `up` updates it."""
    reasons = [engine_log.clean(reason) for reason in unfinished.reasons]
    kept = provider_pb2.ErrorResourceInitFailed(
        properties=unfinished.answer.properties,
        reasons=reasons,
        refresh_before_update=unfinished.answer.refresh_before_update,
    )
    if not isinstance(unfinished.answer, provider_pb2.UpdateResponse):
        kept.id = unfinished.answer.id
    if isinstance(unfinished.answer, provider_pb2.ReadResponse):
        kept.inputs.CopyFrom(unfinished.answer.inputs)
    detail = any_pb2.Any()
    detail.Pack(kept)
    code = grpc.StatusCode.UNKNOWN
    status = status_pb2.Status(code=code.value[0], message="\n".join(reasons), details=[detail])
    metadata = (("grpc-status-details-bin", status.SerializeToString()),)
    context.abort_with_status(_Status(code, "not finished", metadata))
