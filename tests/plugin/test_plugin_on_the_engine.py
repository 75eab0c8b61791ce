"""The host on the real engine: previews, import, kept ids, errors, Ctrl-C, kill -9."""

from __future__ import annotations

import json
import re
import signal
import time
from typing import Any

from driver import NOTE, Project
from shelf import Shelf

IMPORT = ("import", "--yes", "--skip-preview", "--generate-code=false")


def note(title: str = "A", **entries: Any) -> dict[str, Any]:
    return {"title": title, "entries": {"main.a.b": {"description": "one"}, **entries}}


def diff_of(preview: str) -> list[str]:
    """The leaves of a preview that change."""
    return [line.strip() for line in preview.splitlines() if re.match(r'\s+[~+-] \S+ *: "', line)]


def test_a_life_from_preview_to_destroy(project: Project, shelf: Shelf) -> None:
    project.write(notes={"a": note(), "b": {"title": "B", "link": "{a.url}"}})

    preview = project.preview()
    first = project.up()
    second = project.preview()

    assert re.search(r"link +: \[unknown\]", preview.text)
    assert "hello from a in noted/dev" in first.text
    assert shelf.notes["n2"]["body"]["link"] == f"http://{shelf.address}/notes/n1"
    assert "3 unchanged" in second.text
    project.pulumi("destroy", "--yes", "--skip-preview")
    assert shelf.notes == {}


def test_only_the_changed_entries_are_shown_and_have_paths(project: Project, shelf: Shelf) -> None:
    project.write(notes={"a": note(c={"description": "two", "tags": ["x"]})})
    project.up()
    project.write(notes={"a": note(c={"description": "2", "tags": ["x"]}, d={"description": "new"})})

    text = project.preview().text
    report = json.loads(project.preview("--json").text)

    assert '~ description: "two" => "2"' in text
    assert "one" not in text
    assert "tags" not in text
    assert "__" not in text
    assert f"http://{shelf.address}" not in text, "a stable output is not shown as unknown"
    (update,) = [step for step in report["steps"] if step["op"] == "update"]
    assert update["detailedDiff"] == {
        "entries.c.description": {"kind": "update", "inputDiff": True},
        "entries.d": {"kind": "add", "inputDiff": True},
    }


def test_ui_edits_show_in_a_plain_preview_and_in_a_refresh(project: Project, shelf: Shelf) -> None:
    project.write(notes={"a": note(c={"description": "two"})})
    project.up()
    shelf.only()["body"]["entries"]["main.a.b"]["description"] = "edited in the UI"

    alone = project.preview()
    project.write(notes={"a": note(c={"description": "edited in the spec"})})
    both = project.preview()
    report = json.loads(project.preview("--json").text)
    refresh = project.pulumi("refresh", "--preview-only", "--diff", "--expect-no-changes", ok=False)

    undone = '~ description: "edited in the UI" => "one"'
    assert diff_of(alone.text) == [undone]
    assert sorted(diff_of(both.text)) == ['~ description: "two" => "edited in the spec"', undone][::-1]
    assert diff_of(refresh.text) == ['~ description: "one" => "edited in the UI"']
    paths = [path for step in report["steps"] if step["op"] == "update" for path in step["detailedDiff"]]
    assert sorted(paths) == ["entries.c.description", 'entries["main.a.b"].description']


def test_reading_before_a_preview_can_be_turned_off(project: Project, shelf: Shelf) -> None:
    project.pulumi("config", "set", "note:readBeforePreview", "false")
    project.write(notes={"a": note()})
    project.up()
    shelf.only()["body"]["title"] = "edited in the UI"

    assert "2 unchanged" in project.preview().text
    assert shelf.log == ["POST /notes"]


def test_import_by_command_file_and_option(project: Project, shelf: Shelf) -> None:
    for id in ("n1", "n2", "n3"):
        shelf.notes[id] = {"id": id, "body": note(), "revision": 7}
    several = {"resources": [{"type": NOTE, "name": "b", "id": "n2"}]}
    project.folder.joinpath("several.json").write_text(json.dumps(several))

    project.write()
    project.pulumi(*IMPORT, NOTE, "a", "n1")
    project.pulumi(*IMPORT, "--file", "several.json", "--protect=false")
    project.write(notes={name: note() for name in "abc"}, **{"import": {"c": "n3"}})
    project.up()
    after = project.preview()

    assert "4 unchanged" in after.text
    assert diff_of(after.text) == []
    kept = {name: each["id"] for name, each in project.resources().items()}
    assert kept == {"a": "n1", "b": "n2", "c": "n3"}
    assert not [request for request in shelf.log if not request.startswith("GET")]


def test_an_import_that_cannot_be_leaves_the_state_alone(project: Project, shelf: Shelf) -> None:
    shelf.notes["n1"] = {"id": "n1", "body": note(), "revision": 7}
    shelf.refuse["GET /notes/n1"] = "no right"
    project.write()

    gone = project.pulumi(*IMPORT, NOTE, "a", "n9", ok=False)
    refused = project.pulumi(*IMPORT, NOTE, "a", "n1", ok=False)
    unheard = project.pulumi(*IMPORT, "pulumi-python:dynamic/test:Nothing", "a", "n1", ok=False)

    assert "resource 'n9' does not exist" in gone.text
    assert "GET /notes/n1: no right (403)\n      try later" in refused.text
    assert "cannot be imported: no kind of resource by this name" in unheard.text
    assert "Traceback" not in gone.text + refused.text + unheard.text
    assert project.resources() == {}


def test_a_half_made_note_keeps_its_id_until_an_update_finishes_it(project: Project, shelf: Shelf) -> None:
    project.write(notes={"a": note()})
    shelf.unfinished = ["permissions: no right"]
    failed = project.up(ok=False)
    kept = project.resources()["a"]
    shelf.unfinished = []

    preview = project.preview()
    project.up()
    after = project.preview()

    assert "permissions: no right" in failed.text
    assert (kept["id"], kept["initErrors"]) == ("n1", ["permissions: no right"])
    assert "permissions: no right" in preview.text
    assert "1 to update" in preview.text
    assert "2 unchanged" in after.text
    assert [request for request in shelf.log if "GET" not in request] == ["POST /notes", "PUT /notes/n1"]
    assert "initErrors" not in project.resources()["a"]


def test_one_unhealthy_note_does_not_stop_the_others(project: Project, shelf: Shelf) -> None:
    project.write(notes={"a": note("ill"), "b": note()})
    project.up()
    project.write(notes={"a": note("ill"), "b": note("new")})

    up = project.up()

    assert "nobody may write here" in up.text
    assert {kept["body"]["title"] for kept in shelf.notes.values()} == {"ill", "new"}


def test_errors_are_messages(project: Project, shelf: Shelf) -> None:
    project.write(notes={"a": note()})
    project.up()
    said = {}
    for title in ("", "crash", "unlucky", "undiffable", "fine"):
        shelf.refuse["PUT /notes/n1"] = "not \x1b[31mthis\x1b[0m way"
        project.write(notes={"a": note(title)})
        said[title] = project.up(ok=False).text

    problems = ["title: a note needs one", "second: another problem", "2 problems; nothing was sent."]
    assert "\n    ".join(problems) in said[""]
    assert "internal error in check: ZeroDivisionError: a bug; please report it" in said["crash"]
    assert 'property entries["main.a.b"]' in said["unlucky"]
    assert "diff a: two people edited it\n      look at it" in said["undiffable"]
    assert "PUT /notes/n1: not \\x1b[31mthis\\x1b[0m way (403)\n      try later" in said["fine"]
    assert "Traceback" not in "".join(said.values())


def test_long_words_and_large_values_arrive_whole(project: Project, shelf: Shelf) -> None:
    words = "ä" * 200_000
    project.write(notes={"a": note(words)})
    project.up()
    project.write(notes={"a": note("ill"), "b": note(words)})
    shelf.refuse["PUT /notes/n1"] = words

    failed = project.up("--parallel", "1", ok=False)

    assert words in failed.text
    assert shelf.notes["n1"]["body"]["title"] == words


def test_settings_that_are_missing_are_said(project: Project) -> None:
    project.pulumi("config", "rm", "note:server")
    project.write(notes={"a": note()})

    assert "note:server is not set; say which server" in project.preview(ok=False).text


def test_a_secret_is_never_in_clear(project: Project, shelf: Shelf) -> None:
    project.pulumi("config", "set", "--secret", "note:token", "hush-config")
    hidden = note(e={"x": {"secret": "hush-deep"}}, f={"tags": ["a", {"secret": "hush-list"}]})
    project.write(notes={"a": {**hidden, "password": {"secret": "hush-top"}}})
    said = [project.preview(), project.up()]
    shelf.only()["body"]["entries"]["e"]["x"] = "hush-edited"
    said += [project.preview(), project.pulumi("refresh", "--yes", "--skip-preview")]
    states = project.state_text()
    said += [project.preview("--json"), project.up("--debug")]

    assert "hush" not in project.state_text() + states
    assert "hush" not in "".join(each.text for each in said)
    assert shelf.only()["body"]["password"] == "hush-top"


def test_concurrency_follows_parallel(project: Project, shelf: Shelf) -> None:
    shelf.delay_s = 0.3
    project.write(notes={f"few{number}": note() for number in range(9)})
    project.up("--parallel", "3")
    few, shelf.peak, shelf.delay_s = shelf.peak, 0, 2
    project.write(notes={f"many{number}": note() for number in range(40)})
    project.up("--parallel", "32")

    assert few == 3
    assert 12 < shelf.peak <= 32


def test_ctrl_c_records_what_was_made_and_begins_nothing_more(project: Project, shelf: Shelf) -> None:
    shelf.delay_s = 1
    project.write(notes={f"k{number}": note() for number in range(8)})
    running = project.start("up", "--yes", "--skip-preview", "--parallel", "4")
    assert shelf.arrived.wait(30)
    time.sleep(0.3)

    running.send_signal(signal.SIGINT)
    text, _ = running.communicate(timeout=30)
    kept = project.resources()

    assert "update canceled" in text
    assert sorted(each["id"] for each in kept.values()) == sorted(shelf.notes)
    assert 1 <= len(kept) <= 4
    assert project.hosts() == []


def test_kill_9_of_the_cli_leaves_no_host(project: Project, shelf: Shelf) -> None:
    shelf.delay_s = 2
    project.write(notes={f"k{number}": note() for number in range(4)})
    running = project.start("up", "--yes", "--skip-preview")
    assert shelf.arrived.wait(30)
    assert project.hosts()

    running.kill()

    killed = time.monotonic()
    while project.hosts() and time.monotonic() < killed + 10:
        time.sleep(0.1)
    assert project.hosts() == []
    assert time.monotonic() > killed + 1, "what is being written gets the time to end"


def test_verbose_logs_of_the_host_show_no_secret(project: Project) -> None:
    project.pulumi("config", "set", "--secret", "note:token", "hush-config")
    project.env.update(GRPC_TRACE="all", GRPC_VERBOSITY="DEBUG")
    project.write(notes={"a": note()})

    assert "hush" not in project.up("--debug").text
