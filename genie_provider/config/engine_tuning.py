"""engine_tuning: what makes the engine faster over hundreds of resources, told once for commands, demo and benchmark.

All of it is in the environment, so it changes nothing about a stack. docs/performance.md says what each brings.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

FASTER: Final = {"PULUMI_PARALLEL": "32", "GOGC": "400"}
"""More calls at a time; memory looked through for garbage less often."""

SMALLER_STATE: Final = {"PULUMI_DIY_BACKEND_ZSTD": "true"}
"""File and bucket backends: a state that is compressed. For every run of a stack or for none."""

WITHOUT_CHECKPOINTS: Final = {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}
"""The engine writes the state once, at its end, instead of twice for every resource."""


def without_logs(pulumi_home: Path) -> bool:
    """Stops the CLI from writing a log of every run under `pulumi_home`; whether it does now.

    The log holds every value that crosses a wire, compressed and encrypted: half of the CLI's processor time
    over hundreds of resources. There is no switch for it (3.258), but where its folder cannot be made, here
    because a file has its name, the CLI goes on without. A folder that holds logs already is left alone.
    """
    place = pulumi_home / "logs"
    if not place.exists():
        place.write_text("A file in place of the folder, so that pulumi writes no log of every run.\n")
    return place.is_file()


def tuned(env: Mapping[str, str], *settings: Mapping[str, str]) -> dict[str, str]:
    """`env` with the settings; what it says already stays as it is."""
    merged: dict[str, str] = {}
    for each in settings:
        merged.update(each)
    return {**merged, **env}
