"""Loader: every problem with its place, all of them at once, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from genie_provider.errors import SpecError
from genie_provider.model.variables import Variables
from genie_provider.specs import loader

BAD = Path(__file__).parent / "bad"
SHARED = Path(__file__).parents[3] / "shared" / "specs" / "genie_forge"
DEV = Variables({"catalog": "main"}, "dev")


def problems_of(*paths: Path) -> list[str]:
    return [str(problem) for problem in loader.load(paths, DEV).errors]


@pytest.mark.parametrize("file", sorted(BAD.glob("*.yaml")), ids=lambda file: file.stem)
def test_each_fault_is_reported_with_its_line(file: Path) -> None:
    expected = [f"{file.as_posix()}:{line}" for line in file.with_suffix(".txt").read_text("utf-8").splitlines()]
    assert problems_of(file) == expected


def test_all_problems_of_all_files_come_at_once_and_quickly() -> None:
    began = time.perf_counter()
    with pytest.raises(SpecError) as caught:
        loader.load_specs(BAD, DEV)
    assert time.perf_counter() - began < 5
    lines = str(caught.value).splitlines()
    files = sorted(file.name for file in BAD.glob("*.yaml"))
    assert sorted({Path(line.split(":")[0]).name for line in lines[:-1]}) == files
    assert lines[-1] == f"{len(lines) - 1} problems in {len(files)} files; nothing was sent."


def test_the_command_prints_them_and_exits_with_1() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "genie_provider", "validate", str(BAD)],
        capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert "nothing was sent." in done.stdout


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return file


def test_the_stem_names_the_space_unless_the_file_does(tmp_path: Path) -> None:
    write(tmp_path, "sales.yaml", "title: Sales\n")
    write(tmp_path, "hr/people.yml", "space_id: employees\ntitle: People\n")
    write(tmp_path, "raw.json", '{"title": "Raw"}')
    assert list(loader.load_specs(tmp_path)) == ["employees", "raw", "sales"]


def test_a_file_holds_several_spaces(tmp_path: Path) -> None:
    write(tmp_path, "all.yaml", "version: 2\nspaces:\n- {space_id: a, title: A}\n- {space_id: b, title: B}\n")
    assert {name: spec.title for name, spec in loader.load_specs(tmp_path).items()} == {"a": "A", "b": "B"}


def test_one_name_for_two_spaces_is_an_error(tmp_path: Path) -> None:
    first = write(tmp_path, "a/sales.yaml", "title: A\n")
    second = write(tmp_path, "b/sales.yaml", "title: B\n")
    assert problems_of(tmp_path) == [
        f"{second.as_posix()}:1:1: the name 'sales' is taken by {first.as_posix()}:1:1; set name"
    ]


def test_one_title_for_two_spaces_of_a_folder_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "title: Sales\n")
    write(tmp_path, "b.yaml", "title: Sales\n")
    write(tmp_path, "c.yaml", "title: Sales\nparent_path: /Shared\n")
    (problem,) = problems_of(tmp_path)
    assert "b.yaml:1:1: the title 'Sales' is that of" in problem


def test_a_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    write(tmp_path, "sales.yaml", "\ufefftitle: Sales\n")
    assert list(loader.load_specs(tmp_path)) == ["sales"]


def test_bytes_that_are_not_text_are_an_error(tmp_path: Path) -> None:
    file = tmp_path / "sales.yaml"
    file.write_bytes(b"title: \xff\n")
    assert problems_of(file) == [f"{file.as_posix()}:1:1: not UTF-8 (byte 7)"]


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    assert problems_of(tmp_path / "nowhere") == [
        f"{(tmp_path / 'nowhere').as_posix()}:1:1: there is no such file or folder"
    ]


def test_words_of_yaml_1_1_stay_words(tmp_path: Path) -> None:
    write(tmp_path, "s.yaml", "title: no\ndescription: 2024-01-01\n")
    spec = loader.load_specs(tmp_path)["s"]
    assert (spec.title, spec.description) == ("no", "2024-01-01")


def test_deep_nesting_is_refused_without_a_crash(tmp_path: Path) -> None:
    file = write(tmp_path, "deep.yaml", "title: " + "[" * 5000 + "]" * 5000)
    assert problems_of(file)


def test_ids_of_old_files_are_keys_with_a_notice(tmp_path: Path) -> None:
    write(tmp_path, "s.yaml", "title: S\nsample_questions:\n- {id: q1, question: How many?}\n")
    loaded = loader.load([tmp_path])
    assert not loaded.errors
    assert "'q1' is not 32 lowercase hex digits" in str(loaded.notices[0])


@pytest.mark.skipif(not SHARED.exists(), reason="the folder of other people's specs is not beside the project")
def test_specs_of_genie_forge_load() -> None:
    known = {"catalog": "main", "schema": "sales", "warehouse_id": "0" * 16, "parent_path": "/Workspace/Shared"}
    specs = loader.load_specs(SHARED / "spaces", Variables(known, "dev"))
    assert sorted(specs) == ["employee_analytics", "sales_analytics", "simple_demo"]


def test_the_logical_name_is_called_name_and_its_older_key_works(tmp_path: Path) -> None:
    old = write(tmp_path / "old", "a.yaml", "space_id: employees\ntitle: People\n")
    new = write(tmp_path / "new", "a.yaml", "name: employees\ntitle: People\n")

    assert list(loader.load_specs(old.parent)) == list(loader.load_specs(new.parent)) == ["employees"]


def test_two_words_for_the_logical_name_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "space_id: a\nname: b\ntitle: People\n")

    with pytest.raises(SpecError, match="older name of name"):
        loader.load_specs(tmp_path)


# ── what is not read ────────────────────────────────────────────────────────────────────────


def told(folder: Path) -> list[str]:
    return [each.with_rule.removeprefix(f"{folder.as_posix()}/") for each in loader.load([folder], DEV).problems]


def test_files_that_look_like_specs_and_are_none_are_told(tmp_path: Path) -> None:
    write(tmp_path, "UPPER.YAML", "title: A\n")
    write(tmp_path, "notes.txt", "nothing")
    write(tmp_path, ".hidden/x.yaml", "title: H\n")
    tmp_path.joinpath("gone.yaml").symlink_to(tmp_path / "nowhere.yaml")
    write(tmp_path / "elsewhere", "b.yaml", "title: B\n")
    specs = tmp_path / "specs"
    specs.mkdir()
    specs.joinpath("link").symlink_to(tmp_path / "elsewhere")

    assert told(tmp_path) == [
        "UPPER.YAML:1:1: warning: is not read: write its ending in small letters (UPPER.yaml) [ignored-file]",
        "specs/link:1:1: warning: is a link to a folder, and what is in there is not read; name it by itself, or move "
        "it here [ignored-file]",
        "gone.yaml:1:1: this link points to nothing; mend or remove it [unreadable-file]",
    ]


def test_a_name_is_one_however_its_accents_are_stored(tmp_path: Path) -> None:
    write(tmp_path, "cafe\u0301.yaml", "title: A\n")
    assert list(loader.load([tmp_path]).specs) == ["caf\u00e9"]

    write(tmp_path, "caf\u00e9.yaml", "title: B\n")
    assert any("is taken by" in line for line in told(tmp_path))


def test_a_variable_missing_in_many_places_is_told_once(tmp_path: Path) -> None:
    for number in range(30):
        write(tmp_path, f"s{number:02}.yaml", f"title: T{number}\ndescription: '${{region}} and ${{region}}'\n")

    (problem,) = loader.load([tmp_path], DEV).errors

    assert problem.rule == "no-variable"
    assert str(problem).startswith(f"{tmp_path.as_posix()}/s00.yaml:2:15: ${{region}} has no value in stack dev;")
    places = f"{tmp_path.as_posix()}/s01.yaml:2:15, {tmp_path.as_posix()}/s02.yaml:2:15 …"
    assert str(problem).endswith(f"; so in 30 places, also {places}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "sample_questions:\n  - {text: How much?}",
            "'text' is not part of sample_questions[0]; did you mean 'question'?",
        ),
        ("resources: [a]", "'resources' is not part of a space; did you mean 'data_sources'?"),
        ("sample_questions:\n  - Revenue: by year?", "put it in quotes if 'Revenue: by year?' is one text"),
        ("instructions: {text_instructions: ${x}}", "in braces or brackets, ${…} needs quotes"),
    ],
)
def test_hints_lead_where_people_meant_to_go(text: str, said: str, tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", f"title: A\n{text}\n")
    assert said in "\n".join(problems_of(tmp_path))
