"""new_project: a project that previews at once, and whether one still fits the installed version.

    begin(Path("sales"), Answers(name="sales", host="https://adb-1.2.azuredatabricks.net"))

The files are those of templates/genie-spaces, which `pulumi new` takes too; here come the files of the stacks, the
schema for editors and a pipeline. Nothing that is there is ever overwritten.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from ..config import stackfile
from ..errors import GenieError
from .export import write_file

Ci = Literal["github", "gitlab", "azure", "none"]
CI_FILES: Final = {
    "github": ".github/workflows/genie.yml",
    "gitlab": ".gitlab-ci.yml",
    "azure": "azure-pipelines.yml",
}
HOST: Final = ".genie/host/pulumi-resource-pulumi-python"
SCHEMA: Final = "genie.schema.json"
DESCRIPTION: Final = "Databricks Genie spaces as code"

_PACKAGE = Path(__file__).parents[1]
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}\Z")


@dataclass(frozen=True)
class Answers:
    """What a project is made from.

    Args:
        name: the project's, one that no other team uses: the spaces' ids derive from it.
        host: the workspace's address; or else
        profile: a profile of ~/.databrickscfg.
        stacks: the first is for trying things; the others are protected and stop at edits in the UI.
        example: whether a spec to look at is written.
        schema: the JSON Schema of specs.
    """

    name: str
    host: str = ""
    profile: str = ""
    warehouse: str = ""
    catalog: str = "main"
    stacks: tuple[str, ...] = ("dev",)
    ci: Ci = "none"
    example: bool = True
    schema: str = ""


@dataclass(frozen=True)
class Written:
    """One file, and whether it was written or was there already."""

    file: Path
    is_new: bool


def begin(folder: Path, answers: Answers) -> list[Written]:
    """Writes the project.

    Raises:
        GenieError: there is a project already, or a name that Pulumi does not take.
    """
    if (folder / "Pulumi.yaml").exists():
        raise GenieError(f"{folder / 'Pulumi.yaml'} is there already; genie upgrade looks at a project that exists")
    faulty = [name for name in (answers.name, *answers.stacks) if not _NAME.match(name)]
    if faulty:
        raise GenieError(f"{', '.join(map(repr, faulty))}: letters, digits, '-', '_' and '.', at most 100")
    written = [_write(folder / name, text) for name, text in sorted(_files(answers).items())]
    (folder / "spaces").mkdir(exist_ok=True)
    host = folder / HOST
    host.chmod(host.stat().st_mode | 0o111)
    return written


def default_name(folder: Path) -> str:
    """The folder's name as Pulumi takes it, without `genie` alone, which would be everybody's."""
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", folder.resolve().name).strip("-.") or "genie"
    return f"{name}-spaces" if name in ("genie", "genie-spaces", "spaces") else name[:100]


def link_environment(folder: Path) -> str:
    """Makes the virtual environment that runs us the project's, where it has none; what was done, in words.

    Pulumi.yaml names `.venv`, which is not committed: everybody has one of his own.
    """
    venv = folder / ".venv"
    if venv.exists() or sys.prefix == sys.base_prefix:
        return ""
    venv.symlink_to(Path(sys.prefix).resolve())
    return f".venv is a link to {sys.prefix}"


def template_folder() -> Path:
    """The template: beside the package in a clone, inside it where it is installed."""
    places = (_PACKAGE / "templates", _PACKAGE.parent / "templates")
    return next(place for place in places if (place / "genie-spaces").is_dir())


def host_script() -> Path:
    """The executable that the engine starts as the provider's host, as this version has it."""
    return _PACKAGE / "plugin" / "pulumi-resource-pulumi-python"


def _files(answers: Answers) -> dict[str, str]:
    files = dict(_of_template(answers))
    files[HOST] = host_script().read_text(encoding="utf-8")
    for at, stack in enumerate(answers.stacks):
        files[f"Pulumi.{stack}.yaml"] = _stack_file(answers, is_first=at == 0)
    if answers.schema:
        files[SCHEMA] = answers.schema
    if answers.ci != "none":
        text = (template_folder() / "ci" / f"{answers.ci}.yml").read_text(encoding="utf-8")
        files[CI_FILES[answers.ci]] = text.replace("@STACK@", answers.stacks[-1])
    return files


def _of_template(answers: Answers) -> Iterator[tuple[str, str]]:
    root = template_folder() / "genie-spaces"
    for file in root.rglob("*"):
        name = file.relative_to(root).as_posix()
        if not file.is_file() or "__pycache__" in name or (name.startswith("spaces/") and not answers.example):
            continue
        text = file.read_text(encoding="utf-8")
        text = text.replace("${PROJECT}", answers.name).replace("${DESCRIPTION}", DESCRIPTION)
        # What `pulumi new` asks stands in the template only.
        yield name, text.partition("template:\n")[0] if name == "Pulumi.yaml" else text


def _stack_file(answers: Answers, *, is_first: bool) -> str:
    lines = ["config:"]
    if answers.profile:
        lines += ["  # A profile of ~/.databrickscfg keeps the address and the login together."]
        lines += [f"  genie:profile: {_yaml(answers.profile)}"]
    else:
        lines += [f"  genie:host: {_yaml(answers.host)}"]
    if answers.warehouse:
        lines += [f"  genie:warehouse: {_yaml(answers.warehouse)}"]
    if is_first and len(answers.stacks) > 1:
        lines += ['  genie:titlePrefix: "[dev] "']
    if not is_first:
        lines += ["  genie:parentPath: /Shared/Genie", "  genie:protect: true", "  genie:uiEdits: stop"]
    return "\n".join([*lines, "  genie:variables:", f"    catalog: {_yaml(answers.catalog)}", ""])


def _yaml(text: str) -> str:
    from ..yamlio.printer import to_yaml

    return to_yaml({"x": text}).removeprefix("x:").strip()


def _write(file: Path, text: str) -> Written:
    if file.exists():
        return Written(file, False)
    write_file(file, text)
    return Written(file, True)


# ── does it still fit? ──────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Fit:
    """One thing that was looked at.

    Attributes:
        state: "ok", "mended", "stale" (to be mended with --yes), or "problem".
    """

    what: str
    state: Literal["ok", "mended", "stale", "problem"]
    found: str
    remedy: str = ""


def fit(project: Path, schema: str, *, mend: bool) -> list[Fit]:
    """Whether a project's host, schema, Pulumi.yaml and requirements fit the installed version.

    Args:
        mend: write the host and the schema anew where they are another version's.
    """
    return [
        _host_setting(project),
        *_file_fit(project, HOST, host_script().read_text(encoding="utf-8"), mend=mend, executable=True),
        *_file_fit(project, SCHEMA, schema, mend=mend, executable=False),
        _requirement(project),
        _environment(project),
    ]


def _host_setting(project: Path) -> Fit:
    path = stackfile.provider_path(project)
    if path == str(Path(HOST).parent):
        return Fit("Pulumi.yaml", "ok", f"the provider's host is {path}")
    if path and (project / path / Path(HOST).name).resolve() == host_script().resolve():
        return Fit("Pulumi.yaml", "ok", f"the provider's host is the clone's own, {path}")
    wanted = "plugins: {providers: [{name: pulumi-python, path: .genie/host}]}"
    found = f"the provider's host is {path}" if path else "no host is named, so Pulumi's stock host serves"
    return Fit("Pulumi.yaml", "problem", found, f"write into Pulumi.yaml: {wanted}")


def _file_fit(project: Path, name: str, text: str, *, mend: bool, executable: bool) -> Iterator[Fit]:
    file = project / name
    if name == HOST and (stackfile.provider_path(project) or "") not in ("", str(Path(HOST).parent)):
        return
    there = file.read_text(encoding="utf-8") if file.is_file() else None
    if there == text and (not executable or os.access(file, os.X_OK)):
        yield Fit(name, "ok", "as this version writes it")
        return
    found = "is not there" if there is None else "is another version's" if there != text else "is not executable"
    if not mend:
        yield Fit(name, "stale", found, "genie upgrade --yes writes it")
        return
    write_file(file, text)
    if executable:
        file.chmod(file.stat().st_mode | 0o111)
    yield Fit(name, "mended", f"{found}: written anew")


def _requirement(project: Path) -> Fit:
    from .. import __version__

    file = project / "requirements.txt"
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    line = next((line.strip() for line in text.splitlines() if re.match(r"genie[-_.]spaces\b", line, re.I)), "")
    if not line:
        return Fit("requirements.txt", "ok", "does not name genie-spaces")
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        fits = Requirement(line).specifier.contains(__version__, prereleases=True)
    except InvalidRequirement:
        fits = False
    if fits:
        return Fit("requirements.txt", "ok", line)
    major, minor, _ = __version__.split(".", 2)
    wanted = f"genie-spaces>={major}.{minor},<{major}.{int(minor) + 1}"
    return Fit("requirements.txt", "problem", f"{line} leaves out the installed {__version__}", f"write: {wanted}")


def _environment(project: Path) -> Fit:
    if (project / ".venv" / "bin" / "python").exists():
        return Fit(".venv", "ok", "is there")
    return Fit(".venv", "problem", "is not there", "python -m venv .venv && .venv/bin/pip install -r requirements.txt")
