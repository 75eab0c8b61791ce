"""data: rules about tables, metric views and their columns."""
