"""statements: rules about what SQL says. Those that parse it run in `validate` alone."""
