"""Writing lines for people: glyphs and colours where the stream shows them, plain ASCII where it doesn't.

ANSI codes by hand rather than rich: importing rich takes longer than running a small state machine. Everything that
comes from a definition, an input or a handler goes through ``clean`` before it reaches a terminal.
"""

from __future__ import annotations

import io
import os
import re
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable

_CODES = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "magenta": "35",
    "cyan": "36",
    "bold red": "1;31",
    "bold green": "1;32",
    "bold yellow": "1;33",
}

#: sign -> (on a terminal, in plain text, colour)
_SIGNS = {
    "succeeded": ("✔", "ok", "green"),
    "caught": ("⚠", "caught", "yellow"),
    "failed": ("✖", "FAILED", "bold red"),
    "aborted": ("◌", "aborted", "dim"),
    "timed out": ("⏱", "TIMED OUT", "bold red"),
    "running": ("◌", "running", "cyan"),
    "open": ("▸", ">", "cyan"),
    "retry": ("↻", "retry", "yellow"),
    "catch": ("⚡ ", "", "red"),
    "arrow": ("→", "->", ""),
    "more": ("…", "...", ""),
    "inside": ("›", ">", "dim"),
    "guide": ("│  ", "|  ", "dim"),
    "branch": ("├─ ", "|- ", "dim"),
    "last": ("╰─ ", "`- ", "dim"),
}

#: Control characters (a name could move the cursor or rename the window), and marks that reverse the text's direction.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_UNSAFE_BUT_NEWLINE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_ESCAPES = re.compile("\x1b\\[[0-9;]*m")


def clean(text: str) -> str:
    """``text`` on one line, with every character that a terminal might obey written as its escape."""
    return _UNSAFE.sub(_escaped, text)


def clean_lines(text: str) -> list[str]:
    """Like ``clean``, but the text keeps its lines and tabs."""
    return _UNSAFE_BUT_NEWLINE.sub(_escaped, text.replace("\r\n", "\n")).split("\n")


def _escaped(found: re.Match[str]) -> str:
    return repr(found[0])[1:-1]


def shorten(text: str, width: int) -> str:
    """``text`` on one line of at most ``width`` characters."""
    line = clean(text[: width + 1].replace("\n", " "))
    return line if len(line) <= width else line[: width - 1] + "…"


def duration(milliseconds: int) -> str:
    """A length of time in the two units that matter: 408 ms, 2.3 s, 1 min 20 s, 3 h 5 min, 12 d 4 h."""
    if milliseconds < 1000:
        return f"{milliseconds} ms"
    seconds = milliseconds / 1000
    if seconds < 59.95:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    whole = round(seconds)
    for size, unit, smaller, smaller_unit in ((86_400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            rest = whole % size // smaller
            return f"{whole // size} {unit}" + (f" {rest} {smaller_unit}" if rest else "")
    return f"{whole} s"


class Screen:
    """One output stream: complete lines, and below them, on a terminal, one line that says what is running now."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._unicode = self._terminal and _is_unicode(stream)
        self._colour = self._terminal and not os.environ.get("NO_COLOR")
        self._status = ""
        tolerate(stream)

    @property
    def live(self) -> bool:
        """Whether a status line is shown."""
        return self._terminal

    @property
    def glyphs(self) -> bool:
        """Whether signs are glyphs; else they are words."""
        return self._unicode

    def paint(self, text: str, colour: str) -> str:
        return f"\x1b[{_CODES[colour]}m{text}\x1b[0m" if self._colour and colour else text

    def sign(self, name: str) -> str:
        """A glyph in its colour, or a word where only ASCII is certain to be shown."""
        glyph, word, colour = _SIGNS[name]
        return self.paint(glyph if self._unicode else word, colour)

    def mark(self, name: str) -> str:
        """Like ``sign``, at the start of a line: words are filled up to one width."""
        return self.sign(name) if self._unicode else self.sign(name).ljust(7)

    def text(self, text: str) -> str:
        """Text of our own with the arrows and dots that the stream can show."""
        return text if self._unicode else text.replace("→", "->").replace("…", "...")

    def lines(self, lines: Iterable[str], status: str = "") -> None:
        """Write finished lines, and what is running now below them (nothing, if it isn't a terminal)."""
        written = "".join(f"{line}\n" for line in lines)
        status = self._fitted(status) if self._terminal else ""
        if not written and status == self._status:
            return
        erase = "\r\x1b[K" if self._status else ""
        self._status = status
        self._stream.write(erase + written + status)
        self._stream.flush()

    def _fitted(self, status: str) -> str:
        """The status line must not wrap: it couldn't be taken back."""
        from shutil import get_terminal_size  # loads three libraries of compression

        width = get_terminal_size().columns - 1
        if len(_ESCAPES.sub("", status)) <= width and status.isascii():
            return status
        fitted, room, at = [], width, 0
        while at < len(status):
            escape = _ESCAPES.match(status, at)
            if escape:
                fitted.append(escape[0])
                at = escape.end()
                continue
            room -= _cells(status[at])
            if room < 0:
                break
            fitted.append(status[at])
            at += 1
        return "".join(fitted) + ("\x1b[0m" if self._colour else "")


class Beside(io.TextIOBase):
    """Where handlers print: on stderr, so that stdout holds nothing but results, and above the status line."""

    def __init__(self, stream: TextIO, screen: Screen | None) -> None:
        self._beside = stream
        self._screen = screen

    def writable(self) -> bool:
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]  # read-only is all a writer needs
        return self._beside.encoding

    def fileno(self) -> int:
        return self._beside.fileno()

    def isatty(self) -> bool:
        return self._beside.isatty()

    def write(self, text: str) -> int:
        if self._screen is not None:
            self._screen.lines(())
        return self._beside.write(text)

    def flush(self) -> None:
        self._beside.flush()


def tolerate(stream: TextIO) -> None:
    """A character which the stream's encoding doesn't have is written as an escape instead of failing the command."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")


def forget(stream: TextIO) -> None:
    """Nobody reads it any more: let what is still buffered, and all that comes, go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def write_json(stream: TextIO, text: str) -> None:
    """JSON text on a line of its own; what the stream can't encode is written as a JSON escape."""
    if not _is_unicode(stream) or _has_surrogates(text):
        text = "".join(char if char.isascii() else _json_escape(char) for char in text)
    stream.write(text + "\n")


def _json_escape(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _has_surrogates(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _is_unicode(stream: TextIO) -> bool:
    return (getattr(stream, "encoding", None) or "").lower().replace("-", "").startswith("utf")


def cells(text: str) -> int:
    """How many columns a text takes."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(char: str) -> int:
    """How many columns a character takes."""
    if char.isascii():
        return 1
    import unicodedata

    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def standard_error() -> TextIO:
    """stderr, or a sink if the process was started without one."""
    return sys.stderr if sys.stderr is not None else io.StringIO()
