"""finding: one walk over one SQL text, with the scopes of its queries, collecting references.

Imports sqlglot; `references` imports this module when the first text is to be read.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from .parsing import BUILTIN_FUNCTIONS, Parsed
from .places import Parts, Reference, ReferenceKind, place_of
from .scopes import KnownNames, Meaning, Scope, Source, lower
from .trees import has_place, identifiers, is_derived, relations_of


class Finder:
    """One walk over one text. An explicit list of nodes to visit, since conditions nest deeply."""

    def __init__(self, parsed: Parsed, tables: KnownNames, functions: KnownNames) -> None:
        self.parsed, self.text = parsed, parsed.text
        self.tables, self.functions = tables, functions
        self.session: list[str] = ["", ""]
        self.found: dict[int, Reference] = {}
        self.full_qualifiers: list[Sequence[exp.Expr]] = []
        self.todo: list[tuple[exp.Expr, Scope]] = []

    def find(self, scope: Scope, expression: bool) -> list[Reference]:
        for statement in self.parsed.statements:
            self.todo = [(statement, scope)]
            while self.todo:
                self._visit(*self.todo.pop())
        self._settle_full_qualifiers(expression)
        return [self.found[start] for start in sorted(self.found)]

    def _visit(self, node: exp.Expr, scope: Scope) -> None:
        if node.args.get("with_"):
            scope = self._define_ctes(node.args["with_"], scope)
        if isinstance(node, exp.Select | exp.Update | exp.Delete | exp.Merge | exp.Insert):
            scope = Scope(scope)
            for relation in relations_of(node):
                self._enter(relation, scope)
            self._visit_rest(node, scope, "with_")
        elif isinstance(node, exp.From | exp.Join) and is_derived(node.this):
            self._visit_rest(node, scope, "this")
            self._visit_rest(node.this, scope, "this", "alias")
            self.todo.append((node.this.this, scope.around()))
        elif isinstance(node, exp.Use):
            self._use(node)
        elif isinstance(node, exp.Table):
            self._table(node, scope)
        elif isinstance(node, exp.Column):
            self._column(node, scope)
        elif isinstance(node, exp.Dot) and isinstance(node.expression, exp.Func):
            self._function(identifiers(node.this), node.expression)
            self._visit_rest(node.expression, scope)
        elif isinstance(node, exp.Anonymous):
            self._call(node, scope)
        elif isinstance(node, exp.UserDefinedFunction) and isinstance(node.this, exp.Table):
            self._add("function", identifiers(node.this), self._in_session(identifiers(node.this)))
            self._visit_rest(node, scope, "this")
        else:
            self._visit_rest(node, scope, "with_")

    def _visit_rest(self, node: exp.Expr, scope: Scope, *but: str) -> None:
        for key, value in node.args.items():
            if key not in but:
                children = value if isinstance(value, list) else [value]
                self.todo += [(child, scope) for child in children if isinstance(child, exp.Expr)]

    def _define_ctes(self, with_: exp.With, scope: Scope) -> Scope:
        for cte in with_.expressions:
            inside = Scope(scope, ctes=frozenset({cte.alias.lower()}))
            self.todo.append((cte.this, inside if with_.recursive else scope))
            scope = inside
        return scope

    def _enter(self, relation: exp.Expr | None, scope: Scope) -> None:
        """Make a relation of a FROM known under the name its columns are qualified with."""
        if relation is None:
            return
        for pivot in relation.args.get("pivots") or ():
            scope.sources += [Source((pivot.alias.lower(),))] if pivot.alias else []
        for join in relation.args.get("joins") or ():
            self._enter(join.this, scope)
        if relation.alias:
            scope.sources.append(Source((relation.alias.lower(),)))
        elif isinstance(relation, exp.Table):
            scope.sources.append(self._source(relation, scope))
        elif isinstance(relation.this, exp.Table | exp.Subquery):
            self._enter(relation.this, scope)

    def _source(self, table: exp.Table, scope: Scope) -> Source:
        names = identifiers(table)
        if not names:  # a function, a parameter
            return Source((table.name.lower(),))
        written = self._written(names)
        if len(written) == 1 and scope.has_cte(written[0]):
            return Source(lower(written))
        meaning = self._table_meaning(names)
        return Source(lower(meaning.resolved or written), meaning)

    def _table(self, table: exp.Table, scope: Scope) -> None:
        names = identifiers(table)
        self._visit_rest(table, scope, "this", "db", "catalog", "alias")
        if isinstance(table.this, exp.Func):
            qualifiers = [table.args[key] for key in ("catalog", "db") if table.args.get(key)]
            if qualifiers:
                self._function(qualifiers, table.this)
                self._visit_rest(table.this, scope)
            else:
                self.todo.append((table.this, scope))
        elif names:
            self._relation(names, scope)

    def _relation(self, names: Sequence[exp.Expr], scope: Scope) -> None:
        written = self._written(names)
        is_cte = len(written) == 1 and scope.has_cte(written[0])
        is_path = len(written) == 2 and "/" in written[1]  # files read in place: parquet.`/data/x`
        if not is_cte and not is_path:
            self._add("table", names, self._table_meaning(names))

    def _table_meaning(self, names: Sequence[exp.Expr]) -> Meaning:
        meant = self._in_session(names)
        return meant if meant.resolved else self.tables.meaning(self._written(names))

    def _in_session(self, names: Sequence[exp.Expr]) -> Meaning:
        """A name written in full, or made full by an earlier USE of the same text."""
        written = self._written(names)
        full = (*self.session[: 3 - len(written)], *written)
        if len(full) != 3 or not all(full):
            return Meaning()
        return Meaning(self.tables.meaning(full).resolved or full)

    def _use(self, node: exp.Use) -> None:
        names = identifiers(node.this)
        written = self._written(names)
        if str(node.args.get("kind") or "").upper() == "CATALOG" and len(written) == 1:
            self.session = [written[0], "default"]
            self._add("catalog", names, Meaning(written))
        elif 1 <= len(written) <= 2:
            self.session = [*self.session[: 2 - len(written)], *written]
            self._add("schema", names, Meaning(tuple(self.session)) if all(self.session) else Meaning())

    def _column(self, column: exp.Column, scope: Scope) -> None:
        names = identifiers(column)
        if names and names[0].meta.get("start") in self.parsed.table_arguments:
            self._relation(names, scope)
        else:
            self._qualifier(names, scope, whole=isinstance(column.this, exp.Star))
        if isinstance(column.this, exp.Star):
            self.todo.append((column.this, scope))

    def _qualifier(self, names: Sequence[exp.Expr], scope: Scope, *, whole: bool = False) -> None:
        """Find the table a column is qualified by; `whole` when no last part is the column's own."""
        written = self._written(names)
        most = min(3, len(written) - (0 if whole else 1))
        hit = scope.qualifier(written, [most] if whole else range(most, 0, -1))
        if hit and hit[1]:
            self._add("column", names[: hit[0]], hit[1])
        elif not hit and most == 3:
            self.full_qualifiers.append(names[:3])

    def _settle_full_qualifiers(self, expression: bool) -> None:
        """Columns qualified in full by a table no FROM in reach shows, say since it has an alias there.

        In a query that could as well be a path into a struct, so the table has to be known.
        """
        named = {lower(ref.resolved) for ref in self.found.values() if ref.resolved and ref.kind == "table"}
        for names in self.full_qualifiers:
            meaning = self._in_session(names)
            if expression or lower(meaning.resolved or ()) in named | {lower(n) for n in self.tables.full}:
                self._add("column", names, meaning)

    def _call(self, call: exp.Anonymous, scope: Scope) -> None:
        name, arguments = call.name.upper(), call.expressions
        if name == "IDENTIFIER":
            self._dynamic(call)
        elif name == "TABLE" and len(arguments) == 1 and isinstance(arguments[0], exp.Column):
            self._relation(identifiers(arguments[0]), scope)
            return
        elif name not in BUILTIN_FUNCTIONS:
            self._function([], call)
        self._visit_rest(call, scope)

    def _function(self, qualifiers: Sequence[exp.Expr], call: exp.Func) -> None:
        """A call: a reference if it is qualified, or if it is a function of the space."""
        own: exp.Expr = call.this if has_place(call.this) else call
        if not has_place(own) or len(qualifiers) > 2:
            return
        names = [*qualifiers, own]
        meaning = self._in_session(names) if len(names) > 1 else Meaning()
        if not meaning.resolved:
            meaning = self.functions.meaning(self._written(names))
        if qualifiers or meaning.resolved or meaning.candidates:
            self._add("function", names, meaning)

    def _dynamic(self, call: exp.Anonymous) -> None:
        argument = call.expressions[0] if len(call.expressions) == 1 else None
        literal = isinstance(argument, exp.Literal) and argument.is_string
        span = (call.meta["start"], call.meta["end"] + 1)
        words = (argument.name,) if literal and argument else ()
        self.found[span[0]] = Reference("dynamic", words, None, (span,), *place_of(self.text, span[0]))

    def _add(self, kind: ReferenceKind, names: Sequence[exp.Expr], meaning: Meaning) -> None:
        if not names:
            return
        spans = tuple((name.meta["start"], name.meta["end"] + 1) for name in names)
        place = place_of(self.text, spans[0][0])
        written = self._written(names)
        self.found[spans[0][0]] = Reference(
            kind, written, meaning.resolved, spans, *place, candidates=meaning.candidates
        )

    def _written(self, names: Sequence[exp.Expr]) -> Parts:
        """The parts as the author wrote them; sqlglot saw `${name}` as something else."""
        texts = (self.text[name.meta["start"] : name.meta["end"] + 1] for name in names)
        return tuple(t[1:-1].replace("``", "`") if t.startswith("`") else t for t in texts)
