"""catalog: Unity Catalog: catalogs, schemas, tables, functions, and the samples every workspace has.

In: full names and their descriptions. Out: securables in the shape the API shows, or an `ApiError` that names the
outermost part that is missing. Whether a Genie space may use a table is not decided here.
"""
