"""checks: what one field of an entry says against another, and what cannot be granted."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..errors import Place, Problem
from ..model.identifiers import is_three_part
from . import graph
from .entries import CATALOGUED, Raw
from .models import Entry, Grant, Job, Volume, Warehouse


def of_entry(raw: Raw, entry: Entry) -> Iterator[Problem]:
    """Problems of one entry whose fields are valid each by itself."""
    if isinstance(entry, Job) and not entry.existing:
        yield from _of_job(raw, entry)
    if isinstance(entry, Warehouse):
        yield from _of_warehouse(raw, entry) if not entry.existing else _of_existing(raw, entry)
    if isinstance(entry, Volume) and (entry.type == "EXTERNAL") != bool(entry.storage_location):
        yield Problem(f"{raw.reference}: an EXTERNAL volume has a storage_location, no other has", raw.place())


def _of_job(raw: Raw, job: Job) -> Iterator[Problem]:
    if bool(job.sql) == bool(job.tasks):
        yield Problem(f"{raw.reference}: a job has either sql or tasks", raw.place())
    if job.sql and not job.warehouse:
        yield Problem(f"{raw.reference}: sql needs a warehouse to run on", raw.place("sql"))
    for at, name in enumerate(job.makes):
        if not is_three_part(name):
            yield Problem(f"{raw.reference}: {name!r} is not catalog.schema.name", raw.place("makes", at))


def _of_warehouse(raw: Raw, warehouse: Warehouse) -> Iterator[Problem]:
    if warehouse.max_clusters < warehouse.min_clusters:
        yield Problem(f"{raw.reference}: max_clusters is below min_clusters", raw.place("max_clusters"))
    least = 1 if warehouse.serverless else 10  # the API refuses less
    if 0 < warehouse.auto_stop_mins < least:
        yield Problem(f"{raw.reference}: auto_stop_mins is 0 or at least {least}", raw.place("auto_stop_mins"))
    if warehouse.serverless and warehouse.type == "CLASSIC":
        yield Problem(f"{raw.reference}: a serverless warehouse is PRO", raw.place("type"))


def _of_existing(raw: Raw, warehouse: Warehouse) -> Iterator[Problem]:
    if warehouse.permissions:
        words = "permissions would replace those of a warehouse that is there already; give them where it is made"
        yield Problem(f"{raw.reference}: {words}", raw.place("permissions"))


def of_grant(grant: Grant, place: Place, known: Collection[str]) -> Iterator[Problem]:
    if not is_three_part(grant.on):
        if grant.on not in known:
            yield Problem(graph.unknown(grant.on, known), place)
        elif grant.on.partition(".")[0] not in CATALOGUED:
            words = "privileges are granted on what Unity Catalog holds; a warehouse has `permissions`"
            yield Problem(f"{grant.on}: {words}", place)
    yield from (Problem(graph.unknown(word, known), place) for word in grant.depends_on if word not in known)
