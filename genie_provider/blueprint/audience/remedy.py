"""remedy: what is missing → statements that grant it, and lines of a blueprint that do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from .access import Verdict

_PLAIN = re.compile(r"[A-Za-z_][\w.]*\Z")
"""What YAML takes for a text without quotes, also within braces."""


def statements(missing: Iterable[Verdict]) -> list[str]:
    """GRANT statements, each once. A right on a warehouse is no matter of SQL."""
    found = (
        f"GRANT {each.privilege.replace('_', ' ')} ON {each.kind.upper()} {_quoted(each.name)} TO {_to(each)};"
        for each in missing
        if each.answer == "no" and each.kind != "warehouse"
    )
    return list(dict.fromkeys(found))


def _quoted(name: str) -> str:
    return ".".join(f"`{part.replace('`', '``')}`" for part in name.split("."))


def _to(verdict: Verdict) -> str:
    return f"`{verdict.principal.partition(':')[2].replace('`', '``')}`"


def blueprint_lines(missing: Iterable[Verdict], references: Mapping[str, str]) -> list[str]:
    """Lines under `grants:` of a blueprint.

    Args:
        references: full name → the entry of the blueprint that it is, as schemas.sales.
    """
    wanted: dict[tuple[str, str], list[str]] = {}
    for each in missing:
        if each.answer == "no" and each.kind != "warehouse":
            on = references.get(each.name.lower(), each.name)
            wanted.setdefault((on, each.principal), []).append(each.privilege.replace("_", " "))
    lines = [
        f"  - {{on: {_scalar(on)}, to: {_scalar(principal)}, privileges: [{', '.join(dict.fromkeys(privileges))}]}}"
        for (on, principal), privileges in wanted.items()
    ]
    return ["grants:", *lines] if lines else []


def _scalar(text: str) -> str:
    return text if _PLAIN.match(text) else json.dumps(text, ensure_ascii=False)
