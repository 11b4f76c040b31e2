"""State machines in Terraform: ``aws_sfn_state_machine`` in a plan's JSON (``terraform show -json plan``).

A definition that is known only after apply isn't there, and is passed over. A file for ``templatefile`` needs no room
of its own: it is a definition with ``${name}`` in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.syntax.templates.embedded import EmbeddedText, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asl.syntax.source import Source
    from asl.syntax.templates.loader import Found, Reader


def is_plan(tree: Any) -> bool:
    """Whether a tree is a plan or a state as Terraform (or OpenTofu) shows it."""
    return isinstance(tree, dict) and "format_version" in tree and ("planned_values" in tree or "values" in tree)


def machines(host: Source, _read: Reader) -> Iterator[Found]:
    """The state machines of a plan: (address, source, whether Express)."""
    root = "planned_values" if "planned_values" in host.tree else "values"
    values = host.tree[root]
    module = values.get("root_module") if isinstance(values, dict) else None
    work: list[tuple[Any, str]] = [(module, f"/{root}/root_module")]
    while work:
        module, pointer = work.pop(0)
        if not isinstance(module, dict):
            continue
        for index, resource in enumerate(_list(module, "resources")):
            found = _machine(host, resource, f"{pointer}/resources/{index}")
            if found is not None:
                yield found
        work.extend((inner, f"{pointer}/child_modules/{i}") for i, inner in enumerate(_list(module, "child_modules")))


def _list(module: dict[str, Any], name: str) -> list[Any]:
    items = module.get(name)
    return items if isinstance(items, list) else []


def _machine(host: Source, resource: Any, pointer: str) -> Found | None:
    if not isinstance(resource, dict) or resource.get("type") != "aws_sfn_state_machine":
        return None
    values = resource.get("values")
    definition = values.get("definition") if isinstance(values, dict) else None
    if not isinstance(values, dict) or not isinstance(definition, str):
        return None
    place = f"{pointer}/values/definition"
    source = EmbeddedText(host, [Piece(definition, place)], place)
    return str(resource.get("address", "machine")), source, values.get("type") == "EXPRESS"
