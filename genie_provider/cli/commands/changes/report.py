"""`report`: the preview as a document, for a pull request, a page or a terminal."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ... import FINE, PROBLEMS, USAGE, target
from ...output import complain, say

if TYPE_CHECKING:
    from ....review.code_hosts.jobs import Job
    from ....review.data import Review

HELP = """What `up` would do, as a document: spaces and their changed entries in words and as differences, what was
edited in the UI meanwhile, what goes to the trash, benchmarks before and after.

  genie report                                          as text
  genie report --format html --to report.html           one page, nothing outside of it
  genie report --post                                   in CI: our comment on the pull request, made or renewed
  genie report --save-plan plan.json --evaluation eval.json --post --to report.md
  genie report --post --via gh --pull-request 17        through gh, glab or az and their log-in

The comment is found again by a marker and by who wrote it. A preview that failed is told, and why.
Exit code: 0 told, 1 the preview failed or nothing could be posted, 2 usage; with --detailed-exitcode 4 where something
would change."""

_FORMS: Final = ("text", "github", "gitlab", "azure", "html", "json")
_CHANGES: Final = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    target.add_stack(parser)
    parser.add_argument("--format", choices=_FORMS, help="default: text; with --post that of the code host")
    parser.add_argument("--to", type=Path, metavar="FILE", help="write it there; the ending chooses a --format")
    parser.add_argument(
        "--preview", type=Path, metavar="FILE", help="what `pulumi preview --json` wrote, instead of one now"
    )
    parser.add_argument("--save-plan", type=Path, metavar="FILE", help="save pulumi's plan, for `genie up --plan=FILE`")
    parser.add_argument(
        *("--evaluation",),
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="benchmarks: what `genie eval --save FILE` wrote",
    )
    parser.add_argument("--detailed-exitcode", action="store_true", help="exit with 4 where something would change")
    post = parser.add_argument_group("posting")
    post.add_argument(
        "--post", nargs="?", const="", choices=("", "github", "gitlab", "azure"), help="comment on the pull request"
    )
    post.add_argument("--via", choices=("gh", "glab", "az"), help="post through that command instead of a token")
    post.add_argument("--pull-request", metavar="N", help="its number, where the environment does not say")
    post.add_argument("--repository", metavar="R", help="owner/name, or the project's id on GitLab")
    post.add_argument("--title", help="an issue of this title instead, closed where nothing was edited")


def run(arguments: argparse.Namespace) -> int:
    if arguments.preview and arguments.save_plan:
        complain("--save-plan needs a preview of now, so it does not go with --preview")
        return USAGE
    job = _job(arguments) if arguments.post is not None or arguments.via else None
    if (arguments.post is not None or arguments.via) and job is None:
        return USAGE
    review = _review(arguments)
    form = _form(arguments, job)
    _write(review, form, arguments.to, silent=job is not None)
    posted = _post(review, arguments, job) if job else True
    if review.failed or not posted:
        return PROBLEMS
    return _CHANGES if arguments.detailed_exitcode and not review.is_empty else FINE


def _review(arguments: argparse.Namespace) -> Review:
    from ....workflows.changes import preview

    project, stack = target.stack_of(arguments)
    if arguments.preview:
        return preview.from_file(arguments.preview, project, stack.rpartition("/")[2], arguments.evaluation)
    plan = arguments.save_plan.resolve() if arguments.save_plan else None
    review = preview.preview(project, stack, plan=plan, evaluations=arguments.evaluation)
    if review.failed:
        complain("the preview failed; the report says why")
    return review


def _form(arguments: argparse.Namespace, job: Job | None) -> str:
    endings = {".html": "html", ".json": "json", ".txt": "text", ".md": job.kind if job else "github"}
    by_ending = endings.get(arguments.to.suffix) if arguments.to else None
    return str(arguments.format or by_ending or "text")


def _write(review: Review, form: str, to: Path | None, *, silent: bool) -> None:
    from ....review.render import render

    text = render(review, form)
    if to:
        to.write_text(text, encoding="utf-8")
        say(f"wrote {target.shown(to)}")
    elif not silent:
        print(text, end="")


def _job(arguments: argparse.Namespace) -> Job | None:
    """Where to post; None where nobody can know, which was said."""
    from dataclasses import replace

    from ....review.code_hosts.jobs import COMMANDS, job_of

    kind = arguments.post or (COMMANDS[arguments.via] if arguments.via else None)
    job = job_of(os.environ, kind)
    if job is None:
        complain("--post: this is no job of GitHub, GitLab or Azure DevOps; say which: --post github")
        return None
    number = arguments.pull_request or job.number
    job = replace(job, number=number, repository=arguments.repository or job.repository)
    if not number and not arguments.title:
        complain("--post: the job is for no pull request; --pull-request N tells which")
        return None
    return job


def _post(review: Review, arguments: argparse.Namespace, job: Job) -> bool:
    """Whether it stands there now; what went wrong was said."""
    from ....review.code_hosts.calls import CodeHostError
    from ....review.code_hosts.jobs import host_of
    from ....review.render import markdown, render

    text = render(review, job.kind)
    try:
        host = host_of(job, os.environ, command=arguments.via or "")
        if arguments.title and not review.edited and not review.failed:
            closed = host.close_issue(arguments.title, text)
            say(f"closed {closed.url}" if closed else "nothing to tell, and no issue is open")
            return True
        posted = (
            host.issue(arguments.title, text)
            if arguments.title
            else host.comment(job.number, markdown.marker(review), text)
        )
    except CodeHostError as error:
        complain(f"not posted: {error}")
        return False
    say(f"{'renewed' if posted.renewed else 'posted'} {posted.url}")
    return True
