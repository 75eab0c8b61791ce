"""records: one run of a stack, written down: what it was, who ran it, and every space as it stood afterwards.

A record names its predecessor by the digest of that one's bytes, so a record that was changed, taken out or put in
between shows. Spaces are named by the digest of their content, which lies beside the records once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, Literal

from ...errors import GenieError

SCHEMA: Final = "genie/record/1"
SECRET: Final = "[secret]"
"""Stands for a value that Pulumi keeps encrypted; no record holds such a value."""

Author = Literal["up", "ui", "unknown"]

_SECRET_MARK: Final = "4dabf18193072939515e22adb298388d"
"""The key by which Pulumi's states mark a value that is not a plain one (a secret, an asset)."""


class HistoryError(GenieError):
    """The history cannot be read or written; the text says what to do."""


@dataclass(frozen=True)
class SpaceRecord:
    """One space after a run.

    Attributes:
        version: counts the different contents that the space had, from 1.
        inputs: digest of its content; "" once it is gone.
        by: what made this version: a run (`up`), the UI, or nobody knows.
        file, text: the spec's file, and the digest of it; "" where it was not looked at.
        entries: of a version made in the UI, the entries that were edited there.
    """

    version: int
    inputs: str = ""
    by: Author = "up"
    title: str = ""
    space_id: str = ""
    file: str = ""
    text: str = ""
    entries: tuple[str, ...] = ()

    @property
    def is_gone(self) -> bool:
        return not self.inputs


@dataclass(frozen=True)
class Who:
    """Who ran it: the account on the machine, or the person a CI job names; `job` is its address."""

    name: str = ""
    machine: str = ""
    job: str = ""

    def __str__(self) -> str:
        return self.name or "?"


@dataclass(frozen=True)
class Git:
    """The work tree; `note` says what is not known and why."""

    commit: str = ""
    branch: str = ""
    dirty: bool = False
    note: str = ""

    def __str__(self) -> str:
        return f"{self.commit[:9]}{'+' if self.dirty else ''}" if self.commit else ""


@dataclass(frozen=True)
class Record:
    """One run.

    Attributes:
        number: 1, 2, 3, …
        previous: digest of the record before; "" for the first.
        run: pulumi's own entry of the run: when it began and what it was ("2026-11-21T15:36:18.000Z update").
        command: what was typed: "up", "deploy", …; "pulumi update" for a run found afterwards.
        outcome: "succeeded", "failed", "put back" (a deploy whose evaluation failed), "unknown".
        seen: versions that the run met and did not make: edits in the UI, before it wrote over them or kept them.
        complete: False for a run found afterwards of which nobody kept what the spaces were.
    """

    number: int
    previous: str
    project: str
    stack: str
    command: str
    outcome: str
    began: str = ""
    ended: str = ""
    run: str = ""
    message: str = ""
    host: str = ""
    workspace_id: str = ""
    who: Who = field(default_factory=Who)
    git: Git = field(default_factory=Git)
    versions: dict[str, str] = field(default_factory=dict)
    evaluation: dict[str, Any] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    seen: dict[str, SpaceRecord] = field(default_factory=dict)
    spaces: dict[str, SpaceRecord] = field(default_factory=dict)
    complete: bool = True

    def to_bytes(self) -> bytes:
        """Always the same bytes for the same record."""
        return canonical({"schema": SCHEMA, **asdict(self)})

    @classmethod
    def from_bytes(cls, data: bytes, name: str) -> Record:
        """The record that was written so; keys of later versions are left out.

        Raises:
            HistoryError: it is none.
        """
        try:
            held = json.loads(data)
            if held["schema"] != SCHEMA:
                raise HistoryError(f"{name} is of the kind {held['schema']}: this version of genie reads {SCHEMA}")
            known = {item.name for item in fields(cls)}
            values = {key: value for key, value in held.items() if key in known}
            values["who"], values["git"] = Who(**values["who"]), Git(**values["git"])
            values["changed"] = tuple(values["changed"])
            for key in ("seen", "spaces"):
                values[key] = {each: _space(part) for each, part in values[key].items()}
            return cls(**values)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise HistoryError(f"{name} is not a record of a run: {error}") from None


def _space(held: Mapping[str, Any]) -> SpaceRecord:
    return SpaceRecord(**{**held, "entries": tuple(held.get("entries") or ())})


def canonical(value: Any) -> bytes:
    """A value as JSON, the same bytes every time."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass") + b"\n"


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def content_of(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What of a space's inputs is kept: all that a person wrote, without hidden keys and without secrets."""
    from ...model.state import is_hidden

    return {name: _plain(value) for name, value in inputs.items() if not is_hidden(name)}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return SECRET if _SECRET_MARK in value else {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list) else value


def holds_secret(value: Any) -> bool:
    """Whether a kept value stands for one that was a secret."""
    if isinstance(value, dict):
        return any(map(holds_secret, value.values()))
    return any(map(holds_secret, value)) if isinstance(value, list) else value == SECRET
