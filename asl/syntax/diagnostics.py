"""A finding about a definition, how it is shown, and the collector that gathers findings in document order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from asl.syntax.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asl.syntax.rules import Severity
    from asl.syntax.source import Source


class Diagnostic(NamedTuple):
    """One finding.

    ``rule``     id of the rule, e.g. "ASL302"
    ``message``  what is wrong; AWS's own words where they are recorded
    ``pointer``  RFC 6901 pointer to the place ("" is the whole document)
    ``source``   the text it was found in
    ``hint``     the way out, if one is known
    ``at_key``   point at the field's name rather than at its value
    ``offset``   place in a text that has no tree (broken JSON); else None
    ``inside``   place within the string at ``pointer``, in characters of its value; None is the string as a whole
    """

    rule: str
    message: str
    pointer: str = ""
    source: Source | None = None
    hint: str = ""
    at_key: bool = False
    offset: int | None = None
    inside: int | None = None

    @property
    def severity(self) -> Severity:
        return RULES[self.rule].severity

    @property
    def order(self) -> int:
        """Place in the document as an offset into its text; 0 without one."""
        if self.offset is not None:
            return self.offset
        if self.source is None:
            return 0
        if self.inside is not None:
            return self.source.offset_inside(self.pointer, self.inside)
        return self.source.offset(self.pointer, key=self.at_key)

    @property
    def line(self) -> int | None:
        """1-based; None if the definition was given as a value."""
        return self._place()[0]

    @property
    def column(self) -> int | None:
        """1-based, in characters; None if the definition was given as a value."""
        return self._place()[1]

    def _place(self) -> tuple[int, int] | tuple[None, None]:
        if self.source is None or not self.source.has_positions:
            return None, None
        return self.source.line_column(self.order)

    @property
    def aws_code(self) -> str | None:
        return RULES[self.rule].aws_code

    @property
    def aws_location(self) -> str | None:
        """The place as AWS writes it: ``/States/Fork/Branches[0]/States/Inner``, ``/`` for the document's own fields.

        None where AWS gives none: the text itself is not a state machine. For broken JSON it is its parser's place.
        """
        if self.aws_code == "INVALID_JSON_DESCRIPTION" and self.source is not None:
            return self._json_location(self.source)
        if self.source is None or not isinstance(self.source.tree, dict):
            return None
        pointer = self.pointer.rpartition("/")[0] if RULES[self.rule].aws_at_parent else self.pointer
        return aws_location(pointer, self.source.tree)

    def _json_location(self, source: Source) -> str | None:
        """As recorded: ``[Source: (String)"not a definition"; line: 1, column: 4]``, behind the word it stumbled
        over.
        """
        line, column = self._place()
        if line is None or column is None:
            return None
        word = self.message.partition("'")[2].partition("'")[0] if self.message.startswith("Unrecognized") else ""
        text = source.text
        excerpt = text if len(text) <= 500 else f"{text[:500]}[truncated {len(text) - 500} chars]"
        return f'[Source: (String)"{excerpt}"; line: {line}, column: {column + len(word)}]'

    def format(self, *, snippet: bool = False) -> str:
        """``file:line:col: ASL302 error: message``; with ``snippet`` the source line and a caret below it.

        Unprintable characters of the definition are shown as escapes, so that no text of it reaches a terminal raw.
        """
        line, column = self._place()
        name = self.source.name if self.source is not None else "<definition>"
        where = f"{name}:{line}:{column}" if line is not None else name
        place = f" at {self.pointer or '/'}" if line is None else ""
        message = f"{self.message.rstrip(' .')}{place}; {self.hint}" if self.hint else f"{self.message.rstrip()}{place}"
        text = printable(f"{where}: {self.rule} {self.severity}: {message}")
        return f"{text}\n{self.snippet()}" if snippet and line is not None else text

    def snippet(self, width: int = 100) -> str:
        """The source line and a caret under the place, cut to a window if it is long. "" without positions."""
        line, column = self._place()
        if self.source is None or line is None or column is None:
            return ""
        text = self.source.line_text(line)
        start = max(0, column - 1 - width // 2) if len(text) > width else 0
        before = printable(text[start : column - 1].expandtabs(1))
        after = printable(text[column - 1 : start + width].expandtabs(1))
        gutter = f"{line:>5} | "
        return f"{gutter}{before}{after}\n{' ' * (len(gutter) - 2)}| {' ' * len(before)}^"


_MAX_SUGGESTIONS = 100


class Findings:
    """Collects diagnostics about one source; ``in_order()`` gives them in document order."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._found: list[Diagnostic] = []
        self._suggestions = 0

    def add(
        self, rule: str, pointer: str, message: str, hint: str = "", *, key: bool = False, inside: int | None = None
    ) -> None:
        """Report at the value at ``pointer``, at its name with ``key``, or at a character ``inside`` that string."""
        self._found.append(Diagnostic(rule, message, pointer, self.source, hint, key, None, inside))

    @property
    def has_errors(self) -> bool:
        """Whether an error was found: then what follows from the definition is anybody's guess."""
        return any(found.severity == "error" for found in self._found)

    def suggest(self, name: str, known: Iterable[str]) -> str:
        """``did_you_mean``, for the first findings only: comparing names costs time, and nobody reads the hundredth."""
        if self._suggestions >= _MAX_SUGGESTIONS:
            return ""
        self._suggestions += 1
        return did_you_mean(name, known)

    def in_order(self) -> list[Diagnostic]:
        return in_order(self._found)


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """By place in the document; at the same place by rule, then as found."""
    return sorted(diagnostics, key=lambda diagnostic: (diagnostic.order, diagnostic.rule))


def child(pointer: str, token: str | int) -> str:
    """The pointer one step further down (RFC 6901: ``~`` is written ``~0``, ``/`` is written ``~1``)."""
    if isinstance(token, int):
        return f"{pointer}/{token}"
    return f"{pointer}/{token.replace('~', '~0').replace('/', '~1')}"


def tokens(pointer: str) -> list[str]:
    """The unescaped steps of a pointer."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def aws_location(pointer: str, tree: Any) -> str:
    """A pointer as AWS writes locations: array positions as ``[i]``, names as they are."""
    text = ""
    for token in tokens(pointer):
        if isinstance(tree, list) and token.isdecimal():
            text += f"[{token}]"
            tree = tree[int(token)] if int(token) < len(tree) else None
        else:
            text += f"/{token}"
            tree = tree.get(token) if isinstance(tree, dict) else None
    return text or "/"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``did you mean 'Next'?`` for the nearest known name, "" if none is near."""
    from difflib import get_close_matches

    candidates = list(known)
    folded = {candidate.casefold(): candidate for candidate in candidates}
    same = folded.get(name.casefold())
    # difflib's work grows with the product of the lengths; names that long are no slip of the pen
    near = [same] if same is not None else get_close_matches(name[:200], candidates[:1000], n=1, cutoff=0.7)
    return f"did you mean '{near[0]}'?" if near else ""


def shown(value: Any) -> str:
    """A JSON value for a message: short, one line."""
    match value:
        case dict():
            return "an object" if value else "an empty object"
        case list():
            return "an array" if value else "an empty array"
        case str():
            return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}..."'
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case _:
            return repr(value)[:60]


def printable(text: str) -> str:
    """The text with control characters, lone surrogates and the like written as escapes."""
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode("ascii") for c in text
    )
