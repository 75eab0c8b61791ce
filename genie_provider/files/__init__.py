"""files: files of data (CSV, Excel, XML, JSON, PDF, Access, dBASE, Parquet) as typed columns and rows.

In: a path and how to read it. Out: columns with types, rows in batches, and a list of troubles with their places.
No value is changed or dropped in silence: what cannot be read as it stands is a trouble, and most troubles stop.

    formats       what is readable, by which library, and how to get it
    guard         paths, bombs, files that change while they are read
    options       how to read, as people write it
    troubles      what is wrong, where
    raw           what a reader hands over
    readers/      one module a format
    headings      headings → names of columns
    types, texts  cells → the narrowest type that keeps every one
    spool         rows on disk between finding the types and using them
    table         a file as typed tables: the door for everybody else
    sinks         values → a Parquet, CSV or JSON lines file
    convert       files → files
    hashes        what tells one content from another
    arrow_csv     CSV → Parquet at the speed of pyarrow
    info          what a file holds, for people

Never done here: no network, no Pulumi, no guess that is not told. Libraries are imported by the reader that needs
them, when it is used.
"""
