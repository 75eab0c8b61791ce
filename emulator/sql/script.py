"""script: several statements in one text, as a file of a job has them."""

from __future__ import annotations

from .engine import execute
from .session import Session, SqlError


def execute_all(session: Session, text: str) -> None:
    """Carry out the statements one after the other.

    Raises:
        SqlError: of the first that failed; those before it have been carried out.
    """
    for statement in _statements(text):
        execute(session, statement)


def _statements(text: str) -> list[str]:
    """The text cut at semicolons outside of quotes, `$$` and comments."""
    from sqlglot import TokenError, TokenType, tokenize  # as in engine: slow to import

    try:
        tokens = tokenize(text, read="databricks")
    except TokenError as problem:
        raise SqlError("PARSE_SYNTAX_ERROR", f"Syntax error: {str(problem).splitlines()[0]}") from None
    ends = [token.start for token in tokens if token.token_type == TokenType.SEMICOLON]
    pieces = [text[begin:end] for begin, end in zip([0, *(end + 1 for end in ends)], [*ends, len(text)], strict=True)]
    return [piece.strip() for piece in pieces if piece.strip()]
