"""own_kinds: the engine's requests about our kinds of resource → their lifecycle → answers.

Inputs and outputs carry the serialised provider in the state, so that the stock host can
read a state that this host wrote; lifecycles never see it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from google.protobuf import struct_pb2

from genie_provider.codec.packed import unpack
from genie_provider.lifecycle import Call, Found, Lifecycle
from genie_provider.model.state import SEAL, UNFINISHED
from genie_provider.pulumi_sdk.messages import provider_pb2

from . import detailed_diff
from .errors import Unfinished
from .structs import is_sealed, packed_text, provider_text, same, seal_of, texts, to_plain, to_struct

AnyAnswer = TypeVar("AnyAnswer", provider_pb2.CreateResponse, provider_pb2.ReadResponse, provider_pb2.UpdateResponse)


class OwnKind:
    """One lifecycle, spoken to by the engine.

    Args:
        default_provider: gives the serialised provider where the engine sends none (import).
    """

    def __init__(self, lifecycle: Lifecycle, default_provider: Callable[[], str]) -> None:
        self._lifecycle = lifecycle
        self._default_provider = default_provider

    def check(self, request: provider_pb2.CheckRequest, call: Call) -> provider_pb2.CheckResponse:
        """Canonical inputs. What the state already holds is answered unread."""
        olds, news = request.olds, request.news
        if olds.fields:
            self._lifecycle.expect_known()
        packed, provider = packed_text(news), provider_text(news, olds)
        if olds.fields and not self._lifecycle.always_check:
            if packed and provider == provider_text(olds) and is_sealed(packed, olds):
                return provider_pb2.CheckResponse(inputs=olds)
            if same(olds, news, self._lifecycle.hidden_inputs):
                return provider_pb2.CheckResponse(inputs=olds)
        old_inputs = to_plain(olds) if olds.fields else None
        checked = self._lifecycle.check(call, old_inputs, dict(unpack(to_plain(news))))
        inputs = to_struct(checked.inputs, provider)
        if packed:
            inputs.fields[SEAL].string_value = seal_of(packed, inputs)
        return provider_pb2.CheckResponse(
            inputs=inputs,
            failures=[
                provider_pb2.CheckFailure(property=detailed_diff.as_told(path), reason=reason)
                for path, reason in checked.failures
            ],
        )

    def diff(self, request: provider_pb2.DiffRequest, call: Call) -> provider_pb2.DiffResponse:
        """The changed entries. Equal messages are no change, unread."""
        self._lifecycle.recognise(call, texts(request.olds))
        if same(request.old_inputs, request.news):
            return detailed_diff.no_changes()
        old_inputs, old_outputs = to_plain(request.old_inputs), to_plain(request.olds)
        changes = self._lifecycle.diff(call, request.id, old_inputs, old_outputs, to_plain(request.news))
        return detailed_diff.to_response(changes)

    def create(self, request: provider_pb2.CreateRequest, call: Call) -> provider_pb2.CreateResponse:
        """Makes it. A preview makes nothing and knows no outputs but the inputs, as on the stock host."""
        if request.preview:
            self._lifecycle.foresee(call, to_plain(request.properties))
            return provider_pb2.CreateResponse(properties=request.properties)
        provider = provider_text(request.properties)
        made = self._lifecycle.create(call, to_plain(request.properties))
        answer = provider_pb2.CreateResponse(
            id=made.id,
            properties=to_struct(made.outputs, provider),
            refresh_before_update=self._lifecycle.read_before_preview,
        )
        return _whole(answer, made.unfinished)

    def read(self, request: provider_pb2.ReadRequest, call: Call) -> provider_pb2.ReadResponse:
        """The live resource; an empty answer when it is gone."""
        olds, old_outputs = request.inputs, request.properties
        inputs = to_plain(olds) if olds.fields else None
        outputs = to_plain(old_outputs) if old_outputs.fields else None
        found: Found | None = self._lifecycle.read(call, request.id, inputs, outputs)
        if found is None:
            return provider_pb2.ReadResponse()
        provider = provider_text(olds, old_outputs) or self._default_provider()
        unchanged = found.inputs == inputs and provider_text(olds) == provider
        unfinished = _remembered(request) if found.unfinished is None else found.unfinished
        # Left out of an answer the engine keeps its own inputs, but for an unfinished resource it forgets them.
        kept = olds if unfinished else None
        answer = provider_pb2.ReadResponse(
            id=found.id,
            inputs=kept if unchanged else to_struct(found.inputs, provider),
            properties=to_struct(found.outputs, provider),
            refresh_before_update=self._lifecycle.read_before_preview,
        )
        # An error here would stop every other resource too; this becomes a warning about one.
        return _whole(answer, unfinished)

    def update(self, request: provider_pb2.UpdateRequest, call: Call) -> provider_pb2.UpdateResponse:
        """Changes it. A preview knows the outputs that an update never changes."""
        if request.preview:
            return provider_pb2.UpdateResponse(properties=self._previewed(request))
        provider = provider_text(request.news, request.olds)
        old_inputs, old_outputs = to_plain(request.old_inputs), to_plain(request.olds)
        news = to_plain(request.news)
        made = self._lifecycle.update(call, request.id, old_inputs, old_outputs, news)
        answer = provider_pb2.UpdateResponse(
            properties=to_struct(made.outputs, provider),
            refresh_before_update=self._lifecycle.read_before_preview,
        )
        return _whole(answer, made.unfinished)

    def delete(self, request: provider_pb2.DeleteRequest, call: Call) -> None:
        """Deletes it, by id."""
        self._lifecycle.delete(call, request.id, to_plain(request.properties))

    def _previewed(self, request: provider_pb2.UpdateRequest) -> struct_pb2.Struct:
        outputs = provider_pb2.UpdateResponse(properties=request.news).properties
        for key in self._lifecycle.stable_outputs:
            if key in request.olds.fields:
                outputs.fields[key].CopyFrom(request.olds.fields[key])
        return outputs


def _remembered(request: provider_pb2.ReadRequest) -> list[str]:
    """The steps that the last create or update left undone."""
    if UNFINISHED not in request.properties.fields:
        return []
    return [reason.string_value for reason in request.properties.fields[UNFINISHED].list_value.values]


def _whole(answer: AnyAnswer, reasons: Sequence[str]) -> AnyAnswer:
    """The answer, unless something about the resource is not finished.

    The engine keeps the reasons only until the next read, and with them the need for an
    update, so they are kept in the outputs too and told again by every read.
    """
    if not reasons:
        return answer
    kept = answer.properties.fields[UNFINISHED].list_value
    kept.Clear()
    for reason in reasons:
        kept.values.add(string_value=reason)
    raise Unfinished(reasons, answer)
