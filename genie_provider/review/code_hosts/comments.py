"""comments: our own comment on a pull request, found again by its marker, and our own issue by its title.

A comment is ours if it begins with the marker and was written by the account that writes now: a marker alone proves
nothing, since anybody may type it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

from .calls import Caller, CodeHostError, refusal

PAGE: Final = 100
_MOST_PAGES: Final = 200
_APP_TYPE: Final = "Bot"


@dataclass(frozen=True)
class Posted:
    """Where the text stands now, and whether it was there before."""

    url: str
    renewed: bool


class CodeHost(Protocol):
    """One of the three systems, at one pull request or repository."""

    name: str

    def comment(self, number: str, marker: str, text: str) -> Posted:
        """Writes our comment on the pull request, over the earlier one where there is one.

        Raises:
            CodeHostError: not allowed, or no answer.
        """

    def issue(self, title: str, text: str) -> Posted:
        """Opens the issue of that title, or renews the one that is open.

        Raises:
            CodeHostError: not allowed, or no answer.
        """

    def close_issue(self, title: str, text: str) -> Posted | None:
        """Closes the issue of that title with a last word; None where none is open."""


class GitHub:
    """Args: repository: owner/name."""

    name = "GitHub"

    def __init__(self, call: Caller, repository: str) -> None:
        self._call, self._at = call, f"repos/{repository}"

    def comment(self, number: str, marker: str, text: str) -> Posted:
        ours = _first(self._mine(f"{self._at}/issues/{number}/comments", marker))
        if ours is None:
            made = self._done("comment on the pull request", "POST", f"{self._at}/issues/{number}/comments", text)
            return Posted(str(made.get("html_url", "")), False)
        made = self._done("renew the comment", "PATCH", f"{self._at}/issues/comments/{ours['id']}", text)
        return Posted(str(made.get("html_url", "")), True)

    def issue(self, title: str, text: str) -> Posted:
        found = self._open_issue(title)
        path = f"{self._at}/issues/{found['number']}" if found else f"{self._at}/issues"
        answer = self._call("PATCH" if found else "POST", path, {"title": title, "body": text})
        if not answer.is_fine:
            raise refusal("write the issue", answer, "the token needs `issues: write`")
        return Posted(str(answer.body.get("html_url", "")), found is not None)

    def close_issue(self, title: str, text: str) -> Posted | None:
        found = self._open_issue(title)
        if found is None:
            return None
        at = f"{self._at}/issues/{found['number']}"
        answer = self._call("PATCH", at, {"body": text, "state": "closed", "state_reason": "completed"})
        if not answer.is_fine:
            raise refusal("close the issue", answer, "the token needs `issues: write`")
        return Posted(str(answer.body.get("html_url", "")), True)

    def _open_issue(self, title: str) -> dict[str, Any] | None:
        me = self._me()
        for each in _pages(self._call, f"{self._at}/issues", "list issues", state="open"):
            if each.get("title") == title and "pull_request" not in each and _is_by(each, me):
                return each
        return None

    def _mine(self, path: str, marker: str) -> Iterator[dict[str, Any]]:
        me = self._me()
        for each in _pages(self._call, path, "list the comments"):
            if _is_by(each, me) and str(each.get("body", "")).startswith(marker):
                yield each

    def _me(self) -> str:
        """Our login; "" for the token of a job, which may not ask: such comments are a bot's."""
        answer = self._call("GET", "user")
        return str((answer.body or {}).get("login", "")) if answer.is_fine else ""

    def _done(self, what: str, method: str, path: str, text: str) -> dict[str, Any]:
        answer = self._call(method, path, {"body": text})
        if not answer.is_fine:
            hint = "the token needs `pull-requests: write`; that of a pull request from a fork never has it: "
            raise refusal(what, answer, f"{hint}keep the report as an artifact (--to FILE)")
        return dict(answer.body or {})


class GitLab:
    """Args: project: its id, or its path with %2F."""

    name = "GitLab"

    def __init__(self, call: Caller, project: str) -> None:
        self._call, self._at = call, f"projects/{project}"

    def comment(self, number: str, marker: str, text: str) -> Posted:
        at, me = f"{self._at}/merge_requests/{number}/notes", self._me()
        ours = None
        for each in _pages(self._call, at, "list the notes", sort="asc"):
            is_me = not me or (each.get("author") or {}).get("id") == me
            if is_me and not each.get("system") and str(each.get("body", "")).startswith(marker):
                ours = each
                break
        path = f"{at}/{ours['id']}" if ours else at
        answer = self._call("PUT" if ours else "POST", path, {"body": text})
        if not answer.is_fine:
            raise refusal("comment on the merge request", answer, _GITLAB_TOKEN)
        return Posted(f"note {answer.body.get('id', '')}", ours is not None)

    def issue(self, title: str, text: str) -> Posted:
        found = self._open_issue(title)
        path = f"{self._at}/issues/{found['iid']}" if found else f"{self._at}/issues"
        answer = self._call("PUT" if found else "POST", path, {"title": title, "description": text})
        if not answer.is_fine:
            raise refusal("write the issue", answer, _GITLAB_TOKEN)
        return Posted(str(answer.body.get("web_url", "")), found is not None)

    def close_issue(self, title: str, text: str) -> Posted | None:
        found = self._open_issue(title)
        if found is None:
            return None
        at = f"{self._at}/issues/{found['iid']}"
        answer = self._call("PUT", at, {"description": text, "state_event": "close"})
        if not answer.is_fine:
            raise refusal("close the issue", answer, _GITLAB_TOKEN)
        return Posted(str(answer.body.get("web_url", "")), True)

    def _open_issue(self, title: str) -> dict[str, Any] | None:
        pages = _pages(self._call, f"{self._at}/issues", "list issues", state="opened", search=title, **{"in": "title"})
        me = self._me()
        mine = (each for each in pages if not me or (each.get("author") or {}).get("id") == me)
        return next((each for each in mine if each.get("title") == title), None)

    def _me(self) -> int | None:
        """Our id; None for the token of a job, which may not ask."""
        answer = self._call("GET", "user")
        return answer.body.get("id") if answer.is_fine and isinstance(answer.body, dict) else None


_GITLAB_TOKEN: Final = (
    "set GITLAB_TOKEN, masked and protected, to a project access token with the scope `api` and the role Reporter; "
    "the token of a job (CI_JOB_TOKEN) may not write notes or issues"
)


class AzureDevOps:
    """Args: project, repository: names or ids; calls go below the collection's address."""

    name = "Azure DevOps"

    def __init__(self, call: Caller, project: str, repository: str) -> None:
        self._call = call
        self._project = project
        self._at = f"{project}/_apis/git/repositories/{repository}/pullRequests"

    def comment(self, number: str, marker: str, text: str) -> Posted:
        at = f"{self._at}/{number}/threads"
        ours = self._mine(at, marker)
        if ours:
            thread, comment = ours
            path, body = f"{at}/{thread}/comments/{comment}", {"content": text}
            answer = self._call("PATCH", path, body, **_VERSION)
        else:
            first = {"parentCommentId": 0, "content": text, "commentType": "text"}
            # Closed: a report is no question, and a policy may ask that all threads are resolved before the merge.
            answer = self._call("POST", at, {"comments": [first], "status": "closed"}, **_VERSION)
        if not answer.is_fine:
            raise refusal("comment on the pull request", answer, _AZURE_RIGHT)
        return Posted(f"thread {ours[0] if ours else answer.body.get('id', '')}", ours is not None)

    def issue(self, title: str, text: str) -> Posted:
        found = self._open_item(title)
        fields = {"System.Title": title, "System.Description": text}
        return self._write(found, fields)

    def close_issue(self, title: str, text: str) -> Posted | None:
        found = self._open_item(title)
        return self._write(found, {"System.Description": text, "System.State": "Done"}) if found else None

    def _mine(self, at: str, marker: str) -> tuple[Any, Any] | None:
        """Thread and comment; the API gives all threads in one answer."""
        answer = self._call("GET", at, **_VERSION)
        if not answer.is_fine:
            raise refusal("list the threads", answer, _AZURE_RIGHT)
        me = self._me()
        for thread in (answer.body or {}).get("value") or []:
            first = (thread.get("comments") or [{}])[0]
            is_me = not me or (first.get("author") or {}).get("id") == me
            if is_me and not first.get("isDeleted") and str(first.get("content", "")).startswith(marker):
                return thread["id"], first["id"]
        return None

    def _me(self) -> str:
        answer = self._call("GET", "_apis/connectionData")
        user = (answer.body or {}).get("authenticatedUser") if answer.is_fine else None
        return str((user or {}).get("id", ""))

    def _open_item(self, title: str) -> int | None:
        quoted = title.replace("'", "''")
        query = (
            "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project "
            f"AND [System.WorkItemType] = 'Issue' AND [System.Title] = '{quoted}' "
            "AND [System.State] <> 'Done' AND [System.CreatedBy] = @me"
        )
        answer = self._call("POST", f"{self._project}/_apis/wit/wiql", {"query": query}, **_VERSION)
        if not answer.is_fine:
            raise refusal("look for the issue", answer, _AZURE_ITEMS)
        found = (answer.body or {}).get("workItems") or []
        return int(found[0]["id"]) if found else None

    def _write(self, item: int | None, fields: dict[str, str]) -> Posted:
        steps = [{"op": "add", "path": f"/fields/{name}", "value": value} for name, value in fields.items()]
        steps.append({"op": "add", "path": "/multilineFieldsFormat/System.Description", "value": "Markdown"})
        at = f"{self._project}/_apis/wit/workitems"
        answer = self._call("PATCH" if item else "POST", f"{at}/{item or '$Issue'}", steps, **_VERSION)
        if not answer.is_fine:
            raise refusal("write the issue", answer, _AZURE_ITEMS)
        return Posted(f"work item {answer.body.get('id', '')}", item is not None)


_VERSION: Final = {"api-version": "7.1"}
_AZURE_RIGHT: Final = (
    "the build's account needs `Contribute to pull requests` on the repository, and the step "
    "`env: {SYSTEM_ACCESSTOKEN: $(System.AccessToken)}`"
)
_AZURE_ITEMS: Final = (
    "the build's account needs `Edit work items in this node`, and the process the work item type Issue"
)


def _pages(call: Caller, path: str, what: str, **query: Any) -> Iterator[dict[str, Any]]:
    """All entries of all pages of GitHub and GitLab.

    Raises:
        CodeHostError: a page cannot be read, or there is no end: then nothing is known to be missing.
    """
    for page in range(1, _MOST_PAGES + 1):
        answer = call("GET", path, **query, per_page=PAGE, page=page)
        if not answer.is_fine or not isinstance(answer.body, list):
            raise refusal(what, answer, "the token needs to read the pull request")
        yield from answer.body
        if len(answer.body) < PAGE:
            return
    raise CodeHostError(f"{what}: more than {_MOST_PAGES} pages")


def _is_by(entry: dict[str, Any], me: str) -> bool:
    """Whether we wrote it on GitHub; the token of a job may not ask who it is, and writes as a bot."""
    author = entry.get("user") or {}
    return bool(author.get("login") == me if me else author.get("type") == _APP_TYPE)


def _first(found: Iterator[dict[str, Any]]) -> dict[str, Any] | None:
    return next(found, None)
