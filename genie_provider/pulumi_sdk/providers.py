"""providers: a dynamic provider ⇄ the text that travels with its resources and stands in the state.

The SDK pickles them with dill under a lock of its own, by private functions. It is imported when the first such
text is met: by an import, or by somebody else's dynamic resource.
"""

from __future__ import annotations

import base64
from typing import Any


def to_text(provider: Any) -> str:
    """The provider as `pulumi.dynamic.Resource` would send it."""
    from pulumi.dynamic.dynamic import serialize_provider
    from pulumi.runtime._serialization import _serialize

    text, _ = _serialize(True, serialize_provider, provider)
    return str(text)


def from_text(text: str) -> Any:
    """The provider in the text, as the stock host reads it; not yet configured."""
    import dill
    from pulumi.runtime._serialization import _deserialize

    return _deserialize(lambda: dill.loads(base64.b64decode(text)))
