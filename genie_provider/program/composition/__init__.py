"""composition: a blueprint as resources of the program, beside the spaces.

In: the stack's `Blueprint`. Out: one resource of pulumi-databricks for each entry (its own name and options), ours
for what pulumi-databricks does not have (SQL objects, runs of jobs), each registered for the spaces that need it.

    apply         the order in which they come, and what waits for what
    databricks    entries → pulumi-databricks; imported only where there is a blueprint
    job_runs      a job that runs before the spaces

Never done here: names are not made, and nothing is checked that `blueprint` can check offline.
"""
