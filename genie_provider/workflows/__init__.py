"""workflows: what the commands do, callable from Python: validate, import, export, pull, clone, recover, doctor.

In: settings, words of the user, a workspace. Out: results as data. Nothing here prints or parses arguments.
"""
