"""The benchmark itself: it runs from end to end, and what it shows is what it measured. No limits on seconds."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from bench import plot, tables
from bench.__main__ import main
from bench.measuring import CommandFailed, Taken, run
from bench.results import Row, as_json, from_json, rows_of
from bench.specs import spec_text, write_specs
from bench.steps import FLOOR_STEPS, Measured
from genie_provider.specs.loader import load
from tools.install_pulumi import PROJECT, find_cli


def test_specs_are_seven_kilobytes_all_different_and_without_problems(tmp_path: Path) -> None:
    write_specs(tmp_path, 20, edited=frozenset({3}))

    loaded = load([tmp_path])

    assert loaded.errors == []
    assert len({spec.title for spec in loaded.specs.values()}) == 20
    assert all(6_900 < len(spec_text(number).encode()) < 7_300 for number in range(0, 500, 7))
    assert "edited" in loaded.specs["space-0003"].description


def test_two_spaces_from_an_empty_workspace_to_numbers(tmp_path: Path) -> None:
    if find_cli(PROJECT) is None:
        pytest.skip("no Pulumi CLI; make setup brings one")
    numbers, picture = tmp_path / "numbers.json", tmp_path / "picture.svg"

    rows = ["validate", "preview", "preview_offline", "up_bulk"]
    asked = ["--spaces", "2", "--rounds", "1", "--latency-s", "0.001", "--out", str(numbers), "--plot", str(picture)]
    assert main([*asked, "--rows", *rows]) == 0

    data = json.loads(numbers.read_text())
    both = from_json(data)
    assert [(row.settings, row.step) for row in both] == [("plain", step) for step in rows] + [
        ("tuned", step) for step in rows
    ]
    tuned = {row.step: row for row in both if row.settings == "tuned"}
    assert all(row.floor_seconds for step, row in tuned.items() if step in FLOOR_STEPS)
    assert tuned["preview"].api_calls >= 2
    assert tuned["preview_offline"].api_calls < tuned["preview"].api_calls
    assert tuned["up_bulk"].state_bytes_a_space > 1000
    assert data["yardstick_s"] > 0
    ElementTree.fromstring(picture.read_text())


def _measured(step: str, seconds: float) -> Measured:
    return Measured(step, Taken(seconds, 2 * seconds, 100), calls=10, at_once=4, state_bytes=1000)


def _rows() -> list[Row]:
    rows = []
    for spaces in (1, 50, 500):
        ours = [_measured("preview", spaces * factor) for factor in (3, 1, 2)]
        rows += rows_of(spaces, "tuned", ours, [_measured("preview", spaces)])
    return rows


def test_the_median_counts_and_the_ratio_is_to_the_floors_median() -> None:
    row = _rows()[-1]

    assert (row.seconds, row.floor_seconds, row.ratio) == (1000, 500, 2)
    assert row.state_bytes_a_space == 2


def test_numbers_survive_the_file_and_tell_nothing_of_the_machine() -> None:
    rows = _rows()
    data = json.loads(json.dumps(as_json(rows, rounds=3, latency_s=0.05, pulumi="3.258.0", yardstick_s=0.5)))

    assert from_json(data) == rows
    assert "/" not in json.dumps(data)


def test_tables_and_picture_show_every_number_of_spaces() -> None:
    rows = _rows()

    assert "| preview, nothing changed, every space read |  | 1000.0 | 500.0 | 2.0 |" in tables.table_of(rows, 500)
    assert "| 2.00 | 100.00 | 1000.00 | 2000 |" in tables.growth(rows)
    assert "1000.0 s" in plot.plot(rows, "a note")


def test_a_command_that_fails_is_told_with_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="ended with 3:\nno such thing"):
        run(["sh", "-c", "echo no such thing; exit 3"], tmp_path, {"PATH": "/usr/bin:/bin"}, log=tmp_path / "log")
