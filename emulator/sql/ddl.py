"""ddl: CREATE, ALTER, DROP and COMMENT on tables, views and functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlglot import exp

from ..catalog import securables
from ..state.store import quoted
from . import rows
from .session import Result, Session, SqlError


def execute(session: Session, statement: exp.Expr) -> Result | None:
    """Carry out a statement on the catalog; None if it is about something else."""
    if isinstance(statement, exp.Create):
        _create(session, statement)
    elif isinstance(statement, exp.Drop):
        _drop(session, statement)
    elif isinstance(statement, exp.Comment):
        _comment(session, statement)
    elif isinstance(statement, exp.Alter):
        _alter(session, statement)
    elif not isinstance(statement, exp.Use):
        return None
    return Result()


def _create(session: Session, statement: exp.Create) -> None:
    kind = str(statement.args["kind"]).upper()
    makers = {"TABLE": _create_table, "VIEW": _create_view, "FUNCTION": _create_function}
    if kind not in makers:
        raise SqlError("UNSUPPORTED_FEATURE", f"The local workspace does not make a {kind}.")
    named = statement.find(exp.Table)
    assert named is not None
    full_name = session.full_name(named)
    securables.require(session.workspace, session.caller, "schema", full_name.rpartition(".")[0])
    securable = "function" if kind == "FUNCTION" else "table"
    held = securables.find(session.workspace, securable, full_name)
    if held is not None and statement.args.get("exists"):
        return
    if held is not None and not statement.args.get("replace"):
        error_class = "ROUTINE_ALREADY_EXISTS" if kind == "FUNCTION" else "TABLE_OR_VIEW_ALREADY_EXISTS"
        raise SqlError(error_class, f"Cannot create {kind.lower()} `{full_name}` because it already exists.")
    makers[kind](session, statement, full_name)


def _create_table(session: Session, statement: exp.Create, full_name: str) -> None:
    query = statement.expression
    defined = statement.this.expressions if isinstance(statement.this, exp.Schema) else []
    columns = [_column(each) for each in defined if isinstance(each, exp.ColumnDef)]
    if query is not None:
        columns = rows.described(session, query)
    kept = rows.kept_apart(session, query) if query is not None else ""
    session.workspace.store.drop(full_name.lower())
    info = securables.put_table(
        session.workspace,
        full_name,
        columns,
        owner=session.caller.name,
        **_properties(statement),
        **_constraints(defined),
    )
    name = rows.make(session.workspace, info)
    if kept:
        rows.fill(session, name, kept)


def _constraints(defined: Sequence[exp.Expr]) -> dict[str, Any]:
    """Keys, as Unity Catalog tells them of a table."""
    found = [each for part in defined if isinstance(part, exp.Constraint) for each in _keys(part)]
    return {"table_constraints": found} if found else {}


def _keys(constraint: exp.Constraint) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for each in constraint.expressions:
        columns = [column.name for column in each.expressions]
        if isinstance(each, exp.PrimaryKey):
            found.append({"primary_key_constraint": {"name": constraint.name, "child_columns": columns}})
        if isinstance(each, exp.ForeignKey):
            reference = each.args["reference"].this
            table = reference.this if isinstance(reference, exp.Schema) else reference
            parents = [column.name for column in reference.expressions] if isinstance(reference, exp.Schema) else []
            parent = ".".join(part.name for part in table.parts)
            key = {"name": constraint.name, "child_columns": columns, "parent_table": parent, "parent_columns": parents}
            found.append({"foreign_key_constraint": key})
    return found


def _create_view(session: Session, statement: exp.Create, full_name: str) -> None:
    columns = rows.described(session, statement.expression)
    query = rows.translated(session, statement.expression)
    session.workspace.store.drop(full_name.lower())
    session.workspace.store.run(f"create view {quoted(full_name.lower())} as {query}")
    securables.put_table(
        session.workspace,
        full_name,
        columns,
        owner=session.caller.name,
        table_type="VIEW",
        data_source_format=None,
        view_definition=statement.expression.sql(dialect="databricks"),
        **_properties(statement),
    )


def _create_function(session: Session, statement: exp.Create, full_name: str) -> None:
    returns = statement.find(exp.ReturnsProperty)
    kind = rows.type_text(returns.this) if returns is not None else "string"
    inputs = [{**_parameter(index, each), "position": index} for index, each in enumerate(statement.this.expressions)]
    body = statement.expression
    properties = _properties(statement)
    properties.pop("properties", None)
    securables.put_function(
        session.workspace,
        full_name,
        owner=session.caller.name,
        full_data_type=kind,
        data_type=securables.column(0, "returns", kind)["type_name"],
        input_params={"parameters": inputs},
        routine_definition=(body.this if isinstance(body, exp.Return) else body).sql(dialect="databricks"),
        **properties,
    )


def _parameter(index: int, defined: exp.Expr) -> dict[str, Any]:
    column = _column(defined)
    return securables.column(index, column["name"], column["type"], column.get("comment"))


def _column(defined: exp.Expr) -> dict[str, Any]:
    column: dict[str, Any] = {"name": defined.name, "type": rows.type_text(defined.args["kind"])}
    for constraint in defined.args.get("constraints") or []:
        if isinstance(constraint.kind, exp.CommentColumnConstraint):
            column["comment"] = constraint.kind.this.name
        elif isinstance(constraint.kind, exp.NotNullColumnConstraint):
            column["nullable"] = False
    return column


def _properties(statement: exp.Expr) -> dict[str, Any]:
    """The comment and the table properties of a statement."""
    found: dict[str, Any] = {"properties": {}}
    for each in statement.find_all(exp.SchemaCommentProperty):
        found["comment"] = each.this.name
    for pair in statement.find_all(exp.Property):
        if type(pair) is exp.Property:
            found["properties"][pair.name] = pair.args["value"].name
    return found


def _held(session: Session, kind: str, full_name: str) -> dict[str, Any]:
    info = securables.require(session.workspace, session.caller, kind, full_name)
    if info.get("owner") == securables.SYSTEM_OWNER:
        raise SqlError("INSUFFICIENT_PERMISSIONS", f"User does not have MANAGE on {kind.title()} '{full_name}'.")
    return info


def _drop(session: Session, statement: exp.Drop) -> None:
    kind = {"VIEW": "TABLE", "DATABASE": "SCHEMA"}.get(statement.args["kind"], statement.args["kind"]).lower()
    if kind not in ("table", "function", "schema"):
        raise SqlError("UNSUPPORTED_FEATURE", f"The local workspace does not drop a {kind.upper()}.")
    for named in statement.args["tables"]:
        full_name = session.full_name(named, 2 if kind == "schema" else 3)
        if securables.find(session.workspace, kind, full_name) is None and statement.args.get("exists"):
            continue
        _held(session, kind, full_name)
        inside = [
            each
            for inner in ("table", "function", "volume")
            for each in securables.names(session.workspace, inner, full_name)
        ]
        if kind == "schema" and inside and not statement.args.get("cascade"):
            raise SqlError("SCHEMA_NOT_EMPTY", f"Cannot drop a schema `{full_name}` because it contains objects.")
        securables.remove(session.workspace, kind, full_name)


def _comment(session: Session, statement: exp.Comment) -> None:
    kind, target = str(statement.args["kind"]).lower(), statement.this
    text = None if isinstance(statement.expression, exp.Null) else statement.expression.name
    if kind == "column":
        full_name = ".".join(part.name for part in target.parts[:-1])
        info = _held(session, "table", full_name)
        _find_column(info, target.name)["comment"] = text
        securables.put(session.workspace, "table", info)
        return
    kind = {"view": "table", "database": "schema"}.get(kind, kind)
    named = 1 if kind == "catalog" else 2 if kind == "schema" else 3
    info = _held(session, kind, session.full_name(target, named))
    securables.put(session.workspace, kind, {**info, "comment": text})


def _find_column(info: dict[str, Any], name: str) -> dict[str, Any]:
    columns: list[dict[str, Any]] = info["columns"]
    for column in columns:
        if column["name"].lower() == name.lower():
            return column
    raise SqlError("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", f"A column with name `{name}` cannot be resolved.")


def _alter(session: Session, statement: exp.Alter) -> None:
    info = _held(session, "table", session.full_name(statement.this))
    name = rows.make(session.workspace, info)
    for action in statement.args["actions"]:
        if isinstance(action, exp.AlterSet):
            info.setdefault("properties", {}).update(_properties(action)["properties"])
        elif isinstance(action, exp.AlterColumn):
            column = _find_column(info, action.name)
            if action.args.get("comment") is not None:
                column["comment"] = action.args["comment"].name
            if action.args.get("allow_null") is not None:
                column["nullable"] = bool(action.args["allow_null"])
        elif isinstance(action, exp.AddConstraint):
            keys = [key for each in action.expressions if isinstance(each, exp.Constraint) for key in _keys(each)]
            info.setdefault("table_constraints", []).extend(keys)
        elif isinstance(action, (exp.Schema, exp.ColumnDef)):
            for defined in action.expressions if isinstance(action, exp.Schema) else [action]:
                info["columns"].append(securables.column(len(info["columns"]), **_column(defined)))
                session.workspace.store.run(f"alter table {quoted(name)} add column {quoted(defined.name)}")
        elif isinstance(action, exp.Drop):
            for dropped in action.args["tables"]:
                info["columns"].remove(_find_column(info, dropped.name))
                session.workspace.store.run(f"alter table {quoted(name)} drop column {quoted(dropped.name)}")
        else:
            raise SqlError("UNSUPPORTED_FEATURE", f"The local workspace cannot {statement.sql(dialect='databricks')}.")
    securables.put(session.workspace, "table", info)
