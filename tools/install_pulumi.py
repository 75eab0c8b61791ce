"""install_pulumi: a Pulumi CLI for this project, from the first place that has one.

In this order: PULUMI_CLI (an executable or its folder), PATH, the project's own .tools/pulumi, the official
installer, a build from Go modules. What is installed lands in .tools/pulumi with a stamp of the pins it was
made from; as long as they agree there is nothing to do, and that takes no time. Standard library only: it
runs before the virtual environment is complete.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from tools import pulumi_from_go
from tools.progress import StepFailed, run_step, say

PROJECT = Path(__file__).resolve().parent.parent
MINIMUM = (3, 216, 0)  # the first whose engine takes inputs from a provider's Read
INSTALL_PAGE = "https://www.pulumi.com/docs/install/"
SITE = "https://get.pulumi.com/install.sh"  # where the official installer starts

_REACH = f"import urllib.request; urllib.request.urlopen({SITE!r}, timeout=5).read(1)"
_INSTALL = "import sys; from pulumi.automation import PulumiCommand; PulumiCommand.install(root=sys.argv[1])"


class Cli(NamedTuple):
    """A CLI that will do: the folder for PATH, its version, where it came from."""

    folder: Path
    version: str
    source: str


class NoCli(Exception):
    """A place that has no CLI for us; the message says why."""


def parse_version(text: str) -> tuple[int, int, int] | None:
    """`v3.216.0`, with or without the v and with anything after it; None if that is no version."""
    found = re.match(r"v?(\d+)\.(\d+)\.(\d+)", text.strip())
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def is_new_enough(text: str) -> bool:
    """Whether the provider's host works with that CLI version: 3.216.0 or later, and still a 3."""
    version = parse_version(text)
    return version is not None and version >= MINIMUM and version[0] == MINIMUM[0]


def find_cli(project: Path = PROJECT, env: Mapping[str, str] = os.environ) -> Cli | None:
    """The CLI that `make setup` settled on, or None before it ran. Installs nothing."""
    with contextlib.suppress(NoCli):
        return chosen_cli(env) or cli_on_path(project, env)
    return own_cli(project)


def chosen_cli(env: Mapping[str, str]) -> Cli | None:
    """The one that PULUMI_CLI names, if it is set; a bad one is an error, never passed over."""
    chosen = env.get("PULUMI_CLI")
    if not chosen:
        return None
    path = Path(chosen).expanduser()
    return checked_cli(path / "pulumi" if path.is_dir() else path, "PULUMI_CLI")


def cli_on_path(project: Path, env: Mapping[str, str]) -> Cli:
    """The first good one on PATH; the project's own does not count, its stamp is quicker to read.

    Raises:
        NoCli: none there, or why the first one there does not serve.
    """
    reasons = []
    for folder in dict.fromkeys(filter(None, env.get("PATH", "").split(os.pathsep))):
        executable = Path(folder).absolute() / "pulumi"
        if not os.access(executable, os.X_OK) or executable.is_dir() or project / ".tools" in executable.parents:
            continue
        try:
            return checked_cli(executable, "PATH")
        except NoCli as no:
            reasons.append(str(no))
    raise NoCli(reasons[0] if reasons else "no pulumi there")


def checked_cli(executable: Path, source: str) -> Cli:
    """`executable` if it is new enough and its Python language host lies beside it.

    Raises:
        NoCli: it is not; the message says in what.
    """
    env = os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        answer = subprocess.run([executable, "version"], capture_output=True, text=True, timeout=20, env=env)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoCli(f"{executable} does not run: {error}") from error
    version = answer.stdout.strip().removeprefix("v")
    if answer.returncode != 0 or not is_new_enough(version):
        raise NoCli(f"{executable} is {version or 'unknown'}; this project needs 3.216.0 or a later 3")
    for folder in (executable.parent, executable.resolve().parent):
        if (folder / "pulumi-language-python").exists():
            return Cli(folder, version, source)
    raise NoCli(f"{executable} has no pulumi-language-python beside it")


def own_cli(project: Path) -> Cli | None:
    """The one in .tools/pulumi, if it was made from the versions that the project pins today."""
    folder = project / ".tools" / "pulumi"
    try:
        stamp = json.loads((folder / "stamp.json").read_text(encoding="utf-8"))
        cli = Cli(folder / "bin", stamp["version"], stamp["source"])
    except (OSError, ValueError, KeyError, TypeError):  # absent, or cut short: then it is made again
        return None
    complete = all((cli.folder / name).is_file() for name in ("pulumi", "pulumi-language-python"))
    return cli if complete and stamp.get("pins") == pins(project) else None


def pins(project: Path) -> str:
    """One hash over everything that decides which CLI is installed."""
    texts = [pinned_sdk(project).encode(), Path(pulumi_from_go.__file__).read_bytes()]
    for folder in (pulumi_from_go.CLI.folder, pulumi_from_go.LANGUAGE.folder):
        texts += [(folder / name).read_bytes() for name in ("go.mod", "go.sum")]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


def pinned_sdk(project: Path) -> str:
    """The SDK's version in requirements.txt, which is the CLI version that the official installer takes."""
    text = (project / "requirements.txt").read_text(encoding="utf-8")
    found = re.search(r"^pulumi==(\S+)", text, re.MULTILINE)
    return found[1] if found else ""


def install(project: Path, tried: list[str]) -> Cli:
    """Put a CLI into .tools/pulumi, or raise NoCli with each try's reason added to `tried`."""
    with locked(project / ".tools"):
        cli = own_cli(project)  # another make may have made it while this one waited
        if cli:
            return cli
        with fresh_folder(project / ".tools") as folder:
            for source, make in (("the official installer", from_installer), ("Go modules", from_go)):
                try:
                    version = make(project, folder)
                except (NoCli, StepFailed) as no:
                    tried.append(f"{source}: {no}")
                    continue
                stamp = {"version": version, "source": source, "pins": pins(project)}
                (folder / "stamp.json").write_text(json.dumps(stamp) + "\n", encoding="utf-8")
                put_in_place(folder, project / ".tools" / "pulumi")
                return Cli(project / ".tools" / "pulumi" / "bin", version, source)
    raise NoCli("The Pulumi CLI could not be put in place")


def from_installer(project: Path, folder: Path) -> str:
    """The official installer, through the SDK; given up within seconds when its site does not answer."""
    try:
        subprocess.run([sys.executable, "-c", _REACH], capture_output=True, check=True, timeout=8)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        raise NoCli("its site cannot be reached from here") from None
    label = f"Installing the Pulumi CLI {pinned_sdk(project)} …"
    try:
        run_step(label, [sys.executable, "-c", _INSTALL, str(folder)], timeout_s=900)
        return checked_cli(folder / "bin" / "pulumi", "installer").version
    except (NoCli, StepFailed) as error:
        say(f"The official installer did not work: {error}")
        raise


def from_go(project: Path, folder: Path) -> str:
    """A build from Go modules, if Go is there."""
    if not shutil.which("go"):
        raise NoCli("go is not installed")
    (folder / "bin").mkdir(exist_ok=True)
    pulumi_from_go.build(folder / "bin")
    return checked_cli(folder / "bin" / "pulumi", "go").version


@contextlib.contextmanager
def locked(tools: Path) -> Iterator[None]:
    """One install at a time; the kernel lets go of the lock when its owner is gone."""
    import fcntl

    tools.mkdir(parents=True, exist_ok=True)
    with open(tools / "pulumi.lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another make that is installing the Pulumi CLI …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def fresh_folder(tools: Path) -> Iterator[Path]:
    """A folder to build in, gone afterwards unless it was put in place; also sweeps up after a killed run."""
    for left in tools.glob("pulumi-new-*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix="pulumi-new-", dir=tools))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_in_place(folder: Path, target: Path) -> None:
    """`folder` becomes `target` in one rename: whoever looks sees the old one, none, or the whole new one."""
    old = target.with_name(f"{folder.name}-old")  # fresh_folder sweeps it up, should this be killed half-way
    if target.exists():
        target.rename(old)
    folder.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def main(project: Path = PROJECT) -> int:
    """Exit code 0 with a CLI, 1 after one message that says what to install."""
    tried: list[str] = []
    try:
        cli = chosen_cli(os.environ)
        if cli is None:
            try:
                cli = cli_on_path(project, os.environ)
            except NoCli as no:
                tried.append(f"PATH: {no}")
                cli = own_cli(project)
                if cli:
                    _refresh(cli)
                    return 0
                cli = install(project, tried)
    except NoCli as no:
        print(complaint(str(no), tried), file=sys.stderr)
        return 1
    say(f"Pulumi CLI {cli.version} from {cli.source}: {cli.folder}")
    return 0


def _refresh(cli: Cli) -> None:
    """A script that was mended since the build is no reason to build again."""
    if (cli.folder / pulumi_from_go.LANGUAGE.name).is_file():
        pulumi_from_go.put_wrapper(cli.folder)


def complaint(problem: str, tried: list[str]) -> str:
    """The one message: what was tried, and what to install."""
    return "\n".join(
        [
            f"{problem}:" if tried else problem,
            *(f"  {reason}".replace("\n", "\n    ") for reason in tried),
            f"Install Pulumi 3.216 or newer ({INSTALL_PAGE}), or Go {pulumi_from_go.needed_go()} or newer, "
            "and run make again.",
        ]
    )


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("\nStopped; nothing half-made is left. Run make again to go on.", file=sys.stderr)
        sys.exit(130)
