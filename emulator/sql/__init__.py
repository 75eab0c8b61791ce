"""sql: the statements a warehouse carries out, as far as tools need them.

In: Databricks SQL and a `Session`. Out: a `Result` of text, or an `SqlError` with Databricks' error class. Tables are
those of `catalog`, rows live in the store. It is no warehouse: it fails plainly where it does not know. sqlglot is
imported with the first statement and nowhere else.
"""
