"""Where each value of a JSON text stands: one pass over its tokens, without recursion.

Works on texts that the JSON decoder has accepted; it finds places and names written twice, it doesn't check grammar.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from asl.syntax.diagnostics import child

if TYPE_CHECKING:
    from collections.abc import Iterator

# a string (its closing quote optional, so that a broken text costs one pass), a mark, or a number or word
_LEXEME = r'(?s)"(?:[^"\\]|\\.)*+"?+|[{}\[\]:,]|[^\s{}\[\]:,"]++'
_BRACKET = r'(?s)"(?:[^"\\]|\\.)*+"?+|[{}\[\]]'


class Places:
    """Offsets by pointer: of the value, and of its name where it has one; and the names written twice."""

    __slots__ = ("keys", "repeated", "values")

    def __init__(self) -> None:
        self.values: dict[str, int] = {}
        self.keys: dict[str, int] = {}
        self.repeated: list[Repeated] = []


class Repeated(NamedTuple):
    """A name that stands in its object a second time, at ``offset``; the first stands at ``first``."""

    name: str
    pointer: str
    offset: int
    first: int


class _Container:
    __slots__ = ("current", "expects_key", "index", "is_object", "pointer", "seen")

    def __init__(self, pointer: str, is_object: bool) -> None:
        self.pointer = pointer
        self.is_object = is_object
        self.index = 0
        self.expects_key = True
        self.current = ""
        self.seen: dict[str, int] = {}


def too_deep(text: str, limit: int) -> int | None:
    """The offset of the first bracket that is nested more than ``limit`` levels deep; None if there is none."""
    if text.count("{") + text.count("[") <= limit:  # nearly all texts
        return None
    depth = 0
    for token in re.finditer(_BRACKET, text):
        match token.group()[0]:
            case "{" | "[":
                depth += 1
                if depth > limit:
                    return token.start()
            case "}" | "]":
                depth -= 1
    return None


def open_brackets(text: str) -> list[str]:
    """The brackets that are still open at the end of a text that ends too early, outermost first."""
    stack: list[str] = []
    for token in re.finditer(_BRACKET, text):
        mark = token.group()[0]
        if mark in "{[":
            stack.append(mark)
        elif mark in "}]" and stack:
            stack.pop()
    return stack


def words(text: str) -> Iterator[tuple[int, str]]:
    """The offsets and texts of all numbers and words (true, NaN, ...), but not of strings."""
    for token in re.finditer(_LEXEME, text):
        if token.group()[0] not in '"{}[]:,':
            yield token.start(), token.group()


def scan(text: str) -> Places:
    """The places of all values of a JSON text that the decoder has accepted."""
    places = Places()
    stack: list[_Container] = []
    for token in re.finditer(_LEXEME, text):
        mark, offset = token.group(), token.start()
        top = stack[-1] if stack else None
        if mark == ":":
            continue
        if mark == ",":
            if top is not None:
                top.expects_key = True
                top.index += 1
        elif mark in ("}", "]"):
            if stack:
                stack.pop()
        elif top is not None and top.is_object and top.expects_key:
            _take_key(places, top, mark, offset)
        else:
            pointer = _pointer(top)
            places.values[pointer] = offset
            if mark in ("{", "["):
                stack.append(_Container(pointer, mark == "{"))
    return places


def _take_key(places: Places, container: _Container, mark: str, offset: int) -> None:
    name = json.loads(mark, strict=False) if "\\" in mark else mark[1:-1]
    pointer = child(container.pointer, name)
    container.current = pointer
    container.expects_key = False
    if name in container.seen:
        places.repeated.append(Repeated(name, pointer, offset, container.seen[name]))
    else:
        container.seen[name] = offset
    places.keys[pointer] = offset


def _pointer(container: _Container | None) -> str:
    if container is None:
        return ""
    return container.current if container.is_object else child(container.pointer, container.index)


class Lines:
    """Offsets to lines and columns, both 1-based; a line ends at ``\\n``."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def line_column(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def text(self, line: int) -> str:
        start = self._starts[line - 1]
        end = self._starts[line] if line < len(self._starts) else len(self._text)
        return self._text[start:end].rstrip("\r\n")
