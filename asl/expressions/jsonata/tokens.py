"""From text to tokens. Which characters may start a regular expression is for the parser to say: ``/`` also divides."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from asl.expressions.jsonata.errors import JsonataError
from asl.expressions.jsonata.text import normal

#: Binding power of what can follow an operand; 0 for marks that only end names.
OPERATORS: Final[dict[str, int]] = {
    ".": 75, "[": 80, "]": 0, "{": 70, "}": 0, "(": 80, ")": 0, ",": 0, "@": 80, "#": 80, ";": 80, ":": 80, "?": 20,
    "+": 50, "-": 50, "*": 60, "/": 60, "%": 60, "|": 20, "=": 40, "<": 40, ">": 40, "^": 40, "**": 60, "..": 20,
    ":=": 10, "!=": 40, "<=": 40, ">=": 40, "~>": 40, "and": 30, "or": 25, "in": 40, "&": 50, "!": 0, "~": 0,
}  # fmt: skip

_BLANKS: Final = " \t\n\r\v"
_SKIPPED: Final = re.compile(r"(?:[ \t\n\r\v]+|/\*.*?\*/)+", re.DOTALL)
_TWO: Final = frozenset(("..", ":=", "!=", ">=", "<=", "**", "~>"))
_NUMBER: Final = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[Ee][-+]?[0-9]+)?")
_NAME: Final = re.compile(r"[^ \t\n\r\v" + re.escape("".join(mark for mark in OPERATORS if len(mark) == 1)) + "]*")
_ESCAPES: Final = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_HEX: Final = re.compile(r"[0-9a-fA-F]{4}")
_VALUES: Final = {"true": True, "false": False, "null": None}


class Token(NamedTuple):
    """``type``: operator, string, number, value, regex, name, variable, or end. ``position``: its first character."""

    type: str
    value: Any
    position: int


class Tokens:
    """The tokens of one text, one at a time."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0

    def next(self, operand_read: bool) -> Token:
        """The next token. ``operand_read``: a ``/`` divides; else it starts a regular expression. Raises
        JsonataError.
        """
        text = self._text
        skipped = _SKIPPED.match(text, self._position)
        if skipped:
            self._position = skipped.end()
        start = self._position
        if start >= len(text):
            return Token("end", "(end)", len(text))
        if text.startswith("/*", start):
            raise JsonataError("S0106", position=start)
        char = text[start]
        if char == "/" and not operand_read:
            return Token("regex", self._regex(start), start)
        mark = text[start : start + 2]
        if mark in _TWO or char in OPERATORS:
            mark = mark if mark in _TWO else char
            self._position += len(mark)
            return Token("operator", mark, start)
        if char in "\"'":
            return Token("string", self._string(char, start), start)
        number = _NUMBER.match(text, start)
        if number:
            self._position = number.end()
            return Token("number", _number(number.group(), start), start)
        if char == "`":
            end = text.find("`", start + 1)
            if end < 0:
                raise JsonataError("S0105", position=start)
            self._position = end + 1
            return Token("name", text[start + 1 : end], start)
        return self._word(start)

    def _word(self, start: int) -> Token:
        match = _NAME.match(self._text, start)
        word = match.group() if match else ""
        self._position = start + len(word)
        if word.startswith("$"):
            return Token("variable", word[1:], start)
        if word in ("and", "or", "in"):
            return Token("operator", word, start)
        if word in _VALUES:
            return Token("value", _VALUES[word], start)
        return Token("name", word, start)

    def _string(self, quote: str, start: int) -> str:
        text = self._text
        parts: list[str] = []
        position = start + 1
        while position < len(text):
            char = text[position]
            if char == quote:
                self._position = position + 1
                return _joined(parts)
            if char == "\\":
                position += 1
                escape = text[position : position + 1]
                if escape == "u":
                    digits = _HEX.match(text, position + 1)
                    if not digits:
                        raise JsonataError("S0104", position=position)
                    char = chr(int(digits.group(), 16))
                    position += 4
                elif escape in _ESCAPES and escape:
                    char = _ESCAPES[escape]
                else:
                    raise JsonataError("S0103", position=position, token=escape)
            parts.append(char)
            position += 1
        raise JsonataError("S0101", position=start)

    def _regex(self, start: int) -> tuple[str, str]:
        """Pattern and flags; slashes in brackets don't end the pattern."""
        text = self._text
        depth = 0
        position = start + 1
        while position < len(text):
            char = text[position]
            if char == "/" and depth == 0 and _backslashes_before(text, position) % 2 == 0:
                pattern = text[start + 1 : position]
                if not pattern:
                    raise JsonataError("S0301", position=start)
                end = position + 1
                while text[end : end + 1] in ("i", "m"):
                    end += 1
                self._position = end
                return pattern, text[position + 1 : end]
            if text[position - 1] != "\\":
                depth += (char in "([{") - (char in ")]}")
            position += 1
        raise JsonataError("S0302", position=start)


def _backslashes_before(text: str, position: int) -> int:
    return len(text[:position]) - len(text[:position].rstrip("\\"))


def _number(text: str, position: int) -> int | float:
    if text.isdigit() and len(text) < 16:
        return int(text)
    value = float(text)
    if value == float("inf"):
        raise JsonataError("S0102", position=position, token=text)
    return normal(value)


def _joined(parts: list[str]) -> str:
    """Escaped surrogate pairs become the one character they stand for."""
    text = "".join(parts)
    if any("\ud800" <= char <= "\udfff" for char in parts):
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return text
