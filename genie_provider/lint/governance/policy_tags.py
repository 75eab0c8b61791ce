"""A tag that `genie:policy` wants and the space has not, or a value that it does not allow.

Settings::

    policy: {requireOwner: true, allowedTags: {tier: [gold, silver]}}

Passes::

    title: Sales
    tags: {owner: ana, tier: gold}

Fails::

    title: Sales
    tags: {owner: ana, tier: lead}

Fails::

    title: Sales
"""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Finding, Space

ID = "policy-tags"
LEVEL = "error"
WHEN = "stack"


def check(space: Space) -> Iterator[Finding]:
    policy, tags = space.stack.policy, {**space.stack.tags, **space.spec.tags}
    required = [*(["owner"] if policy.require_owner else []), *policy.require_tags]
    for key in dict.fromkeys(required):
        if not tags.get(key):
            yield Finding(("tags",), f"genie:policy wants the tag {key}")
    for key, allowed in policy.allowed_tags.items():
        if key in tags and tags[key] not in map(str, allowed):
            choices = ", ".join(map(str, allowed))
            yield Finding(("tags", key), f"the tag {key} is '{tags[key]}', but genie:policy allows {choices}")
