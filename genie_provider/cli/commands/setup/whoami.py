"""`whoami`: the workspace, and who this command is there."""

from __future__ import annotations

import argparse

from ... import output, target

HELP = """Show the workspace a command speaks to, and as whom.

Nothing is changed; the token itself is never shown."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    target.add_arguments(parser)
    output.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    here = target.chosen(arguments)
    workspace = here.connect()
    me = workspace.me()
    output.print_record(
        {
            "principal": me.principal,
            "name": me.display_name or me.user_name,
            "workspace": workspace.host,
            "workspace_id": workspace.workspace_id(),
            "credentials": workspace.access.source,
            "stack": here.stack,
            "admin": me.is_admin,
            "groups": list(me.groups),
        },
        arguments.output,
        "whoami/1",
    )
    return 0
