"""reading: rules of whoever reads a file: what is no spec at all. Always errors, unless nothing is lost by going on.

In: exceptions and raw values. Out: sentences. Never a check of a spec that could be read.
"""
