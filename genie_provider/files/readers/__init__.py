"""readers: one module a format. In: a file and options. Out: its parts (sheets, tables) as raw rows with places.

A reader never infers a type, renames a heading or swallows a fault; it says what stands in the file.
"""
