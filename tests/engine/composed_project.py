"""`examples/composed` as a project of its own: its files, its program, and the stand-in for pulumi-databricks."""

from __future__ import annotations

import shutil
import sys
from typing import Any

import yaml
from engine_project import ROOT, Project

EXAMPLE = ROOT / "examples" / "composed"
STAND_IN = {"name": "databricks", "path": str(ROOT / "tests" / "databricks_stand_in")}


class ComposedProject(Project):
    """The example, copied."""

    def _lay_out(self, own_host: bool, name: str) -> None:
        super()._lay_out(own_host, name or "composed")
        for part in ("blueprint.yaml", "__main__.py", "sql", "spaces"):
            source, target = EXAMPLE / part, self.folder / part
            if source.is_dir():
                shutil.copytree(source, target, dirs_exist_ok=True)
            else:
                shutil.copy(source, target)

    def _write_project(self, changes: dict[str, Any]) -> None:
        host = {"name": "pulumi-python", "path": "genie_provider/plugin"}
        super()._write_project({**changes, "plugins": {"providers": [host, STAND_IN]}, "template": None})

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "STAND_IN_PYTHON": sys.executable}

    def use_stack(self, stack: str) -> None:
        """Selects the stack, with the example's own configuration; one that is new is made."""
        self.stack = stack
        self.config = yaml.safe_load((EXAMPLE / f"Pulumi.{stack}.yaml").read_text())["config"]
        is_new = not (self.folder / f"Pulumi.{stack}.yaml").exists()
        self.configure(host=self.workspace.url)
        self.pulumi("stack", "init" if is_new else "select", stack)

    def replace(self, file: str, old: str, new: str) -> None:
        """Another text in one of the project's files."""
        path = self.folder / file
        text = path.read_text()
        assert old in text, f"{file} does not hold {old!r}"
        path.write_text(text.replace(old, new))
