"""pulumi_from_go: the CLI built from Go modules, for machines that reach no more than package registries.

Two small modules in pulumi_cli/ pin the versions (go.mod) and the checksums (go.sum) of everything that
goes in. They are two because the parts need different versions of the same dependency: the language host
of v3.79.0 is the last one that is part of a module with versions.

That host is older than the engine, which no longer tells it the virtualenv of Pulumi.yaml: it would take the
first Python on PATH. So a shell script, pulumi_cli/pulumi-language-python, goes in its place that puts there the one
of the project at hand.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import NamedTuple

from tools.progress import StepFailed, run_step, say

MODULES = Path(__file__).parent / "pulumi_cli"
_SDK = "github.com/pulumi/pulumi/sdk/v3"


class Part(NamedTuple):
    """One executable: the folder that pins it, and where it lies in which Go module."""

    name: str
    folder: Path
    module: str
    package: str

    @property
    def version(self) -> str:
        """As pinned in go.mod, without the v."""
        return pinned_version(self.folder, self.module)


CLI = Part("pulumi", MODULES / "cli", "github.com/pulumi/pulumi/pkg/v3", "cmd/pulumi")
LANGUAGE = Part("pulumi-language-python-go", MODULES / "language", _SDK, "python/cmd/pulumi-language-python")


def pinned_version(folder: Path, module: str) -> str:
    """The version of `module` in that folder's go.mod, without the v."""
    text = (folder / "go.mod").read_text(encoding="utf-8")
    found = re.search(rf"^\s*{re.escape(module)} v(\S+)", text, re.MULTILINE)
    if not found:
        raise StepFailed(f"{folder.name}/go.mod does not pin {module}")
    return found[1]


def needed_go() -> str:
    """The Go version that the pinned modules ask for, for the message to a person without Go."""
    found = re.search(r"^go (\S+)", (CLI.folder / "go.mod").read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else "1.24"


def build(bin_folder: Path) -> str:
    """Build the CLI and its Python language host into `bin_folder`; the version made.

    Raises:
        StepFailed: Go said no; its last lines are the message.
    """
    say(f"Building the Pulumi CLI {CLI.version} with Go; this once takes some minutes.")
    for part in (LANGUAGE, CLI):
        _build(part, bin_folder)
    _copy_launcher(bin_folder)
    put_wrapper(bin_folder)
    return CLI.version


def put_wrapper(bin_folder: Path) -> None:
    """The shell script in front of the language host; where an older one lies, this one takes its place."""
    source, target = MODULES / "pulumi-language-python", bin_folder / "pulumi-language-python"
    if target.is_file() and target.read_bytes() == source.read_bytes():
        return
    fresh = bin_folder / f".pulumi-language-python.{os.getpid()}"
    shutil.copyfile(source, fresh)
    fresh.chmod(0o755)
    os.replace(fresh, target)


def _build(part: Part, bin_folder: Path) -> None:
    target = f"{part.module}/{part.package}"
    flags = f"-s -w -X {_SDK}/go/common/version.Version=v{part.version}"
    # -mod=readonly: a module that go.sum does not vouch for ends the build instead of being added to it.
    _go(part, f"  {part.name}: downloading …", "list", "-mod=readonly", "-deps", target)
    _go(
        part,
        f"  {part.name}: building …",
        *("build", "-mod=readonly", "-ldflags", flags, "-o", str(bin_folder / part.name), target),
    )


def _copy_launcher(bin_folder: Path) -> None:
    """The Python script with which the language host starts a program; no part of the Go build."""
    command = ("list", "-mod=readonly", "-m", "-f", "{{.Dir}}", _SDK)
    folder = Path(_go(CLI, "  pulumi-language-python-exec: copying …", *command).strip())
    source = folder / "python" / "cmd" / "pulumi-language-python-exec"
    target = bin_folder / source.name
    shutil.copyfile(source, target)
    target.chmod(0o755)


def _go(part: Part, label: str, *arguments: str) -> str:
    return run_step(label, ["go", *arguments], cwd=part.folder, env=_go_environment())


def _go_environment() -> dict[str, str]:
    """The user's own Go settings, without those that would build for another machine or workspace."""
    env = {name: value for name, value in os.environ.items() if name not in ("GOOS", "GOARCH")}
    return env | {"GOWORK": "off"}
