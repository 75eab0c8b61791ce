"""A caller who speaks plain HTTP to a local workspace."""

from __future__ import annotations

import json
from typing import Any

import requests

from emulator.state.warehouses import STARTER_ID

SPACES = "/api/2.0/genie/spaces"


class Caller:
    """One token's view of a workspace."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.trust_env = False
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def ask(self, method: str, path: str, body: Any = None, /, **query: Any) -> requests.Response:
        return self._session.request(method, self._url + path, json=body, params=query, timeout=10)

    def get(self, path: str, /, **query: Any) -> requests.Response:
        return self.ask("GET", path, None, **query)

    def create(self, body: Any = None, **fields: Any) -> requests.Response:
        text = body if isinstance(body, str) else json.dumps(body if body is not None else {"version": 2})
        return self.ask("POST", SPACES, {"warehouse_id": STARTER_ID, "serialized_space": text, **fields})

    def made(self, body: Any = None, **fields: Any) -> dict[str, Any]:
        answer = self.create(body, **fields)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def full(self, space_id: str) -> requests.Response:
        return self.get(f"{SPACES}/{space_id}", include_serialized_space="true")

    def body(self, space_id: str) -> dict[str, Any]:
        return dict(json.loads(self.full(space_id).json()["serialized_space"]))

    def update(self, space_id: str, body: Any = None, **fields: Any) -> requests.Response:
        if body is not None:
            fields["serialized_space"] = json.dumps(body)
        return self.ask("PATCH", f"{SPACES}/{space_id}", fields)

    def trash(self, space_id: str) -> requests.Response:
        return self.ask("DELETE", f"{SPACES}/{space_id}")

    def listed(self, **query: Any) -> list[str]:
        return [each["title"] for each in self.get(SPACES, **query).json().get("spaces", [])]

    def sql(self, statement: str, **rest: Any) -> dict[str, Any]:
        asked = {"statement": statement, "warehouse_id": STARTER_ID, **rest}
        return dict(self.ask("POST", "/api/2.0/sql/statements", asked).json())

    def rows(self, statement: str, **rest: Any) -> list[list[str | None]]:
        answer = self.sql(statement, **rest)
        assert answer["status"]["state"] == "SUCCEEDED", answer
        return list(answer["result"].get("data_array", []))


def error_of(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error_code"]
