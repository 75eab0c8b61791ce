"""files: the ways that files take into their tables, and whether these are open.

Found out from the surroundings (where this runs), the workspace (warehouse, volumes, grants) and one statement on a
warehouse that runs anyway. Where the workspace does not tell, that is what is said.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ...blueprint.audience import access, remedy
from ...client import volume_of, volume_path
from ...config.context import StackContext
from ...errors import GenieError, WorkspaceError
from ...files.formats import format_of
from ...seeds import spec_sources
from ...seeds.spec_sources import SpecTable, Way
from ...specs.loader import Loaded
from .finding import Finding

if TYPE_CHECKING:
    from ...client import Warehouse, Workspace

Ways = Sequence[tuple[SpecTable, Way]]

_SHOWN: Final = 5
_WORDS: Final[Mapping[Way, str]] = {
    "rows": "rows compared one by one",
    "uploaded": "read here, uploaded as Parquet and loaded by the warehouse",
    "read there": "read by the warehouse, no download",
    "downloaded": "downloaded, since only here every trouble of that format is told; then uploaded as Parquet",
}


def look(stack: StackContext, workspace: Workspace, specs: Loaded) -> Iterator[Finding]:
    """Nothing where no spec has a file."""
    sources = list({each.table.lower(): each for each in spec_sources.tables_of(specs)}.values())
    if not sources:
        return
    problems = spec_sources.problems_of(specs, stack.folder)
    if problems:
        yield Finding("files", "problem", str(problems[0]), "python -m genie_provider validate shows them all")
        return
    ways = [(each, spec_sources.way_of(each, stack.folder)) for each in sources]
    yield from _ways(stack.folder, ways)
    yield Finding("runtime", "ok", f"files are read here: {_here(os.environ)}")
    warehouse = _warehouse(stack, workspace)
    yield from _loads(workspace, warehouse)
    yield from _excel(workspace, warehouse, sources)
    yield from _places(workspace, ways)
    yield from _grants(workspace, ways)


# ── the ways ────────────────────────────────────────────────────────────────────────────────


def _ways(folder: Path, ways: Ways) -> Iterator[Finding]:
    for way, words in _WORDS.items():
        taken = [each for each, its_way in ways if its_way == way]
        if taken:
            size = sum(_size(folder / each.source.path) for each in taken) / 1e6
            amount = f", {size:,.1f} MB" if way in ("rows", "uploaded") else ""
            names = _some(each.table for each in taken)
            yield Finding("files", "ok", f"{len(taken)} table{'s' if len(taken) > 1 else ''}{amount}, {words}: {names}")


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0


def _some(names: Iterable[str]) -> str:
    every = list(names)
    return ", ".join(every[:_SHOWN]) + (f" and {len(every) - _SHOWN} more" if len(every) > _SHOWN else "")


def _here(environment: Mapping[str, str]) -> str:
    """What the surroundings tell; a version of Python would tell nothing."""
    runtime = environment.get("DATABRICKS_RUNTIME_VERSION", "")
    if environment.get("IS_SERVERLESS", "").lower() in ("true", "1"):
        return f"serverless compute of Databricks{f', environment {runtime}' if runtime else ''}"
    return f"a classic cluster of Databricks, runtime {runtime}" if runtime else "a machine outside of Databricks"


# ── the warehouse ───────────────────────────────────────────────────────────────────────────


def _warehouse(stack: StackContext, workspace: Workspace) -> Warehouse | None:
    """None where none is named, or it cannot be used; `doctor` has said so before."""
    try:
        return workspace.find_warehouse(stack.settings.warehouse) if stack.settings.warehouse else None
    except GenieError:
        return None


def _loads(workspace: Workspace, warehouse: Warehouse | None) -> Iterator[Finding]:
    if warehouse is None:
        yield Finding("loads", "notice", "not known: no SQL warehouse to load files is known", "set genie:warehouse")
        return
    kind = (
        "serverless" if warehouse.serverless else f"{warehouse.type.lower() or 'of a type not known'}, classic compute"
    )
    yield Finding("loads", "ok", f"{warehouse.name!r}, {kind}, {_version(workspace, warehouse)}")


def _version(workspace: Workspace, warehouse: Warehouse) -> str:
    if warehouse.state != "RUNNING":
        return f"version not known: it is {warehouse.state.lower() or 'not running'}, and asking would start it"
    sql = "SELECT current_version().dbsql_version"
    try:
        rows = workspace.statement(sql, warehouse.id, repeatable=True, timeout_s=30, step="ask for the version").rows
    except WorkspaceError as error:
        return f"version not known: {error.message}"
    return f"version {rows[0][0]}" if rows and rows[0] and rows[0][0] else "version not known"


def _excel(workspace: Workspace, warehouse: Warehouse | None, sources: Iterable[SpecTable]) -> Iterator[Finding]:
    """Asked of one workbook, for the workspace: whether `read_files` knows the format is a switch of its admins."""
    books = [each.source.path for each in sources if _is_workbook_there(each.source.path)]
    if not books:
        return
    if warehouse is None or warehouse.state != "RUNNING":
        yield Finding("excel", "ok", "not known whether the warehouse reads Excel: only one that runs is asked")
        return
    refused = workspace.why_no_excel(volume_path(books[0]), warehouse.id)
    words = "the warehouse reads Excel, too" if not refused else f"the warehouse does not read Excel: {refused}"
    yield Finding("excel", "ok", f"{words}; workbooks are read here in any case, where error cells are told")


def _is_workbook_there(path: str) -> bool:
    return spec_sources.is_on_volume(path) and format_of(path).name in ("Excel", "Excel 97")


# ── volumes ─────────────────────────────────────────────────────────────────────────────────


def _places(workspace: Workspace, ways: Ways) -> Iterator[Finding]:
    """The files on volumes, and the volumes through which others go."""
    for path in sorted({each.source.path for each, _ in ways if spec_sources.is_on_volume(each.source.path)}):
        if not _is_there(workspace, volume_path(path)):
            what = "put it there, or ask for READ VOLUME"
            yield Finding("volumes", "problem", f"{path} is missing, or hidden from you", what)
    for folder in _staging(ways):
        volume = volume_of(folder)
        if workspace.volume(volume) is not None:
            yield Finding("staging", "ok", f"large files go through {folder}")
        elif folder.endswith(f"/{spec_sources.STAGING}"):
            yield Finding("staging", "ok", f"large files go through {folder}, which the first up makes")
        else:
            yield Finding("staging", "problem", f"the volume {volume} is missing, or hidden from you", "make it")


def _is_there(workspace: Workspace, path: str) -> bool:
    """A file, or a folder of files."""
    try:
        return workspace.find_file(path) is not None or workspace.list_folder(path) is not None
    except WorkspaceError as error:
        if error.kind == "forbidden":
            return False
        raise


def _staging(ways: Ways) -> list[str]:
    return sorted({each.staging for each, way in ways if way in ("uploaded", "downloaded")})


# ── grants ──────────────────────────────────────────────────────────────────────────────────


def _grants(workspace: Workspace, ways: Ways) -> Iterator[Finding]:
    """What loading takes, privilege by privilege; where grants are not shown to us, that is said."""
    me = workspace.me()
    found = [access.holds(workspace, me.principal, *each) for each in dict.fromkeys(_wanted(workspace, ways))]
    if me.is_admin:
        reason = "none is granted to you, which an admin of the metastore does not need"
        found = [replace(each, answer="not known", reason=reason) if each.answer == "no" else each for each in found]
    texts = {
        answer: _some(f"{each.privilege.replace('_', ' ')} on {each.name}" for each in found if each.answer == answer)
        for answer in ("yes", "not known", "no")
    }
    if texts["yes"]:
        yield Finding("grants", "ok", texts["yes"])
    if texts["not known"]:
        reasons = "; ".join(dict.fromkeys(each.reason for each in found if each.answer == "not known"))
        yield Finding("grants", "notice", f"not known whether you have {texts['not known']}: {reasons}")
    if texts["no"]:
        missing = [each for each in found if each.answer == "no"]
        yield Finding("grants", "problem", f"you do not have {texts['no']}", "; ".join(remedy.statements(missing)))


def _wanted(workspace: Workspace, ways: Ways) -> Iterator[tuple[str, str, str]]:
    """(kind, name, privilege); nothing of schemas and volumes that are not there yet."""
    for each, _ in ways:
        schema = each.table.rpartition(".")[0].replace("`", "")
        if workspace.has_schema(schema):
            yield "schema", schema, "CREATE_TABLE"
        if spec_sources.is_on_volume(each.source.path):
            yield "volume", volume_of(volume_path(each.source.path)), "READ_VOLUME"
    for volume in map(volume_of, _staging(ways)):
        schema = volume.rpartition(".")[0]
        if workspace.volume(volume) is not None:
            yield "volume", volume, "WRITE_VOLUME"
        elif workspace.has_schema(schema):
            yield "schema", schema, "CREATE_VOLUME"
