"""The kinds of functions: those of the library, lambdas, and what partial application and ``~>`` make of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.expressions.jsonata.errors import JsonataError
from asl.expressions.jsonata.values import UNDEFINED, Frame, Function, collapse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asl.expressions.jsonata.run import Run
    from asl.expressions.jsonata.signature import Signature


class TailCall:
    """A call at the end of a lambda, made by whoever called the lambda so that loops don't use up the stack."""

    __slots__ = ("args", "function", "name")

    def __init__(self, function: Function, args: list[Any], name: str | None) -> None:
        self.function = function
        self.args = args
        self.name = name


class Native(Function):
    """A function of the library. ``body(run, *arguments)`` gets as many arguments as the signature has places."""

    __slots__ = ("body", "signature")

    def __init__(self, body: Callable[..., Any], signature: Signature | None, arity: int) -> None:
        super().__init__(arity)
        self.body = body
        self.signature = signature

    def call(self, run: Run, args: list[Any], context: Any = None) -> Any:
        run.spend(2)
        if self.signature is not None:
            args = self.signature.validate(args, context)
        return self.body(run, *args)


class Lambda(Function):
    """A function written in the expression; ``context`` and ``frame`` are those of the place where it is written."""

    __slots__ = ("body", "context", "frame", "names", "signature")

    def __init__(
        self,
        names: Sequence[str],
        body: Callable[[Any, Frame], Any],
        context: Any,
        frame: Frame,
        signature: Signature | None,
    ) -> None:
        super().__init__(len(names))
        self.names = names
        self.body = body
        self.context = context
        self.frame = frame
        self.signature = signature

    def call(self, run: Run, args: list[Any], context: Any = None) -> Any:
        result = self.body(self.context, self.open(run, args, context))
        while type(result) is TailCall:
            function, name = result.function, result.name
            try:
                if type(function) is Lambda:
                    result = function.body(function.context, function.open(run, result.args, context))
                else:
                    result = function.call(run, result.args, context)
            except JsonataError as problem:
                if name is not None:
                    problem.inserts.setdefault("token", name)
                raise
        return result

    def open(self, run: Run, args: list[Any], context: Any) -> Frame:
        """The frame of one call: the parameters with their values. Raises T0410 .. T0412."""
        run.spend(3)
        if self.signature is not None:
            args = self.signature.validate(args, context)
        names = self.names
        variables = dict(zip(names, args, strict=False))
        if len(args) < len(names):
            for name in names[len(args) :]:
                variables[name] = UNDEFINED
        return Frame(variables, self.frame, run)


class Partial(Function):
    """A function some of whose arguments are settled; ``pattern`` holds them, and None where one is still to come."""

    __slots__ = ("function", "pattern")

    def __init__(self, function: Function, pattern: list[tuple[bool, Any]]) -> None:
        super().__init__(sum(1 for settled, _ in pattern if not settled))
        self.function = function
        self.pattern = pattern

    def call(self, run: Run, args: list[Any], context: Any = None) -> Any:
        coming = iter(args)
        filled = [value if settled else next(coming, UNDEFINED) for settled, value in self.pattern]
        return self.function.call(run, filled, context)


class Chain(Function):
    """``first ~> second`` of two functions."""

    __slots__ = ("first", "second")

    def __init__(self, first: Function, second: Function) -> None:
        super().__init__(1)
        self.first = first
        self.second = second

    def call(self, run: Run, args: list[Any], context: Any = None) -> Any:
        value = collapse(self.first.call(run, args[:1], None))
        return self.second.call(run, [value], None)


def callback_args(function: Function, first: Any, second: Any, third: Any) -> list[Any]:
    """As many arguments as a function passed to ``$map`` and its kin takes."""
    if function.arity >= 3:
        return [first, second, third]
    return [first, second] if function.arity == 2 else [first]
