"""Files on a volume as a resource: sent once, compared by content, removed only when ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.handle import Handle
from emulator.serving import running
from genie_provider.client import Access, Workspace
from genie_provider.errors import GenieError, WorkspaceError
from genie_provider.files.hashes import sha256_of
from genie_provider.lifecycle import Call, Properties
from genie_provider.seeds.volume_files import VolumeFilesLifecycle, content_of

FOLDER = "/Volumes/main/default/landing/docs"
OWNER = "genie/dev/docs"


@pytest.fixture
def workspace() -> Iterator[Handle]:
    with running() as handle:
        client(handle).create_volume("main.default.landing")
        yield handle


def client(handle: Handle) -> Workspace:
    return Workspace(Access.find(handle.url, None, "t", env={}))


def kind(handle: Handle) -> VolumeFilesLifecycle:
    return VolumeFilesLifecycle({"genie:host": handle.url, "genie:token": "t"})


def inputs(source: Path, **more: str) -> Properties:
    found = {
        file.relative_to(source).as_posix(): content_of(file.stat().st_size, sha256_of(file))
        for file in sorted(source.rglob("*"))
        if file.is_file()
    }
    return {"name": FOLDER, "source": str(source), "files": found, "__owner": OWNER, **more}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_text("a")
    (folder / "deep" / "b.txt").write_text("bb")
    return folder


def there(handle: Handle) -> list[str]:
    listed = [each.name for each in client(handle).list_folder(FOLDER) or []]
    return [name for name in listed if not name.startswith(".genie-")]


def uploads(handle: Handle) -> list[str]:
    calls = [each["path"] for each in handle.control.requests() if each["method"] == "PUT"]
    return [path.rpartition("/docs/")[2] for path in calls if ".genie-" not in path]


def test_a_folder_is_sent_once_and_taken_away_again(workspace: Handle, source: Path) -> None:
    made = kind(workspace).create(Call("docs"), inputs(source))
    assert uploads(workspace) == ["a.txt", "deep/b.txt"]
    found = kind(workspace).read(Call("docs"), made.id, inputs(source), made.outputs)
    assert found and found.inputs == inputs(source)

    (source / "a.txt").write_text("changed")
    (source / "deep" / "b.txt").unlink()
    workspace.control.clear_requests()
    kind(workspace).update(Call("docs"), made.id, {}, made.outputs, inputs(source))
    assert uploads(workspace) == ["a.txt"]
    assert there(workspace) == ["a.txt"]

    kind(workspace).delete(Call("docs"), made.id, made.outputs)
    assert client(workspace).list_folder(FOLDER) is None


def test_drift_is_seen_by_size_and_by_content(workspace: Handle, source: Path, tmp_path: Path) -> None:
    made = kind(workspace).create(Call("docs"), inputs(source))
    (tmp_path / "x").write_text("z")
    client(workspace).upload_file(tmp_path / "x", f"{FOLDER}/a.txt", overwrite=True)
    client(workspace).delete_file(f"{FOLDER}/deep/b.txt")

    found = kind(workspace).read(Call("docs"), made.id, inputs(source), made.outputs)

    assert found and found.inputs["files"] == {"a.txt": content_of(1, sha256_of(tmp_path / "x"))}


def test_a_file_of_somebody_else_is_neither_written_over_nor_removed(
    workspace: Handle, source: Path, tmp_path: Path
) -> None:
    (tmp_path / "x").write_text("theirs")
    client(workspace).upload_file(tmp_path / "x", f"{FOLDER}/a.txt", overwrite=True)
    client(workspace).upload_file(tmp_path / "x", f"{FOLDER}/other.txt", overwrite=True)

    with pytest.raises(WorkspaceError, match=r"a\.txt is there already"):
        kind(workspace).create(Call("docs"), inputs(source))
    assert uploads(workspace) == ["a.txt", "other.txt"]

    client(workspace).delete_file(f"{FOLDER}/a.txt")
    made = kind(workspace).create(Call("docs"), inputs(source))
    kind(workspace).delete(Call("docs"), made.id, made.outputs)
    assert there(workspace) == ["other.txt"]


def test_a_run_that_was_cut_is_gone_on_with(workspace: Handle, source: Path) -> None:
    workspace.control.add_fault("status", method="PUT", path_regex="b.txt$", status=403, times=1)
    with pytest.raises(WorkspaceError):
        kind(workspace).create(Call("docs"), inputs(source))

    made = kind(workspace).create(Call("docs"), inputs(source))

    found = kind(workspace).read(Call("docs"), made.id, inputs(source), made.outputs)
    assert found and found.inputs == inputs(source)


def test_a_file_that_changed_since_the_preview_stops(workspace: Handle, source: Path) -> None:
    wanted = inputs(source)
    (source / "a.txt").write_text("b")

    with pytest.raises(GenieError, match="was changed since the program looked at it"):
        kind(workspace).create(Call("docs"), wanted)


def test_the_preview_says_how_much_is_sent(workspace: Handle, source: Path) -> None:
    said: list[Any] = []

    kind(workspace).check(Call("docs", notify=lambda level, text: said.append(text)), None, inputs(source))

    assert said == ["uploads 0.0 MB, 2 files"]
