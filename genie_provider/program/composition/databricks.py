"""databricks: entries of a blueprint → resources of pulumi-databricks, each with the field's own names.

pulumi-databricks takes 1.7 s to import, so a program without a blueprint never sees this module.
"""

from __future__ import annotations

import base64
from importlib import import_module
from typing import Any

import pulumi

from ...blueprint.entries import Named
from ...blueprint.models import PLURALS, Catalog, Job, Schema, Volume, Warehouse
from ...config.settings import NAMESPACE
from ...model.identifiers import parts
from ..stack import StackSettings

try:
    # By name, without its types: a type checker reads 48 MB for them, and their arguments are unions of hundreds.
    databricks: Any = import_module("pulumi_databricks")
except ImportError:
    raise pulumi.RunError(
        "a blueprint is carried out by pulumi-databricks, which is not installed: "
        "pip install pulumi-databricks==1.118.0"
    ) from None


class Account:
    """The stack's workspace as pulumi-databricks reaches it: with the address and the log-in of the `genie` settings.

    What they leave out, pulumi-databricks finds as our own provider does: in its environment and in ~/.databrickscfg.
    """

    def __init__(self, stack: StackSettings) -> None:
        given = stack.settings
        self._stack = stack
        self.provider = databricks.Provider(
            "databricks",
            host=given.host or None,
            profile=given.profile or None,
            token=pulumi.Config(NAMESPACE).get_secret("token"),
        )

    def home(self) -> pulumi.Output[str]:
        """The deploying identity's folder."""
        found = databricks.get_current_user_output(opts=pulumi.InvokeOutputOptions(provider=self.provider))
        return found.home

    def warehouse_id(self, name: str) -> pulumi.Output[str]:
        """The id of a warehouse that is there already."""
        options = pulumi.InvokeOutputOptions(provider=self.provider)
        return databricks.get_sql_warehouse_output(name=name, opts=options).id

    # ── one function a kind ─────────────────────────────────────────────────────────────────

    def catalog(self, named: Named, entry: Catalog, opts: pulumi.ResourceOptions) -> pulumi.Resource:
        return databricks.Catalog(
            named.reference,
            name=named.name,
            comment=entry.comment or None,
            owner=entry.owner,
            properties=entry.properties or None,
            storage_root=entry.storage_root,
            isolation_mode=entry.isolation_mode,
            force_destroy=entry.force_destroy,
            opts=opts,
        )

    def schema(self, named: Named, entry: Schema, opts: pulumi.ResourceOptions) -> pulumi.Resource:
        return databricks.Schema(
            named.reference,
            catalog_name=parts(named.full_name)[0],
            name=named.name,
            comment=entry.comment or None,
            owner=entry.owner,
            properties=entry.properties or None,
            storage_root=entry.storage_root,
            force_destroy=entry.force_destroy,
            opts=opts,
        )

    def volume(self, named: Named, entry: Volume, opts: pulumi.ResourceOptions) -> pulumi.Resource:
        catalog, schema, name = parts(named.full_name)
        return databricks.Volume(
            named.reference,
            catalog_name=catalog,
            schema_name=schema,
            name=name,
            volume_type=entry.type,
            storage_location=entry.storage_location,
            comment=entry.comment or None,
            owner=entry.owner,
            opts=opts,
        )

    def warehouse(self, named: Named, entry: Warehouse, opts: pulumi.ResourceOptions) -> Any:
        tags = [{"key": key, "value": value} for key, value in entry.tags.items()]
        return databricks.SqlEndpoint(
            named.reference,
            name=named.name,
            cluster_size=entry.size,
            warehouse_type=entry.type,
            enable_serverless_compute=entry.serverless,
            min_num_clusters=entry.min_clusters,
            max_num_clusters=entry.max_clusters,
            auto_stop_mins=entry.auto_stop_mins,
            spot_instance_policy=entry.spot,
            channel={"name": f"CHANNEL_NAME_{entry.channel}"} if entry.channel else None,
            tags={"custom_tags": tags} if tags else None,
            opts=opts,
        )

    def permissions(self, named: Named, levels: dict[str, str], warehouse: Any) -> pulumi.Resource:
        """Who may use a warehouse."""
        fields = {"user": "user_name", "group": "group_name", "service_principal": "service_principal_name"}
        controls = []
        for principal, level in levels.items():
            kind, _, name = principal.partition(":")
            controls.append({fields[kind]: name, "permission_level": level})
        options = pulumi.ResourceOptions(provider=self.provider)
        return databricks.Permissions(
            f"{named.reference} permissions", sql_endpoint_id=warehouse.id, access_controls=controls, opts=options
        )

    def grant(
        self, name: str, plural: str, full_name: str, principal: str, privileges: list[str], after: list[Any]
    ) -> pulumi.Resource:
        """Privileges of one principal on one thing; whatever others hold stays."""
        kind = {"views": "table", "metric_views": "table"}.get(plural) or PLURALS.get(plural, "table")
        return databricks.Grant(
            name,
            principal=principal.partition(":")[2],
            privileges=privileges,
            opts=pulumi.ResourceOptions(provider=self.provider, depends_on=after or None),
            **{kind: ".".join(parts(full_name))},
        )

    def job(self, named: Named, entry: Job, tasks: list[dict[str, Any]], opts: pulumi.ResourceOptions) -> Any:
        return databricks.Job(
            named.reference,
            name=named.name,
            tasks=tasks,
            schedule=entry.schedule.model_dump(exclude_none=True) if entry.schedule else None,
            tags=entry.tags or None,
            max_concurrent_runs=entry.max_concurrent_runs,
            opts=opts,
        )

    def sql_file(self, named: Named, text: str, after: list[Any]) -> Any:
        """The SQL of a job as a file of the workspace, in the deploying identity's folder: others must not edit it."""
        key = named.raw.key
        path = self.home().apply(lambda home: f"{home}/.genie/{self._stack.project}/{self._stack.stack}/{key}.sql")
        return databricks.WorkspaceFile(
            f"{named.reference} file",
            path=path,
            content_base64=base64.b64encode(text.encode()).decode(),
            opts=pulumi.ResourceOptions(provider=self.provider, depends_on=after or None),
        )
