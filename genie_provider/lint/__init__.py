"""lint: the rules that specs have to follow, checked without network.

In: specs and what the stack wants of them. Out: findings, each with a path that the loader turns into file, line
and column. Never changes a spec, never asks a workspace.
"""
