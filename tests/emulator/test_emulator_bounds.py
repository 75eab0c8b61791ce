"""What is too large, too deep or without an end: refused in good time, and nobody else waits for it."""

import json
import socket
import threading
from urllib.parse import urlsplit

import pytest
import requests
from emulator_caller import SPACES, error_of

from emulator.http.guard import MAX_BODY_BYTES

ENDLESS = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t"
HEADERS = {"Authorization": "Bearer anything"}


def nested(levels, inner="1"):
    return "[" * levels + inner + "]" * levels


def failed(api, statement):
    status = api.sql(statement)["status"]
    assert status["state"] == "FAILED", status
    return status["error"]["message"]


@pytest.mark.parametrize("query", [ENDLESS, ENDLESS.replace("count(*)", "*")], ids=["one row", "endless rows"])
def test_a_recursive_query_without_an_end_fails(api, query):
    assert failed(api, query).startswith("[RECURSION_LEVEL_LIMIT_EXCEEDED]")
    assert api.rows("SELECT 1") == [["1"]]


def test_others_are_answered_soon_after_an_endless_query(api, workspace):
    workspace.control.set_settings(statement_limit_s=0.2)
    asking = threading.Thread(target=api.sql, args=[ENDLESS])
    asking.start()

    other = requests.get(workspace.url + SPACES, headers=HEADERS, timeout=10)

    assert other.status_code == 200
    asking.join(10)
    assert not asking.is_alive()


def test_an_endless_insert_leaves_nothing_behind(api, workspace):
    workspace.control.set_settings(statement_limit_s=0.1)
    api.rows("CREATE TABLE main.default.numbers (n BIGINT)")
    api.rows("INSERT INTO main.default.numbers VALUES (1)")
    crossed = ", ".join(f"main.default.ten AS t{index}" for index in range(12))
    api.rows("CREATE TABLE main.default.ten (n BIGINT)")
    api.rows("INSERT INTO main.default.ten VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)")

    assert "took too long" in failed(api, f"INSERT INTO main.default.numbers SELECT t1.n FROM {crossed}")
    assert api.rows("SELECT n FROM main.default.numbers") == [["1"]]
    assert api.rows("INSERT INTO main.default.numbers VALUES (2)")


def test_a_recursive_query_with_an_end_is_answered(api):
    steps = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 50) SELECT count(*) FROM t"

    assert api.rows(steps) == [["50"]]


def test_more_rows_than_anybody_reads_are_refused(api):
    hundred = ", ".join(f"({n})" for n in range(100))
    api.rows("CREATE TABLE main.default.hundred (n BIGINT)")
    api.rows(f"INSERT INTO main.default.hundred VALUES {hundred}")

    assert "up to 100,000 rows" in failed(
        api, "SELECT a.n FROM main.default.hundred a, main.default.hundred b, main.default.hundred c"
    )


@pytest.mark.parametrize(
    "statement",
    ["SELECT " + "(" * 3000 + "1" + ")" * 3000, "SELECT " + "1 + " * 3000 + "1", "SELECT '" + "x" * 2**18 + "'"],
    ids=["parentheses", "terms", "length"],
)
def test_a_statement_too_deep_or_too_long_fails_as_a_statement_does(api, statement):
    assert failed(api, statement).startswith("[")


def test_a_long_statement_is_carried_out(api):
    assert api.rows(f"SELECT length('{'x' * 100_000}')") == [["100000"]]


def parts(size):
    while size > 0:
        yield b"x" * min(size, 2**20)
        size -= 2**20


@pytest.mark.parametrize("path", [SPACES, "/_control/spaces", "/new"])
@pytest.mark.parametrize("announced", [True, False])
def test_a_body_too_large_is_refused_whether_announced_or_not(api, workspace, path, announced):
    size = MAX_BODY_BYTES + 1
    body = b"x" * size if announced else parts(size)

    answer = requests.post(workspace.url + path, data=body, headers=HEADERS, timeout=30)

    assert error_of(answer) == (400, "BAD_REQUEST")
    assert f"RequestSize(bytes): {size}, Limit(bytes): {MAX_BODY_BYTES}" in answer.json()["message"]
    assert api.listed() == []


def test_nobody_waits_for_a_body_that_does_not_end(api, workspace):
    at = urlsplit(workspace.url)
    head = (
        f"POST {SPACES} HTTP/1.1\r\nHost: {at.netloc}\r\nAuthorization: Bearer x\r\nContent-Length: 104857600\r\n\r\n"
    )
    with socket.create_connection((at.hostname, at.port), timeout=10) as slow:
        slow.sendall(head.encode() + b"x" * 1000)

        assert api.listed() == []


@pytest.mark.parametrize("levels", [101, 900, 200_000])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_deep_nesting_is_a_bad_request(workspace, levels, method):
    path = {"POST": SPACES, "PUT": "/api/2.0/permissions/genie/x", "PATCH": f"{SPACES}/x"}[method]
    answer = requests.request(
        method, workspace.url + path, data=f'{{"title": {nested(levels)}}}', headers=HEADERS, timeout=10
    )

    assert error_of(answer)[0] in ((400,) if method != "PUT" else (400, 404))
    assert error_of(answer)[1] != "INTERNAL_ERROR"


@pytest.mark.parametrize("levels", [101, 900, 100_000])
def test_a_definition_nested_too_deeply_is_refused_as_such(api, levels):
    assert error_of(api.create(f'{{"version": 2, "config": {nested(levels)}}}')) == (400, "INVALID_PARAMETER_VALUE")


def test_deep_nesting_in_a_field_nobody_knows_is_refused_too(api, workspace):
    workspace.control.set_settings(known_extra_fields=["later"])

    assert error_of(api.create(f'{{"version": 2, "later": {nested(2000)}}}')) == (400, "INVALID_PARAMETER_VALUE")
    assert api.create(f'{{"version": 2, "later": {nested(50)}}}').status_code == 200


@pytest.mark.parametrize("path", ["/settings", "/spaces", "/tables", "/faults"])
def test_deep_nesting_on_the_control_path_is_a_bad_request(workspace, path):
    answer = requests.request(
        "PUT" if path == "/settings" else "POST",
        f"{workspace.url}/_control{path}",
        data=f'{{"x": {nested(100_000)}}}',
        timeout=10,
    )

    assert answer.status_code == 400


def test_a_deep_body_put_in_from_behind_is_no_internal_error_on_its_page(workspace):
    space_id = workspace.control.make_space("deep")
    workspace.control.edit_in_ui(space_id, serialized_space=f'{{"version": 2, "x": {nested(900)}}}')

    for path in ("", "/raw"):
        assert requests.get(f"{workspace.url}/genie/rooms/{space_id}{path}", timeout=10).status_code in (200, 400)


@pytest.mark.parametrize("text", ['{"title": NaN}', '{"title": "\\ud800"}', '{"title": 1e', "[1]", "\ufeff{"])
def test_what_is_no_json_is_malformed(workspace, text):
    answer = requests.post(workspace.url + SPACES, data=text.encode(), headers=HEADERS, timeout=10)

    assert error_of(answer) == (400, "MALFORMED_REQUEST")


def test_half_a_character_in_a_definition_is_refused(api):
    body = json.dumps({"version": 2, "config": {"sample_questions": [{"id": "a" * 32, "question": ["\ud800"]}]}})

    assert error_of(api.create(body)) == (400, "INVALID_PARAMETER_VALUE")


@pytest.mark.parametrize("query", [{"startIndex": "x"}, {"count": "x"}, {"startIndex": "9" * 5000}])
def test_pages_of_principals_that_are_no_numbers_are_refused(api, query):
    assert error_of(api.get("/api/2.0/preview/scim/v2/Users", **query)) == (400, "INVALID_PARAMETER_VALUE")


@pytest.mark.parametrize("entries", ["x", [1], {"a": 1}])
def test_a_list_that_is_none_is_malformed(api, entries):
    space_id = api.made(title="x")["space_id"]

    answer = api.ask("PUT", f"/api/2.0/permissions/genie/{space_id}", {"access_control_list": entries})

    assert error_of(answer) == (400, "MALFORMED_REQUEST")
