"""strategies: bytes that look like specs, JSON that looks like answers, text that means harm."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

CODES = ["\x1b[31m", "\x1b]0;owned\x07", "\x9b2J", "\u202e", "\u2066", "\u2028", "\x00", "\x7f", "\r", "\x08" * 8]
MARKUP = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;", "'; DROP TABLE x; --", "${catalog}"]
REFERENCES = ["${", "}", "$${", "${catalog}", "${n}", "${nope}", "${a:-b}", "${:-}", "${catalog:-${n}}", "$", "{", "\0"]

texts = st.text(max_size=40)
harmful = st.lists(st.one_of(texts, st.sampled_from(CODES + MARKUP)), max_size=6).map("".join)
references = st.lists(st.one_of(texts, st.sampled_from(REFERENCES)), max_size=8).map("".join)

KEYS = [
    *("space_id", "title", "description", "warehouse_id", "parent_path", "serialized_space", "etag", "create_time"),
    *("update_time", "version", "config", "sample_questions", "data_sources", "tables", "metric_views", "identifier"),
    *("column_configs", "column_name", "synonyms", "instructions", "text_instructions", "example_question_sqls"),
    *("sql_functions", "join_specs", "left", "right", "alias", "sql", "sql_snippets", "filters", "measures", "content"),
    *("benchmarks", "questions", "question", "answer", "format", "parameters", "default_value", "values", "id", "name"),
    *("error_code", "message", "details", "spaces", "next_page_token", "extra", "permissions", "tags", "warehouse"),
    *("import", "protect", "enable_entity_matching", "exclude", "usage_guidance", "relationship", "join_condition"),
]
keys = st.one_of(st.sampled_from(KEYS), st.sampled_from(KEYS), harmful)
ids = st.one_of(st.text("0123456789abcdef", min_size=32, max_size=32), texts)
numbers = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False))
scalars = st.one_of(st.none(), st.booleans(), numbers, harmful, ids, st.sampled_from(["main.a.b", "STRING", "SQL"]))
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=6)),
    max_leaves=30,
)
objects = st.dictionaries(keys, values, max_size=8)


def _with_body(both: tuple[dict[str, Any], Any]) -> dict[str, Any]:
    answer, body = both
    return {**answer, "serialized_space": body if isinstance(body, str) else json.dumps(body)}


answers = st.tuples(objects, st.one_of(objects, values, harmful)).map(_with_body)
statuses = st.sampled_from([200, 201, 204, 301, 302, 400, 401, 403, 404, 409, 429, 500, 502, 503, 504, 599])
headers = st.dictionaries(
    st.sampled_from(["Content-Type", "Retry-After", "Location", "X-Databricks-Org-Id"]), harmful, max_size=4
)
answer_texts = st.one_of(
    st.binary(max_size=200),
    objects.map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass")),
    values.map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass")),
    harmful.map(lambda text: f"<html><body>{text}</body></html>".encode("utf-8", "surrogatepass")),
    st.integers(1, 30_000).map(lambda depth: b"[" * depth),
)

_YAML = [
    "title: A\n",
    "- ",
    "  ",
    "\n",
    ": ",
    "&a ",
    "*a",
    "!!python/object:os.system ",
    "<<: *a",
    "|\n",
    ">-\n",
    "'",
    '"',
]
_YAML += [
    "{",
    "}",
    "[",
    "]",
    "# x\n",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "\t",
    "? ",
    "!!binary ",
    "!!set ",
    "0o7",
    ".inf",
    "~",
]
_pieces = st.one_of(st.sampled_from(_YAML), st.sampled_from([f"{key}: " for key in KEYS]), harmful, references)
spec_bytes = st.one_of(
    st.binary(max_size=300),
    st.lists(_pieces, max_size=40).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass")),
    objects.map(lambda value: json.dumps({"title": "A", **value}).encode("utf-8", "surrogatepass")),
)
