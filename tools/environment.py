"""environment: what `pulumi` needs to know to work on the demo's stack, in programs and in a shell.

Everything lies inside the project: state, Pulumi's home, CLI. `.demo/env` says the same to a shell; every
`make setup` and `make demo` writes it anew because it holds this machine's paths.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from tools.install_pulumi import PROJECT, Cli, find_cli

DEFAULT_PORT = 8642
PORT_VARIABLE = "GENIE_DEMO_PORT"
STACK = "dev"
LOCAL_HOST = re.compile(r"http://(?:127\.0\.0\.1|localhost):(\d+)/?$")
_HEADER = """\
# Made by make; read it into a shell with `. .demo/env`.
# The demo's own stack and local workspace: for a real workspace open a shell without it.
"""


def demo_settings(project: Path, port: int) -> dict[str, str]:
    """The variables of the demo. They open the local workspace and nothing else, so none is a secret."""
    return {
        "PULUMI_BACKEND_URL": (project / ".demo" / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "genie-demo",
        "PULUMI_HOME": str(project / ".demo" / "pulumi-home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "DATABRICKS_HOST": f"http://127.0.0.1:{port}",
        "DATABRICKS_TOKEN": "local-workspace",
    }


def without_credentials(env: Mapping[str, str]) -> dict[str, str]:
    """`env` without the user's own workspace: two ways to log in at once are an error to the SDK."""
    return {name: value for name, value in env.items() if not name.startswith("DATABRICKS_")}


def demo_environment(project: Path, cli: Cli, port: int) -> dict[str, str]:
    """A whole environment for a process that runs `pulumi` on the demo's stack."""
    path = os.pathsep.join([*path_folders(project, cli), os.environ.get("PATH", "")])
    return without_credentials(os.environ) | demo_settings(project, port) | {"PATH": path}


def path_folders(project: Path, cli: Cli) -> list[str]:
    """What goes in front of PATH: the CLI and the virtual environment's programs."""
    return [str(cli.folder), str(project / ".venv" / "bin")]


def write_environment(project: Path, cli: Cli, port: int) -> Path:
    """`.demo/env` for a POSIX shell; reading it twice is harmless."""
    lines = [_HEADER, *_unset_lines()]
    lines += [f"export {name}={shlex.quote(value)}\n" for name, value in demo_settings(project, port).items()]
    for folder in reversed(path_folders(project, cli)):
        quoted = shlex.quote(folder)
        lines.append(f'case ":$PATH:" in *:{quoted}:*) ;; *) PATH={quoted}:"$PATH" ;; esac\n')
    lines.append("export PATH\n")
    target = project / ".demo" / "env"
    target.parent.mkdir(exist_ok=True)
    target.write_text("".join(lines), encoding="utf-8")
    return target


def demo_port(project: Path) -> int:
    """GENIE_DEMO_PORT, else the port in the dev stack's `genie:host`, else 8642.

    Raises:
        ValueError: GENIE_DEMO_PORT is no port.
    """
    asked = os.environ.get(PORT_VARIABLE)
    if asked:
        if not asked.isdecimal() or not 0 < int(asked) < 65536:
            raise ValueError(f"{PORT_VARIABLE}={asked} is no port; choose a number from 1 to 65535")
        return int(asked)
    found = LOCAL_HOST.match(stack_host(project) or "")
    return int(found[1]) if found else DEFAULT_PORT


def stack_host(project: Path) -> str | None:
    """`genie:host` as Pulumi.dev.yaml has it. One scalar on one line, so no YAML parser is needed."""
    file = project / f"Pulumi.{STACK}.yaml"
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    found = re.search(r"""^\s+genie:host:\s*["']?([^\s"'#]+)""", text, re.MULTILINE)
    return found[1] if found else None


def _unset_lines() -> list[str]:
    names = (
        "CONFIG_PROFILE",
        "CONFIG_FILE",
        "CLIENT_ID",
        "CLIENT_SECRET",
        "USERNAME",
        "PASSWORD",
        "AUTH_TYPE",
    )
    return [f"unset {' '.join(f'DATABRICKS_{name}' for name in names)}\n"]


def main() -> int:
    """Write `.demo/env`; called by `make setup`."""
    cli = find_cli(PROJECT)
    if cli is None:
        print("There is no Pulumi CLI yet; run make setup.", file=sys.stderr)
        return 1
    try:
        write_environment(PROJECT, cli, demo_port(PROJECT))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
