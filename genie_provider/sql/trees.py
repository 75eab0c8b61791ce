"""trees: small questions to sqlglot's trees."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp


def has_place(node: object) -> bool:
    return "start" in getattr(node, "meta", ())


def identifiers(node: exp.Expr) -> list[exp.Identifier]:
    """The parts of a dotted name, first to last; [] if anything but plain names is in it."""
    found = list(_dotted(node))
    return [part for part in found if part] if all(map(has_place, found)) else []


def _dotted(node: exp.Expr | None) -> Iterator[exp.Identifier | None]:
    if isinstance(node, exp.Identifier):
        yield node
    elif isinstance(node, exp.Dot):
        yield from _dotted(node.this)
        yield from _dotted(node.expression)
    elif isinstance(node, exp.Table | exp.Column):
        for key in ("catalog", "db", "table", "this"):
            if node.args.get(key):
                yield from _dotted(node.args[key])
    elif not isinstance(node, exp.Star):
        yield None


def relations_of(node: exp.Expr) -> Iterator[exp.Expr | None]:
    for key in ("from_", "joins", "laterals", "using"):
        value = node.args.get(key)
        for relation in value if isinstance(value, list) else [value]:
            yield relation.this if isinstance(relation, exp.From | exp.Join) else relation or None
    if not isinstance(node, exp.Select):
        yield node.find(exp.Table) if isinstance(node.this, exp.Schema) else node.this


def is_derived(relation: exp.Expr) -> bool:
    """A query in brackets; one with CTEs before the bracket is not, and looks among its neighbours."""
    if not isinstance(relation, exp.Subquery) or relation.args.get("with_"):
        return False
    return isinstance(relation.this, exp.Query)
