"""evaluation: what a space's benchmark runs prove, and whether that is enough.

In: runs as the workspace tells them (`records`), a policy. Out: verdicts with their spread, a judgement, reports.
Never here: a call to the workspace, Pulumi, a file other than the saved evaluations.
"""
