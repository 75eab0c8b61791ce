"""Files on volumes, through the client, over loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.handle import Handle
from emulator.serving import running
from genie_provider.client import Access, Workspace, volume_path
from genie_provider.client.api import files
from genie_provider.errors import GenieError, WorkspaceError

VOLUME = "/Volumes/main/default/landing"


@pytest.fixture
def local() -> Iterator[tuple[Handle, Workspace]]:
    with running() as handle:
        workspace = Workspace(Access.find(handle.url, None, "t", env={}))
        workspace.create_volume("main.default.landing", "files")
        yield handle, workspace


def test_a_file_goes_there_and_back(local: tuple[Handle, Workspace], tmp_path: Path) -> None:
    _, workspace = local
    content = bytes(range(256)) * 5_000
    (tmp_path / "a b.bin").write_bytes(content)
    told: list[int] = []

    put = workspace.upload_file(tmp_path / "a b.bin", f"{VOLUME}/in/ä b.bin", overwrite=False, progress=told.append)
    workspace.download_file(put.path, tmp_path / "back.bin")

    assert (tmp_path / "back.bin").read_bytes() == content
    assert told[-1] == put.size_bytes == len(content)
    assert [each.name for each in workspace.list_folder(f"{VOLUME}/in") or []] == ["ä b.bin"]
    with pytest.raises(WorkspaceError) as caught:
        workspace.upload_file(tmp_path / "a b.bin", put.path, overwrite=False)
    assert caught.value.kind == "taken"


def test_an_empty_file(local: tuple[Handle, Workspace], tmp_path: Path) -> None:
    _, workspace = local
    (tmp_path / "empty").write_bytes(b"")

    workspace.upload_file(tmp_path / "empty", f"{VOLUME}/empty", overwrite=True)
    workspace.download_file(f"{VOLUME}/empty", tmp_path / "back")

    assert (tmp_path / "back").read_bytes() == b""


@pytest.mark.parametrize("fault", [("drop_before", {}), ("429", {"retry_after": 0}), ("status", {"status": 503})])
def test_an_upload_that_is_cut_or_limited_is_sent_again(
    local: tuple[Handle, Workspace], tmp_path: Path, fault: tuple[str, dict[str, int]]
) -> None:
    handle, workspace = local
    (tmp_path / "a").write_bytes(b"x" * 300_000)
    handle.control.add_fault(fault[0], method="PUT", path_regex="/fs/files/", **fault[1])

    put = workspace.upload_file(tmp_path / "a", f"{VOLUME}/a", overwrite=True)

    assert put.size_bytes == 300_000


def test_an_expired_log_in_is_said(local: tuple[Handle, Workspace], tmp_path: Path) -> None:
    handle, workspace = local
    (tmp_path / "a").write_bytes(b"x")
    handle.control.add_fault("status", method="PUT", path_regex="/fs/files/", status=401, error_code="UNAUTHENTICATED")

    with pytest.raises(WorkspaceError) as caught:
        workspace.upload_file(tmp_path / "a", f"{VOLUME}/a", overwrite=True)

    assert caught.value.kind == "unauthenticated"
    assert workspace.find_file(f"{VOLUME}/a") is None


def test_a_cut_download_goes_on_where_it_stopped(
    local: tuple[Handle, Workspace], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle, workspace = local
    monkeypatch.setattr(files, "RANGE_BYTES", 1_000)
    (tmp_path / "a").write_bytes(bytes(5_500))
    put = workspace.upload_file(tmp_path / "a", f"{VOLUME}/a", overwrite=True)
    handle.control.add_fault("status", method="GET", path_regex="/fs/files/", nth=4, times=1, status=404)

    with pytest.raises(WorkspaceError):
        workspace.download_file(put.path, tmp_path / "back")
    assert not (tmp_path / "back").exists()
    handle.control.clear_requests()
    workspace.download_file(put.path, tmp_path / "back")

    ranges = [each for each in handle.control.requests() if each["method"] == "GET"]
    assert len(ranges) == 3
    assert (tmp_path / "back").stat().st_size == 5_500


@pytest.mark.parametrize("path", ["/tmp/x", "Volumes/a/b/c", "/Volumes/a/b", "/Volumes/a/b/c/../d", "s3://x/y"])
def test_what_is_no_path_on_a_volume_is_refused(path: str) -> None:
    with pytest.raises(GenieError, match="is no path on a volume"):
        volume_path(path)


def test_a_path_may_begin_with_dbfs() -> None:
    assert volume_path("dbfs:/Volumes/a/b/c//d") == "/Volumes/a/b/c/d"
