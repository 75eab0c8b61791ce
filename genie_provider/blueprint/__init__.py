"""blueprint: what stands around the spaces, as a person writes it: catalogs, schemas, volumes, grants, warehouses, jobs
and SQL objects.

In: the files that `genie:blueprint` names, and what the stack gives (variables, tags). Out: a `Blueprint` with a name
for every entry, and every problem of every file with its line.

    models        an entry of each kind
    patterns      "{env}_{domain}" → a name
    names         the names of all entries; what specs mean by ${schemas.sales}
    graph         what refers to what; references to nothing and cycles
    sql_files     the SQL files that entries name
    loader        files → a blueprint, or its problems
    json_schema   for editors

Never done here: nothing is sent and nothing of Pulumi is imported; `composition` makes resources of it.
"""
