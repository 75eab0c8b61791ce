"""joins: rules about how tables are joined."""
