"""A stack's id is made once and stays; where the state lies is the same for everybody who shares it."""

from __future__ import annotations

from pathlib import Path

import pytest

from genie_provider.config import stack_identity
from genie_provider.config.stack_identity import ensure, state_place
from genie_provider.yamlio.reader import Document

FILES = {
    "none": "",
    "plain": "config:\n  genie:host: http://127.0.0.1:1\n",
    "without config": "encryptionsalt: v1:abc\n",
    "something behind it": "config:\n  genie:variables:\n    catalog: x\n\n# mine\nencryptionsalt: v1:abc\n",
    "four blanks, comments": "config: # ours\n    # the host\n    genie:host: x\n    # last\nencryptionsalt: v1:abc",
    "list at the end": "config:\n  genie:forbid:\n  - dev\n  - test\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: sales\nruntime: python\n")
    return tmp_path


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_the_id_is_made_once_and_the_rest_of_the_file_stays(project: Path, text: str) -> None:
    file = project / "Pulumi.dev.yaml"
    if text:
        file.write_text(text)

    made = ensure(project, "sales", "dev", env={})

    assert made.startswith("s")
    assert ensure(project, "sales", "dev", env={}) == made
    now = Document(file.read_text(), file.name).value
    before = Document(text, file.name).value or {}
    config = now.pop("config")
    assert config.pop("genie:stackId") == made
    assert config == (before.pop("config", None) or {})
    assert now == before
    assert [line for line in text.splitlines() if line not in file.read_text().splitlines()] == []
    assert sorted(each.name for each in project.iterdir()) == ["Pulumi.dev.yaml", "Pulumi.yaml"]


def test_two_stacks_never_get_the_same_id(project: Path) -> None:
    assert ensure(project, "sales", "dev", env={}) != ensure(project, "sales", "prod", env={})


@pytest.mark.parametrize("text", ["config: {genie:host: x}\n", "config: [1]\n", "config:\n  a: 'b\n"])
def test_a_file_that_pulumi_does_not_write_so_is_left_alone(project: Path, text: str) -> None:
    file = project / "Pulumi.dev.yaml"
    file.write_text(text)

    assert ensure(project, "sales", "dev", env={}) == ""
    assert file.read_text() == text


def test_nothing_is_written_where_it_would_be_lost_or_is_another_project(project: Path) -> None:
    assert ensure(project, "sales", "dev", env={"CI": "true"}) == ""
    assert ensure(project, "marketing", "dev", env={}) == ""
    assert not (project / "Pulumi.dev.yaml").exists()


def test_who_shares_a_backend_is_at_the_same_place(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def at(url: str, **env: str) -> str:
        return state_place(project, {"PULUMI_BACKEND_URL": url, "HOME": str(tmp_path), **env})

    assert at("s3://team/states") == at("s3://team/states/", HOME="/elsewhere") != at("s3://others/states")
    assert at("file:///var/states") == at("file:///var/states?metadata=skip") != at("file:///var/others")
    assert at("file://~") != at("file://~", HOME="/home/ben")
    here = at("file:///var/states")
    monkeypatch.setattr(stack_identity.socket, "gethostname", lambda: "another-machine")
    assert at("file:///var/states") != here
    assert state_place(project, {"HOME": str(tmp_path)}) == ""
