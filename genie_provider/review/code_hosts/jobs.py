"""jobs: which code host, repository and pull request a CI job is for, by the variables each system sets."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote

from .calls import Caller, CodeHostError, CommandCaller, HttpCaller
from .comments import AzureDevOps, CodeHost, GitHub, GitLab

Kind = Literal["github", "gitlab", "azure"]
KINDS: Final[tuple[Kind, ...]] = ("github", "gitlab", "azure")
COMMANDS: Final[dict[str, Kind]] = {"gh": "github", "glab": "gitlab", "az": "azure"}

_NO_TOKEN: Final = {
    "github": "GITHUB_TOKEN is not set; in the step: env: {GITHUB_TOKEN: ${{ github.token }}}",
    "gitlab": "neither GITLAB_TOKEN nor CI_JOB_TOKEN is set",
    "azure": "SYSTEM_ACCESSTOKEN is not set; in the step: env: {SYSTEM_ACCESSTOKEN: $(System.AccessToken)}",
}


@dataclass(frozen=True)
class Job:
    """What the environment says of the job; "" where it says nothing.

    Attributes:
        number: of the pull or merge request.
    """

    kind: Kind
    repository: str = ""
    project: str = ""
    api: str = ""
    number: str = ""


def job_of(env: Mapping[str, str], kind: Kind | None = None) -> Job | None:
    """The job that the environment is of; None outside of CI where no `kind` is given."""
    if kind == "github" or (kind is None and env.get("GITHUB_ACTIONS") == "true"):
        api = env.get("GITHUB_API_URL") or "https://api.github.com"
        return Job("github", env.get("GITHUB_REPOSITORY", ""), "", api, _github_number(env))
    if kind == "gitlab" or (kind is None and env.get("GITLAB_CI") == "true"):
        api = env.get("CI_API_V4_URL") or "https://gitlab.com/api/v4"
        project = env.get("CI_MERGE_REQUEST_PROJECT_ID") or env.get("CI_PROJECT_ID", "")
        return Job("gitlab", project, "", api, env.get("CI_MERGE_REQUEST_IID", ""))
    if kind == "azure" or (kind is None and env.get("TF_BUILD", "").lower() == "true"):
        number = env.get("SYSTEM_PULLREQUEST_PULLREQUESTID", "")
        api = env.get("SYSTEM_COLLECTIONURI") or env.get("SYSTEM_TEAMFOUNDATIONCOLLECTIONURI", "")
        return Job("azure", env.get("BUILD_REPOSITORY_ID", ""), env.get("SYSTEM_TEAMPROJECT", ""), api, number)
    return None


def host_of(job: Job, env: Mapping[str, str], *, command: str = "") -> CodeHost:
    """The code host, ready to be written to.

    Args:
        command: `gh`, `glab` or `az`, to go by that command's log-in instead of a token.

    Raises:
        CodeHostError: no token, or the environment does not say which repository.
    """
    if not job.repository and not command:
        raise CodeHostError(
            f"the environment does not say which repository on {job.kind} is meant; --repository tells it"
        )
    if job.kind == "github":
        return GitHub(_caller(job, env, command), job.repository or "{owner}/{repo}")
    if job.kind == "gitlab":
        return GitLab(_caller(job, env, command), quote(job.repository, safe="") or ":id")
    if not (job.api and job.project):
        raise CodeHostError("the environment does not say which Azure DevOps collection and project are meant")
    return AzureDevOps(_caller(job, env, command), quote(job.project), quote(job.repository))


def _caller(job: Job, env: Mapping[str, str], command: str) -> Caller:
    if command:
        return CommandCaller(command, job.api.rstrip("/") if command == "az" else "")
    if job.kind == "github":
        token = env.get("GITHUB_TOKEN") or env.get("GH_TOKEN", "")
        headers = {"Authorization": f"Bearer {token}", "X-GitHub-Api-Version": "2022-11-28"}
        headers["Accept"] = "application/vnd.github+json"
    elif job.kind == "gitlab":
        own, token = env.get("GITLAB_TOKEN", ""), env.get("GITLAB_TOKEN") or env.get("CI_JOB_TOKEN", "")
        headers = {"PRIVATE-TOKEN": own} if own else {"JOB-TOKEN": token}
    else:
        token = env.get("SYSTEM_ACCESSTOKEN", "")
        headers = {"Authorization": f"Bearer {token}"}
    if not token:
        raise CodeHostError(_NO_TOKEN[job.kind])
    return HttpCaller(job.api, headers, token)


def _github_number(env: Mapping[str, str]) -> str:
    match = re.match(r"refs/pull/(\d+)/", env.get("GITHUB_REF", ""))
    if match:
        return match[1]
    try:  # after `pull_request_target` and comments the reference is a branch
        event = json.loads(Path(env.get("GITHUB_EVENT_PATH", "")).read_text("utf-8"))
        return str((event.get("pull_request") or event.get("issue") or {}).get("number") or "")
    except (OSError, ValueError, AttributeError):
        return ""
