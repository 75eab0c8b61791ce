"""Genie spaces as code: the few names a Pulumi program needs.

    from genie_provider import GenieSpace, StackSettings, load_specs

Each is imported when it is first used, so that the commands and the provider's host, which need
neither Pulumi nor the program's side, start quickly.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .model.spec import SpaceSpec
    from .program.composition.apply import apply_blueprint
    from .program.resource import GenieSpace
    from .program.seeds.demo import demo_data
    from .program.stack import StackSettings, load_specs
    from .seeds import SeedFunction, SeedSchema, SeedTable, TableFile, VolumeFile, VolumeFolder

__version__ = "0.2.0"
"""The one place that says it; the wheel and `genie --version` take it from here."""

__all__ = [
    "GenieSpace",
    "SeedFunction",
    "SeedSchema",
    "SeedTable",
    "SpaceSpec",
    "StackSettings",
    "TableFile",
    "VolumeFile",
    "VolumeFolder",
    "apply_blueprint",
    "demo_data",
    "load_specs",
]

_HOMES = {
    "GenieSpace": "program.resource",
    "SeedFunction": "program.seeds",
    "SeedSchema": "program.seeds",
    "SeedTable": "program.seeds",
    "SpaceSpec": "model.spec",
    "StackSettings": "program.stack",
    "TableFile": "program.seeds",
    "VolumeFile": "program.seeds",
    "VolumeFolder": "program.seeds",
    "apply_blueprint": "program.composition.apply",
    "demo_data": "program.seeds.demo",
    "load_specs": "program.stack",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "load_specs":
        import_module(".program.seeds.spec_tables", __name__)  # which makes the tables that specs name files for
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
