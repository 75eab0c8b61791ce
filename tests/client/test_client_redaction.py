"""What leaves the room is printable, short and free of secrets."""

from __future__ import annotations

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


def test_control_and_direction_codes_become_spaces() -> None:
    assert harmless("a\x1b[31mred\x00\u202egnp\u2028b\ud800") == "a [31mred gnp b"


@given(st.text(), st.integers(1, 50))
def test_any_text_becomes_one_printable_bounded_line(text: str, limit: int) -> None:
    shown = harmless(text, limit=limit)

    assert len(shown) <= limit
    assert shown.isprintable()
    shown.encode()
