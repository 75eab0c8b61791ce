"""models: the entries of a blueprint, one class a kind.

Names of fields are those of the field: Unity Catalog's, the SQL warehouses' and the jobs' APIs have them so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from ..lint.around.wait_time import wait_seconds
from ..model.entries import Model, Text, not_blank

Size = Literal[
    "2X-Small", "X-Small", "Small", "Medium", "Large", "X-Large", "2X-Large", "3X-Large", "4X-Large", "5X-Large"
]
WarehouseLevel = Literal["CAN_VIEW", "CAN_MONITOR", "CAN_USE", "CAN_MANAGE"]

_PRINCIPALS = ("user", "group", "service_principal")


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _principal(text: str) -> str:
    kind, _, name = text.partition(":")
    if kind not in _PRINCIPALS or not name:
        raise ValueError(f"{text!r} is not user:<name>, group:<name> or service_principal:<application id>")
    return text


def _privilege(text: str) -> str:
    """As Unity Catalog's API writes it: "use schema" is USE_SCHEMA."""
    return "_".join(not_blank(text).upper().replace("_", " ").split())


def _duration(value: Any) -> int:
    seconds = wait_seconds(value) if isinstance(value, str | int) else None
    if seconds is None:
        raise ValueError('write seconds, or a time such as "90s", "10m", "1h"')
    return seconds


_ONE_OR_MORE = WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]})
Principal = Annotated[str, AfterValidator(_principal)]
Privileges = Annotated[
    list[Annotated[str, AfterValidator(_privilege)]], BeforeValidator(_one_or_more), _ONE_OR_MORE, Field(min_length=1)
]
Seconds = Annotated[
    int, BeforeValidator(_duration), WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string"}]})
]


class Entry(Model):
    """What entries of every kind may have."""

    name: str | None = None
    """The name in the workspace, where the pattern is not to make it."""
    parts: dict[str, str] = Field(default_factory=dict)
    """Parts of the name's pattern that this entry gives itself."""
    existing: bool = False
    """It is there already: it is referred to, and neither made nor changed, but for the grants on it."""
    depends_on: list[str] = Field(default_factory=list)
    """Other entries, as `jobs.fill`, that come first."""
    protect: bool | None = None
    retain_on_delete: bool | None = None
    import_id: str | None = Field(default=None, alias="import")
    """The id of one that is there, to be taken over by the next `pulumi up`."""


class Securable(Entry):
    """What Unity Catalog holds."""

    comment: Text = ""
    grants: dict[Principal, Privileges] = Field(default_factory=dict)
    """Principal to privileges: "group:analysts": [USE SCHEMA, SELECT]. Others' grants stay."""


class Catalog(Securable):
    """A catalog."""

    owner: str | None = None
    properties: dict[str, str] = Field(default_factory=dict)
    storage_root: str | None = None
    isolation_mode: Literal["OPEN", "ISOLATED"] | None = None
    force_destroy: bool | None = None
    """Whether `pulumi destroy` takes it away with everything in it."""


class Schema(Securable):
    """A schema of a catalog."""

    catalog: str
    """The catalog's name in this blueprint."""
    owner: str | None = None
    properties: dict[str, str] = Field(default_factory=dict)
    storage_root: str | None = None
    force_destroy: bool | None = None
    """Whether `pulumi destroy` takes it away with everything in it."""


class InSchema(Securable):
    """What stands in a schema."""

    schema_name: str = Field(alias="schema")
    """The schema's name in this blueprint."""


class Volume(InSchema):
    """A volume for files."""

    owner: str | None = None
    type: Literal["MANAGED", "EXTERNAL"] = "MANAGED"
    storage_location: str | None = None
    """Of an external one: s3://…, abfss://…, gs://…"""


class SqlObject(InSchema):
    """A view, metric view or function, whose text is a file."""

    file: Annotated[str, AfterValidator(not_blank)]
    """A view: its query. A metric view: its YAML. A function: what follows its name: `(d DATE) RETURNS …`."""
    warehouse: str | None = None
    """The warehouse of this blueprint that runs the statements; the stack's where left out."""


class Warehouse(Entry):
    """A SQL warehouse."""

    size: Size = "2X-Small"
    serverless: bool = True
    type: Literal["PRO", "CLASSIC"] = "PRO"
    min_clusters: int = Field(default=1, ge=1)
    max_clusters: int = Field(default=1, ge=1)
    auto_stop_mins: int = Field(default=10, ge=0)
    spot: Literal["COST_OPTIMIZED", "RELIABILITY_OPTIMIZED"] | None = None
    channel: Literal["CURRENT", "PREVIEW"] | None = None
    tags: dict[str, str] = Field(default_factory=dict)
    permissions: dict[Principal, WarehouseLevel] = Field(default_factory=dict)
    """Principal to level: "group:analysts": CAN_USE. Levels given by hand are replaced: the API has no other way."""


class Schedule(Model):
    """When a job runs by itself."""

    quartz_cron_expression: str
    timezone_id: str = "UTC"
    pause_status: Literal["PAUSED", "UNPAUSED"] | None = None


class Job(Entry):
    """A job: one SQL file on a warehouse, or tasks as the jobs' API has them."""

    sql: str | None = None
    """A file of SQL statements, uploaded and run on `warehouse`."""
    warehouse: str | None = None
    """The warehouse of this blueprint that runs `sql`."""
    tasks: list[dict[str, Any]] = Field(default_factory=list)
    """Instead of `sql`: tasks in the words of the jobs' API."""
    makes: list[str] = Field(default_factory=list)
    """Full names of the tables it makes; spaces on them wait for it."""
    run: Literal["before_spaces"] | None = None
    """Run it to its end before the spaces, and again whenever it changes."""
    run_timeout: Seconds = 1800
    """How long that run may take: seconds, or "30m"."""
    schedule: Schedule | None = None
    tags: dict[str, str] = Field(default_factory=dict)
    max_concurrent_runs: int = Field(default=1, ge=1)


class Grant(Model):
    """Privileges on one thing for one or more principals. Others' grants stay."""

    on: str
    """An entry, as `schemas.sales`, or the full name of a table."""
    to: Annotated[list[Principal], BeforeValidator(_one_or_more), _ONE_OR_MORE, Field(min_length=1)]
    privileges: Privileges
    depends_on: list[str] = Field(default_factory=list)


class Patterns(Model):
    """How names are made, one pattern a kind: "{env}_{domain}_{layer}"."""

    catalog: str = "{name}"
    schema_name: str = Field(default="{name}", alias="schema")
    volume: str = "{name}"
    warehouse: str = "{name}"
    job: str = "{name}"
    function: str = "{name}"
    view: str = "{name}"
    metric_view: str = "{name}"


class BlueprintFile(Model):
    """One file of a blueprint."""

    version: int | str | None = None
    names: Patterns = Field(default_factory=Patterns)
    parts: dict[str, str] = Field(default_factory=dict)
    """Parts of patterns that all entries of this file share."""
    catalogs: dict[str, Catalog] = Field(default_factory=dict)
    schemas: dict[str, Schema] = Field(default_factory=dict)
    volumes: dict[str, Volume] = Field(default_factory=dict)
    warehouses: dict[str, Warehouse] = Field(default_factory=dict)
    jobs: dict[str, Job] = Field(default_factory=dict)
    functions: dict[str, SqlObject] = Field(default_factory=dict)
    views: dict[str, SqlObject] = Field(default_factory=dict)
    metric_views: dict[str, SqlObject] = Field(default_factory=dict)
    grants: list[Grant] = Field(default_factory=list)


PLURALS: Final[Mapping[str, str]] = {
    "catalogs": "catalog",
    "schemas": "schema",
    "volumes": "volume",
    "warehouses": "warehouse",
    "functions": "function",
    "views": "view",
    "metric_views": "metric_view",
    "jobs": "job",
}
"""The kinds that have names, in the order in which they are made."""

ENTRIES: Final[Mapping[str, type[Entry]]] = {
    "catalogs": Catalog,
    "schemas": Schema,
    "volumes": Volume,
    "warehouses": Warehouse,
    "functions": SqlObject,
    "views": SqlObject,
    "metric_views": SqlObject,
    "jobs": Job,
}
