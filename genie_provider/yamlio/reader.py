"""reader: YAML (and JSON) text → plain values, with a place for every one of them.

Strict where YAML is treacherous: only the core types of YAML 1.2 (so `no` is a word and
2024-01-01 is text), no tags, no duplicate keys, no cycles, and aliases only as long as what they
expand to stays small.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator
from pathlib import Path
from typing import Any, Final

import yaml
from yaml.composer import Composer
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from ..errors import Place, Problem
from ..text.json_text import number

MAX_VALUES: Final = 200_000
"""Values a file may hold once its aliases are expanded; real specs have a few thousand."""

MAX_SIZE_BYTES: Final = 20_000_000
MAX_DEPTH: Final = 120
"""Levels of lists and maps: those of a body, and of what a file has around it."""

_PLAIN, _TEXT = "plain", "text"
_LEADING = re.compile(r"^[ \t?:-]+", re.MULTILINE)
_LINE_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")  # what libyaml counts as lines
_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_CONSTANTS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_HARMLESS_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "map", "seq")}


class _Resolver:
    """Stands in for PyYAML's resolver, which guesses types of YAML 1.1 with regular expressions."""

    def descend_resolver(self, parent: Node | None, index: Any) -> None: ...

    def ascend_resolver(self) -> None: ...

    def resolve(self, kind: type[Node], value: str | None, implicit: Any) -> str:
        return _PLAIN if kind is ScalarNode and implicit[0] else _TEXT


try:
    from yaml._yaml import CParser as _Parser
except ImportError:  # pragma: no cover - PyYAML built without libyaml is slower by a factor of seven

    class _Parser(Reader, Scanner, Parser, Composer):  # type: ignore[no-redef]
        def __init__(self, stream: str) -> None:
            Reader.__init__(self, stream)
            Scanner.__init__(self)
            Parser.__init__(self)
            Composer.__init__(self)


class _Composer(_Parser, _Resolver):  # type: ignore[misc]
    descend_resolver = _Resolver.descend_resolver
    ascend_resolver = _Resolver.ascend_resolver
    resolve = _Resolver.resolve


def events(source: str) -> Iterator[Any]:
    """The parser's events, with the marks of where each begins and ends in the source."""
    parser = _Composer(source)
    try:
        while parser.check_event():
            yield parser.get_event()
    finally:
        parser.dispose()


Substitute = Callable[[str, Callable[[str], Place]], str]
"""Replaces variables in one text; the second argument says where a piece of the text stands."""


class Document:
    """One file: its values, and where each stands.

    Args:
        source: the text of the file.
        name: the file as people should read it in messages.
        substitute: called for every text that contains "$".
    """

    def __init__(self, source: str, name: str, substitute: Substitute | None = None) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.source = source
        self._lines = _LINE_BREAK.split(source) if "$" in source else []
        self._substitute = substitute
        self._expanded = 0
        self.root = self._compose(source)
        self.value = self._build(self.root) if self.root else None

    def place(self, path: tuple[Hashable, ...], *, of_key: bool = False) -> Place:
        """Where the value at `path` stands; the nearest enclosing one where it does not exist."""
        spot = self.node(path, of_key=of_key)
        return self.mark(spot.start_mark) if spot else Place(self.name)

    def node(self, path: tuple[Hashable, ...], *, of_key: bool = False) -> Node | None:
        """The node at `path`; the nearest enclosing one where it does not exist."""
        node, spot = self.root, self.root
        for at, step in enumerate(path):
            if isinstance(node, SequenceNode):
                if isinstance(step, int) and step < len(node.value):
                    node = spot = node.value[step]
                # else a short form: `benchmarks: [...]` stands for `benchmarks: {questions: [...]}`
            elif isinstance(node, MappingNode):
                pairs = [pair for pair in node.value if pair[0].value == step]
                if not pairs:
                    break
                node = pairs[0][1]
                spot = pairs[0][0] if of_key and at == len(path) - 1 else node
            else:
                break
        return spot

    def plain_text(self, path: tuple[Hashable, ...]) -> str:
        """The text of a value that is written without quotes; "" for all others."""
        node = self.node(path)
        return str(node.value) if isinstance(node, ScalarNode) and node.tag == _PLAIN else ""

    def lines(self, path: tuple[Hashable, ...]) -> tuple[int, int]:
        """The first and the last line, from 1, of a key and its value."""
        key, value = self.node(path, of_key=True), self.node(path)
        if key is None or value is None:
            return 1, 1
        return key.start_mark.line + 1, value.end_mark.line + 1

    def _compose(self, source: str) -> Node | None:
        if len(source) > MAX_SIZE_BYTES:
            self._problem(f"larger than {MAX_SIZE_BYTES // 1_000_000} MB", Place(self.name))
            return None
        too_deep = _too_deep(source)
        if too_deep:
            self._problem(f"nested deeper than {MAX_DEPTH} levels", self.mark(too_deep))
            return None
        composer = _Composer(source)
        try:
            return composer.get_single_node()  # type: ignore[no-any-return]
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            said = error.problem or error.context or "not YAML"
            self._problem(_explained(said), self.mark(mark) if mark else Place(self.name))
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            self._problem(f"not YAML: {_first_line(error)}", Place(self.name))
        finally:
            composer.dispose()
        return None

    def mark(self, mark: Any) -> Place:
        return Place(self.name, mark.line + 1, mark.column + 1)

    def _problem(self, message: str, place: Place) -> None:
        self.problems.append(Problem(message, place))

    def _build(self, root: Node) -> Any:
        self._open: set[int] = set()
        self._sizes: dict[int, int] = {}
        self._built: dict[int, Any] = {}
        if "&" in self.source and self._size(root, 0) is None:
            return None
        try:
            return self._value(root)
        except RecursionError:
            self._problem(f"nested deeper than {MAX_DEPTH} levels", self.mark(root.start_mark))
            return None

    def _size(self, node: Node, depth: int) -> int | None:
        """How many values the node is once aliases are expanded; None after a problem."""
        known = self._sizes.get(id(node))
        if known is not None:
            return known
        if isinstance(node, ScalarNode):
            return 1
        if id(node) in self._open:
            self._problem("an alias points at what contains it", self.mark(node.start_mark))
            return None
        if depth > MAX_DEPTH:
            self._problem(f"nested deeper than {MAX_DEPTH} levels", self.mark(node.start_mark))
            return None
        self._open.add(id(node))
        size = 1
        for part in _children(node):
            inner = self._size(part, depth + 1)
            if inner is None:
                return None
            size += inner
            if size > MAX_VALUES:
                self._problem(
                    f"expands to more than {MAX_VALUES} values (aliases of aliases?)",
                    self.mark(node.start_mark),
                )
                return None
        self._open.discard(id(node))
        self._sizes[id(node)] = size
        return size

    def _value(self, node: Node) -> Any:
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        if id(node) not in self._built:
            if node.tag != _TEXT and node.tag not in _HARMLESS_TAGS:
                self._refuse_tag(node)
            if isinstance(node, MappingNode):
                self._built[id(node)] = self._mapping(node)
            else:
                self._built[id(node)] = [self._value(part) for part in node.value]
        return self._built[id(node)]

    def _mapping(self, node: MappingNode) -> dict[str, Any]:
        found: dict[str, Any] = {}
        places: dict[str, Node] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._problem("a key must be a word or a text", self.mark(key_node.start_mark))
                continue
            key = key_node.value
            if key == "<<" and key_node.tag == _PLAIN:
                message = "merge keys (<<) are not supported; write the keys out"
                self._problem(message, self.mark(key_node.start_mark))
                continue
            if key in found:
                first = places[key].start_mark.line + 1
                self._problem(f"'{key}' stands twice, first in line {first}", self.mark(key_node.start_mark))
                continue
            found[key] = self._value(value_node)
            places[key] = key_node
        return found

    def _scalar(self, node: ScalarNode) -> Any:
        text: str = node.value
        if node.tag == _PLAIN:
            if text in _CONSTANTS:
                return _CONSTANTS[text]
            first = text[0]
            if first in "0123456789+-." and (_INTEGER.match(text) or _FLOAT.match(text)):
                return number(text)
        elif node.tag != _TEXT and node.tag not in _HARMLESS_TAGS:
            self._refuse_tag(node)
        if "$" in text and self._substitute:
            return self._substitute(text, lambda piece: self._place_in(node, piece))
        return text

    def _place_in(self, node: ScalarNode, piece: str) -> Place:
        """Where `piece` of a scalar stands in the source: the scalar's start if it is not found."""
        start, end = node.start_mark, node.end_mark
        lines = self._lines[start.line : end.line + 1]
        for at, line in enumerate(lines):
            column = line.find(piece, start.column if at == 0 else 0)
            if column >= 0:
                return Place(self.name, start.line + at + 1, column + 1)
        return self.mark(start)

    def _refuse_tag(self, node: Node) -> None:
        tag = str(node.tag).replace("tag:yaml.org,2002:", "!!")
        message = f"the tag {tag} is not allowed; specs hold plain values only"
        self._problem(message, self.mark(node.start_mark))


def _too_deep(source: str) -> Any:
    """The mark of the first value that lies deeper than `MAX_DEPTH`; None where there is none.

    libyaml's composer calls itself for every level, so that a file of 100,000 brackets ends the process. Its parser
    does not. It is asked only where brackets, dashes or indentation could add up to that many levels.
    """
    if not _may_be_deep(source):
        return None
    depth = 0
    try:
        for event in events(source):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                return event.start_mark
    except yaml.YAMLError:
        return None  # the composer says where and why
    return None


def _may_be_deep(source: str) -> bool:
    if source.count("[") + source.count("{") > MAX_DEPTH:
        return True
    return any(len(match[0]) > MAX_DEPTH for match in _LEADING.finditer(source))


def _children(node: Node) -> list[Node]:
    if isinstance(node, MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, SequenceNode) else []


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or ["unreadable"])[0]


def _explained(said: str) -> str:
    """libyaml's words, with what to do about the most usual ones."""
    hints = {
        "found a tab character that violates indentation": "; indent with spaces",
        "found character that cannot start any token": (
            "; tabs cannot indent, and values starting with @ or ` need quotes"
        ),
        "mapping values are not allowed in this context": "; a text with ': ' in it needs quotes",
        "found undefined alias": "; define it with & before, or put the text in quotes",
        "expected a single document in the stream": "; a spec file holds one document",
        "did not find expected key": "; look at the indentation and the quotes above",
        "did not find expected ',' or '}'": "; in braces or brackets, ${…} needs quotes",
        "did not find expected ',' or ']'": "; in braces or brackets, ${…} needs quotes",
    }
    return f"not YAML: {said}{hints.get(said, '')}"


def read_text(path: Path) -> str:
    """The file's text; UTF-8, a byte-order mark is dropped.

    Raises:
        UnicodeDecodeError, OSError: the caller knows the name people use for the file.
    """
    return path.read_text(encoding="utf-8-sig")
