"""What the 18 intrinsic functions compute, on arguments that are evaluated already. Calls: intrinsics.py.

Each is a plain function over JSON values; ``FUNCTIONS`` says how many arguments of which kind it takes. Sources: AWS's
documentation, and its recorded answers where these say more (rounding of MathAdd, StringSplit's set of separators, the
``toString`` form of objects in Format). Failures carry the name ``States.Runtime``, which is what AWS reports for them;
their wording is ours, for none is recorded.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from asl import jsontext
from asl.expressions.java_text import java_text
from asl.expressions.scope import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.expressions.scope import Scope

#: Limits of AWS: characters of Base64* and Hash, elements of ArrayRange, range of MathAdd's numbers.
MAX_CHARACTERS = 10_000
MAX_RANGE = 1_000
MIN_NUMBER, MAX_NUMBER = -(2**31), 2**31 - 1

_DIGESTS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
_KINDS = {str: "a string", int: "a number", float: "a number", bool: "a boolean", list: "an array", dict: "an object"}
_PLACEHOLDER = re.compile(r"\\([{}\\'])|\{\}")


def fail(function: str, problem: str) -> NoReturn:
    """The failure of a call at run time."""
    raise EvaluationError("States.Runtime", f"The intrinsic function States.{function} failed: {problem}")


def kind_of(value: Any) -> str:
    """``a string``, ``an array``, ... for messages."""
    return _KINDS.get(type(value), "null")


def _mistyped(function: str, position: int, wanted: str, value: Any) -> NoReturn:
    fail(function, f"argument {position} must be {wanted}, but is {kind_of(value)}")


def _array(function: str, position: int, value: Any) -> list[Any]:
    return value if isinstance(value, list) else _mistyped(function, position, "an array", value)


def _string(function: str, position: int, value: Any) -> str:
    return value if isinstance(value, str) else _mistyped(function, position, "a string", value)


def _short_string(function: str, value: Any) -> str:
    text = _string(function, 1, value)
    if len(text) > MAX_CHARACTERS:
        fail(function, f"argument 1 has {len(text)} characters, more than {MAX_CHARACTERS}")
    return text


def _rounded_down(function: str, position: int, value: Any) -> int:
    if type(value) is int:
        return value
    if type(value) is float:
        return math.floor(value)
    _mistyped(function, position, "a number", value)


def _canonical(value: Any) -> str:
    """The same text for deeply equal values only. As in Java, 1 and 1.0 differ, and so do 1 and true."""
    return jsontext.encode(_sorted(value)) if isinstance(value, (dict, list)) else jsontext.encode(value)


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def format_text(template: Any, *arguments: Any) -> str:
    """States.Format with a template that is known at run time only."""
    return formatter(_string("Format", 1, template))(*arguments)


def formatter(template: str) -> Callable[..., str]:
    r"""States.Format for one template: ``{}`` is a placeholder, ``\{`` ``\}`` ``\\`` ``\'`` stand for the character."""
    parts = [""]
    end = 0
    for match in _PLACEHOLDER.finditer(template):
        parts[-1] += template[end : match.start()] + (match[1] or "")
        end = match.end()
        if match[1] is None:
            parts.append("")
    parts[-1] += template[end:]
    first, *others = parts

    def format_arguments(*arguments: Any) -> str:
        if len(arguments) != len(others):
            fail("Format", f"the template has {len(others)} placeholders for {len(arguments)} arguments")
        text = first
        for argument, part in zip(arguments, others, strict=True):
            text += (argument if type(argument) is str else java_text(argument)) + part
        return text

    return format_arguments


def string_to_json(text: Any) -> Any:
    """The value of a JSON text; null for a blank one (recorded)."""
    text = _string("StringToJson", 1, text)
    if not text.strip(" \t\r\n"):
        return None
    try:
        return jsontext.decode(text)
    except ValueError as problem:  # also Python's refusal of integers with thousands of digits
        fail("StringToJson", f"argument 1 is not JSON: {problem}")


def json_to_string(value: Any) -> str:
    """Compact JSON text."""
    return jsontext.encode(value)


def array(*items: Any) -> list[Any]:
    """The arguments as an array."""
    return list(items)


def array_partition(items: Any, size: Any) -> list[Any]:
    """Chunks of ``size`` elements; the last may be shorter."""
    items = _array("ArrayPartition", 1, items)
    size = _rounded_down("ArrayPartition", 2, size)
    if size < 1:
        fail("ArrayPartition", f"argument 2 must be a positive integer, but is {size}")
    return [items[start : start + size] for start in range(0, len(items), size)]


def array_contains(items: Any, value: Any) -> bool:
    """Whether some element deeply equals ``value``."""
    items = _array("ArrayContains", 1, items)
    kind = type(value)
    if kind in (dict, list):
        wanted = _canonical(value)
        return any(type(item) is kind and _canonical(item) == wanted for item in items)
    return any(type(item) is kind and item == value for item in items)


def array_range(first: Any, last: Any, step: Any) -> list[int]:
    """Integers from ``first`` to ``last`` inclusive, by ``step``; [] if the step leads away from ``last``."""
    start, end, by = (
        _rounded_down("ArrayRange", position, value) for position, value in enumerate((first, last, step), 1)
    )
    if by == 0:
        fail("ArrayRange", "argument 3 must not be zero")
    numbers = range(start, end + (1 if by > 0 else -1), by)
    if (end - start) // by >= MAX_RANGE:
        fail("ArrayRange", f"the range holds more than {MAX_RANGE} numbers")
    return list(numbers)


def array_get_item(items: Any, index: Any) -> Any:
    """The element at a zero-based index."""
    items = _array("ArrayGetItem", 1, items)
    index = _rounded_down("ArrayGetItem", 2, index)
    if not 0 <= index < len(items):
        fail("ArrayGetItem", f"the index {index} is out of range for an array of length {len(items)}")
    return items[index]


def array_length(items: Any) -> int:
    """The number of elements."""
    return len(_array("ArrayLength", 1, items))


def array_unique(items: Any) -> list[Any]:
    """The elements without those that deeply equal an earlier one."""
    unique: dict[str, Any] = {}
    for item in _array("ArrayUnique", 1, items):
        unique.setdefault(_canonical(item), item)
    return list(unique.values())


def base64_encode(text: Any) -> str:
    """Base64 of the UTF-8 bytes."""
    return base64.b64encode(_short_string("Base64Encode", text).encode("utf-8", "replace")).decode("ascii")


def base64_decode(text: Any) -> str:
    """The text whose UTF-8 bytes are given; padding may be missing, malformed bytes become U+FFFD (as in Java)."""
    text = _short_string("Base64Decode", text)
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError) as problem:
        fail("Base64Decode", f"argument 1 is not Base64: {problem}")


def hash_text(value: Any, algorithm: Any) -> str:
    """Lowercase hex digest of a string's UTF-8 bytes; other values are hashed as compact JSON."""
    text = _short_string("Hash", value if isinstance(value, str) else jsontext.encode(value))
    digest = _DIGESTS.get(_string("Hash", 2, algorithm))
    if digest is None:
        fail("Hash", f"argument 2 must be one of {', '.join(_DIGESTS)}, but is '{algorithm[:40]}'")
    import hashlib  # loads OpenSSL

    return hashlib.new(digest, text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def json_merge(left: Any, right: Any, deep: Any) -> dict[str, Any]:
    """The members of both objects; those of ``right`` win. AWS has no deep merge."""
    if not isinstance(left, dict) or not isinstance(right, dict):
        position = 1 if not isinstance(left, dict) else 2
        _mistyped("JsonMerge", position, "an object", (left, right)[position - 1])
    if not isinstance(deep, bool):
        _mistyped("JsonMerge", 3, "a boolean", deep)
    if deep:
        fail("JsonMerge", "argument 3 must be false: deep merging is not supported")
    return {**left, **right}


def math_random(scope: Scope, first: Any, last: Any, seed: Any = None) -> int:
    """An integer in [first, last); the same one for the same seed. Without a seed, the execution's own numbers."""
    start = _rounded_down("MathRandom", 1, first)
    end = _rounded_down("MathRandom", 2, last)
    if start >= end:
        fail("MathRandom", f"argument 1 ({start}) must be less than argument 2 ({end})")
    if seed is None:
        fraction = scope.random()
    else:
        import random

        source = random.Random(_rounded_down("MathRandom", 3, seed))  # noqa: S311 - no secret hangs on it
        fraction = source.random()
    return start + math.floor(fraction * (end - start))


def math_add(left: Any, right: Any) -> int:
    """The sum of both numbers, each rounded first, halves towards positive infinity (recorded)."""
    if type(left) is not int:
        left = _rounded("MathAdd", 1, left)
    if type(right) is not int:
        right = _rounded("MathAdd", 2, right)
    if not MIN_NUMBER <= left <= MAX_NUMBER or not MIN_NUMBER <= right <= MAX_NUMBER:
        fail("MathAdd", f"both numbers must be between {MIN_NUMBER} and {MAX_NUMBER}")
    return int(left + right)


def _rounded(function: str, position: int, value: Any) -> int:
    if type(value) is not float:
        _mistyped(function, position, "a number", value)
    floor = math.floor(value)
    return floor + (value - floor >= 0.5)


def string_split(text: Any, separators: Any) -> list[str]:
    """The non-empty pieces between any of the characters in ``separators`` (recorded: a set, not a substring)."""
    text = _string("StringSplit", 1, text)
    separators = _string("StringSplit", 2, separators)
    if not separators:
        return [text] if text else []
    first = separators[0]
    if len(separators) > 1:
        text = text.translate(dict.fromkeys(map(ord, separators), first))
    return [piece for piece in text.split(first) if piece]


def uuid(scope: Scope) -> str:
    """A version-4 UUID."""
    return scope.uuid()


class Function(NamedTuple):
    """``compute`` gets the arguments, after the scope if ``needs_scope``; ``kinds`` are those of its arguments, of
    which ``least`` must be given. The last kind goes for any number of further arguments if ``variadic``.
    """

    compute: Callable[..., Any]
    kinds: tuple[str, ...]
    least: int
    variadic: bool = False
    needs_scope: bool = False


def _function(compute: Callable[..., Any], *kinds: str, optional: int = 0, **flags: bool) -> Function:
    return Function(compute, kinds, len(kinds) - optional, **flags)


#: By the name after ``States.``. Kinds: what a literal at that place must be; paths and calls are checked when called.
FUNCTIONS: dict[str, Function] = {
    "Format": _function(format_text, "string", "any", optional=1, variadic=True),
    "StringToJson": _function(string_to_json, "string"),
    "JsonToString": _function(json_to_string, "any"),
    "Array": _function(array, "any", optional=1, variadic=True),
    "ArrayPartition": _function(array_partition, "array", "number"),
    "ArrayContains": _function(array_contains, "array", "any"),
    "ArrayRange": _function(array_range, "number", "number", "number"),
    "ArrayGetItem": _function(array_get_item, "array", "number"),
    "ArrayLength": _function(array_length, "array"),
    "ArrayUnique": _function(array_unique, "array"),
    "Base64Encode": _function(base64_encode, "string"),
    "Base64Decode": _function(base64_decode, "string"),
    "Hash": _function(hash_text, "any", "string"),
    "JsonMerge": _function(json_merge, "object", "object", "boolean"),
    "MathRandom": _function(math_random, "number", "number", "number", optional=1, needs_scope=True),
    "MathAdd": _function(math_add, "number", "number"),
    "StringSplit": _function(string_split, "string", "string"),
    "UUID": _function(uuid, needs_scope=True),
}
