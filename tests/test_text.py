"""Texts: one way to split lines, one way to write folders and paths."""

from __future__ import annotations

import pytest

from genie_provider.compare import diff
from genie_provider.text import folder, join_lines, lines, path_text, same_text, shown


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
def test_only_a_newline_ends_a_line(separator: str) -> None:
    assert lines(f"a{separator}b\nc") == [f"a{separator}b\n", "c"]


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85"])
def test_another_separator_is_another_text(separator: str) -> None:
    one = {"description": "a\nb"}

    assert not same_text("a\nb", f"a{separator}b")
    assert not same_text("a\n", f"a{separator}\n")
    assert diff.changes(one, {"description": f"a{separator}b"})
    assert diff.marks(one) != diff.marks({"description": f"a{separator}b"})


def test_white_space_at_the_ends_of_lines_is_no_difference() -> None:
    assert same_text("a \t\r\nb\n\n", "a\nb")


@pytest.mark.parametrize("text", ["", "a", "a\n", "\n\na\r\nb", "a\u2028\n"])
def test_lines_joined_are_the_text(text: str) -> None:
    assert "".join(lines(text)) == text
    assert join_lines(lines(text)) == text


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("/Workspace/Shared/Genie/", "/Shared/Genie"),
        ("/Workspace", "/"),
        ("/Workspace/", "/"),
        ("/", "/"),
        ("", ""),
        ("/Workspaces/a", "/Workspaces/a"),
    ],
)
def test_a_folder_is_written_one_way(written: str, kept: str) -> None:
    assert folder(written) == kept
    assert folder(kept) == kept


def test_paths_are_written_as_pulumi_writes_them() -> None:
    assert path_text(("tables", "a.b.c", "columns", "x", 0)) == 'tables["a.b.c"].columns.x[0]'


def test_control_codes_are_written_out() -> None:
    assert shown("a\x1b[8m\u202e\n") == "a\\x1b[8m\\u202e\n"
