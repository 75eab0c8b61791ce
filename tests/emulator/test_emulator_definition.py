"""emulator.rules: what of a definition is refused, and what comes back."""

import copy
import json
from pathlib import Path

import pytest

from emulator.rules.normalisation import normalised, split
from emulator.state.settings import Settings

SHARED = Path(__file__).parents[3] / "shared" / "specs" / "serialized"
A, B, C = "a" * 32, "b" * 32, "c" * 32
MARKER = "--rt=FROM_RELATIONSHIP_TYPE_MANY_TO_ONE--"


def everything():
    """A definition with every known field."""
    return {
        "version": 2,
        "config": {"sample_questions": [{"id": A, "question": ["How many?"]}]},
        "data_sources": {
            "tables": [
                {
                    "identifier": "samples.tpch.orders",
                    "description": ["One row per order.\n", "All years."],
                    "column_configs": [
                        {
                            "column_name": "o_comment",
                            "description": ["Free text"],
                            "synonyms": ["note", "remark"],
                            "exclude": True,
                            "enable_format_assistance": True,
                            "enable_entity_matching": True,
                        }
                    ],
                }
            ],
            "metric_views": [{"identifier": "samples.tpch.part", "description": ["Stand-in"]}],
        },
        "instructions": {
            "text_instructions": [{"id": A, "content": ["Monday first.\n", "Euro."]}],
            "example_question_sqls": [
                {
                    "id": B,
                    "question": ["Orders of a day"],
                    "sql": ["SELECT 1\n", "WHERE x = :day"],
                    "parameters": [
                        {
                            "name": "day",
                            "type_hint": "DATE",
                            "description": ["The day"],
                            "default_value": {"values": ["2024-01-01"]},
                        }
                    ],
                    "usage_guidance": ["For one day"],
                }
            ],
            "sql_functions": [{"id": C, "identifier": "main.default.week"}],
            "join_specs": [
                {
                    "id": "d" * 32,
                    "left": {"identifier": "samples.tpch.orders", "alias": "orders"},
                    "right": {"identifier": "samples.tpch.part", "alias": "part"},
                    "sql": ["`orders`.`a` = `part`.`b`", MARKER],
                    "instruction": ["Often"],
                    "comment": ["Yes"],
                }
            ],
            "sql_snippets": {
                "filters": [
                    {
                        "id": "e" * 32,
                        "sql": ["a > 1"],
                        "display_name": "big",
                        "instruction": ["i"],
                        "synonyms": ["large"],
                        "comment": ["c"],
                    }
                ],
                "expressions": [{"id": "f" * 32, "alias": "y", "sql": ["year(a)"], "display_name": "year"}],
                "measures": [{"id": "0" * 32, "sql": ["sum(a)"], "display_name": "total"}],
            },
        },
        "benchmarks": {
            "questions": [
                {
                    "id": B,
                    "question": ["Total?"],
                    "answer": [{"format": "SQL", "content": ["SELECT 1"]}],
                    "evaluation_note": ["One number"],
                }
            ]
        },
    }


def changed(change):
    body = copy.deepcopy(everything())
    change(body)
    return body


def refused(api, body):
    answer = api.create(body)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE"), answer.text
    return answer.json()["message"]


def test_every_known_field_is_accepted_and_comes_back_as_it_was(api):
    made = api.made(everything(), title="All")

    assert json.loads(made["serialized_space"]) == everything()
    assert list(json.loads(made["serialized_space"])) == [
        "version",
        "config",
        "data_sources",
        "instructions",
        "benchmarks",
    ]


@pytest.mark.parametrize(
    "path", sorted(SHARED.glob("*.json")) or [None], ids=lambda path: getattr(path, "stem", "none")
)
def test_real_bodies_come_back_unchanged(api, workspace, path):
    if path is None:
        pytest.skip(f"no real bodies in {SHARED}")
    body = json.loads(path.read_text(encoding="utf-8"))
    workspace.control.add_tables_of(body)

    made = api.made(path.read_text(encoding="utf-8"), title=path.stem)

    assert json.loads(made["serialized_space"]) == body
    assert api.update(made["space_id"], body).json()["etag"] == made["etag"]


BAD = {
    "unknown-field-at-top": (
        lambda b: b.update(title="x"),
        "Cannot find field: title in message databricks.datarooms.export.GenieSpaceExport",
    ),
    "unknown-field-deep": (
        lambda b: b["data_sources"]["tables"][0]["column_configs"][0].update(data_type="x"),
        "Cannot find field: data_type in message databricks.datarooms.export.ColumnConfig",
    ),
    "alias-in-a-filter": (
        lambda b: b["instructions"]["sql_snippets"]["filters"][0].update(alias="x"),
        "Cannot find field: alias in message databricks.datarooms.export.Filter",
    ),
    "benchmarks-in-instructions": (lambda b: b["instructions"].update(benchmarks={}), "Unknown field 'benchmarks'"),
    "text-for-a-list": (
        lambda b: b["data_sources"]["tables"][0].update(description="x"),
        'Expected an array for description but found "x"',
    ),
    "null-in-a-list": (lambda b: b["config"]["sample_questions"].append(None), "null is not allowed"),
    "no-version": (lambda b: b.pop("version"), "ExportConverter supports versions 1 and 2, but got 0"),
    "version-3": (lambda b: b.update(version=3), "ExportConverter supports versions 1 and 2, but got 3"),
    "no-id": (
        lambda b: b["config"]["sample_questions"][0].pop("id"),
        "sample_question.id must be provided and non-empty. Expected lowercase 32-hex UUID without hyphens",
    ),
    "upper-case-id": (
        lambda b: b["instructions"]["sql_functions"][0].update(id="A" * 32),
        f"Invalid id for sql_function.id: '{'A' * 32}'",
    ),
    "same-id-twice": (lambda b: b["instructions"]["sql_functions"][0].update(id=B), "Duplicate instruction id"),
    "question-id-twice": (lambda b: b["benchmarks"]["questions"][0].update(id=A), "Duplicate question id"),
    "two-text-instructions": (
        lambda b: b["instructions"]["text_instructions"].append({"id": C, "content": ["x"]}),
        "instructions.text_instructions must contain at most one item",
    ),
    "tables-unsorted": (
        lambda b: b["data_sources"]["tables"].append({"identifier": "samples.tpch.nation"}),
        "data_sources.tables must be sorted by identifier",
    ),
    "columns-unsorted": (
        lambda b: b["data_sources"]["tables"][0]["column_configs"].append({"column_name": "a"}),
        "data_sources.table(samples.tpch.orders).column_configs must be sorted by column_name",
    ),
    "examples-unsorted": (
        lambda b: b["instructions"]["example_question_sqls"].append({"id": "1" * 32}),
        "instructions.example_question_sqls must be sorted by id",
    ),
    "functions-unsorted": (
        lambda b: b["instructions"]["sql_functions"].append({"id": "1" * 32, "identifier": "a.b.c"}),
        "instructions.sql_functions must be sorted by (id, identifier)",
    ),
    "version-1-flags": (
        lambda b: b["data_sources"]["tables"][0]["column_configs"][0].update(get_example_values=True),
        "uses version 1 fields (get_example_values, build_value_dictionary) but the export version is 2",
    ),
    "two-part-name": (lambda b: b["data_sources"]["tables"][0].update(identifier="tpch.orders"), "three-level name"),
    "matching-without-assistance": (
        lambda b: b["data_sources"]["tables"][0]["column_configs"][0].pop("enable_format_assistance"),
        "enable_entity_matching requires enable_format_assistance",
    ),
    "nameless-snippet": (
        lambda b: b["instructions"]["sql_snippets"]["measures"][0].pop("display_name"),
        "sql_snippets.measures[0].display_name is required but missing",
    ),
    "empty-snippet": (lambda b: b["instructions"]["sql_snippets"]["measures"][0].update(sql=[]), "must be non-empty"),
    "join-without-marker": (
        lambda b: b["instructions"]["join_specs"][0].update(sql=["a.x = b.x"]),
        "Failed to parse export proto: a.x = b.x",
    ),
    "join-with-and": (
        lambda b: b["instructions"]["join_specs"][0].update(sql=["a.x = b.x AND a.y = b.y", MARKER]),
        "Failed to parse export proto: a.x = b.x AND a.y = b.y",
    ),
    "join-without-sql": (lambda b: b["instructions"]["join_specs"][0].pop("sql"), "Failed to parse export proto: null"),
    "benchmark-without-answer": (
        lambda b: b["benchmarks"]["questions"][0].pop("answer"),
        "benchmark_question must have at least one answer",
    ),
    "benchmark-in-lower-case": (
        lambda b: b["benchmarks"]["questions"][0]["answer"][0].update(format="sql"),
        "Expected SQL",
    ),
    "too-long": (lambda b: b["instructions"]["text_instructions"][0].update(content=["x" * 25_001]), "25000"),
    "too-many-functions": (
        lambda b: b["instructions"].update(
            sql_functions=[{"id": f"{n:032x}", "identifier": "a.b.c"} for n in range(1, 52)]
        ),
        "Exceeded maximum number (50) of certified answer inputs",
    ),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_broken_rule_is_told_in_the_words_of_the_workspace(api, fault):
    change, words = BAD[fault]

    assert words in refused(api, changed(change))
    assert api.listed() == []


def test_only_the_first_broken_rule_is_told(api):
    def two_faults(body):
        body["instructions"]["sql_functions"][0]["id"] = "short"
        body["instructions"]["join_specs"][0]["sql"] = ["nonsense"]

    message = refused(api, changed(two_faults))

    assert "Invalid id for sql_function.id" in message
    assert "nonsense" not in message


def test_an_object_for_the_text_and_a_text_for_the_object_are_told_apart(api):
    answer = api.ask(
        "POST", "/api/2.0/genie/spaces", {"warehouse_id": "0123456789abcdef", "serialized_space": {"version": 2}}
    )
    assert "Expected Scalar value for String field 'serialized_space'" in answer.json()["message"]

    message = refused(api, json.dumps(json.dumps({"version": 2})))
    assert "Invalid JSON in field 'serialized_space'" in message
    assert "Expected 'START_OBJECT' not 'VALUE_STRING'" in message


def test_version_1_comes_back_as_version_2(api):
    column = {"column_name": "o_comment", "get_example_values": True, "build_value_dictionary": True}
    table = {"identifier": "samples.tpch.orders", "column_configs": [column]}

    plain = api.made({"version": 1}, title="a")
    flagged = api.made({"version": 1, "data_sources": {"tables": [table]}}, title="b")

    assert json.loads(plain["serialized_space"]) == {"version": 2, "data_sources": {}}
    assert json.loads(flagged["serialized_space"])["data_sources"]["tables"][0]["column_configs"] == [
        {"column_name": "o_comment", "enable_format_assistance": True, "enable_entity_matching": True}
    ]


def test_false_flags_and_empty_lists_are_dropped(api):
    column = {"column_name": "o_comment", "exclude": False, "synonyms": [], "enable_entity_matching": False}
    body = {
        "version": 2,
        "config": {"sample_questions": []},
        "data_sources": {
            "tables": [{"identifier": "samples.tpch.orders", "description": [], "column_configs": [column]}]
        },
        "instructions": {},
    }

    assert json.loads(api.made(body, title="a")["serialized_space"]) == {
        "version": 2,
        "data_sources": {
            "tables": [{"identifier": "samples.tpch.orders", "column_configs": [{"column_name": "o_comment"}]}]
        },
    }


def test_benchmarks_come_back_in_reverse_and_may_be_sent_so(api):
    questions = [
        {"id": each, "question": ["q"], "answer": [{"format": "SQL", "content": ["SELECT 1"]}]} for each in (A, B, C)
    ]
    made = api.made({"version": 2, "benchmarks": {"questions": questions}}, title="a")

    read = json.loads(made["serialized_space"])
    assert [each["id"] for each in read["benchmarks"]["questions"]] == [C, B, A]
    assert api.update(made["space_id"], read).json()["etag"] == made["etag"]


def test_texts_are_split_after_newlines_whatever_they_were_sent_as(api):
    example = {"id": A, "question": ["q"], "sql": ["SELECT", " 1\nFROM x\n", "WHERE y"]}

    made = api.made({"version": 2, "instructions": {"example_question_sqls": [example]}}, title="a")

    read = json.loads(made["serialized_space"])["instructions"]["example_question_sqls"][0]
    assert read["sql"] == ["SELECT 1\n", "FROM x\n", "WHERE y"]


def test_of_an_instruction_with_newlines_inside_only_the_first_line_survives(api, workspace):
    body = {"version": 2, "instructions": {"text_instructions": [{"id": A, "content": ["one\ntwo\nthree"]}]}}

    def content(made):
        return json.loads(made["serialized_space"])["instructions"]["text_instructions"][0]["content"]

    assert content(api.made(body, title="a")) == ["one\n"]
    workspace.control.set_settings(text_first_line_only=False)
    assert content(api.made(body, title="b")) == ["one\n", "two\n", "three"]


def test_a_text_instruction_without_an_id_is_given_one(api):
    made = api.made({"version": 2, "instructions": {"text_instructions": [{"content": ["x"]}]}}, title="a")

    assert json.loads(made["serialized_space"])["instructions"]["text_instructions"][0]["id"].startswith("01f")


def test_a_later_read_splits_texts_differently_when_told_to(api, workspace):
    space_id = api.made(everything(), title="a")["space_id"]
    workspace.control.set_settings(resplit_on_read=True)

    read = api.body(space_id)

    assert read["instructions"]["text_instructions"][0]["content"] == ["Monday first.\nEuro."]
    assert read["instructions"]["join_specs"][0]["sql"] == ["`orders`.`a` = `part`.`b`", MARKER]
    column = read["data_sources"]["tables"][0]["column_configs"][0]
    assert column["synonyms"] == ["note", "remark"]


def test_metric_views_move_to_the_tables_when_told_to(api, workspace):
    workspace.control.set_settings(metric_views_in_tables=True)

    read = json.loads(api.made(everything(), title="a")["serialized_space"])

    assert [each["identifier"] for each in read["data_sources"]["tables"]] == [
        "samples.tpch.orders",
        "samples.tpch.part",
    ]
    assert "metric_views" not in read["data_sources"]


def test_fields_of_a_later_version_are_kept_once_they_are_known(api, workspace):
    space_id = api.made(everything(), title="a")["space_id"]
    workspace.control.edit_in_ui(
        space_id, set=[{"path": ["data_sources", "tables", 0, "new_feature"], "value": {"deep": [1, None, False]}}]
    )
    body = api.body(space_id)
    assert body["data_sources"]["tables"][0]["new_feature"] == {"deep": [1, None, False]}

    assert "Cannot find field: new_feature" in api.update(space_id, body).json()["message"]
    workspace.control.set_settings(known_extra_fields=["new_feature"])
    assert json.loads(api.update(space_id, body).json()["serialized_space"]) == body


def test_normalising_twice_is_normalising_once():
    once = normalised(everything(), Settings())

    assert normalised(copy.deepcopy(once), Settings()) == once


@pytest.mark.parametrize("text", ["", "a", "a\n", "a\nb", "\n\n", "a\r\nb", "\u2028x\n"])
def test_a_split_text_is_the_same_text(text):
    assert "".join(split(text)) == text
    assert all(element.count("\n") <= 1 for element in split(text))
