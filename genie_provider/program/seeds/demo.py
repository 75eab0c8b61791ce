"""demo: the demo's schema, tables and functions as resources of the program (`genie:demoData`).

What they are stands in demo/data.yaml and demo/tables/; the spaces over them in demo/spaces/.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pulumi

from ...model.variables import UnresolvedVariable
from ...seeds import SeedFunction, SeedSchema, SeedTable
from ...yamlio.reader import Document, read_text
from ..stack import StackSettings

FOLDER: Final = Path("demo")


def demo_data(stack: StackSettings) -> list[str]:
    """Makes the demo's tables and functions where the stack wants them; the folder of the spaces over them.

    In a stack without `genie:demoData` it makes nothing and names no folder.
    """
    if not stack.settings.demo_data:
        return []
    data = _described(FOLDER / "data.yaml")
    schema = _filled(str(data["schema"]), stack)
    SeedSchema("demo-schema", schema, comment=data["comment"])
    for name, table in data["tables"].items():
        SeedTable(f"demo-{name}", f"{schema}.{name}", file=FOLDER / "tables" / f"{name}.csv", **table)
    for name, function in data["functions"].items():
        SeedFunction(f"demo-{name}", f"{schema}.{name}", **function)
    return [str(FOLDER / "spaces")]


def _described(file: Path) -> dict[str, Any]:
    if not file.is_file():
        raise pulumi.RunError(
            f"genie:demoData is true, but there is no {file}; copy the folder {FOLDER}, or set it to false"
        )
    value = Document(read_text(file), file.as_posix()).value
    return dict(value or {})


def _filled(text: str, stack: StackSettings) -> str:
    try:
        return stack.variables.substitute(text)
    except UnresolvedVariable as unresolved:
        raise pulumi.RunError(f"{FOLDER / 'data.yaml'}: {unresolved}") from None
