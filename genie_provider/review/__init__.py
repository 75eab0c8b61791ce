"""review: what an `up` would do, as a person reads it in a pull request.

In: the document of `pulumi preview --json`, and benchmark results as `eval` saves them. Out: a `Review`, and texts of
it: markdown for GitHub, GitLab and Azure DevOps, one page of HTML, plain text, JSON. Never here: a call to anybody,
a file, Pulumi.
"""
