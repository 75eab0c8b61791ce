"""formats: what is readable, by which library, and how to get it."""

from __future__ import annotations

import importlib
import importlib.util
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from .raw import Reader
from .troubles import FileError, refusal


@dataclass(frozen=True)
class Format:
    """One format.

    Args:
        module: the module in readers/.
        packages: what it imports beyond the standard library.
        extra: the extra of this package for it; that of a format read by programs alone brings nothing.
        programs: what has to be on the PATH.
        warehouse: its name in `read_files`, where a SQL warehouse reads it itself.
        part: what it is made of, as people call it.
    """

    name: str
    suffixes: tuple[str, ...]
    module: str
    packages: tuple[str, ...] = ()
    extra: str = ""
    programs: tuple[str, ...] = ()
    warehouse: str = ""
    part: str = ""

    @property
    def missing(self) -> list[str]:
        """Packages and programs that are not there."""
        packages = [name for name in self.packages if importlib.util.find_spec(name) is None]
        return packages + [name for name in self.programs if shutil.which(name) is None]

    @property
    def remedy(self) -> str:
        """How to get what is missing; empty if nothing is."""
        missing = self.missing
        if any(name in self.programs for name in missing):
            return "apt-get install mdbtools, brew install mdbtools or conda install -c conda-forge mdbtools"
        return f"pip install 'genie-spaces[{self.extra}]'" if missing else ""


_MDBTOOLS: Final = ("mdb-tables", "mdb-export", "mdb-count")

FORMATS: Final = (
    Format("CSV", (".csv", ".tsv", ".tab", ".txt", ".psv"), "delimited", warehouse="csv"),
    Format("JSON", (".json",), "json_text", warehouse="json"),
    Format("JSON lines", (".jsonl", ".ndjson"), "json_lines", warehouse="json"),
    Format("XML", (".xml",), "xml_records", ("defusedxml",), "files", warehouse="xml"),
    Format("Excel", (".xlsx", ".xlsm"), "xlsx", ("openpyxl",), "excel", part="sheet"),
    Format("Excel 97", (".xls",), "xls", ("xlrd",), "excel", part="sheet"),
    Format("Excel binary", (".xlsb",), "xlsb", ("python_calamine",), "excel", part="sheet"),
    Format("OpenDocument", (".ods",), "ods", ("defusedxml",), "excel", part="sheet"),
    Format("dBASE", (".dbf",), "dbase", ("dbfread",), "files"),
    Format("Access", (".mdb", ".accdb"), "access", (), "access", _MDBTOOLS, part="table"),
    Format("PDF", (".pdf",), "pdf", ("pdfplumber",), "pdf", part="table"),
    Format("Parquet", (".parquet",), "parquet", ("pyarrow",), "parquet", warehouse="parquet"),
)
_BY_SUFFIX: Final = {suffix: each for each in FORMATS for suffix in each.suffixes}


def suffixes() -> list[str]:
    return list(_BY_SUFFIX)


def format_of(file: str | Path) -> Format:
    """The format by the file's suffix.

    Raises:
        FileError: there is none of that suffix.
    """
    suffix = Path(str(file)).suffix.lower()
    if suffix not in _BY_SUFFIX:
        raise refusal(file, f"{suffix or 'no suffix'}: readable are {', '.join(_BY_SUFFIX)}")
    return _BY_SUFFIX[suffix]


def reader_of(file: Path) -> Reader:
    """The reader of a file.

    Raises:
        FileError: a library or program is missing; says how to get it.
    """
    format = format_of(file)
    if format.missing:
        raise needs(file, format)
    reader: Any = importlib.import_module(f"{__package__}.readers.{format.module}")
    found: Reader = reader
    return found


def needs(file: object, format: Format) -> FileError:
    return refusal(file, f"reading {format.name} needs {', '.join(format.missing)}: {format.remedy}")
