"""junit: a suite a space, a case a question, as CI systems show test results.

What is not known is an error, what is wrong a failure; what waits for a person is skipped where the policy lets it
pass. The gate itself is a case of its own, so that a suite is never green while the space did not pass.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as Xml

from ..gate import Judgement
from ..sql_difference import unified
from ..tally import Tally
from ..words import GOOD
from .verdicts import said

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(judgements: Sequence[Judgement]) -> str:
    root = Xml.Element("testsuites", name="genie eval")
    for each in judgements:
        root.append(_suite(each))
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    Xml.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{Xml.tostring(root, encoding="unicode")}'


def _suite(judgement: Judgement) -> Xml.Element:
    evaluation = judgement.evaluation
    seconds = sum(run.seconds for run in evaluation.runs)
    suite = Xml.Element(
        "testsuite", name=_clean(evaluation.name), timestamp=evaluation.at.rstrip("Z"), time=f"{seconds:.1f}"
    )
    for tally in judgement.tallies:
        suite.append(_case(judgement, tally))
    suite.append(_gate(judgement))
    kinds = [child.tag for case in suite for child in case]
    counts = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    suite.set("tests", str(len(suite)))
    for name, tag in counts.items():
        suite.set(name, str(kinds.count(tag)))
    return suite


def _case(judgement: Judgement, tally: Tally) -> Xml.Element:
    case = Xml.Element("testcase", classname=_clean(judgement.evaluation.name), name=_clean(tally.question.text))
    if not tally.counts:
        _put(case, "error", "no verdict", "")
    elif not judgement.passes(tally):
        waits = judgement.policy.needs_review == "ignore" and tally.verdict == "NEEDS_REVIEW"
        _put(case, "skipped" if waits else "failure", said(tally), _detail(tally))
    elif tally.verdict != GOOD:
        _put(case, "skipped", said(tally), "")
    return case


def _gate(judgement: Judgement) -> Xml.Element:
    case = Xml.Element("testcase", classname=_clean(judgement.evaluation.name), name="gate")
    for doubt in judgement.doubts:
        _put(case, "error", doubt.reason, doubt.hint)
    if not judgement.doubts:
        for failure in judgement.failures:
            _put(case, "failure", failure, "")
    return case


def _put(case: Xml.Element, tag: str, message: str, text: str) -> None:
    child = Xml.SubElement(case, tag, message=_clean(message))
    child.text = _clean(text) or None


def _detail(tally: Tally) -> str:
    answer = tally.answer
    if answer is None:
        return ""
    if answer.expected_sql and answer.actual_sql:
        return "\n".join(["- expected, + actual", *unified(answer.expected_sql, answer.actual_sql)])
    return answer.actual_sql or answer.actual_text


def _clean(text: str) -> str:
    """XML has no way to write most control characters."""
    return _NOT_XML.sub("\ufffd", text)
