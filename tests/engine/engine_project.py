"""A project on disk, run by the real Pulumi CLI against one local workspace, with a state of its own."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import yaml

from emulator.handle import Handle
from tests.pulumi_project import ROOT, PulumiProject, Said

TYPE = "pulumi-python:dynamic/genie:GenieSpace"
TOKEN = "dapi-0000-this-must-never-be-shown"
WAREHOUSE = "Serverless Starter Warehouse"
NO_PLAN = ("--yes", "--skip-preview")

_IDS = re.compile(r"\b[0-9a-f]{32}\b")


class Project(PulumiProject):
    """One project folder and one stack.

    Args:
        own_host: False takes the `plugins` lines out, so that Pulumi's stock host serves.
    """

    def __init__(
        self, folder: Path, cli: str, workspace: Handle, *, own_host: bool = True, stack: str = "dev", name: str = ""
    ) -> None:
        super().__init__(folder, cli)
        self.workspace = workspace
        self.stack = stack
        self._lay_out(own_host, name)
        self.env = {
            **self.environment(),
            "DATABRICKS_TOKEN": TOKEN,
            "DATABRICKS_CONFIG_FILE": str(folder / "no-such-file"),
            "HOME": str(folder),
        }
        self.config = {
            "genie:host": workspace.url,
            "genie:warehouse": WAREHOUSE,
            "genie:variables": {"catalog": "samples"},
        }
        self._write_config()
        self.pulumi("stack", "init", stack)

    def _lay_out(self, own_host: bool, name: str) -> None:
        (self.folder / "spaces").mkdir(parents=True)
        (self.folder / "state").mkdir()
        (self.folder / "genie_provider").symlink_to(ROOT / "genie_provider")
        (self.folder / ".venv").symlink_to(sys.prefix)
        (self.folder / "__main__.py").write_text((ROOT / "__main__.py").read_text())
        self._name = name
        if own_host:
            self.use_own_host()
        else:
            self.use_stock_host()

    def use_own_host(self) -> None:
        self._write_project({})

    def use_stock_host(self) -> None:
        """Takes the `plugins` lines out of Pulumi.yaml."""
        self._write_project({"plugins": None})

    def _write_project(self, changes: dict[str, Any]) -> None:
        settings = yaml.safe_load((ROOT / "Pulumi.yaml").read_text()) | changes
        if self._name:
            settings["name"] = self._name
        kept = {key: value for key, value in settings.items() if value is not None}
        (self.folder / "Pulumi.yaml").write_text(yaml.safe_dump(kept, sort_keys=False))

    # ── what a person writes ────────────────────────────────────────────────────────────────

    def write(self, name: str, spec: dict[str, Any] | str) -> Path:
        """One spec; a map as YAML, a text as it is."""
        file = self.folder / "spaces" / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(spec if isinstance(spec, str) else yaml.safe_dump(spec, sort_keys=False, allow_unicode=True))
        return file

    def remove(self, name: str) -> None:
        (self.folder / "spaces" / f"{name}.yaml").unlink()

    def lose_state(self) -> None:
        """Everything the backend held is gone; the files of the project stay."""
        shutil.rmtree(self.folder / "state")
        (self.folder / "state").mkdir()
        self.pulumi("stack", "init", self.stack)

    def lose_journal(self) -> None:
        """As in another checkout, or on another machine."""
        shutil.rmtree(self.folder / ".genie", ignore_errors=True)

    def configure(self, **settings: Any) -> None:
        """Settings of the `genie` namespace; None takes one out."""
        for key, value in settings.items():
            self.config[f"genie:{key}"] = value
        self._write_config()

    def keep_config(self) -> None:
        """What the CLI has put into the stack's file is ours from now on."""
        self.config = yaml.safe_load((self.folder / f"Pulumi.{self.stack}.yaml").read_text())["config"]

    def _write_config(self) -> None:
        """The stack's file as an editor would save it: what Pulumi put there stays."""
        file = self.folder / f"Pulumi.{self.stack}.yaml"
        held = yaml.safe_load(file.read_text()) if file.exists() else {}
        made = {key: value for key, value in (held.get("config") or {}).items() if key == "genie:stackId"}
        held["config"] = {**made, **{key: value for key, value in self.config.items() if value is not None}}
        file.write_text(yaml.safe_dump(held, sort_keys=False))

    # ── what a person runs ──────────────────────────────────────────────────────────────────

    def pulumi(self, *args: str, ok: bool | None = True, quiet: bool = False) -> Said:
        """Runs a command to its end; `ok` is whether it has to succeed (None: either).

        Whatever it prints holds no traceback (but for `quiet`: the engine's own log) and no token.
        """
        said = self.run(*args)
        assert ok is None or (said.code == 0) is ok, said.text
        assert quiet or "Traceback" not in said.text, said.text
        assert TOKEN not in said.text, said.text
        return said

    def preview(self, *args: str, ok: bool | None = True) -> Said:
        return self.pulumi("preview", "--diff", *args, ok=ok)

    def preview_json(self) -> dict[str, Any]:
        """Logical name → the step's `detailedDiff`, of the updates."""
        steps = json.loads(self.pulumi("preview", "--json").out)["steps"]
        return {
            step["urn"].rpartition("::")[2]: step.get("detailedDiff")
            for step in steps
            if step["op"] == "update" and TYPE in step["urn"]
        }

    def unchanged(self) -> Said:
        """A preview that finds nothing to do."""
        return self.preview("--expect-no-changes")

    def up(self, *args: str, ok: bool | None = True) -> Said:
        return self.pulumi("up", *NO_PLAN, *args, ok=ok)

    def refresh(self, *args: str, ok: bool | None = True) -> Said:
        return self.pulumi("refresh", *NO_PLAN, *args, ok=ok)

    def destroy(self, *args: str, ok: bool | None = True) -> Said:
        return self.pulumi("destroy", *NO_PLAN, *args, ok=ok)

    def take_over(self, name: str, space_id: str, *args: str, ok: bool | None = True) -> Said:
        """`pulumi import` of one space."""
        return self.pulumi("import", *NO_PLAN, "--generate-code=false", TYPE, name, space_id, *args, ok=ok)

    # ── what is there afterwards ────────────────────────────────────────────────────────────

    def resources(self) -> dict[str, dict[str, Any]]:
        """The spaces in the state by logical name."""
        exported = json.loads(self.pulumi("stack", "export").out)
        held = exported["deployment"].get("resources", [])
        return {each["urn"].rpartition("::")[2]: each for each in held if TYPE in each["urn"]}

    def space_id(self, name: str) -> str:
        return str(self.resources()[name]["id"])

    def sent(self) -> list[str]:
        """What was asked of the workspace to change something, in order; reads are left out."""
        requests = self.workspace.control.requests()
        return [
            f"{each['method']} {_IDS.sub('ID', each['path'])}" for each in requests if each["method"] not in ("GET",)
        ]
