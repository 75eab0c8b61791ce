"""audience: whether the readers of a stack's spaces may read what they show."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from ..blueprint.audience import readers
from ..blueprint.audience.readers import Checked
from ..config.context import StackContext
from ..config.made_names import load_blueprint
from ..errors import GenieError, Place, SpecError
from ..model.identifiers import parts
from ..model.spec import SpaceSpec
from ..model.variables import UnresolvedVariable

if TYPE_CHECKING:
    from ..client import Workspace
    from ..specs.loader import Loaded


def look(context: StackContext, workspace: Workspace, names: Collection[str] = ()) -> list[Checked]:
    """Every reader of these spaces (of all, if none are named), also those who were let in by hand.

    Raises:
        SpecError: the specs have problems.
        GenieError: no spec has such a name.
    """
    loaded = context.load_specs()
    if loaded.errors:
        raise SpecError(loaded.errors)
    unknown = [name for name in names if name not in loaded.specs]
    if unknown:
        raise GenieError(f"no spec is called '{unknown[0]}' (there are: {', '.join(sorted(loaded.specs))})")
    return of_specs(context, workspace, loaded, list(names) or list(loaded.specs))


def of_specs(context: StackContext, workspace: Workspace, loaded: Loaded, names: Sequence[str]) -> list[Checked]:
    """As `look`, for specs that are loaded."""
    titles = {space.title: space.space_id for space in workspace.list_spaces()}
    prefix, usual = context.settings.title_prefix, _filled(context)
    wanted = []
    for name in names:
        spec = loaded.specs[name]
        space_id = spec.import_id or titles.get(prefix + spec.title, "")
        word = spec.warehouse or spec.warehouse_id or usual
        wanted.append(readers.audience_of(workspace, name, spec, _places(loaded, name, spec), space_id, word))
    return readers.check(workspace, wanted)


def _filled(context: StackContext) -> str:
    """The stack's warehouse, which may be one of the blueprint."""
    try:
        return context.variables.substitute(context.settings.warehouse)
    except UnresolvedVariable:
        return ""


def _places(loaded: Loaded, name: str, spec: SpaceSpec) -> Mapping[str, Place]:
    """Where the title stands, and each principal."""
    place_of = loaded.finder(name)
    found = {who: place_of(("permissions", who)) for who in spec.permissions or {}}
    return {"title": loaded.places[name], **found}


def references(context: StackContext) -> dict[str, str]:
    """Full name in lower case → the entry of the stack's blueprint that it is."""
    loaded = load_blueprint(context.folder, context.settings, context.stack)
    if loaded is None:
        return {}
    return {".".join(parts(name)).lower(): reference for reference, name in loaded.names.full.items()}
