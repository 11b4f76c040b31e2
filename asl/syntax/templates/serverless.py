"""State machines of the Serverless Framework: ``stepFunctions.stateMachines`` in ``serverless.yml``"
" (serverless-step-functions).

A definition is an object, or ``${file(path)}``, a file beside it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from asl.syntax.diagnostics import child
from asl.syntax.templates.embedded import EmbeddedTree
from asl.syntax.templates.intrinsic import without_intrinsics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asl.syntax.source import Source
    from asl.syntax.templates.loader import Found, Reader

_FILE = r"\s*\$\{\s*file\(([^()]+)\)\s*\}\s*"


def is_service(tree: Any) -> bool:
    """Whether a tree is the configuration of a service."""
    return (
        isinstance(tree, dict)
        and "States" not in tree
        and ("stepFunctions" in tree or {"service", "provider"} <= set(tree))
    )


def machines(host: Source, read: Reader) -> Iterator[Found]:
    """The state machines of a service: (name, source, whether Express)."""
    functions = host.tree.get("stepFunctions")
    listed = functions.get("stateMachines") if isinstance(functions, dict) else None
    for name, machine in (listed if isinstance(listed, dict) else {}).items():
        definition = machine.get("definition") if isinstance(machine, dict) else None
        pointer = f"{child('/stepFunctions/stateMachines', name)}/definition"
        if isinstance(definition, dict):
            source: Source | None = EmbeddedTree(host, without_intrinsics(definition), pointer)
        else:
            file = re.fullmatch(_FILE, definition) if isinstance(definition, str) else None
            source = read(host, file[1].strip(), pointer) if file is not None else None
        if source is not None:
            yield name, source, machine.get("type") == "EXPRESS"
