"""Every rule: its manual page is true, it is listed, it can be silenced, levelled and waived."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from genie_provider.config.settings import Settings, parse
from genie_provider.errors import Problem, SettingsError
from genie_provider.lint import rules
from genie_provider.lint.around import forbidden_name
from genie_provider.lint.levels import Levels, parse_rules, parse_waivers
from genie_provider.lint.rule import Rule
from genie_provider.lint.sql_facts import SqlReader
from genie_provider.specs import loader

ROOT = Path(__file__).parents[2]
SQL = SqlReader()


def findings(folder: Path, text: str, settings: Settings | None = None, **columns: set[str]) -> list[Problem]:
    """What all rules that need no workspace say of a file."""
    given = settings or Settings()
    file = folder / "spec.yaml"
    file.write_text(text, "utf-8")
    loaded = loader.load([file], None, given.levels)
    found = [*loaded.problems, *loader.governed(loaded, given.governed("dev", "p").without_warehouse())]
    for space in loaded.spaces():
        found += forbidden_name.check(space.document, space.within, given.forbid)
    return found + loader.read_sql(loaded, SQL, columns)


def examples(kind: str) -> list[Any]:
    return [
        pytest.param(rule, text, id=f"{rule.id}-{at}")
        for rule in rules.all_rules().values()
        for at, text in enumerate(rule.examples(kind))
    ]


def settings_of(rule: Rule) -> Settings:
    return parse({key: part for text in rule.examples("Settings") for key, part in yaml.safe_load(text).items()})


@pytest.mark.parametrize(("rule", "text"), examples("Passes"))
def test_what_a_page_says_passes_does(rule: Rule, text: str, tmp_path: Path) -> None:
    text = text.replace("${stack}", "dev")
    found = findings(tmp_path, text, settings_of(rule))
    assert [str(each) for each in found if each.severity == "error" or each.rule == rule.id] == []


@pytest.mark.parametrize(("rule", "text"), examples("Fails"))
def test_what_a_page_says_fails_does_and_by_this_rule_alone(rule: Rule, text: str, tmp_path: Path) -> None:
    found = findings(tmp_path, text, settings_of(rule))
    told = [each for each in found if each.rule == rule.id]
    assert told, [each.with_rule for each in found]
    assert {each.severity for each in told} <= {rule.level, "notice"}
    assert told[0].with_rule.endswith(f"[{rule.id}]")
    others = {each.rule for each in found if each.severity == "error"} - {rule.id}
    assert others == set()


def test_every_rule_that_looks_at_specs_shows_what_passes_and_what_fails() -> None:
    without = {"too-many", "many-tables", "text-length", "body-size", "long-instructions"}  # too long for a page
    known = {"no-warehouse", "column-unknown"}  # need a stack, a workspace: tested by themselves
    for rule in rules.all_rules().values():
        if rule.when != "outside":
            assert rule.examples("Passes"), rule.id
            assert rule.examples("Fails") or rule.id in without | known, rule.id


def test_every_module_of_a_subject_is_listed_and_named_like_its_rule() -> None:
    folder = Path(rules.__file__).parent
    for subject, names in rules.SUBJECTS.items():
        there = {file.stem for file in (folder / subject).glob("*.py")}
        own = {name for name in there if _is_rule(folder / subject / f"{name}.py")}
        assert own == set(names), subject
        assert len(there) <= 15, subject


def _is_rule(file: Path) -> bool:
    return f'\nID = "{file.stem.replace("_", "-")}"\n' in file.read_text("utf-8")


def test_the_page_of_rules_lists_each_with_its_level() -> None:
    text = (ROOT / "docs" / "rules.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([\w-]+)` \| ([^|]+ \| .*) \|$", text, re.MULTILINE))
    expected = {
        rule.id: f"{rule.level}{', always' if rule.fixed else ''} | {rule.summary}"
        for rule in rules.all_rules().values()
    }
    assert rows == expected


LONG = "title: S\ninstructions:\n  text_instructions: '" + "x" * 4_001 + "'\n"
MANY = "title: S\ndata_sources:\n  tables:\n" + "".join(
    f"    - {{identifier: m.s.t{n}, description: T}}\n" for n in range(51)
)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("long-instructions", LONG),
        ("too-many", MANY),
        ("many-tables", MANY.replace("    - {identifier: m.s.t4, description: T}\n", "")),
        ("text-length", "title: S\ndescription: '" + "x" * 25_001 + "'\n"),
        ("body-size", "title: S\nserialized_space: {x: '" + "x" * 3_500_001 + "'}\n"),
    ],
)
def test_what_is_too_long_for_a_page_is_found(rule: str, text: str, tmp_path: Path) -> None:
    assert rule in {each.rule for each in findings(tmp_path, text)}


QUERY = """title: S
data_sources: {tables: [{identifier: m.s.orders, description: O}]}
instructions:
  example_question_sqls:
    - question: Which?
      sql: |
        SELECT o.region, amuont
        FROM m.s.orders o
"""


def test_a_column_that_its_table_has_not_is_found_where_the_columns_are_known(tmp_path: Path) -> None:
    found = findings(tmp_path, QUERY, None, **{"m.s.orders": {"region", "amount"}})

    assert [str(each).partition("spec.yaml:")[2] for each in found if each.rule == "column-unknown"] == [
        "7:26: warning: m.s.orders has no column amuont; did you mean amount?"
    ]
    assert "column-unknown" not in {each.rule for each in findings(tmp_path, QUERY)}


# ── silencing ───────────────────────────────────────────────────────────────────────────────

BARE = """{top}title: S
data_sources:
  {above}
  tables: [m.s.orders] {line}
description: '# genie: disable=table-description'
"""


@pytest.mark.parametrize("place", ["top", "above", "line"])
def test_a_comment_silences_a_rule(place: str, tmp_path: Path) -> None:
    comment = "# genie: disable=table-description, join-table"
    texts = dict.fromkeys(("top", "above", "line"), "") | {place: comment + ("\n" if place == "top" else "")}

    assert "table-description" not in {each.rule for each in findings(tmp_path, BARE.format(**texts))}
    nothing = BARE.format(**dict.fromkeys(("top", "above", "line"), ""))
    assert "table-description" in {each.rule for each in findings(tmp_path, nothing)}


def test_a_comment_holds_for_its_line_alone_and_is_told_where_it_names_no_rule(tmp_path: Path) -> None:
    text = (
        "title: S # genie: disable=table-description\ndata_sources: {tables: [m.s.a]} # genie: disable=tabel-repeated\n"
    )
    found = [str(each).partition("spec.yaml:")[2] for each in findings(tmp_path, text)]

    assert "2:33: warning: there is no rule 'tabel-repeated'; did you mean table-repeated?" in found
    assert any("has no description here" in each for each in found)


def test_a_comment_behind_the_sign_of_a_block_holds_for_the_block_and_words_inside_are_text(tmp_path: Path) -> None:
    text = QUERY.replace("FROM", "FRM").replace("sql: |", "sql: | @")
    silent = "# genie: disable=sql-unreadable"

    assert "sql-unreadable" in {each.rule for each in findings(tmp_path, text.replace("@", ""))}
    assert "sql-unreadable" not in {each.rule for each in findings(tmp_path, text.replace("@", silent))}
    inside = text.replace("@", "").replace("SELECT", f"-- {silent}\n        SELECT")
    assert "sql-unreadable" in {each.rule for each in findings(tmp_path, inside)}


# ── levels and waivers ──────────────────────────────────────────────────────────────────────

TODAY = datetime.date(2027, 1, 31)


def problem(rule: str, severity: Any, space: str = "sales") -> Problem:
    return Problem("said", None, severity, rule, space)


def test_a_stack_sets_levels() -> None:
    levels = Levels(parse_rules({"table-description": "error", "join-table": False, "forbidden-name": "warning"}))
    found = [
        problem("table-description", "notice"),
        problem("join-table", "warning"),
        problem("forbidden-name", "error"),
        problem("forbidden-name", "notice"),
        problem("tag-key", "error"),
    ]

    kept, waived = levels.settle(found)

    assert [(each.rule, each.severity) for each in kept] == [
        ("table-description", "error"),
        ("forbidden-name", "warning"),
        ("forbidden-name", "notice"),
        ("tag-key", "error"),
    ]
    assert waived == 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"table-descripton": "off"},
            "genie:rules: there is no rule 'table-descripton'; did you mean table-description?",
        ),
        ({"tag-key": "loud"}, "genie:rules: tag-key is 'loud'; it can be error, warning, notice or off"),
        ({"not-yaml": "off"}, "genie:rules: not-yaml is always an error: without it there is no spec to speak of"),
    ],
)
def test_levels_that_cannot_be_meant_are_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(said)):
        parse({"rules": given})


def test_a_waiver_counts_until_its_day_and_then_says_that_it_ran_out() -> None:
    waiver = {"rule": "policy-benchmarks", "specs": ["legacy-*"], "reason": "imported", "until": "2027-01-31"}
    found = [problem("policy-benchmarks", "error", "legacy-hr"), problem("policy-benchmarks", "error", "sales")]

    kept, waived = Levels({}, parse_waivers([waiver]), TODAY).settle(found)
    late, none = Levels({}, parse_waivers([waiver]), TODAY + datetime.timedelta(1)).settle(found)

    assert ([each.space for each in kept], waived) == (["sales"], 1)
    assert ([each.message for each in late], none) == (
        ["said (the waiver ran out on 2027-01-31: imported)", "said"], 0
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("all", "entry 1 must be a map of rule, specs, reason, until"),
        ({"rule": "tag-key", "until": "2027-01-01"}, "entry 1 needs reason"),
        ({"rule": "tag-key", "reason": "x"}, "entry 1 needs until"),
        ({"rule": "tag-key", "reason": "x", "until": "soon"}, "until is 'soon'; write a day such as 2027-03-31"),
        (
            {"rule": "tag-kex", "reason": "x", "until": "2027-01-01"},
            "there is no rule 'tag-kex'; did you mean tag-key?",
        ),
        ({"rule": "not-yaml", "reason": "x", "until": "2027-01-01"}, "not-yaml is always an error"),
    ],
)
def test_a_waiver_needs_a_rule_a_reason_and_a_day(given: Any, said: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(said)):
        parse({"waivers": [given]})


# ── SQL that was read ───────────────────────────────────────────────────────────────────────


def test_what_was_read_is_kept_and_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "cache" / "facts.json"
    first = SqlReader(file)
    known = first.facts("SELECT o.x FROM m.s.o o JOIN m.s.c c ON o.k = c.id")
    wrong = first.facts("SELEC 1")
    first.keep()
    monkeypatch.setattr("genie_provider.lint.sql_facts.facts_of", lambda *given, **more: pytest.fail("read again"))

    again = SqlReader(file)

    assert again.facts("SELECT o.x FROM m.s.o o JOIN m.s.c c ON o.k = c.id") == known
    assert again.facts("SELEC 1") == wrong
    assert known.joins and wrong.problem


@pytest.mark.parametrize("text", ["", "{", '{"made by": "somebody", "facts": {}}', '{"made by": 1}', "[]"])
def test_a_cache_that_is_none_is_read_anew(text: str, tmp_path: Path) -> None:
    file = tmp_path / "facts.json"
    file.write_text(text)
    assert SqlReader(file).facts("SELECT 1").problem is None
