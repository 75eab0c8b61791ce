"""moving: names change in identifiers and in SQL; words, strings and comments do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from genie_provider.model.spec import SpaceSpec
from genie_provider.sql import Renames
from genie_provider.workflows.rename import move, moved_spec

TO_PROD = Renames.parse(["dev_sales=sales"])
TO_VARIABLES = Renames.parameterizing({"catalog": "dev_sales", "schema": "core"})


def space(**instructions: Any) -> dict[str, Any]:
    return {
        "title": "Sales of dev_sales",
        "data_sources": {"tables": ["dev_sales.core.orders", {"identifier": "`dev_sales`.core.returns"}]},
        "instructions": instructions,
    }


def example(sql: Any, **fields: Any) -> dict[str, Any]:
    return space(example_question_sqls=[{"question": "How many in dev_sales?", "sql": sql, **fields}])


def sql_of(document: dict[str, Any]) -> Any:
    return document["instructions"]["example_question_sqls"][0]["sql"]


def test_tables_joins_and_functions_get_the_new_name() -> None:
    document = space(
        sql_functions=["dev_sales.core.week", {"identifier": "dev_sales.core.day"}],
        join_specs=[
            {"left": "dev_sales.core.orders", "right": {"identifier": "dev_sales.core.returns"}, "sql": "a.x = b.x"}
        ],
    )

    move(document, TO_PROD)

    assert document["data_sources"]["tables"] == ["sales.core.orders", {"identifier": "`sales`.core.returns"}]
    assert document["instructions"]["sql_functions"] == ["sales.core.week", {"identifier": "sales.core.day"}]
    assert document["instructions"]["join_specs"][0]["left"] == "sales.core.orders"
    assert document["instructions"]["join_specs"][0]["right"] == {"identifier": "sales.core.returns"}


def test_strings_comments_and_words_stay() -> None:
    sql = "-- dev_sales\nSELECT 'dev_sales.core.orders'\nFROM DEV_SALES.core.orders /* dev_sales */"
    document = example(sql, usage_guidance="For dev_sales only.")

    moved = move(document, TO_PROD)

    assert sql_of(document) == "-- dev_sales\nSELECT 'dev_sales.core.orders'\nFROM sales.core.orders /* dev_sales */"
    assert document["title"] == "Sales of dev_sales"
    assert document["instructions"]["example_question_sqls"][0]["usage_guidance"] == "For dev_sales only."
    assert not moved.troubles


def test_lines_stay_lines() -> None:
    document = example(["SELECT 1", "FROM dev_sales.core.orders\n", "WHERE true"])

    move(document, TO_PROD)

    assert sql_of(document) == ["SELECT 1", "FROM sales.core.orders\n", "WHERE true"]


def test_benchmarks_and_snippets_are_moved() -> None:
    document = space(sql_snippets={"measures": [{"display_name": "m", "sql": "sum(dev_sales.core.orders.amount)"}]})
    document["benchmarks"] = [
        {"question": "a", "expected_sql": "SELECT 1 FROM dev_sales.core.orders"},
        {"question": "b", "answer": [{"format": "SQL", "content": ["SELECT 1 ", "FROM dev_sales.core.orders"]}]},
    ]

    move(document, TO_PROD)

    assert document["instructions"]["sql_snippets"]["measures"][0]["sql"] == "sum(sales.core.orders.amount)"
    assert document["benchmarks"][0]["expected_sql"] == "SELECT 1 FROM sales.core.orders"
    assert document["benchmarks"][1]["answer"][0]["content"] == ["SELECT 1 ", "FROM sales.core.orders"]


def test_a_raw_body_is_moved_too() -> None:
    body = {
        "data_sources": {"tables": [{"identifier": "dev_sales.core.orders"}]},
        "instructions": {
            "join_specs": [
                {
                    "left": {"identifier": "dev_sales.core.orders", "alias": "orders"},
                    "right": {"identifier": "dev_sales.core.returns", "alias": "returns"},
                    "sql": ["`orders`.`id` = `returns`.`id`", "--rt=FROM_RELATIONSHIP_TYPE_ONE_TO_ONE--"],
                }
            ],
            "example_question_sqls": [{"question": ["q"], "sql": ["SELECT 1 FROM ", "dev_sales.core.orders"]}],
        },
    }
    document = {"title": "Sales", "serialized_space": body}

    move(document, TO_PROD)

    assert body["data_sources"]["tables"] == [{"identifier": "sales.core.orders"}]
    join = body["instructions"]["join_specs"][0]
    assert join["right"] == {"identifier": "sales.core.returns", "alias": "returns"}
    assert join["sql"] == ["`orders`.`id` = `returns`.`id`", "--rt=FROM_RELATIONSHIP_TYPE_ONE_TO_ONE--"]
    assert body["instructions"]["example_question_sqls"][0]["sql"] == ["SELECT 1 FROM sales.core.orders"]


def test_what_cannot_be_read_is_reported_with_its_place_and_left() -> None:
    document = example("SELECT 1\nFROM (dev_sales.core.orders")

    moved = move(document, TO_PROD)

    assert sql_of(document) == "SELECT 1\nFROM (dev_sales.core.orders"
    assert [trouble.path for trouble in moved.troubles] == [("instructions", "example_question_sqls", 0, "sql")]
    assert moved.troubles[0].where.startswith("instructions.example_question_sqls[0].sql 2:")


def test_a_default_that_is_a_table_is_renamed_and_one_that_may_be_is_reported() -> None:
    parameters = [
        {"name": "t", "default_value": "dev_sales.core.orders"},
        {"name": "c", "default_value": {"values": ["dev_sales"]}},
        {"name": "n", "default_value": {"type": "STRING", "value": "no name"}},
    ]
    document = example("SELECT :t, :c, :n", parameters=parameters)

    moved = move(document, TO_PROD)

    assert parameters[0]["default_value"] == "sales.core.orders"
    assert parameters[1]["default_value"] == {"values": ["dev_sales"]}
    assert len(moved.troubles) == 1


def test_names_become_variables() -> None:
    document = example("SELECT 1 FROM dev_sales.core.orders JOIN orders USING (id)")

    move(document, TO_VARIABLES)

    assert document["data_sources"]["tables"][0] == "${catalog}.${schema}.orders"
    assert sql_of(document) == "SELECT 1 FROM ${catalog}.${schema}.orders JOIN orders USING (id)"


def test_a_file_of_several_spaces_is_moved_as_a_whole() -> None:
    document = {"spaces": [space(), space()]}

    move(document, TO_PROD)

    assert [each["data_sources"]["tables"][0] for each in document["spaces"]] == ["sales.core.orders"] * 2


def test_a_spec_is_moved_and_the_old_one_stays() -> None:
    spec = SpaceSpec.model_validate(space())

    other, moved = moved_spec(spec, TO_PROD)

    assert [table.identifier for table in other.data_sources.tables] == ["sales.core.orders", "sales.core.returns"]
    assert spec.data_sources.tables[0].identifier == "dev_sales.core.orders"
    assert len(moved.changes) == 2


def test_comments_of_a_file_survive_a_move(tmp_path: Path) -> None:
    from genie_provider.workflows.clone import clone_file

    file = tmp_path / "sales.yaml"
    file.write_text(
        "# Ours.\ntitle: Sales\ndata_sources:\n  tables:\n    - dev_sales.core.orders # all of them\n"
        "instructions:\n  example_question_sqls:\n    - id: " + "a" * 32 + "\n      question: How many?\n"
        "      sql: |\n        SELECT count(*) -- rows\n        FROM dev_sales.core.orders\n"
    )

    clone = clone_file(file, "Sales EMEA", renames=[TO_PROD])

    assert clone.text == (
        "# Ours.\ntitle: Sales EMEA\ndata_sources:\n  tables:\n    - sales.core.orders # all of them\n"
        "instructions:\n  example_question_sqls:\n    - question: How many?\n"
        "      sql: |\n        SELECT count(*) -- rows\n        FROM sales.core.orders\n"
    )
