"""python -m bench: measures, prints tables, writes JSON and a picture."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tools.install_pulumi import PROJECT, Cli, find_cli
from tools.progress import say

from . import pages, plot, projects, tables, yardstick
from .measuring import CommandFailed
from .results import Row, Settings, as_json, from_json, rows_of
from .specs import spec_text
from .steps import FLOOR_STEPS, TITLES, Measured, on_floor, on_ours
from .workspace import LocalWorkspace, local_workspace

_HELP = """Measures this program beside the engine's floor, as whole processes, against a local workspace.

  make bench                                  all of it, two hours with 2,000 spaces
  python -m bench --spaces 50 --rounds 1      a first look
  python -m bench --spaces 500 --rows preview refresh --settings plain"""


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _arguments(arguments)
    if asked.show:
        rows = from_json(json.loads(Path(asked.show).read_text(encoding="utf-8")))
    else:
        cli = find_cli(PROJECT)
        if cli is None:
            print("There is no Pulumi CLI yet; run make setup.", file=sys.stderr)
            return 1
        try:
            before_s = yardstick.measure()
            rows = measure(asked, cli)
            yardstick_s = (before_s + yardstick.measure()) / 2
        except CommandFailed as problem:
            print(problem, file=sys.stderr)
            return 1
        _keep(asked, rows, cli, yardstick_s)
    _show(asked, rows)
    return 0


def _keep(asked: argparse.Namespace, rows: list[Row], cli: Cli, yardstick_s: float) -> None:
    if asked.out:
        run = {"rounds": asked.rounds, "latency_s": asked.latency_s, "yardstick_s": yardstick_s}
        data = as_json(rows, pulumi=cli.version, **run)
        Path(asked.out).write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def _show(asked: argparse.Namespace, rows: list[Row]) -> None:
    if asked.plot:
        note = f"{len(spec_text(0)) / 1000:.0f} kB a spec, {1000 * asked.latency_s:.0f} ms a call, whole commands"
        Path(asked.plot).write_text(plot.plot(rows, note), encoding="utf-8")
    for page in asked.fill:
        say(f"{page}: {', '.join(pages.fill(Path(page), rows)) or 'has no place for numbers'}")
    for spaces in sorted({row.spaces for row in rows}):
        say(f"\n{spaces} spaces\n\n{tables.table_of(rows, spaces)}")
    say(f"\nGrowth\n\n{tables.growth(rows)}")


def measure(asked: argparse.Namespace, cli: Cli) -> list[Row]:
    """All rounds for every number of spaces; each round begins with nothing."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="genie-bench-") as folder:
        with local_workspace(Path(folder, "workspace")) as workspace:
            for spaces in sorted(asked.spaces):
                for settings in asked.settings:
                    rows += _rows(asked, cli, Path(folder, f"{settings}-{spaces}"), spaces, settings, workspace)
    return rows


def _rows(
    asked: argparse.Namespace, cli: Cli, folder: Path, spaces: int, settings: Settings, workspace: LocalWorkspace
) -> list[Row]:
    tuned = settings == "tuned"
    ours = projects.ours(folder / "ours", spaces, cli, workspace.host, tuned=tuned)
    floor = projects.floor(folder / "floor", spaces, cli, tuned=tuned)
    measured: list[Measured] = []
    floors: list[Measured] = []
    for number in range(1, asked.rounds + 1):
        began = time.monotonic()
        on_the_floor = on_floor(floor, asked.rows)
        for one in on_ours(ours, workspace, asked.latency_s, asked.rows):
            measured.append(one)
            if one.step in FLOOR_STEPS:  # right after, so that both meet the same weather
                floors.append(next(on_the_floor))
            say(f"  {spaces} spaces, {settings}, round {number}: {TITLES[one.step]} {one.taken.seconds:.2f} s")
        say(f"{spaces} spaces, {settings}, round {number} of {asked.rounds}: {time.monotonic() - began:.0f} s")
    return rows_of(spaces, settings, measured, floors)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=_HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--spaces", type=int, nargs="+", default=[1, 50, 500, 2000], metavar="N")
    parser.add_argument("--rounds", type=int, default=3, help="the median is taken of these (default: %(default)s)")
    parser.add_argument("--latency-s", type=float, default=0.05, help="of every API call (default: %(default)s)")
    parser.add_argument(
        "--settings",
        nargs="+",
        choices=("plain", "tuned"),
        default=["plain", "tuned"],
        help="as it comes on everybody's machine, or with the settings of docs/performance.md (default: both)",
    )
    parser.add_argument("--rows", nargs="+", choices=list(TITLES), default=list(TITLES), help="measure these alone")
    parser.add_argument("--out", metavar="FILE", help="write the numbers as JSON")
    parser.add_argument("--show", metavar="FILE", help="measure nothing; show the numbers of that JSON")
    parser.add_argument("--fill", nargs="+", default=[], metavar="FILE", help="put the tables into these pages")
    parser.add_argument("--plot", metavar="FILE", help="write the picture (SVG)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
