"""A configured column that its table does not have."""

ID = "missing-column"
LEVEL = "error"
WHEN = "outside"
