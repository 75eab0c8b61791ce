"""lifecycles: a space's life against a local workspace, as the engine would lead it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from emulator.handle import Handle
from genie_provider.client import Access, Workspace
from genie_provider.codec.spec_inputs import Defaults, inputs_of
from genie_provider.compare import diff
from genie_provider.lifecycle import Call, Change, Made, Properties
from genie_provider.model.spec import SpaceSpec
from genie_provider.model.state import MARKS
from genie_provider.reconcile.space import SpaceLifecycle

WAREHOUSE = "Serverless Starter Warehouse"
TRIPS = "samples.nyctaxi.trips"


def trips(**more: Any) -> dict[str, Any]:
    return {"title": "Trips", "data_sources": {"tables": [TRIPS]}, "sample_questions": ["How many?"], **more}


@dataclass
class Life:
    """One space of one stack: `up` brings the spec about, `preview` says what an `up` would change.

    Each of them is a run of its own, so nothing is remembered but the state.
    """

    workspace: Handle
    token: str = "anything"
    settings: dict[str, str] = field(default_factory=dict)
    defaults: Defaults = field(default_factory=lambda: Defaults(warehouse=WAREHOUSE))
    id: str = ""
    inputs: Properties = field(default_factory=dict)
    outputs: Properties = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def up(self, spec: dict[str, Any]) -> Made:
        """Reads first, as the engine does, then creates or updates."""
        news = self._wanted(spec)
        run, call = self._run(), self._call()
        if not self.id:
            made = run.create(call, news)
        else:
            self.read(run)
            made = run.update(call, self.id, self.inputs, self.outputs, news)
        self.id, self.inputs, self.outputs = made.id, news, made.outputs
        return made

    def preview(self, spec: dict[str, Any]) -> list[Change]:
        run, call = self._run(), self._call()
        self.read(run)
        news = run.check(call, self.inputs, self._wanted(spec)).inputs
        return run.diff(call, self.id, self.inputs, self.outputs, news)

    def read(self, run: SpaceLifecycle | None = None) -> Properties:
        found = (run or self._run()).read(self._call(), self.id, self.inputs, self.outputs)
        assert found is not None
        self.inputs, self.outputs = found.inputs, found.outputs
        return found.inputs

    def client(self) -> Workspace:
        """A connection of a person's own."""
        return Workspace(Access.find(self.workspace.url, None, self.token, env={}))

    def rights(self) -> dict[str, str]:
        """principal → direct level, as the workspace holds them."""
        return direct_rights(self.workspace, self.id)

    def _wanted(self, spec: dict[str, Any]) -> Properties:
        inputs = inputs_of(SpaceSpec.model_validate(spec), "genie/dev/trips", self.defaults)
        return {**inputs, MARKS: diff.marks(inputs)}

    def _run(self) -> SpaceLifecycle:
        return SpaceLifecycle({"genie:host": self.workspace.url, "genie:token": self.token, **self.settings})

    def _call(self) -> Call:
        urn = "urn:pulumi:dev::genie::pulumi-python:dynamic/genie:GenieSpace::trips"
        return Call("trips", "genie", "dev", urn, notify=lambda level, text: self.said.append(f"{level}: {text}"))


def direct_rights(workspace: Handle, space_id: str) -> dict[str, str]:
    import requests

    session = requests.Session()
    session.trust_env = False
    answer = session.get(
        f"{workspace.url}/api/2.0/permissions/genie/{space_id}", headers={"Authorization": "Bearer root"}, timeout=10
    ).json()
    fields = {"user_name": "user", "group_name": "group", "service_principal_name": "service_principal"}
    return {
        f"{kind}:{entry[name]}": right["permission_level"]
        for entry in answer["access_control_list"]
        for name, kind in fields.items()
        if name in entry
        for right in entry["all_permissions"]
        if not right["inherited"]
    }


def set_rights(workspace: Handle, space_id: str, method: str = "PATCH", **levels: str) -> None:
    """By hand, as an admin: principal → level."""
    import requests

    fields = {"user": "user_name", "group": "group_name", "service_principal": "service_principal_name"}
    entries = []
    for who, level in levels.items():
        kind, _, name = who.partition(":")
        entries.append({fields[kind]: name, "permission_level": level})
    session = requests.Session()
    session.trust_env = False
    session.request(
        method,
        f"{workspace.url}/api/2.0/permissions/genie/{space_id}",
        json={"access_control_list": entries},
        headers={"Authorization": "Bearer root"},
        timeout=10,
    ).raise_for_status()
