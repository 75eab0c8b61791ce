"""stock_host: a lifecycle as Pulumi's stock dynamic provider.

A program sends the provider along with every resource; without attributes and from an
importable module it travels as a short reference. Our own host (`plugin`) only takes the
`lifecycle_factory` from it. On the stock host the methods below do the work: preview, up,
refresh and destroy, with plainer previews and without import.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, ClassVar

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)
from pulumi.output import Unknown
from pulumi.runtime import rpc

from .codec.packed import unpack
from .lifecycle import UNKNOWN, Call, Lifecycle, LifecycleFactory, Made, Properties

_PROVIDER_KEY = "__provider"
_FINGERPRINT = "fingerprint"
_CALL = Call()


class LifecycleProvider(ResourceProvider):
    """Base of the providers that programs send; a subclass names its lifecycle and nothing else."""

    serialize_as_secret_always = False
    lifecycle_factory: ClassVar[LifecycleFactory]

    def configure(self, req: ConfigureRequest) -> None:
        # The stock host calls this once for each provider it unpickles; never in the program.
        config: Mapping[str, str] = req.config._props
        self._lifecycle: Lifecycle = type(self).lifecycle_factory(config)

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        checked = self._lifecycle.check(_CALL, _plain(_olds) or None, _plain(unpack(news)))
        failures = [CheckFailure(".".join(map(str, path)), reason) for path, reason in checked.failures]
        return CheckResult(_sent(checked.inputs), failures)

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Whether anything changed. The stock host hands over old outputs, never old inputs.

        A kind that keeps a fingerprint of its inputs in its outputs is compared by that;
        for the others an empty answer makes the engine compare the inputs itself.
        """
        if _FINGERPRINT not in _olds:
            return DiffResult()
        news = _plain(_news)
        if _has_unknown(news):
            return DiffResult(changes=True)
        fingerprint = self._lifecycle.fingerprint(news)
        return DiffResult(changes=not _fits(fingerprint, str(_olds[_FINGERPRINT])) if fingerprint else None)

    def create(self, props: dict[str, Any]) -> CreateResult:
        made = self._lifecycle.create(_CALL, _plain(props))
        return CreateResult(made.id, _outputs(made))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        found = self._lifecycle.read(_CALL, id_, None, _plain(props))
        if found is None:
            return ReadResult("", {})
        return ReadResult(found.id, dict(found.outputs), dict(found.inputs) or None)

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        made = self._lifecycle.update(_CALL, _id, {}, _plain(_olds), _plain(_news))
        return UpdateResult(_outputs(made))

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        self._lifecycle.delete(_CALL, _id, _plain(_props))


def _fits(fingerprint: str, remembered: str) -> bool:
    """Whether the outputs were made of these inputs; what states of earlier versions hold is the first part."""
    return remembered in (fingerprint, fingerprint.partition(".")[0])


def _outputs(made: Made) -> Properties:
    """The outputs to keep. The stock host can fail a resource or keep it, not both.

    So the unfinished steps are only said, and a fingerprint that fits no inputs makes the
    next `up` do them again.
    """
    if not made.unfinished:
        return dict(made.outputs)
    print("\n".join(["warning: not finished:", *made.unfinished]), file=sys.stderr)
    return {**made.outputs, _FINGERPRINT: ""}


def _plain(properties: Mapping[str, Any]) -> Properties:
    """What a lifecycle expects: no provider, whole numbers as int, unknowns as UNKNOWN."""
    return {key: _value(value) for key, value in properties.items() if key != _PROVIDER_KEY}


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _value(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_value(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return UNKNOWN if isinstance(value, Unknown) or value == rpc.UNKNOWN else value


def _sent(value: Any) -> Any:
    """The other way: UNKNOWN as the engine's own word for it."""
    if isinstance(value, dict):
        return {key: _sent(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_sent(item) for item in value]
    return rpc.UNKNOWN if value is UNKNOWN else value


def _has_unknown(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_unknown, value.values()))
    if isinstance(value, list):
        return any(map(_has_unknown, value))
    return value is UNKNOWN
