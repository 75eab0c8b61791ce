"""`python -m tests.fuzz.coverage TARGET [FOLDER] [-max_total_time=600]`: bytes guided by the coverage of our code.

TARGET is loader, variables, texts, spaces or bodies; the rest goes to libFuzzer. Needs Atheris (`pip install
atheris`), which is not among the requirements.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import atheris

with atheris.instrument_imports(include=["genie_provider"]):
    from tests.fuzz import targets


def main(arguments: list[str]) -> None:
    name = arguments.pop(1)
    atheris.Setup(arguments, {"loader": targets.load_spec, **_OF_TEXT, **_OF_JSON}[name])
    atheris.Fuzz()


def _with_text(target: Any) -> Any:
    return lambda data: target(data.decode("utf-8", "replace"))


def _with_json(target: Any) -> Any:
    def read(data: bytes) -> None:
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            return
        if isinstance(value, dict):
            target(value)

    return read


_OF_TEXT = {"variables": _with_text(targets.substitute), "texts": _with_text(targets.show)}
_OF_JSON = {"spaces": _with_json(targets.read_space), "bodies": _with_json(targets.read_body)}

if __name__ == "__main__":
    main(sys.argv)
