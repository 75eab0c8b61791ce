"""state: every key that is not a field of a space, in Pulumi's inputs and outputs. States of users hold them.

Names that begin with two underscores are hidden from previews. A key once given never changes its meaning;
what is no longer written is still read. The serialised provider (`__provider`) is Pulumi's own.
"""

from __future__ import annotations

from typing import Final

# ── inputs ──────────────────────────────────────────────────────────────────────────────────

OWNER: Final = "__owner"
"""Text "project#stack_id/stack/name": the salt of derived ids. Without "#…" where the stack has no id."""

FILE: Final = "__file"
"""Text: the spec's file, so that an error can name it."""

WAIT: Final = "__wait"
"""Seconds to wait for tables that somebody else makes."""

ORDER: Final = "__order"
"""Section → positions of its sorted keys in authored order ("2 0 1"), where that is not alphabetical."""

MARKS: Final = "__marks"
"""Text: marks of what the spec said at the last `up`, one for each entry, by which edits in the UI are told."""

RIGHTS: Final = "__rights"
"""JSON text on a space just imported: its rights and tags, until a spec speaks of them."""

PACKED: Final = "__packed"
"""Of the program's inputs only: all the others as one JSON text. The host unpacks it; no state holds it."""

SEAL: Final = "__seal"
"""Text: of which packed text these inputs were made, so that the same again need not be unpacked."""

# ── outputs ─────────────────────────────────────────────────────────────────────────────────

WRITTEN: Final = "__written"
"""The space's `update_time` after our last write; a read that shows an older one is stale."""

OWNER_MARK: Final = "__mark"
"""The tag `genie_owner` as it was last written; where it is not what it should be, the next write sets it."""

KEPT: Final = "__kept"
"""Marks of entries that the workspace holds otherwise than they were sent."""

LEFT: Final = "__left"
"""Marks of what a write that failed left in the space; what is still so is nobody's edit."""

SEEN: Final = "__seen"
"""The space's `update_time` as of the last read."""

UNFINISHED: Final = "__unfinished"
"""The steps that the last create or update left undone, told again by every read."""

SPACE_ID: Final = "space_id"
"""The workspace's id of the space; also Pulumi's id of the resource."""

URL: Final = "url"
"""Where people open the space."""

ETAG: Final = "etag"
"""The workspace's mark of the body as last read or written."""

FINGERPRINT: Final = "fingerprint"
"""A short mark of the inputs, for the stock host, which gives `diff` the outputs alone."""

PARENT_PATH: Final = "parent_path"
"""The folder as the inputs said it, for the stock host."""

WAREHOUSE: Final = "warehouse"
"""The warehouse in the spec's word (name or id), for the stock host."""

WAREHOUSE_ID: Final = "warehouse_id"
"""The id that the word meant at the last read."""

WAREHOUSE_NAME: Final = "warehouse_name"
"""The name of that warehouse."""

WORKSPACE_ID: Final = "workspace_id"
"""Which workspace this is, so that another one is noticed before anything is written."""

CREATOR: Final = "creator"
"""Who made the space, whose own rights `exact` never takes."""

GRANTED: Final = "granted"
"""Principal → level that we granted, so that what leaves the spec can be taken back."""

TAGGED: Final = "tagged"
"""The tag keys that we set, so that what leaves the spec can be taken off."""

MAKERS: Final = "makers"
"""In place of `creator` where the space was imported or taken over: everybody who could manage it then."""

STALE: Final = "stale"
"""permissions, tags → digest of what was shown right after our write in place of it: as long as that, it is the lag."""

UNSETTLED: Final = "unsettled"
"""Time of a write that the workspace did not show yet; written by earlier versions, and read no more."""

UNVERIFIED: Final = "warehouse_unverified"
"""True after a change of warehouse until a question was answered."""

UNWRITTEN: Final = "unwritten"
"""Names of inputs that an unfinished create has not brought to the workspace yet."""


# ── the workspace ───────────────────────────────────────────────────────────────────────────

OWNER_TAG: Final = "genie_owner"
"""The tag that says whose a space is (see `model.ownership_key.Mark`)."""


def is_hidden(name: str) -> bool:
    """Whether the key is the tool's own, and nothing that a person wrote."""
    return name.startswith("__")
