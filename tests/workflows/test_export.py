"""exporting: spaces become files that are safe, distinct and stable, and say what the spaces say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.handle import Handle
from emulator.serving import running
from genie_provider.client import Access, Workspace
from genie_provider.codec import wire
from genie_provider.codec.spec_inputs import inputs_of
from genie_provider.config.context import StackContext
from genie_provider.config.settings import Settings
from genie_provider.errors import GenieError
from genie_provider.model.state import OWNER
from genie_provider.model.variables import Variables
from genie_provider.specs.filenames import slug
from genie_provider.specs.loader import load_file
from genie_provider.sql import Renames
from genie_provider.workflows.export import export, read

REAL_BODIES = Path(__file__).parents[3] / "shared" / "specs" / "serialized"
ORDERS = {"version": 2, "data_sources": {"tables": [{"identifier": "main.sales.orders"}]}}


@pytest.fixture(scope="module")
def emulator() -> Iterator[Handle]:
    with running() as handle:
        yield handle


@pytest.fixture
def there(emulator: Handle) -> Handle:
    emulator.control.reset()
    emulator.control.add_table("main.sales.orders", "id bigint")
    return emulator


@pytest.fixture
def workspace(there: Handle) -> Workspace:
    return Workspace(Access.find(there.url, None, "dapi-test"))


def stems(found: list[Any]) -> list[str]:
    return [one.file.stem for one in found]


def test_titles_become_safe_file_names() -> None:
    assert slug("[dev] Café & Süßes – Q3/2026 🚕") == "dev-cafe-susses-q3-2026"
    assert slug("../../etc/passwd") == "etc-passwd"
    assert slug("🚕") == "space"
    assert slug("CON") == "con-space"
    assert slug("売上 レポート") == "売上-レポート"
    assert slug("बिक्री रिपोर्ट") == "बिक्री-रिपोर्ट"
    assert slug("Отчёт за май") == "отчёт-за-май"
    assert slug("ไตรมาสที่ 3") == "ไตรมาสที่-3"
    assert slug("cafe\u0301") == slug("café") == "cafe"
    assert len(slug("long " * 100)) <= 60


def test_two_spaces_of_one_title_get_two_files(there: Handle, workspace: Workspace, tmp_path: Path) -> None:
    for folder in ("/Shared/a", "/Shared/b"):
        there.control.add_folder(folder)
        there.control.make_space("Sales", ORDERS, parent_path=folder)

    found = export(workspace, ["Sales"], tmp_path)

    assert len(set(stems(found))) == 2
    assert all(stem.startswith("sales-") for stem in stems(found))


def test_exporting_again_changes_nothing_on_disk(there: Handle, workspace: Workspace, tmp_path: Path) -> None:
    there.control.make_space("Sales", ORDERS)
    (file,) = [one.file for one in export(workspace, ["*"], tmp_path)]
    before = file.stat().st_mtime_ns

    (again,) = export(workspace, ["*"], tmp_path)

    assert (again.file, again.state) == (file, "unchanged")
    assert file.stat().st_mtime_ns == before
    assert [path.name for path in tmp_path.iterdir()] == ["sales.yaml"]


def test_the_file_of_another_space_is_never_overwritten(there: Handle, workspace: Workspace, tmp_path: Path) -> None:
    there.control.make_space("Sales", ORDERS)
    export(workspace, ["Sales"], tmp_path)
    before = (tmp_path / "sales.yaml").read_bytes()
    other = there.control.make_space("sales!", ORDERS)

    (found,) = export(workspace, ["sales!"], tmp_path, overwrite=True)

    assert found.file.stem == f"sales-{other[-8:]}"
    assert (tmp_path / "sales.yaml").read_bytes() == before


def test_a_file_that_a_person_wrote_is_left_alone(there: Handle, workspace: Workspace, tmp_path: Path) -> None:
    there.control.make_space("Sales", ORDERS)
    (tmp_path / "sales.yaml").write_text("title: Sales\n")

    (found,) = export(workspace, ["Sales"], tmp_path)

    assert found.state == "kept"
    assert (tmp_path / "sales.yaml").read_text() == "title: Sales\n"


def test_what_the_stack_says_is_not_in_the_file(there: Handle, workspace: Workspace) -> None:
    there.control.add_folder("/Shared/genie")
    space_id = there.control.make_space("[dev] Sales", ORDERS, parent_path="/Shared/genie")
    house = workspace.warehouses()[0]
    settings = Settings(warehouse=house.id, parent_path="/Workspace/Shared/genie/", title_prefix="[dev] ")

    found = read(workspace, space_id, StackContext(settings=settings))

    assert list(found.document) == ["title", "data_sources"]
    assert found.document["title"] == "Sales"


def test_ids_of_a_managed_space_are_left_out(there: Handle, workspace: Workspace, tmp_path: Path) -> None:
    owner = "genie/dev/sales-space"
    inputs = {"sample_questions": {"How many?": {}}, "tables": {"main.sales.orders": {}}}
    there.control.make_space("Sales", wire.to_body(inputs, owner))
    around = StackContext(project="genie", stack="dev")
    titles = {"other": "Other", "sales-space": "Sales"}

    (found,) = export(workspace, ["Sales"], tmp_path, around=around, titles_by_name=titles)

    assert found.name == "sales-space"
    assert found.file == tmp_path / "sales-space.yaml"
    assert found.document["sample_questions"] == ["How many?"]


def test_permissions_and_tags_are_exported(there: Handle, workspace: Workspace) -> None:
    space_id = there.control.make_space("Sales", ORDERS)
    there.control.add_principal("group", "analysts")
    workspace.add_permissions(space_id, {"group:analysts": "CAN_RUN"})
    workspace.set_tag(space_id, "team", "retail")

    found = read(workspace, space_id)

    assert found.document["permissions"] == {"group:analysts": "CAN_RUN"}
    assert found.document["tags"] == {"team": "retail"}


def test_names_are_changed_on_the_way(there: Handle, workspace: Workspace, tmp_path: Path) -> None:
    there.control.make_space("Sales", ORDERS)

    (found,) = export(workspace, ["Sales"], tmp_path, renames=[Renames.parameterizing({"catalog": "main"})])

    assert found.document["data_sources"]["tables"] == ["${catalog}.sales.orders"]
    loaded = load_file(found.file, Variables({"catalog": "other"}))
    assert loaded.specs["sales"].data_sources.tables[0].identifier == "other.sales.orders"


def test_a_word_that_means_nothing_writes_nothing(there: Handle, workspace: Workspace, tmp_path: Path) -> None:
    there.control.make_space("Sales", ORDERS)

    with pytest.raises(GenieError, match="did you mean 'Sales'"):
        export(workspace, ["Sales", "Salse"], tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_json_is_written_on_request(there: Handle, workspace: Workspace, tmp_path: Path) -> None:
    there.control.make_space("Sales", ORDERS)

    (found,) = export(workspace, ["Sales"], tmp_path, output="json", name="mine")

    assert found.file == tmp_path / "mine.json"
    assert json.loads(found.file.read_text())["title"] == "Sales"


@pytest.mark.skipif(not REAL_BODIES.is_dir(), reason="no real bodies beside the project")
def test_real_spaces_are_exported_whole(there: Handle, workspace: Workspace, tmp_path: Path) -> None:
    for file in sorted(REAL_BODIES.glob("*.json")):
        body = json.loads(file.read_text(encoding="utf-8"))
        there.control.add_tables_of(body)
        space_id = there.control.make_space(file.stem, body)

        (found,) = export(workspace, [space_id], tmp_path)

        inputs = inputs_of(load_file(found.file).specs[found.file.stem], "me")
        live = wire.from_body(there.control.body(space_id), "me")
        head = {"title", "warehouse", "parent_path", OWNER}
        assert {name: value for name, value in inputs.items() if name not in head} == live
