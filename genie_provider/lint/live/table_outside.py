"""A table that only SQL of the space names: Genie does not see it.

Examples and benchmarks may name such a table, but Genie will not use it for other questions.
"""

ID = "table-outside"
LEVEL = "notice"
WHEN = "outside"
