"""A definition inside another file: its tree is its own, its places are those of the file that the user edits."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any, NamedTuple

from asl import jsontext
from asl.syntax.source import Source
from asl.syntax.strings import offset_in_string

if TYPE_CHECKING:
    from collections.abc import Sequence


class Piece(NamedTuple):
    """Some characters of a definition's text, and the string in the host file that holds them.

    ``begin``: where in that string they begin. ``pointer`` None: they are made up (``${Name}`` for an intrinsic
    function).
    """

    text: str
    pointer: str | None
    begin: int = 0


class EmbeddedText(Source):
    """A definition written as text in a string of the host, or pieced together from several strings of it."""

    def __init__(self, host: Source, pieces: Sequence[Piece], pointer: str) -> None:
        self._host = host
        self._pointer = pointer
        self._pieces = list(pieces)
        self._starts = [0]
        for piece in pieces:
            self._starts.append(self._starts[-1] + len(piece.text))
        super().__init__("".join(piece.text for piece in pieces), host.name, placeholders=True, is_yaml=False)
        self.has_positions = host.has_positions
        self.problems = [
            problem._replace(source=self, offset=self._in_file(problem.offset or 0)) for problem in self.problems
        ]

    def _in_file(self, offset: int) -> int:
        index = min(bisect_right(self._starts, offset) - 1, len(self._pieces) - 1)
        if index < 0:
            return self._host.offset(self._pointer)
        piece = self._pieces[index]
        if piece.pointer is None:
            return self._host.offset(self._pointer)
        return self._host.offset_inside(piece.pointer, piece.begin + offset - self._starts[index])

    def offset(self, pointer: str, *, key: bool = False) -> int:
        return self._in_file(super().offset(pointer, key=key)) if self.readable else self._host.offset(self._pointer)

    def offset_inside(self, pointer: str, index: int) -> int:
        if pointer not in self._all_places.values:
            return self.offset(pointer)
        return self._in_file(offset_in_string(self._read_text, self._all_places.values[pointer], index))

    def line_column(self, offset: int) -> tuple[int, int]:
        return self._host.line_column(offset)

    def line_text(self, line: int) -> str:
        return self._host.line_text(line)


class EmbeddedTree(Source):
    """A definition written as an object of the host."""

    def __init__(self, host: Source, tree: Any, pointer: str) -> None:
        self._host = host
        self._prefix = pointer
        super().__init__("null", host.name, placeholders=True, is_yaml=False)
        self.text = jsontext.encode(tree)
        self.tree = tree
        self.has_positions = host.has_positions

    def offset(self, pointer: str, *, key: bool = False) -> int:
        return self._host.offset(self._prefix + pointer, key=key)

    def offset_inside(self, pointer: str, index: int) -> int:
        return self._host.offset_inside(self._prefix + pointer, index)

    def line_column(self, offset: int) -> tuple[int, int]:
        return self._host.line_column(offset)

    def line_text(self, line: int) -> str:
        return self._host.line_text(line)
