"""asked_questions: what people ask a space and no benchmark asks yet, and how it becomes one.

The answer's SQL is only a proposal: it is Genie's own, so an evaluation that compares Genie with it proves nothing. Its
first line says so, and the gate counts such a benchmark as to be reviewed until somebody takes that line out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from ..config.context import StackContext
from ..editing.space_editor import SpecEdit
from ..errors import GenieError
from ..evaluation.records import UNCHECKED
from ..evaluation.words import fits, folded
from ..model.schema import BENCHMARKS
from ..yamlio.patch import Editor, NotPatched
from ..yamlio.patch.files import plain, read_raw, replace_file, restored
from .pull import spec_inputs, spec_spots

if TYPE_CHECKING:
    from ..client import Workspace
    from ..client.api.conversations import AskedQuestion


class QuestionError(GenieError):
    """The questions cannot be read or written; the text says what to do."""


@dataclass
class Asked:
    """One question, however often it was asked in whatever spelling.

    Attributes:
        sql: the SQL of its latest answer, "" if there was none.
        last_ms: when it was asked last, in milliseconds since 1970.
    """

    question: str
    times: int = 0
    failed: int = 0
    disliked: int = 0
    sql: str = ""
    last_ms: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def last_day(self) -> str:
        return f"{datetime.fromtimestamp(self.last_ms / 1000, timezone.utc):%Y-%m-%d}" if self.last_ms else ""


def without_benchmark(
    workspace: Workspace,
    space_id: str,
    known: Sequence[str],
    *,
    since_ms: int = 0,
    failed: bool = False,
    disliked: bool = False,
    repeated: bool = False,
    everybody: bool = True,
) -> list[Asked]:
    """The questions of conversations that no benchmark asks, the most frequent first.

    Args:
        known: the texts of the benchmarks.
        failed, disliked, repeated: only those that match any of what is asked for; all without.
    """
    found: dict[str, Asked] = {}
    for each in workspace.asked_questions(space_id, since_ms=since_ms, everybody=everybody):
        text = " ".join(each.content.split())
        if text:
            _add(found.setdefault(folded(text), Asked(text)), each)
    for text in known:
        found.pop(folded(text), None)
    wanted = [each for each in found.values() if _is_wanted(each, failed, disliked, repeated)]
    return sorted(wanted, key=lambda each: (-each.times, -each.last_ms, each.question))


def _add(held: Asked, message: AskedQuestion) -> None:
    held.times += 1
    held.failed += message.status == "FAILED"
    held.disliked += message.rating == "NEGATIVE"
    if message.error_type and message.error_type not in held.errors:
        held.errors.append(message.error_type)
    if message.sql and (message.created_ms >= held.last_ms or not held.sql):
        held.sql = message.sql
    held.last_ms = max(held.last_ms, message.created_ms)


def _is_wanted(each: Asked, failed: bool, disliked: bool, repeated: bool) -> bool:
    if not (failed or disliked or repeated):
        return True
    return (failed and each.failed > 0) or (disliked and each.disliked > 0) or (repeated and each.times > 1)


def chosen(listed: Sequence[Asked], words: Sequence[str]) -> list[Asked]:
    """The questions that numbers of the list (from 1) or patterns mean, each once.

    Raises:
        QuestionError: a word that means none.
    """
    found: dict[str, Asked] = {}
    for word in words:
        if word.isdigit() and 1 <= int(word) <= len(listed):
            hits = [listed[int(word) - 1]]
        else:
            hits = [each for each in listed if fits(word, each.question)]
        if not hits:
            raise QuestionError(f"--add {word!r}: none of the {len(listed)} questions; nothing was written")
        found.update({each.question: each for each in hits})
    return list(found.values())


def add_benchmarks(here: StackContext, name: str, questions: Sequence[Asked]) -> Path:
    """Writes questions into the spec as benchmarks, everything else of the file as it is; the file.

    Raises:
        QuestionError: no spec of that name, or a file that cannot be changed by itself.
    """
    spot = spec_spots(here.specs, here.variables).get(name)
    if spot is None:
        raise QuestionError(f"no spec file holds '{name}'; benchmarks are written into specs")
    raw = read_raw(spot.file)
    text = plain(raw)
    inputs = spec_inputs(text, spot.at, here.ownership_key(name), here.settings, here.variables)
    editor = Editor(text)
    edit = SpecEdit(editor, spot.at, inputs, here.variables, here.settings.title_prefix)
    try:
        for each in questions:
            edit.apply((BENCHMARKS.name, each.question), _entry(each))
    except NotPatched as error:
        raise QuestionError(f"{spot.file.name} cannot be changed by itself ({error}); nothing was written") from None
    spec_inputs(editor.text, spot.at, here.ownership_key(name), here.settings, here.variables)
    replace_file(spot.file, restored(raw, editor.text))
    return spot.file


def _entry(asked: Asked) -> dict[str, str]:
    if not asked.sql:
        return {"evaluation_note": "To be checked: say what a right answer holds, or give its SQL."}
    return {
        "expected_sql": f"{UNCHECKED} Genie's own answer, last on {asked.last_day or 'a day not told'}\n{asked.sql}"
    }
