"""From a program's nodes to Python closures: ``evaluate(context, frame)``, one per node, made once per expression.

The text of an expression never becomes Python code; it only chooses which closures are linked. Names that the
expression binds nowhere are looked up straight in the workflow's variables and the library, all others along the
frames.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.expressions.jsonata import calls, operators
from asl.expressions.jsonata.errors import JsonataError
from asl.expressions.jsonata.paths import compile_filter, compile_group, compile_path
from asl.expressions.jsonata.regexes.function import Regex
from asl.expressions.jsonata.text import EXACT
from asl.expressions.jsonata.values import (
    UNDEFINED,
    ConsArray,
    Frame,
    Sequence,
    append,
    collapse,
    equal,
    is_number,
    truthy,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asl.expressions.jsonata.nodes import Node
    from asl.expressions.jsonata.values import Function

    Evaluate = Callable[[Any, Frame], Any]

_MISSING = object()
#: Types of nodes whose result may be a sequence that must collapse.
_SEQUENCES = frozenset(("wildcard", "descendant", "apply", "variable", "parent", "block", "condition", "bind"))


class Compiler:
    """Compiles the nodes of one expression. ``builtin`` are the functions by name, ``bound`` the names the text
    binds.
    """

    def __init__(self, builtin: Mapping[str, Function], bound: frozenset[str]) -> None:
        self.builtin = builtin
        self.bound = bound
        self._compile: dict[str, Callable[[Node], Evaluate]] = {
            "path": lambda node: compile_path(self, node),
            "variable": self._variable,
            "string": self._literal,
            "number": self._literal,
            "value": self._literal,
            "binary": self._binary,
            "unary": self._unary,
            "condition": self._condition,
            "block": self._block,
            "bind": self._bind,
            "wildcard": lambda _: _wildcard,
            "descendant": lambda _: _descendants,
            "parent": self._parent,
            "regex": self._regex,
            "name": self._name,
            "function": lambda node: calls.compile_call(self, node),
            "partial": lambda node: calls.compile_partial(self, node),
            "lambda": lambda node: calls.compile_lambda(self, node),
            "apply": lambda node: calls.compile_apply(self, node),
            "transform": lambda node: calls.compile_transform(self, node),
        }

    def compile(self, node: Node) -> Evaluate:
        """The evaluation of a node with all that is attached to it."""
        evaluate = self._compile[node.type](node)
        sequence = node.type in _SEQUENCES or (node.type == "function" and node.keep_array)
        if node.type == "variable" and not node.keep_array and self._is_free(node.value):
            sequence = False  # a workflow variable is JSON
        if node.predicates:
            evaluate = _filtered(evaluate, [compile_filter(self, stage) for stage in node.predicates])
            sequence = True
        if node.group is not None and node.type != "path":
            evaluate = _grouped(evaluate, compile_group(self, node.group))
            sequence = False
        if sequence:
            return _kept(evaluate) if node.keep_array else _collapsed(evaluate)
        return evaluate

    def compile_tail(self, node: Node) -> Evaluate:
        """The same for the end of a lambda's body, where calls are left to the caller."""
        if node.predicates or node.group is not None or node.keep_array:
            return self.compile(node)
        if node.type == "function":
            return calls.compile_tail_call(self, node)
        if node.type == "condition":
            return self._condition(node, tail=True)
        if node.type == "block":
            return self._block(node, tail=True)
        return self.compile(node)

    def _literal(self, node: Node) -> Evaluate:
        value = node.value
        return lambda _context, _frame: value

    def _name(self, node: Node) -> Evaluate:
        """A step ``name`` with something attached, so that no path of its own surrounds it."""
        from asl.expressions.jsonata.paths import member

        return member(node.value)

    def _variable(self, node: Node) -> Evaluate:
        name = node.value
        if name == "":
            return lambda context, _frame: context
        if name == "$":  # the input of the whole expression, which has none
            return lambda _context, _frame: UNDEFINED
        default = self.builtin.get(name, UNDEFINED)
        if self._is_free(name):
            return lambda _context, frame: frame.run.bindings.get(name, default)

        def find(_context: Any, frame: Frame | None) -> Any:
            start = frame
            while frame is not None:
                value = frame.variables.get(name, _MISSING)
                if value is not _MISSING:
                    return value
                frame = frame.parent
            return start.run.bindings.get(name, default) if start is not None else default

        return find

    def _is_free(self, name: str) -> bool:
        """Whether it names a workflow variable or a function of the library, and nothing that the expression binds."""
        return name not in ("", "$") and name not in self.bound

    def _parent(self, node: Node) -> Evaluate:
        slot = node.slot

        def find(_context: Any, frame: Frame | None) -> Any:
            label = slot.label if slot is not None else ""
            while frame is not None:
                if label in frame.variables:
                    return frame.variables[label]
                frame = frame.parent
            return UNDEFINED

        return find

    def _bind(self, node: Node) -> Evaluate:
        name = node.value
        right = self.compile(node.need(node.right))

        def bind(context: Any, frame: Frame) -> Any:
            value = frame.variables[name] = right(context, frame)
            return value

        return bind

    def _condition(self, node: Node, tail: bool = False) -> Evaluate:
        compile_branch = self.compile_tail if tail else self.compile
        condition = self.compile(node.need(node.condition))
        then = compile_branch(node.need(node.left))
        otherwise = compile_branch(node.right) if node.right is not None else None

        def choose(context: Any, frame: Frame) -> Any:
            answer = condition(context, frame)
            if answer is True or (answer is not False and truthy(answer)):
                return then(context, frame)
            return UNDEFINED if otherwise is None else otherwise(context, frame)

        return choose

    def _block(self, node: Node, tail: bool = False) -> Evaluate:
        if not node.nodes:
            return lambda _context, _frame: UNDEFINED
        first = [self.compile(part) for part in node.nodes[:-1]]
        last = (self.compile_tail if tail else self.compile)(node.nodes[-1])

        def block(context: Any, frame: Frame) -> Any:
            inner = Frame({}, frame, frame.run)
            for part in first:
                part(context, inner)
            return last(context, inner)

        return block

    def _regex(self, node: Node) -> Evaluate:
        import re

        source, flags = node.value
        try:
            regex = Regex(source, flags)
        except re.error as problem:
            message = f"Invalid regular expression: /{source}/: {problem}"
            raise JsonataError("S0303", position=node.position, message=message) from None
        return lambda _context, _frame: regex

    def _unary(self, node: Node) -> Evaluate:
        if node.value == "{":
            return self._object(node)
        if node.value == "[":
            return self._array(node)
        operand = self.compile(node.need(node.left))

        def negate(context: Any, frame: Frame) -> Any:
            value = operand(context, frame)
            if value is UNDEFINED:
                return UNDEFINED
            if not is_number(value):
                raise JsonataError("D1002", value=value)
            return -value

        return negate

    def _array(self, node: Node) -> Evaluate:
        items = [(self.compile(item), item.type == "unary" and item.value == "[") for item in node.nodes]
        kind = ConsArray if node.cons_array else list

        def array(context: Any, frame: Frame) -> list[Any]:
            result: list[Any] = kind()
            for item, nested in items:
                value = item(context, frame)
                if value is UNDEFINED:
                    continue
                if not nested and isinstance(value, list):
                    frame.run.items(len(value))
                    result.extend(value)
                else:
                    result.append(value)
            return result

        return array

    def _object(self, node: Node) -> Evaluate:
        from asl.expressions.jsonata.nodes import Group

        general = compile_group(self, Group(node.pairs))
        names = [key.value for key, _ in node.pairs if key.type == "string" and not key.predicates and not key.group]
        if len(names) != len(node.pairs) or len(set(names)) != len(names):
            return general
        members = [(key.value, self.compile(value)) for key, value in node.pairs]

        def make_object(context: Any, frame: Frame) -> Any:
            if isinstance(context, list) and len(context) != 1:
                return general(context, frame)
            item = context[0] if isinstance(context, list) else context
            result: dict[str, Any] = {}
            for name, evaluate in members:
                value = evaluate(item, frame)
                if value is not UNDEFINED:
                    result[name] = value
            return result

        return make_object

    def _binary(self, node: Node) -> Evaluate:
        left, right = self.compile(node.need(node.left)), self.compile(node.need(node.right))
        mark = node.value
        if mark in operators.ARITHMETIC:
            return _arithmetic(mark, left, right)
        if mark in operators.COMPARISONS:
            return _comparison(mark, left, right)
        return _OTHER_OPERATORS[mark](left, right)


def _arithmetic(mark: str, left: Evaluate, right: Evaluate) -> Evaluate:
    apply = operators.ARITHMETIC[mark]
    if mark in "/%":
        return lambda context, frame: operators.arithmetic(mark, left(context, frame), right(context, frame))

    def calculate(context: Any, frame: Frame) -> Any:
        first, second = left(context, frame), right(context, frame)
        if type(first) is int and type(second) is int:
            result = apply(first, second)
            if -EXACT <= result <= EXACT:
                return result
        return operators.arithmetic(mark, first, second)

    return calculate


def _comparison(mark: str, left: Evaluate, right: Evaluate) -> Evaluate:
    apply = operators.COMPARISONS[mark]

    def compare(context: Any, frame: Frame) -> Any:
        first, second = left(context, frame), right(context, frame)
        if type(first) is int and type(second) is int:
            return apply(first, second)
        return operators.compare(mark, first, second)

    return compare


def _equality(left: Evaluate, right: Evaluate) -> Evaluate:
    def equals(context: Any, frame: Frame) -> bool:
        first, second = left(context, frame), right(context, frame)
        if type(first) is str and type(second) is str:
            return first == second
        return first is not UNDEFINED and second is not UNDEFINED and equal(first, second)

    return equals


def _inequality(left: Evaluate, right: Evaluate) -> Evaluate:
    def differs(context: Any, frame: Frame) -> bool:
        first, second = left(context, frame), right(context, frame)
        return first is not UNDEFINED and second is not UNDEFINED and not equal(first, second)

    return differs


def _conjunction(left: Evaluate, right: Evaluate) -> Evaluate:
    def both(context: Any, frame: Frame) -> bool:
        return truthy(left(context, frame)) and truthy(_named("and", right, context, frame))

    return both


def _disjunction(left: Evaluate, right: Evaluate) -> Evaluate:
    def either(context: Any, frame: Frame) -> bool:
        return truthy(left(context, frame)) or truthy(_named("or", right, context, frame))

    return either


def _named(mark: str, operand: Evaluate, context: Any, frame: Frame) -> Any:
    """The second operand of ``and`` and ``or``; an error in it is reported under the operator's name."""
    try:
        return operand(context, frame)
    except JsonataError as problem:
        problem.inserts["token"] = mark
        raise


_OTHER_OPERATORS: dict[str, Callable[[Evaluate, Evaluate], Evaluate]] = {
    "=": _equality,
    "!=": _inequality,
    "and": _conjunction,
    "or": _disjunction,
    "&": lambda left, right: (
        lambda context, frame: operators.concatenate(frame.run, left(context, frame), right(context, frame))
    ),
    "in": lambda left, right: lambda context, frame: operators.included(left(context, frame), right(context, frame)),
    "..": lambda left, right: (
        lambda context, frame: operators.make_range(frame.run, left(context, frame), right(context, frame))
    ),
}


def _collapsed(evaluate: Evaluate) -> Evaluate:
    def collapsed(context: Any, frame: Frame) -> Any:
        value = evaluate(context, frame)
        return collapse(value) if type(value) is Sequence else value

    return collapsed


def _kept(evaluate: Evaluate) -> Evaluate:
    """``expression[]``: an array even of one item."""

    def kept(context: Any, frame: Frame) -> Any:
        value = evaluate(context, frame)
        if type(value) is Sequence and not value.stream:
            value.keep = True
        return collapse(value)

    return kept


def _filtered(evaluate: Evaluate, filters: list[Evaluate]) -> Evaluate:
    def filtered(context: Any, frame: Frame) -> Any:
        value = evaluate(context, frame)
        for keep_fitting in filters:
            value = keep_fitting(value, frame)
        return value

    return filtered


def _grouped(evaluate: Evaluate, group: Evaluate) -> Evaluate:
    return lambda context, frame: group(evaluate(context, frame), frame)


def _wildcard(context: Any, frame: Frame) -> Any:
    """``*``: the values of all members; arrays among them are flattened."""
    result: list[Any] = Sequence()
    members = context.values() if type(context) is dict else context if isinstance(context, list) else ()
    frame.run.spend(len(members))
    for value in members:
        if isinstance(value, list):
            flat: list[Any] = []
            _flatten(value, flat)
            result = append(result, flat)
        else:
            result.append(value)
    return result


def _flatten(value: list[Any], result: list[Any]) -> None:
    for item in value:
        if isinstance(item, list):
            _flatten(item, result)
        else:
            result.append(item)


def _descendants(context: Any, frame: Frame) -> Any:
    """``**``: the value itself and all that it holds, arrays flattened."""
    if context is UNDEFINED:
        return UNDEFINED
    result = Sequence()
    _descend(context, result)
    frame.run.spend(len(result))
    return result


def _descend(value: Any, result: list[Any]) -> None:
    if isinstance(value, list):
        for item in value:
            _descend(item, result)
        return
    result.append(value)
    if type(value) is dict:
        for item in value.values():
            _descend(item, result)
