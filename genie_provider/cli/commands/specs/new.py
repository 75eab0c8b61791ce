"""`new`: a first spec, out of tables of Unity Catalog or like another space."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ....errors import GenieError
from ... import completion, output, target

if TYPE_CHECKING:
    from ....config.context import StackContext

HELP = """Write a spec for a space that is not there yet.

  genie new sales --tables main.sales.orders,main.sales.customers
  genie new sales-emea --like sales --title 'Sales EMEA'

From tables: their comments become descriptions, foreign keys become joins, and Genie may see values of text columns
(none of a masked column or a table with a row filter). `genie up` makes the space."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the new spec's name: the file is NAME.yaml")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--tables", metavar="A.B.C,…", help="tables of Unity Catalog")
    completion.of_names(source.add_argument("--like", metavar="SPACE", help="a spec, or a space's id or title"))
    parser.add_argument("--title", default="", help="the space's title (default: from the name)")
    parser.add_argument("--no-sample-values", action="store_true", help="do not let Genie see values of columns")
    target.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    from ....specs.loader import load_file
    from ....workflows.export import write_file
    from ....workflows.new_spec import title_of

    context = target.chosen(arguments)
    file = (context.specs if context.in_project else Path.cwd()) / f"{arguments.name}.yaml"
    if Path(arguments.name).name != arguments.name or arguments.name.startswith("."):
        raise GenieError(f"{arguments.name!r} is not the name of a file")
    if file.exists():
        raise GenieError(f"{target.shown(file)} is there already; take another name")
    title = arguments.title or title_of(arguments.name)
    text, notices = _written(arguments, context, title)
    write_file(file, _with_schema(text, file))
    print(target.shown(file))
    problems = load_file(file, context.variables).errors if context.stack else []
    for problem in problems:
        output.complain(problem)
    for notice in notices:
        output.say(notice)
    output.say("next: genie diff, genie up")
    return 1 if problems else 0


def _written(arguments: argparse.Namespace, context: StackContext, title: str) -> tuple[str, list[str]]:
    if not arguments.tables:
        return _like(arguments.like, context, title)
    from ....workflows.new_spec import from_tables

    names = [name.strip() for name in arguments.tables.split(",") if name.strip()]
    return from_tables(
        context.connect(),
        title,
        names,
        variables=context.settings.variables,
        sample_values=not arguments.no_sample_values,
    )


def _like(source: str, context: StackContext, title: str) -> tuple[str, list[str]]:
    from ....workflows.clone import clone_file, clone_space
    from ....workflows.find import find_space

    specs = context.load_specs()
    file = Path(specs.places[source].file) if source in specs.places else Path(source)
    if file.is_file():
        clone = clone_file(file, title)
    else:
        workspace = context.connect()
        found = find_space(workspace, source, context.titles_by_name())
        clone = clone_space(workspace, found.space_id, title, around=context)
    left = [f"not taken along: {', '.join(clone.left_out)}"] if clone.left_out else []
    return clone.text, left + clone.notices


def _with_schema(text: str, file: Path) -> str:
    """With the line by which editors check it, where the project has the schema."""
    from ....workflows.export import schema_line

    line = schema_line(file)
    return text if not line or "yaml-language-server" in text else f"# {line}\n{text}"
