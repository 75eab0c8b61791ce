"""commands: one a module: HELP, add_arguments(parser), run(arguments) → exit code. Thin: the work is elsewhere."""
