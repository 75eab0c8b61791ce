"""paths: where a spec's file has what the inputs call by section and key."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.schema import KEYED
from ..model.spec import Benchmarks, DataSources, Instructions, Snippets, SpaceSpec
from ..yamlio.patch.tree import Path as FilePath

SECTIONS = {section.name: section for section in KEYED}
LISTS: dict[str, FilePath] = {
    "tables": ("data_sources", "tables"),
    "metric_views": ("data_sources", "metric_views"),
    "sample_questions": ("sample_questions",),
    "examples": ("instructions", "example_question_sqls"),
    "functions": ("instructions", "sql_functions"),
    "joins": ("instructions", "join_specs"),
    "filters": ("instructions", "sql_snippets", "filters"),
    "expressions": ("instructions", "sql_snippets", "expressions"),
    "measures": ("instructions", "sql_snippets", "measures"),
    "benchmarks": ("benchmarks", "questions"),
}
TEXTS: FilePath = ("instructions", "text_instructions")
HOLDERS = ("instructions.sql_snippets", "config", "data_sources", "instructions", "benchmarks")
NESTED_LISTS = {"columns": "column_configs", "parameters": "parameters"}

_SPACE_ORDER = [field.alias or name for name, field in SpaceSpec.model_fields.items()]
ORDERS: dict[FilePath, Sequence[str]] = {
    (): _SPACE_ORDER,
    ("data_sources",): list(DataSources.model_fields),
    ("instructions",): list(Instructions.model_fields),
    ("instructions", "sql_snippets"): list(Snippets.model_fields),
    ("benchmarks",): list(Benchmarks.model_fields),
}
