"""A user, group or service principal that the workspace does not know."""

ID = "unknown-principal"
LEVEL = "error"
WHEN = "outside"
