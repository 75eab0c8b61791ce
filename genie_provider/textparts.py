"""textparts: several text instructions of a spec, which the workspace holds as one."""

from __future__ import annotations


def changed_part(texts: list[str], content: str) -> tuple[int, str] | None:
    """(which, its new text) of the one text that changed in the joined content; None where that is not clear."""
    shown = [trimmed_lines(text) for text in texts]
    rest = trimmed_lines(content)
    begin = 0
    while begin < len(shown) - 1 and rest.startswith(shown[begin] + "\n\n"):
        rest = rest[len(shown[begin]) + 2 :]
        begin += 1
    end = len(shown)
    while end > begin + 1 and rest.endswith("\n\n" + shown[end - 1]):
        rest = rest[: -len(shown[end - 1]) - 2]
        end -= 1
    return (begin, rest) if end == begin + 1 and rest.strip() else None


def trimmed_lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.split("\n")).rstrip()
