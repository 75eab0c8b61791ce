"""variables: ${name} in the texts of a spec.

Values come from the stack and the project, never from the operating system's environment: a peer
tool leaks tokens that way. A value may be a Pulumi Output, which is known only later; its place in
the text is then held open (`PENDING`) until the resource is registered.
"""

from __future__ import annotations

import difflib
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar

AnyValue = TypeVar("AnyValue")

PENDING: Final = f"\ufdd0{secrets.token_hex(8)}"
"""Stands in for the dollar sign of a ${name} whose value is not known yet.

Another one in each process and never written anywhere: a text from the UI that held it would be filled in like a
reference of ours, and a secret variable could be read in the space.
"""

_REFERENCE = re.compile(r"\$\$\{|\$\{([^{}]*)\}?")
_NAME = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]*?)(?::-(.*))?\Z", re.DOTALL)
_PENDING = re.compile(PENDING + r"\{([^{}]*)\}")


_OF_BLUEPRINTS: Final = frozenset(
    ("catalogs", "schemas", "volumes", "warehouses", "jobs", "functions", "views", "metric_views")
)
"""What comes before the dot in the name of a blueprint's entry."""


class UnresolvedVariable(ValueError):
    """One reference that has no value; `piece` is how it is written."""

    def __init__(self, piece: str, message: str) -> None:
        self.piece = piece
        super().__init__(message)


class Variables:
    """The variables of one stack.

    Args:
        values: name → text, or a Pulumi Output (anything that is not text, number or flag).
        stack: the stack's name, for messages and as the value of ${stack}.
        source: where a missing one should be set, for messages.
        required_by: other stacks' names → the variables they know; a name missing there is an error
            as well (used when specs are checked for all stacks at once).
    """

    def __init__(
        self,
        values: Mapping[str, Any] | None = None,
        stack: str = "",
        source: str = "",
        required_by: Mapping[str, set[str]] | None = None,
    ) -> None:
        self.values: dict[str, Any] = {**({"stack": stack} if stack else {}), **(values or {})}
        self.stack = stack
        self.source = source or (f"Pulumi.{stack}.yaml" if stack else "the stack's configuration")
        self.required_by = dict(required_by or {})

    def substitute(self, text: str, on_problem: Callable[[UnresolvedVariable], None] | None = None) -> str:
        """`text` with every reference replaced; `$${x}` gives a literal ${x}. A reference is told once a text.

        Raises:
            UnresolvedVariable: the first reference without a value, unless `on_problem` takes it.
        """

        told: set[str] = set()

        def value_of(match: re.Match[str]) -> str:
            if match.group(1) is None:
                return "${"
            if match.group(0) in told:
                return match.group(0)
            try:
                return self._value(match.group(0), match.group(1))
            except UnresolvedVariable as unresolved:
                if on_problem is None:
                    raise
                told.add(match.group(0))
                on_problem(unresolved)
                return match.group(0)

        return _REFERENCE.sub(value_of, text)

    def pieces(self, text: str) -> Iterator[tuple[str, str]]:
        """The text in stretches, each as written and as it reads; a reference is one stretch."""
        at = 0
        for match in _REFERENCE.finditer(text):
            if match.start() > at:
                yield text[at : match.start()], text[at : match.start()]
            yield match.group(0), self.substitute(match.group(0), lambda unresolved: None)
            at = match.end()
        if at < len(text):
            yield text[at:], text[at:]

    def _value(self, piece: str, inner: str) -> str:
        parsed = _NAME.match(inner)
        if not piece.endswith("}") or not parsed:
            raise UnresolvedVariable(piece, f"{piece} is not a variable; write $${{ for a literal ${{")
        name, default = parsed.groups()
        if name not in self.values:
            if default is not None:
                return default
            raise UnresolvedVariable(piece, self._missing(name))
        for stack, names in self.required_by.items():
            if name not in names and name != "stack" and default is None:
                raise UnresolvedVariable(
                    piece, f"${{{name}}} has no value in stack {stack}; set it under variables in Pulumi.{stack}.yaml"
                )
        value = self.values[name]
        if isinstance(value, bool):
            return str(value).lower()
        return str(value) if isinstance(value, str | int | float) else f"{PENDING}{{{name}}}"

    def _missing(self, name: str) -> str:
        where = f" in stack {self.stack}" if self.stack else ""
        near = difflib.get_close_matches(name, self.values, n=1)
        if name.partition(".")[0] in _OF_BLUEPRINTS:
            hint = f"; did you mean ${{{near[0]}}}?" if near else ""
            return f"${{{name}}} is not in the blueprint{hint}"
        names = ", ".join(sorted(known for known in self.values if "." not in known)) or "none"
        hint = f"did you mean ${{{near[0]}}}? " if near else ""
        return f"${{{name}}} has no value{where}; {hint}set it under variables in {self.source} (there are: {names})"


def pending_names(text: str) -> list[str]:
    """The variables whose values `text` still waits for."""
    return _PENDING.findall(text) if PENDING in text else []


def fill_pending(text: str, values: Mapping[str, str]) -> str:
    return _PENDING.sub(lambda match: values[match.group(1)], text)


def show_pending(text: str) -> str:
    """The text as a person wrote it."""
    return text.replace(PENDING, "$")


def escaped(value: AnyValue) -> AnyValue:
    """The value as it is written in a file, where `${name}` would be a variable; keys of maps stay."""
    if isinstance(value, str):
        return value.replace("${", "$${")  # type: ignore[return-value]
    if isinstance(value, Mapping):
        return {key: escaped(part) for key, part in value.items()}  # type: ignore[return-value]
    return [escaped(part) for part in value] if isinstance(value, list) else value  # type: ignore[return-value]
