"""parsing: one text → sqlglot's tokens and trees, with every offset still that of the text.

Four things in Databricks SQL (and in authored specs) that sqlglot does not read are replaced,
character for character, by something it does: `${name}`, `:from`, `TABLE x` and `x@v3`. A hint is
a comment here; sqlglot would read it apart from its place. What is left over
is refused with its place. Imports sqlglot, so it is itself imported on first use.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import Any

from sqlglot import exp
from sqlglot.dialects.databricks import Databricks
from sqlglot.errors import ParseError, TokenError
from sqlglot.parsers.databricks import DatabricksParser
from sqlglot.tokens import Token

from .places import UnreadableSql, unreadable_at

PLACEHOLDER = re.compile(r"\$\{[^{}'\"`\n]*\}")
BUILTIN_FUNCTIONS = frozenset(DatabricksParser.FUNCTIONS) | frozenset(DatabricksParser.FUNCTION_PARSERS)
_VERSION = re.compile(r"v\d+|\d{17}", re.IGNORECASE)
_OPENED = re.compile(r"['\"`]|--|/\*")
_CLOSED = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`|--[^\n]*|/\*.*?\*/""", re.DOTALL)
_DIALECT = Databricks()


class _CallsAsWritten(DatabricksParser):
    """sqlglot's parser, made to keep calls as they are written.

    sqlglot turns many calls into others (`from_utc_timestamp` becomes a cast) and may drop or copy
    an argument on the way; a name in it would be missed. `array` stays: `array(a)[0]` needs it.
    """

    FUNCTIONS = {name: made for name, made in DatabricksParser.FUNCTIONS.items() if name == "ARRAY"}

    def raise_error(self, message: str, token: Any = None) -> None:
        at = token or self._curr or self._prev
        fault = {"description": message, **({"offset": at.start, "end": at.end + 1} if at else {})}
        raise ParseError(message, errors=[fault])

    def _warn_unsupported(self) -> None:
        """Nothing: `_parse` refuses such statements with their place."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text as read: its tokens, one tree per statement, and where a table is handed to a function."""

    text: str
    tokens: list[Token]
    statements: list[exp.Expr]
    table_arguments: frozenset[int]


def read_sql(text: str, *, expression: bool = False) -> Parsed:
    """Read a text of statements, or with `expression` a bare expression such as `orders.amount > 1`.

    Raises:
        UnreadableSql: sqlglot cannot read it, or reads it in a way that says too little about names.
    """
    masked, table_arguments = _masked(text)
    tokens = _tokenize(masked)
    chunks = _between_semicolons(tokens)
    if expression and len(chunks) != 1:
        raise UnreadableSql("one expression is expected here")
    statements = [_parse(text, masked, chunk, expression) for chunk in chunks]
    _refuse_orphans(text, tokens, statements)
    return Parsed(text, tokens, statements, table_arguments)


def token_texts(text: str) -> list[tuple[int, str]]:
    """Start and exact text of every token; comments and blanks are none."""
    return [(token.start, text[token.start : token.end + 1]) for token in _tokenize(_masked(text)[0])]


def _masked(text: str) -> tuple[str, frozenset[int]]:
    masked = PLACEHOLDER.sub(lambda found: re.sub(r"\W", "_", found.group()), text)
    tokens = _tokenize(masked)
    table_arguments = set()
    for at, token in enumerate(tokens):
        kind = token.token_type.name
        if kind == "PIPE_GT":
            raise unreadable_at(text, token.start, "pipes (|>) are not read; write it as a query")
        if kind == "HINT":
            masked = _replaced(masked, token.start, token.start + 2, "/*")
        elif kind == "COLON" and _is_parameter(masked, tokens, at):
            masked = _replaced(masked, tokens[at + 1].start, tokens[at + 1].end, "p", "_")
        elif kind == "TABLE" and _starts_relation(tokens, at):
            argument = _is_argument(tokens, at)
            if argument:
                table_arguments.add(tokens[at + 1].start)
            masked = _replaced(masked, token.start, token.end, "" if argument else "FROM")
        elif kind == "PARAMETER" and _is_version(masked, tokens, at):
            masked = _replaced(masked, token.start, tokens[at + 1].end, "")
    return masked, frozenset(table_arguments)


def _replaced(text: str, start: int, end: int, new: str, fill: str = " ") -> str:
    return text[:start] + new.ljust(end + 1 - start, fill) + text[end + 1 :]


def _is_parameter(text: str, tokens: list[Token], at: int) -> bool:
    """A `:name`, whose name may be a keyword; after a column, a colon starts a JSON path."""
    start = tokens[at].start
    follows = at + 1 < len(tokens) and tokens[at + 1].start == start + 1
    return follows and bool(re.match(r"\w", text[start + 1])) and not re.match(r"[\w`)\]]", text[start - 1 : start])


def _starts_relation(tokens: list[Token], at: int) -> bool:
    """Is this TABLE the query `TABLE x`, or a function's argument `f(TABLE x)`?"""
    before = tokens[at - 1].token_type.name if at else "SEMICOLON"
    after = tokens[at + 1].token_type.name if at + 1 < len(tokens) else ""
    queries = ("SEMICOLON", "L_PAREN", "UNION", "ALL", "DISTINCT", "EXCEPT", "INTERSECT", "ALIAS")
    return after in ("VAR", "IDENTIFIER") and (before in queries or before in ("COMMA", "FARROW"))


def _is_argument(tokens: list[Token], at: int) -> bool:
    before = tokens[at - 1].token_type.name if at else ""
    called = tokens[at - 2].token_type.name if at > 1 else ""
    return before in ("COMMA", "FARROW") or (before == "L_PAREN" and called in ("VAR", "IDENTIFIER"))


def _is_version(text: str, tokens: list[Token], at: int) -> bool:
    """Delta's `orders@v3` and `orders@20261120093000000`, written without a blank."""
    if text[tokens[at].start] != "@" or not 0 < at < len(tokens) - 1:
        return False
    before, version = tokens[at - 1], tokens[at + 1]
    return (
        before.end + 1 == tokens[at].start == version.start - 1
        and before.token_type.name in ("VAR", "IDENTIFIER")
        and bool(_VERSION.fullmatch(text[version.start : version.end + 1]))
    )


def _tokenize(text: str) -> list[Token]:
    try:
        return _DIALECT.tokenize(text)
    except TokenError:
        raise _unclosed(text) from None


def _unclosed(text: str) -> UnreadableSql:
    """The quote or comment that the end of the text cuts off."""
    at = 0
    while opened := _OPENED.search(text, at):
        closed = _CLOSED.match(text, opened.start())
        if not closed:
            return unreadable_at(text, opened.start(), f"this {opened[0]} is never closed")
        at = closed.end()
    return UnreadableSql("cannot be split into words")


def _between_semicolons(tokens: list[Token]) -> list[list[Token]]:
    chunks: list[list[Token]] = [[]]
    for token in tokens:
        if token.token_type.name == "SEMICOLON":
            chunks.append([])
        else:
            chunks[-1].append(token)
    return [chunk for chunk in chunks if chunk]


def _parse(text: str, masked: str, tokens: list[Token], expression: bool) -> exp.Expr:
    """One statement. Only kinds whose names we can find: sqlglot swallows others as plain text."""
    parser = _CallsAsWritten(dialect=_DIALECT)
    try:
        trees = parser.parse_into(exp.Expr, tokens, masked) if expression else parser.parse(tokens, masked)
    except ParseError as error:
        fault = error.errors[0] if error.errors else {}
        raise unreadable_at(text, fault.get("offset", 0), _words_of(text, fault)) from None
    except RecursionError:
        raise unreadable_at(text, tokens[0].start, "nested too deeply to read") from None
    known = (exp.Query, exp.Values, exp.DML, exp.Create, exp.Use)
    tree = trees[0]
    if not isinstance(tree, exp.Expr if expression else known) or tree.find(exp.Command):
        message = f"a statement that starts with {tokens[0].text.upper()} is not read, a query is"
        raise unreadable_at(text, tokens[0].start, message)
    return tree


def _words_of(text: str, fault: dict[str, Any]) -> str:
    words = str(fault.get("description") or "cannot be parsed").partition(" but got <Token")[0]
    words = re.sub(r"<class '[\w.]*?(\w+)'>", r"\1", words)
    near = text[fault.get("offset", 0) : fault.get("end", 0)]
    return f"{words[:120]} (at {near[:30]!r})" if near else words[:120]


def _refuse_orphans(text: str, tokens: list[Token], statements: list[exp.Expr]) -> None:
    """Each `name.` of the text must be in a tree at its place, or a name could be missed silently."""
    names = (node for statement in statements for node in statement.walk() if isinstance(node, exp.Identifier))
    read = {name.meta["start"] for name in names if "start" in name.meta}
    for at, (token, dot) in enumerate(itertools.pairwise(tokens)):
        first = text[token.start]
        is_name = dot.token_type.name == "DOT" and (first.isalpha() or first in "_`$")
        if is_name and token.start not in read and not _in_json_path(tokens, at):
            near = text[token.start : token.end + 1]
            raise unreadable_at(text, token.start, f"what {near!r} names here is not understood")
    for start in read - {token.start for token in tokens}:
        raise unreadable_at(text, start, "what is named here is not understood")


def _in_json_path(tokens: list[Token], at: int) -> bool:
    """Does the chain of dots and brackets this token belongs to hang on a colon, as in `x:a[0].b`?"""
    while at > 0:
        before = tokens[at - 1].token_type.name
        if before == "DOT":
            at -= 2
            while at > 0 and tokens[at].token_type.name == "R_BRACKET":
                while at > 0 and tokens[at].token_type.name != "L_BRACKET":
                    at -= 1
                at -= 1
        else:
            return before == "COLON"
    return False
