"""ours: requests about our kinds → their lifecycle → answers."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import struct_pb2
from google.protobuf.json_format import MessageToDict

from genie_provider.codec.packed import pack
from genie_provider.lifecycle import Call, Change, Checked, Found, Lifecycle, Made, Properties
from genie_provider.model.state import SEAL
from genie_provider.plugin.errors import Unfinished
from genie_provider.plugin.own_kinds import OwnKind
from genie_provider.plugin.structs import to_plain, to_struct
from genie_provider.pulumi_sdk.messages import provider_pb2


class Recorder(Lifecycle):
    """A lifecycle that remembers what it was asked."""

    hidden_inputs = frozenset({"__marks"})
    stable_outputs = frozenset({"url"})
    read_before_preview = True

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.unfinished: list[str] = []
        self.found: Found | None = Found("n1", {"title": "live"}, {"url": "u"})

    def check(self, call: Call, olds: Properties | None, news: Properties) -> Checked:
        self.asked.append(("check", olds, news))
        return Checked({**news, "__marks": "m"}, [(("tables", "a.b"), "no such table")])

    def diff(
        self, call: Call, id: str, old_inputs: Properties, old_outputs: Properties, news: Properties
    ) -> list[Change]:
        self.asked.append(("diff", old_inputs, news))
        return [Change(("title",), "update")]

    def create(self, call: Call, inputs: Properties) -> Made:
        self.asked.append(("create", inputs))
        return Made("n1", {"url": "u"}, self.unfinished)

    def read(self, call: Call, id: str, inputs: Properties | None, outputs: Properties | None) -> Found | None:
        self.asked.append(("read", inputs, outputs))
        return self.found

    def update(self, call: Call, id: str, old_inputs: Properties, old_outputs: Properties, news: Properties) -> Made:
        self.asked.append(("update", old_inputs, old_outputs, news))
        return Made(id, {"url": "u"}, self.unfinished)

    def delete(self, call: Call, id: str, outputs: Properties) -> None:
        self.asked.append(("delete", id, outputs))


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def ours(recorder: Recorder) -> OwnKind:
    return OwnKind(recorder, lambda: "default")


OLD = to_struct({"title": "A", "__marks": "m"}, "P")


def test_check_of_what_the_state_holds_is_answered_unread(ours: OwnKind, recorder: Recorder) -> None:
    request = provider_pb2.CheckRequest(olds=OLD, news=to_struct({"title": "A"}, "P"))

    answer = ours.check(request, Call())

    assert answer.inputs == OLD
    assert recorder.asked == []


def test_check_can_insist_on_being_asked(ours: OwnKind, recorder: Recorder) -> None:
    recorder.always_check = True

    ours.check(provider_pb2.CheckRequest(olds=OLD, news=to_struct({"title": "A"}, "P")), Call())

    assert recorder.asked


def test_check_of_something_new_gives_canonical_inputs_and_failures(ours: OwnKind, recorder: Recorder) -> None:
    answer = ours.check(provider_pb2.CheckRequest(news=to_struct({"title": "A"}, "P")), Call())

    assert recorder.asked == [("check", None, {"title": "A"})]
    assert answer.inputs == OLD
    assert [(f.property, f.reason) for f in answer.failures] == [('tables["a.b"]', "no such table")]


def packed(title: str) -> struct_pb2.Struct:
    return to_struct(pack({"title": title}) or {}, "P")


def test_packed_inputs_are_stored_as_the_program_meant_them(ours: OwnKind, recorder: Recorder) -> None:
    answer = ours.check(provider_pb2.CheckRequest(news=packed("A")), Call())

    assert recorder.asked == [("check", None, {"title": "A"})]
    assert to_plain(answer.inputs) == {"title": "A", "__marks": "m"}
    assert set(answer.inputs.fields) == {"title", "__marks", "__provider", SEAL}


def test_a_text_that_comes_again_is_answered_unread(ours: OwnKind, recorder: Recorder) -> None:
    sealed = ours.check(provider_pb2.CheckRequest(news=packed("A")), Call()).inputs
    recorder.asked.clear()

    answer = ours.check(provider_pb2.CheckRequest(olds=sealed, news=packed("A")), Call())

    assert answer.inputs == sealed
    assert recorder.asked == []


@pytest.mark.parametrize("change", ["text", "inputs", "provider", "no seal"])
def test_a_seal_holds_for_this_text_and_these_inputs_alone(ours: OwnKind, recorder: Recorder, change: str) -> None:
    sealed = ours.check(provider_pb2.CheckRequest(news=packed("A")), Call()).inputs
    recorder.asked.clear()
    news = packed("B" if change == "text" else "A")
    if change == "inputs":  # edited in the UI and read back, or by hand in the state
        sealed.fields["title"].string_value = "edited"
    if change == "provider":
        news.fields["__provider"].string_value = "another"
    if change == "no seal":
        del sealed.fields[SEAL]

    answer = ours.check(provider_pb2.CheckRequest(olds=sealed, news=news), Call())

    assert [asked[0] for asked in recorder.asked] == ["check"]
    assert answer.inputs.fields["title"].string_value == ("B" if change == "text" else "A")


def test_diff_of_equal_inputs_is_answered_unread(ours: OwnKind, recorder: Recorder) -> None:
    answer = ours.diff(provider_pb2.DiffRequest(id="n1", old_inputs=OLD, news=OLD), Call())

    assert answer.changes == provider_pb2.DiffResponse.DIFF_NONE
    assert recorder.asked == []


def test_diff_names_the_changed_entries(ours: OwnKind) -> None:
    request = provider_pb2.DiffRequest(id="n1", old_inputs=OLD, news=to_struct({"title": "B"}, "P"))

    assert list(ours.diff(request, Call()).detailedDiff) == ["title"]


def test_what_a_terminal_obeys_is_written_out_for_the_engine_and_reaches_the_lifecycle_as_it_is(
    ours: OwnKind, recorder: Recorder
) -> None:
    odd = {"title": "A\x1b[8m", "tables": {"a.\x9b8m": {"description": "one\u202e\n\rtwo\r\n"}}}
    recorder.found = Found("n1", odd, {"url": "u"})

    read = ours.read(provider_pb2.ReadRequest(id="n1", inputs=OLD), Call())
    ours.diff(provider_pb2.DiffRequest(id="n1", old_inputs=read.inputs, news=OLD), Call())
    checked = ours.check(provider_pb2.CheckRequest(news=to_struct(pack(odd) or {}, "P")), Call())
    ours.create(provider_pb2.CreateRequest(properties=checked.inputs), Call())

    for shown in (read.inputs, checked.inputs):
        found = _leaves(MessageToDict(shown))
        assert {"A\ufdd1\\x1b[8m", "a.\ufdd1\\x9b8m", "one\ufdd1\\u202e\n\ufdd1\\x0dtwo\r\n"} <= set(found)
        assert not set("\x1b\x9b\u202e") & set("".join(found))
    assert recorder.asked[1][1] == odd
    assert recorder.asked[-1] == ("create", {**odd, "__marks": "m"})


def _leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for key, part in value.items() for text in (key, *_leaves(part))]
    return [value] if isinstance(value, str) else []


def test_a_preview_makes_nothing(ours: OwnKind, recorder: Recorder) -> None:
    news = to_struct({"title": "B"}, "P")
    create = ours.create(provider_pb2.CreateRequest(properties=news, preview=True), Call())
    olds = to_struct({"url": "u", "revision": 1}, "P")
    update = ours.update(provider_pb2.UpdateRequest(id="n1", olds=olds, news=news, preview=True), Call())

    assert recorder.asked == []
    assert create.properties == news
    assert to_plain(update.properties) == {"title": "B", "url": "u"}


def test_create_update_and_read_ask_to_be_read_before_the_next_preview(ours: OwnKind) -> None:
    news = to_struct({"title": "B"}, "P")

    assert ours.create(provider_pb2.CreateRequest(properties=news), Call()).refresh_before_update
    assert ours.update(provider_pb2.UpdateRequest(news=news), Call()).refresh_before_update
    assert ours.read(provider_pb2.ReadRequest(id="n1"), Call()).refresh_before_update


def test_the_provider_goes_into_every_answer(ours: OwnKind) -> None:
    news = to_struct({"title": "B"}, "P")
    answers = [
        ours.create(provider_pb2.CreateRequest(properties=news), Call()).properties,
        ours.update(provider_pb2.UpdateRequest(news=news), Call()).properties,
        ours.read(provider_pb2.ReadRequest(id="n1", inputs=news, properties=news), Call()).inputs,
        ours.read(provider_pb2.ReadRequest(id="n1", inputs=news, properties=news), Call()).properties,
    ]

    assert [answer.fields["__provider"].string_value for answer in answers] == ["P"] * 4


def test_import_asks_without_inputs_and_puts_the_default_provider_in(ours: OwnKind, recorder: Recorder) -> None:
    answer = ours.read(provider_pb2.ReadRequest(id="n1"), Call())

    assert recorder.asked == [("read", None, None)]
    assert answer.inputs == to_struct({"title": "live"}, "default")
    assert answer.properties == to_struct({"url": "u"}, "default")


def test_a_read_that_finds_nothing_new_leaves_the_inputs_to_the_engine(ours: OwnKind, recorder: Recorder) -> None:
    recorder.found = Found("n1", {"title": "A", "__marks": "m"}, {"url": "u"})

    answer = ours.read(provider_pb2.ReadRequest(id="n1", inputs=OLD, properties=to_struct({"url": "u"})), Call())

    assert answer.id == "n1"
    assert not answer.HasField("inputs")


def test_of_an_unfinished_resource_a_read_repeats_the_inputs(ours: OwnKind, recorder: Recorder) -> None:
    recorder.found = Found("n1", {"title": "A", "__marks": "m"}, {"url": "u"}, ["no right to look"])

    with pytest.raises(Unfinished) as told:
        ours.read(provider_pb2.ReadRequest(id="n1", inputs=OLD, properties=to_struct({"url": "u"})), Call())

    assert told.value.answer.inputs == OLD


def test_what_is_gone_is_an_empty_answer(ours: OwnKind, recorder: Recorder) -> None:
    recorder.found = None

    assert ours.read(provider_pb2.ReadRequest(id="n1"), Call()) == provider_pb2.ReadResponse()


def test_unfinished_steps_are_remembered_until_an_update_ends_them(ours: OwnKind, recorder: Recorder) -> None:
    recorder.unfinished = ["permissions: no right"]
    with pytest.raises(Unfinished) as created:
        ours.create(provider_pb2.CreateRequest(properties=OLD), Call())
    outputs = created.value.answer.properties
    with pytest.raises(Unfinished) as read:
        ours.read(provider_pb2.ReadRequest(id="n1", inputs=OLD, properties=outputs), Call())
    recorder.unfinished = []
    updated = ours.update(provider_pb2.UpdateRequest(id="n1", olds=outputs, news=OLD), Call())

    assert created.value.reasons == read.value.reasons == ["permissions: no right"]
    assert read.value.answer.properties == outputs
    assert to_plain(updated.properties) == {"url": "u"}
