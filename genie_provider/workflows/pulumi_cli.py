"""pulumi_cli: the pulumi command, as our own commands call it: what a stack holds, import, preview, forget.

Nothing of Pulumi is imported; the CLI is the one the person uses, with the person's backend and login.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ..codec.veil import unveiled
from ..config import engine_tuning, stackfile
from ..errors import GenieError
from .pulumi_home import engine_environment

_NO_STACK: Final = "no stack named"
"""How the CLI 3.258 says that the backend has no such stack, for commands that do not make it."""

TYPE: Final = "pulumi-python:dynamic/genie:GenieSpace"


class EngineError(GenieError):
    """pulumi did not do what it was asked; the text holds its own words."""


@dataclass(frozen=True)
class HeldSpace:
    """A space as the stack's state has it; `modified` is when it was last written there, RFC 3339."""

    name: str
    urn: str
    id: str
    inputs: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    modified: str = ""


@dataclass(frozen=True)
class Step:
    """One resource in a preview; `paths` are the changed entries."""

    urn: str
    name: str
    op: str
    paths: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Answer:
    """What a command of pulumi printed and how it ended; `words` is what it said was wrong."""

    code: int
    out: str
    err: str
    words: str = ""


class Engine:
    """pulumi in one project, on one stack.

    Args:
        stack: the one selected in the project where left out.
    """

    def __init__(self, project: Path, stack: str | None = None) -> None:
        self.project = project
        self._cli = find_cli(project)
        self._backend_url = ""
        self.stack = stack or self._run("stack", "--show-name").strip()

    @property
    def stack_file_name(self) -> str:
        """The stack as its file calls it, without an organisation."""
        return self.stack.rpartition("/")[2]

    @property
    def project_name(self) -> str:
        return stackfile.project_name(self.project)

    def spaces(self) -> dict[str, HeldSpace]:
        """The Genie spaces of the stack's state, by name."""
        exported = json.loads(self._run("stack", "export", "--stack", self.stack))
        resources = (exported.get("deployment") or {}).get("resources") or []
        found = {}
        for resource in resources:
            if resource.get("type") != TYPE or resource.get("delete"):
                continue
            name = resource["urn"].rpartition("::")[2]
            held = resource.get("inputs") or {}
            inputs = unveiled({key: value for key, value in held.items() if key != "__provider"})
            found[name] = HeldSpace(
                name,
                resource["urn"],
                resource.get("id", ""),
                inputs,
                resource.get("outputs") or {},
                resource.get("modified", ""),
            )
        return found

    def spaces_if_any(self) -> dict[str, HeldSpace]:
        """As `spaces`; none where the backend does not know the stack yet."""
        try:
            return self.spaces()
        except EngineError as error:
            if _NO_STACK not in str(error):
                raise
            return {}

    def import_spaces(self, ids: Mapping[str, str]) -> None:
        """Takes spaces into the state, unprotected, by name and workspace id.

        Raises:
            EngineError: one or more could not be imported; some of the others may have been.
        """
        wanted = [{"type": TYPE, "name": name, "id": space_id} for name, space_id in ids.items()]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "import.json")
            file.write_text(json.dumps({"resources": wanted}))
            self._run(
                *("import", "--file", str(file), "--stack", self.stack, "--yes", "--skip-preview"),
                *("--generate-code=false", "--protect=false", "--suppress-outputs"),
                env=engine_tuning.WITHOUT_CHECKPOINTS,  # nothing is made, so a killed import forgets nothing
            )

    def preview(self) -> list[Step]:
        """What `pulumi up` would do to Genie spaces; resources that stay as they are left out."""
        said = json.loads(self._run("preview", "--json", "--stack", self.stack))
        steps = []
        for step in said.get("steps") or []:
            state = step.get("newState") or step.get("oldState") or {}
            if state.get("type") == TYPE and step.get("op") not in ("same", "refresh", "read"):
                urn = step["urn"]
                paths = sorted(step.get("detailedDiff") or {})
                steps.append(Step(urn, urn.rpartition("::")[2], step["op"], paths))
        return steps

    def forget(self, urn: str, *, protected: bool = False) -> None:
        """Takes one resource out of the state; the space itself stays.

        Args:
            protected: also one that `protect` keeps from being trashed.
        """
        self._run("state", "delete", urn, "--stack", self.stack, "--yes", *(["--force"] if protected else []))

    def backend_url(self) -> str:
        """Where the states are: file://…, s3://…, https://…"""
        if not self._backend_url:
            self._backend_url = str(json.loads(self._run("whoami", "--verbose", "--json")).get("url", ""))
        return self._backend_url

    def export(self) -> dict[str, Any]:
        """The whole state; secrets stay encrypted."""
        return dict(json.loads(self._run("stack", "export", "--stack", self.stack)))

    def put_back(self, exported: Mapping[str, Any]) -> None:
        """A state as `export` gave it, with whatever was changed in it."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "state.json")
            file.write_text(json.dumps(exported))
            self._run("stack", "import", "--file", str(file), "--stack", self.stack)

    def cancel(self) -> None:
        """Takes the stack's lock away."""
        self._run("cancel", "--yes", "--stack", self.stack)

    def exists(self) -> bool:
        """Whether the backend knows the stack."""
        try:
            self._run("stack", "export", "--stack", self.stack)
        except EngineError as error:
            if "no stack named" in str(error):
                return False
            raise
        return True

    def begin(self, copy_config_from: str = "", secrets_provider: str = "") -> None:
        """Makes the stack, with the settings of another one, secrets encrypted anew."""
        extra = ["--copy-config-from", copy_config_from] if copy_config_from else []
        extra += ["--secrets-provider", secrets_provider] if secrets_provider else []
        self._run("stack", "init", self.stack, *extra)

    def deploy(self) -> None:
        """`pulumi up`, unattended."""
        self._run("up", "--stack", self.stack, "--yes", "--skip-preview")

    def destroy(self) -> None:
        """Everything of the stack goes; the stack itself stays, empty."""
        self._run("destroy", "--stack", self.stack, "--yes", "--skip-preview")

    def remove(self) -> None:
        """Takes the empty stack away, and its file."""
        self._run("stack", "rm", self.stack, "--yes")

    def make(self) -> None:
        """Makes the stack, with a passphrase or key as its file and the backend have it."""
        self._run("stack", "init", self.stack, "--no-select")

    def rename(self, urn: str, name: str) -> None:
        """Gives a resource of the state another name; the space itself does not hear of it."""
        self._run("state", "rename", urn, name, "--stack", self.stack, "--yes")

    def urn_of(self, name: str) -> str:
        """The URN that a space of that name has, or will have."""
        return f"urn:pulumi:{self.stack_file_name}::{self.project_name}::{TYPE}::{name}"

    def interactive(self, *arguments: str, env: Mapping[str, str] | None = None) -> int:
        """pulumi at the person's own terminal; its exit code. Ctrl-C is pulumi's to hear, and waited for."""
        command = [str(self._cli), *arguments, "--stack", self.stack]
        process = subprocess.Popen(command, cwd=self.project, env={**self._env(), **(env or {})})
        interrupted = False
        while True:
            try:
                code = process.wait()
            except KeyboardInterrupt:  # the terminal told pulumi too: it ends its work and lets go of its lock
                interrupted = True
                continue
            if interrupted:
                raise KeyboardInterrupt
            return code

    def up(self) -> int:
        """`pulumi up` at the person's own terminal; its exit code."""
        return self.interactive("up")

    def _env(self) -> dict[str, str]:
        env = engine_environment(self.project, getattr(self, "stack", ""))
        return {**env, "PATH": os.pathsep.join([str(self._cli.parent), env.get("PATH", "")])}

    def ask(self, *arguments: str, env: Mapping[str, str] | None = None) -> Answer:
        """One command of pulumi to its end, whether it succeeds or not; nobody is asked anything."""
        command = [str(self._cli), *arguments, "--non-interactive", "--color", "never", "--stack", self.stack]
        done = subprocess.run(
            command,
            cwd=self.project,
            env={**self._env(), **(env or {})},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        return Answer(done.returncode, done.stdout, done.stderr, _words(done.stdout, done.stderr))

    def _run(self, *arguments: str, env: Mapping[str, str] | None = None) -> str:
        command = [str(self._cli), *arguments, "--non-interactive", "--color", "never"]
        answer = subprocess.run(
            command,
            cwd=self.project,
            env={**self._env(), **(env or {})},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        if answer.returncode:
            raise EngineError(f"pulumi {arguments[0]} did not succeed:\n{_words(answer.stdout, answer.stderr)}")
        return answer.stdout


def find_cli(project: Path) -> Path:
    """The pulumi command: the one on the PATH, else the project's own.

    Raises:
        EngineError: there is none.
    """
    found = shutil.which("pulumi")
    if found:
        return Path(found)
    own = project / ".tools" / "pulumi" / "bin" / "pulumi"
    if own.is_file():
        return own
    raise EngineError(
        "pulumi is not on the PATH; https://www.pulumi.com/docs/install/ says how to install it "
        "(in a clone of genie-spaces: make setup, then . .demo/env)"
    )


def _words(stdout: str, stderr: str) -> str:
    """What pulumi said was wrong, without its tables of resources."""
    try:
        said = [entry["message"] for entry in json.loads(stdout).get("diagnostics", [])]
        if said:
            return _indented("\n".join(said))
    except (ValueError, AttributeError, KeyError, TypeError):
        pass
    _, found, diagnostics = stdout.partition("\nDiagnostics:\n")
    diagnostics = diagnostics.partition("\nResources:\n")[0] if found else ""
    return _indented(diagnostics.strip("\n") or stderr.strip() or stdout.strip())


def _indented(text: str) -> str:
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    return "\n".join(f"  {line}" for line in lines)
