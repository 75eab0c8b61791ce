"""Naming rules and policies of a stack: parsed strictly, checked offline, told with their places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from genie_provider.config import settings
from genie_provider.errors import SettingsError
from genie_provider.workflows import validate


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tmp_path.joinpath("Pulumi.yaml").write_text("name: genie\nruntime: python\n")
    tmp_path.joinpath("spaces").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configure(project: Path, stack: str = "dev", **values: Any) -> None:
    config = {"genie:warehouse": "W", **{f"genie:{key}": value for key, value in values.items()}}
    project.joinpath(f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump({"config": config}))


def write(project: Path, name: str, text: str) -> None:
    project.joinpath("spaces", f"{name}.yaml").write_text(text)


def problems(project: Path, stack: str | None = "dev") -> list[str]:
    found = validate.check(project, stack=stack).problems
    return [str(problem) for problem in found if problem.severity == "error"]


def test_two_of_twenty_that_break_a_rule_are_told_with_their_places(project: Path) -> None:
    configure(project, naming={"name": "{stack}-{domain}-*", "title": "{domain}: *"}, tags={"domain": "sales"})
    for number in range(18):
        write(project, f"dev-sales-s{number}", f"title: 'sales: {number}'\n")
    write(project, "sales-x", "description: one\ntitle: 'sales: x'\n")
    write(project, "dev-people-y", "tags: {domain: people}\ntitle: Y of people\n")

    assert problems(project) == [
        "spaces/dev-people-y.yaml:2:8: the title is 'Y of people', but genie:naming wants 'people: *'",
        "spaces/sales-x.yaml:1:1: the name is 'sales-x', but genie:naming wants 'dev-sales-*'",
    ]


def test_a_folder_has_a_pattern_too_and_may_come_from_the_stack(project: Path) -> None:
    configure(
        project, naming={"folder": "/Shared/{stack}/{domain}"}, tags={"domain": "sales"}, parentPath="/Shared/dev/sales"
    )
    write(project, "a", "title: A\n")
    write(project, "b", "title: B\nparent_path: /Workspace/Shared/dev/sales/\n")
    write(project, "c", "title: C\nparent_path: /Users/me\n")

    assert problems(project) == [
        "spaces/c.yaml:2:14: the folder is '/Users/me', but genie:naming wants '/Shared/dev/sales'"
    ]


def test_a_pattern_that_needs_a_tag_the_space_has_not_says_so(project: Path) -> None:
    configure(project, naming={"title": "{domain} *"})
    write(project, "a", "title: A\n")

    assert problems(project) == [
        "spaces/a.yaml:1:1: genie:naming of the title needs the tag domain, which this space has not"
    ]


def test_the_title_prefix_is_no_part_of_the_rule(project: Path) -> None:
    configure(project, naming={"title": "Sales *"}, titlePrefix="[dev me] ")
    write(project, "a", "title: Sales A\n")

    assert problems(project) == []


def test_policies_are_checked_with_what_the_stack_gives(project: Path) -> None:
    policy = {
        "requireOwner": True,
        "requireDescription": True,
        "requireTags": ["domain"],
        "allowedTags": {"domain": ["sales", "people"]},
        "minTables": 1,
        "maxTables": 2,
        "minBenchmarks": 1,
        "minSampleQuestions": 1,
    }
    configure(project, policy=policy, tags={"owner": "ana"})
    write(project, "a", "title: A\ntags:\n  domain: finance\ndata_sources:\n  tables: [m.a.b, m.a.c, m.a.d]\n")
    write(
        project,
        "b",
        "title: B\ndescription: x\ntags: {domain: sales, owner: ''}\nsample_questions: [Q]\n"
        "data_sources: {tables: [m.a.b]}\nbenchmarks: [{question: q, expected_sql: SELECT 1}]\n",
    )

    assert problems(project) == [
        "spaces/a.yaml:1:1: genie:policy wants a description",
        "spaces/a.yaml:1:1: 0 benchmark questions; genie:policy wants at least 1",
        "spaces/a.yaml:1:1: 0 sample questions; genie:policy wants at least 1",
        "spaces/a.yaml:3:11: the tag domain is 'finance', but genie:policy allows sales, people",
        "spaces/a.yaml:5:3: 3 tables; genie:policy allows 2",
        "spaces/b.yaml:3:7: genie:policy wants the tag owner",
    ]


def test_without_a_stack_the_rules_of_all_stacks_hold(project: Path) -> None:
    configure(project, "dev")
    configure(project, "prod", policy={"requireOwner": True})
    write(project, "a", "title: A\n")

    assert problems(project, None) == ["spaces/a.yaml:1:1: genie:policy wants the tag owner (stack prod)"]
    assert problems(project, "dev") == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"naming": {"titel": "x"}}, "genie:naming: 'titel' is none of its keys; did you mean title?"),
        ({"naming": {"title": "{stack"}}, "genie:naming: title: '{stack' has a brace too many or an empty one"),
        ({"naming": {"title": 5}}, "genie:naming: title must be a text"),
        (
            {"policy": {"requireOwners": True}},
            "genie:policy: 'requireOwners' is none of its keys; did you mean requireOwner?",
        ),
        ({"policy": {"minTables": "three"}}, "genie:policy: minTables must be a whole number"),
        ({"policy": {"minTables": True}}, "genie:policy: minTables must be a whole number"),
        ({"policy": {"requireTags": "owner"}}, "genie:policy: requireTags must be a list"),
        ({"tags": {"cost-centre": "x"}}, "genie:tags: the key 'cost-centre' may not hold"),
        ({"tags": {"owner": ["x"]}}, "genie:tags: owner must be a text"),
        ({"naming": "x"}, "genie:naming must be a map"),
        ({"preflite": "false"}, "genie:preflite is not a setting; did you mean genie:preflight?"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(values: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        settings.parse(values)

    assert said in str(caught.value)


def test_numbers_and_flags_as_tags_become_texts() -> None:
    assert settings.parse({"tags": '{"cost_centre": 4711, "pii": true}'}).defaults.tags == {
        "cost_centre": "4711",
        "pii": "true",
    }
