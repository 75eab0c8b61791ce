"""ui_edits: what people edited in the UI and the next `pulumi up` would undo, told before it does."""

from __future__ import annotations

from ..compare import diff
from ..errors import WorkspaceError
from ..lifecycle import Call, Properties
from ..model.state import MARKS, SEEN
from . import warehouse


def tell(call: Call, live: Properties, news: Properties, outputs: Properties, *, stops: bool) -> None:
    """At a preview: which entries were edited in the UI, since when, and how to keep them."""
    edited = _edits_in_ui(live, news, live.get(MARKS, ""), outputs)
    if not edited:
        return
    what = "; ".join(f"{edit}{' (and in the spec)' if edit.author == 'both' else ''}" for edit in edited)
    fate = "pulumi up stops here (genie:uiEdits is stop)" if stops else "pulumi up undoes it"
    call.notify(
        "warning",
        f"edited in the UI since the last up{_since(outputs.get(SEEN))}: {what}\n"
        f"{fate}; to keep it, run before that: python -m genie_provider pull {call.name or live.get('title', '')}",
    )


def watch(
    call: Call,
    live: Properties,
    old_inputs: Properties,
    outputs: Properties,
    news: Properties,
    update_time: str,
    *,
    stops: bool,
) -> None:
    """Stops or warns when an update overwrites what somebody edited in the UI.

    The preview showed the edits it read; what landed after it is caught here, since `live` is the space
    as it is now.
    """
    live = warehouse.in_same_word(live, outputs, news)
    edited = _edits_in_ui(live, news, old_inputs.get(MARKS, ""), outputs)
    if not edited:
        return
    if stops:
        what = "; ".join(map(str, edited))
        raise WorkspaceError(
            "edited",
            "update",
            f"edited in the UI since the last up{_since(update_time)}: {what}. Nothing was sent",
            f"to keep it: python -m genie_provider pull {call.name or news.get('title', '')}; "
            "to undo it: pulumi config set genie:uiEdits undo, or take it back in the UI",
        )
    shown = {change.path for change in diff.changes(warehouse.in_same_word(old_inputs, outputs, news), news)}
    fresh = [edit for edit in edited if not any(path[: len(edit.path)] == edit.path for path in shown)]
    if fresh:
        what = "; ".join(map(str, fresh))
        call.notify("warning", f"edited in the UI after the preview{_since(update_time)}, and undone: {what}")


def _since(update_time: str | None) -> str:
    return f" (last edit {update_time})" if update_time else ""


def _edits_in_ui(live: Properties, news: Properties, marks: str, outputs: Properties) -> list[diff.Edit]:
    """What differs and was not made so by the spec; what our own last write left undone is no edit."""
    undone = outputs.get("unwritten") or ()
    found = diff.edits(live, news, marks)
    return [edit for edit in found if edit.author != "spec" and edit.path[0] not in undone]
