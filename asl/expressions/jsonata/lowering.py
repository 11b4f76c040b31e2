"""From the tree of the text to a program: dots become paths of steps, and each ``%`` learns which step keeps its
parent.
"""

from __future__ import annotations

from typing import Final

from asl.expressions.jsonata.errors import JsonataError
from asl.expressions.jsonata.nodes import Group, Node, Slot, SortTerm, Stage


def lower(tree: Node) -> Node:
    """The program of a parsed tree, whose nodes it reuses. Raises JsonataError with the insert ``position``."""
    program = _Lowering().node(tree)
    if program.type == "parent" or program.seeking is not None:
        raise JsonataError("S0217", position=program.position, token=program.type)
    return program


class _Lowering:
    def __init__(self) -> None:
        self._parents: list[Node] = []  # every ``%``, by the index of its slot

    def node(self, tree: Node) -> Node:
        result = self._lowered(tree)
        if tree.keep_array:
            result.keep_array = True
        return result

    def _lowered(self, tree: Node) -> Node:
        if tree.type == "binary":
            lowered = _BINARIES.get(tree.value)
            return lowered(self, tree) if lowered else self._operator(tree)
        if tree.type == "name":
            return Node("path", position=tree.position, nodes=[tree], keep_singleton=tree.keep_array)
        if tree.type == "parent":
            tree.slot = Slot(f"!{len(self._parents)}", 1, len(self._parents))
            self._parents.append(tree)
            return tree
        if tree.type == "end":
            raise JsonataError("S0207", position=tree.position, token=tree.value)
        if tree.type == "unary":
            return self._unary(tree)
        if tree.type in ("function", "partial"):
            tree.nodes = [self._child(tree, argument) for argument in tree.nodes]
            tree.left = self.node(tree.need(tree.left))
        elif tree.type == "block":
            tree.nodes = [self._child(tree, part) for part in tree.nodes]
            tree.cons_array = any(_starts_with_array(part) for part in tree.nodes)
        elif tree.type == "condition":
            tree.condition = self._child(tree, tree.need(tree.condition))
            tree.left = self._child(tree, tree.need(tree.left))
            tree.right = None if tree.right is None else self._child(tree, tree.right)
        elif tree.type in ("lambda", "transform"):
            tree.left = self.node(tree.need(tree.left))
            tree.right = None if tree.right is None else self.node(tree.right)
            tree.condition = None if tree.condition is None else self.node(tree.condition)
        return tree

    def _child(self, parent: Node, tree: Node) -> Node:
        child = self.node(tree)
        _seek_above(parent, child)
        return child

    def _operator(self, tree: Node) -> Node:
        tree.left = self._child(tree, tree.need(tree.left))
        tree.right = self._child(tree, tree.need(tree.right))
        return tree

    def _unary(self, tree: Node) -> Node:
        if tree.value == "[":
            tree.nodes = [self._child(tree, item) for item in tree.nodes]
        elif tree.value == "{":
            tree.pairs = [(self._child(tree, key), self._child(tree, value)) for key, value in tree.pairs]
        else:
            operand = self.node(tree.need(tree.left))
            if operand.type == "number":
                operand.value = -operand.value
                return operand
            tree.left = operand
            _seek_above(tree, operand)
        return tree

    # paths

    def _dot(self, tree: Node) -> Node:
        left = self.node(tree.need(tree.left))
        path = left if left.type == "path" else Node("path", position=left.position, nodes=[left])
        if left.type == "parent" and left.slot is not None:
            path.seeking = [left.slot]
        right = self.node(tree.need(tree.right))
        if right.type == "path":
            path.nodes += right.nodes
        else:
            if right.predicates:
                right.stages, right.predicates = right.predicates, []
            path.nodes.append(right)
        for step in path.nodes:
            if step.type in ("number", "value"):
                raise JsonataError("S0213", position=step.position, value=step.value)
            if step.type == "string":
                step.type = "name"
        if any(step.keep_array for step in path.nodes):
            path.keep_singleton = True
        for step in (path.nodes[0], path.nodes[-1]):
            if step.type == "unary" and step.value == "[":
                step.cons_array = True
        self._resolve(path)
        return path

    def _predicate(self, tree: Node) -> Node:
        result = self.node(tree.need(tree.left))
        step = result.nodes[-1] if result.type == "path" else result
        if step.group is not None:
            raise JsonataError("S0209", position=tree.position)
        predicate = self.node(tree.need(tree.right))
        if predicate.seeking is not None:
            for slot in predicate.seeking:
                if slot.level == 1:
                    self._seek(step, slot)
                else:
                    slot.level -= 1
            _seek_above(step, predicate)
        stage = Stage("filter", predicate)
        (step.stages if result.type == "path" else step.predicates).append(stage)
        return result

    def _group(self, tree: Node) -> Node:
        result = self.node(tree.need(tree.left))
        if result.group is not None:
            raise JsonataError("S0210", position=tree.position)
        result.group = Group([(self.node(key), self.node(value)) for key, value in tree.pairs])
        return result

    def _order(self, tree: Node) -> Node:
        result = self.node(tree.need(tree.left))
        if result.type != "path":
            result = Node("path", position=result.position, nodes=[result])
        sort = Node("sort", position=tree.position)
        for term in tree.terms:
            sort.terms.append(SortTerm(self._child(sort, term.node), term.descending))
        result.nodes.append(sort)
        self._resolve(result)
        return result

    def _bind(self, tree: Node) -> Node:
        bind = Node("bind", tree.need(tree.left).value, tree.position)
        bind.right = self._child(bind, tree.need(tree.right))
        return bind

    def _focus(self, tree: Node) -> Node:
        result = self.node(tree.need(tree.left))
        step = result.nodes[-1] if result.type == "path" else result
        if step.stages or step.predicates:
            raise JsonataError("S0215", position=tree.position)
        if step.type == "sort":
            raise JsonataError("S0216", position=tree.position)
        step.keep_array = step.keep_array or tree.keep_array
        step.focus = tree.need(tree.right).value
        step.tuple = True
        return result

    def _index(self, tree: Node) -> Node:
        result = self.node(tree.need(tree.left))
        if result.type == "path":
            step = result.nodes[-1]
        else:
            step = result
            result = Node("path", position=step.position, nodes=[step])
            step.stages, step.predicates = [*step.stages, *step.predicates], []
        name = tree.need(tree.right).value
        if step.stages:
            step.stages.append(Stage("index", name=name))
        else:
            step.index = name
        step.tuple = True
        return result

    def _apply(self, tree: Node) -> Node:
        left = self.node(tree.need(tree.left))
        right = self.node(tree.need(tree.right))
        keep = left.keep_array or right.keep_array
        return Node("apply", "~>", tree.position, left=left, right=right, keep_array=keep)

    # parents

    def _resolve(self, path: Node) -> None:
        """Find, for each ``%`` in the last step, the step before it whose items it names."""
        last = path.nodes[-1]
        slots = list(last.seeking or ())
        if last.type == "parent" and last.slot is not None:
            slots.append(last.slot)
        for unresolved in slots:
            slot = unresolved
            index = len(path.nodes) - 2
            while slot.level > 0:
                if index < 0:
                    path.seeking = [*(path.seeking or ()), slot]
                    break
                step = path.nodes[index]
                index -= 1
                while index >= 0 and step.focus and path.nodes[index].focus:  # steps that share one context
                    step = path.nodes[index]
                    index -= 1
                slot = self._seek(step, slot)

    def _seek(self, node: Node, slot: Slot) -> Slot:
        if node.type in ("name", "wildcard"):
            slot.level -= 1
            if slot.level == 0:
                if node.ancestor is not None:
                    parent = self._parents[slot.index].slot
                    if parent is not None:
                        parent.label = node.ancestor.label
                node.ancestor = slot
                node.tuple = True
        elif node.type == "parent":
            slot.level += 1
        elif node.type == "block":
            if node.nodes:
                node.tuple = True
                slot = self._seek(node.nodes[-1], slot)
        elif node.type == "path":
            node.tuple = True
            index = len(node.nodes) - 1
            slot = self._seek(node.nodes[index], slot)
            while slot.level > 0 and index > 0:
                index -= 1
                slot = self._seek(node.nodes[index], slot)
        else:
            raise JsonataError("S0217", position=node.position, token=node.type)
        return slot


def _seek_above(parent: Node, child: Node) -> None:
    """What ``child`` seeks and doesn't hold, its parent must find."""
    if child.seeking is None and child.type != "parent":
        return
    slots = list(child.seeking or ())
    if child.type == "parent" and child.slot is not None:
        slots.append(child.slot)
    parent.seeking = [*(parent.seeking or ()), *slots]


def _starts_with_array(node: Node) -> bool:
    return node.cons_array or (node.type == "path" and node.nodes[0].cons_array)


_BINARIES: Final = {
    ".": _Lowering._dot,
    "[": _Lowering._predicate,
    "{": _Lowering._group,
    "^": _Lowering._order,
    ":=": _Lowering._bind,
    "@": _Lowering._focus,
    "#": _Lowering._index,
    "~>": _Lowering._apply,
}
