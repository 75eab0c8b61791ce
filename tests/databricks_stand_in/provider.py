"""A provider for the kinds of pulumi-databricks that blueprints use, against the local workspace; see README.md."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

import requests
from kinds import KINDS, Api, Kind
from pulumi.provider.experimental import provider as sdk
from pulumi.provider.experimental.property_value import Computed, PropertyValue
from pulumi.provider.experimental.server import main

VERSION = "1.118.0"


def plain(value: Any) -> Any:
    """A value as Python has it; what is not known yet is None."""
    held = value.value if isinstance(value, PropertyValue) else value
    if isinstance(held, Computed):
        return None
    if isinstance(held, float) and held.is_integer():
        return int(held)
    if isinstance(held, dict) or hasattr(held, "items"):
        return {key: plain(each) for key, each in held.items() if not key.startswith("__")}
    if isinstance(held, list | tuple):
        return [plain(each) for each in held]
    return held


def sent(value: Any) -> PropertyValue:
    if isinstance(value, dict):
        return PropertyValue({key: sent(each) for key, each in value.items()})
    if isinstance(value, list):
        return PropertyValue([sent(each) for each in value])
    if isinstance(value, int) and not isinstance(value, bool):
        return PropertyValue(float(value))
    return PropertyValue(value)


class StandIn(sdk.Provider):
    """The resources of `kinds`; everything else is refused by name."""

    def __init__(self) -> None:
        self._api = Api("", "")

    async def configure(self, request: sdk.ConfigureRequest) -> sdk.ConfigureResponse:
        given = plain(PropertyValue(request.args))
        token = given.get("token") or os.environ.get("DATABRICKS_TOKEN", "")
        self._api = Api(str(given.get("host") or ""), str(token))
        return sdk.ConfigureResponse(accept_secrets=False, supports_preview=True)

    async def invoke(self, request: sdk.InvokeRequest) -> sdk.InvokeResponse:
        found = await asyncio.to_thread(self._answer, request.tok, plain(PropertyValue(request.args)))
        return sdk.InvokeResponse({key: sent(value) for key, value in found.items()})

    def _answer(self, token: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if token == "databricks:index/getCurrentUser:getCurrentUser":
            me = self._api.ask("GET", "/api/2.0/preview/scim/v2/Me")
            return {"id": me["id"], "userName": me["userName"], "home": f"/Users/{me['userName']}"}
        if token == "databricks:index/getSqlWarehouse:getSqlWarehouse":
            for each in self._api.ask("GET", "/api/2.0/sql/warehouses")["warehouses"]:
                if each["name"] == arguments["name"]:
                    return {"id": each["id"], "name": each["name"]}
            raise ValueError(f"can't find SQL warehouse with the name {arguments['name']!r}")
        raise NotImplementedError(token)

    async def diff(self, request: sdk.DiffRequest) -> sdk.DiffResponse:
        kind, olds, news = self._kind(request), request.old_state, request.new_inputs
        keys = {*olds, *news} - kind.computed - {"id"}
        changed = [key for key in sorted(keys) if _differs(olds.get(key), news.get(key))]
        replaced = [key for key in changed if key in kind.replaces]
        update, replace = sdk.PropertyDiffKind.UPDATE, sdk.PropertyDiffKind.UPDATE_REPLACE
        detail = {key: sdk.PropertyDiff(replace if key in replaced else update, True) for key in changed}
        return sdk.DiffResponse(bool(changed), replaced, diffs=changed, detailed_diff=detail)

    async def create(self, request: sdk.CreateRequest) -> sdk.CreateResponse:
        if request.preview:
            return sdk.CreateResponse("", dict(request.properties))
        number, computed = await asyncio.to_thread(
            self._kind(request).create, self._api, plain(PropertyValue(request.properties))
        )
        computed = {key: sent(value) for key, value in computed.items()}
        return sdk.CreateResponse(number, {**request.properties, **computed})

    async def read(self, request: sdk.ReadRequest) -> sdk.ReadResponse:
        kind = self._kind(request)
        found = await asyncio.to_thread(kind.read, self._api, request.resource_id)
        if found is None:
            return sdk.ReadResponse("", {}, {})
        known = {key: sent(value) for key, value in found.items()}
        if not request.inputs:  # import
            return sdk.ReadResponse(request.resource_id, known, _without(known, kind.computed))
        live = {key: known.get(key, value) for key, value in request.inputs.items()}
        state = {**request.properties, **live}
        return sdk.ReadResponse(request.resource_id, state, live)

    async def update(self, request: sdk.UpdateRequest) -> sdk.UpdateResponse:
        kind = self._kind(request)
        kept = {key: value for key, value in request.olds.items() if key in kind.computed}
        if not request.preview:
            news = plain(PropertyValue(request.news))
            await asyncio.to_thread(
                kind.update, self._api, request.resource_id, plain(PropertyValue(request.olds)), news
            )
        return sdk.UpdateResponse({**kept, **request.news})

    async def delete(self, request: sdk.DeleteRequest) -> None:
        olds = plain(PropertyValue(request.properties))
        await asyncio.to_thread(self._kind(request).delete, self._api, request.resource_id, olds)

    def _kind(self, request: Any) -> Kind:
        return KINDS[request.type]


def _differs(old: PropertyValue | None, new: PropertyValue | None) -> bool:
    if new is not None and isinstance(new.value, Computed):
        return True
    return (plain(old) if old else None) != (plain(new) if new else None)


def _without(found: dict[str, PropertyValue], keys: frozenset[str]) -> dict[str, PropertyValue]:
    return {key: value for key, value in found.items() if key not in keys}


if __name__ == "__main__":
    requests.packages.urllib3.disable_warnings()  # type: ignore[attr-defined]
    main(sys.argv[1:], VERSION, StandIn())
