"""plugin: the process that Pulumi's engine starts for the dynamic resources of this project.

It takes the place of `python -m pulumi.dynamic` (see `plugins.providers` in Pulumi.yaml)
and adds what the stock host lacks: import, entry-by-entry diffs, clean errors, kept ids.
The rooms: `servicer` hears the engine and routes; `ours` serves our kinds of resource
(`registry`), `stock_kinds` everybody else's; `structs`, `detailed_diff`, `errors` and `log` translate;
`shutdown` decides when the process ends.
"""
