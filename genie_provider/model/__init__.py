"""model: what a Genie space is, as data.

In: nothing but plain values. Out: the schema of a space, the models of what people write, ids, identifiers and
variables. Pure: here no file is read, nothing is sent, and Pulumi is not known.
"""
