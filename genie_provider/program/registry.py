"""registry: what one Pulumi program holds besides its spaces, so that they come in the right order.

Resources that make what spaces need register here: tables by their full name, anything else by the name that
`depends_on` in a spec uses. Before the first space is registered, what all loaded specs refer to is looked
for in the workspace; whatever the program itself makes is not missed.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pulumi

from ..errors import Place, Problem, SpecError
from ..model.spec import SpaceSpec
from ..reconcile import preflight
from ..specs.loader import Loaded, governed
from ..specs.references import Need, key_of, needs_of

if TYPE_CHECKING:
    from .stack import StackSettings

loaded = Loaded()
"""All specs that the program has loaded, with their places."""

_resources: dict[str, pulumi.Resource] = {}
_makers: dict[str, pulumi.Resource] = {}
_is_checked = False


def provides(name: str, resource: pulumi.Resource, *makes: str) -> None:
    """Registers a resource for `depends_on`, and the tables and functions that it makes."""
    _resources[name] = resource
    for full_name in makes:
        _makers[key_of(full_name)] = resource


def maker_of(full_name: str) -> pulumi.Resource | None:
    """The resource of the program that makes this table, function or schema."""
    return _makers.get(key_of(full_name))


def needed_by(name: str, spec: SpaceSpec) -> list[pulumi.Resource]:
    """The resources of the program that a space has to wait for: those it names, and those that make its tables.

    Raises:
        pulumi.RunError: `depends_on` names a resource that the program does not have (yet).
    """
    unknown = [word for word in spec.depends_on if word not in _resources]
    if unknown:
        raise pulumi.RunError("\n".join(_not_there(name, word) for word in unknown))
    named = [_resources[word] for word in spec.depends_on]
    if not _makers:
        return named
    made = [_makers[need.key] for need in needs_of(spec, _finder(name)) if need.key in _makers]
    return list(dict.fromkeys([*named, *made]))


def _not_there(name: str, word: str) -> str:
    near = difflib.get_close_matches(word, _resources, n=1)
    names = ", ".join(sorted(_resources)) or "none yet"
    hint = f"did you mean '{near[0]}'?" if near else f"registered are: {names}"
    return (
        f"{_finder(name)(('depends_on',))}: depends_on names '{word}', which no resource of the program is "
        f"registered as; {hint} Register it before the space: provides('{word}', resource)"
    )


def _finder(name: str) -> Callable[[tuple[str | int, ...]], Place]:
    return loaded.finder(name) if name in loaded.sources else lambda path: Place(name)


# ── preflight ───────────────────────────────────────────────────────────────────────────────


def check_specs(stack: StackSettings) -> None:
    """Once a program, before its first space: the loaded specs follow the stack's rules, and what they refer to
    is there.

    Raises:
        pulumi.RunError: all problems of all specs in one list. Nothing about spaces was sent.
    """
    global _is_checked
    if _is_checked or not loaded.specs:
        return
    _is_checked = True
    _check_rules(stack)
    if stack.settings.preflight:
        _check_references(stack)


def _check_rules(stack: StackSettings) -> None:
    broken = governed(loaded, stack.settings.governed(stack.stack, stack.project))
    if stack.settings.forbid:
        broken += _leaks(stack)
    if broken:
        raise pulumi.RunError(f"the specs do not follow the rules of stack {stack.stack}\n{SpecError(broken)}")


def _leaks(stack: StackSettings) -> list[Problem]:
    """Names of other environments; in strings and comments of SQL they name nothing and stop nobody."""
    from ..lint.forbidden_names import leaks_of, leaks_of_settings

    names = stack.settings.forbid
    found = [*leaks_of(loaded, names), *leaks_of_settings(stack.settings, names, stack.stack)]
    return [problem for problem in found if _is_error(problem)]


def _check_references(stack: StackSettings) -> None:
    settings = stack.settings
    if pulumi.runtime.is_dry_run() and not settings.read_before_preview:
        return
    needs = [need for name, spec in loaded.specs.items() for need in needs_of(spec, _finder(name))]
    found = _look_up(needs, settings.read_before_preview)
    if found is None:
        return
    problems = [problem for problem in preflight.gaps(needs, found, frozenset(_makers)) if _is_error(problem)]
    if problems:
        raise pulumi.RunError(f"the specs refer to what is not there\n{SpecError(problems)}")


def _is_error(problem: Problem) -> bool:
    return problem.severity == "error"


def _look_up(needs: list[Need], must_answer: bool) -> preflight.Inventory | None:
    """What is there, asked by the provider, which has the credentials; None where it cannot say."""
    names = preflight.ask_for(needs, frozenset(_makers))
    if not any(names.values()):
        return None
    in_preview = pulumi.runtime.is_dry_run()
    try:
        result = pulumi.runtime.invoke(preflight.TOKEN, {**names, "hurry": in_preview})
    except Exception as error:
        _tell_unchecked(str(error), must_answer and not in_preview)
        return None
    return preflight.Inventory(**result.value) if isinstance(result.value, dict) else None


def _tell_unchecked(words: str, must_answer: bool) -> None:
    """The stock host has no functions. Else an `up` ends here, since nothing could be sent; a preview goes on.

    Raises:
        pulumi.RunError: what the workspace, or the way to it, said.
    """
    if "not implemented" in words.lower() or "unimplemented" in words.lower():
        pulumi.debug(f"references not checked: {words}")
        return
    _, _, reason = words.partition(" failed: ")
    reason = _REASON.sub(r"\1", reason or words)
    if must_answer:
        raise pulumi.RunError(f"{reason}\nnothing was sent")
    pulumi.warn(f"whether tables and functions of the specs are there was not checked: {reason}")


_REASON = re.compile(r"(.*?)\s*\(\)\s*\Z", re.DOTALL)
"""The SDK puts the name of the argument at fault in brackets; there is none."""
