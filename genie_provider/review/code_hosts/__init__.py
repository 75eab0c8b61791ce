"""code_hosts: GitHub, GitLab and Azure DevOps, as far as a report needs them: one comment of our own on a pull request,
one issue of our own for a night's drift.

In: a text that begins with a marker. Out: where it stands. Never here: what the text says, a workspace, a spec. Tokens
go to the one host they are for, never to one that an answer names.
"""
