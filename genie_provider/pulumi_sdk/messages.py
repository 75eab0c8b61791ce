"""messages: the SDK's gRPC messages, loaded without the SDK.

`import pulumi` costs the start of every `pulumi` command 0.1 s, although the host needs
only the generated modules in `pulumi/runtime/proto`. They import each other relatively,
so they load just as well under a package of our own that has the same folder. Protobuf
hands out the same classes when the SDK is imported later, for somebody else's provider.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pulumi.runtime.proto import (
        engine_pb2,
        engine_pb2_grpc,
        plugin_pb2,
        provider_pb2,
        provider_pb2_grpc,
        status_pb2,
    )

_ALIAS = f"{__name__}.proto"
_MODULES = (
    "plugin_pb2",
    "provider_pb2",
    "provider_pb2_grpc",
    "engine_pb2",
    "engine_pb2_grpc",
    "status_pb2",
)


def _package() -> str:
    """The package to load from: our alias, or the SDK's own where its folder is not as expected."""
    spec = importlib.util.find_spec("pulumi")
    folders = [Path(place, "runtime", "proto") for place in (spec and spec.submodule_search_locations) or []]
    folders = [folder for folder in folders if folder.joinpath("provider_pb2_grpc.py").is_file()]
    if not folders or "pulumi" in sys.modules:
        return "pulumi.runtime.proto"
    alias = ModuleType(_ALIAS)
    alias.__path__ = [str(folder) for folder in folders]
    sys.modules[_ALIAS] = alias
    return _ALIAS


if not TYPE_CHECKING:
    _from = _package()
    for _name in _MODULES:
        globals()[_name] = importlib.import_module(f"{_from}.{_name}")

__all__ = [
    "engine_pb2",
    "engine_pb2_grpc",
    "plugin_pb2",
    "provider_pb2",
    "provider_pb2_grpc",
    "status_pb2",
]
