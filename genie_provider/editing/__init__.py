"""editing: one entry of a space changed in the file that a person wrote; the rest of the file stays.

In: a spec's document and the entry as it should read. Out: the new text. Never lays a file out anew.
"""
