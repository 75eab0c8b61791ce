"""preview: one run of `pulumi preview`, as a review: with where it comes from, the saved plan, the benchmarks.

review = preview(project, "prod", plan=Path("plan.json"))
print(render(review, "github"))
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ...client.redaction import without_secrets
from ...config.context import StackContext
from ...errors import GenieError
from ...review.benchmarks import benchmarks_of
from ...review.data import Finding, Review
from ...review.history import provenance
from ...review.preview import review_of
from ..pulumi_cli import Answer, Engine


def preview(
    project: Path,
    stack: str,
    *,
    flags: Sequence[str] = (),
    plan: Path | None = None,
    evaluations: Sequence[Path] = (),
    engine: Engine | None = None,
) -> Review:
    """What an `up` would do now. One that fails is a review too: it says why.

    Args:
        flags: for pulumi, such as --target=URN.
        plan: save the plan there.
        evaluations: files that `eval --save` or `eval --format json` wrote.

    Raises:
        GenieError: an evaluation that cannot be read.
    """
    engine = engine or Engine(project, stack)
    saving = [f"--save-plan={plan}"] if plan else []
    answer = engine.ask("preview", "--json", *saving, *flags)
    review = _reviewed(answer, engine.stack_file_name)
    _say_where(review, engine)
    review.benchmarks = [each for file in evaluations for each in benchmarks_of(_read(file), str(file))]
    if plan and plan.is_file() and not review.failed:
        review.plan = provenance.file_digest(plan)
    return review


def from_file(file: Path, project: Path, stack: str, evaluations: Sequence[Path] = ()) -> Review:
    """The review of a document that `pulumi preview --json` wrote."""
    review = review_of(_read(file), stack)
    _stamp(review, StackContext.of(project, stack), project)
    review.benchmarks = [each for given in evaluations for each in benchmarks_of(_read(given), str(given))]
    return review


def _reviewed(answer: Answer, stack: str) -> Review:
    try:
        document = json.loads(answer.out)
    except ValueError:
        document = {}
    review = review_of(document if isinstance(document, dict) else {}, stack, failed=answer.code != 0)
    said = review.findings or any(space.findings for space in review.spaces)
    if review.failed and not said:
        words = without_secrets(answer.words.strip() or answer.err.strip()) or "pulumi said nothing"
        review.findings.append(Finding("error", words))
    return review


def _say_where(review: Review, engine: Engine) -> None:
    try:
        context = StackContext.of(engine.project, engine.stack_file_name)
    except GenieError as error:  # what is wrong with the settings also failed the preview
        context = StackContext(engine.project_name, engine.stack_file_name, folder=engine.project)
        if not review.failed:
            review.findings.append(Finding("warning", str(error)))
    _stamp(review, context, engine.project)


def _stamp(review: Review, context: StackContext, folder: Path) -> None:
    git = provenance.git_of(folder)
    review.project, review.at = context.project, datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    review.commit, review.branch, review.dirty = git.commit, git.branch, git.dirty
    review.workspace = review.workspace or context.settings.host
    review.stops = review.stops or context.settings.ui_edits == "stop"


def _read(file: Path) -> dict[str, Any]:
    try:
        held = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise GenieError(f"{file}: {error.strerror}") from None
    except ValueError as error:
        raise GenieError(f"{file}: not JSON: {error}") from None
    if not isinstance(held, dict):
        raise GenieError(f"{file}: not what genie or pulumi writes")
    return held
