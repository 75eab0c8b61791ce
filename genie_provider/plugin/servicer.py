"""servicer: hears the engine, decides whose resource it is, and answers.

Every request about a resource takes the same way: its type (or the provider it carries)
says whose it is; `errors.told` turns whatever goes wrong into the engine's terms.
"""

from __future__ import annotations

import contextlib
import json
import os
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from grpc import ServicerContext as _Context

from genie_provider.errors import GenieError
from genie_provider.lifecycle import PROJECT_FOLDER, RUN, Call
from genie_provider.pulumi_sdk.messages import plugin_pb2, provider_pb2, provider_pb2_grpc

from .errors import Cancelled, told
from .log import EngineLog
from .own_kinds import OwnKind
from .registry import KINDS, Kind, Registry, kinds_from_environment
from .shutdown import Shutdown
from .stock_kinds import StockKinds
from .structs import provider_text, secret_texts, to_plain, to_struct

_VERSION = "0.1.0"  # as the stock host


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """Pulumi's ResourceProvider service, as far as dynamic resources go."""

    def __init__(self, engine_log: EngineLog, shutdown: Shutdown, kinds: dict[str, Kind] | None = None) -> None:
        self._engine_log = engine_log
        self._shutdown = shutdown
        self._foreign = StockKinds()
        self._kinds = Registry({**KINDS, **kinds_from_environment()} if kinds is None else kinds, self._foreign.load)

    # The process

    def GetPluginInfo(self, request: empty_pb2.Empty, context: _Context) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=_VERSION)

    def Attach(self, request: plugin_pb2.PluginAttach, context: _Context) -> empty_pb2.Empty:
        """A host that was started by hand (PULUMI_DEBUG_PROVIDERS) learns who its engine is."""
        self._engine_log.attach(request.address)
        return empty_pb2.Empty()

    def Configure(self, request: provider_pb2.ConfigureRequest, context: _Context) -> provider_pb2.ConfigureResponse:
        """Keeps the stack's configuration; a provider or lifecycle is made when first needed.

        `acceptSecrets` stays off: the engine then remembers itself which values are secret
        and marks values of the same name in our answers, so they are encrypted in the state.
        """
        self._engine_log.begin()
        self._engine_log.keep_secret(secret_texts(request.args))
        self._foreign.configure(request.args)
        self._kinds.configure({**_as_texts(request.args), PROJECT_FOLDER: os.getcwd(), RUN: str(os.getppid())})
        return provider_pb2.ConfigureResponse(acceptSecrets=False, supportsPreview=True)

    def Cancel(self, request: empty_pb2.Empty, context: _Context) -> empty_pb2.Empty:
        """Ctrl-C: what is under way finishes and is recorded; nothing new begins."""
        self._shutdown.cancelled.set()
        self._kinds.cancel()
        return empty_pb2.Empty()

    # Functions

    def Invoke(self, request: provider_pb2.InvokeRequest, context: _Context) -> provider_pb2.InvokeResponse:
        """One of our functions for the program; what goes wrong is told as a failure, not as an error."""
        function = self._kinds.function(request.tok)
        if function is None:
            words = f"{request.tok} is not a function of this provider"
            context.abort(grpc.StatusCode.UNIMPLEMENTED, words)
            raise AssertionError(words)  # abort has raised already
        try:
            return provider_pb2.InvokeResponse(**{"return": to_struct(function(to_plain(request.args)) or {})})
        except GenieError as error:
            failure = provider_pb2.CheckFailure(reason=self._engine_log.clean(str(error)))
            return provider_pb2.InvokeResponse(failures=[failure])

    # Resources

    def Check(self, request: provider_pb2.CheckRequest, context: _Context) -> provider_pb2.CheckResponse:
        provider = provider_text(request.news, request.olds)
        return self._serve("check", request, context, provider)

    def Diff(self, request: provider_pb2.DiffRequest, context: _Context) -> provider_pb2.DiffResponse:
        provider = provider_text(request.news, request.olds)
        return self._serve("diff", request, context, provider)

    def Create(self, request: provider_pb2.CreateRequest, context: _Context) -> provider_pb2.CreateResponse:
        return self._serve("create", request, context, provider_text(request.properties), writes=True)

    def Read(self, request: provider_pb2.ReadRequest, context: _Context) -> provider_pb2.ReadResponse:
        provider = provider_text(request.properties, request.inputs)
        if not provider and not self._kinds.is_listed(request.type):
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, _not_importable(request.type))
        return self._serve("read", request, context, provider)

    def Update(self, request: provider_pb2.UpdateRequest, context: _Context) -> provider_pb2.UpdateResponse:
        return self._serve("update", request, context, provider_text(request.news), writes=True)

    def Delete(self, request: provider_pb2.DeleteRequest, context: _Context) -> empty_pb2.Empty:
        self._serve("delete", request, context, provider_text(request.properties), writes=True)
        return empty_pb2.Empty()

    def _serve(self, step: str, request: Any, context: _Context, provider: str, writes: bool = False) -> Any:
        token, urn = request.type or _type_in(request.urn), request.urn
        with told(context, self._engine_log, step, urn), self._under_way(writes, request):
            lifecycle = self._kinds.lifecycle(token, provider)
            if lifecycle is not None:
                ours = OwnKind(lifecycle, lambda: self._kinds.provider_text(token))
                return getattr(ours, step)(request, self._call(request))
        with _tracebacks(context, self._engine_log), self._under_way(writes, request):
            return getattr(self._foreign, step)(request)

    @contextlib.contextmanager
    def _under_way(self, writes: bool, request: Any) -> Iterator[None]:
        if not writes or getattr(request, "preview", False):
            yield
            return
        if self._shutdown.cancelled.is_set():
            raise Cancelled("cancelled before it began; nothing was sent")
        with self._shutdown.writing():
            yield

    def _call(self, request: Any) -> Call:
        stack, project, name = _place(request.urn)
        return Call(
            name=name,
            project=project,
            stack=stack,
            urn=request.urn,
            preview=getattr(request, "preview", False),
            notify=lambda level, text: self._engine_log.write(level, text, request.urn),
        )


def _unimplemented(name: str) -> Callable[[Servicer, Any, _Context], None]:
    def refuse(self: Servicer, request: Any, context: _Context) -> None:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, f"{name} is not implemented by the dynamic provider")

    return refuse


_REFUSED = [
    *("Handshake", "Parameterize", "GetSchema", "CheckConfig", "DiffConfig", "Call"),
    *("List", "Construct", "GetMapping", "GetMappings"),
]
for _name in _REFUSED:
    setattr(Servicer, _name, _unimplemented(_name))


@contextlib.contextmanager
def _tracebacks(context: _Context, engine_log: EngineLog) -> Iterator[None]:
    """What the stock host answers when a provider raises."""
    try:
        yield
    except Exception:
        context.abort(grpc.StatusCode.UNKNOWN, engine_log.clean(traceback.format_exc()))


def _as_texts(args: struct_pb2.Struct) -> dict[str, str]:
    plain = to_plain(args)
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in plain.items()}


def _place(urn: str) -> tuple[str, str, str]:
    """Stack, project and name in `urn:pulumi:STACK::PROJECT::TYPE::NAME`."""
    parts = urn.removeprefix("urn:pulumi:").split("::", 3)
    stack, project, _, name = parts if len(parts) == 4 else ("", "", "", urn)
    return stack, project, name


def _type_in(urn: str) -> str:
    parts = urn.split("::", 3)
    return parts[2].rpartition("$")[2] if len(parts) == 4 else ""


def _not_importable(token: str) -> str:
    return f"{token} cannot be imported: no kind of resource by this name; known are: {', '.join(KINDS)}"
