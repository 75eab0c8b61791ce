"""emulator.handlers.evaluations: runs of benchmarks."""

from emulator_caller import SPACES


def test_an_evaluation_walks_to_done_and_counts_only_there(api, workspace):
    workspace.control.set_settings(eval_verdicts={"Q1": "BAD", "Q2": "NEEDS_REVIEW"})
    questions = [
        {"id": f"{n:032x}", "question": [f"Q{n}"], "answer": [{"format": "SQL", "content": ["SELECT 1"]}]}
        for n in range(24)
    ]
    space_id = api.made({"version": 2, "benchmarks": {"questions": questions}}, title="x")["space_id"]
    runs = f"{SPACES}/{space_id}/eval-runs"

    run = api.ask("POST", runs, {}).json()
    walk = [run, api.get(f"{runs}/{run['eval_run_id']}").json(), api.get(f"{runs}/{run['eval_run_id']}").json()]

    assert [each["eval_run_status"] for each in walk] == ["NOT_STARTED", "RUNNING", "DONE"]
    assert ["num_questions" in each for each in walk] == [False, False, True]
    assert (walk[2]["num_questions"], walk[2]["num_correct"], walk[2]["num_needs_review"]) == (24, 22, 1)
    page = api.get(f"{runs}/{run['eval_run_id']}/results").json()
    assert len(page["eval_results"]) == 20
    assert page["next_page_token"]
    bad = next(each for each in questions if each["question"] == ["Q1"])
    details = api.get(f"{runs}/{run['eval_run_id']}/results/{bad['id']}").json()
    assert details["assessment"] == "BAD"
