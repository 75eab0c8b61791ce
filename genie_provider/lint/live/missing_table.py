"""A table, view or metric view that the workspace does not have, or does not show to you.

Where a whole schema is missing, that is told once, with the number of its tables that are wanted.
"""

ID = "missing-table"
LEVEL = "error"
WHEN = "outside"
