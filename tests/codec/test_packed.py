"""packing: inputs as one text and back; and programs that still see them as they are."""

from __future__ import annotations

from typing import Any

import pulumi
from hypothesis import given
from hypothesis import strategies as st

from genie_provider.codec.packed import pack, unpack
from genie_provider.model.state import PACKED
from genie_provider.plugin.structs import is_sealed, seal_of, to_struct

values = st.recursive(
    st.text() | st.booleans() | st.integers(-(2**53), 2**53),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)
inputs = st.dictionaries(st.text(), values, max_size=5)


@given(inputs)
def test_packed_and_unpacked_is_as_before(given: dict[str, Any]) -> None:
    packed = pack(given)

    assert packed is not None
    assert list(packed) == [PACKED]
    assert unpack(packed) == given
    assert unpack({**packed, "url": None}) == {**given, "url": None}


@given(inputs)
def test_the_order_of_keys_makes_no_other_text(given: dict[str, Any]) -> None:
    assert pack(given) == pack(dict(reversed(given.items())))


def test_what_was_never_packed_stays() -> None:
    assert unpack({"title": "A"}) == {"title": "A"}


def test_outputs_cannot_be_packed() -> None:
    assert pack({"title": pulumi.Output.from_input("A")}) is None


def test_a_seal_is_part_of_neither_text_nor_inputs() -> None:
    struct = to_struct({"title": "A", "n": 3})
    struct.fields["__seal"].string_value = seal_of("text", struct)

    assert is_sealed("text", struct)
    assert not is_sealed("other text", struct)
    struct.fields["n"].number_value = 4
    assert not is_sealed("text", struct)
