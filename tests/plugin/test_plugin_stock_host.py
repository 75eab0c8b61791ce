"""adaptor: a lifecycle as Pulumi's stock dynamic provider, and kinds: whose a resource is."""

from __future__ import annotations

import base64
import sys

import dill
import pytest
from foreign import BoxProvider
from notes import NoteLifecycle, NoteProvider
from pulumi.dynamic import Config, ConfigureRequest
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.output import Unknown
from pulumi.runtime import rpc

from genie_provider.plugin.registry import KINDS, Kind, Registry, kinds_from_environment
from genie_provider.plugin.stock_kinds import StockKinds

TOKEN = "pulumi-python:dynamic/test:Note"


@pytest.fixture
def provider() -> NoteProvider:
    provider = NoteProvider()
    provider.configure(ConfigureRequest(Config({"note:server": "nowhere"}, "noted")))
    return provider


def test_it_travels_as_a_short_reference() -> None:
    text = serialize_provider(NoteProvider())

    assert len(text) < 80
    assert isinstance(dill.loads(base64.b64decode(text)), NoteProvider)
    assert NoteProvider.serialize_as_secret_always is False


def test_diff_goes_by_the_fingerprint_in_the_outputs(provider: NoteProvider) -> None:
    same = NoteLifecycle({"note:server": "nowhere"}).fingerprint({"title": "A"})
    olds = {"__provider": "x", "fingerprint": same}

    assert provider.diff("n1", olds, {"title": "A", "__provider": "x", "__marks": "1"}).changes is False
    assert provider.diff("n1", olds, {"title": "B"}).changes is True
    assert provider.diff("n1", olds, {"title": Unknown()}).changes is True


def test_without_a_fingerprint_the_engine_compares(provider: NoteProvider) -> None:
    assert provider.diff("n1", {}, {"title": "A"}).changes is None


def test_check_keeps_unknowns_and_makes_whole_numbers_int(provider: NoteProvider) -> None:
    checked = provider.check({}, {"title": "A", "size": 3.0, "link": [Unknown()]})

    del checked.inputs["__marks"]
    assert checked.inputs == {"title": "A", "size": 3, "link": [rpc.UNKNOWN]}
    assert type(checked.inputs["size"]) is int


def kinds(**listed: Kind) -> Registry:
    kinds = Registry(listed, StockKinds().load)
    kinds.configure({"note:server": "nowhere"})
    return kinds


def test_a_listed_type_is_ours_without_looking_at_its_provider() -> None:
    ours = kinds(**{TOKEN: Kind("notes:NoteProvider")})

    assert isinstance(ours.lifecycle(TOKEN, "no pickle at all"), NoteLifecycle)


def test_an_unlisted_type_is_ours_by_its_provider_and_made_once() -> None:
    text = serialize_provider(NoteProvider())
    ours = kinds()

    assert isinstance(ours.lifecycle(TOKEN, text), NoteLifecycle)
    assert ours.lifecycle(TOKEN, text) is ours.lifecycle("another:type:Token", text)


def test_somebody_elses_provider_is_not_ours() -> None:
    assert kinds().lifecycle("some:other:Box", serialize_provider(BoxProvider("x"))) is None
    assert kinds().lifecycle("some:other:Box", "") is None
    assert kinds().lifecycle("some:other:Box", "no pickle at all") is None


def test_import_puts_in_what_a_program_would_send() -> None:
    ours = kinds(**{TOKEN: Kind("notes:NoteProvider")})

    assert ours.provider_text(TOKEN) == serialize_provider(NoteProvider())


def test_a_short_cut_leads_to_the_same_lifecycle() -> None:
    ours = kinds(**{TOKEN: Kind("notes:NoteProvider", "notes:NoteLifecycle")})

    assert isinstance(ours.lifecycle(TOKEN, ""), NoteLifecycle)


def test_more_kinds_come_from_the_environment() -> None:
    found = kinds_from_environment({"GENIE_KINDS": f"{TOKEN}=notes:NoteProvider,a:b:C=d:E"})

    assert found == {TOKEN: Kind("notes:NoteProvider"), "a:b:C": Kind("d:E")}


@pytest.mark.parametrize("token", KINDS)
def test_every_listed_kind_can_be_found(token: str) -> None:
    paths = [path for path in (KINDS[token].provider, KINDS[token].lifecycle) if path]
    for path in paths:
        module, _, name = path.partition(":")
        __import__(module)
        assert hasattr(sys.modules[module], name)
