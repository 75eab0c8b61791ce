"""settings: what one stack's configuration says, told once for the program, the provider and the CLI.

The keys are those of the `genie` namespace in Pulumi.<stack>.yaml. This room parses; where the
values come from is the business of `stack` (Pulumi, or the stack's file).
"""

from __future__ import annotations

import difflib
import json
import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal

from ..codec.spec_inputs import Defaults
from ..errors import Place, SettingsError
from ..lint import levels
from ..lint import policy as governance
from ..model.gate import Policy
from ..model.gate import parse as _parse_gate
from ..text import folder

NAMESPACE: Final = "genie"


@dataclass(frozen=True)
class Settings:
    """One stack's settings, each named as in the configuration but for the snake case."""

    host: str = ""
    """The workspace's address."""
    profile: str = ""
    """A profile of ~/.databrickscfg, instead of host."""
    token: str = field(default="", repr=False)
    """A personal access token; set it with `pulumi config set --secret genie:token`."""
    warehouse: str = ""
    """Name or id of the SQL warehouse for specs that name none."""
    parent_path: str = ""
    """The folder for specs that name none."""
    title_prefix: str = ""
    """Put before every title, for personal stacks."""
    variables: dict[str, Any] = field(default_factory=dict)
    protect: bool = False
    """Whether spaces are protected against deletion unless their spec says otherwise."""
    specs: str = "spaces"
    """The folder of the specs."""
    blueprint: str = "blueprint.yaml"
    """The file, or the folder of files, that describes what stands around the spaces; the usual one may be missing."""
    read_before_preview: bool = True
    """Whether every preview reads the live spaces first, to show what was edited in the UI."""
    ui_edits: Literal["undo", "stop"] = "undo"
    """What `pulumi up` does with entries edited in the UI since our last write."""
    check_warehouse_change: Literal["read", "ask"] = "read"
    """After a change of the warehouse: read the space again and warn, or ask it a question as well."""
    tags: dict[str, str] = field(default_factory=dict)
    """Tags of every space of the stack; ${stack}, ${name}, ${file} and variables are filled in."""
    forbid: list[str] = field(default_factory=list)
    """Names of other environments that must not stand anywhere in what is sent."""
    wait_budget_s: float = 120.0
    """How long one call may wait for the workspace's rate limits, in seconds."""
    preflight: bool = True
    """Whether tables, functions and principals are looked for before anything is sent."""
    audience: bool = False
    """Whether the preflight also asks if the people in `permissions` may read what the spaces show."""
    demo_data: bool = False
    """Whether the program also makes the demo's tables and functions."""
    naming: dict[str, Any] = field(default_factory=dict)
    """Patterns for titles, logical names and folders."""
    policy: dict[str, Any] = field(default_factory=dict)
    """What every spec must have."""
    gate: dict[str, Any] = field(default_factory=dict)
    """What evaluations must show to pass, for specs that do not say it themselves."""
    rules: dict[str, Any] = field(default_factory=dict)
    """Levels of rules: a rule's id → error, warning, notice or off."""
    waivers: list[Any] = field(default_factory=list)
    """Rules that some specs need not follow until a day, each with a reason."""
    history: str = ""
    """Where the history is kept: a folder, s3://, azblob://, gs://, /Volumes/…, or `off`; else beside the state."""
    stack_id: str = ""
    """What tells this stack from every other; made once, by the first run (see `config.stack_identity`)."""
    take_over: str = ""
    """A state that is lost: spaces that were made with it are taken over. As the message says that asks for it."""
    max_deletes: str = ""
    """How many spaces one `pulumi up` may trash; empty: ten, or a third of the stack where that is more."""
    overwrite: dict[str, Any] = field(default_factory=dict)
    """Space → entry → mark of an edit in the UI that may be overwritten although genie:uiEdits is stop."""

    @property
    def defaults(self) -> Defaults:
        tags = {str(key): _tag_text(value) for key, value in self.tags.items()}
        return Defaults(self.warehouse, folder(self.parent_path), self.title_prefix, tags)

    def governed(self, stack: str, project: str) -> governance.Stack:
        """What naming rules and policies need to know of the stack."""
        return governance.Stack(
            stack,
            project,
            self.defaults.tags,
            self.defaults.parent_path,
            governance.parse_naming(self.naming),
            governance.parse_policy(self.policy),
            self.warehouse,
        )

    @property
    def levels(self) -> levels.Levels:
        """What the stack makes of the rules."""
        return levels.Levels(levels.parse_rules(self.rules), levels.parse_waivers(self.waivers))

    @property
    def given_to_spaces(self) -> dict[str, Any]:
        """What the stack adds to every space: its settings by their keys."""
        return {key_of(name): getattr(self, name) for name in ("title_prefix", "parent_path", "warehouse", "tags")}


def _tag_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def key_of(name: str) -> str:
    """The configuration's spelling of a setting: read_before_preview → readBeforePreview."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


TOKEN_IN_CLEAR: Final = (
    "genie:token stands in clear in the stack's file, and would in every state; encrypt it: "
    "pulumi config set --secret genie:token (and revoke this one: git remembers it)"
)

KEYS = {key_of(item.name): item for item in fields(Settings)}


def parse(values: Mapping[str, Any], places: Mapping[str, Place] | None = None) -> Settings:
    """The settings from configuration values without their namespace; JSON text or parsed values.

    Args:
        places: where each key stands, as far as that is known.

    Raises:
        SettingsError: keys or values that cannot be meant, a line for each.
    """
    parsed: dict[str, Any] = {}
    wrong: list[str] = []
    for key, value in values.items():
        try:
            item = KEYS.get(key)
            if item is None:
                raise SettingsError(_unknown(key))
            parsed[item.name] = _typed(key, item.name, value)
        except SettingsError as error:
            place = (places or {}).get(key)
            wrong.append(f"{place}: {error}" if place else str(error))
    if wrong:
        raise SettingsError("\n".join(wrong))
    return Settings(**parsed)


def parse_gate(given: Mapping[str, Any]) -> Policy:
    """What `genie:gate` asks for; raises SettingsError."""
    return _parse_gate(given, f"{NAMESPACE}:gate")


def _unknown(key: str) -> str:
    if key.startswith("variables."):
        name = key.removeprefix("variables.")
        way = f"pulumi config set --path {NAMESPACE}:variables.{name} VALUE"
        return f"{NAMESPACE}:{key} is not a setting; set a variable with: {way}"
    near = difflib.get_close_matches(key, KEYS, n=1)
    hint = f"; did you mean {NAMESPACE}:{near[0]}?" if near else f" (there are {', '.join(sorted(KEYS))})"
    return f"{NAMESPACE}:{key} is not a setting{hint}"


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "gate": parse_gate,
    "naming": governance.parse_naming,
    "policy": governance.parse_policy,
    "tags": governance.check_tags,
    "rules": levels.parse_rules,
    "waivers": levels.parse_waivers,
}
_CHOICES = {"ui_edits": ("undo", "stop"), "check_warehouse_change": ("read", "ask")}


def _typed(key: str, name: str, value: Any) -> Any:
    default = getattr(Settings(), name)
    if isinstance(default, dict | list) and isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            value = [part.strip() for part in value.split(",")] if isinstance(default, list) else value
    if isinstance(default, bool):
        return _flag(key, value)
    if isinstance(default, float):
        return _number(key, value)
    if isinstance(default, dict | list):
        if not isinstance(value, type(default)):
            wanted = "a map" if isinstance(default, dict) else "a list"
            raise SettingsError(f"{NAMESPACE}:{key} must be {wanted}")
        if name in _CHECKS:
            _CHECKS[name](value)
        return value
    if name in _CHOICES and value not in _CHOICES[name]:
        raise SettingsError(f"{NAMESPACE}:{key} is '{value}'; it can be {' or '.join(_CHOICES[name])}")
    text = _text(key, value)
    return _folder(text) if name == "specs" else text


def _text(key: str, value: Any) -> str:
    if isinstance(value, dict | list):
        raise SettingsError(f"{NAMESPACE}:{key} must be one text")
    return _tag_text(value)


def _folder(text: str) -> str:
    """The specs' folder; `~` is the home folder, as in a shell."""
    if not text.strip():
        raise SettingsError(f"{NAMESPACE}:specs is empty; name the folder of the specs, or leave it out for spaces")
    if text.lstrip().startswith(("[", "{")):
        raise SettingsError(f"{NAMESPACE}:specs is '{text}'; it must be one folder")
    return os.path.expanduser(text)


def _flag(key: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    raise SettingsError(f"{NAMESPACE}:{key} is '{value}'; it can be true or false")


def _number(key: str, value: Any) -> float:
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number) or number < 0:
        raise SettingsError(f"{NAMESPACE}:{key} is '{value}'; it must be a number, 0 or more")
    return number


def from_provider_config(config: Mapping[str, str]) -> Settings:
    """The settings as they reach a provider: every key of the stack, with its namespace."""
    prefix = f"{NAMESPACE}:"
    return parse({key.removeprefix(prefix): value for key, value in config.items() if key.startswith(prefix)})
