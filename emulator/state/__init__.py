"""state: what the workspace remembers, and who may see it: one module a kind of object.

In: plain values. Out: rows and dictionaries. All of it lives in one SQLite file (`store`), but for switches, faults
and the log, which last as long as the process. No request, no answer and no Genie space's content comes in here.
"""
