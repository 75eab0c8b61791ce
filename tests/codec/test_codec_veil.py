"""Veils: what a terminal would obey, written out for the engine and taken back."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from genie_provider.codec.veil import unveil, unveiled, veil, veiled
from genie_provider.text import CONTROL

codes = st.sampled_from(
    ["\x1b[8m", "\x9b8m", "\r", "\r\n", "\n", "\ufdd1", "\ufdd1\\x1b", "\\x1b", "\u202e", "\x85", "a"]
)
texts = st.lists(st.one_of(codes, st.text(max_size=3))).map("".join)


@given(texts)
def test_nothing_is_left_that_a_terminal_obeys_and_nothing_is_lost(text: str) -> None:
    shown = veil(text)

    assert unveil(shown) == text
    assert not re.search(f"[{CONTROL}]", shown.replace("\r\n", ""))


@given(st.dictionaries(texts, st.lists(texts)))
def test_keys_and_lists_as_well(value: dict[str, list[str]]) -> None:
    assert unveiled(veiled(value)) == value


def test_ordinary_texts_stay_as_they_are() -> None:
    assert veil("Umsatz\tje Tag\r\nund Jahr\n") == "Umsatz\tje Tag\r\nund Jahr\n"
