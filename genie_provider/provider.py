"""provider: what a program sends along with every GenieSpace.

It has no attributes, so it travels and is stored as a reference of some 50 characters; the
work is done by `spaces.SpaceLifecycle` in the host's process.
"""

from __future__ import annotations

from collections.abc import Mapping

from .lifecycle import Lifecycle
from .stock_host import LifecycleProvider


def _space_lifecycle(config: Mapping[str, str]) -> Lifecycle:
    from .reconcile.space import SpaceLifecycle

    return SpaceLifecycle(config)


class GenieSpaceProvider(LifecycleProvider):
    """Serves `pulumi-python:dynamic/genie:GenieSpace`."""

    lifecycle_factory = staticmethod(_space_lifecycle)
