"""A hundred spaces as nobody made them among ten good ones: the good ones are read and updated, the odd ones named."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from emulator.serving import running
from genie_provider.lifecycle import Found
from tests.bodies import bodies, json_values
from tests.lifecycles import Life, trips

ODD = [
    "[]",
    "null",
    '"x"',
    "{",
    "",
    '{"version": 2, "version": 3}',
    '{"version": 1e400}',
    '{"version": NaN}',
    '{"title": "\\ud800"}',
    '{"a": ' * 90 + "1" + "}" * 90,
    '{"a": ' * 5000 + "1" + "}" * 5000,
    '{"data_sources": {"tables": {"identifier": 3}}}',
    '{"data_sources": {"tables": [null, 3, []]}}',
    '{"instructions": [], "config": 7}',
    '{"config": {"sample_questions": [{"id": [], "question": {"a": 1}}]}}',
    '{"instructions": {"text_instructions": [{"content": [null]}]}}',
    '{"version": 2, "text": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}',
]


def _drawn(count: int) -> list[Any]:
    """As many bodies as Hypothesis finds: together they would be one example, too large for it."""
    found: list[Any] = []

    @settings(max_examples=count, phases=[Phase.generate], database=None, deadline=None)
    @given(st.one_of(bodies(), json_values))
    def gather(value: Any) -> None:
        found.append(value)

    gather()
    return found


def test_a_hundred_odd_spaces_leave_ten_good_ones_to_be_updated() -> None:
    drawn = _drawn(100 - len(ODD))
    odd = [*ODD, *map(json.dumps, drawn)]
    with running() as workspace:
        life = Life(workspace)
        life.up(trips())
        known = (life.inputs, life.outputs)
        good = [life.id, *(_another(life, number) for number in range(9))]
        strange = [_put(workspace, life, text) for text in odd]
        run, call = life._run(), life._call()
        read: dict[str, Found | None] = {}
        for space_id in [*strange[:50], *good, *strange[50:]]:
            outputs = {**known[1], "space_id": space_id}
            read[space_id] = run.read(call, space_id, known[0], outputs)
            if space_id in good:
                news = life._wanted(trips(title=f"Trips {space_id}", sample_questions=["Changed?"]))
                run.update(call, space_id, known[0], outputs, news)
        asked = [workspace.control.body(each)["config"]["sample_questions"][0]["question"] for each in good]

    assert asked == [["Changed?"]] * 10
    assert all(read[each] is not None for each in [*good, *strange])
    assert sum(bool(found and found.unfinished) for found in read.values()) > 5
    assert not any(found and found.unfinished for space_id, found in read.items() if space_id in good)


def _another(life: Life, number: int) -> str:
    other = Life(life.workspace)
    other.up(trips(title=f"Trips {number}"))
    return other.id


def _put(workspace: Any, life: Life, text: str) -> str:
    space_id = str(workspace.control.make_space("Odd", parent_path="/Shared"))
    workspace.control.edit_in_ui(space_id, serialized_space=text)
    return space_id
