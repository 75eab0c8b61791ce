"""json_lines: one JSON object a line. Objects in objects become columns a_b; lists stay JSON text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ..options import ReadOptions
from ..raw import RawTable, Records, batched
from ..troubles import Troubles, refusal
from . import json_values


def parts(file: Path, options: ReadOptions, troubles: Troubles) -> list[str]:
    return [""]


def read(file: Path, part: str, options: ReadOptions, troubles: Troubles) -> RawTable:
    records = Records()
    batches = batched(_rows(file, options, records, troubles))
    return RawTable("", records.headings, batches, inference="dates")


def _rows(
    file: Path, options: ReadOptions, records: Records, troubles: Troubles
) -> Iterator[tuple[int, Sequence[Any]]]:
    decoder = json_values.decoder(troubles)
    with file.open("rb") as source:
        for number, line in enumerate(source, start=1):
            if line.strip():
                yield number, records.row(_record(file, number, line, decoder, options.encoding or "utf-8-sig"))


def _record(file: Path, number: int, line: bytes, decoder: json.JSONDecoder, encoding: str) -> dict[str, Any]:
    try:
        value = decoder.decode(line.decode(encoding).strip())
    except UnicodeDecodeError as error:
        raise refusal(file, f"not {encoding} (byte {error.start} of the line); give encoding", row=number) from None
    except json.JSONDecodeError as error:
        raise refusal(file, f"not JSON: {error.msg}, at character {error.pos + 1} of the line", row=number) from None
    except RecursionError:
        raise refusal(file, "objects are nested too deep", row=number) from None
    if not isinstance(value, dict):
        raise refusal(file, f"a line holds {json_values.word(value)}, not an object", row=number)
    return json_values.flat(value)
