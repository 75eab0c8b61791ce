"""A `# genie: disable=…` that names no rule, or one that cannot be silenced.

Passes::

    title: Sales
    description: Orders and returns # genie: disable=table-description

Fails::

    title: Sales # genie: disable=table-descriptions
"""

from __future__ import annotations

from ..rules import all_rules, unknown

ID = "unknown-rule"
LEVEL = "warning"
WHEN = "outside"


def check(rule_id: str) -> str:
    """What to say of the id; "" where it can be silenced."""
    rule = all_rules().get(rule_id)
    if rule is None:
        return unknown(rule_id)
    return f"'{rule_id}' cannot be silenced: without it there is no spec" if rule.fixed else ""
