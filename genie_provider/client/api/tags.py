"""tags: workspace entity tags on spaces (Public Preview), eventually consistent."""

from __future__ import annotations

from genie_provider.client.http.attempts import Request
from genie_provider.client.http.paging import pages, part, text_of
from genie_provider.client.http.transport import Transport
from genie_provider.errors import WorkspaceError

_PATH = "/api/2.0/entity-tag-assignments"
_KIND = "geniespaces"  # other spellings are refused (genie-promote-cicd, live, July 2026)
_NEEDS = "CAN EDIT on the space (and ASSIGN on the tag's policy, if it is governed)"


class Tags:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def tags(self, space_id: str) -> dict[str, str]:
        """Key → value, as far as visible yet.

        A fresh tag may take about 60 s to show (genie-promote-cicd, live, July 2026).

        A 404 right after a write is normal and means "none visible".
        """
        request = Request("read the tags", "GET", _of_space(space_id), needs="CAN VIEW on the space")
        try:
            entries = [entry for page in pages(self._transport, request, "tag_assignments") for entry in page]
        except WorkspaceError as error:
            if error.kind == "gone":
                return {}
            raise
        return {text_of(entry, "tag_key"): text_of(entry, "tag_value") for entry in entries}

    def set_tag(self, space_id: str, key: str, value: str, *, settle_s: float = 0.0) -> bool:
        """Sets the tag, whether it was there or not; True once it was seen.

        Args:
            settle_s: seconds to wait for the tag to show; 0 does not look and returns False.
        """
        entry = {"entity_type": _KIND, "entity_id": space_id, "tag_key": key, "tag_value": value}
        try:
            self._transport.call(Request(f"set the tag {key}", "POST", _PATH, body=entry, needs=_NEEDS))
        except WorkspaceError as error:
            if error.kind != "taken":
                raise
            self._change_tag(space_id, key, value)
        return settle_s > 0 and self._tag_seen(space_id, key, value, settle_s)

    def delete_tag(self, space_id: str, key: str) -> None:
        """Removes the tag; done too when there is none (or none visible yet)."""
        request = Request(f"delete the tag {key}", "DELETE", f"{_of_space(space_id)}/{part(key)}", needs=_NEEDS)
        try:
            self._transport.call(request)
        except WorkspaceError as error:
            if error.kind != "gone":
                raise

    def _change_tag(self, space_id: str, key: str, value: str) -> None:
        """PATCH of a tag that create said exists; its 404 means "not visible there yet", so a few tries."""
        entry = {"entity_type": _KIND, "entity_id": space_id, "tag_key": key, "tag_value": value}
        path, query = f"{_of_space(space_id)}/{part(key)}", {"update_mask": "tag_value"}
        clock = self._transport.clock
        for wait_s in (0.5, 2.0, 5.0, 10.0, None):
            try:
                self._transport.call(Request(f"set the tag {key}", "PATCH", path, query, body=entry, needs=_NEEDS))
                return
            except WorkspaceError as error:
                if error.kind != "gone" or wait_s is None or clock.stopped:
                    raise
                clock.sleep(wait_s)

    def _tag_seen(self, space_id: str, key: str, value: str, settle_s: float) -> bool:
        clock = self._transport.clock
        give_up_at = clock.now() + settle_s
        while self.tags(space_id).get(key) != value:
            if clock.now() >= give_up_at or clock.stopped:
                return False
            clock.sleep(2.0)
        return True


def _of_space(space_id: str) -> str:
    return f"{_PATH}/{_KIND}/{part(space_id)}/tags"
