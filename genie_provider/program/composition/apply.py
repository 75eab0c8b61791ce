"""apply: every entry of the stack's blueprint as a resource, each after what it needs, each known to the spaces."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi

from ...blueprint.audience.access import Planned
from ...blueprint.entries import Blueprint, Named
from ...blueprint.graph import references
from ...blueprint.models import Catalog, Job, Schema, SqlObject, Volume, Warehouse
from ...errors import Problem, SpecError
from ...model.identifiers import parts
from ...seeds import SqlObject as SqlObjectResource
from ...specs import loader
from .. import registry
from ..stack import StackSettings
from .job_runs import JobRun

_PART = r"(?:`[^`]+`|[A-Za-z_]\w*)"
_THREE_PARTS = re.compile(rf"{_PART}\.{_PART}\.{_PART}")


def apply_blueprint(stack: StackSettings) -> None:
    """Makes what the stack's blueprint describes; nothing where the project has none.

    Call it before `load_specs`: spaces wait for what they name of it.

    Raises:
        pulumi.RunError: the blueprint, its SQL files or the specs have problems; all of them.
    """
    loaded = stack.blueprint
    registry.current().awaits_blueprint = False
    if loaded is None:
        return
    _end_with(loaded.problems, stack)
    if loaded.blueprint:
        _Composition(stack, loaded.blueprint, loaded.texts).make()


def _end_with(problems: list[Problem], stack: StackSettings) -> None:
    """With problems, the program ends here; those of the specs are told at once with them."""
    if not problems:
        return
    specs = loader.load([stack.specs], stack.variables).errors if Path(stack.specs).is_dir() else []
    raise pulumi.RunError(f"the blueprint has problems\n{SpecError([*problems, *specs])}")


@dataclass
class _Wanted:
    """What one principal is to hold on one thing, and the entries that come first."""

    privileges: set[str] = field(default_factory=set)
    after: list[str] = field(default_factory=list)


class _Composition:
    """The resources of one blueprint while they are made."""

    def __init__(self, stack: StackSettings, blueprint: Blueprint, texts: dict[str, str]) -> None:
        from .databricks import Account

        self._registry = registry.current()
        self._stack = stack
        self._blueprint = blueprint
        self._texts = texts
        self._account = Account(stack)
        self._made: dict[str, pulumi.Resource] = {}
        self._grants: dict[tuple[str, str], _Wanted] = {}

    def make(self) -> None:
        for named in self._in_order():
            if not named.entry.existing:
                self._make(named)
            for principal, privileges in getattr(named.entry, "grants", {}).items():
                self._want(named.reference, principal, privileges)
        for grant, _ in self._blueprint.grants:
            for principal in grant.to:
                self._want(grant.on, principal, grant.privileges, grant.depends_on)
        for (on, principal), wanted in self._grants.items():
            self._grant(on, principal, wanted)

    def _in_order(self) -> list[Named]:
        """SQL objects last: their texts may name tables of any job, and each other in the order of the file."""
        every = self._blueprint.entries.values()
        return [named for sql in (False, True) for named in every if isinstance(named.entry, SqlObject) is sql]

    def _make(self, named: Named) -> None:
        entry, options = named.entry, self._options(named)
        if isinstance(entry, Catalog):
            self._keep(named, self._account.catalog(named, entry, options), named.full_name)
        elif isinstance(entry, Schema):
            self._keep(named, self._account.schema(named, entry, options), named.full_name)
        elif isinstance(entry, Volume):
            self._keep(named, self._account.volume(named, entry, options))
        elif isinstance(entry, Warehouse):
            self._warehouse(named, entry, options)
        elif isinstance(entry, Job):
            self._job(named, entry, options)
        elif isinstance(entry, SqlObject):
            self._sql_object(named, entry, options)

    def _keep(self, named: Named, resource: pulumi.Resource, *makes: str) -> None:
        self._made[named.reference] = resource
        self._registry.provides(named.reference, resource, *makes)

    def _warehouse(self, named: Named, entry: Warehouse, options: pulumi.ResourceOptions) -> None:
        made = self._account.warehouse(named, entry, options)
        self._made[named.reference] = made
        self._registry.provides(named.reference, made)
        self._registry.warehouses[named.name] = made
        if entry.permissions:
            self._registry.before_spaces.append(self._account.permissions(named, dict(entry.permissions), made))

    def _job(self, named: Named, entry: Job, options: pulumi.ResourceOptions) -> None:
        tasks: list[dict[str, Any]] = entry.tasks
        text = self._texts.get(named.reference)
        if text is not None:
            file = self._account.sql_file(named, text, self._needs(named))
            tasks = [{"task_key": named.raw.key, "sql_task": self._sql_task(str(entry.warehouse), file)}]
        job = self._account.job(named, entry, tasks, options)
        if entry.run is None:
            self._keep(named, job, *entry.makes)
            return
        run = JobRun(
            f"{named.reference} run",
            job.id,
            job=named.name,
            trigger=_digest(named, entry, text),
            timeout_s=entry.run_timeout,
            opts=pulumi.ResourceOptions(depends_on=[job, *self._needs(named)]),
        )
        self._registry.before_spaces.append(run)
        self._keep(named, run, *entry.makes)

    def _sql_task(self, warehouse: str, file: Any) -> dict[str, Any]:
        return {"warehouse_id": self._warehouse_id(warehouse), "file": {"path": file.path, "source": "WORKSPACE"}}

    def _warehouse_id(self, key: str) -> pulumi.Input[str]:
        reference = f"warehouses.{key}"
        made: Any = self._made.get(reference)
        return made.id if made else self._account.warehouse_id(self._blueprint.entries[reference].name)

    def _sql_object(self, named: Named, entry: SqlObject, options: pulumi.ResourceOptions) -> None:
        warehouse = self._blueprint.entries[f"warehouses.{entry.warehouse}"].name if entry.warehouse else ""
        kind: Any = named.plural.removesuffix("s")
        text = self._texts[named.reference]
        needed = [self._registry.maker_of(name) for name in _named_in(text)]
        after = pulumi.ResourceOptions(depends_on=[one for one in needed if one is not None] or None)
        made = SqlObjectResource(
            named.reference,
            named.full_name,
            kind=kind,
            text=text,
            comment=entry.comment,
            warehouse=warehouse,
            opts=pulumi.ResourceOptions.merge(options, after),
        )
        self._made[named.reference] = made

    def _want(self, on: str, principal: str, privileges: Iterable[str], after: Iterable[str] = ()) -> None:
        """One resource for a principal and a thing, however many entries and files speak of them."""
        wanted = self._grants.setdefault((on, principal), _Wanted())
        wanted.privileges.update(privileges)
        wanted.after += after

    def _grant(self, on: str, principal: str, wanted: _Wanted) -> None:
        held = self._blueprint.entries.get(on)
        plural, full_name = (held.plural, held.full_name) if held else ("tables", on)
        after = [one for word in (on, *wanted.after) for one in self._of(word)] + self._makers_of(full_name)
        planned = Planned(full_name, principal.partition(":")[2], frozenset(wanted.privileges))
        self._registry.planned.append(planned)
        self._registry.before_spaces.append(
            self._account.grant(
                f"{on} to {principal}",
                plural,
                full_name,
                principal,
                sorted(wanted.privileges),
                list(dict.fromkeys(after)),
            )
        )

    # ── what waits for what ─────────────────────────────────────────────────────────────────

    def _options(self, named: Named) -> pulumi.ResourceOptions:
        entry, ours = named.entry, isinstance(named.entry, SqlObject)
        usual = True if self._stack.settings.protect and isinstance(entry, Catalog | Schema | Volume) else None
        return pulumi.ResourceOptions(
            provider=None if ours else self._account.provider,
            protect=usual if entry.protect is None else entry.protect,
            retain_on_delete=entry.retain_on_delete,
            import_=entry.import_id,
            depends_on=self._needs(named) or None,
        )

    def _needs(self, named: Named) -> list[pulumi.Resource]:
        """What the entry names; of a job also the schemas of the tables that it makes."""
        found = [one for word, _ in references(named.raw) for one in self._of(word)]
        for table in getattr(named.entry, "makes", ()):
            schema = self._registry.maker_of(table.rpartition(".")[0])
            found += [schema] if schema else []
        return list(dict.fromkeys(found))

    def _of(self, reference: str) -> list[pulumi.Resource]:
        made = self._made.get(reference)
        return [made] if made else []

    def _makers_of(self, full_name: str) -> list[pulumi.Resource]:
        made = self._registry.maker_of(full_name)
        return [made] if made else []


def _digest(named: Named, entry: Job, text: str | None) -> str:
    """All that the job does: another one makes it run again."""
    words = (named.name, entry.warehouse, entry.tasks, text)
    return hashlib.sha256(repr(words).encode()).hexdigest()[:16]


def _named_in(text: str) -> list[str]:
    """Names of three parts that a SQL text or the YAML of a metric view mentions, comments and strings too."""
    return [match for match in _THREE_PARTS.findall(text) if parts(match)]
