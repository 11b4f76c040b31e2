"""A definition's text: read once, strictly, with the place of every value.

Never raises for what a text contains: what is wrong with it stands in ``problems``. Positions are found by one more
pass, when first asked for.
"""

from __future__ import annotations

import json
import math
import os
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

from asl import jsontext
from asl.errors import DefinitionError
from asl.syntax.diagnostics import Diagnostic, in_order
from asl.syntax.placeholders import quoted_placeholders
from asl.syntax.positions import Lines, Places, Repeated, scan, too_deep, words

if TYPE_CHECKING:
    from pathlib import Path

#: how many objects and arrays may stand inside each other
MAX_DEPTH = 200

# how Python's surrogateescape keeps the bytes that are no UTF-8
_NOT_UTF8 = "[\udc80-\udcff]"
_YAML_SUFFIXES = (".yaml", ".yml")


class Source:
    """The text of one definition.

    ``tree``      plain Python values; None if the text can't be read (see ``readable``)
    ``problems``  what is wrong with the text itself, in document order
    ``readable``  whether there is a tree

    ``placeholders``: what a deployment tool fills in later (``${Name}``) is left open, see ``asl.syntax.placeholders``.
    ``short_forms``: the text is a YAML template with CloudFormation's tags.
    The format goes by ``is_yaml``; without it by the name: ``.yaml`` and ``.yml`` are YAML, everything else is JSON.
    """

    def __init__(
        self,
        text: str,
        name: str = "<text>",
        *,
        placeholders: bool = False,
        short_forms: bool = False,
        is_yaml: bool | None = None,
    ) -> None:
        self.text = text
        self.placeholders = placeholders
        self._read_text = text
        self.short_forms = short_forms
        self.name = name
        self.has_positions = True
        self.tree: Any = None
        self.readable = False
        self.problems: list[Diagnostic] = []
        self._places: Places | None = None
        if name.lower().endswith(_YAML_SUFFIXES) if is_yaml is None else is_yaml:
            self._read_yaml()
        else:
            self._read_json()

    @classmethod
    def from_path(cls, path: str | Path, *, placeholders: bool = False) -> Source:
        """The definition in a file. Raises DefinitionError if the file can't be read."""
        try:
            with open(os.fspath(path), "rb") as file:
                data = file.read()
        except (OSError, ValueError) as problem:  # ValueError: a NUL in the path
            reason = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
            raise DefinitionError(f"can't read {str(path)!r}: {reason}") from None
        return cls.from_bytes(data, str(path), placeholders=placeholders)

    @classmethod
    def from_bytes(cls, data: bytes, name: str = "<bytes>", *, placeholders: bool = False) -> Source:
        """The definition in any bytes; those that are no UTF-8 become a problem, not an exception."""
        return cls(data.decode("utf-8", "surrogateescape"), name, placeholders=placeholders)

    @classmethod
    def from_value(cls, value: Any, name: str = "<value>", *, placeholders: bool = False) -> Source:
        """A definition given as Python values. It is copied; its diagnostics have no line and column."""
        try:
            source = cls(jsontext.encode(value), name, placeholders=placeholders)
        except jsontext.NotJSON as problem:
            source = cls("null", name)
            source.tree, source.readable = None, False
            source.problems = [Diagnostic("ASL101", f"The definition is not JSON: {problem}", source=source, offset=0)]
        source.has_positions = False
        return source

    def position(self, pointer: str, *, key: bool = False) -> tuple[int, int]:
        """Line and column (1-based, in characters) of the value at a pointer, or of its name with ``key``.

        A pointer that leads nowhere stands for the nearest value around it.
        """
        return self.line_column(self.offset(pointer, key=key))

    def offset(self, pointer: str, *, key: bool = False) -> int:
        """Like ``position``, as an offset into ``text``."""
        places = self._all_places
        if key and pointer in places.keys:
            return places.keys[pointer]
        while pointer not in places.values and pointer:
            pointer = pointer.rpartition("/")[0]
        return places.values.get(pointer, 0)

    def offset_inside(self, pointer: str, index: int) -> int:
        """The offset of a character of the string at a pointer, ``index`` counted in the string's value."""
        from asl.syntax.strings import offset_in_string

        if pointer not in self._all_places.values:
            return self.offset(pointer)
        return offset_in_string(self.text, self._all_places.values[pointer], index)

    def line_column(self, offset: int) -> tuple[int, int]:
        return self._lines.line_column(offset)

    def line_text(self, line: int) -> str:
        return self._lines.text(line)

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.text)

    @property
    def _all_places(self) -> Places:
        if self._places is None:
            self._places = scan(self._read_text) if self.readable else Places()
        return self._places

    def _in_file(self, offset: int) -> int:
        """A place of the text as a place of the file; a definition inside a template has its own answer."""
        return offset

    def _problem(self, rule: str, message: str, offset: int, hint: str = "") -> None:
        self.problems.append(Diagnostic(rule, message, source=self, hint=hint, offset=offset))

    def _encoding_is_wrong(self) -> bool:
        if self.text.isascii():
            return False
        wrong = re.search(_NOT_UTF8, self.text)
        if wrong is not None:
            self._problem("ASL104", "The text is not UTF-8", wrong.start(), "save the file as UTF-8")
            return True
        if self.text.startswith("\ufeff"):
            hint = "save the file as UTF-8 without a byte order mark"
            self._problem("ASL105", "The text begins with a byte order mark (BOM)", 0, hint)
            return True
        return False

    def _read_json(self) -> None:
        if self._encoding_is_wrong():
            return
        offset = too_deep(self.text, MAX_DEPTH)
        if offset is not None:
            self._problem("ASL107", f"The definition is nested more than {MAX_DEPTH} levels deep", offset)
            return
        if self.placeholders:
            self._read_text = quoted_placeholders(self.text) or self.text
        repeats = False

        def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
            nonlocal repeats
            members = dict(items)
            repeats = repeats or len(members) != len(items)
            return members

        try:
            self.tree = json.loads(
                self._read_text,
                object_pairs_hook=pairs,
                parse_constant=_refuse_number,
                parse_float=_finite,
                parse_int=_whole,
            )
        except json.JSONDecodeError as problem:
            self._report_broken(problem)
            return
        except _NumberError as problem:
            # the scan knows strings from numbers, so that a string that reads the same isn't taken for it
            number = str(problem)
            message = f"{number if len(number) <= 40 else number[:37] + '...'} is not a number that JSON can hold"
            self._problem("ASL106", message, _number_offset(self.text, number))
            return
        self.readable = True
        if repeats:
            self._report_repeated(self._all_places.repeated)

    def _report_broken(self, problem: json.JSONDecodeError) -> None:
        from asl.syntax.json_help import explain

        offset, message, hint = explain(self.text, problem)
        rule = "ASL101" if self.text.strip() else "ASL102"
        self._problem(rule, message, offset, hint)

    def _report_repeated(self, repeated: list[Repeated]) -> None:
        for repeat in repeated:
            line, column = self.line_column(self._in_file(repeat.first))
            hint = f"the first stands at line {line}, column {column}"
            self.problems.append(
                Diagnostic(
                    "ASL103", f"Duplicate field '{repeat.name}'", repeat.pointer, self, hint, offset=repeat.offset
                )
            )

    def _read_yaml(self) -> None:
        from asl.syntax.yaml_tree import read_yaml

        if self._encoding_is_wrong():
            return
        if not self.text.strip():
            self._problem("ASL102", "Definition must be a valid JSON object", 0, "the text is empty")
            return
        result = read_yaml(self.text, MAX_DEPTH, short_forms=self.short_forms)
        self._places = result.places
        self.readable = result.readable
        self.tree = result.tree
        for rule, message, offset, hint in result.problems:
            self._problem(rule, message, offset, hint)
        self._report_repeated(result.places.repeated)
        self.problems = in_order(self.problems)


class _NumberError(Exception):
    """A number that is not JSON, or that no double can hold; ``str()`` is its text."""


def _refuse_number(text: str) -> NoReturn:
    raise _NumberError(text)


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _refuse_number(text)


def _whole(text: str) -> int:
    # a double ends at 309 digits; Python itself refuses to read integers of more than 4,300
    return int(text) if len(text) <= 309 else _refuse_number(text)


def _number_offset(text: str, number: str) -> int:
    return next((offset for offset, word in words(text) if word == number), 0)
