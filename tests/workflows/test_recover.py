"""recovery: which file is the state, and what takes the place of one that was cut off."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from genie_provider.workflows.recover import mend_state

STATE = b'{"version": 3}'
ZSTD = bytes.fromhex("28b52ffd") + b"..."


def put(folder: Path, name: str, data: bytes, age_s: float = 0.0) -> Path:
    file = folder / "stacks" / "genie" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    os.utime(file, (1_000_000_000 - age_s,) * 2)
    return file


@pytest.mark.parametrize(("suffix", "data"), [("", STATE), (".gz", gzip.compress(STATE, mtime=0)), (".zst", ZSTD)])
def test_a_whole_state_stays_whatever_its_form_and_whatever_lies_beside_it(
    tmp_path: Path, suffix: str, data: bytes
) -> None:
    state = put(tmp_path, f"dev.json{suffix}", data)
    for other in {"", ".gz", ".zst"} - {suffix}:
        put(tmp_path, f"dev.json{other}.bak", STATE, age_s=60)

    assert mend_state(tmp_path, "genie", "dev") == []
    assert state.read_bytes() == data
    assert not (tmp_path / "stacks" / "genie" / "dev.json").exists() or suffix == ""


@pytest.mark.parametrize(
    ("suffix", "broken", "whole"),
    [
        ("", STATE[:5], STATE),
        (".gz", gzip.compress(STATE, mtime=0)[:-6], gzip.compress(STATE, mtime=0)),
        (".zst", b"", ZSTD),
        (".zst", None, ZSTD),
    ],
)
def test_a_state_cut_off_gives_way_to_the_copy_in_its_own_form(
    tmp_path: Path, suffix: str, broken: bytes | None, whole: bytes
) -> None:
    state = tmp_path / "stacks" / "genie" / f"dev.json{suffix}"
    if broken is not None:
        put(tmp_path, state.name, broken)
    put(tmp_path, f"{state.name}.bak", whole, age_s=1)

    said = mend_state(tmp_path, "genie", "dev")

    assert said == [f"the state was cut off while it was written; {state.name}.bak is in its place"]
    assert state.read_bytes() == whole
    assert broken is None or state.with_name(f"{state.name}.broken").read_bytes() == broken


def test_of_two_forms_the_newer_one_is_the_state(tmp_path: Path) -> None:
    put(tmp_path, "dev.json", STATE[:3], age_s=60)
    put(tmp_path, "dev.json.zst", ZSTD)

    assert mend_state(tmp_path, "genie", "dev") == []
