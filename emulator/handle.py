"""handle: a running workspace as a test holds it.

It speaks to the workspace over HTTP like everybody else; what it adds is the control path in words.
"""

from __future__ import annotations

import json
from typing import Any

import requests


class Control:
    """The control path of one workspace."""

    def __init__(self, url: str) -> None:
        self._base = f"{url}/_control"
        self._session = requests.Session()
        self._session.trust_env = False

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        answer = self._session.request(method, f"{self._base}{path}", json=body, params=query, timeout=60)
        if not answer.ok:
            raise ValueError(f"{method} /_control{path}: {answer.text}")
        return answer.json()

    def settings(self) -> dict[str, Any]:
        return dict(self.ask("GET", "/settings"))

    def set_settings(self, **values: Any) -> dict[str, Any]:
        return dict(self.ask("PUT", "/settings", values))

    def reset(self) -> None:
        """As new: no spaces, no faults, default switches, an empty log."""
        self.ask("POST", "/reset")

    def add_fault(
        self,
        kind: str,
        *,
        method: str | None = None,
        path_regex: str | None = None,
        nth: int | None = None,
        every: bool | None = None,
        probability: float | None = None,
        seed: int | None = None,
        **options: Any,
    ) -> dict[str, Any]:
        """Add a fault; `options` are those of its kind, and `times`."""
        match = {
            "method": method,
            "path_regex": path_regex,
            "nth": nth,
            "every": every,
            "probability": probability,
            "seed": seed,
        }
        given = {name: held for name, held in match.items() if held is not None}
        return dict(self.ask("POST", "/faults", {"kind": kind, "match": given, **options}))

    def faults(self) -> list[dict[str, Any]]:
        return list(self.ask("GET", "/faults"))

    def clear_faults(self) -> None:
        self.ask("DELETE", "/faults")

    def requests(self) -> list[dict[str, Any]]:
        return list(self.ask("GET", "/requests"))

    def clear_requests(self) -> None:
        self.ask("DELETE", "/requests")

    def stats(self) -> dict[str, Any]:
        return dict(self.ask("GET", "/stats"))

    def wait_until_served(self, count: int) -> None:
        """Return once so many requests have come since the log was cleared, and none is under way."""
        self.ask("GET", f"/served/{count}")

    def add_table(self, full_name: str, columns: Any = None, **info: Any) -> dict[str, Any]:
        """`columns`: {"id": "bigint"} or "id bigint, name string" or a list of {name, type, comment}."""
        return dict(self.ask("POST", "/tables", {"full_name": full_name, "columns": columns or {}, **info})[0])

    def add_tables_of(self, serialized_space: str | dict[str, Any]) -> list[dict[str, Any]]:
        """Make every table and column a definition refers to."""
        return list(self.ask("POST", "/tables/of", serialized_space))

    def drop_table(self, full_name: str) -> None:
        self.ask("DELETE", f"/tables/{full_name}")

    def add_function(self, full_name: str, **info: Any) -> dict[str, Any]:
        return dict(self.ask("POST", "/functions", {"full_name": full_name, **info})[0])

    def drop_function(self, full_name: str) -> None:
        self.ask("DELETE", f"/functions/{full_name}")

    def add_catalog(self, name: str, **info: Any) -> dict[str, Any]:
        return dict(self.ask("POST", "/catalogs", {"name": name, **info}))

    def add_schema(self, full_name: str, **info: Any) -> dict[str, Any]:
        return dict(self.ask("POST", "/schemas", {"full_name": full_name, **info}))

    def change_privileges(self, kind: str, full_name: str, principal: str, **changes: list[str]) -> None:
        """`add` and `remove`: privileges of Unity Catalog; principals as it names them."""
        self.ask("POST", "/privileges", {"kind": kind, "full_name": full_name, "principal": principal, **changes})

    def add_warehouse(self, name: str, **info: Any) -> dict[str, Any]:
        return dict(self.ask("POST", "/warehouses", {"name": name, **info}))

    def change_warehouse(self, warehouse_id: str, **info: Any) -> dict[str, Any]:
        """For instance name=…, state="STOPPED", warehouse_type="CLASSIC", denied=["someone@example.com"]."""
        return dict(self.ask("PATCH", f"/warehouses/{warehouse_id}", info))

    def delete_warehouse(self, warehouse_id: str) -> None:
        self.ask("DELETE", f"/warehouses/{warehouse_id}")

    def add_principal(self, kind: str, name: str, **info: Any) -> dict[str, Any]:
        return dict(self.ask("POST", "/principals", {"kind": kind, "name": name, **info})[0])

    def add_token(self, token: str, name: str, **info: Any) -> dict[str, Any]:
        """`info`: kind, admin, groups, entitled, scopes, expired."""
        return dict(self.ask("POST", "/tokens", {"token": token, "name": name, **info}))

    def add_folder(self, path: str) -> None:
        self.ask("POST", "/folders", {"path": path})

    def grant_on_folder(self, path: str, kind: str, principal: str, level: str) -> None:
        self.ask("POST", "/grants", {"path": path, "kind": kind, "principal": principal, "level": level})

    def make_space(self, title: str, serialized_space: str | dict[str, Any] | None = None, **fields: Any) -> str:
        """One space as if made in the UI; the answer is its id."""
        given = {"title": title, **fields}
        if serialized_space is not None:
            given["serialized_space"] = serialized_space
        return str(self.ask("POST", "/spaces", {"spaces": [given]})["space_ids"][0])

    def make_spaces(self, count: int, **options: Any) -> list[str]:
        """Many spaces at once; `like` is what they have in common."""
        return list(self.ask("POST", "/spaces", {"count": count, **options})["space_ids"])

    def spaces(self, *, trashed: bool = False) -> list[dict[str, Any]]:
        """All spaces as the workspace holds them, whatever lags for others."""
        return list(self.ask("GET", "/spaces", trashed=str(trashed).lower()))

    def space(self, space_id: str) -> dict[str, Any]:
        return dict(self.ask("GET", f"/spaces/{space_id}"))

    def body(self, space_id: str) -> dict[str, Any]:
        """A space's definition, parsed."""
        return dict(json.loads(self.space(space_id)["serialized_space"]))

    def trash_in_ui(self, space_id: str) -> None:
        self.ask("DELETE", f"/spaces/{space_id}")

    def evaluations(self, space_id: str) -> list[dict[str, Any]]:
        """The space's benchmark runs, newest first."""
        return list(self.ask("GET", f"/spaces/{space_id}/evaluations"))

    def judge_by_hand(self, space_id: str, question: str, verdict: str) -> None:
        """A verdict in the latest run, as a person gives it on the Benchmarks page."""
        self.ask("POST", f"/spaces/{space_id}/verdicts", {"question": question, "verdict": verdict})

    def ask_in_ui(self, space_id: str, question: str, **fields: Any) -> None:
        """A question that somebody asked: status, sql, text, error, rating, created_ms, user."""
        self.ask("POST", f"/spaces/{space_id}/questions", {"question": question, **fields})

    def edit_in_ui(self, space_id: str, **edits: Any) -> dict[str, Any]:
        """Edit as a person does: title=…, instruction=…, add_table=…; the README lists them all."""
        return dict(self.ask("POST", f"/spaces/{space_id}/edit", edits))


class Handle:
    """A running workspace: where it is, who it takes callers for, and its control path."""

    def __init__(self, url: str, workspace_id: str, user: str) -> None:
        self.url = url
        self.workspace_id = workspace_id
        self.user = user
        self.control = Control(url)
