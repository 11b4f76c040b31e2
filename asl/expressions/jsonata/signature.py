"""Function signatures such as ``<s-n?:s>``: what the arguments must be, and what is done for the caller.

A missing argument may be taken from the context (``-``), a single value becomes an array where one is asked for
(``a``). Which of that applies depends only on the types of the arguments given; it is worked out once for each such
list of types.
"""

from __future__ import annotations

import re
from typing import Any, Final

from asl.expressions.jsonata.errors import JsonataError
from asl.expressions.jsonata.values import UNDEFINED, ConsArray, Function, Sequence, Undefined

_LETTERS: Final[dict[type, str]] = {
    str: "s",
    int: "n",
    float: "n",
    bool: "b",
    type(None): "l",
    list: "a",
    Sequence: "a",
    ConsArray: "a",
    dict: "o",
    Undefined: "m",
}

_TYPES: Final = {
    "s": "[sm]",
    "n": "[nm]",
    "b": "[bm]",
    "l": "[lm]",
    "o": "[om]",
    "a": "[asnblfom]",
    "f": "f",
    "j": "[asnblom]",
    "x": "[asnblfom]",
}

_ARRAYS_OF: Final = {
    "a": "arrays",
    "b": "booleans",
    "f": "functions",
    "n": "numbers",
    "o": "objects",
    "s": "strings",
}

#: Plans are kept for this many lists of argument types per signature.
_MAX_PLANS: Final = 64


class SignatureError(Exception):
    """A signature can't be read; ``offset`` is the position within it."""

    def __init__(self, code: str, value: str, offset: int) -> None:
        super().__init__(code)
        self.code = code
        self.value = value
        self.offset = offset


class _Parameter:
    __slots__ = ("context", "pattern", "subtype", "type")

    def __init__(self, kind: str, pattern: str) -> None:
        self.type = kind
        self.pattern = pattern
        self.subtype: str | None = None
        self.context: str | None = None


#: What to do for one place of the validated arguments: pass on, take the context, an array as it is, wrap, nothing.
_PASS, _CONTEXT, _ARRAY, _WRAP, _NOTHING = range(5)
_Plan = tuple[tuple[int, _Parameter, str], ...]


class Signature:
    """A parsed signature; ``validate`` may be called from several threads at once."""

    __slots__ = ("_parameters", "_pattern", "_plans", "_same")

    def __init__(self, text: str) -> None:
        self._parameters = _parse(text)
        self._pattern = re.compile("".join(f"({parameter.pattern})" for parameter in self._parameters))
        self._plans: dict[str, _Plan] = {}
        self._same: set[str] = set()

    def validate(self, args: list[Any], context: Any) -> list[Any]:
        """The arguments for the function. Raises T0410, T0411 or T0412."""
        if len(args) == 1:
            letters = _LETTERS.get(type(args[0]), "f")
        else:
            letters = "".join([_LETTERS.get(type(arg), "f") for arg in args])
        if letters in self._same:
            return args
        plan = self._plans.get(letters)
        if plan is None:
            plan = self._plan(letters)
        result: list[Any] = []
        position = 0
        for action, parameter, group in plan:
            if action == _CONTEXT:
                if _LETTERS.get(type(context), "f") not in (parameter.context or ""):
                    raise JsonataError("T0411", value=context, index=position + 1)
                result.append(context)
                continue
            arg = args[position] if position < len(args) else UNDEFINED
            position += 1
            if action in (_ARRAY, _WRAP):
                self._check_items(parameter, group, action, arg, position)
                result.append([arg] if action == _WRAP else arg)
            else:
                result.append(UNDEFINED if action == _NOTHING else arg)
        return result

    def _plan(self, letters: str) -> _Plan:
        match = self._pattern.fullmatch(letters)
        if match is None:
            raise JsonataError("T0410", index=self._first_bad(letters) + 1)
        plan: list[tuple[int, _Parameter, str]] = []
        for parameter, group in zip(self._parameters, match.groups(), strict=True):
            if not group:
                plan.append((_CONTEXT if parameter.context else _PASS, parameter, group))
            for letter in group:
                action = _PASS
                if parameter.type == "a":
                    action = {"m": _NOTHING, "a": _ARRAY}.get(letter, _WRAP)
                plan.append((action, parameter, group))
        if len(self._plans) < _MAX_PLANS:
            plain = all(
                action == _PASS or (action == _ARRAY and parameter.subtype is None) for action, parameter, _ in plan
            )
            if plain and len(plan) == len(letters):
                self._same.add(letters)
            self._plans[letters] = tuple(plan)
        return tuple(plan)

    def _first_bad(self, letters: str) -> int:
        good = 0
        pattern = ""
        for parameter in self._parameters:
            pattern += parameter.pattern
            match = re.match(pattern, letters)
            if match is None:
                return good
            good = match.end()
        return good

    def _check_items(self, parameter: _Parameter, group: str, action: int, arg: Any, position: int) -> None:
        subtype = parameter.subtype
        if subtype is None:
            return
        if action == _WRAP:
            good = group == subtype
        elif arg:
            kinds = {_LETTERS.get(type(item), "f") for item in arg}
            good = kinds == {subtype[0]}
        else:
            good = True
        if not good:
            raise JsonataError("T0412", value=arg, index=position, type=_ARRAYS_OF.get(subtype, subtype))


def _parse(text: str) -> list[_Parameter]:
    parameters: list[_Parameter] = []
    position = 1
    while position < len(text):
        symbol = text[position]
        if symbol == ":":
            break
        if symbol in _TYPES:
            parameters.append(_Parameter(symbol, _TYPES[symbol]))
        elif symbol == "(":
            end = _closing(text, position, "(", ")")
            choice = text[position + 1 : end]
            if "<" in choice:
                raise SignatureError("S0402", choice, position)
            letters = "".join(letter for letter in choice if letter in _TYPES)
            parameters.append(_Parameter(f"({choice})", f"[{letters}m]"))
            position = end
        elif parameters:
            position = _modify(text, position, parameters[-1])
        position += 1
    return parameters


def _modify(text: str, position: int, parameter: _Parameter) -> int:
    """Apply what follows a parameter's type; returns the position of its last character."""
    symbol = text[position]
    if symbol == "-":
        parameter.context = parameter.pattern
        parameter.pattern += "?"
    elif symbol in "?+" and parameter.pattern[-1] not in "?+":
        parameter.pattern += symbol
    elif symbol == "<":
        if parameter.type not in ("a", "f"):
            raise SignatureError("S0401", parameter.type, position)
        end = _closing(text, position, "<", ">")
        parameter.subtype = text[position + 1 : end]
        return end
    return position


def _closing(text: str, start: int, opening: str, closing: str) -> int:
    depth = 1
    for position in range(start + 1, len(text)):
        if text[position] == closing:
            depth -= 1
            if depth == 0:
                return position
        elif text[position] == opening:
            depth += 1
    return len(text)


def letter_of(value: Any) -> str:
    """The type letter of a value; functions of all classes are "f"."""
    return "f" if isinstance(value, Function) else _LETTERS[type(value)]
