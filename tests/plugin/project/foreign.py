"""Somebody else's dynamic resource, written against Pulumi's stock host."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)


class BoxProvider(ResourceProvider):
    def __init__(self, label: str) -> None:
        self.label = label

    def configure(self, req: ConfigureRequest) -> None:
        self.color = req.config.get("box:color")

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        failures = [CheckFailure("size", "too big")] if news.get("size") == 99 else []
        return CheckResult(news, failures)

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        replaces = ["size"] if _olds["size"] != _news["size"] else []
        changes = any(_olds.get(key) != _news.get(key) for key in ("size", "password", "words"))
        return DiffResult(changes, replaces=replaces)

    def create(self, props: dict[str, Any]) -> CreateResult:
        if props["size"] == 13:
            raise RuntimeError("no box of that size")
        return CreateResult("box-1", {**props, "label": self.label, "color": self.color})

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        return ReadResult(id_, props)

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        return UpdateResult({**_news, "label": self.label, "color": self.color})

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        assert _props["password"]


class Box(Resource, module="other", name="Box"):
    label: pulumi.Output[str]
    color: pulumi.Output[str]

    def __init__(self, name: str, props: dict[str, Any]) -> None:
        super().__init__(BoxProvider("made by hand"), name, {**props, "label": None, "color": None})
