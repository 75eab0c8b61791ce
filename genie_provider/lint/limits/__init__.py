"""limits: rules about what a space can hold. Databricks documents the numbers with the limits of Genie."""
