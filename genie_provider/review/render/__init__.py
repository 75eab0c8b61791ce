"""render: a `Review` as text in the forms that people and systems read. What came from a workspace or a spec is
shown as such and obeyed by nobody: it stands in code or in a fence, with what would steer a reader written out.
"""

from __future__ import annotations

from typing import Final

from ..data import Review

FORMS: Final = ("text", "github", "gitlab", "azure", "html", "json")


def render(review: Review, form: str, *, limit: int | None = None) -> str:
    """The review in one form; secrets that look like tokens are never in it.

    Args:
        limit: of a comment, in characters, where it is not the system's own.
    """
    from ...client.redaction import without_secrets

    return without_secrets(_render(review, form, limit))


def _render(review: Review, form: str, limit: int | None) -> str:
    if form == "html":
        from . import html

        return html.render(review)
    if form == "json":
        from . import json_

        return json_.render(review)
    if form == "text":
        from . import plain

        return plain.render(review)
    from . import markdown

    return markdown.render(review, form, limit=limit)
