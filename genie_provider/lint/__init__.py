"""lint: the rules that specs have to follow. One rule is one module: its id, its level, its manual page, its check.

In: specs and what the stack wants of them. Out: findings, each with a path that `check` turns into file, line and
column. Never changes a spec, never asks a workspace.

A rule's module has `ID`, `LEVEL` and a docstring: one sentence, the reason (with its source where the reason is
somebody's guidance), and specs that pass and fail, which the tests run. What else it may have is told in `rule`.
"""
