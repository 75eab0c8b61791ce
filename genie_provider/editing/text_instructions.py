"""text_instructions: several text instructions of a spec, which the workspace holds as one."""

from __future__ import annotations

from ..model.variables import escaped
from ..text import join_lines, trimmed
from ..yamlio.patch.tree import Path
from .fields import Fields


def tell_parts(fields: Fields, where: Path, content: str) -> None:
    """Makes the list of texts at `where` say `content`: in the part the change falls in, else in one text."""
    parts = [_part(fields, (*where, at)) for at in range(len(fields.editor.get(where)))]
    raws = [fields.read(fields.editor.get(part)) for part in parts]
    texts = [join_lines(raw) if isinstance(raw, list) else str(raw) for raw in raws]
    changed = changed_part(texts, content)
    if changed is None:
        fields.editor.set(where, [escaped(content)])
    else:
        fields.set_text(parts[changed[0]], changed[1])


def _part(fields: Fields, place: Path) -> Path:
    """Where the text itself stands."""
    raw = fields.editor.get(place)
    return (*place, "content" if "content" in raw else "text") if isinstance(raw, dict) else place


def changed_part(texts: list[str], content: str) -> tuple[int, str] | None:
    """(which, its new text) of the one text that changed in the joined content; None where that is not clear."""
    shown = [trimmed(text) for text in texts]
    rest = trimmed(content)
    begin = 0
    while begin < len(shown) - 1 and rest.startswith(shown[begin] + "\n\n"):
        rest = rest[len(shown[begin]) + 2 :]
        begin += 1
    end = len(shown)
    while end > begin + 1 and rest.endswith("\n\n" + shown[end - 1]):
        rest = rest[: -len(shown[end - 1]) - 2]
        end -= 1
    return (begin, rest) if end == begin + 1 and rest.strip() else None
