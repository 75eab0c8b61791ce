"""emulator.handlers.unity_catalog and catalog: tables, schemas and what is missing of them."""

from emulator_caller import error_of

CATALOG = "/api/2.1/unity-catalog"


def test_the_samples_catalog_is_there_in_any_case(api):
    trips = api.get(f"{CATALOG}/tables/SAMPLES.NycTaxi.Trips").json()

    assert [each["name"] for each in trips["columns"]] == [
        "tpep_pickup_datetime",
        "tpep_dropoff_datetime",
        "trip_distance",
        "fare_amount",
        "pickup_zip",
        "dropoff_zip",
    ]
    tables = api.get(f"{CATALOG}/tables", catalog_name="samples", schema_name="tpch").json()["tables"]
    assert len(tables) == 8
    assert [each["name"] for each in api.get(f"{CATALOG}/schemas", catalog_name="samples").json()["schemas"]] == [
        "bakehouse",
        "nyctaxi",
        "tpch",
    ]


def test_the_outermost_missing_part_is_named(api):
    assert error_of(api.get(f"{CATALOG}/tables/no.b.c")) == (404, "CATALOG_DOES_NOT_EXIST")
    assert error_of(api.get(f"{CATALOG}/tables/samples.no.c")) == (404, "SCHEMA_DOES_NOT_EXIST")
    assert error_of(api.get(f"{CATALOG}/tables/samples.tpch.no")) == (404, "TABLE_DOES_NOT_EXIST")
    assert error_of(api.get(f"{CATALOG}/functions/samples.tpch.no")) == (404, "FUNCTION_DOES_NOT_EXIST")
    assert api.get(f"{CATALOG}/tables/samples.tpch.no/exists").json() == {"table_exists": False}


def test_schemas_are_made_and_removed_by_the_api(api, workspace):
    assert api.ask("POST", f"{CATALOG}/schemas", {"catalog_name": "main", "name": "sales"}).status_code == 200
    workspace.control.add_table("main.sales.orders", "id bigint, amount decimal(10,2), tags array<string>")
    columns = api.get(f"{CATALOG}/tables/main.sales.orders").json()["columns"]
    assert [each["type_text"] for each in columns] == ["bigint", "decimal(10,2)", "array<string>"]

    assert error_of(api.ask("DELETE", f"{CATALOG}/schemas/main.sales")) == (400, "INVALID_STATE")
    assert api.ask("DELETE", f"{CATALOG}/schemas/main.sales", force="true").status_code == 200
    assert error_of(api.get(f"{CATALOG}/tables/main.sales.orders")) == (404, "SCHEMA_DOES_NOT_EXIST")
