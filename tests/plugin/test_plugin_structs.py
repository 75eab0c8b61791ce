"""values: protobuf Structs ⇄ plain Python."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie_provider.lifecycle import UNKNOWN
from genie_provider.plugin.structs import provider_text, same, secret_texts, to_plain, to_struct

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270"}
UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

texts = st.text(st.characters(exclude_categories=["Cs"]))
leaves = (
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | texts | st.just(UNKNOWN)
)
values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=20)
properties = st.dictionaries(texts.filter(lambda key: key != "__provider"), values)


@given(properties)
def test_to_a_message_and_back_gives_the_same_properties(plain: dict[str, Any]) -> None:
    assert to_plain(to_struct(plain)) == plain


@given(properties)
def test_a_message_equals_itself_and_no_other(plain: dict[str, Any]) -> None:
    message = to_struct(plain)

    assert same(message, to_struct(plain))
    assert not same(message, to_struct({**plain, "one more": 1}))


def test_whole_numbers_are_ints_and_truth_is_bool() -> None:
    for value in (3, 2.5, True, float("inf")):
        plain = to_plain(to_struct({"x": value}))
        assert type(plain["x"]) is type(value)


def test_the_provider_is_put_in_and_left_out() -> None:
    message = to_struct({"title": "A"}, "pickle")

    assert provider_text(to_struct({}), message) == "pickle"
    assert to_plain(message) == {"title": "A"}


def test_an_unknown_provider_is_looked_for_in_the_next_message() -> None:
    unknown = to_struct({"__provider": UNKNOWN})

    assert provider_text(unknown, to_struct({}, "old")) == "old"


def test_secrets_resources_and_outputs_come_as_their_value() -> None:
    message = to_struct(
        {
            "secret": {**SECRET, "value": {"deep": [1]}},
            "resource": {SIGNATURE: "5cf8f73096256a8f31e491e813e4eb8e", "urn": "urn:x", "id": "i"},
            "output": {SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4", "value": "known"},
            "later": {SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4", "secret": True},
            "later number": "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        }
    )

    assert to_plain(message) == {
        "secret": {"deep": [1]},
        "resource": "i",
        "output": "known",
        "later": UNKNOWN,
        "later number": UNKNOWN,
    }


def test_secret_texts_are_found_at_any_depth() -> None:
    nested = {"c": {**SECRET, "value": ["s2", {"d": "s3"}]}}
    message = to_struct({"a": {**SECRET, "value": "s1"}, "b": nested})

    assert secret_texts(message) == {"s1", "s2", "s3"}


def test_hidden_keys_are_lent_for_the_comparison_and_taken_back() -> None:
    olds, news = to_struct({"title": "A", "__marks": "m"}), to_struct({"title": "A"})

    assert not same(olds, news)
    assert same(olds, news, ["__marks"])
    assert to_plain(news) == {"title": "A"}


def test_an_object_is_no_property() -> None:
    with pytest.raises(TypeError, match="a set cannot be a property"):
        to_struct({"x": {1, 2}})


def test_unknown_is_sent_as_the_engine_writes_it() -> None:
    assert to_struct({"x": UNKNOWN}).fields["x"].string_value == UNKNOWN_TEXT
