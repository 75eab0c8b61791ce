"""packed: the inputs of a resource on their way from the program to the host, as one text.

Pulumi's SDK turns nested inputs into messages value by value: 2 ms for a space, in a program that does one
thing at a time. As one text they are nothing to it. The host unpacks them in Check, so the engine, previews,
policies and the state have them nested as ever.

With them the state keeps a seal: which text became which inputs. A text that comes again, over inputs that
nobody has touched, needs no unpacking and no comparing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from ..model.state import PACKED

_FORM: Final = b"1"
"""Goes up when the same text has to become other inputs; seals of before then hold no more."""


def pack(inputs: Mapping[str, Any]) -> dict[str, Any] | None:
    """The inputs as a program sends them; None where they hold more than JSON has, such as Outputs."""
    try:
        return {PACKED: json.dumps(inputs, ensure_ascii=False, separators=(",", ":"), sort_keys=True)}
    except TypeError:
        return None


def unpack(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """The inputs as the program meant them, packed or not."""
    text = inputs.get(PACKED)
    if text is None:
        return inputs
    others = {key: value for key, value in inputs.items() if key != PACKED}
    return {**json.loads(text), **others}


def seal(text: str, inputs: bytes) -> str:
    """The seal on inputs, given as a message of theirs without a seal."""
    return hashlib.sha256(b"\0".join([_FORM, text.encode(), inputs])).hexdigest()[:32]
