"""forbidding: a name of another environment is found wherever it would be sent, at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from genie_provider.errors import Problem
from genie_provider.workflows.validate import check


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "spaces").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: genie\nruntime: python\n")
    (tmp_path / "Pulumi.prod.yaml").write_text(
        "config:\n  genie:warehouse: Shop\n  genie:variables: {catalog: sales, wrong: dev_sales}\n"
    )
    return tmp_path


def leaks(project: Path, text: str, *names: str, stack: str | None = "prod") -> list[tuple[int, int, str]]:
    """(line, column, severity) of every leak in a spec."""
    file = project / "spaces" / "shop.yaml"
    file.write_text(text)
    found = [p for p in check(project, [file], stack, names).problems if "forbidden" in p.message]
    return [(p.place.line, p.place.column, p.severity) for p in found if p.place]


def test_names_are_found_in_titles_tags_folders_and_words(project: Path) -> None:
    text = "title: From dev_sales\nparent_path: /Shared/dev_sales\ntags: {source: dev_sales, dev_sales: x}\n"

    assert leaks(project, text, "dev_sales") == [
        (1, 13, "error"), (2, 22, "error"), (3, 7, "error"), (3, 16, "error"),
    ]  # fmt: skip


def test_names_are_found_in_tables_and_block_text(project: Path) -> None:
    text = (
        (
            "title: Shop\ndata_sources:\n  tables:\n    - dev_sales.core.orders\n    - identifier: `dev_sales`.core.x\n"
            "      description: |\n        First.\n        From dev_sales.\n"
        )
        .replace("`", '"')
        .replace('"dev_sales".core.x', '"`dev_sales`.core.x"')
    )

    assert leaks(project, text, "dev_sales") == [(4, 7, "error"), (5, 21, "error"), (8, 14, "error")]


def test_sql_counts_names_and_only_mentions_strings_and_comments(project: Path) -> None:
    text = (
        "title: Shop\ninstructions:\n  example_question_sqls:\n    - question: How many?\n      sql: |\n"
        "        -- dev_sales\n        SELECT 'dev_sales' FROM ${catalog}.a.b\n"
        "        JOIN `dev_sales`.core.orders JOIN IDENTIFIER('dev_sales.core.x')\n"
    )

    assert leaks(project, text, "dev_sales") == [
        (6, 12, "notice"), (7, 17, "notice"), (8, 15, "error"), (8, 55, "error"),
    ]  # fmt: skip


def test_a_name_that_a_variable_brings_is_shown_where_the_text_begins(project: Path) -> None:
    assert leaks(project, "title: Shop\ndata_sources:\n  tables:\n    - ${wrong}.core.orders\n", "dev_sales") == [
        (4, 7, "error")
    ]


def test_names_that_only_contain_it_are_no_leak(project: Path) -> None:
    text = "title: dev_sales_eu\ndata_sources: {tables: [dev_sales2.core.orders]}\n"

    assert leaks(project, text, "dev_sales") == []


def test_ids_and_notes_of_the_file_are_not_sent(project: Path) -> None:
    text = (
        "space_id: dev_sales\ntitle: Shop\ninstructions:\n  sql_functions:\n"
        "    - {identifier: sales.core.week, description: as in dev_sales}\n"
    )

    assert leaks(project, text, "dev_sales") == []


def test_the_stack_says_what_is_forbidden(project: Path) -> None:
    stack = project / "Pulumi.prod.yaml"
    stack.write_text(stack.read_text() + "  genie:forbid: [dev_sales]\n  genie:titlePrefix: 'dev_sales '\n")
    (project / "spaces" / "shop.yaml").write_text("title: Shop\ndata_sources: {tables: [dev_sales.core.orders]}\n")

    for chosen in ("prod", None):
        found = [p for p in check(project, [], chosen).problems if "forbidden" in p.message]
        assert [p.place and Path(p.place.file).name for p in found] == ["shop.yaml", "Pulumi.prod.yaml"]
        assert all(isinstance(p, Problem) and p.severity == "error" for p in found)
