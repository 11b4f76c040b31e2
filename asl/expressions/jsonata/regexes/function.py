"""The function that a ``/regex/`` is.

A regex is a function of a string that finds the first match; what it answers knows how to find the next one. Functions
written by the user may play the same part, so the string functions take matches from ``matches`` alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from asl.expressions.jsonata.errors import JsonataError
from asl.expressions.jsonata.regexes.machine import Machine
from asl.expressions.jsonata.regexes.python import compile_python, hazard
from asl.expressions.jsonata.regexes.syntax import parse_regex
from asl.expressions.jsonata.values import UNDEFINED, Function, is_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from asl.expressions.jsonata.run import Run

#: With this many characters to look at in the worst case, the counted machine takes over from ``re``.
_MANY_STEPS: Final = 20_000_000


class Match(NamedTuple):
    """One match: its text, start and end in the subject, and its groups (UNDEFINED for those that took no part)."""

    text: str
    start: int
    end: int
    groups: list[Any]


class Regex(Function):
    """The function that ``/pattern/flags`` is."""

    __slots__ = ("_longest", "_machine", "_pattern", "source")

    truth = False

    def __init__(self, source: str, flags: str) -> None:
        """Raises re.error for what is no regular expression of JavaScript."""
        super().__init__(2)
        self.source = source
        tree, groups = parse_regex(source, "m" in flags)
        self._pattern = compile_python(tree, flags)
        degree = hazard(tree)
        self._longest = _MANY_STEPS ** (1 / (degree + 1)) if self._pattern is not None else -1
        # made at once, so that what the machine can't do is refused when the expression is compiled
        self._machine = Machine(tree, groups, flags) if degree > 0 or self._pattern is None else None

    def call(self, run: Run, args: list[Any], context: Any = None) -> Any:
        subject = args[0] if args else UNDEFINED
        if type(subject) is not str:
            return UNDEFINED
        return self._answer(self.find(run, subject))

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

    def find(self, run: Run, subject: str) -> Iterator[Match]:
        """All matches. Raises D1004 when one after the first is empty, LimitError when it takes too long."""
        found = self._search(run, subject, 0)
        while found is not None:
            yield found
            if found.end >= len(subject):
                return
            found = self._search(run, subject, found.end)
            if found is not None and not found.text:
                raise JsonataError("D1004", value=self.source)

    def _search(self, run: Run, subject: str, start: int) -> Match | None:
        if self._machine is not None and len(subject) > self._longest:
            result = self._machine.search(run, subject, start)
            if result is None:
                return None
            first, last, slots = result
            spans = [slots[slot : slot + 2] for slot in range(2, 2 * self._machine.groups + 2, 2)]
            groups = [subject[span[0] : span[1]] if span[0] >= 0 <= span[1] else UNDEFINED for span in spans]
            return Match(subject[first:last], first, last, groups)
        found = self._pattern.search(subject, start) if self._pattern is not None else None
        if found is None:
            return None
        groups = [UNDEFINED if group is None else group for group in found.groups()]
        return Match(found.group(), found.start(), found.end(), groups)


class _Next(Function):
    """The ``next`` member of a match."""

    __slots__ = ("_answer",)

    def __init__(self, answer: Callable[[], Any]) -> None:
        super().__init__(0)
        self._answer = answer

    def call(self, run: Run, args: list[Any], context: Any = None) -> Any:
        return self._answer()


def matches(run: Run, matcher: Function, subject: str) -> Iterator[Match]:
    """All matches that a regex, or a function in its place, finds. Raises T1010 for an answer of the wrong shape."""
    if isinstance(matcher, Regex):
        for match in matcher.find(run, subject):
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
