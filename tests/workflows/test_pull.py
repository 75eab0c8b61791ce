"""What was edited in the UI reaches the file, and nothing else of the file changes."""

from __future__ import annotations

import copy
import difflib
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genie_provider.codec import wire
from genie_provider.compare import diff
from genie_provider.config.settings import Settings
from genie_provider.editing.interpolation import retold
from genie_provider.model.variables import Variables
from genie_provider.workflows.pull import PullError, retell, spec_inputs
from genie_provider.yamlio.patch import Editor, NotPatched
from genie_provider.yamlio.patch.files import plain, restored
from tests.single_edits import edits
from tests.spec_styles import ANCHORS, BODY, STYLES, TIDY

OWNER = "project/dev/sales"
VARIABLES = Variables({"catalog": "main", "schema": "sales"}, "dev")

Properties = dict[str, Any]


def read(text: str, title_prefix: str = "") -> Properties:
    return spec_inputs(text, (), OWNER, Settings(title_prefix=title_prefix), VARIABLES)


def pulled(text: str, live: Properties, prefer: Any = "", last: Properties | None = None, **settings: Any) -> str:
    """The file after a pull, `last` being what the spec said at the last up."""
    marks = diff.marks(last or spec_inputs(text, (), OWNER, Settings(**settings), VARIABLES))
    told = retell(text, (), live, marks, OWNER, Settings(**settings), VARIABLES, prefer)
    assert not told.conflicts, told.conflicts
    return told.text


def vanished(before: str, after: str) -> list[str]:
    """Lines of the file that are no longer there."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line[2:] for line in lines if line.startswith("- ")]


def change(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


# ── the law ─────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_pulled_spec_says_what_the_space_says_and_keeps_everybody_elses_lines(data: st.DataObject) -> None:
    text = STYLES[data.draw(st.sampled_from(sorted(STYLES)))]
    spec = read(text)
    what, live = data.draw(st.sampled_from(list(edits(spec))))

    after = pulled(text, live)

    assert diff.changes(live, read(after)) == [], what
    if "gone" not in what and text is not ANCHORS:
        comments = [line.partition("# ")[2] for line in text.splitlines() if line.lstrip().startswith("# ")]
        assert [words for words in comments if words not in after] == [], what
        assert len(vanished(text, after)) <= 8, what


@pytest.mark.parametrize("style", sorted(STYLES))
def test_every_edit_in_every_style(style: str) -> None:
    text = STYLES[style]
    for what, live in edits(read(text)):
        assert diff.changes(live, read(pulled(text, live))) == [], what


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_several_edits_at_once(data: st.DataObject) -> None:
    text = STYLES[data.draw(st.sampled_from(sorted(STYLES)))]
    live = read(text)
    for _ in range(4):
        _, live = data.draw(st.sampled_from(list(edits(live))))

    assert diff.changes(live, read(pulled(text, live))) == []


@pytest.mark.parametrize("style", sorted(STYLES))
def test_nothing_edited_is_nothing_written(style: str) -> None:
    text = STYLES[style]
    assert pulled(text, wire_and_back(read(text))) == text


def wire_and_back(spec: Properties) -> Properties:
    """What the workspace would give back of a spec that was just sent."""
    body = wire.to_body(spec, OWNER)
    return {**{name: part for name, part in spec.items() if name in ("title", "description", "warehouse")},
            **wire.from_body(body, OWNER)}  # fmt: skip


# ── examples that people would look at ──────────────────────────────────────────────────────


def test_a_changed_word_in_folded_text_changes_its_line_alone() -> None:
    live = {**read(TIDY)}
    live["description"] = live["description"].replace("every morning", "each morning")

    assert change(TIDY, pulled(TIDY, live)) == [
        "-  looks at them every morning",
        "+  looks at them each morning",
    ]


def test_a_variable_stays_where_its_value_stays() -> None:
    key = "How many orders last week?"
    live = read(TIDY)
    live["examples"][key]["sql"] = live["examples"][key]["sql"].replace("count(*)", "count(1)") + "LIMIT 1\n"

    assert change(TIDY, pulled(TIDY, live)) == [
        "-        SELECT count(*)",
        "+        SELECT count(1)",
        "+        LIMIT 1",
    ]


def test_a_title_comes_without_the_stacks_prefix() -> None:
    live = {**read(TIDY, "[dev] "), "title": "[dev] Sales team"}
    assert change(TIDY, pulled(TIDY, live, title_prefix="[dev] ")) == [
        "-title: Sales   # shown in the list",
        "+title: Sales team   # shown in the list",
    ]


def test_one_of_several_text_instructions_takes_the_change_that_falls_into_it() -> None:
    live = read(TIDY)
    live["instructions"]["content"] = live["instructions"]["content"].replace("Be brief.", "Be kind.")
    assert change(TIDY, pulled(TIDY, live)) == ['-    - "Be brief."', '+    - "Be kind."']


def test_a_question_worded_anew_in_the_ui_stays_where_it_is() -> None:
    live = read(TIDY)
    given_id = wire.to_body(read(TIDY), OWNER)["instructions"]["example_question_sqls"]
    entry = live["examples"].pop("How many orders last week?")
    ids = {"".join(each["question"]): each["id"] for each in given_id}
    live["examples"]["How many orders this week?"] = {**entry, "id": ids["How many orders last week?"]}

    assert change(TIDY, pulled(TIDY, live)) == [
        "-    - question: How many orders last week?",
        "+    - question: How many orders this week?",
    ]


def test_an_anchor_moves_on_when_what_it_stands_at_is_edited() -> None:
    live = read(ANCHORS)
    live["tables"]["main.sales.orders"]["description"] = "Orders alone"

    assert change(ANCHORS, pulled(ANCHORS, live)) == [
        "-      description: &text Shared words   # for both",
        "+      description: Orders alone   # for both",
        "-      description: *text",
        "+      description: &text Shared words",
    ]


def test_an_alias_is_written_out_when_its_place_is_edited() -> None:
    live = read(ANCHORS)
    live["tables"]["main.sales.customers"]["description"] = "Customers alone"
    assert change(ANCHORS, pulled(ANCHORS, live)) == [
        "-      description: *text",
        "+      description: Customers alone",
    ]


def test_inside_serialized_space_one_line_of_a_list_changes() -> None:
    live = read(BODY)
    entry = live["examples"]["How many?"]
    entry["sql"] = entry["sql"].replace("count(*)", "sum(1)")
    assert change(BODY, pulled(BODY, live)) == [
        '-          - "SELECT count(*)\\n"   # count',
        '+          - "SELECT sum(1)\\n"   # count',
    ]


def test_serialized_space_as_json_text_is_edited_inside() -> None:
    inner = json.dumps({"version": 2, "data_sources": {"tables": [{"identifier": "main.sales.orders"}]}}, indent=2)
    text = "title: Sales   # kept\nserialized_space: |\n" + "".join(f"  {line}\n" for line in inner.splitlines())
    live = read(text)
    live["tables"]["main.sales.orders"]["description"] = "One row an order"

    after = pulled(text, live)

    assert diff.changes(live, read(after)) == []
    assert "title: Sales   # kept" in after
    assert vanished(text, after) == ['          "identifier": "main.sales.orders"']


@pytest.mark.parametrize("ends", ["\r\n", "\n"])
@pytest.mark.parametrize("mark", ["\ufeff", ""])
def test_line_ends_and_byte_order_mark_stay(ends: str, mark: str) -> None:
    raw = mark + TIDY.replace("\n", ends)
    live = {**read(TIDY), "title": "Other"}

    after = restored(raw, pulled(plain(raw), live))

    assert after == raw.replace("title: Sales ", "title: Other ")


def test_mixed_line_ends_stay_where_they_were() -> None:
    raw = "a: 1\r\nb: 2\nc: 3\r\n"
    assert restored(raw, "a: 1\nb: 5\nx: 4\nc: 3\n") == "a: 1\r\nb: 5\r\nx: 4\r\nc: 3\r\n"


def test_one_space_of_a_file_of_several() -> None:
    text = "spaces:\n  - space_id: one\n    title: One\n  - space_id: two   # second\n    title: Two\n"
    spec = spec_inputs(text, ("spaces", 1), OWNER, Settings(), VARIABLES)
    told = retell(text, ("spaces", 1), {**spec, "title": "2"}, diff.marks(spec), OWNER, Settings(), VARIABLES)
    assert told.text == text.replace("title: Two", 'title: "2"')


# ── conflicts ───────────────────────────────────────────────────────────────────────────────


def test_an_entry_changed_on_both_sides_is_a_conflict() -> None:
    last = read(TIDY)
    mine = TIDY.replace("title: Sales ", "title: Mine ")
    live = {**last, "title": "Theirs", "description": "New"}
    told = retell(mine, (), live, diff.marks(last), OWNER, Settings(), VARIABLES)

    assert [(str(each), each.spec, each.live) for each in told.conflicts] == [("title", "Mine", "Theirs")]
    assert told.text == mine
    assert "title: Mine " in pulled(mine, live, "ours", last)
    assert "description: >-\n  New" in pulled(mine, live, "ours", last)
    assert "title: Theirs " in pulled(mine, live, "theirs", last)


def test_an_entry_changed_in_the_spec_alone_is_left_alone() -> None:
    last = read(TIDY)
    mine = TIDY.replace("title: Sales ", "title: Mine ")
    assert retell(mine, (), last, diff.marks(last), OWNER, Settings(), VARIABLES).left == ["title"]
    assert pulled(mine, last, "theirs", last) == mine


def test_what_a_spec_says_to_the_run_alone_is_never_left_for_the_next_up() -> None:
    text = "title: Sales\nwait_for_tables: 10m\n"
    live = {"title": "Sales"}

    assert retell(text, (), live, diff.marks(live), OWNER, Settings(), VARIABLES).left == []


def test_a_table_removed_in_the_ui_whose_column_the_spec_changed_is_a_conflict() -> None:
    last = read(TIDY)
    mine = TIDY.replace("The day it''s placed", "The day it is paid")
    live = copy.deepcopy(last)
    del live["tables"]["main.sales.orders"]
    told = retell(mine, (), live, diff.marks(last), OWNER, Settings(), VARIABLES)
    assert [str(each) for each in told.conflicts] == ['tables["main.sales.orders"]']


# ── what cannot be ──────────────────────────────────────────────────────────────────────────


def test_a_spec_with_problems_is_not_touched() -> None:
    with pytest.raises(PullError, match="validate"):
        retell("title: [", (), {"title": "x"}, "", OWNER, Settings(), VARIABLES)


def test_an_editor_refuses_what_would_touch_something_else() -> None:
    editor = Editor("a: 1\n")
    with pytest.raises(NotPatched):
        editor.remove(("b", "c"))
    assert editor.text == "a: 1\n"


@given(
    st.text("ab$ {}_.maincatlogsch", max_size=30),
    st.lists(st.sampled_from(["${catalog}", "${schema}", "$${x}", "main", ".", " x ", "_"]), max_size=6),
)
def test_a_text_told_anew_reads_as_it_should(now: str, written: list[str]) -> None:
    told = retold("".join(written), now, VARIABLES)
    assert VARIABLES.substitute(told, lambda unresolved: None) == now
