"""A description of a function. The workspace has no place for it; it stays in the file.

What Genie reads is the function's comment in Unity Catalog.

Passes::

    title: Sales
    instructions: {sql_functions: [main.sales.net]}

Fails::

    title: Sales
    instructions: {sql_functions: [{identifier: main.sales.net, description: Net of returns}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Finding, Space

ID = "function-description"
LEVEL = "notice"


def check(space: Space) -> Iterator[Finding]:
    for at, function in enumerate(space.spec.instructions.sql_functions):
        if function.description:
            message = "the workspace keeps no description of a function; it stays in this file"
            yield Finding(("instructions", "sql_functions", at, "description"), message)
