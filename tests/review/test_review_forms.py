"""A review in every form: nothing of it is obeyed by whoever shows it, and none of it is too long."""

from __future__ import annotations

import copy
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from reviews import HOSTILE, document, inputs, step

import genie_provider
from genie_provider.review.data import Benchmarks, Finding, Review
from genie_provider.review.preview import review_of
from genie_provider.review.render import FORMS, markdown, render
from genie_provider.text import shown

COMMENTS = ("github", "gitlab", "azure")
OURS = {"h3", "p", "code", "strong", "em", "table", "thead", "tbody", "tr", "th", "td", "a", "br", "details", "summary"}
OURS |= {"pre", "blockquote", "ul", "li", "sub", "h1", "h2", "html", "head", "meta", "title", "style", "body", "div"}
OURS |= {"span", "footer", "bdi"}


class Page(HTMLParser):
    """What a browser would see: the elements, and the text that is not in code."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.links: list[str] = []
        self.loose, self.code, self._in_code = "", "", 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        assert not [name for name, _ in attrs if name.startswith("on")]
        self._in_code += tag in ("code", "pre")

    def handle_endtag(self, tag: str) -> None:
        self._in_code -= tag in ("code", "pre")

    def handle_data(self, data: str) -> None:
        if self._in_code:
            self.code += data
        else:
            self.loose += data


def rendered(text: str) -> Page:
    """As the three systems read it: CommonMark with tables, strike-through, raw HTML and bare addresses as links."""
    renderer = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return Page(renderer.render(text))


def hostile() -> Review:
    """Every text that a workspace or a spec can give is an attack."""
    old = inputs(title="Sales")
    new = copy.deepcopy(old)
    new["title"] = new["description"] = HOSTILE
    new["instructions"]["content"] = f"```\n{HOSTILE}\n</details>\n~~~~\n{HOSTILE}"
    for section in ("examples", "sample_questions", "filters", "measures", "benchmarks", "joins"):
        new[section][HOSTILE] = {"sql": HOSTILE}
    new["tags"] = {HOSTILE: HOSTILE}
    new["permissions"] = {HOSTILE: "CAN_RUN"}
    steps = [step("update", "sales", inputs(title="x"), new, marks=old), step("delete", "old", inputs(title=HOSTILE))]
    review = review_of(document(*steps, step("create", "new", None, inputs(title=HOSTILE))), "dev")
    review.findings.append(Finding("error", f"{HOSTILE}\n{HOSTILE}"))
    review.spaces[1].findings.append(Finding("warning", HOSTILE))
    review.benchmarks.append(Benchmarks(HOSTILE, "failed", 1, 2, 2, (HOSTILE,), (HOSTILE,)))
    review.commit, review.plan, review.at = "0" * 40, "sha256:12", "2026-11-21T10:00:00Z"
    return review


@pytest.mark.parametrize("form", COMMENTS)
def test_hostile_texts_stay_in_code(form: str) -> None:
    page = rendered(render(hostile(), form))

    assert page.elements <= OURS
    assert set(page.links) <= {f"https://adb-1.azuredatabricks.net/genie/rooms/{name}?o=1" for name in ("sales", "old")}
    for attack in ("@channel", "#123", "!45", "$x$", ":tada:", "javascript", "~~x", "www."):
        assert attack not in page.loose
        assert attack in page.code
    assert "\u202e" not in page.loose + page.code


def test_the_page_has_no_outside_resources_and_obeys_nothing() -> None:
    text = render(hostile(), "html")
    page = Page(text)

    assert page.elements <= OURS
    assert "default-src 'none'" in text
    assert "\u202e" not in text
    assert "<img" not in text


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab @#|<>&`*_[]()!$\\:~{}^\"'\n\u202e.w/-+=1"), max_size=40))
def test_any_text_is_code_and_nothing_but_its_own_text(text: str) -> None:
    page = Page(MarkdownIt("commonmark", {"html": True}).enable(["table"]).render(f"|a|\n|-|\n|{markdown.code(text)}|"))

    assert page.elements <= {"table", "thead", "tbody", "tr", "th", "td", "code"}
    assert page.code.strip() == " ".join(shown(text).split())


def crowd(count: int) -> Review:
    """Many spaces, each with a large change, names and titles long."""
    steps: list[Any] = []
    for at in range(count):
        new = copy.deepcopy(inputs())
        new["examples"]["How fast are we?"]["sql"] = "".join(
            f"SELECT {at}, {line} -- {'x' * 60}\n" for line in range(30)
        )
        new["tables"]["main.sales.orders"]["description"] = f"Changed {at}"
        new["measures"][f"cost {at}"] = {"sql": "sum(b)"}
        steps.append(step("update", f"space-{at:03}-with-a-rather-long-name", inputs(), new))
    return review_of(document(*steps, step("delete", "old", inputs())), "prod")


@pytest.mark.parametrize("form", COMMENTS)
def test_two_hundred_changed_spaces_fit_with_all_names_in_the_table(form: str) -> None:
    text = render(crowd(200), form)

    assert markdown.size(text) <= markdown.LIMITS[form]
    table = rendered(text.partition("<details>")[0])
    assert all(f"space-{at:03}-with-a-rather-long-name" in table.code for at in range(200))
    assert "1 space to be trashed" in text.splitlines()[1]


def test_whole_entries_are_left_out_the_largest_first_and_their_number_is_told() -> None:
    text = render(crowd(200), "github")

    left = int(re.search(r"\*(\d+) entries left out here", text)[1])  # type: ignore[index]
    shown_entries = text.count("```diff")
    assert left + shown_entries == 600
    assert "SELECT 0, 0" not in text
    assert "+ Changed 0" in text


def test_so_many_spaces_that_their_names_have_no_room_still_name_what_goes_to_the_trash() -> None:
    made = (step("create", f"a-space-with-a-rather-long-name-{at:05}", None, {"title": "x"}) for at in range(4000))
    review = review_of(document(*made, step("delete", "old", inputs())), "prod")

    text = render(review, "azure")

    assert markdown.size(text) <= markdown.LIMITS["azure"]
    assert "<code>old</code>" in text.partition("| space |")[0]


@pytest.mark.parametrize("form", FORMS)
def test_a_failed_preview_says_why(form: str) -> None:
    review = Review("prod", failed=True, findings=[Finding("error", "spaces/sales.yaml:9:19: no such table")])

    page = (
        Page(render(review, form)) if form == "html" else rendered(render(review, form)) if form in COMMENTS else None
    )
    text = page.loose + page.code if page else render(review, form)

    assert "no such table" in text
    assert form == "json" or "the preview failed" in text


@pytest.mark.parametrize("form", FORMS)
def test_nothing_shaped_like_a_token_is_told(form: str) -> None:
    token = "dapi" + "0123456789abcdef" * 2
    review = review_of(document(step("update", "a", inputs(), inputs(description=f"use {token}"))), "dev")

    assert token not in render(review, form)


def test_the_json_follows_its_schema_and_has_old_and_new_values() -> None:
    schema = Path(genie_provider.__file__).parent / "cli" / "schemas" / "report-1.json"

    told = json.loads(render(hostile(), "json"))

    jsonschema.validate(told, json.loads(schema.read_text()))
    entries = {entry["path"]: entry for entry in told["spaces"][2]["entries"]}
    assert (entries["title"]["old"], entries["title"]["new"], entries["title"]["author"]) == ("x", HOSTILE, "both")
