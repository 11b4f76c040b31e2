"""CloudFormation's intrinsic functions: what they give is known when the stack is deployed, so that it stays opaque"
" here.
"""

from __future__ import annotations

from typing import Any

from asl.syntax.diagnostics import child
from asl.syntax.templates.embedded import Piece


def intrinsic(value: Any) -> str | None:
    """The name of the function that an object stands for (``Ref``, ``Fn::Sub``, ...); None if it is an ordinary
    value.
    """
    if not isinstance(value, dict) or len(value) != 1:
        return None
    (name,) = value
    return name if name == "Ref" or name.startswith("Fn::") else None


def opaque(value: dict[str, Any]) -> str:
    """An intrinsic function as a placeholder: ``${Function.Arn}``, ``${Table}``, ``${Fn.Join}`` ..."""
    ((name, argument),) = value.items()
    if name == "Ref":
        return f"${{{_plain(argument)}}}"
    if name == "Fn::GetAtt":
        parts = argument if isinstance(argument, list) else [argument]
        return f"${{{'.'.join(_plain(part) for part in parts)}}}"
    if name == "Fn::Sub":
        text = argument[0] if isinstance(argument, list) and argument else argument
        if isinstance(text, str):
            return text
    return f"${{{name.replace('::', '.')}}}"


def _plain(value: Any) -> str:
    text = value if isinstance(value, str) else "Value"
    return "".join(character if character.isalnum() or character in "._:-" else "_" for character in text) or "Value"


def without_intrinsics(tree: Any) -> Any:
    """A copy of a definition with every intrinsic function in it made opaque text. Works without recursion."""
    holder: list[Any] = [None]
    work: list[tuple[Any, Any, Any]] = [(tree, holder, 0)]
    while work:
        value, target, slot = work.pop()
        if intrinsic(value) is not None:
            target[slot] = opaque(value)
        elif isinstance(value, dict):
            target[slot] = copy = dict.fromkeys(value)
            work.extend((inner, copy, name) for name, inner in value.items())
        elif isinstance(value, list):
            target[slot] = items = [None] * len(value)
            work.extend((inner, items, index) for index, inner in enumerate(value))
        else:
            target[slot] = value
    return holder[0]


def pieces_of(value: Any, pointer: str) -> list[Piece] | None:
    """The text of a string, an ``Fn::Sub`` or an ``Fn::Join``, piece by piece; None if it is something else."""
    if isinstance(value, str):
        return [Piece(value, pointer)]
    name = intrinsic(value)
    if name == "Fn::Sub":
        argument, place = value[name], f"{pointer}/Fn::Sub"
        if isinstance(argument, list) and argument:
            argument, place = argument[0], f"{place}/0"
        return [Piece(argument, place)] if isinstance(argument, str) else None
    if name == "Fn::Join":
        return _joined(value[name], f"{pointer}/Fn::Join")
    return None


def _joined(argument: Any, pointer: str) -> list[Piece] | None:
    match argument:
        case [str(separator), list(parts)]:
            pass
        case _:
            return None
    pieces: list[Piece] = []
    for index, part in enumerate(parts):
        if index and separator:
            pieces.append(Piece(separator, child(pointer, 0)))
        if isinstance(part, str):
            pieces.append(Piece(part, f"{pointer}/1/{index}"))
        elif intrinsic(part) is not None:
            pieces.append(Piece(opaque(part), None))
        else:
            return None
    return pieces
