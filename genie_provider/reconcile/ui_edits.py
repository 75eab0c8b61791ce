"""ui_edits: what people edited in the UI and the next `pulumi up` would undo, told before it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ..compare import diff, marks
from ..errors import WorkspaceError
from ..lifecycle import Call, Properties
from ..model.state import LEFT, MARKS, SEEN
from . import warehouse

GONE: Final = "-"
"""Stands in genie:overwrite for an entry that was removed in the UI."""


@dataclass(frozen=True)
class Judge:
    """What counts as an edit of somebody else, and what is done about it.

    Args:
        stops: genie:uiEdits is stop.
        own: marks of what this machine was about to write when its run was killed; "" where none was.
        accepted: entry → mark of its value in the space, that may be overwritten (genie:overwrite of the space).
    """

    stops: bool = False
    own: str = ""
    accepted: Mapping[str, Any] = field(default_factory=dict)

    def tell(self, call: Call, live: Properties, news: Properties, outputs: Properties) -> None:
        """At a preview: which entries were edited in the UI, since when, and how to keep them."""
        edited = self._edits(live, news, live.get(MARKS, ""), outputs)
        if not edited:
            return
        what = "; ".join(f"{edit}{' (and in the spec)' if edit.author == 'both' else ''}" for edit in edited)
        stops = self.stops and bool(self._not_accepted(edited, live))
        fate = "pulumi up stops here (genie:uiEdits is stop)" if stops else "pulumi up undoes it"
        name = call.name or live.get("title", "")
        undo = f"; to undo it: python -m genie_provider pull {name} --undo" if stops else ""
        call.notify(
            "warning",
            f"edited in the UI since the last up{_since(outputs.get(SEEN))}: {what}\n"
            f"{fate}; to keep it, run before that: python -m genie_provider pull {name}{undo}",
        )

    def watch(
        self,
        call: Call,
        live: Properties,
        old_inputs: Properties,
        outputs: Properties,
        news: Properties,
        update_time: str,
    ) -> None:
        """Stops or warns when an update overwrites what somebody edited in the UI.

        The preview showed the edits it read, which is what `old_inputs` hold; what landed after it is caught here,
        since `live` is the space as it is now.
        """
        live = warehouse.in_same_word(live, outputs, news)
        edited = self._edits(live, news, old_inputs.get(MARKS, ""), outputs)
        if not edited:
            return
        name = call.name or news.get("title", "")
        unwanted = self._not_accepted(edited, live)
        if self.stops and unwanted:
            raise WorkspaceError(
                "edited",
                "update",
                f"edited in the UI since the last up{_since(update_time)}: {_names(unwanted)}. Nothing was sent",
                f"to keep it: python -m genie_provider pull {name}; to undo it: python -m genie_provider pull {name} "
                "--undo and then pulumi up, or take it back in the UI",
            )
        seen = dict(diff.entries(warehouse.in_same_word(old_inputs, outputs, news)))
        now = dict(diff.entries(live))
        fresh = [edit for edit in edited if _content(edit.path, seen) != _content(edit.path, now)]
        if fresh:
            call.notify(
                "warning", f"edited in the UI after the preview{_since(update_time)}, and undone: {_names(fresh)}"
            )

    def _edits(self, live: Properties, news: Properties, before: str, outputs: Properties) -> list[diff.Edit]:
        """What differs and was not made so by the spec; what our own writes left undone is no edit."""
        unwritten = outputs.get("unwritten") or ()
        found = [edit for edit in diff.edits(live, news, before) if edit.author != "spec"]
        found = [edit for edit in found if edit.path[0] not in unwritten]
        for ours in (self.own, str(outputs.get(LEFT) or "")):
            if ours and found:
                others = {edit.path for edit in diff.edits(live, news, ours) if edit.author != "spec"}
                found = [edit for edit in found if edit.path in others]
        return found

    def _not_accepted(self, edited: list[diff.Edit], live: Properties) -> list[diff.Edit]:
        if not self.accepted:
            return edited
        now = dict(diff.entries(live))
        return [edit for edit in edited if str(self.accepted.get(str(edit), "")) != content_mark(edit.path, now)]


def content_mark(path: diff.Path, entries: Mapping[diff.Path, Any]) -> str:
    """The mark of an entry's value, as genie:overwrite has it."""
    return _content(path, entries) or GONE


def _content(path: diff.Path, entries: Mapping[diff.Path, Any]) -> str:
    held = marks.baseline(marks.marks([(path, entries[path])])).by_path if path in entries else {}
    return next(iter(held.values()), "")


def _names(edits: list[diff.Edit]) -> str:
    return "; ".join(map(str, edits))


def _since(update_time: str | None) -> str:
    return f" (last edit {update_time})" if update_time else ""
