"""A setting of ours without `genie:` before it, in a stack's or the project's file.

Pulumi gives keys without a namespace to the project: `warehouse: x` in a project called sales is `sales:warehouse`,
which nothing here reads. In a project that is itself called genie the two are the same.
"""

from __future__ import annotations

ID = "setting-key"
LEVEL = "warning"
WHEN = "outside"


def check(key: str, project: str) -> str:
    return f"'{key}' without a namespace belongs to the project, as {project}:{key}; did you mean genie:{key}?"
