"""ownership_key: the name under which a stack owns a space: the salt of its entries' ids, and what its mark says."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

_LONGEST_VALUE = 250
"""Characters of a mark; the workspace's tags hold 256."""

_MARK = re.compile(r"(?P<owner>.+) #(?P<stack_id>[0-9a-z]+|-) (?P<state>[0-9a-f]{8}|-) (?P<space>[0-9a-f]{8})\Z", re.S)


def ownership_key(project: str, stack: str, name: str, stack_id: str = "") -> str:
    """`project#stack_id/stack/name`; "" where one of stack and name is not known, so that nothing is derived from it.

    Two stacks of one project, and two names of one stack, never share it; nor do two teams that both kept the
    project's name, as long as each stack has an id of its own (`genie:stackId`). Without one it is
    `project/stack/name`, as all were before there were ids of stacks. States and workspaces hold ids made from
    either.
    """
    salted = f"{project}#{stack_id}" if stack_id else project
    return f"{salted}/{stack}/{name}" if stack and name else ""


def former_key(key: str) -> str:
    """The key as it was before stacks had ids."""
    project, _, rest = key.partition("/")
    return f"{project.partition('#')[0]}/{rest}"


def stack_id_of(key: str) -> str:
    return key.partition("/")[0].partition("#")[2]


def name_of(key: str) -> str:
    """The logical name in a key; names may hold slashes, projects and stacks may not."""
    return key.split("/", 2)[-1]


@dataclass(frozen=True)
class Mark:
    """What the tag `genie_owner` of a space says.

    Attributes:
        owner: `project/stack/name`, for people.
        stack_id: of the stack that wrote it; "" where it had none.
        state: which state the stack's run worked with; "" where unknown. Two clones with a state each differ.
        space: the space it was written for: a copy of the space, tags and all, is not that one.
    """

    owner: str
    stack_id: str = ""
    state: str = ""
    space: str = ""

    @classmethod
    def of(cls, key: str, space_id: str, state: str) -> Mark:
        return cls(_short(former_key(key)), stack_id_of(key), state, digest(space_id))

    @classmethod
    def parse(cls, value: str) -> Mark:
        """Any text is somebody's mark; one of an earlier version is the key alone."""
        found = _MARK.match(value)
        if not found:
            return cls(value)
        stack_id, state = (found[name].replace("-", "") for name in ("stack_id", "state"))
        return cls(found["owner"], stack_id, state, found["space"])

    def __str__(self) -> str:
        return f"{self.owner} #{self.stack_id or '-'} {self.state or '-'} {self.space}"

    @property
    def key(self) -> str:
        """The ownership key of whoever wrote it; of a very long name, none that derives anything."""
        project, _, rest = self.owner.partition("/")
        return f"{project}#{self.stack_id}/{rest}" if self.stack_id else self.owner

    def is_for(self, space_id: str) -> bool:
        """Whether it was written for this space; earlier marks do not say."""
        return not self.space or self.space == digest(space_id)

    def is_of(self, key: str) -> bool:
        """Whether the stack with this key wrote it, for this very name."""
        return self.owner == _short(former_key(key)) and self.stack_id in ("", stack_id_of(key))

    def is_of_stack(self, key: str) -> bool:
        """Whether the stack with this key wrote it, under whatever name."""
        project, stack, _ = former_key(key).split("/", 2)
        return self.owner.startswith(f"{project}/{stack}/") and self.stack_id == stack_id_of(key)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _short(owner: str) -> str:
    room = _LONGEST_VALUE - 40
    return owner if len(owner) <= room else f"{owner[: room - 9]}~{digest(owner)}"
