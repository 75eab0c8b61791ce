"""yamlio: YAML text, read strictly, written as a person would, and edited without touching the rest of a file.

In: text. Out: values with their places; text. The only room that imports a YAML library. Knows nothing of spaces.
"""
