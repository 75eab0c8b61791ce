"""emulator.handlers.sql_statements and the SQL behind it."""

import pytest
from emulator_caller import error_of

CATALOG = "/api/2.1/unity-catalog"
CREATE = """CREATE TABLE IF NOT EXISTS `main`.`shop`.`orders` (
    `id` BIGINT NOT NULL COMMENT 'key', amount DECIMAL(10, 2), paid BOOLEAN, day DATE, at TIMESTAMP, note STRING)
    COMMENT 'One row an order' TBLPROPERTIES ('made.by' = 'us')"""


@pytest.fixture
def shop(api):
    for statement in ("CREATE SCHEMA IF NOT EXISTS main.shop COMMENT 'ours'", CREATE):
        api.rows(statement)
    return api


def failed(api, statement, **rest):
    status = api.sql(statement, **rest)["status"]
    assert status["state"] == "FAILED"
    return status["error"]["message"]


def test_a_created_table_is_in_the_catalog(shop):
    table = shop.get(f"{CATALOG}/tables/main.shop.orders").json()

    assert [(each["name"], each["type_text"]) for each in table["columns"]] == [
        ("id", "bigint"),
        ("amount", "decimal(10,2)"),
        ("paid", "boolean"),
        ("day", "date"),
        ("at", "timestamp"),
        ("note", "string"),
    ]
    assert table["comment"] == "One row an order"
    assert table["columns"][0]["comment"] == "key"
    assert not table["columns"][0]["nullable"]
    assert table["properties"] == {"made.by": "us"}
    assert shop.get(f"{CATALOG}/schemas/main.shop").json()["comment"] == "ours"


def test_rows_come_back_in_the_form_of_their_types(shop):
    shop.rows(
        "INSERT INTO main.shop.orders VALUES (1, 2.5, true, DATE'2024-01-02', "
        "TIMESTAMP'2024-01-02 10:11:12', 'it\\'s'), (2, NULL, false, NULL, NULL, NULL)"
    )

    assert shop.rows("SELECT * FROM main.shop.orders ORDER BY id") == [
        ["1", "2.50", "true", "2024-01-02", "2024-01-02T10:11:12.000Z", "it's"],
        ["2", None, "false", None, None, None],
    ]
    assert shop.rows("SELECT count(*) FROM main.shop.orders WHERE paid") == [["1"]]


def test_values_are_bound_by_name_and_stay_values(shop):
    evil = "'); DROP TABLE main.shop.orders; --"
    shop.rows(
        "INSERT INTO main.shop.orders (id, note) VALUES (:id, :note)",
        parameters=[{"name": "id", "value": "7", "type": "BIGINT"}, {"name": "note", "value": evil}],
    )

    assert shop.rows("SELECT id, note FROM main.shop.orders") == [["7", evil]]


def test_a_failed_statement_is_a_success_of_http(shop):
    assert failed(shop, "SELECT * FROM main.shop.nothing").startswith("[TABLE_OR_VIEW_NOT_FOUND]")
    assert failed(shop, "SELECT nothing FROM main.shop.orders").startswith("[UNRESOLVED_COLUMN")
    assert failed(shop, "SELEKT 1").startswith("[PARSE_SYNTAX_ERROR]")
    assert failed(shop, "CREATE SCHEMA main.shop").startswith("[SCHEMA_ALREADY_EXISTS]")
    assert failed(shop, CREATE.replace("IF NOT EXISTS ", "")).startswith("[TABLE_OR_VIEW_ALREADY_EXISTS]")
    assert failed(shop, "INSERT INTO main.shop.orders VALUES (1)").startswith("[INSERT_COLUMN_ARITY_MISMATCH]")
    assert failed(shop, "DROP SCHEMA main.shop").startswith("[SCHEMA_NOT_EMPTY]")
    assert failed(shop, "SELECT 1; SELECT 2").startswith("[PARSE_SYNTAX_ERROR]")


def test_the_samples_cannot_be_written(api):
    assert failed(api, "INSERT INTO samples.nyctaxi.trips (fare_amount) VALUES (1)").startswith(
        "[INSUFFICIENT_PERMISSIONS]"
    )
    assert failed(api, "DROP TABLE samples.nyctaxi.trips").startswith("[INSUFFICIENT_PERMISSIONS]")


def test_a_replaced_table_has_new_columns_and_no_rows(shop):
    shop.rows("INSERT INTO main.shop.orders (id) VALUES (1)")
    shop.rows("CREATE OR REPLACE TABLE main.shop.orders (id INT, name STRING)")

    assert shop.rows("SELECT * FROM main.shop.orders") == []
    assert len(shop.get(f"{CATALOG}/tables/main.shop.orders").json()["columns"]) == 2


def test_tables_and_views_are_made_of_queries(shop):
    shop.rows("INSERT INTO main.shop.orders (id, note) VALUES (1, 'a'), (2, 'b')")
    shop.rows("CREATE TABLE main.shop.copy AS SELECT id, note FROM main.shop.orders WHERE id > 1")
    shop.rows("CREATE OR REPLACE VIEW main.shop.seen AS SELECT note FROM main.shop.copy")

    assert shop.rows("SELECT * FROM main.shop.copy") == [["2", "b"]]
    assert shop.rows("SELECT * FROM main.shop.seen") == [["b"]]
    assert shop.get(f"{CATALOG}/tables/main.shop.seen").json()["table_type"] == "VIEW"


def test_a_metric_view_has_its_dimensions_and_measures_as_columns(shop):
    shop.rows(
        "CREATE OR REPLACE VIEW main.shop.mv WITH METRICS LANGUAGE YAML AS $$\nversion: 0.1\n"
        "source: main.shop.orders\ndimensions:\n  - name: Order day\n    expr: day\n"
        "measures:\n  - name: total\n    expr: sum(amount)\n$$"
    )

    table = shop.get(f"{CATALOG}/tables/main.shop.mv").json()
    assert table["table_type"] == "METRIC_VIEW"
    assert [each["name"] for each in table["columns"]] == ["Order day", "total"]


def test_functions_are_made_and_dropped(shop):
    shop.rows(
        "CREATE OR REPLACE FUNCTION main.shop.change(before DOUBLE COMMENT 'old', after DOUBLE) RETURNS DOUBLE "
        "LANGUAGE SQL COMMENT 'Growth' RETURN CASE WHEN before = 0 THEN NULL ELSE after / before END"
    )

    function = shop.get(f"{CATALOG}/functions/main.shop.change").json()
    assert function["full_data_type"] == "double"
    assert function["comment"] == "Growth"
    assert [each["name"] for each in function["input_params"]["parameters"]] == ["before", "after"]
    shop.rows("DROP FUNCTION main.shop.change")
    assert error_of(shop.get(f"{CATALOG}/functions/main.shop.change")) == (404, "FUNCTION_DOES_NOT_EXIST")


def test_comments_properties_and_columns_are_altered(shop):
    shop.rows("COMMENT ON TABLE main.shop.orders IS 'new'")
    shop.rows("ALTER TABLE main.shop.orders SET TBLPROPERTIES ('a.b' = 'c')")
    shop.rows("ALTER TABLE main.shop.orders ADD COLUMNS (extra INT COMMENT 'more')")

    table = shop.get(f"{CATALOG}/tables/main.shop.orders").json()
    assert table["comment"] == "new"
    assert table["columns"][-1]["comment"] == "more"
    assert shop.rows("SHOW TBLPROPERTIES main.shop.orders") == [["a.b", "c"], ["made.by", "us"]]
    assert shop.rows("SELECT extra FROM main.shop.orders") == []


def test_what_is_there_can_be_asked_in_sql(shop):
    assert shop.rows("SHOW TABLES IN main.shop") == [["shop", "orders", "false"]]
    assert shop.rows("DESCRIBE TABLE main.shop.orders")[0] == ["id", "bigint", "key"]
    assert shop.rows("SELECT table_name FROM main.information_schema.tables WHERE table_schema = 'shop'") == [
        ["orders"]
    ]
    assert shop.rows("SELECT current_user()") == [["you@example.com"]]


def test_dropping_a_schema_with_cascade_leaves_nothing(shop):
    shop.rows("DROP SCHEMA main.shop CASCADE")

    assert shop.rows("DROP SCHEMA IF EXISTS main.shop CASCADE") == []
    assert failed(shop, "SELECT * FROM main.shop.orders").startswith("[SCHEMA_NOT_FOUND]")
    assert error_of(shop.get(f"{CATALOG}/schemas/main.shop")) == (404, "SCHEMA_DOES_NOT_EXIST")


def test_rows_are_updated_deleted_and_truncated(shop):
    shop.rows("INSERT INTO main.shop.orders (id) VALUES (1), (2), (3)")
    assert shop.rows("UPDATE main.shop.orders SET note = 'x' WHERE id > 1") == [["2"]]
    assert shop.rows("DELETE FROM main.shop.orders WHERE note = 'x'") == [["2"]]
    shop.rows("TRUNCATE TABLE main.shop.orders")
    assert shop.rows("SELECT count(*) FROM main.shop.orders") == [["0"]]


def test_a_slow_statement_runs_on_and_can_be_polled_and_cancelled(api, workspace):
    workspace.control.set_settings(statement_s=60)
    begun = api.sql("SELECT 1", wait_timeout="0s")
    path = f"/api/2.0/sql/statements/{begun['statement_id']}"

    assert begun["status"]["state"] == "RUNNING"
    assert api.get(path).json()["status"]["state"] == "RUNNING"
    api.ask("POST", f"{path}/cancel")
    assert api.get(path).json()["status"]["state"] == "CANCELED"


def test_a_statement_that_makes_no_sense_is_an_error_of_http(api):
    statements = "/api/2.0/sql/statements"
    asked = {"statement": "SELECT 1", "warehouse_id": "0123456789abcdef"}

    assert error_of(api.ask("POST", statements, {**asked, "wait_timeout": "3s"})) == (400, "INVALID_PARAMETER_VALUE")
    assert error_of(api.ask("POST", statements, {**asked, "warehouse_id": "x"})) == (404, "RESOURCE_DOES_NOT_EXIST")
    assert error_of(api.get(f"{statements}/none")) == (404, "RESOURCE_DOES_NOT_EXIST")
