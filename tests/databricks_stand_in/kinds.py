"""The kinds: how each is made, seen, changed and deleted by the API, with the ids that pulumi-databricks gives them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests

Properties = dict[str, Any]
UC = "/api/2.1/unity-catalog"


class Refused(NotImplementedError):
    """What the workspace said. Of this class alone the SDK's server prints no traceback."""


class Api:
    def __init__(self, host: str, token: str) -> None:
        self._host = host
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {token}"

    def ask(self, method: str, path: str, body: Any = None, /, **query: Any) -> Properties:
        answer = self._session.request(method, self._host + path, json=body, params=query, timeout=60)
        if not answer.ok:
            raise Refused(f"{answer.json().get('message', answer.text)} ({answer.status_code})")
        return dict(answer.json())

    def find(self, path: str, /, **query: Any) -> Properties | None:
        """What stands there; None where the workspace says that nothing does."""
        answer = self._session.get(self._host + path, params=query, timeout=60)
        if answer.status_code == 404 or "does not exist" in answer.text:
            return None
        if not answer.ok:
            raise Refused(answer.text)
        return dict(answer.json())


@dataclass(frozen=True)
class Kind:
    create: Callable[[Api, Properties], tuple[str, Properties]]
    read: Callable[[Api, str], Properties | None]
    update: Callable[[Api, str, Properties, Properties], None]
    delete: Callable[[Api, str, Properties], None]
    computed: frozenset[str] = frozenset()
    replaces: frozenset[str] = frozenset({"name"})


def snake(value: Any) -> Any:
    """Keys as the API writes them: clusterSize → cluster_size."""
    if isinstance(value, dict):
        return {re.sub(r"(?<!^)([A-Z])", r"_\1", key).lower(): snake(each) for key, each in value.items()}
    return [snake(each) for each in value] if isinstance(value, list) else value


def camel(value: Any) -> Any:
    if isinstance(value, dict):
        return {re.sub(r"_([a-z])", lambda match: match[1].upper(), key): camel(each) for key, each in value.items()}
    return [camel(each) for each in value] if isinstance(value, list) else value


# ── Unity Catalog ───────────────────────────────────────────────────────────────────────────


def securable(plural: str, holders: tuple[str, ...], fields: tuple[str, ...]) -> Kind:
    """Catalogs, schemas and volumes: the id is the full name."""

    def full_name(given: Properties) -> str:
        return ".".join(str(given[key]) for key in (*holders, "name"))

    def path(number: str) -> str:
        return f"{UC}/{plural}/{quote(number, safe='')}"

    def create(api: Api, given: Properties) -> tuple[str, Properties]:
        wanted = {key: held for key, held in snake(given).items() if key != "force_destroy" and held is not None}
        owner = wanted.pop("owner", None)
        api.ask("POST", f"{UC}/{plural}", wanted)
        if owner:
            api.ask("PATCH", path(full_name(given)), {"owner": owner})
        return full_name(given), {}

    def read(api: Api, number: str) -> Properties | None:
        found = api.find(path(number))
        kept = {*(snake({key: ""}).popitem()[0] for key in holders), "name", *fields}
        return None if found is None else camel({key: found[key] for key in found.keys() & kept})

    def update(api: Api, number: str, olds: Properties, news: Properties) -> None:
        api.ask("PATCH", path(number), {key: snake(news).get(key) for key in fields if key in snake({**olds, **news})})

    def delete(api: Api, number: str, olds: Properties) -> None:
        if api.find(path(number)) is not None:
            api.ask("DELETE", path(number), force=str(bool(olds.get("forceDestroy"))).lower())

    return Kind(create, read, update, delete, replaces=frozenset({"name", *holders, "volumeType", "storageLocation"}))


_ON = ("catalog", "schema", "table", "function", "volume")


def _target(given: Properties) -> tuple[str, str]:
    kind = next(key for key in _ON if given.get(key))
    return kind, str(given[kind])


def _change(api: Api, kind: str, name: str, principal: str, **changes: list[str]) -> None:
    path = f"{UC}/permissions/{kind}/{quote(name, safe='')}"
    api.ask("PATCH", path, {"changes": [{"principal": principal, **changes}]})


def grant_create(api: Api, given: Properties) -> tuple[str, Properties]:
    kind, name = _target(given)
    _change(api, kind, name, given["principal"], add=given["privileges"])
    return f"{kind}/{name}/{given['principal']}", {}


def grant_read(api: Api, number: str) -> Properties | None:
    kind, name, principal = number.split("/", 2)
    found = api.find(f"{UC}/permissions/{kind}/{quote(name, safe='')}") or {}
    for each in found.get("privilege_assignments", []):
        if each["principal"] == principal:
            return {kind: name, "principal": principal, "privileges": sorted(each["privileges"])}
    return None


def grant_update(api: Api, number: str, olds: Properties, news: Properties) -> None:
    kind, name = _target(news)
    gone = [each for each in olds["privileges"] if each not in news["privileges"]]
    _change(api, kind, name, news["principal"], add=news["privileges"], remove=gone)


def grant_delete(api: Api, number: str, olds: Properties) -> None:
    kind, name = _target(olds)
    if grant_read(api, number) is not None:
        _change(api, kind, name, olds["principal"], remove=olds["privileges"])


# ── warehouses ──────────────────────────────────────────────────────────────────────────────

_WAREHOUSES = "/api/2.0/sql/warehouses"


def warehouse_read(api: Api, number: str) -> Properties | None:
    found = api.find(f"{_WAREHOUSES}/{number}")
    return None if found is None else camel(found)


def warehouse_update(api: Api, number: str, olds: Properties, news: Properties) -> None:
    api.ask("POST", f"{_WAREHOUSES}/{number}/edit", snake(news))


def warehouse_delete(api: Api, number: str, olds: Properties) -> None:
    if api.find(f"{_WAREHOUSES}/{number}") is not None:
        api.ask("DELETE", f"{_WAREHOUSES}/{number}")


def _rights(given: Properties) -> tuple[str, Properties]:
    number = str(given["sqlEndpointId"])
    return number, {"access_control_list": [snake(each) for each in given["accessControls"]]}


def permissions_create(api: Api, given: Properties) -> tuple[str, Properties]:
    number, rights = _rights(given)
    api.ask("PUT", f"/api/2.0/permissions/warehouses/{number}", rights)
    return f"/sql/warehouses/{number}", {"objectType": "warehouses"}


def permissions_delete(api: Api, number: str, olds: Properties) -> None:
    """What was there before is not known any more: nobody but the owner keeps a right."""
    path = f"/api/2.0/permissions/warehouses/{olds['sqlEndpointId']}"
    if api.find(path) is not None:
        api.ask("PUT", path, {"access_control_list": []})


# ── jobs ────────────────────────────────────────────────────────────────────────────────────

_JOBS = "/api/2.2/jobs"


def job_create(api: Api, given: Properties) -> tuple[str, Properties]:
    return str(api.ask("POST", f"{_JOBS}/create", snake(given))["job_id"]), {}


def job_read(api: Api, number: str) -> Properties | None:
    found = api.find(f"{_JOBS}/get", job_id=number)
    return None if found is None else camel(found["settings"])


def job_update(api: Api, number: str, olds: Properties, news: Properties) -> None:
    api.ask("POST", f"{_JOBS}/reset", {"job_id": int(number), "new_settings": snake(news)})


def job_delete(api: Api, number: str, olds: Properties) -> None:
    if job_read(api, number) is not None:
        api.ask("POST", f"{_JOBS}/delete", {"job_id": int(number)})


def file_put(api: Api, given: Properties) -> tuple[str, Properties]:
    api.ask("POST", "/api/2.0/workspace/mkdirs", {"path": given["path"].rpartition("/")[0]})
    wanted = {"path": given["path"], "content": given["contentBase64"], "format": "AUTO", "overwrite": True}
    api.ask("POST", "/api/2.0/workspace/import", wanted)
    return str(given["path"]), {"workspacePath": f"/Workspace{given['path']}"}


def file_read(api: Api, number: str) -> Properties | None:
    found = api.find("/api/2.0/workspace/export", path=number)
    return None if found is None else {"path": number, "contentBase64": found["content"]}


def file_delete(api: Api, number: str, olds: Properties) -> None:
    if file_read(api, number) is not None:
        api.ask("POST", "/api/2.0/workspace/delete", {"path": number})


_HELD = ("comment", "owner", "properties")
KINDS = {
    "databricks:index/catalog:Catalog": securable("catalogs", (), (*_HELD, "isolation_mode")),
    "databricks:index/schema:Schema": securable("schemas", ("catalogName",), _HELD),
    "databricks:index/volume:Volume": securable("volumes", ("catalogName", "schemaName"), ("comment", "owner")),
    "databricks:index/grant:Grant": Kind(
        *(grant_create, grant_read, grant_update, grant_delete), replaces=frozenset({*_ON, "principal"})
    ),
    "databricks:index/sqlEndpoint:SqlEndpoint": Kind(
        lambda api, given: (str(api.ask("POST", _WAREHOUSES, snake(given))["id"]), {}),
        *(warehouse_read, warehouse_update, warehouse_delete),
        replaces=frozenset(),
    ),
    "databricks:index/permissions:Permissions": Kind(
        permissions_create,
        lambda api, number: {},
        lambda api, number, olds, news: (permissions_create(api, news), None)[1],
        permissions_delete,
        computed=frozenset({"objectType"}),
        replaces=frozenset({"sqlEndpointId"}),
    ),
    "databricks:index/job:Job": Kind(job_create, job_read, job_update, job_delete, replaces=frozenset()),
    "databricks:index/workspaceFile:WorkspaceFile": Kind(
        file_put,
        file_read,
        lambda api, number, olds, news: (file_put(api, news), None)[1],
        file_delete,
        computed=frozenset({"workspacePath"}),
        replaces=frozenset({"path"}),
    ),
}
