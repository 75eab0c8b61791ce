"""Values that other resources give, secrets among them, and other people's dynamic resources beside ours."""

from __future__ import annotations

import json

from engine_project import Project
from specs import trips

from emulator.handle import Handle

PROGRAM = '''\
"""A schema made by another resource, beside a vault with a secret; the specs use both."""
import pulumi
from vault import Vault

from genie_provider import GenieSpace, StackSettings, load_specs

vault = Vault("vault", word=pulumi.Output.secret("hush-vault-word"))
stack = StackSettings.from_config(pulumi.Config("genie"), schema=vault.schema, word=vault.word)
for name, spec in load_specs(stack.specs, stack.variables).items():
    GenieSpace(name, spec, stack.options_for(name), stack=stack)
pulumi.export("schema", vault.schema)
'''

VAULT = '''\
"""Somebody else's dynamic resource, as in Pulumi's documentation."""
from typing import Any

from pulumi import Input, Output, ResourceOptions
from pulumi.dynamic import CreateResult, ReadResult, Resource, ResourceProvider, UpdateResult


class VaultProvider(ResourceProvider):
    def create(self, props):
        return CreateResult("vault-1", {**props, "schema": "made_later"})

    def read(self, id_, props):
        return ReadResult(id_, props)

    def update(self, _id, _olds, _news):
        return UpdateResult({**_news, "schema": "made_later"})


class Vault(Resource):
    schema: Output[str]
    word: Output[str]

    def __init__(self, name: str, word: Input[str], opts: ResourceOptions | None = None):
        super().__init__(VaultProvider(), name, {"word": word, "schema": None}, opts)
'''


def with_vault(project: Project) -> None:
    (project.folder / "__main__.py").write_text(PROGRAM)
    (project.folder / "vault.py").write_text(VAULT)


def test_values_of_another_resource_are_unknown_first_and_then_stay(project: Project, workspace: Handle) -> None:
    with_vault(project)
    workspace.control.add_table("main.made_later.orders", "id bigint, amount double")
    spec = trips("Orders in ${schema}", sample_questions=["What is in ${schema}?"])
    spec["data_sources"]["tables"] = [
        {
            "identifier": "main.${schema}.orders",
            "description": "Of ${schema}",
            "column_configs": [{"column_name": "id"}],
        }
    ]
    project.write("orders", spec)

    preview = project.preview()
    project.up()
    after = project.unchanged()
    project.refresh("--expect-no-changes")
    body = workspace.control.body(project.space_id("orders"))

    assert "title           : [unknown]" in preview.text
    assert "main.${schema}.orders: {" in preview.text
    assert body["data_sources"]["tables"][0]["identifier"] == "main.made_later.orders"
    assert body["config"]["sample_questions"][0]["question"] == ["What is in made_later?"]
    assert workspace.control.spaces()[0]["title"] == "Orders in made_later"
    assert "3 unchanged" in after.text

    spec["data_sources"]["tables"][0]["description"] = "All of ${schema}"
    project.write("orders", spec)
    workspace.control.clear_requests()
    change = project.preview()
    project.up()
    assert '~ description: "Of made_later" => "All of made_later"' in change.text
    assert project.sent() == ["PATCH /api/2.0/genie/spaces/ID"]
    project.destroy()
    assert workspace.control.spaces() == []


def test_a_secret_of_another_resource_stays_one_in_the_state(project: Project, workspace: Handle) -> None:
    with_vault(project)
    spec = trips("Vault ${schema}")
    spec["instructions"]["text_instructions"] = ["The word is ${word}."]
    project.write("vaulted", spec)

    said = [project.preview(), project.up()]
    states = project.state_text()
    said += [project.unchanged(), project.preview("--json"), project.refresh("--expect-no-changes")]
    states += project.state_text()
    body = workspace.control.body(project.space_id("vaulted"))
    exported = project.pulumi("stack", "export").text
    said.append(project.destroy())

    assert body["instructions"]["text_instructions"][0]["content"] == ["The word is hush-vault-word."]
    assert "hush" not in states + exported + "".join(each.text for each in said)
    assert workspace.control.spaces() == []


def test_an_encrypted_variable_stays_one_in_the_state(project: Project, workspace: Handle) -> None:
    project.pulumi("config", "set", "--path", "genie:variables.catalog", "samples")
    project.pulumi("config", "set", "--path", "--secret", "genie:variables.word", "hush-config-word")
    project.keep_config()
    spec = trips("Word")
    spec["data_sources"]["tables"][0]["identifier"] = "${catalog}.nyctaxi.trips"
    spec["data_sources"]["tables"][0]["description"] = "The word is ${word}."
    project.write("word", spec)

    said = [project.preview(), project.up()]
    states = project.state_text()
    space_id = project.space_id("word")
    workspace.control.edit_in_ui(
        space_id, describe_table={"identifier": "samples.nyctaxi.trips", "description": "hush-config-word, or not"}
    )
    said += [project.preview(), project.preview("--json"), project.refresh()]
    states += project.state_text() + json.dumps(project.resources())
    said += [project.up(), project.unchanged()]
    states += project.state_text()

    (table,) = workspace.control.body(space_id)["data_sources"]["tables"]
    assert table["description"] == ["The word is hush-config-word."]
    assert "hush" not in states
    assert "hush" not in "".join(each.text for each in said)
