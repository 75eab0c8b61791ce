"""`profiles`: the profiles of ~/.databrickscfg, without their secrets."""

from __future__ import annotations

import argparse
import os

from ....errors import SettingsError
from ... import output

HELP = """List the profiles of ~/.databrickscfg (or DATABRICKS_CONFIG_FILE): names, workspaces, ways to log in.

Nothing is sent and no secret is shown. To use one: --profile NAME, or genie:profile in a stack."""

COLUMNS = ("name", "host", "login", "default")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    output.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    from ....client.auth.profiles import Profile, ProfileFile

    def login(profile: Profile) -> str:
        if profile.values.get("auth_type"):
            return profile.values["auth_type"]
        known = {"token": "pat", "client_secret": "oauth-m2m", "password": "basic"}
        return next((kind for key, kind in known.items() if profile.values.get(key)), "none")

    def host(profile: Profile) -> str:
        try:
            return str(profile.host or "")
        except SettingsError:
            return "(not an address)"

    file = ProfileFile(os.environ)
    usual = os.environ.get("DATABRICKS_CONFIG_PROFILE") or file.default_name or "DEFAULT"
    rows = [
        {"name": name, "host": host(profile), "login": login(profile), "default": name == usual}
        for name, profile in file.profiles.items()
    ]
    output.print_rows(rows, COLUMNS, arguments.output, "profiles/1")
    output.say(f"{len(rows)} profile{'s' if len(rows) != 1 else ''} in {file.shown}")
    return 0
