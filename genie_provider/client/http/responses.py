"""responses: from what came back to a `WorkspaceError` somebody can act on.

In: status, headers and text of an answer that is not a success. Out: kind, the workspace's words made
harmless, and the way out. Texts are matched only where the API has no code for the difference; each
such pattern stands with the report that showed it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from genie_provider.client.redaction import harmless
from genie_provider.errors import Kind, WorkspaceError

LOOK_FIRST = "Nobody knows whether it was carried out; the next run looks before it acts."
EXCERPT = 120
"""Characters shown of an answer that is not the API's."""

# A known error_code wins over the status, as in Databricks' own Python SDK.
_BY_CODE: dict[str, Kind] = {
    "ABORTED": "outdated",
    "ALREADY_EXISTS": "taken",
    "RESOURCE_ALREADY_EXISTS": "taken",
    "RESOURCE_CONFLICT": "taken",
    "RESOURCE_EXHAUSTED": "limited",
    "REQUEST_LIMIT_EXCEEDED": "limited",
    "TEMPORARILY_UNAVAILABLE": "limited",
    "UNAUTHENTICATED": "unauthenticated",
    "PERMISSION_DENIED": "forbidden",
    "INVALID_PARAMETER_VALUE": "invalid",
    "BAD_REQUEST": "invalid",
    "MALFORMED_REQUEST": "invalid",
    "FEATURE_DISABLED": "failed",
    "ENDPOINT_NOT_FOUND": "failed",
}
_BY_STATUS: dict[int, Kind] = {
    400: "invalid",
    401: "unauthenticated",
    403: "forbidden",
    404: "gone",
    409: "taken",
    429: "limited",
    503: "limited",
}
# databricks/cli (bundle/direct/dresources/genie_space.go): older workspaces answer a missing parent folder with
# 400 "Tree node with path '<p>' does not exist", newer ones with a 404 that names the folder.
_NO_FOLDER = re.compile(
    r"(?i)(tree node with path|parent (path|folder|directory)|folder|directory).*(not exist|not found)"
)
# RESOURCE_DOES_NOT_EXIST, TABLE_DOES_NOT_EXIST, NOT_FOUND, …; of a trashed space the text is known.
_GONE = re.compile(r"(?i)(does_not_exist|not_found|does not exist|not found|trashed|deleted)\b")
_TITLE_TAKEN = re.compile(r"(?i)\bnode named\b.*(already|exist)")  # genierails, May 2026: update to a used title
# An invalid personal token answers 403 "Invalid access token." on many workspaces, not 401.
_BAD_TOKEN = re.compile(r"(?i)(invalid|expired|revoked) (access )?token|token (is|has) (expired|invalid|been revoked)")
_BUCKET = re.compile(r"(?i)RPC token bucket limit has been exceeded")  # the SDK waits on this text too

_FAMILIES_403: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (
        "scope",
        re.compile(r"(?i)\bscopes?\b"),
        "The token lacks an OAuth scope: this needs `genie` (rights, warehouses and tables need `all-apis`). "
        "Log in or make the token with that scope.",
    ),
    (
        "network",
        re.compile(r"(?i)ip (access|acl|address)|blocked by"),
        "The workspace refuses this network address; ask its admin about the IP access list.",
    ),
    (
        "entitlement",
        re.compile(r"(?i)entitlement|databricks sql access"),
        "The identity lacks the `Databricks SQL access` entitlement; a workspace admin grants it.",
    ),
    (
        "feature",
        re.compile(r"(?i)partner.powered|cross-geo|not enabled|disabled"),
        "Genie needs partner-powered AI features on in this workspace; an admin turns them on.",
    ),
    (
        "data",
        re.compile(
            r"(?i)\b(table|schema|catalog|view)\b.*not exist|failed to fetch tables"
            r"|\bUSE (CATALOG|SCHEMA)\b|\bSELECT\b"
        ),
        "A table is missing or hidden: it must exist before the space (let the space depend on it), and the "
        "deploying identity needs SELECT on it with USE SCHEMA and USE CATALOG.",
    ),
    (
        "warehouse",
        re.compile(r"(?i)warehouse|endpoint"),
        "The deploying identity needs CAN USE on the SQL warehouse.",
    ),
)


@dataclass(frozen=True)
class Context:
    """What the error texts need to know about the call.

    Attributes:
        writes: whether the call changes something; then 5xx and garbage mean "nobody knows".
        needs: the right it takes, in words: "CAN EDIT on the space".
        makes_in_folder: whether a 404 means that the parent folder is missing.
    """

    step: str
    host: str
    source: str
    writes: bool = False
    needs: str = ""
    makes_in_folder: bool = False
    secrets: tuple[str, ...] = ()


def decoded(text: bytes) -> Any:
    """The JSON of an answer; raises ValueError for anything that is not clean JSON, however nested."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def garbled(context: Context, status: int, content_type: str, text: bytes | str, why: str = "") -> WorkspaceError:
    """An answer that is not the API's; for a write nobody knows what happened."""
    shown = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    excerpt = harmless(shown, context.secrets, EXCERPT)
    kind_of_text = harmless(content_type, context.secrets, 60) or "no content type"
    words = f"the answer is not the API's: {why or 'not JSON'}, {kind_of_text}"
    return WorkspaceError(
        "ambiguous" if context.writes and (200 <= status < 300 or status >= 500) else "garbled",
        context.step,
        f"{words}: {excerpt}" if excerpt else words,
        f"Is {context.host} the workspace's own address? A proxy or a log-in page may answer in its place.",
        status=status,
    )


def refusal(
    context: Context, status: int, headers: Mapping[str, str], text: bytes, retry_after_s: float | None = None
) -> WorkspaceError:
    """The error for an answer with status 300 or more."""
    content_type = headers.get("Content-Type", "")
    if 300 <= status < 400:
        return _redirected(context, status, headers.get("Location", ""))
    try:
        body = decoded(text)
    except ValueError:
        body = None
    code, message = _code_and_message(body)
    kind = _kind(context, status, code, message)
    if not (code or message) and kind not in ("unauthenticated", "limited"):
        return garbled(context, status, content_type, text)
    return WorkspaceError(
        kind,
        context.step,
        harmless(message, context.secrets),
        _hint(context, kind, code, message),
        status=status,
        error_code=harmless(code, context.secrets, 60),
        retry_after_s=retry_after_s,
    )


def _code_and_message(body: Any) -> tuple[str, str]:
    """Codes and texts of the API, of SCIM (`detail`) and of OAuth (`error_description`)."""
    if not isinstance(body, dict):
        return "", ""
    code = body.get("error_code") or body.get("error") or body.get("scimType") or ""
    message = body.get("message") or body.get("detail") or body.get("error_description") or ""
    return (str(code) if isinstance(code, (str, int)) else "", message if isinstance(message, str) else "")


def error_inside(data: Mapping[str, Any]) -> bool:
    """Whether a successful answer carries an error in its body."""
    return isinstance(data.get("error_code"), str) and bool(data["error_code"])


def error_in_success(context: Context, status: int, content_type: str, data: Mapping[str, Any]) -> WorkspaceError:
    """The API reports errors by status; a success with one inside comes from something else."""
    message = data.get("message")
    why = f"an error inside a success, {harmless(data['error_code'], context.secrets, 60)}"
    return garbled(context, status, content_type, message if isinstance(message, str) else "", why)


def _kind(context: Context, status: int, code: str, message: str) -> Kind:
    kind = _BY_CODE.get(code) or _BY_STATUS.get(status) or "failed"
    if status >= 500 and kind != "limited":
        return "ambiguous" if context.writes else "failed"
    if kind == "gone" and not (code and _GONE.search(f"{code} {message}")):
        return "failed" if code else "garbled"  # it may be a proxy's 404: never a guess at "deleted"
    if kind in ("forbidden", "invalid") and _BAD_TOKEN.search(message):
        return "unauthenticated"
    if kind in ("invalid", "failed") and _BUCKET.search(message):
        return "limited"
    if kind in ("invalid", "gone") and (_NO_FOLDER.search(message) or (kind == "gone" and context.makes_in_folder)):
        return "no_folder"
    if kind == "invalid" and _TITLE_TAKEN.search(message):
        return "taken"
    return kind


def family(error: WorkspaceError) -> str:
    """Which family a 403 belongs to: scope, network, entitlement, feature, data, warehouse or ""."""
    if error.kind != "forbidden":
        return ""
    return next((name for name, pattern, _ in _FAMILIES_403 if pattern.search(error.message)), "")


def _hint(context: Context, kind: Kind, code: str, message: str) -> str:
    if kind == "forbidden":
        known = next((way for _, pattern, way in _FAMILIES_403 if pattern.search(message)), "")
        needs = f"The deploying identity needs {context.needs}." if context.needs else ""
        return known or needs
    if kind == "failed" and code == "ENDPOINT_NOT_FOUND":
        return f"Is {context.host} a workspace (not the account console), and is it up to date?"
    if kind == "failed" and code == "FEATURE_DISABLED":
        return "Genie is off in this workspace; an admin turns it on."
    return {
        "unauthenticated": log_in_again(context.host, context.source),
        "limited": "The workspace limits requests; run again later, or with less at once (--parallel 4).",
        "taken": "Something with that name is already there; choose another, or import it.",
        "outdated": "Somebody changed it meanwhile; read it again (pulumi refresh) and decide.",
        "ambiguous": LOOK_FIRST,
        "no_folder": "The parent folder does not exist.",
    }.get(kind, "")


def log_in_again(host: str, source: str) -> str:
    """How to get working credentials, for the place they came from."""
    where = f" (in use: {source})" if source else ""
    return (
        f"Log in to {host}{where}: `databricks auth login --host {host}`, "
        "or set DATABRICKS_HOST and DATABRICKS_TOKEN, or genie:profile."
    )


def _redirected(context: Context, status: int, location: str) -> WorkspaceError:
    target = harmless(location.partition("?")[0], context.secrets, EXCERPT)
    return garbled(context, status, "", "", f"it sends us to {target or 'nowhere'}")
