"""Records are a chain: what was changed, taken out or put in between shows, and then nothing is added."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from emulator.handle import Handle
from emulator.serving import running
from genie_provider.client import Access, Workspace
from genie_provider.review.history.ledger import Ledger, contents_by_digest, digest_of
from genie_provider.review.history.records import HistoryError, Record, SpaceRecord
from genie_provider.review.history.stores import BucketStore, FolderStore, Store, VolumeStore, bucket_store


@pytest.fixture
def volume() -> Iterator[Store]:
    with running() as workspace:
        yield VolumeStore(_on_volume(workspace), "/Volumes/main/default/history/genie/prod")


def _on_volume(workspace: Handle) -> Workspace:
    workspace.control.add_catalog("main")
    workspace.control.add_schema("main.default")
    client = Workspace(Access.find(workspace.url, None, "dapi-0000-this-must-never-be-shown"))
    client.create_volume("main.default.history")
    return client


@pytest.fixture(params=["folder", "bucket", "volume"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Each kind of store; the bucket is obstore's own in memory, with the same put-if-absent as the services'."""
    if request.param == "folder":
        return FolderStore(tmp_path / "history")
    if request.param == "bucket":
        return BucketStore(pytest.importorskip("obstore.store").MemoryStore(), "memory://")
    return request.getfixturevalue("volume")  # type: ignore[no-any-return]


def add(ledger: Ledger, title: str) -> Record:
    content = {"title": title}

    def build(last: Record | None) -> tuple[Record, dict[str, dict[str, Any]]]:
        version = last.spaces["sales"].version + 1 if last else 1
        spaces = {"sales": SpaceRecord(version, digest_of(content), title=title)}
        return Record(0, "", "genie", "dev", "up", "succeeded", spaces=spaces), contents_by_digest([content])

    return ledger.append(build)


def test_what_was_added_is_read_in_order(store: Store) -> None:
    ledger = Ledger(store)
    added = [add(ledger, title) for title in ("one", "two", "three")]

    chain = ledger.read()

    assert chain.breaks == []
    assert chain.records == added
    assert [record.number for record in chain.records] == [1, 2, 3]
    assert ledger.content(chain.records[1].spaces["sales"].inputs) == {"title": "two"}


def test_an_empty_history_is_none(store: Store) -> None:
    assert Ledger(store).read().records == []


def test_two_writers_at_once_make_one_chain(tmp_path: Path) -> None:
    def write(at: int) -> None:
        add(Ledger(FolderStore(tmp_path)), f"writer {at}")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(12)))

    chain = Ledger(FolderStore(tmp_path)).read()
    assert chain.breaks == []
    assert [record.spaces["sales"].version for record in chain.records] == list(range(1, 13))
    assert {record.spaces["sales"].title for record in chain.records} == {f"writer {at}" for at in range(12)}


def test_nobody_writes_over_what_is_there(store: Store) -> None:
    assert store.create("records/000001.json", b"{}")
    assert not store.create("records/000001.json", b"other")
    assert store.read("records/000001.json") == b"{}"


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_record_that_was_changed_shows_and_nothing_is_added(tmp_path: Path, number: int) -> None:
    ledger = _three(tmp_path)
    file = tmp_path / "records" / f"{number:06}.json"
    file.write_bytes(file.read_bytes().replace(b'"succeeded"', b'"failed"'))

    broken = ledger.read().breaks
    if number == 3:  # nothing comes after it yet that names it
        assert broken == []
        return
    assert broken == [
        f"record {number} is not what record {number + 1} was written after: it was changed, replaced or taken out"
    ]
    with pytest.raises(HistoryError, match="nothing was added"):
        add(ledger, "four")
    assert len(list((tmp_path / "records").iterdir())) == 3


def test_a_record_that_is_missing_shows(tmp_path: Path) -> None:
    ledger = _three(tmp_path)
    (tmp_path / "records" / "000002.json").unlink()

    assert any("record 2 is missing" in sentence for sentence in ledger.read().breaks)
    with pytest.raises(HistoryError, match="nothing was added"):
        add(ledger, "four")


def test_content_that_was_changed_is_not_given_out(tmp_path: Path) -> None:
    ledger = _three(tmp_path)
    name = ledger.read().records[0].spaces["sales"].inputs
    file = next(tmp_path.glob(f"spaces/*/{name.removeprefix('sha256:')}.json"))
    file.write_text('{"title":"forged"}\n')

    with pytest.raises(HistoryError, match="was changed"):
        ledger.content(name)
    file.unlink()
    with pytest.raises(HistoryError, match="that version is lost"):
        ledger.content(name)


def test_half_a_record_is_none(tmp_path: Path) -> None:
    ledger = _three(tmp_path)
    file = tmp_path / "records" / "000003.json"
    file.write_bytes(file.read_bytes()[:100])

    assert "record 3 is not a record of a run" in ledger.read().breaks[0]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_read_only_says_so(tmp_path: Path) -> None:
    ledger = _three(tmp_path)
    (tmp_path / "records").chmod(stat.S_IREAD | stat.S_IEXEC)

    with pytest.raises(HistoryError, match="cannot be written"):
        add(ledger, "four")


def test_a_place_that_is_no_folder_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(HistoryError, match="cannot be read: Not a directory"):
        add(Ledger(FolderStore(tmp_path / "file" / "below")), "one")


def test_a_bucket_without_its_library_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "obstore.store", None)

    with pytest.raises(HistoryError, match=r"genie-spaces\[history\]"):
        bucket_store("s3://bucket/states", "genie/dev", {})


def _three(folder: Path) -> Ledger:
    ledger = Ledger(FolderStore(folder))
    for title in ("one", "two", "three"):
        add(ledger, title)
    return ledger
