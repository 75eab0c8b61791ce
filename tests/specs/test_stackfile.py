"""Stack files: read once and strictly, the same for commands and programs, with the place of each fault."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from genie_provider.config import stackfile
from genie_provider.config.settings import parse
from genie_provider.config.variable_values import as_engine, meant
from genie_provider.errors import GenieError, SettingsError, SpecError
from genie_provider.lint.sql_facts import SqlReader
from genie_provider.model.variables import Variables
from genie_provider.workflows import validate


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tmp_path.joinpath("Pulumi.yaml").write_text("name: sales\nruntime: python\n")
    tmp_path.joinpath("spaces").mkdir()
    tmp_path.joinpath("spaces", "a.yaml").write_text("title: A\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configure(project: Path, text: str, stack: str = "dev") -> None:
    lines = "".join(f"  {line}\n" for line in text.strip("\n").splitlines())
    project.joinpath(f"Pulumi.{stack}.yaml").write_text(f"config:\n{lines}", "utf-8")


def refusal(project: Path) -> str:
    with pytest.raises(GenieError) as caught:
        stackfile.stack_settings(project, "dev")
    return str(caught.value)


def test_variables_are_what_they_are_for_programs(project: Path) -> None:
    """The texts on the right are what Pulumi 3.258 hands to a program for this file."""
    written = "a: no, b: 12:30:00, c: 1.0, d: 1e3, e: [x, 1], f: {k: v}, g: 1.10, h: '1.10', i: true, j: off, k: -5"
    configure(project, f"genie:variables: {{{written}}}")
    engine = '{"a":"no","b":"12:30:00","c":1,"d":1000,"e":["x",1],"f":{"k":"v"},"g":1.1,"h":"1.10","i":true'
    engine += ',"j":"off","k":-5}'

    ours = stackfile.stack_settings(project, "dev").variables

    assert ours == {name: meant(as_engine(value)) for name, value in json.loads(engine).items()}
    text = Variables(ours, "dev").substitute("${a} ${b} ${c} ${d} ${e} ${f} ${g} ${i}")
    assert text == 'no 12:30:00 1 1000 ["x", 1] {"k": "v"} 1.1 true'


@pytest.mark.parametrize(
    ("written", "how"),
    [
        ("2024-01-01", "as a time"), ("010", "as an octal number"), ("0x10", "as another number"),
        ("1_000", "as a number without the underscores"), (".nan", "as no number at all"),
        ("12345678901234567890", "as a number with fewer digits"), ("1e400", "as infinite"),
    ],
)  # fmt: skip
def test_what_pulumi_reads_otherwise_is_refused_with_its_place(project: Path, written: str, how: str) -> None:
    configure(project, f"genie:variables:\n  ok: '{written}'\n  deep: [x, {written}]")

    said = f'Pulumi.dev.yaml:4:15: Pulumi reads {written} {how}; put it in quotes: "{written}"'
    assert said in refusal(project)


def test_all_faults_of_variables_come_at_once(project: Path) -> None:
    configure(project, "genie:variables:\n  a:\n  b: 010\n  b: 1\n  c: !!binary x")

    lines = refusal(project).splitlines()

    assert [line.partition(": ")[0] for line in lines[:-1]] == [
        f"Pulumi.dev.yaml:{place}" for place in ("5:5", "6:8", "3:5", "4:8")
    ]
    assert "the variable a has no value" in refusal(project)


def test_what_is_no_map_of_variables_is_told(project: Path) -> None:
    configure(project, "genie:variables: [a]")
    assert "Pulumi.dev.yaml:2:20: genie:variables must be a map of names to values" in refusal(project)


def test_faults_of_settings_name_file_and_line_all_at_once(project: Path) -> None:
    configure(project, "genie:warehose: x\ngenie:waitBudgetS: -1\ngenie:specs: [a, b]\ngenie:policy: {minTable: 1}")

    assert refusal(project).splitlines() == [
        "Pulumi.dev.yaml:2:3: genie:warehose is not a setting; did you mean genie:warehouse?",
        "Pulumi.dev.yaml:3:3: genie:waitBudgetS is '-1'; it must be a number, 0 or more",
        "Pulumi.dev.yaml:4:3: genie:specs must be one text",
        "Pulumi.dev.yaml:5:3: genie:policy: 'minTable' is none of its keys; did you mean minTables?",
    ]


@pytest.mark.parametrize("value", ["nan", "inf", "-1", "x", True, None])
def test_a_budget_is_a_number_from_zero(value: object) -> None:
    with pytest.raises(SettingsError, match="it must be a number, 0 or more"):
        parse({"waitBudgetS": value})


@pytest.mark.parametrize("value", ["", "  ", '["a", "b"]'])
def test_specs_are_one_folder(value: str) -> None:
    with pytest.raises(SettingsError, match="genie:specs is"):
        parse({"specs": value})


def test_a_folder_of_specs_may_be_at_home_or_anywhere(project: Path) -> None:
    assert parse({"specs": "~/specs"}).specs == os.path.expanduser("~/specs")
    assert stackfile.specs_folder(project, parse({"specs": "/srv/our specs"})) == Path("/srv/our specs")


def test_a_variable_that_was_set_as_a_setting_says_how(project: Path) -> None:
    configure(project, "genie:variables.catalog: main")
    assert "pulumi config set --path genie:variables.catalog VALUE" in refusal(project)


def test_a_setting_without_its_namespace_is_told(project: Path) -> None:
    configure(project, "warehouse: x\ngenie:protect: true\nother: 1")

    found = [each.with_rule for each in validate.check(project, sql=SqlReader()).problems]

    said = "'warehouse' without a namespace belongs to the project, as sales:warehouse; did you mean genie:warehouse?"
    assert found == [f"Pulumi.dev.yaml:2:3: warning: {said} [setting-key]"]


def test_in_a_project_called_genie_keys_need_no_namespace(project: Path) -> None:
    project.joinpath("Pulumi.yaml").write_text("name: genie\nruntime: python\n")
    configure(project, "warehouse: x")

    assert stackfile.stack_settings(project, "dev").warehouse == "x"
    assert stackfile.odd_keys(project, "dev") == []


def test_other_peoples_keys_are_pulumis_business(project: Path) -> None:
    configure(project, "aws:tags: {<<: {a: b}, c: !!binary x}\ngenie:warehouse: w")
    assert stackfile.stack_settings(project, "dev").warehouse == "w"


def test_a_file_that_is_no_yaml_is_told_with_its_place(project: Path) -> None:
    project.joinpath("Pulumi.dev.yaml").write_text("config:\n  genie:warehouse: [x\n")
    with pytest.raises(SpecError, match=r"Pulumi.dev.yaml:3:1: not YAML"):
        stackfile.stack_settings(project, "dev")


def test_encrypted_variables_count_as_known(project: Path) -> None:
    configure(project, "genie:variables:\n  a: {secure: xyz}\n  b: {secure: [1]}\ngenie:token: {secure: abc}")
    settings = stackfile.stack_settings(project, "dev")
    assert (settings.variables, settings.token) == ({"a": "secret", "b": "secret"}, "")


def test_without_a_stack_the_folders_of_all_stacks_are_checked(project: Path) -> None:
    project.joinpath("other").mkdir()
    project.joinpath("other", "b.yaml").write_text("title: '${where}'\n")
    configure(project, "genie:warehouse: w")
    configure(project, "genie:specs: other\ngenie:variables: {who: x}", "prod")

    report = validate.check(project, sql=SqlReader())

    assert (report.spaces, report.files) == (2, 2)
    assert [each.place.file for each in report.problems if each.place] == ["other/b.yaml"]
    assert "stack prod" in report.problems[0].message or "Pulumi.prod.yaml" in report.problems[0].message


def test_a_token_in_clear_is_refused_where_it_stands(project: Path) -> None:
    configure(project, "genie:host: https://x.example.com\ngenie:token: dapi0123456789abcdef")

    with pytest.raises(SpecError) as refused:
        stackfile.stack_settings(project, "dev")

    assert "Pulumi.dev.yaml:3:3: genie:token stands in clear" in str(refused.value)
    assert "pulumi config set --secret genie:token" in str(refused.value)
    assert "dapi0123" not in str(refused.value)
