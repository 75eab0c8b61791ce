"""One call: what is waited for, what is repeated, what ends it. Odd servers on loopback, odd answers."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
import requests
import responses

from genie_provider.client import Access, Workspace, reporting
from genie_provider.client.http.pacing import Concurrency
from genie_provider.errors import WorkspaceError
from tests.client.oddities import (
    HOST,
    SPACES,
    TOKEN,
    FakeClock,
    a_space,
    answering,
    at,
    dropping,
    halving,
    hanging,
)

ONE = f"{SPACES}/{'a' * 32}"
ID = "a" * 32
LIMITED = {"error_code": "REQUEST_LIMIT_EXCEEDED", "message": "slow down"}
NEW = {"title": "Sales", "warehouse_id": "w1", "body": {"version": 2}}


def refused_with(call: Any, *args: Any, **kwargs: Any) -> WorkspaceError:
    with pytest.raises(WorkspaceError) as caught:
        call(*args, **kwargs)
    return caught.value


# Limits


def test_a_429_waits_as_asked_and_says_so(
    workspace: Workspace, script: responses.RequestsMock, clock: FakeClock
) -> None:
    heard: list[str] = []
    script.get(ONE, json=LIMITED, status=429, headers={"Retry-After": "3"})
    script.get(ONE, json=a_space())

    with reporting(heard.append):
        assert workspace.get(ID)

    assert 3 <= clock.slept[0] <= 3.5
    assert heard == ["waiting 3 s: the workspace limits requests (429)"]


def test_a_429_with_a_date_waits_until_then(
    workspace: Workspace, script: responses.RequestsMock, clock: FakeClock
) -> None:
    script.get(ONE, json=LIMITED, status=429, headers={"Retry-After": "Fri, 15 Jan 2027 08:00:07 GMT"})
    script.get(ONE, json=a_space())

    workspace.get(ID)

    assert 7 <= clock.slept[0] <= 7.5


def test_a_429_without_retry_after_and_without_json_backs_off(
    workspace: Workspace, script: responses.RequestsMock, clock: FakeClock
) -> None:
    for _ in range(3):
        script.get(ONE, body="<html>busy</html>", status=429)
    script.get(ONE, json=a_space())

    assert workspace.get(ID)
    assert len(clock.slept) == 3


def test_a_create_waits_for_a_429_too(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.post(SPACES, json=LIMITED, status=429)
    script.post(SPACES, json=a_space())

    assert workspace.create(**NEW).space_id == ID


def test_a_limit_that_outlasts_the_budget_is_limited(
    workspace: Workspace, script: responses.RequestsMock, clock: FakeClock
) -> None:
    script.get(ONE, json=LIMITED, status=429, headers={"Retry-After": "50"})

    error = refused_with(workspace.get, ID)

    assert (error.kind, error.status, error.retry_after_s) == ("limited", 429, 50)
    assert sum(clock.slept) <= 120


def test_a_retry_after_beyond_the_budget_is_not_waited_for(
    workspace: Workspace, script: responses.RequestsMock, clock: FakeClock
) -> None:
    script.get(ONE, json=LIMITED, status=429, headers={"Retry-After": "3600"})

    assert refused_with(workspace.get, ID).kind == "limited"
    assert clock.slept == []


def test_a_503_is_waited_for_on_reads(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.get(ONE, body="", status=503, headers={"Retry-After": "1"})
    script.get(ONE, json=a_space())

    assert workspace.get(ID)


def test_the_token_bucket_text_is_a_limit(workspace: Workspace, script: responses.RequestsMock) -> None:
    text = "RPC token bucket limit has been exceeded for this service."
    script.get(ONE, json={"error_code": "BAD_REQUEST", "message": text}, status=400)
    script.get(ONE, json=a_space())

    assert workspace.get(ID)


def test_three_of_ten_calls_limited_and_a_hundred_spaces_get_through(
    workspace: Workspace, script: responses.RequestsMock, clock: FakeClock
) -> None:
    calls = iter(range(10_000))

    def answer(request: Any) -> tuple[int, dict[str, str], str]:
        return (429, {"Retry-After": "1"}, "{}") if next(calls) % 10 < 3 else (200, {}, f'{{"space_id":"{ID}"}}')

    script.add_callback(responses.POST, SPACES, answer)
    for _ in range(100):
        workspace.create(**NEW)

    assert next(calls) < 150


def test_a_limit_narrows_the_lanes(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.get(ONE, json=LIMITED, status=429)
    script.get(ONE, json=a_space())

    workspace.get(ID)

    assert workspace._transport.concurrency.limit < 10


def test_lanes_bound_what_is_under_way() -> None:
    concurrency = Concurrency(FakeClock(), start=2)
    peak: list[int] = []

    def work() -> None:
        with concurrency.slot():
            peak.append(concurrency.under_way)
            time.sleep(0.005)

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert max(peak) == 2


# Lost answers


@pytest.mark.parametrize(
    "oddity", [dropping, halving, answering(500, {"error_code": "INTERNAL_ERROR", "message": "x"})]
)
def test_a_read_survives_an_answer_lost_once(odd: Any, oddity: Any) -> None:
    server = odd(oddity, answering(200, a_space()))

    found = at(server, clock=FakeClock()).get(ID)

    assert found
    assert found.title == "Sales"
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "oddity", [dropping, halving, answering(500, {"error_code": "INTERNAL_ERROR", "message": "x"})]
)
def test_an_update_survives_an_answer_lost_once(odd: Any, oddity: Any) -> None:
    server = odd(oddity, answering(200, a_space(title="New")))

    assert at(server, clock=FakeClock()).update(ID, {"title": "New"}).title == "New"


@pytest.mark.parametrize(
    "oddity",
    [
        dropping,
        halving,
        answering(500, {"error_code": "INTERNAL_ERROR", "message": "x"}),
        answering(502, {}),
        answering(503, {"error_code": "TEMPORARILY_UNAVAILABLE", "message": "x"}),
        answering(504, {"error_code": "DEADLINE_EXCEEDED", "message": "x"}),
        answering(200, ["not a space"]),
        answering(200, {"title": "no id"}),
        answering(200, {"error_code": "INTERNAL_ERROR", "message": "inside"}),
    ],
)
def test_a_create_with_an_unclear_answer_is_ambiguous_after_one_attempt(odd: Any, oddity: Any) -> None:
    server = odd(oddity)

    error = refused_with(at(server, clock=FakeClock()).create, **NEW)

    assert error.kind == "ambiguous"
    assert len(server.requests) == 1


def test_an_update_with_an_etag_is_not_repeated(odd: Any) -> None:
    server = odd(dropping, answering(200, a_space()))

    assert refused_with(at(server, clock=FakeClock()).update, ID, {"title": "x", "etag": "e"}).kind == "ambiguous"
    assert len(server.requests) == 1


def test_a_create_that_hangs_is_ambiguous(odd: Any) -> None:
    server = odd(hanging)

    assert refused_with(at(server, answer_s=0.2).create, **NEW).kind == "ambiguous"
    assert len(server.requests) == 1


def test_a_read_that_hangs_once_is_asked_again_in_time(odd: Any) -> None:
    server = odd(hanging, answering(200, a_space()))

    assert at(server, answer_s=1.0).get(ID)


def test_a_host_that_never_answers_is_named_within_the_limit_by_all_threads(odd: Any) -> None:
    server = odd(hanging)
    workspace = at(server, answer_s=0.5)
    errors: list[WorkspaceError] = []
    threads = [
        threading.Thread(target=lambda n=n: errors.append(refused_with(workspace.get, f"{n}"))) for n in range(30)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert time.monotonic() - began < 1.5
    assert {error.kind for error in errors} == {"unreachable"}
    assert all(server.url in str(error) for error in errors)


def test_an_answer_that_drips_is_not_waited_for(odd: Any) -> None:
    def drip(connection: Any, line: str) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            connection.sendall(b" ")
            time.sleep(0.05)
        return False

    began = time.monotonic()

    assert refused_with(at(odd(drip), answer_s=0.4).get, ID).kind == "unreachable"
    assert time.monotonic() - began < 2


def test_nobody_listening_is_unreachable_also_for_a_create() -> None:
    nobody = at("http://127.0.0.1:9", clock=FakeClock())

    assert refused_with(nobody.create, **NEW).kind == "unreachable"
    error = refused_with(nobody.get, ID)
    assert error.kind == "unreachable"
    assert "127.0.0.1:9: connection refused" in str(error)


def test_a_create_is_repeated_while_nothing_was_sent(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.post(SPACES, body=requests.ConnectTimeout("no route"))
    script.post(SPACES, json=a_space())

    assert workspace.create(**NEW).space_id == ID


def test_an_unknown_name_is_said_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def no_name(*args: Any, **kwargs: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_name)
    monkeypatch.delenv("HTTPS_PROXY", raising=False)
    monkeypatch.delenv("https_proxy", raising=False)
    lost = Workspace(Access.find("https://no-such.example.com", None, TOKEN, env={}), clock=FakeClock())

    error = refused_with(lost.get, ID)

    assert error.kind == "unreachable"
    assert "https://no-such.example.com: no such host name" in str(error)


def test_stop_ends_waiting_at_once(odd: Any) -> None:
    server = odd(answering(429, LIMITED, "Retry-After: 60"))
    workspace = at(server)
    threading.Timer(0.1, workspace.stop).start()
    began = time.monotonic()

    assert refused_with(workspace.get, ID).kind == "limited"
    assert time.monotonic() - began < 2


# What is sent


def test_a_create_is_sent_compactly_and_signed(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.post(SPACES, json=a_space())

    workspace.create(title="T/ü", warehouse_id="w", body={"version": 2, "x": "ü"}, parent_path="/Users/me")

    request = script.calls[0].request
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert '"serialized_space":"{\\"version\\":2,' in request.body.decode()
    assert b'"description"' not in request.body


def test_redirects_are_not_followed(odd: Any) -> None:
    other = odd(answering(200, a_space()))
    server = odd(answering(302, {}, f"Location: {other.url}/login.html?next=x"))

    error = refused_with(at(server, clock=FakeClock()).get, ID)

    assert error.kind == "garbled"
    assert "login.html" in str(error)
    assert "next=x" not in str(error)
    assert other.requests == []


def test_netrc_and_proxies_of_the_environment_do_not_touch_a_loopback_host(
    odd: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password other-secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    server = odd(answering(200, a_space()))

    at(server).get(ID)

    assert f"Authorization: Bearer {TOKEN}" in server.heads[0]


def test_connections_are_kept(odd: Any) -> None:
    server = odd(answering(200, a_space()))
    workspace = at(server)
    for _ in range(5):
        workspace.get(ID)

    assert len(server._open) == 1


def test_cookies_are_not_kept(odd: Any) -> None:
    server = odd(answering(200, a_space(), "Set-Cookie: a=b"))
    workspace = at(server)
    workspace.get(ID)
    workspace.get(ID)

    assert "Cookie" not in server.heads[1]


def test_an_id_never_leaves_its_place_in_the_path(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.get(f"{SPACES}/..%2F..%2Fother%3Fx", json={"error_code": "RESOURCE_DOES_NOT_EXIST"}, status=404)

    assert workspace.get("../../other?x") is None


def test_the_same_question_asked_by_many_threads_is_sent_once(odd: Any) -> None:
    def slow(connection: Any, line: str) -> bool:
        time.sleep(0.05)
        return answering(200, {"userName": "me@x.com"})(connection, line)

    server = odd(slow)
    workspace = at(server)
    threads = [threading.Thread(target=workspace.me) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(server.requests) == 1


def test_a_failure_shared_by_threads_names_each_its_own_space(workspace: Workspace) -> None:
    from genie_provider.client.single_flight import SingleFlight

    once = SingleFlight()
    gate = threading.Event()
    errors: list[WorkspaceError] = []

    def ask() -> None:
        gate.wait(1)
        raise WorkspaceError("failed", "list", "x")

    def work(name: str) -> None:
        errors.append(refused_with(once.get, "k", ask).about(name))

    threads = [threading.Thread(target=work, args=(f"s{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()

    assert {error.space for error in errors} == {"s0", "s1", "s2", "s3"}
    assert HOST in workspace.host
