"""authored_order: the authored order of entries, kept beside maps that have none.

Pulumi's inputs are maps, so that reordering is not a change; yet people see questions in the
order the spec gives them. The order is a hidden input: for each section whose authored order is
not the alphabetical one, the positions of its sorted keys ("2 0 1": the third comes first).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .schema import Section
from .state import ORDER

Properties = dict[str, Any]


def remember_order(inputs: Properties, keys_by_section: Iterable[tuple[Section, list[str]]]) -> None:
    """Adds the hidden input; nothing where every section is in alphabetical order."""
    order = {}
    for section, keys in keys_by_section:
        if not section.has_id:
            continue
        ranked = {key: at for at, key in enumerate(sorted(keys))}
        positions = [ranked[key] for key in keys]
        if positions != sorted(positions):
            order[section.name] = " ".join(map(str, positions))
    if order:
        inputs[ORDER] = order


def authored_order(inputs: Properties, section: Section) -> list[str]:
    """The section's keys as the person ordered them; alphabetical where nothing is remembered."""
    ranked = sorted(inputs.get(section.name) or {})
    remembered = (inputs.get(ORDER) or {}).get(section.name, "")
    positions = [int(position) for position in str(remembered).split()]
    if sorted(positions) != list(range(len(ranked))):
        return ranked
    return [ranked[position] for position in positions]


def settle_order(settled: Properties, known: Properties) -> None:
    """The remembered order stays for every section that still has the same entries."""
    order = dict(settled.pop(ORDER, None) or {})
    remembered = known.get(ORDER) or {}
    for name in {*order, *remembered}:
        if (settled.get(name) or {}).keys() == (known.get(name) or {}).keys():
            order.pop(name, None)
            if name in remembered:
                order[name] = remembered[name]
    if order:
        settled[ORDER] = order
