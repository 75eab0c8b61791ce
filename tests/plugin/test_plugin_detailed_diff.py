"""diffs: changed entries → the engine's detailed diff."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie_provider.lifecycle import Change, Path
from genie_provider.plugin.detailed_diff import no_changes, sayable, to_response
from genie_provider.pulumi_sdk.messages import provider_pb2
from genie_provider.text import path_text


def parsed(text: str) -> Path:
    """A property path read as Pulumi's own parser reads it (sdk/go, properties_path.go)."""
    steps: list[str | int] = []
    while text:
        if text.startswith('["'):
            match = re.match(r'\["((?:\\"|[^"])*)"\]', text, re.DOTALL)
            assert match, text
            steps.append(match.group(1).replace('\\"', '"'))
        elif text.startswith("["):
            match = re.match(r"\[(\d+)\]", text)
            assert match, text
            steps.append(int(match.group(1)))
        else:
            match = re.match(r"\.?([^.\[]+)", text)
            assert match, text
            steps.append(match.group(1))
        text = text[match.end() :]
    return tuple(steps)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("title",), "title"),
        (("tables", "samples.nyctaxi.trips", "description"), 'tables["samples.nyctaxi.trips"].description'),
        (("tables", "a", "columns", 0), "tables.a.columns[0]"),
        (("examples", 'the "best" ones'), 'examples["the \\"best\\" ones"]'),
        (("examples", "größte"), 'examples["größte"]'),
        (("a.b",), '["a.b"]'),
        (("x", ""), 'x[""]'),
        (("x", "*"), 'x["*"]'),
    ],
)
def test_paths_are_written_in_pulumis_syntax(path: Path, text: str) -> None:
    assert path_text(path) == text


steps = st.text(st.characters(exclude_categories=["Cs"])) | st.integers(0, 99)


@given(st.lists(steps, min_size=1).map(tuple).map(sayable))
def test_what_is_written_is_read_back(path: Path) -> None:
    assert parsed(path_text(path)) == path


def test_an_entry_whose_key_ends_in_a_backslash_is_named_by_its_parent() -> None:
    answer = to_response([Change(("examples", "what\\", "sql"), "add")])

    assert dict(answer.detailedDiff) == {
        "examples": provider_pb2.PropertyDiff(kind=provider_pb2.PropertyDiff.UPDATE, inputDiff=True)
    }


def test_every_change_is_an_update_of_inputs_and_never_a_replacement() -> None:
    answer = to_response([Change(("a",), "add"), Change(("b",), "delete"), Change(("c",), "update")])

    kinds = {path: entry.kind for path, entry in answer.detailedDiff.items()}
    assert answer.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert answer.hasDetailedDiff
    assert not answer.replaces
    assert kinds == {
        "a": provider_pb2.PropertyDiff.ADD,
        "b": provider_pb2.PropertyDiff.DELETE,
        "c": provider_pb2.PropertyDiff.UPDATE,
    }


def test_no_change_is_no_change() -> None:
    assert to_response([]) == no_changes()
