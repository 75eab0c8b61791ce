"""commands: one a module, in a folder for its subject: HELP, add_arguments(parser), run(arguments) → exit code.

Thin: the work is elsewhere. `cli.GROUPS` says which there are.
"""
