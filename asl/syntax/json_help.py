"""What a person did who wrote broken JSON: the decoder's complaint, turned into the likely slip and its cure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from asl.syntax.positions import open_brackets

if TYPE_CHECKING:
    import json

_WORD = re.compile(r"[^\s{}\[\]:,\"'/#]+")
_PYTHON_WORDS = {"True": "true", "False": "false", "None": "null", "undefined": "null", "nil": "null"}
_CLOSING = {"{": "}", "[": "]"}


def explain(text: str, problem: json.JSONDecodeError) -> tuple[int, str, str]:
    """Offset, message and hint for a text that the JSON decoder refused."""
    if not text.strip():
        return 0, "Definition must be a valid JSON object", "the text is empty"
    offset = problem.pos
    reason = problem.msg
    if offset < len(text) and text[offset] in " \t\r\n" and "control" not in reason:
        offset += len(text[offset:]) - len(text[offset:].lstrip(" \t\r\n"))
    if reason.startswith("Extra data"):
        return _after_the_end(text, offset)
    if reason.startswith("Unterminated string"):
        return offset, "A string has no closing quote", 'add the missing "'
    if reason.startswith("Invalid control character"):
        return (
            offset,
            "A string contains a line break or another control character",
            r"write it as an escape such as \n",
        )
    if "escape" in reason:
        return offset, "A string contains an invalid escape", r"a backslash itself is written \\"
    return _unexpected(text, offset, reason)


def _after_the_end(text: str, offset: int) -> tuple[int, str, str]:
    if text[offset] in ("/", "#"):
        return offset, "JSON has no comments", 'remove it, or use a "Comment" field'
    if text[0] not in "{[" and (word := _WORD.match(text)) is not None:
        return 0, _unrecognized(word.group()), ""
    return offset, "The JSON text goes on after its end", "remove what follows, or a closing bracket too many before it"


def _unexpected(text: str, offset: int, reason: str) -> tuple[int, str, str]:
    character = text[offset] if offset < len(text) else ""
    before = len(text[:offset].rstrip()) - 1
    follows_comma = before >= 0 and text[before] == ","
    if "trailing comma" in reason or (follows_comma and character in ("}", "]") and character):
        comma = offset if character == "," else before
        return comma, "A comma stands after the last element", "remove the trailing comma"
    if not character:
        return _ends_early(text, before)
    if character == "'":
        return offset, "JSON strings stand in double quotes", "write \" instead of '"
    if character in ("/", "#"):
        return offset, "JSON has no comments", 'remove it, or use a "Comment" field'
    if "',' delimiter" in reason:
        return max(before, 0), "A comma is missing between two elements", "add a comma here"
    if "':' delimiter" in reason:
        return offset, "A colon is missing between a name and its value", ""
    word = _WORD.match(text, offset)
    if "property name" in reason:
        if word is not None:
            return offset, "A name must stand in double quotes", f'write "{word.group()[:60]}"'
        return offset, f"A name in double quotes was expected, but found {character!r}", ""
    if word is not None:
        python = _PYTHON_WORDS.get(word.group())
        return offset, _unrecognized(word.group()), f"write {python}" if python else "a string stands in double quotes"
    return offset, f"A value was expected, but found {character!r}", ""


def _unrecognized(word: str) -> str:
    return (
        f"Unrecognized token '{word[:60]}': was expecting"
        " (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
    )


def _ends_early(text: str, last: int) -> tuple[int, str, str]:
    unclosed = open_brackets(text)
    missing = "".join(_CLOSING[bracket] for bracket in reversed(unclosed))
    return max(last, 0), "The text ends too early", f"missing at the end: {missing}" if missing else ""
