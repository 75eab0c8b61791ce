"""Every field that the workspace takes is one that people can write, and that exports write."""

from __future__ import annotations

import itertools
from typing import Any

from emulator.rules.export_message import BOOL, EXPORT, INT, STRINGS, TEXT, Many, Message
from genie_provider.codec import wire
from genie_provider.codec.spec_inputs import inputs_of
from genie_provider.model.schema import ENTRY_ORDER
from genie_provider.model.spec import SpaceSpec
from genie_provider.model.state import OWNER
from genie_provider.model.variables import Variables
from genie_provider.specs.loader import read_document
from genie_provider.specs.writer import authored, to_yaml

ME = "genie/dev/sales"
OLDER_NAMES = {"get_example_values", "build_value_dictionary"}
ids = (f"{number:032x}" for number in itertools.count(1))


def everything(message: Message | Many, name: str = "") -> Any:
    """A body with every field of the message, one entry to a list."""
    if isinstance(message, Many):
        return [everything(message.of, name)]
    fields = {key: value_of(kind, key) for key, kind in message.fields.items() if key not in OLDER_NAMES}
    if message.name == "JoinSpec":
        fields["sql"] = ["o.id = c.id", "--rt=FROM_RELATIONSHIP_TYPE_ONE_TO_ONE--"]
    return fields


def value_of(kind: str | Message | Many, name: str) -> Any:
    if isinstance(kind, Message | Many):
        return everything(kind, name)
    known = {"id": lambda: next(ids), "identifier": lambda: "main.sales.orders", "format": lambda: "SQL"}
    by_kind = {TEXT: [f"the {name}"], STRINGS: [f"one {name}"], BOOL: True, INT: 2}
    return known[name]() if name in known else by_kind.get(kind, f"a_{name}")


def keys(value: Any) -> set[str]:
    """Every key of a document, at any depth."""
    if isinstance(value, dict):
        return set(value) | {key for part in value.values() for key in keys(part)}
    return {key for part in value for key in keys(part)} if isinstance(value, list) else set()


BODY = everything(EXPORT)
BODY["data_sources"]["metric_views"][0]["identifier"] = "main.sales.revenue"
INPUTS = {"title": "Sales", **wire.from_body(BODY, ME)}
DOCUMENT = authored(INPUTS, ME)


def test_no_field_is_unknown() -> None:
    assert not keys(INPUTS) & {"extra"}, "a row in model/schema.py is missing"


def test_every_field_is_written_under_its_own_key() -> None:
    assert not keys(DOCUMENT) & {"extra", "serialized_space"}, "its row in model/schema.py says another shape"


def test_every_field_is_read_again() -> None:
    problems: list[Any] = []
    document = read_document(to_yaml(DOCUMENT), "sales.yaml", Variables(), problems)
    inputs = inputs_of(SpaceSpec.model_validate(document.value), ME)

    assert not problems
    assert {name: value for name, value in inputs.items() if name != OWNER} == INPUTS


def test_the_whole_body_comes_back() -> None:
    assert wire.to_body(INPUTS, ME) == BODY


def test_pull_knows_a_place_for_every_field_of_an_entry() -> None:
    entries = [*lists(DOCUMENT["data_sources"]), *lists(DOCUMENT["instructions"]), *lists(DOCUMENT["benchmarks"])]

    assert {key for entry in entries for key in keys(entry)} - set(ENTRY_ORDER) <= {"content"}


def lists(value: Any) -> list[dict[str, Any]]:
    """The entries of all lists in a document."""
    if isinstance(value, list):
        return [entry for entry in value if isinstance(entry, dict)]
    return [entry for part in value.values() for entry in lists(part)] if isinstance(value, dict) else []
