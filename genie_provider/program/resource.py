"""resource: GenieSpace: a name, a spec, options."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi.dynamic import Resource

from ..codec.packed import pack
from ..codec.spec_inputs import inputs_of
from ..lint.around.wait_time import wait_seconds
from ..model.ownership_key import ownership_key
from ..model.schema import KEYED
from ..model.spec import SpaceSpec
from ..model.state import FILE, PACKED, WAIT
from ..model.variables import PENDING, fill_pending, pending_names, show_pending
from ..provider import GenieSpaceProvider
from ..pulumi_sdk.program import short_stack_trace, somebody_watches
from . import registry
from .stack import StackSettings

TYPE = "pulumi-python:dynamic/genie:GenieSpace"


class GenieSpace(Resource, module="genie", name="GenieSpace"):
    """One Genie space of the stack's workspace.

    Every field updates in place; none ever replaces the space.

    Args:
        name: the logical name, unique in the project.
        spec: the space, as `load_specs` gives it.
        stack: the stack's settings; read from the configuration where left out.
        opts: Pulumi's options; `import`, `protect`, `retain_on_delete` and `depends_on` of the spec are added.
    """

    space_id: pulumi.Output[str]
    """The workspace's id: 32 hex digits."""
    url: pulumi.Output[str]
    """Where people open the space."""
    etag: pulumi.Output[str]
    """The workspace's mark of the body as last read or written."""

    def __init__(
        self,
        name: str,
        spec: SpaceSpec,
        opts: pulumi.ResourceOptions | None = None,
        *,
        stack: StackSettings | None = None,
    ) -> None:
        here = stack or StackSettings.from_config()
        program = registry.current()
        program.check_specs(here)
        owner = ownership_key(here.project, here.stack, name, here.settings.stack_id)
        inputs = inputs_of(spec, owner, here.defaults_for(name))
        if program.file_of(name):
            inputs[FILE] = program.file_of(name)
        if "wait_for_tables" in inputs:
            inputs[WAIT] = wait_seconds(inputs.pop("wait_for_tables"))
        options = _options(name, spec, opts, str(inputs.get("warehouse") or ""))
        properties = _packed(inputs, options) or _resolve(inputs, here.variables.values)
        outputs: dict[str, Any] = {"space_id": None, "url": None, "etag": None}
        with short_stack_trace():
            super().__init__(GenieSpaceProvider(), name, {**properties, **outputs}, options)


def _options(name: str, spec: SpaceSpec, opts: pulumi.ResourceOptions | None, warehouse: str) -> pulumi.ResourceOptions:
    own = pulumi.ResourceOptions(
        protect=spec.protect,
        retain_on_delete=spec.retain_on_delete,
        aliases=[pulumi.Alias(name=spec.renamed_from)] if spec.renamed_from else None,
        import_=spec.import_id or None,
        depends_on=registry.current().needed_by(name, spec, warehouse) or None,
    )
    return pulumi.ResourceOptions.merge(opts, own)


def _packed(inputs: dict[str, Any], options: pulumi.ResourceOptions) -> dict[str, Any] | None:
    """The inputs as one text; None where some are not known yet, or somebody else is to look at them."""
    if somebody_watches(options):
        return None
    packed = pack(inputs)
    return packed if packed and PENDING not in packed[PACKED] else None


def _resolve(value: Any, values: dict[str, Any], key_field: str = "") -> Any:
    """Texts that wait for Outputs become Outputs; keys that do keep the variable's name.

    An entry under such a key carries its real name as a field (`key_field`), so that previews and later runs
    speak of it by what the person wrote.
    """
    if isinstance(value, str):
        names = pending_names(value)
        if not names:
            return value
        outputs = {name: pulumi.Output.from_input(values[name]) for name in names}
        return pulumi.Output.all(**outputs).apply(lambda known: fill_pending(value, _texts(known)))
    if isinstance(value, list):
        return [_resolve(part, values) for part in value]
    if isinstance(value, dict):
        return {
            show_pending(key): _resolve(_named(key, part, key_field), values, _KEY_FIELDS.get(key, ""))
            for key, part in value.items()
        }
    return value


_KEY_FIELDS = {section.name: section.key for section in KEYED if section.key}
"""Section of the inputs → the field that an entry's key stands for."""


def _named(key: str, entry: Any, key_field: str) -> Any:
    """An entry whose key is not known yet gets it as a field."""
    if PENDING in key and key_field and isinstance(entry, dict) and key_field not in entry:
        return {key_field: key, **entry}
    return entry


def _texts(known: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in known.items()}
