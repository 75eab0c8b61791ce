"""evaluations: how the stand-in for Genie answers a benchmark, and what the run thinks of the answer.

A question is answered once, when its run begins, from the definition as it is then. By rule where one fits
(`eval_rules`, `eval_verdicts`); else from the space itself: the example that has most in common with the question leads
the answer. It is right unless that example is broken (its SQL cannot be parsed, or names tables or columns that are not
there) or asks the very same question and says something else than the expected SQL. A question without an expected SQL
needs a person.
"""

from __future__ import annotations

import fnmatch
import random
import re
from typing import TYPE_CHECKING, Any

from ..catalog import securables
from ..rules import definition
from ..sql.engine import execute
from ..sql.session import Result, Session, SqlError
from ..state.callers import Caller

if TYPE_CHECKING:
    from ..workspace import Workspace

_STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a all an and any are at be been between by can did do doe each every for from go had ha have how in i it la"
        " last many me most much not of on one or our per please show tell than that the their there they thi to two"
        " wa we were what when where which who why will with you",
    )
)
"""Words that say nothing of what a question is about, in the form in which `_words` has them."""
_QUERY = re.compile(r"(?is)\s*(--[^\n]*\n\s*)*\(*\s*(select|with|from|values)\b")
_RULE_KEYS = frozenset(
    {"question", "verdict", "verdicts", "right", "seed", "reasons", "sql", "text", "status", "verdict_after"}
    | {"left_out", "expected_rows", "actual_rows"}
)


def check_rules(rules: list[dict[str, Any]]) -> None:
    """Refuse a rule with a key that does nothing.

    Raises:
        ValueError: names the key.
    """
    for rule in rules:
        unknown = set(rule) - _RULE_KEYS
        if unknown:
            raise ValueError(f"no key {sorted(unknown)[0]} in a rule; there are {', '.join(sorted(_RULE_KEYS))}")


def answered(workspace: Workspace, document: dict[str, Any], question: dict[str, Any], number: int) -> dict[str, Any]:
    """What the run keeps of one question.

    Args:
        number: how many runs the space had before, which `verdicts` and `right` go by.
    """
    expected, text = expected_of(question), text_of(question)
    kept = {"id": question["id"], "question": text, "expected": expected, "sql": expected, "reasons": []}
    kept |= {"verdict": "GOOD" if expected else "NEEDS_REVIEW", "reads": 0, "manual": False}
    rule = _rule_for(workspace, question)
    if rule is None:
        return kept | _from_example(workspace, document, text, expected)
    verdict = _verdict(rule, number, text, kept["verdict"])
    wrong = verdict == "BAD"
    kept |= {"verdict": verdict, "reasons": rule.get("reasons", ["RESULT_MISSING_ROWS"]) if wrong else []}
    kept["sql"] = rule.get("sql", "SELECT 1" if wrong else expected)
    taken = ("text", "status", "verdict_after", "left_out", "expected_rows", "actual_rows")
    return kept | {key: rule[key] for key in taken if key in rule}


def _rule_for(workspace: Workspace, question: dict[str, Any]) -> dict[str, Any] | None:
    text, settings = text_of(question), workspace.settings
    verdict = settings.eval_verdicts.get(question["id"]) or settings.eval_verdicts.get(text)
    if verdict:
        return {"verdict": verdict}
    fitting = (rule for rule in settings.eval_rules if _fits(rule.get("question", "*"), question["id"], text))
    return next(fitting, None)


def _fits(pattern: str, question_id: str, text: str) -> bool:
    return pattern in (question_id, text) or fnmatch.fnmatchcase(text, pattern)


def _verdict(rule: dict[str, Any], number: int, text: str, usual: str) -> str | None:
    """`verdicts` in turn, run by run; `right` by chance; null is a verdict that never comes."""
    if "verdicts" in rule:
        return rule["verdicts"][number % len(rule["verdicts"])]  # type: ignore[no-any-return]
    if "right" in rule:
        dice = random.Random(f"{rule.get('seed', 0)} {number} {text}")
        return "GOOD" if dice.random() < rule["right"] else "BAD"
    return rule.get("verdict", usual)


def _from_example(workspace: Workspace, document: dict[str, Any], text: str, expected: str) -> dict[str, Any]:
    example = _most_like(document, text)
    if example is None or not expected:
        return {}
    sql = "".join(example.get("sql", []))
    problem = _broken(workspace, sql)
    if problem:
        return {"sql": sql, "verdict": "BAD", "reasons": ["EMPTY_RESULT"], "error": problem}
    if _words(text_of(example)) == _words(text) and _plain(sql) != _plain(expected):
        return {"sql": sql, "verdict": "BAD", "reasons": ["RESULT_MISSING_ROWS"]}
    return {}


def _most_like(document: dict[str, Any], text: str) -> dict[str, Any] | None:
    best, most = None, 0.0
    wanted = _words(text)
    for example in definition.entries(document, "instructions.example_question_sqls"):
        words = _words(text_of(example))
        share = len(words & wanted) / len(words | wanted) if words | wanted else 0.0
        if share > most:
            best, most = example, share
    return best


def _words(text: str) -> frozenset[str]:
    return frozenset(word.rstrip("s") for word in re.findall(r"\w+", text.casefold())) - _STOP_WORDS


def _broken(workspace: Workspace, sql: str) -> str:
    """Why the SQL can run nowhere, "" if it can: it cannot be parsed, or a table or column of it is not there."""
    import sqlglot
    from sqlglot import exp

    try:
        statement = sqlglot.parse_one(sql, read="databricks")
    except sqlglot.errors.SqlglotError:
        return "[PARSE_SYNTAX_ERROR] Syntax error."
    known = {each.alias_or_name.casefold() for each in statement.find_all(exp.Alias, exp.TableAlias, exp.CTE)}
    known |= {each.name.casefold() for each in statement.find_all(exp.TableAlias, exp.Placeholder, exp.Lambda)}
    for table in statement.find_all(exp.Table):
        if not table.db:
            known.add(table.name.casefold())
            continue
        full_name = ".".join(part.name for part in table.parts)
        held = securables.find(workspace, "table", full_name)
        if held is None:
            return f"[TABLE_OR_VIEW_NOT_FOUND] The table or view `{full_name}` cannot be found."
        known |= {each["name"].casefold() for each in held["columns"]}
    unknown = [each.name for each in statement.find_all(exp.Column) if each.name.casefold() not in known | {"*"}]
    if unknown:
        return f"[UNRESOLVED_COLUMN.WITHOUT_SUGGESTION] A column with name `{unknown[0]}` cannot be resolved."
    return ""


def _plain(sql: str) -> str:
    """The SQL without layout, case of keywords and comments, where it can be parsed."""
    import sqlglot

    try:
        return sqlglot.parse_one(sql, read="databricks").sql(dialect="databricks", comments=False)
    except sqlglot.errors.SqlglotError:
        return " ".join(sql.split())


def result_of(workspace: Workspace, caller: Caller, sql: str) -> Result | None:
    """What a query returns; None where this workspace cannot run it, and for anything but a query."""
    if not _QUERY.match(sql):
        return None
    try:
        return execute(Session(workspace, caller), sql)
    except SqlError:
        return None


def text_of(entry: dict[str, Any]) -> str:
    return "".join(entry.get("question", []))


def expected_of(question: dict[str, Any]) -> str:
    return "".join(part for each in question.get("answer") or [] for part in each.get("content", []))
