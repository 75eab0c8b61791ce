"""Functions that programs invoke: ours are served, what goes wrong is a failure in words."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from emulator.serving import running
from genie_provider.plugin.log import EngineLog
from genie_provider.plugin.servicer import Servicer
from genie_provider.plugin.shutdown import Shutdown
from genie_provider.plugin.structs import to_plain, to_struct
from genie_provider.pulumi_sdk.messages import provider_pb2
from genie_provider.reconcile.preflight import TOKEN


class Context:
    def abort(self, code: grpc.StatusCode, words: str) -> None:
        raise RuntimeError(f"{code.name}: {words}")


def invoke(token: str, config: dict[str, Any], **arguments: Any) -> provider_pb2.InvokeResponse:
    servicer = Servicer(EngineLog(), Shutdown())
    context: Any = Context()
    servicer.Configure(provider_pb2.ConfigureRequest(args=to_struct(config)), context)
    return servicer.Invoke(provider_pb2.InvokeRequest(tok=token, args=to_struct(arguments)), context)


def test_the_inventory_of_a_workspace_is_answered() -> None:
    with running() as workspace:
        config = {"genie:host": workspace.url, "genie:token": "x"}
        answer = invoke(TOKEN, config, tables=["samples.nyctaxi.trips", "main.a.b"], functions=["main.a.f"])

    found = to_plain(getattr(answer, "return"))
    assert list(found["tables"]) == ["samples.nyctaxi.trips"]
    assert found["missing_tables"] == ["main.a.b"]
    assert found["missing_functions"] == ["main.a.f"]
    assert found["missing_schemas"] == ["main.a"]


def test_what_goes_wrong_is_a_failure_without_secrets() -> None:
    config = {"genie:host": "http://127.0.0.1:9", "genie:token": "hush-hush"}

    (failure,) = invoke(TOKEN, config, tables=["main.a.b"]).failures

    assert "127.0.0.1:9" in failure.reason
    assert "hush" not in failure.reason


def test_other_functions_are_not_ours() -> None:
    with pytest.raises(RuntimeError, match="UNIMPLEMENTED: pulumi-python:x:y is not a function of this provider"):
        invoke("pulumi-python:x:y", {})
