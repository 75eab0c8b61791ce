"""A function that the workspace does not have, or does not show to you."""

ID = "missing-function"
LEVEL = "error"
WHEN = "outside"
