"""asking: a function of the provider, invoked by the program before its first space."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import pulumi

_REASON: Final = re.compile(r"(.*?)\s*\(\)\s*\Z", re.DOTALL)
"""The SDK puts the name of the argument at fault in brackets; there is none."""


def ask(token: str, arguments: Mapping[str, Any], what: str, *, must_answer: bool = False) -> dict[str, Any] | None:
    """The answer; None where the provider cannot say, which a warning tells. The stock host has no functions.

    Args:
        what: goes unchecked then: "whether the tables are there".
        must_answer: an `up` ends here, since nothing could be sent.

    Raises:
        pulumi.RunError: what the workspace, or the way to it, said.
    """
    try:
        result = pulumi.runtime.invoke(token, dict(arguments))
    except Exception as error:
        _tell_unchecked(str(error), what, must_answer)
        return None
    return result.value if isinstance(result.value, dict) else None


def _tell_unchecked(words: str, what: str, must_answer: bool) -> None:
    if "not implemented" in words.lower() or "unimplemented" in words.lower():
        pulumi.debug(f"not checked: {what}: {words}")
        return
    _, _, reason = words.partition(" failed: ")
    reason = _REASON.sub(r"\1", reason or words)
    if must_answer:
        raise pulumi.RunError(f"{reason}\nnothing was sent")
    pulumi.warn(f"{what} was not checked: {reason}")
