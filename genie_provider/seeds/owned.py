"""owned: what tables, schemas and functions have in common: made by statements, marked as ours.

The mark is "project/stack/name", kept with the object itself (a property, or the comment of a function). An
object without our mark is somebody else's: it is never replaced, changed or dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from ..client import Rows, Workspace
from ..config.settings import Settings, from_provider_config
from ..errors import GenieError, WorkspaceError
from ..lifecycle import UNKNOWN, Call, Change, Checked, Found, Lifecycle, Made, Properties
from ..reconcile.session import WorkspaceSession

if TYPE_CHECKING:
    from typing_extensions import Self

OWNER: Final = "__owner"
"""Hidden input: "project/stack/name"."""
MARK: Final = "genie_seed"
"""The property that holds the mark."""

_START_S: Final = 600.0
"""A stopped pro warehouse takes minutes to start."""


class MarkedLifecycle(Lifecycle):
    """Base of the three; a subclass says what the object is called and how it is made, seen and dropped."""

    kind = "object"
    stable_outputs = frozenset({"name"})

    def __init__(self, config: Mapping[str, str]) -> None:
        self._settings = from_provider_config(config)
        self.read_before_preview = self._settings.read_before_preview
        self._session = WorkspaceSession(self._settings)

    @classmethod
    def of(cls, settings: Settings, workspace: Workspace) -> Self:
        """The lifecycle of a workspace that is known already, for commands."""
        made = cls({})
        made._settings, made._session = settings, WorkspaceSession(settings, workspace)
        return made

    # ── what a subclass does ────────────────────────────────────────────────────────────────

    def _mark_of(self, name: str) -> str | None:
        """The mark of the object of that name; "" where it has none, None where there is no object."""
        raise NotImplementedError

    def _make(self, call: Call, inputs: Properties) -> Properties:
        """Makes the object, which is not there or ours; outputs beside those of every kind."""
        raise NotImplementedError

    def _change(self, call: Call, old_inputs: Properties, news: Properties) -> Properties:
        """Brings our object to what `news` say."""
        return self._make(call, news)

    def _as_it_is(self, call: Call, inputs: Properties, outputs: Properties) -> Properties:
        """The inputs as the live object has them."""
        return inputs

    def _drop(self, call: Call, name: str, warehouse: Properties) -> None:
        """Drops our object. `warehouse` goes to `_run`: the one that it was made with, as `inputs` name it."""
        raise NotImplementedError

    def _foreign(self, name: str) -> Properties:
        """Outputs for an object that was there before us; by default that is an error."""
        raise WorkspaceError(
            "taken",
            "create",
            f"the {self.kind} {name} is there already, and this stack did not make it; nothing was changed",
            f"give the seed another name, or drop that {self.kind} if nobody needs it",
        )

    # ── the life of every kind ──────────────────────────────────────────────────────────────

    def check(self, call: Call, olds: Properties | None, news: Properties) -> Checked:
        return Checked(dict(news))

    def diff(
        self, call: Call, id: str, old_inputs: Properties, old_outputs: Properties, news: Properties
    ) -> list[Change]:
        found: list[Change] = []
        for name in sorted({*old_inputs, *news}):
            if name.startswith("__"):
                continue
            old, new = old_inputs.get(name), news.get(name)
            if isinstance(old, dict) and isinstance(new, dict):
                found += [_entry((name, key), old, new) for key in sorted({*old, *new}) if old.get(key) != new.get(key)]
            elif old != new:
                found.append(_entry((name,), old_inputs, news))
        return found

    def create(self, call: Call, inputs: Properties) -> Made:
        name = known_name(inputs, "create")
        return Made(name, self._told(call, inputs, "create", lambda: self._bring_about(call, inputs)))

    def read(self, call: Call, id: str, inputs: Properties | None, outputs: Properties | None) -> Found | None:
        known, past = inputs or {}, outputs or {}
        name = str(past.get("name") or known.get("name") or id)
        if not known and not past:
            raise GenieError(f"a seed's {self.kind} is not imported; the program makes it")

        def look() -> Found | None:
            mark = self._mark_of(name)
            self._session.check_workspace(past)
            if mark is None:
                return None
            if not known:  # the stock host hands over no inputs, so there is nothing to compare
                return Found(id, {}, past)
            if mark != known.get(OWNER):
                if past.get("ours", True):
                    call.notify("warning", f"{name} does not carry this stack's mark any more; it is left alone")
                return Found(id, known, past)
            return Found(id, self._as_it_is(call, known, past), past)

        return self._session.following(call, lambda: self._named(call, "read", look))

    def update(self, call: Call, id: str, old_inputs: Properties, old_outputs: Properties, news: Properties) -> Made:
        name, before = known_name(news, "update"), str(old_outputs.get("name") or id)

        def change() -> Properties:
            self._session.check_workspace(old_outputs)
            if name != before:
                outputs = self._bring_about(call, news)
                self._drop_ours(call, before, str(news.get(OWNER, "")), str(news.get("warehouse") or ""))
                return outputs
            mark = self._mark_of(name)
            if mark is None:
                return self._bring_about(call, news)
            if mark != news.get(OWNER):
                return {**self._foreign(name), **self._outputs(news)}
            return {**self._change(call, old_inputs, news), **self._outputs(news)}

        return Made(id, self._told(call, news, "update", change))

    def delete(self, call: Call, id: str, outputs: Properties) -> None:
        def drop() -> None:
            self._session.check_workspace(outputs)
            name, owner = str(outputs.get("name") or id), str(outputs.get("owner", ""))
            self._drop_ours(call, name, owner, str(outputs.get("warehouse") or ""))

        self._session.following(call, lambda: self._named(call, "drop", drop))

    # ── steps ───────────────────────────────────────────────────────────────────────────────

    def _bring_about(self, call: Call, inputs: Properties) -> Properties:
        """Makes it; one that an interrupted run of this stack made is taken up where that stopped."""
        name = str(inputs["name"])
        mark = self._mark_of(name)
        if mark is not None and mark != inputs.get(OWNER):
            return {**self._foreign(name), **self._outputs(inputs)}
        return {**self._make(call, inputs), **self._outputs(inputs)}

    def _drop_ours(self, call: Call, name: str, owner: str, warehouse: str) -> None:
        mark = self._mark_of(name)
        if mark is None:
            return
        if not owner or mark != owner:
            call.notify("info", f"the {self.kind} {name} stays: this stack did not make it")
            return
        self._drop(call, name, {"warehouse": warehouse})

    def _outputs(self, inputs: Properties) -> Properties:
        made_with = {"warehouse": inputs["warehouse"]} if inputs.get("warehouse") else {}
        known = {"name": inputs["name"], "owner": inputs.get(OWNER), "workspace_id": self._workspace.workspace_id()}
        return {**known, **made_with}

    @property
    def _workspace(self) -> Workspace:
        return self._session.workspace

    def _run(self, sql: str, inputs: Properties | None = None, *, repeatable: bool = False, step: str = "") -> Rows:
        word = str((inputs or {}).get("warehouse") or self._settings.warehouse)
        if not word:
            raise GenieError(f"a {self.kind} needs a SQL warehouse: set genie:warehouse, or name one")
        warehouse = self._workspace.find_warehouse(word).id
        return self._workspace.statement(
            sql, warehouse, repeatable=repeatable, timeout_s=_START_S, step=step or f"make the {self.kind}"
        )

    def _is_quick(self, inputs: Properties) -> bool:
        """Whether the warehouse answers at once: reading must not start one that takes minutes and costs money."""
        word = str(inputs.get("warehouse") or self._settings.warehouse)
        warehouse = self._workspace.find_warehouse(word) if word else None
        return bool(warehouse and (warehouse.state in ("RUNNING", "STARTING") or warehouse.serverless))

    def _told(self, call: Call, inputs: Properties, step: str, do: Any) -> Properties:
        outputs: Properties = self._named(call, step, do)
        return {name: value for name, value in outputs.items() if value is not None}

    def _named(self, call: Call, step: str, do: Any) -> Any:
        from ..client import reporting

        try:
            with reporting(lambda text: call.notify("status", text)):
                return do()
        except WorkspaceError as error:
            raise error.about(call.name, step) from error.__cause__


def known_name(inputs: Properties, step: str) -> str:
    if any(value is UNKNOWN for value in inputs.values()):
        raise WorkspaceError("invalid", step, "a value of another resource is not known yet")
    return str(inputs["name"])


def _entry(path: tuple[str, ...], old: Properties, new: Properties) -> Change:
    key = path[-1]
    return Change(path, "add" if key not in old else "delete" if key not in new else "update")
