"""session: who runs a statement, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlglot import exp

    from ..state.callers import Caller
    from ..workspace import Workspace


class SqlError(Exception):
    """A statement that failed, with the error class Databricks puts in square brackets."""

    def __init__(self, error_class: str, message: str) -> None:
        super().__init__(f"[{error_class}] {message}")


@dataclass
class Result:
    """Columns as (name, type) and rows of text, as the JSON_ARRAY format has them."""

    columns: list[tuple[str, str]] = field(default_factory=list)
    rows: list[list[str | None]] = field(default_factory=list)


@dataclass(frozen=True)
class Session:
    """Who runs a statement, and where names with fewer than three parts belong."""

    workspace: Workspace
    caller: Caller
    catalog: str = "main"
    schema: str = "default"
    parameters: dict[str, Any] = field(default_factory=dict)
    limit_s: float | None = None
    """How long the statement may compute; None is what the switch says."""

    def full_name(self, table: exp.Table, parts: int = 3) -> str:
        """The name of a table, or with two parts of a schema, in full."""
        named = [part.name for part in table.parts]
        if len(named) > parts:
            raise SqlError("PARSE_SYNTAX_ERROR", f"'{'.'.join(named)}' has too many parts.")
        return ".".join([self.catalog, self.schema][: parts - len(named)] + named)
