"""The composed example on a real workspace: opt in by environment variables, names of its own, all taken away again.

    GENIE_LIVE_HOST     the workspace's address
    GENIE_LIVE_TOKEN    a token of somebody who may make schemas, warehouses and jobs there
    GENIE_LIVE_CATALOG  a catalog in which schemas may be made and dropped

The plug-in of pulumi-databricks has to be installed: pulumi plugin install resource databricks 1.118.0
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
NEEDED = ("GENIE_LIVE_HOST", "GENIE_LIVE_TOKEN", "GENIE_LIVE_CATALOG")

pytestmark = pytest.mark.skipif(
    not all(os.environ.get(name) for name in NEEDED), reason=f"a real workspace is wanted: set {', '.join(NEEDED)}"
)


class Live:
    """The example's project with a stack of its own."""

    def __init__(self, folder: Path, mark: str) -> None:
        self.folder = folder
        shutil.copytree(ROOT / "examples" / "composed", folder, symlinks=False, ignore=shutil.ignore_patterns("gen*"))
        (folder / "genie_provider").symlink_to(ROOT / "genie_provider")
        self._adapt(mark)
        cli = shutil.which("pulumi") or str(ROOT / ".tools" / "pulumi" / "bin" / "pulumi")
        self._cli = cli
        self._env = {
            **os.environ,
            "DATABRICKS_TOKEN": os.environ["GENIE_LIVE_TOKEN"],
            "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": secrets.token_hex(8),
            "PATH": os.pathsep.join([str(Path(cli).parent), str(Path(sys.prefix, "bin")), os.environ["PATH"]]),
        }
        (folder / "state").mkdir()
        self.pulumi("stack", "init", "dev")

    def _adapt(self, mark: str) -> None:
        """The catalog that may be used, names that nobody has, and no group that may be missing there."""
        file = self.folder / "blueprint.yaml"
        text = file.read_text().replace("catalog: main", f"catalog: {os.environ['GENIE_LIVE_CATALOG']}")
        text = text.replace("main: {existing", f"{os.environ['GENIE_LIVE_CATALOG']}: {{existing")
        file.write_text(text.replace("group:analysts", "group:users").replace("{group:users: CAN_USE}", "{}"))
        for spec in (self.folder / "spaces").iterdir():
            spec.write_text(spec.read_text().replace("group:analysts", "group:users"))
        settings = yaml.safe_load((self.folder / "Pulumi.yaml").read_text())
        settings["runtime"]["options"]["virtualenv"] = sys.prefix
        (self.folder / "Pulumi.yaml").write_text(yaml.safe_dump(settings, sort_keys=False))
        variables = {"env": mark}
        config = {"genie:host": os.environ["GENIE_LIVE_HOST"], "genie:titlePrefix": f"[{mark}] "}
        stack = {"config": {**config, "genie:variables": variables}}
        (self.folder / "Pulumi.dev.yaml").write_text(yaml.safe_dump(stack))

    def pulumi(self, *arguments: str, ok: bool = True) -> str:
        done = subprocess.run(
            [self._cli, *arguments, "--non-interactive", "--color", "never"],
            cwd=self.folder,
            env=self._env,
            text=True,
            capture_output=True,
            timeout=1800,
        )
        assert not ok or done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    """Whatever happens in a test, what it made is destroyed."""
    made = Live(tmp_path / "live", f"genie_live_{secrets.token_hex(3)}")
    try:
        yield made
    finally:
        made.pulumi("destroy", "--yes", "--skip-preview", ok=False)
        made.pulumi("destroy", "--yes", "--skip-preview", "--refresh", "--run-program=false")


def test_the_example_comes_up_stays_and_goes(live: Live) -> None:
    live.pulumi("up", "--yes", "--skip-preview")

    live.pulumi("preview", "--expect-no-changes")
    live.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
