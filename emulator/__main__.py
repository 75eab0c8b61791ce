"""python -m emulator: a local workspace that only knows Genie."""

from __future__ import annotations

import argparse
import ipaddress
import sqlite3
import sys
from pathlib import Path

from . import serving
from .http.hosts import hosts
from .workspace import DEFAULT_USER, Workspace


def main() -> int:
    asked = _arguments().parse_args()
    if not _loopback(asked.host) and not asked.anyone_may_connect:
        print(
            f"{asked.host} is not loopback, and this workspace lets everybody in;"
            " add --anyone-may-connect if that is what you want",
            file=sys.stderr,
        )
        return 2
    if asked.data != ":memory:":
        Path(asked.data).parent.mkdir(parents=True, exist_ok=True)
    try:
        listener = serving.bound(asked.host, asked.port)
    except OSError as problem:
        print(f"cannot listen on {asked.host}:{asked.port}: {problem.strerror}", file=sys.stderr)
        return 1
    try:
        workspace = Workspace(asked.data, asked.user)
    except sqlite3.Error as problem:
        print(f"cannot use {asked.data}: {problem}", file=sys.stderr)
        return 1
    answered = hosts(asked.anyone_may_connect, asked.known_as)
    announce = f"listening on {serving.address(listener)}"
    try:
        serving.server(workspace, lambda: print(announce, flush=True), answered).run([listener])
    except KeyboardInterrupt:
        pass
    finally:
        workspace.store.close()
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m emulator", description="A local workspace that only knows Genie.")
    parser.add_argument("--port", type=int, default=8765, help="0 takes a free one (default: %(default)s)")
    parser.add_argument("--data", default=":memory:", metavar="FILE", help="SQLite file (default: memory only)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--user", metavar="NAME", help=f"who unknown tokens act as (default: {DEFAULT_USER})")
    parser.add_argument("--anyone-may-connect", action="store_true", help="listen on addresses other than loopback")
    parser.add_argument(
        "--known-as",
        action="append",
        default=[],
        metavar="NAME",
        help="a further name that callers may ask for, as in http://NAME:8765; any number of times",
    )
    return parser


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


if __name__ == "__main__":
    sys.exit(main())
