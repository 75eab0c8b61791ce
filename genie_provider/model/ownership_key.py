"""ownership_key: the name under which a stack owns a space, which is the salt of its entries' ids."""

from __future__ import annotations


def ownership_key(project: str, stack: str, name: str) -> str:
    """`project/stack/name`; "" where one of stack and name is not known, so that nothing is derived from it.

    Two stacks of one project, and two names of one stack, never share it. States and workspaces hold ids made
    from it: it never changes for a space that stays.
    """
    return f"{project}/{stack}/{name}" if stack and name else ""
