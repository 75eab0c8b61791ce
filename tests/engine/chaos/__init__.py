"""chaos: real CLI, local workspace, one fault or one kill a case, then a plain `pulumi up` and a verdict.

`python -m tests.engine.chaos` runs all cases and prints a table by kind; `test_chaos.py` runs a short draw.
"""
