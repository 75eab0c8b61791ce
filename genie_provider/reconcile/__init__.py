"""reconcile: a Genie space as a resource: created once, read, updated, trashed, and nobody's edits lost.

In: inputs and outputs of one resource, and a workspace. Out: what became of it. The only room that decides what is
written to a workspace for a space. Knows neither gRPC nor Pulumi's SDK, neither YAML nor files of specs.
"""
