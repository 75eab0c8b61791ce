"""client: the only door to the workspace.

In: request bodies from `wire`. Out: `RemoteSpace` and its neighbours. Errors leave as `WorkspaceError`
(or `SettingsError`, when the settings cannot be used), free of tokens and of whole response bodies.
Nothing connects at import, and neither `requests` nor the SDK is imported before the first call.

    auth          which workspace, which credentials
    http          one call: deadline, waits, what may be repeated, answers in plain words
    api           the calls, one family a module
    workspace     all of them as one object; `caching` for commands that look twice and write nothing

The SDK is used for credentials alone. Its transport repeats a POST that timed out, drops response fields
it does not know and ends its waits in the built-in TimeoutError: each a way to duplicates or lost work.
"""

from genie_provider.client.api.conversations import Reply
from genie_provider.client.api.files import RemoteFile, volume_of, volume_path
from genie_provider.client.api.jobs import JobRun
from genie_provider.client.api.principals import Grant, Identity
from genie_provider.client.api.privileges import Granted
from genie_provider.client.api.spaces import RemoteSpace, SpaceSummary
from genie_provider.client.api.statements import Rows
from genie_provider.client.api.unity_catalog import Function, Table
from genie_provider.client.api.warehouses import Warehouse
from genie_provider.client.auth.resolve import Access
from genie_provider.client.http.progress import Report, reporter_of_thread, reporting
from genie_provider.client.workspace import Workspace

__all__ = [
    "Access",
    "Function",
    "Grant",
    "Granted",
    "Identity",
    "JobRun",
    "RemoteFile",
    "RemoteSpace",
    "Reply",
    "Report",
    "Rows",
    "SpaceSummary",
    "Table",
    "Warehouse",
    "Workspace",
    "reporter_of_thread",
    "reporting",
    "volume_of",
    "volume_path",
]
