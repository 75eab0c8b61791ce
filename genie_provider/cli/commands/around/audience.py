"""`audience`: who may open the stack's spaces, and whether they may read what these show."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from ....blueprint.audience import remedy
from ....blueprint.audience.access import Verdict
from ....blueprint.audience.readers import Checked
from ....workflows.audience import look, references
from ... import output, target

HELP = """Whether the people who may open a space may read its tables.

For everybody in `permissions`, and everybody who was let in by hand: the catalog, the schema, every table and
function, and for those who edit the space its warehouse. Groups are resolved, groups in groups too. It reads, and
sends nothing else.
What is missing is printed as GRANT statements, and as lines of a blueprint.

Exit code: 0 all may read, 1 somebody may not, 3 for somebody it is not known."""

COLUMNS = ("space", "principal", "catalog", "schema", "tables", "functions", "warehouse")
_KINDS = {
    "catalog": "catalog",
    "schema": "schema",
    "tables": "table",
    "functions": "function",
    "warehouse": "warehouse",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="specs; all of the stack if left out")
    target.add_arguments(parser)
    output.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    here = target.chosen(arguments)
    found = look(here, here.connect(), arguments.names)
    rows = [_row(checked, principal, arguments.output) for checked in found for principal in checked.audience.levels]
    output.print_rows(rows, COLUMNS, arguments.output, "audience/1")
    every = [verdict for checked in found for verdict in checked.verdicts]
    _tell(found, every, references(here))
    answers = {verdict.answer for verdict in every}
    return 1 if "no" in answers else 3 if "not known" in answers else 0


def _row(checked: Checked, principal: str, form: str) -> dict[str, object]:
    verdicts = checked.of(principal)
    row: dict[str, object] = {"space": checked.audience.space, "principal": principal}
    if form in ("json", "yaml"):
        entries = [{key: held for key, held in vars(each).items() if key != "principal"} for each in verdicts]
        return {**row, "level": checked.audience.levels[principal], "verdicts": entries}
    return {**row, **{column: _cell([v for v in verdicts if v.kind == kind]) for column, kind in _KINDS.items()}}


def _cell(verdicts: Sequence[Verdict]) -> str:
    """The worst answer, with whatever it is about where it is not about all."""
    for answer in ("no", "not known"):
        named = [each.name for each in verdicts if each.answer == answer]
        if named:
            return answer if len(named) == len(verdicts) else f"{answer}: {', '.join(named)}"
    return "yes" if verdicts else "-"


def _tell(found: Sequence[Checked], every: Sequence[Verdict], names: dict[str, str]) -> None:
    """Words: what is not known and why, filters, and what to grant."""
    for reason in dict.fromkeys(each.reason for each in every if each.answer == "not known"):
        output.say(f"not known: {reason}")
    for checked in found:
        for table, said in checked.filters.items():
            output.say(
                f"{checked.audience.space}: {table} has {', '.join(said)}: readers may see other rows and values"
            )
    for verdict in every:
        if verdict.answer == "no" and verdict.kind == "warehouse":
            output.say(f"{verdict.principal} edits the space and may not use the warehouse {verdict.name}")
    grants = remedy.statements(every)
    if grants:
        lines = remedy.blueprint_lines(every, names)
        output.say("\n".join(["", "what is missing, as SQL:", *grants, "", "or in the blueprint:", *lines]))
