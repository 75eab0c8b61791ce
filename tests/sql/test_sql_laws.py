"""Laws of renaming, on queries put together from pieces of which we know what each one is."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genie_provider.sql import Renames, find_references

QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NAMES = ("dev", "raw", "orders", "mart", "order_items", "odd name", "x-1", "select", "`")


@dataclass(frozen=True)
class Name:
    """A three-part name as the author wrote it: `quoted` says which parts have back-ticks."""

    parts: tuple[str, ...]
    quoted: tuple[bool, ...]
    between: str = "."

    def written(self, rename: dict[str, str]) -> str:
        parts = (rename.get(self.parts[0], self.parts[0]), *self.parts[1:])
        return self.between.join(
            "`" + part.replace("`", "``") + "`" if quoted or not part.isidentifier() or part == "select" else part
            for part, quoted in zip(parts, self.quoted, strict=True)
        )


Piece = str | Name
blanks = st.sampled_from([" ", "\n", "\t", "  ", " /* dev.raw.orders */ ", " -- dev\n", "\r\n"])
names = st.builds(
    Name,
    st.tuples(st.sampled_from(("dev", "prod", "raw", "other")), st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.tuples(st.booleans(), st.booleans(), st.booleans()),
    st.sampled_from([".", " . ", ".\n", " /* dev */."]),
)
aliases = st.sampled_from(["dev", "raw", "t", "`dev`", "orders"])
values = st.sampled_from(["'dev.raw.orders'", "'it''s dev'", "1", ":dev", '"dev"', "x:dev.raw", "'\\'dev'", "dev"])


def glue(*pieces: object) -> list[Piece]:
    flat: list[Piece] = []
    for piece in pieces:
        flat += piece if isinstance(piece, list) else [piece]  # type: ignore[list-item]
    return flat


@st.composite
def queries(draw: st.DrawFn, depth: int = 2) -> list[Piece]:
    def blank() -> str:
        return draw(blanks)

    def relation() -> list[Piece]:
        if depth and draw(st.booleans()):
            return glue("(", draw(queries(depth - 1)), ")", " ", draw(aliases))
        named = draw(names)
        return glue(named, draw(st.sampled_from(["", " t", " as dev", " AS `raw`", " version as of 3"])))

    def term() -> list[Piece]:
        choice = draw(st.integers(0, 4 if depth else 2))
        if choice == 1:
            return glue("dev", ".", "x")
        if choice == 2:
            return glue(draw(names), "(", draw(values), ")")
        if choice == 3:
            return glue("exists(", draw(queries(depth - 1)), ")")
        if choice == 4:
            return glue("(", draw(queries(depth - 1)), ")")
        return [draw(values)]

    text: list[Piece] = []
    if depth and draw(st.booleans()):
        text += glue("WITH", blank(), "dev as (", draw(queries(depth - 1)), ")", blank())
    text += glue("SELECT", blank(), term(), blank(), "as dev,", term(), blank(), "FROM", blank(), relation())
    for _ in range(draw(st.integers(0, 2))):
        text += glue(blank(), draw(st.sampled_from(["join", "LEFT JOIN", ","])), blank(), relation())
    if draw(st.booleans()):
        text += glue(blank(), "where", blank(), term(), "=", draw(values))
    return text


def written(pieces: list[Piece], **rename: str) -> str:
    return "".join(piece if isinstance(piece, str) else piece.written(rename) for piece in pieces)


@settings(QUICK, max_examples=60)
@given(queries())
def test_only_names_change_and_all_of_them(pieces: list[Piece]) -> None:
    before = written(pieces)
    renamed = Renames.parse(["dev=zz", "raw=`a b`"]).sql(before)
    assert renamed.problems == ()
    assert renamed.text == written(pieces, dev="zz", raw="a b")


@settings(QUICK)
@given(queries())
def test_every_name_is_found_once_where_it_stands(pieces: list[Piece]) -> None:
    text = written(pieces)
    found = [ref.parts for ref in find_references(text) if ref.kind in ("table", "function")]
    assert found == [piece.parts for piece in pieces if isinstance(piece, Name)]


@settings(QUICK)
@given(queries())
def test_renaming_to_the_same_name_is_no_change(pieces: list[Piece]) -> None:
    text = written(pieces)
    assert Renames.parse(["dev=dev", "prod.raw=prod.raw"]).sql(text).text == text


@settings(QUICK)
@given(queries())
def test_renaming_back_restores_the_text(pieces: list[Piece]) -> None:
    text = written(pieces)
    there = Renames.parse(["dev=zz", "prod=dev"]).sql(text)
    back = Renames.parse(["dev=prod", "zz=dev"]).sql(there.text)
    assert (back.text, there.problems, back.problems) == (text, (), ())


@settings(QUICK)
@given(queries())
def test_placeholders_and_names_turn_into_each_other(pieces: list[Piece]) -> None:
    there = Renames.parameterizing({"catalog": "dev"}).sql(written(pieces))
    back = Renames.parse(["${catalog}=dev"]).sql(there.text)
    assert (back.text, there.problems, back.problems) == (written(pieces), (), ())
