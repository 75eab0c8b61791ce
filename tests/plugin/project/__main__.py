"""The program of the tests: makes what program.json says.

{"notes": {name: inputs}, "boxes": {name: props}, "import": {name: id}}; the text "{name.url}"
stands for another note's url, and {"secret": x} for a secret.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pulumi
from foreign import Box
from notes import Note

program = json.loads(Path("program.json").read_text())
notes: dict[str, Note] = {}


def meant(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"secret"}:
        return pulumi.Output.secret(value["secret"])
    if isinstance(value, dict):
        return {key: meant(item) for key, item in value.items()}
    if isinstance(value, list):
        return [meant(item) for item in value]
    reference = re.fullmatch(r"\{(\w+)\.url\}", value) if isinstance(value, str) else None
    return notes[reference.group(1)].url if reference else value


for name, inputs in program.get("notes", {}).items():
    opts = pulumi.ResourceOptions(import_=program.get("import", {}).get(name))
    notes[name] = Note(name, meant(inputs), opts)
    if len(program["notes"]) < 5:
        pulumi.export(name, notes[name].url)
for name, props in program.get("boxes", {}).items():
    pulumi.export(name, Box(name, meant(props)).label)
