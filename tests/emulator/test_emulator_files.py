"""Volumes, the Files API, read_files and COPY INTO of the local workspace."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pytest
import requests
from pyarrow import parquet

from emulator.handle import Handle
from emulator.serving import running

WAREHOUSE = "0123456789abcdef"
VOLUME = "/Volumes/main/default/landing"


@pytest.fixture
def workspace() -> Iterator[Handle]:
    with running() as handle:
        body = {"catalog_name": "main", "schema_name": "default", "name": "landing", "volume_type": "MANAGED"}
        ask(handle, "POST", "/api/2.1/unity-catalog/volumes", json=body)
        yield handle


def ask(handle: Handle, method: str, path: str, token: str = "t", **options: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}", **options.pop("headers", {})}
    return requests.request(method, handle.url + path, headers=headers, timeout=20, **options)


def put(handle: Handle, path: str, content: bytes, **options: Any) -> int:
    return ask(handle, "PUT", f"/api/2.0/fs/files{path}", data=content, **options).status_code


def sql(handle: Handle, text: str) -> Any:
    body = {"statement": text, "warehouse_id": WAREHOUSE, "wait_timeout": "20s"}
    answer = ask(handle, "POST", "/api/2.0/sql/statements", json=body).json()
    if answer["status"]["state"] != "SUCCEEDED":
        return answer["status"]["error"]["message"]
    return answer["result"].get("data_array", [])


def test_a_file_is_put_read_listed_and_deleted(workspace: Handle) -> None:
    file = f"/api/2.0/fs/files{VOLUME}/in/a.txt"

    assert put(workspace, f"{VOLUME}/in/a.txt", b"hello") == 204
    assert put(workspace, f"{VOLUME}/in/a.txt", b"again") == 409
    assert put(workspace, f"{VOLUME}/in/a.txt", b"again!", params={"overwrite": "true"}) == 204

    assert ask(workspace, "GET", file).content == b"again!"
    assert ask(workspace, "GET", file, headers={"Range": "bytes=2-"}).content == b"ain!"
    assert ask(workspace, "HEAD", file).headers["content-length"] == "6"
    (entry,) = ask(workspace, "GET", f"/api/2.0/fs/directories{VOLUME}/in").json()["contents"]
    assert (entry["path"], entry["file_size"], entry["is_directory"]) == (f"{VOLUME}/in/a.txt", 6, False)
    assert ask(workspace, "DELETE", f"/api/2.0/fs/directories{VOLUME}/in").status_code == 400
    assert ask(workspace, "DELETE", file).status_code == 204
    assert ask(workspace, "HEAD", file).status_code == 404


@pytest.mark.parametrize("path", ["/Volumes/main/default/no/a.txt", "/Volumes/main/default/landing/../a", "/tmp/a"])
def test_a_path_that_is_on_no_volume_is_refused(workspace: Handle, path: str) -> None:
    assert put(workspace, path.replace("..", "%2E%2E"), b"x") in (400, 404)


def test_others_need_rights_on_the_volume(workspace: Handle) -> None:
    workspace.control.add_token("other", "someone@example.com")

    assert put(workspace, f"{VOLUME}/a", b"x", token="other") == 403


def test_an_upload_that_is_cut_leaves_nothing(workspace: Handle) -> None:
    workspace.control.add_fault("drop_before", method="PUT", path_regex="/fs/files/")

    with pytest.raises(requests.ConnectionError):
        put(workspace, f"{VOLUME}/a", b"x" * 1000)

    assert ask(workspace, "HEAD", f"/api/2.0/fs/files{VOLUME}/a").status_code == 404


def csv_file(handle: Handle) -> tuple[str, str]:
    put(handle, f"{VOLUME}/a.csv", b'id,name,day,ok\n1,"x, y",2024-02-29,true\n2,,,false\n')
    return f"{VOLUME}/a.csv", "format => 'csv', header => true"


def json_file(handle: Handle) -> tuple[str, str]:
    lines = b'{"id": 1, "name": "x, y", "day": "2024-02-29", "ok": true}\n{"id": 2, "ok": false}\n'
    put(handle, f"{VOLUME}/a.json", lines)
    return f"{VOLUME}/a.json", "format => 'json'"


def xml_file(handle: Handle) -> tuple[str, str]:
    row = "<r><id>1</id><name>x, y</name><day>2024-02-29</day><ok>true</ok></r><r><id>2</id><ok>false</ok></r>"
    put(handle, f"{VOLUME}/a.xml", f"<l>{row}</l>".encode())
    return f"{VOLUME}/a.xml", "format => 'xml', rowTag => 'r'"


def parquet_file(handle: Handle) -> tuple[str, str]:
    import datetime

    days = [datetime.date(2024, 2, 29), None]
    table = pa.table({"id": [1, 2], "name": ["x, y", None], "day": days, "ok": [True, False]})
    target = io.BytesIO()
    parquet.write_table(table, target)
    put(handle, f"{VOLUME}/a.parquet", target.getvalue())
    return f"{VOLUME}/a.parquet", "format => 'parquet'"


@pytest.mark.parametrize("make", [csv_file, json_file, xml_file, parquet_file])
def test_files_are_read_as_tables(workspace: Handle, make: Callable[[Handle], tuple[str, str]]) -> None:
    path, options = make(workspace)

    made = sql(
        workspace,
        "CREATE OR REPLACE TABLE main.default.t COMMENT 'c' AS "
        f"SELECT CAST(id AS BIGINT) id, name, CAST(day AS DATE) day, ok FROM read_files('{path}', {options})",
    )

    assert made == []
    assert sql(workspace, "SELECT id, name, day, ok FROM main.default.t ORDER BY id") == [
        ["1", "x, y", "2024-02-29", "true"],
        ["2", None, None, "false"],
    ]
    columns = ask(workspace, "GET", "/api/2.1/unity-catalog/tables/main.default.t").json()["columns"]
    assert [each["type_text"] for each in columns] == ["bigint", "string", "date", "boolean"]


def test_a_table_may_be_replaced_by_a_query_of_itself(workspace: Handle) -> None:
    sql(workspace, "CREATE TABLE main.default.t AS SELECT 1 AS a")
    sql(workspace, "CREATE OR REPLACE TABLE main.default.t AS SELECT a + 1 AS a FROM main.default.t")

    assert sql(workspace, "SELECT a FROM main.default.t") == [["2"]]


def test_copy_into_takes_each_file_once(workspace: Handle) -> None:
    path, _ = csv_file(workspace)
    sql(workspace, "CREATE TABLE main.default.t (id BIGINT, name STRING, day DATE, ok BOOLEAN)")
    copy = f"COPY INTO main.default.t FROM '{path}' FILEFORMAT = CSV FORMAT_OPTIONS ('header' = 'true')"

    assert sql(workspace, copy) == [["2", "2", "0"]]
    assert sql(workspace, copy) == [["0", "0", "0"]]
    assert sql(workspace, "SELECT count(*) FROM main.default.t") == [["2"]]


def test_what_is_not_there_is_said_and_nothing_is_left_behind(workspace: Handle) -> None:
    assert "PATH_NOT_FOUND" in sql(workspace, f"SELECT * FROM read_files('{VOLUME}/no.csv', format => 'csv')")
    put(workspace, f"{VOLUME}/bad.parquet", b"PAR1")
    assert "FAILED_READ_FILE" in sql(workspace, f"SELECT * FROM read_files('{VOLUME}/bad.parquet')")
    tables = ask(workspace, "GET", "/api/2.1/unity-catalog/tables?catalog_name=main&schema_name=default").json()
    assert not tables.get("tables")


def test_comments_types_and_keys_of_columns(workspace: Handle) -> None:
    made = sql(
        workspace,
        "CREATE TABLE main.default.t (id BIGINT NOT NULL COMMENT 'the number', CONSTRAINT pk PRIMARY KEY (id))",
    )
    sql(workspace, "ALTER TABLE main.default.t ALTER COLUMN id COMMENT 'another'")

    info = ask(workspace, "GET", "/api/2.1/unity-catalog/tables/main.default.t").json()
    assert made == []
    assert info["columns"][0]["comment"] == "another"
    assert info["table_constraints"] == [{"primary_key_constraint": {"name": "pk", "child_columns": ["id"]}}]


def test_a_volume_takes_its_files_along(workspace: Handle) -> None:
    put(workspace, f"{VOLUME}/a", b"x")

    assert ask(workspace, "DELETE", "/api/2.1/unity-catalog/volumes/main.default.landing").status_code == 200
    assert ask(workspace, "HEAD", f"/api/2.0/fs/files{VOLUME}/a").status_code == 404
