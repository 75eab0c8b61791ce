"""candidate: the changed specs of a branch as spaces of their own, for as long as an evaluation takes.

A stack `pr-N` in the same backend: the title begins with `[pr-N]`, the folder is one of its own, tables, warehouse and
variables are those of the stack it is compared with. Nothing of that stack is written. Permissions, tags, protection
and imports of the specs are left out, so that nobody else sees the candidate and nothing keeps it from going away.

Whatever happens in between, it is taken away: at the end, by a signal, or by the next run of the same number, which
begins with a look for what an earlier one left.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..config.context import StackContext
from ..errors import GenieError, WorkspaceError
from ..specs.loader import Loaded
from ..text import folder
from ..yamlio.printer import to_yaml
from ..yamlio.reader import Document, read_text
from .pulumi_cli import Engine, EngineError
from .recover import recover

if TYPE_CHECKING:
    from ..client import Workspace

FOLDER: Final = Path(".genie", "candidates")
SPACES_FOLDER: Final = "genie-candidates"
"""The folder of all candidates, in the home folder of whoever deploys them."""

_LEFT_OUT: Final = (
    *("permissions", "permissions_mode", "protect", "retain_on_delete", "import", "depends_on", "parent_path", "tags"),
    *("version", "author"),
)
"""Keys of a spec that a candidate must not have: each would touch others, or keep it from going away."""
_SETTINGS_LEFT_OUT: Final = ("protect", "naming", "policy", "gate", "demoData", "tags", "uiEdits", "forbid")
_PROGRAM: Final = '''"""The changed specs of a branch, as spaces of their own; written by `eval --candidate`."""

import pulumi

from genie_provider import GenieSpace, StackSettings, load_specs

stack = StackSettings.from_config(pulumi.Config("genie"))
for name, spec in load_specs(stack.specs, stack.variables).items():
    GenieSpace(name, spec, stack.options_for(name), stack=stack)
'''

Report = Callable[[str], None]


class CandidateError(GenieError):
    """The candidate cannot be made, or what an earlier one left cannot be taken away."""


class Candidate:
    """The stack `pr-N` beside another one.

    Args:
        base: the stack it is compared with, whose settings it takes.
        word: what tells this candidate from others: the number of the pull request.
    """

    def __init__(self, base: StackContext, word: str, workspace: Workspace, report: Report) -> None:
        self.base = base
        self.stack = f"pr-{word}"
        self.folder = base.folder / FOLDER / self.stack
        self.workspace = workspace
        self._report = report
        self._parent_path = ""

    @property
    def title_prefix(self) -> str:
        return f"[{self.stack}] "

    @property
    def parent_path(self) -> str:
        """The workspace folder of its spaces."""
        if not self._parent_path:
            me = self.workspace.me()
            self._parent_path = f"/Users/{me.user_name or me.application_id}/{SPACES_FOLDER}/{self.stack}"
        return self._parent_path

    def deploy(self, loaded: Loaded, names: Iterable[str]) -> dict[str, str]:
        """Logical name → id of the candidate's spaces.

        Raises:
            EngineError: pulumi's own words; what was made until then is there for `take_away`.
        """
        self._lay_out(loaded, names)
        engine = Engine(self.folder, self.stack)
        engine.begin(self.base.stack if self._has_secrets() else "", self._secrets_provider())
        self._configure()
        self._report(f"{self.stack}: deploying into {self.parent_path}")
        engine.deploy()
        return {name: space.id for name, space in engine.spaces().items()}

    def take_away(self) -> None:
        """Destroys whatever there is of this candidate, of this run or of an earlier one; fine if there is nothing.

        Raises:
            CandidateError: another run goes on, or the stack of that name is no candidate.
        """
        self._lay_out(Loaded(), [])
        engine = Engine(self.folder, self.stack)
        if engine.exists():
            self._report(f"{self.stack}: taking the candidate away")
            self._refuse_foreign(engine)
            recover(self.folder, self.stack, unlock=True)
            engine.destroy()
            engine.remove()
        self._sweep()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _refuse_foreign(self, engine: Engine) -> None:
        """A stack that somebody calls pr-7 for other reasons is not ours to destroy."""
        try:
            exported = engine.export()
        except EngineError:
            return  # a state that a killed run left half written: `recover` mends it, and only ours stands in there
        for resource in (exported.get("deployment") or {}).get("resources") or []:
            kind, inputs = str(resource.get("type", "")), resource.get("inputs") or {}
            fits = kind.startswith("pulumi:") or (
                kind.startswith("pulumi-python:dynamic/genie") and self._is_ours(inputs)
            )
            if not fits:
                raise CandidateError(
                    f"stack {self.stack} holds {resource.get('urn', kind)}, which no candidate has; "
                    "choose another word: --candidate WORD"
                )

    def _is_ours(self, inputs: dict[str, Any]) -> bool:
        return str(inputs.get("title", "")).startswith(self.title_prefix)

    def _sweep(self) -> None:
        """Spaces that a killed run made and wrote down nowhere: they carry the mark and lie in the folder."""
        for summary in self.workspace.list_spaces():
            if not summary.title.startswith(self.title_prefix):
                continue
            space = self.workspace.get_head(summary.space_id)
            if space and folder(space.parent_path) == self.parent_path:
                self._report(f"{self.stack}: a space that was left behind goes to the trash: {space.title}")
                self.workspace.trash(space.space_id)
        try:
            self.workspace.delete_empty_folder(self.parent_path)
        except WorkspaceError as error:
            self._report(f"{self.stack}: {error}")

    # ── the project of the candidate ────────────────────────────────────────────────────────

    def _lay_out(self, loaded: Loaded, names: Iterable[str]) -> None:
        """A project folder: the program, the specs, and the real project's everything else."""
        specs = self.folder / "specs"
        shutil.rmtree(specs, ignore_errors=True)
        specs.mkdir(parents=True)
        (self.folder.parent.parent / ".gitignore").write_text("*\n", "utf-8")
        for file in ("Pulumi.yaml", f"Pulumi.{self.base.stack}.yaml", f"Pulumi.{self.base.stack}.yml"):
            if (self.base.folder / file).is_file():
                shutil.copyfile(self.base.folder / file, self.folder / file)
        for name in ("genie_provider", ".venv", "venv", ".tools"):
            link = self.folder / name
            if (self.base.folder / name).exists() and not link.is_symlink():
                link.symlink_to(self.base.folder / name)
        (self.folder / "__main__.py").write_text(_PROGRAM, "utf-8")
        for name in names:
            (specs / f"{name}.yaml").write_text(to_yaml(spec_of_candidate(loaded, name)), "utf-8")

    def _configure(self) -> None:
        """The base's settings, but for those that make it a candidate."""
        own, base = self._file_of(self.stack), self._file_of(self.base.stack)
        held = {**_values(base).get("config", {}), **_values(own).get("config", {})}
        config = {
            key: value for key, value in held.items() if key not in {f"genie:{each}" for each in _SETTINGS_LEFT_OUT}
        }
        variables = {"stack": self.base.stack, **dict(config.get("genie:variables") or {})}
        config |= {
            "genie:titlePrefix": self.title_prefix + self.base.settings.title_prefix,
            "genie:parentPath": self.parent_path,
            "genie:specs": "specs",
            "genie:variables": variables,
            "genie:readBeforePreview": False,
        }
        own.write_text(to_yaml({**_values(own), "config": config}), "utf-8")

    def _file_of(self, stack: str) -> Path:
        files = [self.folder / f"Pulumi.{stack}.{suffix}" for suffix in ("yaml", "yml")]
        return next((file for file in files if file.is_file()), files[0])

    def _has_secrets(self) -> bool:
        config = _values(self._file_of(self.base.stack)).get("config") or {}
        return any(isinstance(value, dict) and "secure" in value for value in config.values())

    def _secrets_provider(self) -> str:
        return str(_values(self._file_of(self.base.stack)).get("secretsprovider") or "")


def changed_specs(base: StackContext) -> list[str]:
    """The specs whose space the next `pulumi up` of that stack would make or change.

    Raises:
        EngineError: the preview did not succeed.
    """
    loaded = base.load_specs()
    steps = Engine(base.folder, base.stack).preview()
    return [step.name for step in steps if step.op in ("create", "update", "replace") and step.name in loaded.specs]


def spec_of_candidate(loaded: Loaded, name: str) -> dict[str, Any]:
    """The spec as it is written, variables and all, without what a candidate must not have."""
    document, path = loaded.sources[name]
    value: Any = Document(document.source, document.name).value
    for step in path:
        value = value[step]
    kept = {key: part for key, part in value.items() if key not in _LEFT_OUT}
    return {"space_id": name, **kept}


def _values(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    value = Document(read_text(file), file.name).value
    return value if isinstance(value, dict) else {}
