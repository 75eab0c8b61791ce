"""specs: the files of a folder → specs, and back: a space → a file a person would have written.

In: paths and variables. Out: specs, problems with places, documents. Nothing is sent.
"""
