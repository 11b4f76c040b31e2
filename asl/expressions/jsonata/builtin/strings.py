"""Functions of strings. The first parameter of each is the Run; strings are counted in characters, not UTF-16 units."""

from __future__ import annotations

import base64
import binascii
import math
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from asl.expressions.jsonata.errors import JsonataError, memory_exceeded
from asl.expressions.jsonata.regexes.function import Match, matches
from asl.expressions.jsonata.text import to_text
from asl.expressions.jsonata.values import UNDEFINED, Function, Sequence

if TYPE_CHECKING:
    from asl.expressions.jsonata.run import Run

#: The most characters that one call of ``$pad`` may add on AWS.
MAX_PADDING: Final = 262_144

_BLANKS: Final = re.compile(r"[ \t\n\r]+")
_UNRESERVED: Final = "-_.!~*'()"
_RESERVED: Final = ";/?:@&=+$,#"
_ESCAPED: Final = re.compile(r"(?:%[0-9a-fA-F]{2})+")


def string(run: Run, value: Any, pretty: Any) -> Any:
    if value is UNDEFINED:
        return UNDEFINED
    text = to_text(value, pretty is True)
    run.characters(len(text))
    return text


def substring(_run: Run, text: Any, start: Any, length: Any) -> Any:
    """A negative start counts from the end."""
    if text is UNDEFINED:
        return UNDEFINED
    if start is UNDEFINED:
        start = 0
    if len(text) + start < 0:
        start = 0
    if length is UNDEFINED:
        return text[math.trunc(start) :]
    if length <= 0:
        return ""
    end = start + length if start >= 0 else len(text) + start + length
    return text[math.trunc(start) : math.trunc(end)]


def substring_before(_run: Run, text: Any, marker: Any) -> Any:
    if text is UNDEFINED or marker is UNDEFINED:
        return text
    return text.partition(marker)[0] if marker else ""


def substring_after(_run: Run, text: Any, marker: Any) -> Any:
    if text is UNDEFINED or marker is UNDEFINED or not marker:
        return text
    _, found, after = text.partition(marker)
    return after if found else text


def lowercase(_run: Run, text: Any) -> Any:
    return text if text is UNDEFINED else text.lower()


def uppercase(_run: Run, text: Any) -> Any:
    return text if text is UNDEFINED else text.upper()


def length(_run: Run, text: Any) -> Any:
    return text if text is UNDEFINED else len(text)


def trim(_run: Run, text: Any) -> Any:
    """Also squeezes runs of blanks to one."""
    return text if text is UNDEFINED else _BLANKS.sub(" ", text).strip(" ")


def pad(_run: Run, text: Any, width: Any, filling: Any) -> Any:
    """A negative width pads on the left. Raises LimitError for too much padding."""
    if text is UNDEFINED or width is UNDEFINED:
        return text
    if filling is UNDEFINED or not filling:
        filling = " "
    missing = abs(width) - len(text)
    if missing <= 0:
        return text
    if missing > MAX_PADDING:
        raise memory_exceeded()
    count = math.trunc(missing)
    padding = (filling * (count // len(filling) + 1))[:count]
    return text + padding if width > 0 else padding + text


def contains(run: Run, text: Any, token: Any) -> Any:
    if text is UNDEFINED or token is UNDEFINED:
        return UNDEFINED if text is UNDEFINED else False
    if isinstance(token, Function):
        return next(matches(run, token, text), None) is not None
    return token in text


def match(run: Run, text: Any, regex: Function, limit: Any) -> Any:
    """Raises D3040 for a negative limit."""
    if text is UNDEFINED:
        return UNDEFINED
    most = _limit("D3040", 3, limit)
    result = Sequence()
    if most:
        for found in matches(run, regex, text):
            result.append({"match": found.text, "index": _units(text, found.start), "groups": found.groups})
            if len(result) >= most:
                break
    return result


def _limit(code: str, index: int, limit: Any) -> float:
    """How many matches are wanted; infinite without a limit."""
    if limit is UNDEFINED:
        return math.inf
    if limit < 0:
        raise JsonataError(code, value=limit, index=index)
    return float(math.ceil(limit))


def _units(text: str, position: int) -> int:
    """An offset as JavaScript counts it: characters beyond the basic plane are two units."""
    if text.isascii():
        return position
    return len(text[:position].encode("utf-16-le", "surrogatepass")) // 2


def split(run: Run, text: Any, separator: Any, limit: Any) -> Any:
    """Raises D3020 for a negative limit."""
    if text is UNDEFINED:
        return UNDEFINED
    most = _limit("D3020", 3, limit)
    if separator is UNDEFINED:
        return [text][: int(min(most, 1))]
    if not isinstance(separator, Function):
        run.spend(len(text) >> 3)
        pieces = text.split(separator) if separator else list(text)
        return pieces if limit is UNDEFINED else pieces[: math.trunc(limit)]
    parts: list[str] = []
    start = 0
    if most:
        for found in matches(run, separator, text):
            parts.append(text[start : found.start])
            start = found.end
            if len(parts) >= most:
                return parts
        parts.append(text[start:])
    return parts


def join(run: Run, texts: Any, separator: Any) -> Any:
    if texts is UNDEFINED:
        return UNDEFINED
    glue = "" if separator is UNDEFINED else separator
    run.characters(sum(map(len, texts)) + len(glue) * len(texts))
    return glue.join(texts)


def replace(run: Run, text: Any, pattern: Any, replacement: Any, limit: Any) -> Any:
    """Raises D3010 for an empty pattern, D3011 for a negative limit, D3012 when a function gives no string."""
    if text is UNDEFINED:
        return UNDEFINED
    if pattern == "":
        raise JsonataError("D3010", value=pattern, index=2)
    most = _limit("D3011", 4, limit)
    if pattern is UNDEFINED or not most:
        return text
    if not isinstance(pattern, Function):
        if type(replacement) is not str:
            raise JsonataError("D3012", value=replacement)
        run.characters(len(text) + text.count(pattern) * len(replacement))
        return text.replace(pattern, replacement, -1 if most == math.inf else int(most))
    parts = []
    position = 0
    for count, found in enumerate(matches(run, pattern, text), 1):
        new = _replaced(run, found, replacement)
        run.characters(len(new))
        parts += [text[position : found.start], new]
        position = found.start + len(found.text)
        if count >= most:
            break
    parts.append(text[position:])
    return "".join(parts)


def _replaced(run: Run, found: Match, replacement: Any) -> str:
    if type(replacement) is str:
        return _substituted(found, replacement)
    result: Any = replacement
    if isinstance(replacement, Function):
        given = {"match": found.text, "start": found.start, "end": found.end, "groups": found.groups}
        result = replacement.call(run, [given])
    if type(result) is not str:
        raise JsonataError("D3012", value=result)
    return result


def _substituted(found: Match, template: str) -> str:
    """``$0`` is the match, ``$1`` .. its groups, ``$$`` a dollar; as many digits count as there could be groups."""
    if "$" not in template:
        return template
    groups = found.groups
    most = len(str(len(groups))) if groups else 1
    parts: list[str] = []
    position = 0
    while True:
        dollar = template.find("$", position)
        if dollar < 0:
            return "".join([*parts, template[position:]])
        parts.append(template[position:dollar])
        position = dollar + 1
        following = template[position : position + 1]
        if following == "$":
            parts.append("$")
            position += 1
            continue
        if following == "0":
            parts.append(found.text)
            position += 1
            continue
        digits = re.match(r"[0-9]*", template[position : position + most]).group()  # type: ignore[union-attr]  # matches
        if most > 1 and digits and int(digits) > len(groups):
            digits = digits[: most - 1]
        if not digits:
            parts.append("$")
            continue
        number = int(digits)
        if 0 < number <= len(groups) and groups[number - 1] is not UNDEFINED:
            parts.append(groups[number - 1])
        position += len(str(number))


def base64_encode(_run: Run, text: Any) -> Any:
    """Of the low bytes of the characters, as the language has it: text beyond Latin-1 loses information."""
    if text is UNDEFINED:
        return UNDEFINED
    units = text.encode("utf-16-le", "surrogatepass")
    return base64.b64encode(units[::2]).decode("ascii")


def base64_decode(_run: Run, text: Any) -> Any:
    """Lenient: what isn't in the alphabet is skipped, padding may be missing."""
    if text is UNDEFINED:
        return UNDEFINED
    clean = re.sub(r"[^A-Za-z0-9+/]", "", text.partition("=")[0].replace("-", "+").replace("_", "/"))
    if len(clean) % 4 == 1:
        clean = clean[:-1]
    try:
        return base64.b64decode(clean + "=" * (-len(clean) % 4)).decode("latin-1")
    except binascii.Error as problem:
        raise AssertionError("the text was reduced to the alphabet") from problem


def encode_url_component(_run: Run, text: Any) -> Any:
    return text if text is UNDEFINED else _encoded(text, _UNRESERVED, "encodeUrlComponent")


def encode_url(_run: Run, text: Any) -> Any:
    return text if text is UNDEFINED else _encoded(text, _UNRESERVED + _RESERVED, "encodeUrl")


def _encoded(text: str, safe: str, function: str) -> str:
    try:
        return quote(text, safe=safe)
    except UnicodeEncodeError:
        raise JsonataError("D3140", value=text, functionName=function) from None


def decode_url_component(_run: Run, text: Any) -> Any:
    return text if text is UNDEFINED else _decoded(text, "", "decodeUrlComponent")


def decode_url(_run: Run, text: Any) -> Any:
    return text if text is UNDEFINED else _decoded(text, _RESERVED, "decodeUrl")


def _decoded(text: str, kept: str, function: str) -> str:
    """Escapes of the characters in ``kept`` stay. Raises D3140 for what is no UTF-8 or no escape."""

    def decoded(found: re.Match[str]) -> str:
        characters = bytes.fromhex(found.group().replace("%", "")).decode("utf-8")
        return "".join(f"%{ord(char):02X}" if char in kept else char for char in characters)

    if "%" in _ESCAPED.sub("", text):
        raise JsonataError("D3140", value=text, functionName=function)
    try:
        return _ESCAPED.sub(decoded, text)
    except UnicodeDecodeError:
        raise JsonataError("D3140", value=text, functionName=function) from None
