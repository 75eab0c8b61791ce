"""names: what every entry is called in one stack, made by the patterns or written out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import Place, Problem
from ..model.identifiers import parts as parts_of
from ..model.variables import PENDING
from .entries import CATALOGUED, Raw, full_name_of
from .models import PLURALS, Patterns
from .patterns import BadName, checked, filled

_HOLDER = {"schemas": ("catalogs", "catalog"), **dict.fromkeys(CATALOGUED[2:], ("schemas", "schema"))}
"""Kind → the kind it stands in, and the field that names it."""


@dataclass
class Names:
    """What the entries of a blueprint are called.

    Attributes:
        own: reference → the entry's own name.
        full: reference → with catalog and schema around it; a warehouse's and a job's is its own.
    """

    own: dict[str, str] = field(default_factory=dict)
    full: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def variables(self) -> dict[str, str]:
        """What ${schemas.sales}, ${volumes.raw.path} and their like mean in specs and SQL files."""
        found = dict(self.full)
        for reference, full_name in self.full.items():
            if reference.startswith("volumes."):
                found[f"{reference}.path"] = "/Volumes/" + "/".join(parts_of(full_name))
        return found


def names_of(raws: Iterable[Raw], stack: str, variables: Mapping[str, Any], tags: Mapping[str, str]) -> Names:
    """The names in one stack. An entry that cannot be named is a problem, and goes by its key.

    Args:
        variables: those of the stack; only texts, numbers and flags can be parts.
        tags: those of the stack.
    """
    names, made = Names(), dict[tuple[str, str], Raw]()
    given = {**_texts(variables), **_texts(tags), "stack": stack}
    for raw in raws:
        own = _own_name(raw, given, names.problems)
        full = _full_name(raw, own, names)
        names.own[raw.reference], names.full[raw.reference] = own, full
        key = (_namespace(raw.plural), full.lower())
        if key in made:
            first = made[key]
            names.problems.append(
                Problem(f"'{full}' is also the name of {first.reference} ({first.place()})", raw.place())
            )
        else:
            made[key] = raw
    return names


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in values.items()
        if isinstance(value, str | int | float) and "." not in name
    }


def _namespace(plural: str) -> str:
    """Views and metric views share names with each other."""
    return "views" if plural == "metric_views" else plural


def _own_name(raw: Raw, given: Mapping[str, str], problems: list[Problem]) -> str:
    kind = PLURALS[raw.plural]
    written = raw.text("name") or (raw.key if raw.value.get("existing") is True else "")
    pattern, place = (written, raw.place("name")) if written else _pattern(raw, kind)
    shared = raw.document.value.get("parts") if isinstance(raw.document.value, dict) else None
    parts = {**given, **_map(shared), **_map(raw.value.get("parts")), "name": raw.key}
    try:
        made = filled(pattern, parts)
        if PENDING in made:
            raise BadName("a name cannot wait for a value of another resource")
        return checked(kind, made)
    except BadName as error:
        if all(problem.place != place for problem in problems):  # one pattern, one problem
            problems.append(Problem(f"{raw.reference}: {error}", place))
        return raw.key


def _pattern(raw: Raw, kind: str) -> tuple[str, Place]:
    """The pattern of the kind; the place of an entry that has none is its own."""
    patterns = raw.document.value.get("names") if isinstance(raw.document.value, dict) else None
    written = patterns.get(kind) if isinstance(patterns, dict) else None
    if isinstance(written, str):
        return written, raw.document.place(("names", kind))
    field_name = "schema_name" if kind == "schema" else kind
    return str(Patterns.model_fields[field_name].default), raw.place()


def _map(value: Any) -> dict[str, str]:
    return {key: str(held) for key, held in value.items()} if isinstance(value, dict) else {}


def _full_name(raw: Raw, own: str, names: Names) -> str:
    if raw.plural not in CATALOGUED:
        return own
    holder = _HOLDER.get(raw.plural)
    if holder is None:
        return full_name_of([own])
    outer = names.full.get(f"{holder[0]}.{raw.text(holder[1])}", raw.text(holder[1]))
    return f"{outer}.{full_name_of([own])}"
