"""schemas: the JSON Schemas of what commands print with `--output json`, one file a command and version.

A file never changes so that what was valid is not any more; that is a new number, and the old file stays.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

_FILE = re.compile(r"([a-z-]+)-(\d+)\.json\Z")


def names() -> dict[str, Path]:
    """Command → the file of its newest schema."""
    found: dict[str, tuple[int, Path]] = {}
    for file in Path(__file__).parent.glob("*.json"):
        match = _FILE.match(file.name)
        if match and int(match[2]) > found.get(match[1], (0, file))[0]:
            found[match[1]] = (int(match[2]), file)
    return {name: file for name, (_, file) in sorted(found.items())}


def read(schema: str) -> dict[str, Any]:
    """The schema that a JSON text names: `genie/list/1`."""
    file = Path(__file__).parent / (schema.removeprefix("genie/").replace("/", "-") + ".json")
    return dict(json.loads(file.read_text(encoding="utf-8")))
