"""migrate: projects of other tools → specs and stack files of this one.

In: a folder of the other tool. Out: files, and what could not be taken along. Never changes what it reads.
"""
