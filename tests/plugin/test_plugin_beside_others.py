"""Other people's dynamic resources on our host, and our kind on the stock host."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from driver import Project, Said
from shelf import Shelf

NewProject = Callable[..., Project]


def box(size: int = 1, password: str = "hush-hush") -> dict[str, Any]:
    words, deep = ["a", {"secret": "hush-list"}], {"x": {"secret": "hush-deep"}}
    return {"size": size, "password": {"secret": password}, "words": words, "deep": deep}


def life_of_a_box(project: Project) -> tuple[list[Said], dict[str, Any]]:
    """Everything that can happen to a box, and its last state."""
    project.pulumi("config", "set", "box:color", "red")
    project.pulumi("config", "set", "--secret", "box:key", "hush-hush-key")
    project.write(boxes={"box": box()})
    said = [project.preview(), project.up(), project.pulumi("refresh", "--yes", "--skip-preview")]
    project.write(boxes={"box": box(password="hush-new")})
    said += [project.preview(), project.up()]
    project.write(boxes={"box": box(size=2, password="hush-new")})
    said.append(project.up())
    project.write(boxes={"box": box(size=99)})
    said.append(project.up(ok=False))
    project.write(boxes={"box": box(size=13)})
    said.append(project.up(ok=False))
    last = project.resources()["box"]
    assert "hush" not in project.state_text() + "".join(each.text for each in said)
    said.append(project.pulumi("destroy", "--yes", "--skip-preview"))
    return said, last


def bare(value: Any) -> Any:
    """The state without what differs from run to run: encrypted texts and times."""
    if isinstance(value, dict):
        if "ciphertext" in value:
            return "encrypted"
        return {key: bare(item) for key, item in value.items() if key in _COMPARED or key not in _VOLATILE}
    return [bare(item) for item in value] if isinstance(value, list) else value


_COMPARED = ("inputs", "outputs")
_VOLATILE = ("created", "modified", "provider", "sourcePosition", "stackTrace")


def shown(said: Said) -> list[str]:
    """What was printed about the box, without times and without where a provider came from."""
    lines = said.text.split("Diagnostics:")[0].splitlines()
    kept = [line.rsplit(" (", 1)[0] for line in lines if "other:Box" in line or ": [secret]" in line]
    return [line.split("; error")[0] for line in kept]


def test_somebody_elses_resource_lives_as_on_the_stock_host(new_project: NewProject) -> None:
    ours, state = life_of_a_box(new_project())
    stock, stock_state = life_of_a_box(new_project(own_host=False))

    assert [shown(said) for said in ours] == [shown(said) for said in stock]
    assert bare(state) == bare(stock_state)
    assert "property size value {99} has a problem: too big" in ours[6].text
    assert "RuntimeError: no box of that size" in ours[7].text


def test_both_kinds_live_in_one_program(project: Project, shelf: Shelf) -> None:
    project.write(notes={"a": {"title": "A"}}, boxes={"box": box()})
    project.up()

    assert "3 unchanged" in project.preview().text
    assert set(project.resources()) == {"a", "box"}
    project.pulumi("destroy", "--yes", "--skip-preview")
    assert shelf.notes == {}


def test_our_kind_works_on_the_stock_host(new_project: NewProject, shelf: Shelf) -> None:
    project = new_project(own_host=False)
    project.write(notes={"a": {"title": "A"}, "b": {"title": "B", "link": "{a.url}"}})
    project.preview()
    project.up()
    same = project.preview()
    project.write(notes={"a": {"title": "A2"}, "b": {"title": "B", "link": "{a.url}"}})
    changed = project.preview()
    project.up()
    shelf.notes["n1"]["body"]["title"] = "edited in the UI"
    project.pulumi("refresh", "--yes", "--skip-preview")
    drift = project.preview()
    project.up()

    assert "3 unchanged" in same.text
    assert "2 to update" in changed.text, "the stock host knows no stable outputs, so b seems to change too"
    assert '"edited in the UI" => "A2"' in drift.text
    assert {kept["body"]["title"] for kept in shelf.notes.values()} == {"A2", "B"}
    project.pulumi("destroy", "--yes", "--skip-preview")
    assert shelf.notes == {}


def test_half_made_on_the_stock_host_is_kept_and_finished_by_the_next_up(new_project: NewProject, shelf: Shelf) -> None:
    project = new_project(own_host=False)
    project.write(notes={"a": {"title": "A"}})
    shelf.unfinished = ["permissions: no right"]
    first = project.up()
    shelf.unfinished = []
    project.up()

    assert "permissions: no right" in first.text
    assert shelf.log == ["POST /notes", "PUT /notes/n1"]
    assert "2 unchanged" in project.preview().text


def test_a_state_made_on_one_host_goes_on_on_the_other(new_project: NewProject, shelf: Shelf) -> None:
    project = new_project()
    project.write(notes={"a": {"title": "A"}})
    project.up()
    settings = project.folder.joinpath("Pulumi.yaml")
    with_plugin = settings.read_text()
    settings.write_text(with_plugin.split("plugins:")[0])

    assert "2 unchanged" in project.preview().text
    settings.write_text(with_plugin)
    assert "2 unchanged" in project.preview().text
    assert "PUT" not in "".join(shelf.log)
