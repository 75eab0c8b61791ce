"""printer: plain values → YAML as a person would type it.

Texts of several lines and long ones are block text, everything else stays on its line; quotes stand
only where a reader of YAML 1.1 or 1.2 would take a text for something else. What is written here
reads back as exactly the same values: no folding, no aliases, no tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ..text.json_text import Number

WIDTH: Final = 110
"""Columns a line may take before its text moves into a block of its own."""

_INDENT = 2
_ONE_LINE_LISTS = {"synonyms", "tags", "default_value"}
_LONG_KEY = 200

UNPRINTABLE: Final = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\u202d\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""What YAML does not allow raw, line breaks other than \\n, and codes that turn the reading direction."""

_PLAIN = re.compile(r"[^\W_]|[^\s\-?:,\[\]{}#&*!|>'\"%@`=~]", re.UNICODE)
_NOT_TEXT = re.compile(
    r"""( ~ | null | true | false | yes | no | on | off | y | n                  # words of YAML 1.1 and 1.2
      | [-+]?(\.[0-9]+|[0-9][0-9_,]*(\.[0-9_]*)?)(e[-+]?[0-9]+)?                 # numbers
      | [-+]?0[box][0-9a-f_]+ | [-+]?[0-9][0-9_]*(:[0-9]+)+(\.[0-9_]*)?          # other bases, 1:30
      | [-+]?\.(inf|nan) | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*                      # times
      )\Z""",
    re.VERBOSE | re.IGNORECASE,
)
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}


def to_yaml(document: Mapping[str, Any], header: str = "") -> str:
    """The text of a file that holds `document`, texts written as they are.

    Args:
        header: words for the top of the file; every line becomes a comment.
    """
    lines = [f"# {line}".rstrip() for line in header.splitlines()]
    for at, (key, value) in enumerate(document.items()):
        if at and _is_long_part(key, value) and not _keeps_blank_lines(lines):
            lines.append("")
        lines += _pair(key, value, 0)
    return "\n".join(lines) + "\n" if lines else "{}\n"


def quoted_if_needed(text: str, *, in_list: bool = False) -> str:
    """One line of YAML for `text`: plain, or in the quotes that need the fewest escapes.

    Args:
        in_list: the text stands between brackets, where more letters mean something.
    """
    if _is_plain(text) and not (in_list and re.search(r"[,\[\]{}?:]", text)):
        return text
    if ('"' in text or "\\" in text) and not re.search(r"['\n\t]", text) and not UNPRINTABLE.search(text):
        return f"'{text}'"
    return f'"{_escaped(text)}"'


def _is_long_part(key: str, value: Any) -> bool:
    return isinstance(value, dict | list) and bool(value) and key not in _ONE_LINE_LISTS


def _keeps_blank_lines(lines: list[str]) -> bool:
    """Whether a blank line here would become part of the text above."""
    return bool(lines) and lines[-1] == ""


def _pair(key: str, value: Any, indent: int) -> list[str]:
    pad, name = " " * indent, quoted_if_needed(key)
    if len(name) > _LONG_KEY:
        return [f"{pad}? {name}", *_after(f"{pad}:", value, indent, key)]
    return _after(f"{pad}{name}:", value, indent, key)


def _after(prefix: str, value: Any, indent: int, key: str = "") -> list[str]:
    """The lines of a value that follows `prefix`, which is "key:" or "-" at `indent`."""
    if isinstance(value, Mapping) and value:
        return _under(prefix, [line for k, v in value.items() for line in _pair(str(k), v, indent + _INDENT)])
    if isinstance(value, list) and value:
        short = _in_brackets(value) if key in _ONE_LINE_LISTS else None
        if short and len(prefix) + len(short) < WIDTH:
            return [f"{prefix} {short}"]
        return _under(prefix, [line for part in value for line in _item(part, indent + _INDENT)])
    if isinstance(value, str):
        return _text(prefix, value, indent)
    return [f"{prefix} {_constant(value)}"]


def _item(value: Any, indent: int) -> list[str]:
    return _after(" " * indent + "-", value, indent)


def _under(prefix: str, lines: list[str]) -> list[str]:
    """Below a key; after a dash the first line follows on the same one."""
    if prefix.endswith("-") and prefix.strip() == "-":
        return [f"{prefix} {lines[0].lstrip(' ')}", *lines[1:]]
    return [prefix, *lines]


def _in_brackets(values: list[Any]) -> str | None:
    if not all(isinstance(value, str) and "\n" not in value for value in values):
        return None
    return f"[{', '.join(quoted_if_needed(value, in_list=True) for value in values)}]"


def _constant(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return value.text
    return "{}" if isinstance(value, Mapping) else "[]" if isinstance(value, list) else str(value)


def _text(prefix: str, text: str, indent: int) -> list[str]:
    if "\n" not in text:
        line = f"{prefix} {quoted_if_needed(text)}"
        if len(line) <= WIDTH or not _fits_a_block(text):
            return [line]
        return _block(prefix, text, indent)
    return _block(prefix, text, indent) if _fits_a_block(text) else _broken_quotes(prefix, text, indent)


def _fits_a_block(text: str) -> bool:
    return bool(text.strip()) and not UNPRINTABLE.search(text)


def _block(prefix: str, text: str, indent: int) -> list[str]:
    """Literal text: `|`, with `-` where it does not end in a newline and `+` where it ends in several."""
    pad = " " * (indent + _INDENT)
    lines = text.split("\n")
    chomping = "-"
    if lines[-1] == "":
        lines.pop()
        chomping = "+" if lines[-1] == "" else ""
    shift = str(_INDENT) if text[0] in " \t\n" else ""
    return [f"{prefix} |{shift}{chomping}", *(pad + line if line else "" for line in lines)]


def _broken_quotes(prefix: str, text: str, indent: int) -> list[str]:
    """Quoted text over several lines, for what a block cannot hold: a backslash ends each line."""
    first, *rest = [_escaped(piece) for piece in re.findall(r"[^\n]*\n|[^\n]+", text)]
    pad = " " * (indent + _INDENT)
    lines = [f'{prefix} "{first}', *(pad + ("\\" if piece[0] in " \t" else "") + piece for piece in rest)]
    return [f"{line}\\" for line in lines[:-1]] + [f'{lines[-1]}"']


def _is_plain(text: str) -> bool:
    return (
        bool(_PLAIN.match(text))
        and text == text.strip()
        and ": " not in text
        and " #" not in text
        and text[-1] != ":"
        and "\n" not in text
        and "\t" not in text
        and not text.startswith(("...", "<<"))
        and not _NOT_TEXT.match(text)
        and not UNPRINTABLE.search(text)
    )


def _escaped(text: str) -> str:
    return "".join(_escapes(text))


def _escapes(text: str) -> Iterable[str]:
    for letter in text:
        code = ord(letter)
        if letter in _ESCAPES:
            yield _ESCAPES[letter]
        elif not UNPRINTABLE.match(letter):
            yield letter
        else:
            yield f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
