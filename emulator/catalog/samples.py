"""samples: the `samples` catalog, which every workspace has.

Names and types are those of Databricks' own sample data. Its tables hold no rows here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import privileges, securables

if TYPE_CHECKING:
    from ..workspace import Workspace

TABLES: dict[str, str] = {
    "nyctaxi.trips": """tpep_pickup_datetime timestamp, tpep_dropoff_datetime timestamp, trip_distance double,
        fare_amount double, pickup_zip int, dropoff_zip int""",
    "tpch.customer": """c_custkey bigint, c_name string, c_address string, c_nationkey bigint, c_phone string,
        c_acctbal decimal(18,2), c_mktsegment string, c_comment string""",
    "tpch.lineitem": """l_orderkey bigint, l_partkey bigint, l_suppkey bigint, l_linenumber int,
        l_quantity decimal(18,2), l_extendedprice decimal(18,2), l_discount decimal(18,2), l_tax decimal(18,2),
        l_returnflag string, l_linestatus string, l_shipdate date, l_commitdate date, l_receiptdate date,
        l_shipinstruct string, l_shipmode string, l_comment string""",
    "tpch.nation": "n_nationkey bigint, n_name string, n_regionkey bigint, n_comment string",
    "tpch.orders": """o_orderkey bigint, o_custkey bigint, o_orderstatus string, o_totalprice decimal(18,2),
        o_orderdate date, o_orderpriority string, o_clerk string, o_shippriority int, o_comment string""",
    "tpch.part": """p_partkey bigint, p_name string, p_mfgr string, p_brand string, p_type string, p_size int,
        p_container string, p_retailprice decimal(18,2), p_comment string""",
    "tpch.partsupp": """ps_partkey bigint, ps_suppkey bigint, ps_availqty int, ps_supplycost decimal(18,2),
        ps_comment string""",
    "tpch.region": "r_regionkey bigint, r_name string, r_comment string",
    "tpch.supplier": """s_suppkey bigint, s_name string, s_address string, s_nationkey bigint, s_phone string,
        s_acctbal decimal(18,2), s_comment string""",
    "bakehouse.media_customer_reviews": """review string, franchiseID bigint, review_date timestamp,
        new_id int""",
    "bakehouse.media_gold_reviews_chunked": """franchiseID bigint, review_date timestamp, chunked_text string,
        chunk_id string, review_uri string""",
    "bakehouse.sales_customers": """customerID bigint, first_name string, last_name string, email_address string,
        phone_number string, address string, city string, state string, country string, continent string,
        postal_zip_code bigint, gender string""",
    "bakehouse.sales_franchises": """franchiseID bigint, name string, city string, district string,
        zipcode string, country string, size string, longitude double, latitude double, supplierID bigint""",
    "bakehouse.sales_suppliers": """supplierID bigint, name string, ingredient string, continent string,
        city string, district string, size string, longitude double, latitude double, approved string""",
    "bakehouse.sales_transactions": """transactionID bigint, customerID bigint, franchiseID bigint,
        dateTime timestamp, product string, quantity bigint, unitPrice bigint, totalPrice bigint,
        paymentMethod string, cardNumber bigint""",
}


def furnish(workspace: Workspace) -> None:
    """Put the catalog in place, readable by all, writable by none; `main` is readable by all too."""
    securables.put_catalog(workspace, "samples", owner=securables.SYSTEM_OWNER, comment="Sample data by Databricks")
    securables.put_catalog(workspace, "main", owner=workspace.user)
    securables.put_schema(workspace, "main.default", owner=workspace.user)
    for catalog in ("samples", "main"):
        privileges.grant(workspace, "catalog", catalog, privileges.EVERYBODY, list(privileges.READ))
    for name, columns in TABLES.items():
        full_name = f"samples.{name}"
        securables.put_schema(workspace, full_name.rpartition(".")[0], owner=securables.SYSTEM_OWNER)
        securables.put_table(workspace, full_name, securables.columns_from(columns), owner=securables.SYSTEM_OWNER)
