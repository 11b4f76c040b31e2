"""Regular expressions: JavaScript's syntax put into Python's, and the function that a ``/regex/`` is.

A regex is a function of a string that finds the first match; what it answers knows how to find the next one. Functions
written by the user may play the same part, so the string functions take matches from ``matches`` alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from asl.expressions.jsonata.errors import JsonataError
from asl.expressions.jsonata.values import UNDEFINED, Function, is_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from asl.expressions.jsonata.run import Run

_LINE_ENDS: Final = "\\n\\r\\u2028\\u2029"
_SPACE: Final = "\\t\\n\\v\\f\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff"
_WORD: Final = "A-Za-z0-9_"
_EDGE: Final = f"(?:(?<![{_WORD}])(?=[{_WORD}])|(?<=[{_WORD}])(?![{_WORD}]))"
_OUTSIDE: Final = {
    "d": "[0-9]", "D": "[^0-9]", "w": f"[{_WORD}]", "W": f"[^{_WORD}]", "s": f"[{_SPACE}]", "S": f"[^{_SPACE}]",
    "b": _EDGE, "B": f"(?!{_EDGE})",
}  # fmt: skip
_INSIDE: Final = {"d": "0-9", "D": r"\D", "w": _WORD, "W": r"\W", "s": _SPACE, "S": r"\S", "b": r"\b", "B": "B"}
_QUANTIFIER: Final = re.compile(r"\{\d+(?:,\d*)?\}")
_GROUP_NAME: Final = re.compile(r"\(\?<([A-Za-z_][A-Za-z0-9_]*)>")
_BACK_NAME: Final = re.compile(r"\\k<([A-Za-z_][A-Za-z0-9_]*)>")
_CODE: Final = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4})")
_BACK_NUMBER: Final = re.compile(r"\\([1-9][0-9]?)")
_GROUP_OPENERS: Final = ("(?:", "(?=", "(?!", "(?<=", "(?<!")


def compile_regex(pattern: str, flags: str) -> re.Pattern[str]:
    """Python's form of a JavaScript pattern. Raises re.error with a message that names the problem."""
    options = re.IGNORECASE if "i" in flags else 0
    try:
        return re.compile(_Translation(pattern, "m" in flags).result(), options)
    except (OverflowError, RecursionError):
        raise re.error("the regular expression is too large") from None


class _Translation:
    def __init__(self, pattern: str, multiline: bool) -> None:
        self._pattern = pattern
        self._position = 0
        self._end = f"(?=[{_LINE_ENDS}]|\\Z)" if multiline else r"\Z"
        self._start = f"(?<![^{_LINE_ENDS}])" if multiline else r"\A"
        self._groups = len(re.findall(r"(?<!\\)\((?!\?)|\(\?<(?![=!])", pattern))

    def result(self) -> str:
        parts = []
        while self._position < len(self._pattern):
            parts.append(self._next())
        return "".join(parts)

    def _take(self, text: str) -> str:
        self._position += len(text)
        return text

    def _next(self) -> str:
        char = self._pattern[self._position]
        if char == "\\":
            return self._escape()
        if char == "[":
            return self._class()
        if char == "(":
            return self._group()
        if char == "{":
            quantifier = _QUANTIFIER.match(self._pattern, self._position)
            return self._modified(quantifier.group()) if quantifier else "\\" + self._take(char)
        if char in "*+?":
            return self._modified(char)
        self._take(char)
        return {"^": self._start, "$": self._end, ".": f"[^{_LINE_ENDS}]", "}": r"\}"}.get(char, char)

    def _modified(self, quantifier: str) -> str:
        """A quantifier; ``a++`` and the like mean nothing in JavaScript, in Python they do."""
        self._take(quantifier)
        after = self._pattern[self._position : self._position + 1]
        if after in ("+", "*"):
            raise re.error("nothing to repeat")
        return quantifier + (self._take("?") if after == "?" else "")

    def _group(self) -> str:
        named = _GROUP_NAME.match(self._pattern, self._position)
        if named:
            self._take(named.group())
            return f"(?P<{named.group(1)}>"
        for opener in _GROUP_OPENERS:
            if self._pattern.startswith(opener, self._position):
                return self._take(opener)
        if self._pattern.startswith("(?", self._position):
            raise re.error("invalid group")
        return self._take("(")

    def _escape(self) -> str:
        pattern, position = self._pattern, self._position
        named = _BACK_NAME.match(pattern, position)
        if named:
            self._take(named.group())
            return f"(?({named.group(1)})(?P={named.group(1)}))"
        code = _CODE.match(pattern, position)
        if code:
            return self._take(code.group())
        number = _BACK_NUMBER.match(pattern, position)
        if number and int(number.group(1)) <= self._groups:
            self._take(number.group())
            return f"(?({number.group(1)})\\{number.group(1)})"
        return self._plain_escape(_OUTSIDE)

    def _plain_escape(self, classes: dict[str, str]) -> str:
        char = self._pattern[self._position + 1 : self._position + 2]
        if not char:
            raise re.error("\\ at the end of the pattern")
        self._position += 2
        if char in classes:
            return classes[char]
        if char == "0":
            return r"\x00"
        return "\\" + char if char in "tnrvf" else re.escape(char)

    def _class(self) -> str:
        pattern = self._pattern
        self._take("[")
        negated = pattern.startswith("^", self._position)
        if negated:
            self._take("^")
        parts: list[str] = []
        while True:
            if self._position >= len(pattern):
                raise re.error("unterminated character class")
            char = pattern[self._position]
            if char == "]":
                break
            if char == "\\":
                code = _CODE.match(pattern, self._position)
                parts.append(self._take(code.group()) if code else self._plain_escape(_INSIDE))
            else:
                self._take(char)
                parts.append("\\" + char if char in "[&~|" else char)
        self._take("]")
        if not parts:
            return r"[\s\S]" if negated else r"(?!)"
        return f"[{'^' if negated else ''}{''.join(parts)}]"


class Match(NamedTuple):
    """One match: its text, start and end in the subject, and its groups (UNDEFINED for those that took no part)."""

    text: str
    start: int
    end: int
    groups: list[Any]


class Regex(Function):
    """The function that ``/pattern/flags`` is."""

    __slots__ = ("pattern", "source")

    truth = False

    def __init__(self, pattern: re.Pattern[str], source: str) -> None:
        super().__init__(2)
        self.pattern = pattern
        self.source = source

    def call(self, run: Run, args: list[Any], context: Any = None) -> Any:  # noqa: ARG002 - all functions are called alike
        subject = args[0] if args else UNDEFINED
        if type(subject) is not str:
            return UNDEFINED
        return self._answer(self.find(subject))

    def _answer(self, found: Iterator[Match]) -> Any:
        match = next(found, None)
        if match is None:
            return UNDEFINED
        return {
            "match": match.text,
            "start": match.start,
            "end": match.end,
            "groups": match.groups,
            "next": _Next(lambda: self._answer(found)),
        }

    def find(self, subject: str) -> Iterator[Match]:
        """All matches. Raises D1004 when one after the first is empty."""
        found = self.pattern.search(subject)
        while found is not None:
            groups = [UNDEFINED if group is None else group for group in found.groups()]
            yield Match(found.group(), found.start(), found.end(), groups)
            if found.end() >= len(subject):
                return
            found = self.pattern.search(subject, found.end())
            if found is not None and not found.group():
                raise JsonataError("D1004", value=self.source)


class _Next(Function):
    """The ``next`` member of a match."""

    __slots__ = ("_answer",)

    def __init__(self, answer: Callable[[], Any]) -> None:
        super().__init__(0)
        self._answer = answer

    def call(self, run: Run, args: list[Any], context: Any = None) -> Any:  # noqa: ARG002 - all functions are called alike
        return self._answer()


def matches(run: Run, matcher: Function, subject: str) -> Iterator[Match]:
    """All matches that a regex, or a function in its place, finds. Raises T1010 for an answer of the wrong shape."""
    if isinstance(matcher, Regex):
        for match in matcher.find(subject):
            run.spend(2)
            yield match
        return
    answer = matcher.call(run, [subject])
    while answer is not UNDEFINED and answer is not None:
        if type(answer) is not dict:
            raise JsonataError("T1010")
        text, start, end, groups = (answer.get(name, UNDEFINED) for name in ("match", "start", "end", "groups"))
        if type(text) is not str or not is_number(start) or not is_number(end) or not isinstance(groups, list):
            raise JsonataError("T1010")
        yield Match(text, int(start), int(end), groups)
        following = answer.get("next")
        if not isinstance(following, Function):
            return
        answer = following.call(run, [])
