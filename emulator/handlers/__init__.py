"""handlers: the API's calls, one module a family of them, as the workspace's documentation groups them.

In: a Starlette request that `http.door` let in. Out: an answer in the shape and with the status the API has.
A handler reads what was asked, has `genie`, `sql`, `catalog` or `state` do it, and words the answer. What two
families share lives below; handlers never call each other, and no SQL is written here but to look things up.
"""

from . import (
    conversations,
    entity_tags,
    evaluations,
    files,
    genie_spaces,
    host_metadata,
    jobs,
    permissions,
    scim,
    sql_statements,
    sql_warehouses,
    unity_catalog,
    unity_catalog_privileges,
    workspace_objects,
)

_FAMILIES = (
    conversations,
    entity_tags,
    evaluations,
    files,
    genie_spaces,
    host_metadata,
    jobs,
    permissions,
    scim,
    sql_statements,
    sql_warehouses,
    unity_catalog,
    unity_catalog_privileges,
    workspace_objects,
)
ROUTES = [route for family in _FAMILIES for route in family.routes]
