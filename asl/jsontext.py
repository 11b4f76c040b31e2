"""JSON text as AWS writes and reads it, and the sizes that AWS limits.

One encoder and one decoder for the whole house, so that a payload has a single spelling: compact (no blanks after
``,`` and ``:``), keys in insertion order, non-ASCII characters as they are. What lives here must stay fast: the encoder
runs once per state boundary.
"""

from __future__ import annotations

import json
from json import encoder as _encoder
from json.scanner import make_scanner
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: The largest payload of a state, task or execution, in UTF-8 bytes of its JSON text (256 KiB).
PAYLOAD_LIMIT = 262_144


class NotJSON(ValueError):
    """A value can't be written as JSON, or a text isn't JSON. ``str()`` says what and where, in one line."""


def _refuse(value: object) -> NoReturn:
    raise NotJSON(f"a value of type {type(value).__name__} is not JSON: {_short(value)}")


def _short(value: object) -> str:
    try:
        text = repr(value)
    except Exception as problem:  # noqa: BLE001 - a broken __repr__ of a user's object must not hide the message
        text = f"<unprintable: {type(problem).__name__}>"
    return text if len(text) <= 80 else text[:77] + "..."


def _make_chunks() -> Callable[[Any, int], Iterable[str]]:
    """``(value, 0) -> pieces of its text``. The C encoder is built once; ``json.dumps`` would build a new one for each
    call, which costs twice its work."""
    make = getattr(_encoder, "c_make_encoder", None)
    if make is None:  # an interpreter without the C accelerator
        slow = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_refuse)
        return lambda value, _: slow.iterencode(value)
    chunks: Callable[[Any, int], Iterable[str]]
    chunks = make(None, _refuse, _encoder.encode_basestring, None, ":", ",", False, False, False)
    return chunks


_chunks = _make_chunks()


def encode(value: Any) -> str:
    """Compact JSON text of ``value``. Raises NotJSON for anything JSON can't hold, also NaN, Infinity and cycles."""
    try:
        return "".join(_chunks(value, 0))
    except NotJSON:
        raise
    except RecursionError:
        raise NotJSON("nested too deeply, or it contains itself") from None
    except (ValueError, TypeError) as problem:
        if "Out of range float" in str(problem):
            raise NotJSON("NaN and Infinity are not JSON") from None
        raise NotJSON(str(problem)) from None


#: The large parts of a payload: id of the part -> the part itself (so that its id stays its own), its text, and the ids
#: of the large parts inside of it.
Parts = dict[int, tuple[Any, str, tuple[int, ...]]]

#: From so many characters on, a payload's parts are worth remembering.
LARGE = 4096

_PART_DEPTH = 4  # deeper down, a part is encoded as a whole
_PART_MEMBERS = 64  # and so is an object of more members than this: one by one they would take longer
_HOLDERS = frozenset((dict, list, str))  # what can be large


def encode_by_parts(value: dict[str, Any], known: Parts) -> tuple[str, Parts]:
    """Like ``encode`` for a large object of which most is unchanged: a part that is still the same object keeps its
    text.

    ``known`` are the parts of the last time; returns the text and the parts for the next time. Payloads are never
    changed in place, which is what makes "the same object" mean "the same text".
    """
    parts: Parts = {}
    return _part_text(value, known, parts, 0), parts


def _part_text(value: Any, known: Parts, parts: Parts, depth: int) -> str:
    """The text of ``value``, which goes to ``parts`` if it is large."""
    found = known.get(id(value))
    if found is not None:
        parts[id(value)] = found
        for inner in found[2]:  # wanted again when a part around them changes
            parts[inner] = known[inner]
        return found[1]
    before = len(parts)
    if type(value) is dict and depth < _PART_DEPTH and _has_few_members(value):
        pieces = ["{"]  # joined once, so that large ones are copied once
        for name, member in value.items():
            text = _part_text(member, known, parts, depth + 1) if type(member) in _HOLDERS else encode(member)
            pieces += (encode(name), ":", text, ",")
        if len(pieces) > 1:
            pieces.pop()
        pieces.append("}")
        text = "".join(pieces)
    else:
        text = encode(value)
    if len(text) > LARGE:
        parts[id(value)] = (value, text, tuple(parts)[before:])
    return text


def _has_few_members(value: dict[Any, Any]) -> bool:
    return len(value) <= _PART_MEMBERS and all(type(name) is str for name in value)


def _refuse_constant(name: str) -> NoReturn:
    raise NotJSON(f"{name} is not JSON")


_decoder = json.JSONDecoder(parse_constant=_refuse_constant)
#: (text, position) -> (value, its end), without looking for blanks around it
_scan: Callable[[str, int], tuple[Any, int]]
_scan = make_scanner(_decoder)  # type: ignore[arg-type]  # any object with a decoder's attributes will do


def decode(text: str) -> Any:
    """The value that a JSON text stands for. Raises NotJSON with line and column; NaN and Infinity are refused."""
    try:
        try:
            value, end = _scan(text, 0)
            if end == len(text):  # all that ``encode`` has written, and most of what people write
                return value
        except StopIteration:  # no value begins there
            pass
        return _decoder.decode(text)
    except NotJSON:
        raise
    except json.JSONDecodeError as problem:
        raise NotJSON(f"line {problem.lineno}, column {problem.colno}: {problem.msg}") from None
    except RecursionError:
        raise NotJSON("nested too deeply") from None
    except ValueError as problem:  # an integer of thousands of digits
        raise NotJSON(str(problem)) from None


def size(text: str) -> int:
    """The size that AWS limits: UTF-8 bytes."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def too_large(text: str, limit: int = PAYLOAD_LIMIT) -> bool:
    """Whether a payload's text is over AWS's limit. Short texts, nearly all of them, are settled by their length."""
    return len(text) * 4 > limit and size(text) > limit
