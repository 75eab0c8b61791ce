"""store: everything the workspace remembers, in one SQLite file.

All calls come from the one event loop, so a handler is a transaction by nature; `writing()` makes it one on
disk. The write-ahead log survives a killed process, which is what the tests of the provider do to it.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_SCHEMA = """
create table if not exists facts (name text primary key, value text not null);
create table if not exists spaces (
    space_id text primary key, title text not null, description text, warehouse_id text not null,
    parent_path text not null, body text not null, etag text not null, salt text not null default '',
    created real not null, updated real not null, creator text not null, trashed real,
    lost_access integer not null default 0, answer text not null, before text, changed real not null);
create index if not exists spaces_by_folder on spaces (parent_path, title);
create index if not exists spaces_by_age on spaces (created, space_id);
create table if not exists grants (
    object_type text, object_id text, kind text, principal text, level text, since real not null default 0,
    primary key (object_type, object_id, kind, principal));
create table if not exists folders (path text primary key, object_id integer not null);
create table if not exists principals (
    kind text, name text, display_name text, id text, groups text, entitled integer not null default 1,
    primary key (kind, name));
create table if not exists tokens (
    token text primary key, kind text, name text, scopes text, expired integer not null default 0);
create table if not exists warehouses (id text primary key, info text not null, denied text not null);
create table if not exists securables (
    kind text, full_name text, info text not null, denied text not null default '[]',
    primary key (kind, full_name));
create table if not exists privileges (
    kind text, full_name text, principal text, privilege text, since real not null,
    primary key (kind, full_name, principal, privilege));
create table if not exists workspace_files (path text primary key, content text not null);
create table if not exists volume_files (
    path text primary key, is_folder integer not null, size_bytes integer not null, changed real not null,
    blob text not null);
create table if not exists tags (
    entity_type text, entity_id text, tag_key text, tag_value text, before text, changed real not null,
    gone integer not null default 0, primary key (entity_type, entity_id, tag_key));
create table if not exists records (
    kind text, id text, parent text, position integer, info text not null, primary key (kind, id));
create index if not exists records_by_parent on records (kind, parent, position);
"""
_LIMIT_LENGTH = 0  # SQLITE_LIMIT_LENGTH, which Python 3.10 does not name
_MOST_BYTES = 64 * 2**20  # of a text or row; SQLite's own limit would let one expression take a gigabyte


class Store:
    """The connection, with the few calls the other modules need."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
        self._connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode=wal", "synchronous=normal", "busy_timeout=5000"):
            self._connection.execute(f"pragma {pragma}")
        if hasattr(self._connection, "setlimit"):  # from Python 3.11 on
            self._connection.setlimit(_LIMIT_LENGTH, _MOST_BYTES)
        self._connection.executescript(_SCHEMA)
        self.fact("workspace_id", str(secrets.randbelow(8 * 10**15) + 10**15))

    @property
    def connection(self) -> sqlite3.Connection:
        return self._connection

    def one(self, sql: str, *values: Any) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
        return row

    def all(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        return self._connection.execute(sql, values).fetchall()

    def run(self, sql: str, *values: Any) -> int:
        """Execute, and say how many rows it touched."""
        return self._connection.execute(sql, values).rowcount

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction; an error inside leaves nothing behind. Nests."""
        if self._connection.in_transaction:
            yield
            return
        self._connection.execute("begin")
        try:
            yield
        except BaseException:
            if self._connection.in_transaction:  # an interrupted statement that writes has rolled back already
                self._connection.execute("rollback")
            raise
        self._connection.execute("commit")

    @contextmanager
    def interrupted_after(self, seconds: float) -> Iterator[None]:
        """Let statements inside fail with "interrupted" once they have computed for so long.

        Time of the processor counts, not of the clock: a busy machine makes no statement endless.
        """
        until = time.thread_time() + seconds
        self._connection.set_progress_handler(lambda: time.thread_time() > until, 10_000)
        try:
            yield
        finally:
            self._connection.set_progress_handler(None, 0)

    def fact(self, name: str, default: str) -> str:
        """A remembered fact about the workspace; set to `default` the first time it is asked for."""
        self.run("insert or ignore into facts values (?, ?)", name, default)
        row = self.one("select value from facts where name = ?", name)
        assert row is not None
        return str(row["value"])

    def remember(self, name: str, value: str) -> None:
        self.run("insert or replace into facts values (?, ?)", name, value)

    def clear(self) -> None:
        """Forget everything but who this workspace is."""
        with self.writing():
            for row in self.all("select name from sqlite_master where name like '%.%.%'"):
                self.drop(row["name"])
            for row in self.all("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"):
                if row["name"] != "facts":
                    self.run(f"delete from {quoted(row['name'])}")
            self.run("delete from facts where name not in ('workspace_id', 'user')")

    def drop(self, name: str) -> None:
        """Drop the SQLite table or view that holds the rows of a catalog's table, if there is one."""
        row = self.one("select type from sqlite_master where name = ?", name)
        if row is not None:
            self.run(f"drop {row['type']} {quoted(name)}")

    def close(self) -> None:
        self._connection.close()


def quoted(name: str) -> str:
    """A name as SQLite quotes it."""
    return '"{}"'.format(name.replace('"', '""'))


def unpacked(row: sqlite3.Row, column: str = "info") -> Any:
    """The JSON kept in one column."""
    return json.loads(row[column])
