"""xml_records: the elements that repeat, as rows. Read piece by piece; entities and outside references are refused.

The path of the records (`/catalog/item`) is given, or it is the shallowest element that repeats in the first part of
the file, which is told. Attributes and children become columns: `id`, `price`, `supplier_city`; a child that repeats
becomes a JSON list; text beside children stands under `text`. Names lose their namespace.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError

from ..options import ReadOptions
from ..raw import RawTable, Records, batched
from ..troubles import FileError, Troubles, refusal

LOOKED_AT: Final = 20_000
"""Elements among which the one that repeats is looked for."""


def parts(file: Path, options: ReadOptions, troubles: Troubles) -> list[str]:
    return [""]


def read(file: Path, part: str, options: ReadOptions, troubles: Troubles) -> RawTable:
    path = _given(options.records) if options.records else _repeated(file, troubles)
    records = Records()
    rows = _numbered(file, path, records)
    return RawTable("", records.headings, batched(rows), inference="texts")


def _given(records: str) -> tuple[str, ...]:
    return tuple(step for step in records.split("/") if step)


def _numbered(file: Path, path: tuple[str, ...], records: Records) -> Iterator[tuple[int, Sequence[Any]]]:
    count = 0
    for count, element in enumerate(_elements(file, path), start=1):
        yield count, records.row(_flat(element))
    if not count:
        raise refusal(file, f"records /{'/'.join(path)}: there is no such element")


def _elements(file: Path, path: tuple[str, ...]) -> Iterator[Element]:
    here: list[str] = []
    above: list[Element] = []
    for event, element in _events(file):
        if event == "start":
            here.append(_plain(element.tag))
            above.append(element)
            continue
        if tuple(here) == path:
            yield element
        if len(here) <= len(path):
            element.clear()
            if len(above) > 1:
                above[-2].remove(element)
        here.pop()
        above.pop()


def _events(file: Path) -> Iterator[tuple[str, Element]]:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    try:
        yield from iterparse(str(file), events=("start", "end"), forbid_dtd=False)
    except ParseError as error:
        row, column = error.position
        words = str(error).partition(":")[0]
        raise refusal(file, f"not XML: {words}, at character {column + 1}", row=row) from None
    except DefusedXmlException:
        raise refusal(
            file, "defines entities or refers to other files, which may be an attack; it was not read"
        ) from None
    except (ValueError, LookupError) as error:
        raise refusal(file, f"not XML: {error}") from None


def _repeated(file: Path, troubles: Troubles) -> tuple[str, ...]:
    """The shallowest path that occurs more than once under one parent; else the child of the root."""
    counts: Counter[tuple[str, ...]] = Counter()
    here: list[str] = []
    try:
        for seen, (event, element) in enumerate(_events(file)):
            if event == "start":
                here.append(_plain(element.tag))
                counts[tuple(here)] += 1
            else:
                here.pop()
                element.clear()
            if seen > LOOKED_AT:
                break
    except FileError:
        if not counts:
            raise
    often = [path for path, count in counts.items() if count > 1]
    if often:
        shallow = min(map(len, often))
        path = max((each for each in often if len(each) == shallow), key=lambda each: counts[each])
    else:
        path = next((each for each in counts if len(each) == 2), next(iter(counts)))
    troubles.add("guessed", f"the records are the elements /{'/'.join(path)}")
    return path


def _plain(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _flat(element: Element, prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in element.attrib.items():
        found[f"{prefix}{_plain(name)}"] = value or None
    names = Counter(_plain(child.tag) for child in element)
    for child in element:
        name = _plain(child.tag)
        if names[name] > 1:
            found.setdefault(f"{prefix}{name}", [])
            _append(found, f"{prefix}{name}", child)
        else:
            _put(found, f"{prefix}{name}", child)
    text = " ".join(
        filter(None, ((piece or "").strip() for piece in [element.text, *(child.tail for child in element)]))
    )
    if text and (len(element) or element.attrib or not prefix):
        found[_free(f"{prefix}text", found)] = text
    return found


def _put(found: dict[str, Any], name: str, child: Element) -> None:
    if not len(child) and not child.attrib:
        found[_free(name, found)] = (child.text or "").strip() or None
        return
    for key, value in _flat(child, f"{name}_").items():
        found[_free(key, found)] = value


def _append(found: dict[str, Any], name: str, child: Element) -> None:
    value: Any = (child.text or "").strip() or None if not len(child) and not child.attrib else _flat(child)
    held = found[name]
    if not isinstance(held, list):  # an attribute of the same name
        found[name] = held = [held]
    held.append(value)


def _free(name: str, taken: dict[str, Any]) -> str:
    while name in taken:
        name += "_"
    return name
