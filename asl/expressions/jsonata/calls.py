"""Calls, lambdas, partial application, ``~>`` and transforms: the nodes that make functions and use them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.expressions.jsonata.cloning import clone
from asl.expressions.jsonata.errors import JsonataError
from asl.expressions.jsonata.functions import Chain, Lambda, Native, Partial, TailCall
from asl.expressions.jsonata.signature import Signature
from asl.expressions.jsonata.values import UNDEFINED, Frame, Function, Sequence, all_strings, collapse

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.expressions.jsonata.compiler import Compiler
    from asl.expressions.jsonata.nodes import Node

    Evaluate = Callable[[Any, Frame], Any]


def _called_name(node: Node) -> str | None:
    """How a call names its function in messages: without the ``$``; None if it has no name there."""
    called = node.need(node.left)
    name = called.nodes[0].value if called.type == "path" else called.value
    return str(name) if called.type in ("path", "variable", "string") else None


def _named(problem: JsonataError, name: str | None) -> JsonataError:
    """The error with the name of the function that was called, unless one deeper down is known already."""
    if name is not None:
        problem.inserts.setdefault("token", name)
    return problem


def _not_callable(node: Node, function: Any, code: str, plain_code: str, frame: Frame) -> JsonataError:
    """The error of calling what is no function; the first code is for names where only the ``$`` was forgotten."""
    name = _called_name(node)
    if name is not None and function is UNDEFINED and node.need(node.left).type == "path" and _known(name, frame):
        return JsonataError(code, token=name)
    return _named(JsonataError(plain_code), name)


def _known(name: str, frame: Frame | None) -> bool:
    from asl.expressions.jsonata.builtin import LIBRARY

    start = frame
    while frame is not None:
        if name in frame.variables:
            return True
        frame = frame.parent
    return name in LIBRARY or (start is not None and name in start.run.bindings)


def compile_call(compiler: Compiler, node: Node, applied: bool = False) -> Evaluate:
    """``f(a, b)``; with ``applied`` the closure gets ``(context, first argument)`` in place of the context."""
    function_of = compiler.compile(node.need(node.left))
    arguments = [compiler.compile(argument) for argument in node.nodes]
    name = _called_name(node)
    collapsing = not applied and not node.keep_array and not node.predicates and node.group is None

    def call(context: Any, frame: Frame) -> Any:
        value = None
        if applied:
            context, value = context
        function = function_of(context, frame)
        args = [argument(context, frame) for argument in arguments]
        if applied:
            args.insert(0, value)
        run = frame.run
        try:
            if type(function) is Native:
                run.spend(2)
                if function.signature is not None:
                    args = function.signature.validate(args, context)
                result = function.body(run, *args)
            elif isinstance(function, Function):
                result = function.call(run, args, context)
            else:
                raise _not_callable(node, function, "T1005", "T1006", frame)
        except JsonataError as problem:
            _named(problem, name)
            raise
        return collapse(result) if collapsing and type(result) is Sequence else result

    return call


def compile_tail_call(compiler: Compiler, node: Node) -> Evaluate:
    """A call at the end of a lambda: only its function and arguments are worked out."""
    function_of = compiler.compile(node.need(node.left))
    arguments = [compiler.compile(argument) for argument in node.nodes]
    name = _called_name(node)

    def call(context: Any, frame: Frame) -> TailCall:
        function = function_of(context, frame)
        if not isinstance(function, Function):
            raise _not_callable(node, function, "T1005", "T1006", frame)
        return TailCall(function, [argument(context, frame) for argument in arguments], name)

    return call


def compile_partial(compiler: Compiler, node: Node) -> Evaluate:
    """``f(a, ?)``: a function of the places left open."""
    function_of = compiler.compile(node.need(node.left))
    pattern = [None if each.type == "placeholder" else compiler.compile(each) for each in node.nodes]

    def apply_partially(context: Any, frame: Frame) -> Partial:
        settled = [(each is not None, None if each is None else each(context, frame)) for each in pattern]
        function = function_of(context, frame)
        if not isinstance(function, Function):
            raise _not_callable(node, function, "T1007", "T1008", frame)
        return Partial(function, settled)

    return apply_partially


def compile_lambda(compiler: Compiler, node: Node) -> Evaluate:
    """``function($a, $b) { body }``."""
    names = tuple(node.names)
    body = compiler.compile_tail(node.need(node.left))
    signature = node.signature
    return lambda context, frame: Lambda(names, body, context, frame, signature)


def compile_apply(compiler: Compiler, node: Node) -> Evaluate:
    """``value ~> function`` and ``function ~> function``."""
    left = compiler.compile(node.need(node.left))
    right = node.need(node.right)
    if right.type == "function":
        call = compile_call(compiler, right, applied=True)
        return lambda context, frame: call((context, left(context, frame)), frame)
    function_of = compiler.compile(right)

    def apply(context: Any, frame: Frame) -> Any:
        value = left(context, frame)
        function = function_of(context, frame)
        if not isinstance(function, Function):
            raise JsonataError("T2006", value=function)
        if isinstance(value, Function):
            return Chain(value, function)
        return function.call(frame.run, [value], None)

    return apply


_TRANSFORM_SIGNATURE = Signature("<(oa):o>")


def compile_transform(compiler: Compiler, node: Node) -> Evaluate:
    """``|pattern|update, delete|``: a function that changes a copy of its argument."""
    pattern = compiler.compile(node.need(node.left))
    update = compiler.compile(node.need(node.right))
    delete = compiler.compile(node.condition) if node.condition is not None else None

    def make(_context: Any, frame: Frame) -> Native:
        def transform(run: Any, value: Any) -> Any:
            if value is UNDEFINED:
                return UNDEFINED
            copy, own = clone(run, value)
            found = pattern(copy, frame)
            if found is UNDEFINED:
                return copy
            for match in list(found) if isinstance(found, list) else [found]:
                # what the pattern found outside of the copy belongs to the input, which nobody may change
                target = match if type(match) is dict and id(match) in own else {}
                _update(target, update(match, frame))
                if delete is not None:
                    _delete(target, delete(match, frame))
            return copy

        return Native(transform, _TRANSFORM_SIGNATURE, 1)

    return make


def _update(target: dict[str, Any], changes: Any) -> None:
    if changes is UNDEFINED:
        return
    if type(changes) is not dict:
        raise JsonataError("T2011", value=changes)
    target.update(changes)


def _delete(target: dict[str, Any], names: Any) -> None:
    if names is UNDEFINED:
        return
    listed = names if isinstance(names, list) else [names]
    if not all_strings(listed):
        raise JsonataError("T2012", value=names)
    for name in listed:
        target.pop(name, None)
