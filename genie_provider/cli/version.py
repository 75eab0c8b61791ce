"""version: `genie --version`: this tool, Pulumi's Python packages and CLI, each as it is found here."""

from __future__ import annotations

import platform
import subprocess

from .. import __version__


def show() -> int:
    """Prints a line each; what is not installed says so."""
    for name, version in versions().items():
        print(f"{name:<16} {version}")
    return 0


def versions() -> dict[str, str]:
    """Name → version. The host is a part of this package, so it has its version."""
    return {
        "genie-spaces": __version__,
        "host": f"{__version__} (pulumi-python, in genie_provider.plugin)",
        "pulumi": _cli(),
        "pulumi (Python)": _package("pulumi"),
        "databricks-sdk": _package("databricks-sdk"),
        "Python": platform.python_version(),
    }


def _package(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _cli() -> str:
    from ..config.stackfile import project_folder
    from ..workflows.pulumi_cli import EngineError, find_cli

    try:
        cli = find_cli(project_folder())
        answer = subprocess.run([str(cli), "version"], capture_output=True, text=True, timeout=20)
    except (EngineError, OSError, subprocess.TimeoutExpired):
        return "not found"
    return answer.stdout.strip() or "not found"
