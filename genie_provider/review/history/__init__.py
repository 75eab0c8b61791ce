"""history: who changed which space when, and what it was before.

In: what a run found and left behind. Out: records, chained by digests, in a store beside the state; versions of each
space. Never here: a run of pulumi, a spec file, the workspace but for the volume that may hold the store.
"""
