"""What a deployment tool fills in later: ``${Name}`` of Fn::Sub, DefinitionSubstitutions and Terraform.

A string that holds one is opaque: nobody knows its value, so that no rule judges it. Outside of a string,
``"TimeoutSeconds": ${Timeout}``, it isn't even JSON until it is filled in; for reading it becomes a string of the same
length, so that every place in the file stays where it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def substituted(text: str, values: Mapping[str, str]) -> str:
    """The text with ``${Name}`` replaced by the values that are given; other placeholders stay."""
    if not values or "${" not in text:
        return text
    return re.sub(_PLACEHOLDER, lambda match: values.get(match[0][2:-1].strip(), match[0]), text)
