"""The registry of a program: every spec is held against the rules, however many times specs are loaded."""

from __future__ import annotations

import contextvars
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from genie_provider.config.settings import parse
from genie_provider.program.registry import Registry, current
from genie_provider.specs import loader


def stack(**values: Any) -> Any:
    return SimpleNamespace(stack="dev", project="p", settings=parse({"preflight": False, **values}))


def load(registry: Registry, folder: Path, **specs: str) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in specs.items():
        folder.joinpath(f"{name}.yaml").write_text(text)
    registry.add(loader.load([folder]))


def test_specs_loaded_after_the_first_space_are_checked_too(tmp_path: Path) -> None:
    registry, rules = Registry(), stack(naming={"title": "Sales *"}, forbid=["dev_sales"])
    load(registry, tmp_path / "one", a="title: Sales A\n")
    registry.check_specs(rules)
    load(registry, tmp_path / "two", b="title: B\n", c="title: Sales dev_sales\n")

    with pytest.raises(pulumi.RunError) as caught:
        registry.check_specs(rules)

    assert "the specs do not follow the rules of stack dev" in str(caught.value)
    assert "two/b.yaml:1:8: the title is 'B', but genie:naming wants 'Sales *' [naming]" in str(caught.value)
    assert "two/c.yaml:1:14: 'dev_sales' is forbidden and would be sent [forbidden-name]" in str(caught.value)
    assert "one/a.yaml" not in str(caught.value)


def test_each_spec_is_checked_once(tmp_path: Path) -> None:
    registry, strict = Registry(), stack(naming={"title": "Sales *"})
    load(registry, tmp_path, a="title: A\n")
    with pytest.raises(pulumi.RunError):
        registry.check_specs(strict)
    registry.check_specs(strict)  # the program goes on at its own risk: it was told


def test_names_titles_and_imports_taken_across_calls_are_told(tmp_path: Path) -> None:
    registry = Registry()
    space = "01f0a1b2c3d4e5f60718293a4b5c6d7e"
    load(registry, tmp_path / "one", a="title: A\n", b=f"title: B\nimport: {space}\n")

    with pytest.raises(pulumi.RunError) as caught:
        load(registry, tmp_path / "two", a="title: Other\n", c="title: A\n", d=f"title: D\nimport: {space}\n")

    said = str(caught.value)
    assert f"two/a.yaml:1:1: the name 'a' is taken by {tmp_path}/one/a.yaml:1:1; set name [name-taken]" in said
    assert f"two/c.yaml:1:1: the title 'A' is that of {tmp_path}/one/a.yaml:1:1 as well [title-taken]" in said
    assert f"two/d.yaml:1:1: imports the space that {tmp_path}/one/b.yaml:1:1 imports [import-taken]" in said


def test_the_same_folder_may_be_loaded_again(tmp_path: Path) -> None:
    registry = Registry()
    load(registry, tmp_path, a="title: A\n")
    load(registry, tmp_path, a="title: A\n")
    assert list(registry.loaded.specs) == ["a"]


def test_levels_and_waivers_hold_in_programs(tmp_path: Path) -> None:
    registry = Registry()
    waiver = {"rule": "naming", "specs": ["old-*"], "reason": "renamed in spring", "until": "2999-01-01"}
    rules = stack(
        naming={"title": "Sales *"},
        policy={"minBenchmarks": 1},
        waivers=[waiver],
        rules={"policy-benchmarks": "warning"},
    )
    load(registry, tmp_path, **{"old-a": "title: A\n"})
    registry.check_specs(rules)


def test_two_programs_in_one_process_have_a_registry_each() -> None:
    one = contextvars.Context().run(current)
    other = contextvars.Context().run(current)
    assert one is not other
    assert contextvars.Context().run(lambda: current() is current())
