"""Variables: replaced where they are known, an error with its place where they are not."""

import pytest

from genie_provider.model.variables import UnresolvedVariable, Variables, fill_pending, pending_names, show_pending


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${catalog}.sales", "main.sales"),
        ("${stack}", "dev"),
        ("${other:-fallback}", "fallback"),
        ("${catalog:-fallback}", "main"),
        ("${other:-}", ""),
        ("$${catalog}", "${catalog}"),
        ("price in $", "price in $"),
        ("$$ body $$", "$$ body $$"),
        ("${size}", "3"),
        ("${on}", "true"),
    ],
)
def test_references_are_replaced(text: str, expected: str) -> None:
    assert Variables({"catalog": "main", "size": 3, "on": True}, "dev").substitute(text) == expected


@pytest.mark.parametrize("text", ["${nope}", "${open", "${a b}", "${}"])
def test_what_has_no_value_is_an_error(text: str) -> None:
    with pytest.raises(UnresolvedVariable):
        Variables({"catalog": "main"}, "dev").substitute(text)


def test_the_environment_is_never_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABRICKS_TOKEN", "dapi-secret")
    with pytest.raises(UnresolvedVariable):
        Variables({}, "dev").substitute("${DATABRICKS_TOKEN}")


def test_a_variable_that_one_stack_lacks_is_an_error_when_all_are_checked() -> None:
    variables = Variables({"catalog": "dev"}, required_by={"dev": {"catalog"}, "prod": set()})
    with pytest.raises(UnresolvedVariable, match="no value in stack prod"):
        variables.substitute("${catalog}")


def test_a_value_that_comes_later_keeps_its_place() -> None:
    text = Variables({"schema": object()}, "dev").substitute("main.${schema}.orders")
    assert pending_names(text) == ["schema"]
    assert show_pending(text) == "main.${schema}.orders"
    assert fill_pending(text, {"schema": "sales"}) == "main.sales.orders"
