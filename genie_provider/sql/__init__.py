"""sql: the catalogs, schemas, tables and functions a Databricks SQL text names, and other names for them.

Pure text in, pure text out: no files, no network. sqlglot does the reading and is imported on the
first text that needs it, so importing this package costs nothing.
"""

from .leaks import Leak, find_leaks
from .places import UnreadableSql
from .references import Reference, find_references, tables_used
from .renaming import BadRename, Change, Renamed, Renames, SqlProblem

__all__ = [
    "BadRename",
    "Change",
    "Leak",
    "Reference",
    "Renamed",
    "Renames",
    "SqlProblem",
    "UnreadableSql",
    "find_leaks",
    "find_references",
    "tables_used",
]
