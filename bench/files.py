"""python -m bench.files: reading files of data beside the libraries alone, memory, passes over a file, uploads.
With --killed instead a load of 200 MB that is killed on its way and run again.

Each side is a process of its own; the two take turns, and the best of each counts.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from . import killed_load
from .workspace import local_workspace

_HEADINGS = ("id", "name", "price", "qty", "day", "at", "open", "city", "code", "note")

_TAKEN = """
import json, resource, sys, time
def begin():
    global began, begun_s
    used = resource.getrusage(resource.RUSAGE_SELF)
    began, begun_s = time.perf_counter(), used.ru_utime + used.ru_stime
{work}
took_s = time.perf_counter() - began
used = resource.getrusage(resource.RUSAGE_SELF)
cpu_s = used.ru_utime + used.ru_stime - begun_s
print(json.dumps({{"took_s": took_s, "cpu_s": cpu_s, "peak_mb": used.ru_maxrss / 1024}}))
"""
_PYARROW = "import pyarrow.csv\nbegin()\npyarrow.csv.read_csv({file!r})"
_OPENPYXL = """import openpyxl
begin()
book = openpyxl.load_workbook({file!r}, read_only=True, data_only=True)
for row in book.worksheets[0].iter_rows(values_only=True): pass"""
_OURS = """from pathlib import Path
import pyarrow.csv, pyarrow.compute, pyarrow.parquet
from genie_provider.files.convert import convert_files
begin()
convert_files([Path({file!r})], Path({file!r} + '.parquet'))"""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the CSV")
    parser.add_argument("--sheet-rows", type=int, default=100_000)
    parser.add_argument("--large-mb", type=int, default=1_000, help="of the CSV whose memory is measured")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--killed", action="store_true", help="a load that is killed twice and then let through")
    parser.add_argument("--killed-mb", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-files-") as folder:
        if asked.killed:
            rows = asked.killed_mb * 294
            found = killed_load.run(Path(folder), a_csv(Path(folder) / "killed.csv", rows, note="x" * 5_000), rows)
        else:
            found = measure(Path(folder), asked.rows, asked.sheet_rows, asked.large_mb, asked.rounds)
    if asked.json:
        print(json.dumps(found, indent=1))
    else:
        for title, value in found.items():
            print(f"{title:<60} {value}")
    return 0


def measure(folder: Path, rows: int, sheet_rows: int, large_mb: int, rounds: int) -> dict[str, Any]:
    """Title → number."""
    csv = a_csv(folder / "rows.csv", rows)
    theirs, ours = _in_turns(_PYARROW, _OURS, csv, rounds)
    found: dict[str, Any] = {
        f"CSV, {rows:,} rows of 10: pyarrow reads it, s": round(theirs["took_s"], 2),
        "  made Parquet here, s": round(ours["took_s"], 2),
        "  times pyarrow": round(ours["took_s"] / theirs["took_s"], 2),
    }
    sheet = a_sheet(folder / "rows.xlsx", sheet_rows)
    theirs, ours = _in_turns(_OPENPYXL, _OURS, sheet, max(1, rounds - 1))
    found |= {
        f"Excel, {sheet_rows:,} rows of 6: openpyxl reads it, s": round(theirs["took_s"], 2),
        "  made Parquet from it here, s": round(ours["took_s"], 2),
        "  times openpyxl": round(ours["took_s"] / theirs["took_s"], 2),
        "  times openpyxl, in time of the processor": round(ours["cpu_s"] / theirs["cpu_s"], 2),
    }
    if large_mb:
        large = a_csv(folder / "large.csv", large_mb * 11_100)
        taken = _taken(_OURS, large)
        found |= {
            f"CSV of {large.stat().st_size / 1e6:,.0f} MB: made Parquet here, s": round(taken["took_s"], 1),
            "  peak of memory, MB": round(taken["peak_mb"]),
        }
    return found | _load(folder)


def _in_turns(theirs: str, ours: str, file: Path, rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    taken = [(_taken(theirs, file), _taken(ours, file)) for _ in range(rounds)]
    best: Callable[[dict[str, float]], float] = lambda each: each["took_s"]  # noqa: E731
    return min((each[0] for each in taken), key=best), min((each[1] for each in taken), key=best)


def _taken(work: str, file: Path) -> dict[str, float]:
    script = _TAKEN.format(work=work.format(file=str(file)))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    held: dict[str, float] = json.loads(done.stdout)
    return held


def _load(folder: Path) -> dict[str, Any]:
    """What `files load` of 100 MB reads and sends: bytes read of the file (its first part is looked at before)."""
    from genie_provider.client import Access, Workspace
    from genie_provider.config.settings import Settings
    from genie_provider.files.options import ReadOptions
    from genie_provider.workflows.load_file import load

    file = a_csv(folder / "load.csv", 20_000, note="x" * 5_000)
    with local_workspace(folder / "workspace") as handle:
        workspace = Workspace(Access.find(handle.host, None, "t", env={}), answer_s=120)
        workspace.me()
        before, before_calls = _read_bytes(), handle.calls().count
        load(
            Settings(warehouse="Serverless Starter Warehouse"),
            workspace,
            str(file),
            "main.default.bench",
            ReadOptions(),
            tell=lambda level, text: None,
        )
        read = _read_bytes() - before
        calls = handle.calls().count - before_calls
    size = file.stat().st_size
    return {
        f"load of {size / 1e6:,.0f} MB: calls, one of them the upload": calls,
        "  bytes read by this process over the file's size": round(read / size, 2),
    }


def _read_bytes() -> int:
    """Bytes this process has read so far, answers of the workspace included (Linux)."""
    text = Path("/proc/self/io").read_text() if Path("/proc/self/io").exists() else "rchar: 0"
    return int(text.split("rchar:")[1].split()[0])


def a_csv(file: Path, rows: int, note: str = "some longer text here") -> Path:
    dice = random.Random(1)
    with file.open("w") as target:
        target.write(",".join(_HEADINGS) + "\n")
        for at in range(rows):
            day = f"2024-{at % 12 + 1:02d}-{at % 28 + 1:02d}"
            target.write(
                f"{at},name {at % 1000},{dice.random() * 1000:.2f},{at % 97},{day},{day} 10:{at % 60:02d}:00,"
                f"{'true' if at % 2 else 'false'},Berlin,{at % 500:05d},{note if at % 3 else ''}\n"
            )
    return file


def a_sheet(file: Path, rows: int) -> Path:
    import datetime

    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("rows")
    sheet.append(("id", "name", "price", "day", "open", "note"))
    for at in range(rows):
        day = datetime.date(2024, at % 12 + 1, at % 28 + 1)
        sheet.append((at, f"name {at % 1000}", at / 7, day, at % 2 == 0, None))
    book.save(file)
    return file


if __name__ == "__main__":
    sys.exit(main())
