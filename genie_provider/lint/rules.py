"""rules: the list of all rules by subject. A new rule is a module in its folder and its name here."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Final

from .rule import Rule, near

SUBJECTS: Final = {
    "reading": (
        "unreadable_file", "not_yaml", "ignored_file", "no_variable", "unknown_key", "missing_key", "wrong_type",
        "wrong_value", "name_taken", "unknown_rule",
    ),
    "identity": (
        "resource_name", "older_name", "title_text", "title_taken", "import_id", "import_taken", "entry_id_form",
        "entry_id_repeated",
    ),
    "limits": ("too_many", "many_tables", "text_length", "text_characters", "body_size"),
    "data": (
        "table_repeated", "column_repeated", "matching_needs_format", "table_description", "column_configured",
    ),
    "instructions": (
        "question_repeated", "benchmark_is_example", "long_instructions", "function_description",
        "parameter_repeated", "parameter_type", "parameter_unused", "parameter_undefined",
    ),
    "joins": ("join_combined", "join_condition", "join_relationship", "join_table", "join_alias", "join_missing"),
    "statements": ("sql_unreadable", "column_unknown", "filter_where"),
    "around": ("principal_form", "tag_key", "wait_time", "parent_path", "no_warehouse", "forbidden_name",
        "setting_key"),
    "governance": (
        "naming", "policy_tags", "policy_description", "policy_permissions", "policy_tables", "policy_benchmarks",
        "policy_sample_questions", "policy_examples",
    ),
    "live": (
        "missing_table", "missing_column", "missing_function", "unknown_principal", "unusable_warehouse",
        "table_outside", "matching_not_text",
    ),
}  # fmt: skip
"""Folder → its rules, in the order in which they are listed and run."""


@lru_cache(maxsize=1)
def all_rules() -> dict[str, Rule]:
    """Every rule by its id."""
    modules = (
        import_module(f".{subject}.{name}", __package__) for subject, names in SUBJECTS.items() for name in names
    )
    return {module.ID: Rule(module) for module in modules}


@lru_cache(maxsize=8)
def rules_when(when: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in all_rules().values() if rule.when == when)


def unknown(rule_id: str) -> str:
    """What to say of an id that is none."""
    hint = near(rule_id, all_rules())
    return f"there is no rule '{rule_id}'{hint or '; validate --rules lists them'}"
