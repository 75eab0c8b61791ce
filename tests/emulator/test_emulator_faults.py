"""emulator.http.door, state.faults and control: what goes wrong on purpose."""

import time

import pytest
import requests
from emulator_caller import SPACES, error_of


def gone(call):
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        call()


def test_a_dropped_request_did_nothing(api, workspace):
    workspace.control.add_fault("drop_before", method="POST")

    gone(lambda: api.create(title="x"))

    assert api.listed() == []


def test_a_lost_answer_did_its_work(api, workspace):
    workspace.control.add_fault("drop_after", method="POST")

    gone(lambda: api.create(title="x"))

    assert api.listed() == ["x"]


def test_the_nth_request_is_struck_and_no_other(api, workspace):
    workspace.control.add_fault("status", status=500, path_regex="/genie/spaces$", nth=3)

    assert [api.get(SPACES).status_code for _ in range(5)] == [200, 200, 500, 200, 200]


def test_times_says_how_often(api, workspace):
    workspace.control.add_fault("status", status=503, error_code="TEMPORARILY_UNAVAILABLE", times=2)

    assert [api.get(SPACES).status_code for _ in range(3)] == [503, 503, 200]


def test_a_share_of_requests_is_struck_the_same_way_every_time(api, workspace):
    def draw():
        workspace.control.clear_faults()
        workspace.control.add_fault("429", probability=0.3, seed=7, retry_after=1)
        return [api.get(SPACES).status_code for _ in range(40)]

    first = draw()

    assert first == draw()
    assert 0 < first.count(429) < 40


@pytest.mark.parametrize(("options", "header"), [({"retry_after": 1}, "1"), ({}, None)])
def test_too_many_requests_come_with_and_without_retry_after(api, workspace, options, header):
    workspace.control.add_fault("429", **options)

    answer = api.get(SPACES)

    assert error_of(answer) == (429, "RESOURCE_EXHAUSTED")
    assert answer.headers.get("Retry-After") == header


def test_an_error_after_the_act_leaves_the_act(api, workspace):
    workspace.control.add_fault("status", status=500, after=True, method="POST")

    assert api.create(title="x").status_code == 500
    assert api.listed() == ["x"]


@pytest.mark.parametrize("form", ["broken_json", "html", "empty", "not_object", "error_in_200"])
def test_rubbish_is_answered_with_a_good_status(api, workspace, form):
    workspace.control.add_fault("garbage", form=form)

    answer = api.get(SPACES)

    assert answer.status_code == 200
    assert "spaces" not in answer.text or form == "broken_json"


def test_half_an_answer_breaks_off(api, workspace):
    workspace.control.add_fault("garbage", form="half_body")

    gone(lambda: api.get(SPACES))


def test_a_hanging_request_answers_late(api, workspace):
    workspace.control.add_fault("hang", seconds=0.05, method="POST", after=True)
    before = time.monotonic()

    assert api.create(title="x").status_code == 200
    assert time.monotonic() - before >= 0.05


def test_a_caller_who_hangs_up_is_served_all_the_same(workspace, api):
    workspace.control.add_fault("hang", seconds=0.05, method="POST")
    body = {"warehouse_id": "0123456789abcdef", "serialized_space": '{"version": 2}', "title": "x"}

    with pytest.raises(requests.ReadTimeout):
        requests.post(workspace.url + SPACES, json=body, headers={"Authorization": "Bearer x"}, timeout=(1, 0.01))

    workspace.control.wait_until_served(1)
    assert api.listed() == ["x"]


def test_the_rate_limit_holds_a_burst_and_refuses_the_rest(api, workspace):
    workspace.control.set_settings(rate_limit={"per_second": 0.001, "burst": 3, "retry_after": 2})

    answers = [api.get(SPACES) for _ in range(5)]

    assert sorted(each.status_code for each in answers) == [200, 200, 200, 429, 429]
    assert answers[-1].headers["Retry-After"] == "2"


def test_latency_is_added_to_every_call(api, workspace):
    workspace.control.set_settings(latency_s=0.03)
    before = time.monotonic()
    api.get(SPACES)
    assert time.monotonic() - before >= 0.03


def test_an_unknown_switch_fault_or_match_is_refused(workspace):
    with pytest.raises(ValueError, match="no switch latency"):
        workspace.control.set_settings(latency=1)
    with pytest.raises(ValueError, match="no kind explode"):
        workspace.control.add_fault("explode")
    with pytest.raises(ValueError, match="no fault secs"):
        workspace.control.add_fault("hang", secs=1)


def test_requests_are_logged_and_counted(api, workspace):
    api.made(title="x")
    api.get(SPACES, page_size=5)
    workspace.control.add_fault("drop_before")
    gone(lambda: api.get(SPACES))

    log = workspace.control.requests()

    assert [(each["n"], each["method"], each["status"], each["fault"]) for each in log] == [
        (1, "POST", 200, None),
        (2, "GET", 200, None),
        (3, "GET", None, "drop_before"),
    ]
    assert log[0]["body_size"] > 0
    assert log[0]["user"] == "you@example.com"
    assert log[1]["query"] == "page_size=5"
    assert workspace.control.stats()["routes"] == {f"GET {SPACES}": 2, f"POST {SPACES}": 1}
    workspace.control.clear_requests()
    assert workspace.control.requests() == []


def test_a_reset_leaves_a_workspace_as_new_with_the_same_id(api, workspace):
    api.made(title="x")
    workspace.control.add_table("main.a.b", {"id": "int"})
    workspace.control.add_fault("429", every=True)
    workspace.control.set_settings(latency_s=5)

    workspace.control.reset()

    assert api.listed() == []
    assert workspace.control.settings()["latency_s"] == 0
    assert api.get("/api/2.1/unity-catalog/tables/main.a.b").status_code == 404
    assert api.get(SPACES).headers["X-Databricks-Org-Id"] == workspace.workspace_id


def test_thousands_of_spaces_are_made_at_once(workspace):
    ids = workspace.control.make_spaces(2500, title="Bulk")

    assert len(set(ids)) == 2500
    assert len(workspace.control.spaces()) == 2500


def test_other_sites_cannot_use_the_control_path(workspace):
    answer = requests.post(f"{workspace.url}/_control/reset", headers={"Origin": "https://example.com"}, timeout=10)

    assert answer.status_code == 403
