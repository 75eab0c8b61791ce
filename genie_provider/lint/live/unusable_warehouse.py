"""A warehouse that is not there, or whose name several have."""

ID = "unusable-warehouse"
LEVEL = "error"
WHEN = "outside"
