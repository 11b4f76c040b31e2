"""Which handler is found for which task, how it is called, and what is said when there is none."""

from __future__ import annotations

import functools
import json
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest

from asl import HandlerError, TaskContext
from asl.tasks.registry import is_async, takes_context
from tests.machines import ACTIVITY, FUNCTION, INVOKE, SEND, machine, run, task

LIVE = FUNCTION + "f:live"
OTHER = "arn:aws:lambda:eu-west-1:999999999999:function:f"
SDK = "arn:aws:states:::aws-sdk:s3:getObject"


def _names(*keys: str) -> dict[str, Any]:
    """Handlers that tell under which key they were found."""
    return {key: (lambda _event, key=key: key) for key in keys}


@pytest.mark.parametrize(
    ("resource", "keys", "found"),
    [
        (FUNCTION + "f", [FUNCTION + "f", "f", "S"], FUNCTION + "f"),
        (FUNCTION + "f", [OTHER, "f", "S"], "f"),
        (FUNCTION + "f", [OTHER, "S"], OTHER),
        (FUNCTION + "f", ["S"], "S"),
        (FUNCTION + "f", [LIVE], LIVE),
        (LIVE, [LIVE, FUNCTION + "f", "f:live", "f", "S"], LIVE),
        (LIVE, [FUNCTION + "f", "f:live", "f", "S"], FUNCTION + "f"),
        (LIVE, ["f:live", "f", "S"], "f:live"),
        (LIVE, ["f", "S"], "f"),
        (LIVE, ["S"], "S"),
        (SEND, [SEND, "sqs:sendMessage", "S"], SEND),
        (SEND, ["sqs:sendMessage", "S"], "sqs:sendMessage"),
        (SEND, ["S"], "S"),
        (SDK, ["aws-sdk:s3:getObject", "S"], "aws-sdk:s3:getObject"),
        (ACTIVITY, [ACTIVITY, "activity:work", "S"], ACTIVITY),
        (ACTIVITY, ["activity:work", "S"], "activity:work"),
    ],
)
def test_lookup_by_resource(resource: str, keys: list[str], found: str) -> None:
    assert run({"S": task(Resource=resource)}, handlers=_names(*reversed(keys))).output == found


@pytest.mark.parametrize(
    ("name", "keys", "found"),
    [
        ("f", [INVOKE, "f", "S"], INVOKE),
        ("f", ["f", FUNCTION + "f", "S"], "f"),
        ("f", [FUNCTION + "f", "S"], FUNCTION + "f"),
        ("f", ["S"], "S"),
        ("f:live", ["f:live", "f", "S"], "f:live"),
        ("f:live", ["f", "S"], "f"),
        (LIVE, [LIVE, FUNCTION + "f", "f"], LIVE),
        (LIVE, [FUNCTION + "f", "f"], FUNCTION + "f"),
        (LIVE, ["f", "S"], "f"),
        (FUNCTION + "f", [OTHER, "S"], OTHER),
        ("123456789012:function:f", ["123456789012:function:f", "f"], "123456789012:function:f"),
        ("123456789012:function:f", ["f", "S"], "f"),
        ("123456789012:function:f:live", ["f:live", "S"], "f:live"),
        ("function", ["function", "S"], "function"),
        ("function:live", ["function", "S"], "function"),
        (FUNCTION + "function", ["function", "S"], "function"),
    ],
)
@pytest.mark.parametrize("dynamic", [False, True])
def test_lookup_by_function_name(name: str, keys: list[str], found: str, dynamic: bool) -> None:
    parameters = {"FunctionName.$": "$.name"} if dynamic else {"FunctionName": name}
    handlers = _names(*reversed(keys))
    execution = run({"S": task(Resource=INVOKE, Parameters=parameters)}, {"name": name}, handlers=handlers)
    assert execution.output["Payload"] == found


def test_the_whole_input_may_be_the_parameters() -> None:
    execution = run(
        {"S": task(Resource=INVOKE)}, {"FunctionName": "f", "Payload": 5}, handlers={"f": lambda event: event + 1}
    )
    assert execution.output["Payload"] == 6


def test_a_function_that_turns_out_not_to_exist() -> None:
    state = task(Resource=INVOKE, Parameters={"FunctionName.$": "$.name"})
    execution = run({"S": state}, {"name": "g:prod"}, handlers=_names("f"))
    assert execution.error == "Lambda.ResourceNotFoundException"
    assert execution.cause is not None
    assert execution.cause.startswith(f"Function not found: {FUNCTION}g:prod (Service: AWSLambda; Status Code: 404; ")


@pytest.mark.parametrize("name", [5, None, ["f"]])
def test_a_function_name_that_is_no_string(name: Any) -> None:
    state = task(Resource=INVOKE, Parameters={"FunctionName.$": "$.name"})
    assert run({"S": state}, {"name": name}, handlers=_names("f")).error == "Lambda.ValidationException"


def test_all_missing_handlers_are_named_before_anything_runs() -> None:
    begun: list[Any] = []
    states = {
        "Charge": task(Resource=FUNCTION + "charge", Next="Notify"),
        "Notify": task(Resource=SEND, Next="Store"),
        "Store": task(),
    }
    with pytest.raises(HandlerError) as told:
        machine(states).run(handlers={"f": begun.append, "chargee": begun.append, "Notfy": begun.append})
    assert begun == []
    first, second = str(told.value).splitlines()
    assert first == (
        f"the Task state 'Charge' ({FUNCTION}charge) has no handler; "
        f"give one named '{FUNCTION}charge' or 'charge' or 'Charge' "
        "(did you mean 'chargee'?)"
    )
    assert second.endswith(f"give one named '{SEND}' or 'sqs:sendMessage' or 'Notify' (did you mean 'Notfy'?)")


def test_no_near_name_is_made_up() -> None:
    with pytest.raises(HandlerError) as told:
        machine({"S": task()}).run(handlers={"unlike": len})
    assert "did you mean" not in str(told.value)


def test_what_cannot_be_called() -> None:
    with pytest.raises(HandlerError, match="the handler 'f' is a dict, which can't be called"):
        machine({"S": task()}).run(handlers={"f": {}})


# -- how a handler is called -------------------------------------------------------------------------------------------


class Callable1:
    def __call__(self, event: Any) -> Any:
        return ("object", event)

    def method(self, event: Any) -> Any:
        return ("method", event)

    def with_context(self, event: Any, context: TaskContext) -> Any:
        return ("method", event, context.state_name)

    @staticmethod
    def static(event: Any) -> Any:
        return ("static", event)

    @classmethod
    def of_class(cls, event: Any, context: Any) -> Any:
        return (cls.__name__, event, context.state_name)


def _defaults(event: Any, flag: bool = True) -> Any:
    return (event, flag)


def _default_context(event: Any, context: Any = None) -> Any:
    return (event, context.state_name)


def _anything(*arguments: Any, **options: Any) -> Any:
    return [*arguments, options]


def _fixed(first: Any, event: Any, *, last: Any = None) -> Any:
    return (first, event, last)


def _fixed_context(first: Any, event: Any, context: Any) -> Any:
    return (first, event, context.state_name)


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        (lambda event: ["plain", event], ["plain", 5]),
        (lambda event, context: [event, context.state_name], [5, "S"]),
        (lambda event, other: [event, other.state_name], [5, "S"]),
        (_defaults, [5, True]),
        (_default_context, [5, "S"]),
        (_anything, [5, {}]),
        (Callable1(), ["object", 5]),
        (Callable1().method, ["method", 5]),
        (Callable1().with_context, ["method", 5, "S"]),
        (Callable1.static, ["static", 5]),
        (Callable1.of_class, ["Callable1", 5, "S"]),
        (functools.partial(_fixed, 1, last=2), [1, 5, 2]),
        (functools.partial(_fixed_context, 1), [1, 5, "S"]),
        (str, "5"),
        (abs, 5),
        (functools.partial(pow, 2), 32),
        (json.dumps, "5"),
        (float, 5.0),
    ],
)
def test_call(handler: Any, expected: Any) -> None:
    assert run({"S": task()}, 5, handlers={"f": handler}).raise_for_status() == expected


def test_a_mock_is_a_handler() -> None:
    mock = Mock(return_value={"ok": True})
    assert run({"S": task()}, 5, handlers={"f": mock}).output == {"ok": True}
    mock.assert_called_once_with(5)


def test_a_mock_with_side_effects() -> None:
    mock = Mock(side_effect=[KeyError("x"), 7])
    assert run({"S": task(Retry=[{"ErrorEquals": ["KeyError"]}])}, 5, handlers={"f": mock}).output == 7


@pytest.mark.parametrize("handler", [lambda: 1, lambda a, b, c: 1, lambda *, event: 1])
def test_a_signature_that_fits_neither_way(handler: Any) -> None:
    with pytest.raises(HandlerError, match=r"takes neither \(input\) nor \(input, context\)"):
        machine({"S": task()}).run(handlers={"f": handler})


async def _awaited(event: Any) -> Any:
    return event


class AsyncCallable:
    async def __call__(self, event: Any) -> Any:
        return event

    async def method(self, event: Any, context: Any) -> Any:
        return event


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        (_awaited, True),
        (AsyncCallable(), True),
        (AsyncCallable().method, True),
        (functools.partial(_awaited), True),
        (functools.partial(functools.partial(_awaited)), True),
        (AsyncMock(), True),
        (Mock(), False),
        (Mock(spec=_fixed), False),
        (len, False),
        (Callable1(), False),
        (functools.partial(_fixed, 1), False),
    ],
)
def test_is_async(handler: Any, expected: bool) -> None:
    assert is_async(handler) is expected
    assert isinstance(takes_context(handler), bool)


def _not_awaited(event: Any) -> Any:
    return _awaited(event)


def test_a_coroutine_that_nobody_awaits_is_told() -> None:
    execution = run({"S": task()}, 5, handlers={"f": _not_awaited})
    assert execution.error == "Runtime.MarshalError"
    assert "a coroutine; only an `async def` handler is awaited" in str(execution.cause)


# -- what is remembered between runs -----------------------------------------------------------------------------------


class Equal:
    """Equal to all of its kind, as data classes without fields are."""

    def __init__(self, answer: int) -> None:
        self.answer = answer

    def __call__(self, event: Any) -> int:
        return self.answer

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Equal)

    __hash__ = None  # type: ignore[assignment]  # as every class with __eq__ alone


def test_a_handler_that_only_equals_the_last_one_is_another() -> None:
    once = machine({"S": task()})
    assert once.run(handlers={"f": Equal(1)}).output == 1
    assert once.run(handlers={"f": Equal(2)}).output == 2


def test_other_names_in_the_next_run() -> None:
    once = machine({"S": task()})
    assert once.run(handlers={"f": lambda _event: 1}).output == 1
    assert once.run(handlers={"S": lambda _event: 2}).output == 2
    with pytest.raises(HandlerError):
        once.run()


def test_changing_the_mapping_afterwards_changes_nothing_that_runs() -> None:
    handlers = _names("f")
    once = machine(
        {"S": task(Resource=INVOKE, Parameters={"FunctionName.$": "$.n"}, Next="T"), "T": task(InputPath=None)}
    )

    def clears(_event: Any) -> int:
        handlers.clear()
        return 1

    handlers["first"] = clears
    assert once.run({"n": "first"}, handlers=handlers).output == "f"


def test_a_bound_method_is_not_bound_anew() -> None:
    once = machine({"S": task()})
    worker = Callable1()
    once.run(handlers={"f": worker.method})
    known = once._bound
    once.run(handlers={"f": worker.method})
    assert once._bound is known
