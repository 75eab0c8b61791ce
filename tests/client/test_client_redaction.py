"""What leaves the room is printable, short and free of secrets."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie_provider.client.redaction import HIDDEN, harmless, without_secrets
from tests.client.oddities import TOKEN


def test_tokens_of_every_known_shape_are_hidden() -> None:
    jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"
    for secret in (
        TOKEN,
        TOKEN + "-2",
        f"Bearer {TOKEN}",
        jwt,
        "Authorization: Bearer abcdefgh123",
        "client_secret=s3cr3t",
    ):
        shown = harmless(f"refused {secret} here")
        assert HIDDEN in shown
        assert not any(part in shown for part in (TOKEN, jwt, "abcdefgh123", "s3cr3t"))


def test_the_secret_in_use_is_hidden_whatever_its_shape() -> None:
    assert without_secrets("got odd-one-77!", ["odd-one-77!"]) == f"got {HIDDEN}"


@pytest.mark.parametrize("secret", [TOKEN, "odd-one-77!x"])
@pytest.mark.parametrize(
    "disguise",
    [
        lambda text: "\u200b".join(text),
        lambda text: f"{text[:7]}\r\n{text[7:]}",
        lambda text: "".join(f"%{ord(letter):02x}" for letter in text),
        lambda text: f"{text[:5]}%{ord(text[5]):02X}{text[6:9]}\u2060{text[9:]}",
        lambda text: f"word\n{text[:3]}\ufeff{text[3:]}\nword",
    ],
)
def test_a_secret_in_disguise_is_hidden_and_what_stands_round_it_stays(
    secret: str, disguise: Callable[[str], str]
) -> None:
    shown = harmless(f"100% of it: <{disguise(secret)}> twice <{disguise(secret)}>", [secret])

    assert shown.replace("word ", "").replace(" word", "") == f"100% of it: <{HIDDEN}> twice <{HIDDEN}>"


@given(st.text(st.sampled_from("ab%2\n\u200b1dpi")), st.text(st.sampled_from("ab%2\n1")))
def test_no_text_without_secrets_is_changed_nor_does_one_survive(before: str, after: str) -> None:
    assert without_secrets(before) == before
    assert "odd-one-77!" not in without_secrets(f"{before}odd-one-77!{after}", ["odd-one-77!"])


def test_control_and_direction_codes_become_spaces() -> None:
    assert harmless("a\x1b[31mred\x00\u202egnp\u2028b\ud800") == "a [31mred gnp b"


@given(st.text(), st.integers(1, 50))
def test_any_text_becomes_one_printable_bounded_line(text: str, limit: int) -> None:
    shown = harmless(text, limit=limit)

    assert len(shown) <= limit
    assert shown.isprintable()
    shown.encode()
