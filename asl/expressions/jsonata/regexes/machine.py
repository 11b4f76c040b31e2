"""A backtracking matcher whose steps are counted, as JavaScript matches. Slower than ``re`` by far, but it always ends.

The tree becomes a list of instructions; what is still to be tried is kept on a list, not on Python's stack. An entry is
``(instruction, position, least, slots)``: to be tried at each position from ``position`` down to ``least``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from asl.expressions.jsonata.regexes.python import captures
from asl.expressions.jsonata.regexes.syntax import Atom, Back, Choice, Edge, Group, Look, Repeat, Series, Tree

if TYPE_CHECKING:
    from asl.expressions.jsonata.run import Run

#: The most instructions of one pattern; counted repeats are written out.
MAX_SIZE: Final = 5_000
#: This many steps cost the evaluation half as many units of work.
_BATCH: Final = 2_048

_CHAR, _MANY, _SPLIT, _JUMP, _SAVE, _EDGE, _BACK, _LOOK, _CLEAR, _PROGRESS, _MATCH = range(11)
_Instruction = tuple[Any, ...]
Slots = tuple[int, ...]


class Machine:
    """A compiled pattern; may be used from several threads."""

    def __init__(self, tree: Tree, groups: int, flags: str) -> None:
        self._flags = re.IGNORECASE if "i" in flags else 0
        self.groups = groups
        self._slots = 2 * groups + 2
        self._program: list[_Instruction] = []
        self._emit(tree)
        self._program.append((_MATCH,))

    def search(self, run: Run, subject: str, start: int) -> tuple[int, int, Slots] | None:
        """The first match from ``start`` on: start, end, and start and end of each group (-1: took no part)."""
        empty = (-1,) * self._slots
        for position in range(start, len(subject) + 1):
            found = _run(self._program, run, subject, position, empty, None)
            if found is not None:
                return position, *found
        return None

    def _add(self, *instruction: Any) -> int:
        if len(self._program) >= MAX_SIZE:
            raise re.error("the regular expression is too large")
        self._program.append(instruction)
        return len(self._program) - 1

    def _test(self, source: str) -> Any:
        return re.compile(source, self._flags).match

    def _emit(self, tree: Tree) -> None:
        match tree:
            case Atom(source):
                self._add(_CHAR, self._test(source))
            case Edge(source):
                self._add(_EDGE, self._test(source))
            case Series(items):
                self._emit_series(items)
            case Choice(options):
                self._emit_choice(options)
            case Repeat():
                self._emit_repeat(tree)
            case Group(item, number):
                if number:
                    self._add(_SAVE, 2 * number)
                self._emit(item)
                if number:
                    self._add(_SAVE, 2 * number + 1)
            case Look(item, behind, negated):
                outer, self._program = self._program, []
                self._emit(item)
                inner, self._program = [*self._program, (_MATCH,)], outer
                self._add(_LOOK, inner, behind, negated)
            case Back(number):
                self._add(_BACK, number, bool(self._flags))

    def _emit_series(self, items: tuple[Tree, ...]) -> None:
        for item in items:
            self._emit(item)

    def _emit_choice(self, options: tuple[Tree, ...]) -> None:
        jumps = []
        for option in options[:-1]:
            split = self._add(_SPLIT)
            self._emit(option)
            jumps.append(self._add(_JUMP))
            self._program[split] = (_SPLIT, split + 1, len(self._program))
        self._emit(options[-1])
        for jump in jumps:
            self._program[jump] = (_JUMP, len(self._program))

    def _emit_repeat(self, repeat: Repeat) -> None:
        if isinstance(repeat.item, Atom) and not repeat.lazy:
            most = "" if repeat.most is None else repeat.most
            self._add(_MANY, self._test(f"(?:{repeat.item.source}){{{repeat.least},{most}}}"), repeat.least)
            return
        for _ in range(repeat.least):
            self._turn(repeat.item)
        splits = []
        if repeat.most is None:
            splits.append(self._optional(repeat))
            self._add(_JUMP, splits[0])
        splits += [self._optional(repeat) for _ in range((repeat.most or 0) - repeat.least)]
        for split in splits:
            ways = (split + 1, len(self._program))
            self._program[split] = (_SPLIT, *(reversed(ways) if repeat.lazy else ways))

    def _turn(self, item: Tree) -> None:
        inside = captures(item)
        if inside:
            self._add(_CLEAR, frozenset(slot for number in inside for slot in (2 * number, 2 * number + 1)))
        self._emit(item)

    def _optional(self, repeat: Repeat) -> int:
        """One turn that may be left out, and that must not be empty; the index of its split, still to be filled in."""
        split = self._add(_SPLIT)
        register = self._slots
        self._slots += 1
        self._add(_SAVE, register)
        self._turn(repeat.item)
        self._add(_PROGRESS, register)
        return split


def _run(  # noqa: PLR0912 - one loop: to call a function for each step would cost more than the step
    program: list[_Instruction], run: Run, subject: str, position: int, slots: Slots, end: int | None
) -> tuple[int, Slots] | None:
    """Match from ``position`` on: where it ends and the slots. ``end``: where it must end, None for anywhere."""
    length = len(subject)
    waiting: list[tuple[int, int, int, Slots]] = []
    counter = 0
    steps = 0
    while True:
        steps += 1
        if steps % _BATCH == 0:
            run.spend(_BATCH // 2)
        instruction = program[counter]
        operation = instruction[0]
        good = True
        if operation == _CHAR:
            good = position < length and instruction[1](subject, position) is not None
            position += 1
            counter += 1
        elif operation == _SPLIT:
            waiting.append((instruction[2], position, position, slots))
            counter = instruction[1]
        elif operation == _JUMP:
            counter = instruction[1]
        elif operation == _MANY:
            many = instruction[1](subject, position)
            counter += 1
            if many is None:
                good = False
            else:
                least = position + instruction[2]
                position = many.end()
                if position > least:
                    waiting.append((counter, position - 1, least, slots))
        elif operation == _SAVE:
            slot = instruction[1]
            slots = (*slots[:slot], position, *slots[slot + 1 :])
            counter += 1
        elif operation == _MATCH:
            if end is None or position == end:
                run.spend((steps % _BATCH) // 2)
                return position, slots
            good = False
        else:
            counter += 1
            good, position, slots = _rare(instruction, run, subject, position, slots)
        if not good:
            if not waiting:
                run.spend((steps % _BATCH) // 2)
                return None
            counter, position, least, slots = waiting.pop()
            if position > least:
                waiting.append((counter, position - 1, least, slots))


def _rare(instruction: _Instruction, run: Run, subject: str, position: int, slots: Slots) -> tuple[bool, int, Slots]:
    """The other instructions: whether they succeed, and the position and slots after them."""
    operation = instruction[0]
    if operation == _EDGE:
        return instruction[1](subject, position) is not None, position, slots
    if operation == _PROGRESS:
        return slots[instruction[1]] != position, position, slots
    if operation == _CLEAR:
        return True, position, tuple(-1 if slot in instruction[1] else value for slot, value in enumerate(slots))
    if operation == _BACK:
        start, end = slots[2 * instruction[1] : 2 * instruction[1] + 2]
        if start < 0 or end < start:
            return True, position, slots
        said, here = subject[start:end], subject[position : position + end - start]
        same = said == here or (instruction[2] and said.lower() == here.lower())
        return same, position + end - start, slots
    _, program, behind, negated = instruction
    found = None
    for start in range(position, -1, -1) if behind else (position,):
        found = _run(program, run, subject, start, slots, position if behind else None)
        if found is not None:
            break
    if negated:
        return found is None, position, slots
    return found is not None, position, slots if found is None else found[1]
