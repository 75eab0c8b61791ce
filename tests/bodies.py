"""bodies: Hypothesis strategies for what a workspace could return: known fields, unknown ones at every depth."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from genie_provider.text import lines

ODD = ["${x}", "$${x}", "$$${", "a: b", "# no", "- x", "yes", "1:30", "0x1f", "~", "'", '"', "\\", "\r\n", "\x85"]
letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufdd0")
words = st.one_of(st.text(letters, min_size=1, max_size=12), st.sampled_from(ODD))
any_text = st.lists(st.one_of(words, st.sampled_from(["\n", " ", "\t", "  x\n"])), max_size=6).map("".join)
filled = any_text.filter(lambda text: bool(text.strip()))
hex_ids = st.text("0123456789abcdef", min_size=32, max_size=32)
identifiers = st.sampled_from(["main.sales.orders", "main.sales.`a.b`", "dev.x.y", "main.a.b"])
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), any_text),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(words, inner, max_size=3)),
    max_leaves=6,
)
unknown = st.dictionaries(words.map(lambda word: f"new {word}"), json_values, max_size=2)


def pieces(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return texts.map(lines)


def entry(required: dict[str, Any], **optional: Any) -> st.SearchStrategy[dict[str, Any]]:
    known = st.fixed_dictionaries(required, optional=optional)
    return st.tuples(unknown, known).map(lambda both: {**both[0], **both[1]})


def several(entries: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(entries, max_size=3)


flags = {name: st.booleans() for name in ("exclude", "enable_format_assistance", "enable_entity_matching")}
columns = entry({"column_name": filled}, description=pieces(any_text), synonyms=st.lists(any_text, max_size=2), **flags)
tables = entry({"identifier": identifiers}, description=pieces(any_text), column_configs=several(columns))
parameters = entry(
    {"name": filled},
    type_hint=st.sampled_from(["STRING", "DATE"]),
    description=pieces(any_text),
    default_value=st.lists(any_text, max_size=2).map(lambda values: {"values": values}),
)
questions = st.one_of(filled, st.sampled_from(["How many?", "How many? #2"])).map(lambda text: [text])
examples = entry(
    {"id": hex_ids, "question": questions, "sql": pieces(any_text)},
    parameters=several(parameters),
    usage_guidance=pieces(any_text),
)
side = entry({"identifier": identifiers}, alias=st.sampled_from(["o", "orders", "`orders`", ""]))
relationships = st.sampled_from([["--rt=FROM_RELATIONSHIP_TYPE_MANY_TO_ONE--"], ["--rt=ODD--"], []])
joins = st.tuples(
    entry({"id": hex_ids, "left": side, "right": side}, comment=pieces(any_text), instruction=pieces(any_text)),
    st.tuples(any_text, relationships).map(lambda both: [both[0], *both[1]]),
).map(lambda both: {**both[0], "sql": both[1]})
snippets = entry(
    {"id": hex_ids, "display_name": filled, "sql": pieces(any_text)},
    synonyms=st.lists(any_text, max_size=2),
    instruction=pieces(any_text),
    comment=pieces(any_text),
)
answers = st.lists(entry({"format": st.just("SQL"), "content": pieces(any_text)}), min_size=1, max_size=1)
benchmarks = entry({"id": hex_ids, "question": questions}, answer=answers, evaluation_note=pieces(any_text))


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    """Bodies as the workspace could return them: known fields, unknown ones at every depth."""
    questions_list = several(entry({"id": hex_ids, "question": questions}))
    return {
        **draw(unknown),
        "version": 2,
        "config": {**draw(unknown), "sample_questions": draw(questions_list)},
        "data_sources": {**draw(unknown), "tables": draw(several(tables)), "metric_views": draw(several(tables))},
        "instructions": {
            **draw(unknown),
            "text_instructions": draw(st.lists(entry({"id": hex_ids, "content": pieces(filled)}), max_size=1)),
            "example_question_sqls": draw(several(examples)),
            "sql_functions": draw(several(entry({"id": hex_ids, "identifier": identifiers}))),
            "join_specs": draw(several(joins)),
            "sql_snippets": {
                **draw(unknown),
                **{kind: draw(several(snippets)) for kind in ("filters", "expressions", "measures")},
            },
        },
        "benchmarks": {**draw(unknown), "questions": draw(several(benchmarks))},
    }
