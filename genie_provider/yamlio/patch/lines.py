"""lines: where lines and blocks of a text begin and end."""

from __future__ import annotations


def line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def line_end(text: str, index: int) -> int:
    """The index of the newline that ends the line, or of the end of the text."""
    end = text.find("\n", index)
    return end if end >= 0 else len(text)


def indent_of(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def end_of_block(text: str, end: int, indent: int) -> int:
    """The end of the line where a value ends, or of the comments below that are indented deeper."""
    stop = spot = line_end(text, end)
    while spot < len(text):
        following = line_end(text, spot + 1)
        line = text[spot + 1 : following]
        if line.strip() and not (line.lstrip(" ").startswith("#") and indent_of(line) > indent):
            break
        spot = following
        stop = spot if line.strip() else stop
    return stop
