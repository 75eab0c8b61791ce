"""Ids: derived, stable, ordered, and proof of who made a space."""

from hypothesis import given
from hypothesis import strategies as st

from genie_provider.model import entry_ids

KEYS = st.lists(st.text(min_size=1, max_size=12), unique=True, max_size=12)


@given(KEYS)
def test_ids_are_sorted_as_the_entries_were_written(keys: list[str]) -> None:
    assigned = entry_ids.assign(keys, {}, "genie/dev/sales", "example")
    assert [assigned[key] for key in keys] == sorted(assigned.values())
    assert all(entry_ids.is_well_formed(text) for text in assigned.values())


@given(KEYS, st.text(min_size=1, max_size=12), st.integers(0, 12))
def test_a_new_entry_changes_no_other_id(keys: list[str], new: str, at: int) -> None:
    before = entry_ids.assign(keys, {}, "genie/dev/sales", "example")
    after = entry_ids.assign(
        [*keys[:at], new, *[key for key in keys[at:] if key != new]], before, "genie/dev/sales", "example"
    )
    assert all(after[key] == before[key] for key in keys if key in after)


@given(KEYS)
def test_a_new_entry_sorts_between_its_neighbours(keys: list[str]) -> None:
    held = entry_ids.assign(keys, {}, "genie/dev/sales", "example")
    for at in range(len(keys) + 1):
        order = [*keys[:at], "\0new", *keys[at:]]
        assigned = entry_ids.assign(order, held, "genie/dev/sales", "example")
        assert [assigned[key] for key in order] == sorted(assigned.values())


def test_another_stack_gets_other_ids() -> None:
    dev = entry_ids.assign(["q"], {}, "genie/dev/sales", "example")["q"]
    prod = entry_ids.assign(["q"], {}, "genie/prod/sales", "example")["q"]
    assert dev != prod
    assert entry_ids.is_derived(dev, "genie/dev/sales", "example", "q")
    assert not entry_ids.is_derived(dev, "genie/prod/sales", "example", "q")


def test_an_id_made_in_the_ui_sorts_behind_ours() -> None:
    ours = entry_ids.assign([f"q{at}" for at in range(500)], {}, "genie/dev/sales", "benchmark")
    assert max(ours.values()) < "01f0fbe3f3231ce4b489307d554ee87b"
