"""The tree of a JavaScript regular expression. Single characters and edges are held as the Python source that tests
them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_LINE_ENDS: Final = "\\n\\r\\u2028\\u2029"
_SPACE: Final = "\\t\\n\\v\\f\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff"
_WORD: Final = "A-Za-z0-9_"
_EDGE: Final = f"(?:(?<![{_WORD}])(?=[{_WORD}])|(?<=[{_WORD}])(?![{_WORD}]))"
_CLASSES: Final = {
    "d": "[0-9]", "D": "[^0-9]", "w": f"[{_WORD}]", "W": f"[^{_WORD}]", "s": f"[{_SPACE}]", "S": f"[^{_SPACE}]",
}  # fmt: skip
_EDGES: Final = {"b": _EDGE, "B": f"(?!{_EDGE})"}
_INSIDE: Final = {"d": "0-9", "D": r"\D", "w": _WORD, "W": r"\W", "s": _SPACE, "S": r"\S", "b": r"\b", "B": "B"}
_COUNT: Final = re.compile(r"\{(\d{1,6})(,?)(\d{0,6})\}")
_NAME: Final = re.compile(r"\(\?<([A-Za-z_][A-Za-z0-9_]*)>")
_BACK_NAME: Final = re.compile(r"\\k<([A-Za-z_][A-Za-z0-9_]*)>")
_CODE: Final = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4})")
_BACK_NUMBER: Final = re.compile(r"\\([1-9][0-9]?)")
_OCTAL: Final = re.compile(r"\\([0-3][0-7]{0,2}|[4-7][0-7]?)")
_LOOKS: Final = {"(?=": (False, False), "(?!": (False, True), "(?<=": (True, False), "(?<!": (True, True)}

#: How deep groups may nest.
MAX_DEPTH: Final = 50


@dataclass(frozen=True, slots=True)
class Atom:
    """One character."""

    source: str


@dataclass(frozen=True, slots=True)
class Edge:
    """A place between characters."""

    source: str


@dataclass(frozen=True, slots=True)
class Series:
    items: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    options: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """``most`` is None without an upper bound."""

    item: Tree
    least: int
    most: int | None
    lazy: bool


@dataclass(frozen=True, slots=True)
class Group:
    """``number`` is 0 for a group that captures nothing."""

    item: Tree
    number: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    item: Tree
    behind: bool
    negated: bool


@dataclass(frozen=True, slots=True)
class Back:
    """What the group ``number`` has matched, once more; nothing if it has matched nothing."""

    number: int


Tree = Atom | Edge | Series | Choice | Repeat | Group | Look | Back


def parse_regex(pattern: str, multiline: bool) -> tuple[Tree, int]:
    """The tree and the number of capturing groups. Raises re.error with a message that names the problem."""
    parser = _Parser(pattern, multiline)
    tree = parser.choice(0)
    if parser.position < len(pattern):
        raise re.error("unbalanced parenthesis")
    return tree, parser.groups


class _Parser:
    def __init__(self, pattern: str, multiline: bool) -> None:
        self.pattern = pattern
        self.position = 0
        self.groups = 0
        self._names: dict[str, int] = {}
        self._all_groups = len(re.findall(r"(?<!\\)\((?!\?)|\(\?<(?![=!])", pattern))
        self._marks: dict[str, Tree] = {
            "^": Edge(f"(?<![^{_LINE_ENDS}])" if multiline else r"\A"),
            "$": Edge(f"(?=[{_LINE_ENDS}]|\\Z)" if multiline else r"\Z"),
            ".": Atom(f"[^{_LINE_ENDS}]"),
        }

    def choice(self, depth: int) -> Tree:
        if depth > MAX_DEPTH:
            raise re.error("groups are nested too deeply")
        options = [self._series(depth)]
        while self._skip("|"):
            options.append(self._series(depth))
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _skip(self, text: str) -> bool:
        if self.pattern.startswith(text, self.position):
            self.position += len(text)
            return True
        return False

    def _series(self, depth: int) -> Tree:
        items: list[Tree] = []
        while self.position < len(self.pattern) and self.pattern[self.position] not in "|)":
            items.append(self._repeated(self._item(depth)))
        return items[0] if len(items) == 1 else Series(tuple(items))

    def _repeated(self, item: Tree) -> Tree:
        mark = self.pattern[self.position : self.position + 1]
        least, most = 0, None
        count = _COUNT.match(self.pattern, self.position)
        if count:
            least = int(count[1])
            most = int(count[3]) if count[3] else None if count[2] else least
            self.position = count.end()
        elif mark and mark in "*+?":
            least, most = int(mark == "+"), 1 if mark == "?" else None
            self.position += 1
        else:
            return item
        if isinstance(item, Edge) or (isinstance(item, Look) and item.behind):
            raise re.error("nothing to repeat")
        if most is not None and most < least:
            raise re.error("numbers out of order in a quantifier")
        lazy = self._skip("?")
        if self.pattern[self.position : self.position + 1] in ("*", "+", "?"):
            raise re.error("nothing to repeat")
        return Repeat(item, least, most, lazy)

    def _item(self, depth: int) -> Tree:
        char = self.pattern[self.position]
        if char == "(":
            return self._group(depth)
        if char == "[":
            return self._class()
        if char == "\\":
            return self._escape()
        if char in "*+?":
            raise re.error("nothing to repeat")
        self.position += 1
        return self._marks[char] if char in self._marks else Atom(re.escape(char))

    def _group(self, depth: int) -> Tree:
        named = _NAME.match(self.pattern, self.position)
        if named:
            self.position = named.end()
            self.groups += 1
            number, name = self.groups, named[1]
            if name in self._names:
                raise re.error("two groups have the same name")
            self._names[name] = number
            return Group(self._closed(depth), number, name)
        for opener, (behind, negated) in _LOOKS.items():
            if self._skip(opener):
                return Look(self._closed(depth), behind, negated)
        if self._skip("(?:"):
            return Group(self._closed(depth), 0)
        if self._skip("(?"):
            raise re.error("invalid group")
        self._skip("(")
        self.groups += 1
        number = self.groups
        return Group(self._closed(depth), number)

    def _closed(self, depth: int) -> Tree:
        tree = self.choice(depth + 1)
        if not self._skip(")"):
            raise re.error("missing ), unterminated group")
        return tree

    def _escape(self) -> Tree:
        named = _BACK_NAME.match(self.pattern, self.position)
        if named and named[1] in self._names:
            self.position = named.end()
            return Back(self._names[named[1]])
        code = _CODE.match(self.pattern, self.position)
        if code:
            self.position = code.end()
            return Atom(code.group())
        number = _BACK_NUMBER.match(self.pattern, self.position)
        if number and int(number[1]) <= self._all_groups:
            self.position = number.end()
            return Back(int(number[1]))
        octal = _OCTAL.match(self.pattern, self.position)
        if octal:
            self.position = octal.end()
            return Atom(f"\\x{int(octal[1], 8):02x}")
        char = self.pattern[self.position + 1 : self.position + 2]
        if char in _EDGES:
            self.position += 2
            return Edge(_EDGES[char])
        return Atom(self._plain_escape(_CLASSES))

    def _plain_escape(self, classes: dict[str, str]) -> str:
        char = self.pattern[self.position + 1 : self.position + 2]
        if not char:
            raise re.error("\\ at the end of the pattern")
        self.position += 2
        if char in classes:
            return classes[char]
        return "\\" + char if char in "tnrvf" else re.escape(char)

    def _class(self) -> Atom:
        self._skip("[")
        negated = self._skip("^")
        parts: list[str] = []
        while not self._skip("]"):
            char = self.pattern[self.position : self.position + 1]
            if not char:
                raise re.error("unterminated character class")
            code = _CODE.match(self.pattern, self.position)
            if code:
                self.position = code.end()
                parts.append(code.group())
            elif char == "\\":
                parts.append(self._plain_escape(_INSIDE))
            else:
                self.position += 1
                parts.append("\\" + char if char in "[&~|" else char)
        if not parts:
            return Atom(r"[\s\S]" if negated else r"(?!)[\s\S]")
        return Atom(f"[{'^' if negated else ''}{''.join(parts)}]")
