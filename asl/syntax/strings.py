"""Where a character of a string's value stands in the text that spells the string.

JSON and YAML write a string in several ways: in quotes with escapes, plain, or as a block of lines. Expressions are
judged by their value; people look at the file.
"""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|\r?\n[ \t]*|.)", re.DOTALL)
_SURROGATES = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_FOLD = re.compile(r"[ \t]*\r?\n[ \t]*")
# a YAML tag or anchor before the scalar itself
_PROPERTIES = re.compile(r"(?:[!&][^\s\[\]{},]*[ \t\r\n]+)*")
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*[^\n]*\n")


def offset_in_string(text: str, start: int, index: int) -> int:
    """The offset in ``text`` of the character ``index`` of the string that begins at ``start``.

    An index behind the string's end gives the place behind its last character.
    """
    properties = _PROPERTIES.match(text, start)
    start = properties.end() if properties is not None else start
    mark = text[start : start + 1]
    if mark == '"':
        return _double_quoted(text, start + 1, index)
    if mark == "'":
        return _single_quoted(text, start + 1, index)
    if mark in ("|", ">"):
        header = _BLOCK_HEADER.match(text, start)
        if header is None:
            return start
        digits = re.search(r"[1-9]", header.group().partition("#")[0])
        return _block(text, header.end(), index, _indentation_around(text, start, digits))
    return _plain(text, start, index)


def _double_quoted(text: str, offset: int, index: int) -> int:
    while index > 0 and offset < len(text) and text[offset] != '"':
        offset, taken = _step(text, offset)
        index -= taken
    while offset < len(text) and text[offset] == "\\" and not _step(text, offset)[1]:
        offset = _step(text, offset)[0]  # a line that goes on behind its end
    return offset


def _step(text: str, offset: int) -> tuple[int, int]:
    """The end of one piece of a double-quoted string, and how many characters of the value it stands for."""
    character = text[offset]
    if character == "\\":
        pair = _SURROGATES.match(text, offset)
        escape = pair or _ESCAPE.match(text, offset)
        if escape is None:
            return offset + 1, 1
        return escape.end(), 0 if escape.group()[1] in "\r\n" else 1
    if character in "\r\n":
        fold = _FOLD.match(text, offset)
        return (fold.end() if fold is not None else offset + 1), 1
    return offset + 1, 1


def _single_quoted(text: str, offset: int, index: int) -> int:
    while index > 0 and offset < len(text):
        if text[offset] == "'":
            if text[offset + 1 : offset + 2] != "'":
                break
            offset += 2
        elif text[offset] in "\r\n":
            fold = _FOLD.match(text, offset)
            offset = fold.end() if fold is not None else offset + 1
        else:
            offset += 1
        index -= 1
    return offset


def _plain(text: str, offset: int, index: int) -> int:
    while index > 0 and offset < len(text):
        fold = _FOLD.match(text, offset) if text[offset] in " \t\r\n" else None
        offset = fold.end() if fold is not None else offset + 1
        index -= 1
    return min(offset, len(text))


def _indentation_around(text: str, start: int, digit: re.Match[str] | None) -> int | None:
    """The indentation that a block's header fixes: so much more than that of the line around it; None if it doesn't."""
    if digit is None:
        return None
    begin = text.rfind("\n", 0, start) + 1
    line = text[begin:start]
    return int(digit.group()) + len(line) - len(line.lstrip(" "))


def _block(text: str, offset: int, index: int, indentation: int | None) -> int:
    """A literal or folded block: each line without its indentation, joined by one character each."""
    while offset < len(text):
        end = text.find("\n", offset)
        end = len(text) if end < 0 else end
        line = text[offset:end]
        content = line.lstrip(" ")
        if indentation is None and content.strip():
            indentation = len(line) - len(content)
        begin = offset + min(indentation or 0, len(line) - len(content))
        length = end - begin
        if index <= length:
            return begin + index
        index -= length + 1
        offset = end + 1
    return len(text)
