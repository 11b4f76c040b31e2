"""JSON text as AWS writes and reads it, and the sizes that AWS limits.

One encoder and one decoder for the whole house, so that a payload has a single spelling: compact (no blanks after
``,`` and ``:``), keys in insertion order, non-ASCII characters as they are. What lives here must stay fast: the encoder
runs once per state boundary.
"""

from __future__ import annotations

import json
from json import encoder as _encoder
from json.scanner import make_scanner
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: The largest payload of a state, task or execution, in UTF-8 bytes of its JSON text (256 KiB).
PAYLOAD_LIMIT = 262_144

#: A text of no more characters than this is never over the limit, whatever they are.
SMALL = PAYLOAD_LIMIT // 4

#: Python's recursion is bounded. What comes from outside may be nested so deeply: that leaves room for who reads it
#: within other calls, and for what is put around it.
LEVELS = 700
_CONTAINERS = frozenset((dict, list))

#: A text of no more characters than this is never nested too deeply: each level takes two.
SHALLOW = 2 * LEVELS


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


class Part(NamedTuple):
    """A large part of a payload, and its text."""

    value: Any  # kept, so that its id stays its own
    text: str
    levels: int  # how many objects were put together from parts within each other; 0: the encoder has seen all of it
    inner: tuple[int, ...]  # ids of the large parts inside


#: By id of the value.
Parts = dict[int, Part]

#: From so many characters on, a payload's parts are worth remembering.
LARGE = 4096

_PART_LEVELS = 4  # of more levels a part is encoded as a whole: only the encoder notices when it is nested too deeply
_PART_MEMBERS = 64  # and so is an object of more members than this: one by one they would take longer
_HOLDERS = frozenset((dict, list, str))  # what can be large


def encode_by_parts(value: dict[str, Any], known: Parts) -> tuple[str, Parts]:
    """Like ``encode`` for a large object of which most is unchanged: a part that is still the same object keeps its
    text.

    ``known`` are the parts of the last time; returns the text and the parts for the next time. Payloads are never
    changed in place, which is what makes "the same object" mean "the same text".
    """
    parts: Parts = {}
    return _part_text(value, known, parts, 0)[0], parts


def _part_text(value: Any, known: Parts, parts: Parts, depth: int) -> tuple[str, int]:
    """The text of ``value`` and its levels; if it is large, it goes to ``parts``."""
    found = known.get(id(value))
    if found is not None:
        parts[id(value)] = found
        for inner in found.inner:  # wanted again when a part around them changes
            parts[inner] = known[inner]
        return found.text, found.levels
    before = len(parts)
    text, levels = None, 0
    if type(value) is dict and depth < _PART_LEVELS and _has_few_members(value):
        text, levels = _put_together(value, known, parts, depth)
    if text is None or levels > _PART_LEVELS:
        text, levels = encode(value), 0
    if len(text) > LARGE:
        parts[id(value)] = Part(value, text, levels, tuple(parts)[before:])
    return text, levels


def _put_together(value: dict[str, Any], known: Parts, parts: Parts, depth: int) -> tuple[str, int]:
    pieces = ["{"]  # joined once, so that large ones are copied once
    deepest = 0
    for name, member in value.items():
        if type(member) in _HOLDERS:
            text, levels = _part_text(member, known, parts, depth + 1)
            deepest = max(deepest, levels)
        else:
            text = encode(member)
        pieces += (encode(name), ":", text, ",")
    if len(pieces) > 1:
        pieces.pop()
    pieces.append("}")
    return "".join(pieces), deepest + 1


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


def check_levels(text: str, value: Any) -> None:
    """Raises NotJSON when a value, whose text is longer than SHALLOW, is nested more than LEVELS deep."""
    left = text.count("[") + text.count("{")  # so many lists and objects it has at most
    level = [value]
    for depth in range(LEVELS):
        left -= len(level)
        if left < LEVELS - depth or not level:  # not enough for one on each level that is missing
            return
        level = [
            member
            for one in level
            for member in (one.values() if type(one) is dict else one)
            if type(member) in _CONTAINERS
        ]
    if level:
        raise NotJSON(f"nested more than {LEVELS} levels deep")


def round_trip(value: Any) -> tuple[Any, str]:
    """A value that nobody else can change, and its text. Raises NotJSON, also when it is nested too deeply."""
    text = encode(value)
    made = decode(text)
    if len(text) > SHALLOW:
        check_levels(text, made)
    return made, text


def size(text: str) -> int:
    """The size that AWS limits: UTF-8 bytes."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def too_large(text: str, limit: int = PAYLOAD_LIMIT) -> bool:
    """Whether a payload's text is over AWS's limit. Short texts, nearly all of them, are settled by their length."""
    return len(text) * 4 > limit and size(text) > limit
