"""What an expression reads, and whether it leans on a context that it doesn't have. Works on the lowered program."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from asl.expressions.jsonata.builtin import LIBRARY, NEED_SCOPE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asl.expressions.jsonata.nodes import Node


@dataclass(slots=True)
class Findings:
    """``states``: what is read of ``$states`` (``""``: all of it, ``context.Execution``: that part) and where first."""

    bound: frozenset[str]
    variables: set[str] = field(default_factory=set)
    states: dict[str, int] = field(default_factory=dict)
    needs_scope: bool = False
    problems: list[tuple[str, int]] = field(default_factory=list)


def analyse(program: Node) -> Findings:
    """Everything found, ``problems`` being what stands for a missing context, with offsets."""
    findings = Findings(_bound_names(program))
    _visit(program, False, findings)
    return findings


def _bound_names(program: Node) -> frozenset[str]:
    """Names of parameters, of ``:=`` and of ``@`` and ``#``, anywhere."""
    names: set[str] = set()
    pending = [program]
    while pending:
        node = pending.pop()
        names.update(node.names)
        names.update(name for name in (node.focus, node.index) if name)
        names.update(stage.name for stage in node.stages if stage.type == "index")
        if node.type == "bind":
            names.add(node.value)
        pending += node.children()
    return frozenset(names)


_START = "at the top level of an expression; start from $states.input or a variable"
_CONTEXT_BOUND: Final = {
    "name": "Field '{}' has nothing to be looked up in " + _START,
    "wildcard": "'*' has nothing to be applied to " + _START,
    "descendant": "'**' has nothing to be applied to " + _START,
    "variable": "'${}' has no value " + _START,
}


def _visit(node: Node, context: bool, findings: Findings) -> None:
    """``context``: the node is evaluated for the items of something, so that ``$`` and field names mean something."""
    _visit_own(node, context, findings)
    if node.type == "path":
        _visit_path(node, context, findings)
    elif node.type in ("lambda", "transform"):
        _visit_all((node.left, node.right, node.condition), True, findings)
    elif node.type in ("function", "partial"):
        _visit_called(node.need(node.left), context, findings)
        _visit_all(node.nodes, context, findings)
    else:
        _visit_all((node.condition, node.left, node.right, *node.nodes), context, findings)
        _visit_all((part for pair in node.pairs for part in pair), context, findings)
        _visit_all((term.node for term in node.terms), True, findings)
    _visit_all((stage.node for stage in (*node.predicates, *node.stages)), True, findings)
    if node.group is not None:
        _visit_all((part for pair in node.group.pairs for part in pair), True, findings)


def _visit_all(nodes: Iterable[Node | None], context: bool, findings: Findings) -> None:
    for node in nodes:
        if node is not None:
            _visit(node, context, findings)


def _visit_own(node: Node, context: bool, findings: Findings) -> None:
    if node.type == "variable" and node.value not in ("", "$"):
        if node.value == "states":
            findings.states.setdefault("", node.position)
        elif node.value in findings.bound:
            return
        elif node.value in LIBRARY:
            findings.needs_scope = findings.needs_scope or node.value in NEED_SCOPE
        else:
            findings.variables.add(node.value)
    elif not context and node.type in _CONTEXT_BOUND:
        findings.problems.append((_CONTEXT_BOUND[node.type].format(node.value), node.position))


def _visit_path(path: Node, context: bool, findings: Findings) -> None:
    first, *rest = path.nodes
    read = _states_member(path)
    if read is not None:
        findings.states.setdefault(read, first.position)
    else:
        _visit(first, context, findings)
    for step in rest:
        _visit(step, True, findings)


def _states_member(path: Node) -> str | None:
    """``input``, ``context.Execution``, ... of a path that starts so."""
    first, *rest = path.nodes
    if first.type != "variable" or first.value != "states" or first.stages or first.predicates or first.focus:
        return None
    if not rest or rest[0].type != "name":
        return None
    name = str(rest[0].value)
    deeper = name == "context" and len(rest) > 1 and rest[1].type == "name" and not rest[0].stages
    return f"{name}.{rest[1].value}" if deeper else name


def _visit_called(called: Node, context: bool, findings: Findings) -> None:
    name = called.nodes[0].value if called.type == "path" and len(called.nodes) == 1 else None
    if name in LIBRARY and not context:
        findings.problems.append((f"'{name}' is no function. Did you mean ${name}?", called.position))
    else:
        _visit(called, context, findings)
