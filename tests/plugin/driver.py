"""Runs the real Pulumi CLI on a copy of the test project, with a state of its own."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from tests.pulumi_project import ROOT, PulumiProject, Said

HERE = Path(__file__).parent
NOTE = "pulumi-python:dynamic/test:Note"

_SETTINGS = """\
name: noted
runtime: {name: python, options: {virtualenv: .venv}}
"""
_PLUGIN = """\
plugins:
  providers:
    - name: pulumi-python
      path: {plugin}
"""


class Project(PulumiProject):
    """A project on disk with one stack, talking to one shelf."""

    def __init__(self, folder: Path, cli: str, server: str, own_host: bool = True) -> None:
        super().__init__(folder, cli)
        shutil.copytree(HERE / "project", folder, ignore=shutil.ignore_patterns("__pycache__"))
        folder.joinpath(".venv").symlink_to(sys.prefix)
        settings = _SETTINGS + (_PLUGIN.format(plugin=ROOT / "genie_provider" / "plugin") if own_host else "")
        folder.joinpath("Pulumi.yaml").write_text(settings)
        folder.joinpath("state").mkdir()
        self.env = {**self.environment(), "GENIE_KINDS": f"{NOTE}=notes:NoteProvider", "PYTHONPATH": f"{ROOT}"}
        self.pulumi("stack", "init", "dev")
        self.pulumi("config", "set", "note:server", server)

    def write(self, **program: Any) -> None:
        """What the program makes from now on; see project/__main__.py."""
        self.folder.joinpath("program.json").write_text(json.dumps(program))

    def pulumi(self, *args: str, ok: bool = True) -> Said:
        """Runs a command to its end; `ok` is whether it has to succeed."""
        said = self.run(*args)
        assert (said.code == 0) is ok, said.text
        return said

    def up(self, *args: str, ok: bool = True) -> Said:
        return self.pulumi("up", "--yes", "--skip-preview", *args, ok=ok)

    def preview(self, *args: str, ok: bool = True) -> Said:
        return self.pulumi("preview", "--diff", *args, ok=ok)

    def resources(self) -> dict[str, dict[str, Any]]:
        """The resources in the state by name, the stack's own ones left out."""
        exported = json.loads(self.pulumi("stack", "export").out)
        resources = exported["deployment"].get("resources", [])
        return {r["urn"].rpartition("::")[2]: r for r in resources if "dynamic/" in r["type"]}
