"""spaces: Genie spaces as the workspace holds them. Create once, read whole, change in place, trash."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from genie_provider.client.http.attempts import Request
from genie_provider.client.http.pacing import backoff_s
from genie_provider.client.http.paging import pages, part, text_of
from genie_provider.client.http.progress import reporter
from genie_provider.client.http.transport import Transport
from genie_provider.errors import WorkspaceError
from genie_provider.text import folder, has_surrogate, json_text

_PATH = "/api/2.0/genie/spaces"
_MEND = "mend it in the UI; until then this tool leaves the space alone"
PAGE_SIZE = 100  # the documented maximum; the default is 20
CONFIRM_TRASH_S = 60.0
_OTHER_CODE = re.compile(r"(?:TABLE|VIEW|SCHEMA|CATALOG|FUNCTION|ROUTINE|WAREHOUSE|ENDPOINT|METASTORE|USER|GROUP)_")
_OTHER_THING = re.compile(
    r"(?i)^(?!.*\b(?:genie|space|room|dataroom)s?\b)"
    r".*\b(?:tables?|views?|schemas?|catalogs?|functions?|warehouses?|endpoints?|metastores?|principals?)\b",
    re.DOTALL,
)
_KNOWN = {
    "space_id",
    "title",
    "description",
    "warehouse_id",
    "parent_path",
    "serialized_space",
    "etag",
    "create_time",
    "update_time",
}


@dataclass(frozen=True)
class RemoteSpace:
    """A space as the workspace holds it now.

    Attributes:
        description: "" if absent.
        parent_path: without `/Workspace` and without a trailing slash; the server drops the prefix.
        body: `serialized_space` parsed; None means unknown (not asked for, or not ready yet: it can be
            empty for one to three minutes after creation), never "empty".
        etag: "" unless the definition came along.
        create_time, update_time: RFC 3339 text, "" if absent.
        extra: fields of the answer that this version does not know, as they came.
    """

    space_id: str
    title: str = ""
    description: str = ""
    warehouse_id: str = ""
    parent_path: str = ""
    body: dict[str, Any] | None = None
    etag: str = ""
    create_time: str = ""
    update_time: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SpaceSummary:
    """One line of the listing; only id, title and create_time have been relied on by anybody."""

    space_id: str
    title: str = ""
    create_time: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict)


def compact(body: Mapping[str, Any]) -> str:
    """The text sent as `serialized_space`; order of entries and keys as given."""
    return json_text.dumps(body)


class Spaces:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self, space_id: str) -> RemoteSpace | None:
        """The space with its definition, or None when it is gone or in the trash.

        Needs CAN EDIT: less shows no definition, and the API then answers 403.

        Raises:
            WorkspaceError: "forbidden" is never None; also when an attached table is hidden from us.
        """
        return self._read_space(space_id, {"include_serialized_space": "true"}, "CAN EDIT on the space")

    def get_head(self, space_id: str) -> RemoteSpace | None:
        """The space without its definition and etag (CAN VIEW is enough), or None when it is gone."""
        return self._read_space(space_id, None, "CAN VIEW on the space")

    def create(
        self,
        *,
        title: str,
        warehouse_id: str,
        body: Mapping[str, Any],
        description: str | None = None,
        parent_path: str | None = None,
    ) -> RemoteSpace:
        """Makes a space, in one attempt: the call is not idempotent: two equal ones give two spaces.

        It waits only where nothing was carried out: 429, and connections that never came about. The
        returned title can differ: on a collision the workspace appends the time.

        Raises:
            WorkspaceError: "ambiguous" when the space may exist; "no_folder" when the parent folder does
                not (make it with `make_folder` and try once more); else as the workspace says.
        """
        wanted = {"title": title, "warehouse_id": warehouse_id, "serialized_space": compact(body)}
        wanted |= {} if description is None else {"description": description}
        wanted |= {} if parent_path is None else {"parent_path": parent_path}
        data = self._transport.call(
            Request(
                "create",
                "POST",
                _PATH,
                body=wanted,
                repeatable=False,
                makes_in_folder=parent_path is not None,
                needs="CAN USE on the warehouse, SELECT on every table and the right to add to the folder",
            )
        )
        return to_space(data, "create", wrote=True)

    def update(
        self, space_id: str, changes: Mapping[str, Any], *, before_repeat: Callable[[], None] | None = None
    ) -> RemoteSpace:
        """Changes only what is given; a dict under "serialized_space" replaces the whole definition.

        A lost answer is asked for again: the same values twice are the same. Not with an "etag", where
        the second attempt would be refused because the first one worked.

        Args:
            before_repeat: asked before every further attempt; what it raises ends the call.

        Raises:
            WorkspaceError: "taken" when the title is used in that folder, "gone", "no_folder".
        """
        wanted = dict(changes)
        if isinstance(wanted.get("serialized_space"), Mapping):
            wanted["serialized_space"] = compact(wanted["serialized_space"])
        request = Request(
            "update",
            "PATCH",
            f"{_PATH}/{part(space_id)}",
            body=wanted,
            repeatable="etag" not in wanted,
            needs="CAN EDIT on the space, CAN USE on its warehouse and SELECT on its tables",
            before_repeat=before_repeat,
        )
        try:
            return to_space(self._transport.call(request), "update", space_id, wrote=True)
        except WorkspaceError as error:
            if _is_about_something_else(error, space_id):
                error.kind = "failed"
            elif error.kind == "gone" and "parent_path" in wanted and self.get_head(space_id):
                error.kind = "no_folder"  # the space is there, so the 404 is about the folder
            raise

    def trash(self, space_id: str) -> None:
        """Puts the space into the trash; done too when it is there or gone already.

        A second trash answers 403 (seen live for the Terraform provider's pull request 5770), and a GET keeps showing
        a trashed space for a while,
        so after a lost answer a 403 is believed only once the GET had time to turn.
        """
        request = Request(
            "trash", "DELETE", f"{_PATH}/{part(space_id)}", repeatable=False, needs="CAN MANAGE on the space"
        )
        lost = 0
        while True:
            try:
                self._transport.call(request)
                return
            except WorkspaceError as error:
                if _is_about_something_else(error, space_id):
                    error.kind = "failed"
                if error.kind == "gone" or (error.kind == "forbidden" and self._turns_out_gone(space_id, bool(lost))):
                    return
                lost += 1
                if error.kind != "ambiguous" or lost > 2:
                    raise
            self._transport.clock.sleep(backoff_s(lost))

    def list_spaces(self) -> list[SpaceSummary]:
        """Every space the identity may see, in the order of the workspace. May lag by minutes.

        Raises:
            WorkspaceError: "garbled" when pages repeat, or an entry has no id: half a listing would
                look like missing spaces.
        """
        found: dict[str, SpaceSummary] = {}
        for page in self.space_pages():
            fresh = {entry.space_id: entry for entry in page if entry.space_id not in found}
            if page and not fresh:
                raise WorkspaceError("garbled", "list spaces", "a page repeats what came before")
            found |= fresh
        return list(found.values())

    def space_pages(self) -> Iterator[list[SpaceSummary]]:
        """The listing page by page, each as soon as it is there."""
        request = Request("list spaces", "GET", _PATH, {"page_size": PAGE_SIZE})
        for page in pages(self._transport, request, "spaces"):
            yield [_to_summary(entry) for entry in page]

    def make_folder(self, path: str) -> None:
        """Makes the folder and those above it; nothing happens if it exists."""
        wanted = path if path.startswith("/Workspace/") else f"/Workspace{path}"
        needs = "CAN MANAGE on the folder above"
        self._transport.call(
            Request(
                f"make the folder {folder(path)}",
                "POST",
                "/api/2.0/workspace/mkdirs",
                body={"path": wanted},
                needs=needs,
            )
        )

    def delete_empty_folder(self, path: str) -> None:
        """Removes a folder that holds nothing.

        Raises:
            WorkspaceError: it holds something, or may not be removed.
        """
        body = {"path": path if path.startswith("/Workspace/") else f"/Workspace{path}", "recursive": False}
        step = f"remove the folder {folder(path)}"
        try:
            self._transport.call(Request(step, "POST", "/api/2.0/workspace/delete", body=body))
        except WorkspaceError as error:
            if error.kind not in ("gone", "no_folder"):
                raise

    def _read_space(self, space_id: str, query: Mapping[str, str] | None, needs: str) -> RemoteSpace | None:
        try:
            data = self._transport.call(Request("read", "GET", f"{_PATH}/{part(space_id)}", query, needs=needs))
        except WorkspaceError as error:
            if _is_about_something_else(error, space_id):
                error.kind = "failed"
            if error.kind == "gone":
                return None
            raise
        return to_space(data, "read", space_id)

    def _turns_out_gone(self, space_id: str, asked_before: bool) -> bool:
        clock = self._transport.clock
        give_up_at = clock.now() + (CONFIRM_TRASH_S if asked_before else 0)
        while self.get_head(space_id):
            if clock.now() >= give_up_at or clock.stopped:
                return False
            reporter()("waiting for the workspace to confirm the trash")
            clock.sleep(2.0)
        return True


def _is_about_something_else(error: WorkspaceError, space_id: str) -> bool:
    """Whether a 404 says that a table, a warehouse, … is missing, and nothing about the space."""
    if error.kind != "gone" or space_id in error.message:
        return False
    return bool(_OTHER_CODE.match(error.error_code) or _OTHER_THING.search(error.message))


def _to_summary(entry: Mapping[str, Any]) -> SpaceSummary:
    space_id = entry.get("space_id")
    if not isinstance(space_id, str) or not space_id:
        raise WorkspaceError("garbled", "list spaces", "an entry has no space_id")
    return SpaceSummary(space_id, text_of(entry, "title"), text_of(entry, "create_time"), entry)


def to_space(data: Mapping[str, Any], step: str, asked: str | None = None, wrote: bool = False) -> RemoteSpace:
    space_id = data.get("space_id")
    if not isinstance(space_id, str) or not space_id or asked not in (None, space_id):
        raise _not_a_space(step, wrote, "space_id is missing or another one")
    return RemoteSpace(
        space_id,
        title=_plain_text(data, "title", step),
        description=_plain_text(data, "description", step),
        warehouse_id=text_of(data, "warehouse_id"),
        parent_path=folder(_plain_text(data, "parent_path", step)),
        body=_to_definition(data.get("serialized_space"), step),
        etag=text_of(data, "etag"),
        create_time=text_of(data, "create_time"),
        update_time=text_of(data, "update_time"),
        extra={key: value for key, value in data.items() if key not in _KNOWN},
    )


def _to_definition(text: Any, step: str) -> dict[str, Any] | None:
    if text is None or text == "" or text == "{}":
        return None
    why = "it is not a JSON object"
    try:
        body = json_text.loads(text) if isinstance(text, str) else text
    except json_text.JsonError as error:
        body, why = None, str(error)
    if isinstance(body, dict):
        return body
    if step == "read":
        raise WorkspaceError("garbled", step, f"the definition of this space cannot be kept as it is: {why}", _MEND)
    return None  # the write itself worked; what it holds is read anew


def _plain_text(data: Mapping[str, Any], key: str, step: str) -> str:
    """A text that everything after us can carry."""
    text = text_of(data, key)
    if has_surrogate(text):
        why = f"its {key} holds half a letter (a lone surrogate): {text[:40]!a}"
        raise WorkspaceError("garbled", step, f"this space cannot be kept as it is: {why}", _MEND)
    return text


def _not_a_space(step: str, wrote: bool, why: str) -> WorkspaceError:
    return WorkspaceError("ambiguous" if wrote else "garbled", step, f"the answer is not a space: {why}")
