"""client: the only door to the workspace.

In: request bodies from `wire`. Out: `RemoteSpace` and its neighbours. Errors leave as `WorkspaceError`
(or `SettingsError`, when the settings cannot be used), free of tokens and of whole response bodies.
Nothing connects at import, and neither `requests` nor the SDK is imported before the first call.

    access        which workspace, which credentials (profiles, credentials beneath it)
    transport     one call: deadline, waits, what may be repeated (pace, sending, voice, redaction)
    answers       error answers → kinds and ways out
    spaces, people, warehouses, catalog, tags, statements, questions       the API, one room each
    workspace     all of them as one object

The SDK is used for credentials alone. Its transport repeats a POST that timed out, drops response fields
it does not know and ends its waits in the built-in TimeoutError: each a way to duplicates or lost work.
"""

from genie_provider.client.api.conversations import Reply
from genie_provider.client.api.principals import Grant, Identity
from genie_provider.client.api.spaces import RemoteSpace, SpaceSummary, plain_path
from genie_provider.client.api.statements import Rows
from genie_provider.client.api.unity_catalog import Function, Table
from genie_provider.client.api.warehouses import Warehouse
from genie_provider.client.auth.resolve import Access
from genie_provider.client.http.progress import Say, speaking, voice
from genie_provider.client.workspace import Workspace

__all__ = [
    "Access",
    "Function",
    "Grant",
    "Identity",
    "RemoteSpace",
    "Reply",
    "Rows",
    "Say",
    "SpaceSummary",
    "Table",
    "Warehouse",
    "Workspace",
    "plain_path",
    "speaking",
    "voice",
]
