"""structs: protobuf Structs as the engine sends them ⇄ plain Python.

Secrets are unwrapped on the way in: the host tells the engine that it takes none, so the
engine keeps their mark itself and puts it back on values of the same name. A value that
is not known yet is `UNKNOWN`. What a terminal would obey is written out for the engine, which prints it (see
`codec.veil`), and taken back on the way in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from google.protobuf import struct_pb2

from genie_provider.codec.packed import seal
from genie_provider.codec.veil import unveil, veil
from genie_provider.lifecycle import UNKNOWN, Properties
from genie_provider.model.state import PACKED, SEAL
from genie_provider.pulumi_sdk.marks import OUTPUT, RESOURCE, SECRET, SIGNATURE, UNKNOWN_TEXT, UNKNOWNS

PROVIDER_KEY = "__provider"

_OF_HOSTS = frozenset({PROVIDER_KEY, SEAL})

_EXACT = 2**53


def to_plain(struct: struct_pb2.Struct) -> Properties:
    """The properties as plain Python, without what is only for hosts: provider and seal.

    Keys come in no particular order: a protobuf map has none.
    """
    return {unveil(key): _plain(value) for key, value in struct.fields.items() if key not in _OF_HOSTS}


def texts(struct: struct_pb2.Struct) -> dict[str, str]:
    """The texts at the top of the properties, without turning the rest into Python."""
    fields = struct.fields.items()
    return {key: value.string_value for key, value in fields if value.HasField("string_value")}


def to_struct(properties: Mapping[str, Any], provider: str = "") -> struct_pb2.Struct:
    """The properties as a message, with the serialised provider if there is one."""
    struct = struct_pb2.Struct()
    for key, value in properties.items():
        _fill(struct.fields[veil(key)], value)
    if provider:
        struct.fields[PROVIDER_KEY].string_value = provider
    return struct


def provider_text(*structs: struct_pb2.Struct) -> str:
    """The serialised provider in the first of the messages that carries one, else nothing."""
    for struct in structs:
        if PROVIDER_KEY in struct.fields:
            text = struct.fields[PROVIDER_KEY].string_value
            if text and text not in UNKNOWNS:
                return text
    return ""


def same(olds: struct_pb2.Struct, news: struct_pb2.Struct, hidden: Iterable[str] = ()) -> bool:
    """Whether the two messages are equal when `news` is lent the hidden keys of `olds`.

    Compares whole messages in protobuf's own code: some 50 times faster than turning
    them into Python. `news` is left as it came.
    """
    lent = [key for key in hidden if key in olds.fields and key not in news.fields]
    for key in lent:
        news.fields[key].CopyFrom(olds.fields[key])
    equal = bool(olds == news)
    for key in lent:
        del news.fields[key]
    return equal


def packed_text(struct: struct_pb2.Struct) -> str:
    """The inputs as the program packed them, or nothing."""
    return struct.fields[PACKED].string_value if PACKED in struct.fields else ""


def seal_of(text: str, inputs: struct_pb2.Struct) -> str:
    """The seal that these inputs carry if they were made of that text and are as they were."""
    bare = struct_pb2.Struct()
    bare.CopyFrom(inputs)
    bare.fields.pop(SEAL, None)
    return seal(text, bare.SerializeToString(deterministic=True))


def is_sealed(text: str, inputs: struct_pb2.Struct) -> bool:
    """Whether these inputs are what the text becomes."""
    return SEAL in inputs.fields and inputs.fields[SEAL].string_value == seal_of(text, inputs)


def secret_texts(struct: struct_pb2.Struct) -> set[str]:
    """Every text below a value that is marked as secret."""
    found: set[str] = set()
    for value in struct.fields.values():
        kind = value.WhichOneof("kind")
        if kind == "struct_value":
            inner = value.struct_value
            if _signature(inner) == SECRET:
                found.update(_texts(_plain(inner.fields["value"])))
            else:
                found.update(secret_texts(inner))
    return found


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _plain(value: struct_pb2.Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        text = value.string_value
        return UNKNOWN if text in UNKNOWNS else unveil(text)
    if kind == "struct_value":
        struct = value.struct_value
        if SIGNATURE in struct.fields:
            return _special(struct)
        return {unveil(key): _plain(item) for key, item in struct.fields.items()}
    if kind == "list_value":
        return [_plain(item) for item in value.list_value.values]
    if kind == "number_value":
        number = value.number_value
        return int(number) if -_EXACT <= number <= _EXACT and number == int(number) else number
    if kind == "bool_value":
        return value.bool_value
    return None


def _signature(struct: struct_pb2.Struct) -> str:
    return struct.fields[SIGNATURE].string_value if SIGNATURE in struct.fields else ""


def _special(struct: struct_pb2.Struct) -> Any:
    """What a signed map stands for: secrets and outputs their value, resources their id."""
    signature = _signature(struct)
    if signature in (SECRET, OUTPUT):
        return _plain(struct.fields["value"]) if "value" in struct.fields else UNKNOWN
    if signature == RESOURCE:
        return _plain(struct.fields["id" if "id" in struct.fields else "urn"])
    return {key: _plain(item) for key, item in struct.fields.items()}


def _fill(target: struct_pb2.Value, value: Any) -> None:
    if isinstance(value, str):
        target.string_value = veil(value)
    elif isinstance(value, Mapping):
        target.struct_value.SetInParent()
        fields = target.struct_value.fields
        for key, item in value.items():
            _fill(fields[veil(key)], item)
    elif value is None:
        target.null_value = struct_pb2.NULL_VALUE
    elif isinstance(value, bool):
        target.bool_value = value
    elif isinstance(value, (int, float)):
        target.number_value = value
    elif isinstance(value, (list, tuple)):
        target.list_value.SetInParent()
        for item in value:
            _fill(target.list_value.values.add(), item)
    elif value is UNKNOWN:
        target.string_value = UNKNOWN_TEXT
    else:
        raise TypeError(f"a {type(value).__name__} cannot be a property")
