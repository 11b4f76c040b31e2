"""Edits that cure a finding without a doubt about what was meant.

    ASL309  "End": false beside Next        remove it
    ASL406  "a": "$.b"                      "a.$": "$.b"
    ASL204  "TimeoutSeconds": "30"          without the quotes
    ASL105  a byte order mark               remove it

An edit is made in the file as it is written, JSON or YAML, and only where the finding's place is exactly one token
there. A definition that is text inside another file's string is left to people.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from asl.syntax.templates.embedded import EmbeddedText

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from asl.syntax.diagnostics import Diagnostic

_KEY = r"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|[A-Za-z_][\w.-]*(?=\s*:)"
_QUOTED_LITERAL = r"([\"'])(-?\d+(?:\.\d+)?|true|false)\1"
# with the comma that is too many afterwards, or alone on its line in YAML
_END_FALSE = r"\"End\"\s*:\s*false\s*,[ \t]*"
_LAST_END_FALSE = r",\s*\"End\"\s*:\s*false(?=\s*\})"
_YAML_END_FALSE = r"(?m)^[ \t]*End:[ \t]*false[ \t]*(?:#.*)?\n"


class Edit(NamedTuple):
    """Characters ``begin`` to ``end`` of the file become ``text``."""

    begin: int
    end: int
    text: str


def edit_for(finding: Diagnostic, text: str) -> Edit | None:
    """The edit that cures a finding in its file's ``text``; None if there is none without a doubt."""
    cure = _CURES.get(finding.rule)
    if cure is None or finding.source is None or isinstance(finding.source, EmbeddedText):
        return None
    return cure(finding, text)


def fixed(text: str, findings: Iterable[Diagnostic]) -> tuple[str, int]:
    """The text with all edits made, and how many they are. Edits that overlap an earlier one wait for the next time."""
    edits = sorted({edit for finding in findings if (edit := edit_for(finding, text)) is not None})
    pieces: list[str] = []
    position = count = 0
    for edit in edits:
        if edit.begin < position:
            continue
        pieces += [text[position : edit.begin], edit.text]
        position = edit.end
        count += 1
    return "".join([*pieces, text[position:]]), count


def _add_suffix(finding: Diagnostic, text: str) -> Edit | None:
    assert finding.source is not None
    begin = finding.source.offset(finding.pointer, key=True)
    key = re.compile(_KEY).match(text, begin)
    if key is None:
        return None
    word = key.group()
    return Edit(begin, key.end(), f"{word[:-1]}.${word[-1]}" if word[0] in "\"'" else f"{word}.$")


def _unquote(finding: Diagnostic, text: str) -> Edit | None:
    if not finding.hint.startswith("write it without quotes"):
        return None
    quoted = re.compile(_QUOTED_LITERAL).match(text, finding.order)
    return Edit(quoted.start(), quoted.end(), quoted[2]) if quoted is not None else None


def _remove_end(finding: Diagnostic, text: str) -> Edit | None:
    """With its comma; with its line if it has one of its own."""
    begin = finding.order
    line_begin = text.rfind("\n", 0, begin) + 1
    alone = not text[line_begin:begin].strip()
    followed = re.compile(_END_FALSE).match(text, begin)
    if followed is not None:
        if text[followed.end() : followed.end() + 1] not in ("\n", "\r"):
            return Edit(begin, followed.end(), "")
        if alone:
            return Edit(line_begin, text.find("\n", followed.end()) + 1, "")
        return Edit(len(text[:begin].rstrip()), followed.end(), "")
    comma = len(text[:begin].rstrip()) - 1
    for pattern, start in ((_LAST_END_FALSE, comma), (_YAML_END_FALSE, line_begin)):
        match = re.compile(pattern).match(text, max(start, 0))
        if match is not None:
            return Edit(match.start(), match.end(), "")
    return None


def _remove_mark(_finding: Diagnostic, text: str) -> Edit | None:
    return Edit(0, 1, "") if text.startswith("\ufeff") else None


_CURES: dict[str, Callable[[Diagnostic, str], Edit | None]] = {
    "ASL105": _remove_mark,
    "ASL204": _unquote,
    "ASL309": _remove_end,
    "ASL406": _add_suffix,
}
