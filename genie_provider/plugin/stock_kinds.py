"""stock_kinds: other people's dynamic resources, served as Pulumi's stock host serves them.

This follows `pulumi/dynamic/__main__.py` step by step: the same values reach the provider
and the same answers go back, tracebacks included, since those are for its author. The SDK
is imported when the first such resource is met.
"""

from __future__ import annotations

import asyncio
import os
import threading
from typing import Any

from google.protobuf import struct_pb2

from genie_provider.pulumi_sdk.messages import provider_pb2

from .structs import PROVIDER_KEY


class StockKinds:
    """The providers that programs send along, each unpickled and configured once."""

    def __init__(self) -> None:
        self._config = struct_pb2.Struct()
        self._loaded: dict[str, Any] = {}
        self._configured: dict[str, Any] = {}
        self._lock = threading.RLock()

    def configure(self, args: struct_pb2.Struct) -> None:
        """The stack's configuration, for the providers configured from now on."""
        self._config = args

    def load(self, text: str) -> Any:
        """The provider object in this text, not yet configured."""
        with self._lock:
            if text not in self._loaded:
                from genie_provider.pulumi_sdk.providers import from_text

                self._loaded[text] = from_text(text)
            return self._loaded[text]

    def check(self, request: provider_pb2.CheckRequest) -> provider_pb2.CheckResponse:
        olds, news = _from_struct(request.olds, True), _from_struct(request.news, True)
        result = self._provider_of_either(olds, news).check(olds, news)
        inputs = result.inputs
        inputs[PROVIDER_KEY] = news[PROVIDER_KEY]
        failures = [provider_pb2.CheckFailure(property=f.property, reason=f.reason) for f in result.failures]
        return provider_pb2.CheckResponse(inputs=_to_struct(inputs), failures=failures)

    def diff(self, request: provider_pb2.DiffRequest) -> provider_pb2.DiffResponse:
        olds, news = _from_struct(request.olds, True), _from_struct(request.news, True)
        result = self._provider_of_either(olds, news).diff(request.id, olds, news)
        changes = provider_pb2.DiffResponse.DIFF_UNKNOWN
        if result.changes is not None:
            some, none = provider_pb2.DiffResponse.DIFF_SOME, provider_pb2.DiffResponse.DIFF_NONE
            changes = some if result.changes else none
        return provider_pb2.DiffResponse(
            changes=changes,
            replaces=result.replaces or [],
            deleteBeforeReplace=bool(result.delete_before_replace),
        )

    def create(self, request: provider_pb2.CreateRequest) -> provider_pb2.CreateResponse:
        if request.preview:
            return provider_pb2.CreateResponse(properties=request.properties)
        props = _from_struct(request.properties)
        result = self._provider(props).create(props)
        outs = result.outs if result.outs is not None else {}
        outs[PROVIDER_KEY] = props[PROVIDER_KEY]
        return provider_pb2.CreateResponse(id=result.id, properties=_to_struct(outs))

    def read(self, request: provider_pb2.ReadRequest) -> provider_pb2.ReadResponse:
        # A refresh sends the old outputs, a program's `get` only inputs: both carry the provider.
        props = _from_struct(request.properties) or _from_struct(request.inputs)
        result = self._provider(props).read(request.id, props)
        outs = result.outs
        outs[PROVIDER_KEY] = props[PROVIDER_KEY]
        inputs = None
        if result.inputs is not None:
            inputs = _to_struct({**result.inputs, PROVIDER_KEY: props[PROVIDER_KEY]})
        return provider_pb2.ReadResponse(id=result.id, properties=_to_struct(outs), inputs=inputs)

    def update(self, request: provider_pb2.UpdateRequest) -> provider_pb2.UpdateResponse:
        if request.preview:
            return provider_pb2.UpdateResponse(properties=request.news)
        olds, news = _from_struct(request.olds), _from_struct(request.news)
        result = self._provider(news).update(request.id, olds, news)
        outs = result.outs if result.outs is not None else {}
        outs[PROVIDER_KEY] = news[PROVIDER_KEY]
        return provider_pb2.UpdateResponse(properties=_to_struct(outs))

    def delete(self, request: provider_pb2.DeleteRequest) -> None:
        props = _from_struct(request.properties)
        self._provider(props).delete(request.id, props)

    def _provider_of_either(self, olds: dict[str, Any], news: dict[str, Any]) -> Any:
        return self._provider(news if isinstance(news[PROVIDER_KEY], str) else olds)

    def _provider(self, props: dict[str, Any]) -> Any:
        from pulumi.dynamic import Config, ConfigureRequest
        from pulumi.metadata import get_project
        from pulumi.runtime import Settings, configure, rpc

        # The settings belong to the thread, so they are made in each that calls a provider.
        project = os.environ.get("PULUMI_PROJECT", "project")
        configure(Settings(project=project, stack="stack", organization="organization"))
        text = props[PROVIDER_KEY]
        with self._lock:
            if text not in self._configured:
                provider = self.load(text)
                raw = rpc.deserialize_properties(self._config)
                config = {key: rpc.unwrap_rpc_secret(value) for key, value in raw.items()}
                provider.configure(ConfigureRequest(config=Config(config, get_project())))
                self._configured[text] = provider
            return self._configured[text]


def _from_struct(struct: struct_pb2.Struct, keep_unknowns: bool | None = None) -> dict[str, Any]:
    from pulumi.runtime import rpc

    properties: dict[str, Any] = rpc.deserialize_properties(struct, keep_unknowns)
    return properties


def _to_struct(properties: dict[str, Any]) -> struct_pb2.Struct:
    from pulumi.runtime import rpc

    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(rpc.serialize_properties(properties, {}))
    finally:
        loop.close()
