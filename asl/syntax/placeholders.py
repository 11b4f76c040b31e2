"""What a deployment tool fills in later: ``${Name}`` of Fn::Sub, DefinitionSubstitutions and Terraform.

A string that holds one is opaque: nobody knows its value, so that no rule judges it. Outside of a string,
``"TimeoutSeconds": ${Timeout}``, it isn't even JSON until it is filled in; for reading it becomes a string of the same
length, so that every place in the file stays where it is.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: begins the string that stands for a bare ``${Name}``; a character for private use, which no definition has
BARE: Final = "\ue000"

_PLACEHOLDER = r"\$\{[A-Za-z_][^{}\"\n]*\}"
# a string (kept as it is), or a placeholder outside of one
_STRING_OR_BARE = r'(?s)"(?:[^"\\\n]|\\.)*+"|\$\{([A-Za-z_][^{}"\\\n]*)\}'


def is_opaque(text: str) -> bool:
    """Whether a string holds something that a deployment tool fills in."""
    return ("${" in text and re.search(_PLACEHOLDER, text) is not None) or text.startswith(BARE)


def quoted_placeholders(text: str) -> str | None:
    """The text with each ``${Name}`` outside of a string made a string of the same length; None if there is none."""
    if "${" not in text:
        return None
    count = 0

    def quoted(match: re.Match[str]) -> str:
        nonlocal count
        if match[1] is None:
            return match[0]
        count += 1
        return f'"{BARE}{match[1]}"'

    changed = re.sub(_STRING_OR_BARE, quoted, text)
    return changed if count else None


def filled(tree: Any, values: Mapping[str, str]) -> Any:
    """A copy of a definition with every ``${Name}`` replaced for which there is a value; the others stay.

    Within a string a value is text; outside of one it is JSON if it can be read as such (``30``, ``true``).
    """

    def value_of(text: str) -> Any:
        if text.startswith(BARE):
            name = text[1:].strip()
            return _json(values[name]) if name in values else text
        if "${" in text:
            return re.sub(_PLACEHOLDER, lambda match: values.get(match[0][2:-1].strip(), match[0]), text)
        return text

    return _mapped(tree, value_of)


def _mapped(tree: Any, change: Callable[[str], Any]) -> Any:
    """A copy of a tree with each string changed; without recursion."""
    holder: list[Any] = [tree]
    work: list[tuple[Any, Any]] = [(holder, 0)]
    while work:
        container, slot = work.pop()
        value = container[slot]
        if isinstance(value, dict):
            container[slot] = members = dict(value)
            work.extend((members, name) for name in members)
        elif isinstance(value, list):
            container[slot] = items = list(value)
            work.extend((items, index) for index in range(len(items)))
        elif isinstance(value, str):
            container[slot] = change(value)
    return holder[0]


def with_braces(tree: Any) -> Any:
    """A copy of a definition in which the bare ``${Name}`` that are left are text again, as they were written."""
    return _mapped(tree, lambda text: f"${{{text[1:]}}}" if text.startswith(BARE) else text)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
