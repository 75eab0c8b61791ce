"""Bodies come back as they were, or are named: numbers, keys, orders, depths, letters."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import time
from typing import Any

import pytest

from genie_provider.client.api.spaces import compact, to_space
from genie_provider.codec import normalize, wire
from genie_provider.codec.paths import joined, split
from genie_provider.codec.spec_inputs import inputs_of
from genie_provider.compare import diff
from genie_provider.errors import WorkspaceError
from genie_provider.model.spec import SpaceSpec
from genie_provider.model.variables import PENDING, Variables, pending_names
from genie_provider.specs.loader import read_document
from genie_provider.specs.writer import authored, to_json, to_yaml
from genie_provider.text import json_text
from genie_provider.yamlio.reader import Document

ME = "genie/dev/sales"

BODY = (
    '{"version":2,"config.x":{"b":1.10,"a":[1E5,-0,0.1000000000000000055511151231257827]},'
    '"data_sources":{"tables":[{"identifier":"main.a.b","limit":1e-400,"big":1e400,'
    '"digits":123456789012345678901234567890,"order":{"z":1,"a":{"y":2.50,"b":3}}}]},'
    '"instructions":{"sql_snippets.filters":true,"[\\"odd\\"]":1.0}}'
)


def through_a_file(body: dict[str, Any], write: Any) -> dict[str, Any]:
    """The body after export, load and create."""
    inputs = {"title": "Sales", **wire.from_body(body, ME)}
    problems: list[Any] = []
    document = read_document(write(authored(inputs, ME)), "sales.yaml", Variables(), problems)
    assert not problems and not document.problems
    return wire.to_body(inputs_of(SpaceSpec.model_validate(document.value), ME), ME)


@pytest.mark.parametrize("write", [to_yaml, to_json])
def test_unknown_values_keep_their_spelling_and_their_place(write: Any) -> None:
    body = json_text.loads(BODY)

    back = through_a_file(body, write)

    assert compact(back["data_sources"]["tables"][0]) == compact(body["data_sources"]["tables"][0])
    assert compact({"": back["config.x"]}) == compact({"": body["config.x"]})
    assert compact(back["instructions"]) == compact(body["instructions"])
    assert "config" not in back


def test_an_update_leaves_unknown_values_as_they_are_spelled() -> None:
    body = json_text.loads(BODY)
    wanted = copy.deepcopy(wire.from_body(body, ME))
    wanted["tables"]["main.a.b"]["description"] = "Orders."

    sent = compact(wire.to_body(wanted, ME, body))

    for piece in (
        '"limit":1e-400',
        '"big":1e400',
        '"order":{"z":1,"a":{"y":2.50,"b":3}}',
        '"b":1.10',
        "[1E5,-0,0.1000",
    ):
        assert piece in sent


def test_what_states_of_before_hold_is_no_difference() -> None:
    """They have the keys of unknown values sorted and numbers as Python writes them."""
    live = wire.from_body(json_text.loads(BODY), ME)
    old = copy.deepcopy(live)
    extra = old["tables"]["main.a.b"]["extra"]
    extra["order"] = json.dumps(json.loads(extra["order"]), sort_keys=True, separators=(",", ":"))

    assert extra != live["tables"]["main.a.b"]["extra"]
    assert not diff.changes(old, live)
    assert normalize.settle(live, old) == old


@pytest.mark.parametrize(
    ("holder", "name"),
    [
        ("", "config.x"),
        ("", "config"),
        ("instructions", "sql_snippets.a"),
        ("", '["a"]'),
        ("config", "a.b"),
        ("", "a[0]"),
    ],
)
def test_a_path_says_which_container_and_which_name(holder: str, name: str) -> None:
    assert split(joined(holder, name)) == (holder, name)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a": 1, "b": {"c": 1, "c": 2}}', "the key 'c' stands twice"),
        ('{"a": NaN}', "NaN is no number"),
        ('{"a": -Infinity}', "-Infinity is no number"),
        ('{"a": "\\ud800"}', "half a letter"),
        ('{"\\udc00": 1}', "half a letter"),
        ("[" * 900 + "]" * 900, "nested deeper"),
        ("[" * 100_000 + "]" * 100_000, "nested deeper"),
        ('{"a": ', "not JSON"),
    ],
)
def test_a_body_that_cannot_be_carried_is_an_error_about_its_space(text: str, why: str) -> None:
    with pytest.raises(WorkspaceError, match=why):
        to_space({"space_id": "1" * 32, "title": "A", "serialized_space": text}, "read")


def test_half_a_letter_in_a_title_is_an_error_about_its_space() -> None:
    with pytest.raises(WorkspaceError, match="title holds half a letter"):
        to_space({"space_id": "1" * 32, "title": "A \ud83d"}, "read")


DEEP = {
    "brackets": "a: " + "[" * 100_000,
    "closed brackets": "a: " + "[" * 100_000 + "]" * 100_000,
    "maps": "a: " + '{"b": ' * 100_000 + "1" + "}" * 100_000,
    "dashes": "a:\n  " + "- " * 100_000 + "x",
    "indentation": "\n".join(" " * depth + "a:" for depth in range(2000)),
    "questions": "? " * 100_000 + "a",
}


@pytest.mark.parametrize("kind", sorted(DEEP))
def test_a_file_of_many_levels_is_a_problem_and_not_the_end_of_the_process(kind: str) -> None:
    code = (
        "import sys; from genie_provider.yamlio.reader import Document; "
        "print(Document(sys.stdin.read(), 'a.yaml').problems[0])"
    )
    done = subprocess.run([sys.executable, "-c", code], input=DEEP[kind], capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stderr[-300:]
    assert "nested deeper than" in done.stdout or "not YAML" in done.stdout


def test_texts_with_many_brackets_are_not_deep() -> None:
    source = "a: |\n  " + "[(" * 5000 + "\nb: [" + ", ".join("[x]" for _ in range(500)) + "]\n"

    assert not Document(source, "a.yaml").problems


def test_many_openings_of_variables_are_told_once_and_at_once() -> None:
    began = time.perf_counter()
    problems: list[Any] = []
    read_document("title: " + "${" * 200_000 + "\n", "a.yaml", Variables({}, "dev"), problems)

    assert time.perf_counter() - began < 5
    assert 1 <= len(problems) <= 3


def test_a_text_of_somebody_else_is_never_a_variable() -> None:
    problems: list[Any] = []
    document = read_document('title: "\\uFDD0{secret}"\n', "a.yaml", Variables({"secret": object()}, "dev"), problems)

    assert document.value == {"title": "\ufdd0{secret}"}
    assert not pending_names(document.value["title"])
    assert pending_names(f"{PENDING}{{secret}}") == ["secret"]


def test_the_mark_of_open_variables_is_another_one_in_each_process() -> None:
    code = "from genie_provider.model.variables import PENDING; print(ascii(PENDING))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()

    assert other != ascii(PENDING)
