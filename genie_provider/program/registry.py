"""registry: what one Pulumi program holds besides its spaces, so that they come in the right order.

Resources that make what spaces need register here: tables by their full name, anything else by the name that
`depends_on` in a spec uses. Before a space is registered, specs that were loaded since the last look are held
against the stack's rules, and what they refer to is looked for in the workspace; whatever the program itself makes
is not missed.
"""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING

import pulumi

from ..blueprint.audience.access import Planned
from ..errors import Place, Problem, SpecError
from ..lint.check import check_between, in_order
from ..model.spec import SpaceSpec
from ..reconcile import preflight
from ..specs.loader import Loaded, governed
from ..specs.references import Need, key_of, needs_of
from . import readers
from .asking import ask

if TYPE_CHECKING:
    from .stack import StackSettings


table_makers: list[Callable[[Registry, list[str]], None]] = []
"""What makes the tables that specs of these names have files for; `seeds.spec_tables` puts itself here."""


class Registry:
    """One run of a program.

    Attributes:
        loaded: all specs that the program has loaded, with their places.
        resources: name for `depends_on` → resource.
        makers: table, function or schema → the resource that makes it.
        warehouses: name of a warehouse → the resource that makes it.
        before_spaces: what every space waits for.
        planned: what the program grants.
        awaits_blueprint: the stack has a blueprint, and `apply_blueprint` has not been called yet.
    """

    def __init__(self) -> None:
        self.loaded = Loaded()
        self.resources: dict[str, pulumi.Resource] = {}
        self.makers: dict[str, pulumi.Resource] = {}
        self.warehouses: dict[str, pulumi.Resource] = {}
        self.before_spaces: list[pulumi.Resource] = []
        self.awaits_blueprint = False
        self.planned: list[Planned] = []
        self._checked: set[str] = set()

    def add(self, loaded: Loaded) -> None:
        """Takes over the specs of one `load_specs`.

        Raises:
            pulumi.RunError: a name, a title or an import of one is taken by a spec of another call.
        """
        known = bool(self.loaded.specs)
        clashes = self.loaded.merge(loaded)
        if known:
            clashes += check_between(list(self.loaded.spaces()))
        if clashes:
            raise pulumi.RunError(f"the specs have problems\n{SpecError(in_order(clashes))}")

    def file_of(self, name: str) -> str:
        """The spec's file; "" for specs that come from no file."""
        place = self.loaded.places.get(name)
        return place.file if place else ""

    def provides(self, name: str, resource: pulumi.Resource, *makes: str) -> None:
        """Registers a resource for `depends_on`, and the tables and functions that it makes."""
        self.resources[name] = resource
        for full_name in makes:
            self.makers[key_of(full_name)] = resource

    def maker_of(self, full_name: str) -> pulumi.Resource | None:
        """The resource of the program that makes this table, function or schema."""
        return self.makers.get(key_of(full_name))

    def needed_by(self, name: str, spec: SpaceSpec, warehouse: str = "") -> list[pulumi.Resource]:
        """The resources of the program that a space has to wait for: those it names, those that make its tables,
        their schemas and its warehouse, and those that come before all spaces.

        Raises:
            pulumi.RunError: `depends_on` names a resource that the program does not have (yet).
        """
        unknown = [word for word in spec.depends_on if word not in self.resources]
        if unknown:
            raise pulumi.RunError("\n".join(self._not_there(name, word) for word in unknown))
        found = [*(self.resources[word] for word in spec.depends_on), *self.before_spaces]
        if warehouse in self.warehouses:
            found.append(self.warehouses[warehouse])
        if self.makers:
            keys = [need.key for need in needs_of(spec, self._finder(name))]
            around = [name for key in keys for name in (key, key.rpartition(".")[0])]
            found += [self.makers[name] for name in around if name in self.makers]
        return list(dict.fromkeys(found))

    def _not_there(self, name: str, word: str) -> str:
        near = difflib.get_close_matches(word, self.resources, n=1)
        names = ", ".join(sorted(self.resources)) or "none yet"
        hint = f"did you mean '{near[0]}'?" if near else f"registered are: {names}"
        return (
            f"{self._finder(name)(('depends_on',))}: depends_on names '{word}', which no resource of the program is "
            f"registered as; {hint} Register it before the space: provides('{word}', resource)"
        )

    def _finder(self, name: str) -> Callable[[tuple[str | int, ...]], Place]:
        return self.loaded.finder(name) if name in self.loaded.sources else lambda path: Place(name)

    def check_specs(self, stack: StackSettings) -> None:
        """Before each space of a program: the specs loaded since the last look follow the stack's rules, and what
        they refer to is there.

        Raises:
            pulumi.RunError: all problems of these specs in one list. Nothing about their spaces was sent.
        """
        fresh = [name for name in self.loaded.specs if name not in self._checked]
        if not fresh:
            return
        if self.awaits_blueprint:
            raise pulumi.RunError(
                "the project has a blueprint that its program does not make; in __main__.py, before load_specs: "
                "apply_blueprint(stack), imported from genie_provider"
            )
        self._checked.update(fresh)
        self._check_rules(stack, fresh)
        for make_tables in table_makers:
            make_tables(self, fresh)
        if stack.settings.preflight:
            self._check_references(stack, fresh)

    def _check_rules(self, stack: StackSettings, names: list[str]) -> None:
        rules = stack.settings.governed(stack.stack, stack.project).without_warehouse()  # the provider looks for it
        found = governed(self.loaded, rules, names)
        if stack.settings.forbid:
            found += self._leaks(stack, names)
        broken = _errors(stack.settings.levels.settle(found)[0])
        if broken:
            raise pulumi.RunError(f"the specs do not follow the rules of stack {stack.stack}\n{SpecError(broken)}")

    def _leaks(self, stack: StackSettings, names: list[str]) -> list[Problem]:
        """Names of other environments; in strings and comments of SQL they name nothing and stop nobody."""
        from ..lint.around import forbidden_name

        forbidden = stack.settings.forbid
        found = [
            problem
            for space in self.loaded.spaces(names)
            for problem in forbidden_name.check(space.document, space.within, forbidden)
        ]
        return [
            *found,
            *forbidden_name.check_settings(stack.settings.given_to_spaces, forbidden, f"Pulumi.{stack.stack}.yaml"),
        ]

    def _check_references(self, stack: StackSettings, names: list[str]) -> None:
        settings = stack.settings
        if pulumi.runtime.is_dry_run() and not settings.read_before_preview:
            return
        needs = [need for name in names for need in needs_of(self.loaded.specs[name], self._finder(name))]
        made = frozenset(self.makers)
        found = _look_up(needs, made, settings.read_before_preview)
        if found is None:
            return
        problems = _errors(settings.levels.settle(preflight.gaps(needs, found, made))[0])
        if problems:
            raise pulumi.RunError(f"the specs refer to what is not there\n{SpecError(problems)}")
        if settings.audience:
            readers.warn(self.loaded, names, self.planned)


def announce_nothing() -> None:
    """Tells the provider that a program runs although it has no specs: an `up` would trash every space then."""
    with contextlib.suppress(Exception):  # the stock host has no functions, and no guard
        pulumi.runtime.invoke(preflight.TOKEN, {"specs": []})


_current: ContextVar[Registry] = ContextVar("genie_registry")


def current() -> Registry:
    """The registry of the program that runs; each has its own, also where one process runs several."""
    try:
        return _current.get()
    except LookupError:
        registry = Registry()
        _current.set(registry)
        return registry


def _errors(problems: list[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity == "error"]


def _look_up(needs: list[Need], made: frozenset[str], must_answer: bool) -> preflight.Inventory | None:
    """What is there, asked by the provider, which has the credentials; None where it cannot say."""
    names = preflight.ask_for(needs, made)
    if not any(names.values()):
        return None
    in_preview = pulumi.runtime.is_dry_run()
    found = ask(
        preflight.TOKEN,
        {**names, "hurry": in_preview, "specs": sorted(current().loaded.specs)},
        "whether tables and functions of the specs are there",
        must_answer=must_answer and not in_preview,
    )
    return None if found is None else preflight.Inventory(**found)
