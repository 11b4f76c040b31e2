"""Hypothesis strategies: valid machines over all state types that always come to an end, and the handler they call.

The data is an object with a number ``n`` everywhere. What the handler does depends on the state, the attempt and ``n``
alone, so that it fails, is late or spends time in the same way in every run. Moments are multiples of half a second, so
that many things happen at the same one.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any
from zlib import crc32

from hypothesis import strategies as st

from asl import TaskContext, TaskError
from tests.machines import ACTIVITY, FUNCTION, INVOKE, SEND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    States = dict[str, dict[str, Any]]
    Draw = Callable[[st.SearchStrategy[Any]], Any]

#: An input for every machine.
INPUT = {"n": 1, "items": [1, 2, 3, 4, 5]}

WITH_TOKEN = SEND + ".waitForTaskToken"
JOB = "arn:aws:states:::ecs:runTask.sync"

_ERRORS = ["A", "B", "ValueError", "States.Timeout", "States.TaskFailed", "States.HeartbeatTimeout"]
_MOMENTS = ["2025-12-31T23:59:59Z", "2026-01-01T00:00:02Z", "2026-01-01T00:00:03.500Z"]


def plan(state: str, attempt: int, event: Any) -> tuple[list[float], str]:
    """What the handler does: the pauses that it makes, with a heartbeat after each, and how it ends."""
    number = event.get("n") if isinstance(event, dict) else None
    dice = crc32(f"{state}/{attempt}/{number}".encode())
    pauses = [0.5 * (dice >> shift & 3) for shift in range(0, 2 * (dice >> 20 & 3), 2)]
    return pauses, ["value", "value", "value", "A", "B", "ValueError", "not JSON", "null"][dice >> 8 & 7]


def call_back(how: str, context: TaskContext) -> None:
    """Answer the task itself by its token, as the plan says; or never."""
    match how:
        case "A" | "B" | "ValueError":
            context.send_task_failure(str(context.task_token), how, "called back")
        case "null":
            context.send_task_success("a token that nobody waits with", 1)
        case _:
            context.send_task_heartbeat(str(context.task_token))
            context.send_task_success(str(context.task_token), {"called": "back"})


def finish(how: str, event: Any) -> Any:
    """Return or raise what the plan says."""
    match how:
        case "A" | "B":
            raise TaskError(how, f"as planned: {how}")
        case "ValueError":
            raise ValueError("as planned")
        case "not JSON":
            return {1, 2}
        case "null":
            return None
        case _:
            return {"n": event.get("n", 0) if isinstance(event, dict) else 0, "ok": True}


def work(event: Any, context: TaskContext) -> Any:
    """The handler of every task."""
    pauses, how = plan(context.state_name, context.attempt, event)
    for pause in pauses:
        context.sleep(pause)
        context.heartbeat()
    if isinstance(event, dict) and event.get("how") == "token":
        call_back(how, context)
        return {"sent": True}
    return finish(how, event)


def work_at_once(event: Any) -> Any:
    """A handler that takes no context, and so can do nothing but return or raise."""
    return finish(plan("", 0, event)[1], event)


async def work_async(event: Any, context: TaskContext) -> Any:
    """The same as ``async def``."""
    return work(event, context)


def handlers(handler: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
    """For every resource that a generated machine names."""
    return {"f": handler, SEND: handler, ACTIVITY: handler, WITH_TOKEN: handler, JOB: handler}


@st.composite
def machines(draw: Draw, *, jitter: bool = True) -> dict[str, Any]:
    """A valid definition; run it with ``INPUT`` and ``handlers(work)``."""
    definition = _scope(draw, count(1), 2, jitter=jitter)
    if draw(st.integers(0, 4)) == 0:
        definition["TimeoutSeconds"] = draw(st.integers(1, 8))
    return definition


def _scope(draw: Draw, names: Iterator[int], depth: int, *, jitter: bool) -> dict[str, Any]:
    """A run of steps one after the other; each ends by going on to the next, or to any later one when it is caught."""
    kinds = ["pass", "wait", "task", "task", "choice", "loop"] + ["parallel", "map"] * bool(depth)
    chosen = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=4 if depth == 2 else 2))
    entries = [f"{kind}{next(names)}" for kind in chosen]
    last = f"last{next(names)}"
    states: States = {}
    for place, (kind, name) in enumerate(zip(chosen, entries, strict=True)):
        later = [*entries[place + 1 :], last]
        match kind:
            case "parallel":
                branches = [_scope(draw, names, depth - 1, jitter=jitter) for _ in range(draw(st.integers(1, 3)))]
                states[name] = {"Type": "Parallel", "Branches": branches, "ResultPath": f"$.{name}", "Next": later[0]}
                states[name] |= _handled(draw, later, jitter=jitter)
            case "map":
                states[name] = _map(draw, name, _scope(draw, names, depth - 1, jitter=jitter)) | {"Next": later[0]}
                states[name] |= _handled(draw, later, jitter=jitter)
            case "task":
                states[name] = _task(draw, name) | _handled(draw, later, jitter=jitter) | {"Next": later[0]}
            case _:
                states |= _STEPS[kind](draw, name, later)
    ends: list[dict[str, Any]] = [
        {"Type": "Succeed"},
        {"Type": "Pass", "End": True},
        {"Type": "Wait", "Seconds": 1, "End": True},
        {"Type": "Fail", "Error": "A", "Cause": "at the end"},
        {"Type": "Fail", "ErrorPath": "$$.State.Name"},
    ]
    states[last] = draw(st.sampled_from(ends if draw(st.booleans()) else ends[:3]))
    return {"StartAt": entries[0], "States": states}


def _pass(draw: Draw, name: str, later: list[str]) -> States:
    shapes: list[dict[str, Any]] = [
        {},
        {"Result": {"x": [1]}, "ResultPath": f"$.{name}"},
        {"Parameters": {"id.$": "States.UUID()", "in.$": "$.n"}, "ResultPath": f"$.{name}"},
        {"Parameters": {"n.$": "$.n", "items": []}},
        {"InputPath": None, "ResultPath": None},
        {"InputPath": "$.n", "ResultPath": f"$.{name}"},
        {"Parameters": {"n.$": "$.n", "about.$": "$$.Execution"}},
        {"Assign": {f"v{name}.$": "$.n", f"w{name}": [1]}},
        {"QueryLanguage": "JSONata", "Output": "{% $merge([$states.input, {'id': $uuid()}]) %}"},
        {"QueryLanguage": "JSONata", "Assign": {f"v{name}": "{% $states.input.n + 1 %}"}},
    ]
    return {name: {"Type": "Pass", **draw(st.sampled_from(shapes)), "Next": later[0]}}


def _wait(draw: Draw, name: str, later: list[str]) -> States:
    how = draw(
        st.one_of(
            st.builds(lambda seconds: {"Seconds": seconds}, st.integers(0, 3)),
            st.just({"SecondsPath": "$.n"}),
            st.builds(lambda moment: {"Timestamp": moment}, st.sampled_from(_MOMENTS)),
        )
    )
    return {name: {"Type": "Wait", **how, "Next": later[0]}}


def _choice(draw: Draw, name: str, later: list[str]) -> States:
    targets = st.sampled_from(later)
    rules = [
        {"Variable": "$.n", "NumericGreaterThan": draw(st.integers(0, 5)), "Next": draw(targets)},
        {
            "And": [{"Variable": "$.n", "IsNumeric": True}, {"Not": {"Variable": "$.x", "IsPresent": True}}],
            "Next": later[0],
        },
    ]
    return {name: {"Type": "Choice", "Choices": draw(st.permutations(rules)), "Default": later[0]}}


def _loop(draw: Draw, name: str, later: list[str]) -> States:
    """Count, work, and go back while there are rounds left."""
    body, more, times = f"{name}Body", f"{name}More", draw(st.integers(1, 3))
    variable = f"{name}Round"
    start = {"Type": "Pass", "Assign": {variable: 0}, "Next": body}
    inner = draw(st.sampled_from([{"Type": "Wait", "Seconds": 1}, _task(draw, body)]))
    add = {f"{variable}.$": f"States.MathAdd(${variable}, 1)"}
    again = {"Variable": f"${variable}", "NumericLessThan": times, "Next": body}
    states = {
        name: start,
        body: {**inner, "Next": f"{name}Add"},
        f"{name}Add": {"Type": "Pass", "Assign": add, "Next": more},
        more: {"Type": "Choice", "Choices": [again], "Default": later[0]},
    }
    if inner["Type"] == "Task":
        states[body]["Catch"] = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": f"{name}Add"}]
    return states


_STEPS: dict[str, Callable[[Draw, str, list[str]], States]] = {
    "pass": _pass,
    "wait": _wait,
    "choice": _choice,
    "loop": _loop,
}


def _task(draw: Draw, name: str) -> dict[str, Any]:
    resources: list[dict[str, Any]] = [
        {"Resource": FUNCTION + "f"},
        {"Resource": INVOKE, "Parameters": {"FunctionName": "f", "Payload.$": "$"}},
        {"Resource": INVOKE, "Parameters": {"FunctionName.$": "States.Format('{}', 'f')", "Payload": {"n.$": "$.n"}}},
        {"Resource": SEND, "Parameters": {"n.$": "$.n", "try.$": "$$.State.RetryCount"}},
        {"Resource": ACTIVITY},
        {"Resource": WITH_TOKEN, "Parameters": {"n.$": "$.n", "how": "token", "token.$": "$$.Task.Token"}},
        {"Resource": JOB, "Parameters": {"n.$": "$.n"}},
    ]
    if draw(st.integers(0, 3)) == 0:
        return {"Type": "Task", "Resource": FUNCTION + "f"}  # nothing is evaluated
    clocks = [{}, {"TimeoutSeconds": 2}, {"HeartbeatSeconds": 1}, {"TimeoutSeconds": 3, "HeartbeatSeconds": 1}]
    shapes: list[dict[str, Any]] = [{"ResultPath": f"$.{name}"}, {"ResultPath": None}]
    return {
        "Type": "Task",
        **draw(st.sampled_from(resources)),
        **draw(st.sampled_from(clocks)),
        **draw(st.sampled_from(shapes)),
    }


def _map(draw: Draw, name: str, processor: dict[str, Any]) -> dict[str, Any]:
    items = draw(st.sampled_from(["$$.Execution.Input.items", "$$.Execution.Input.items[0:0]"]))
    state: dict[str, Any] = {
        "Type": "Map",
        "ItemProcessor": processor,
        "ItemSelector": {"n.$": "$$.Map.Item.Value", "index.$": "$$.Map.Item.Index"},
        "ResultPath": f"$.{name}",
    }
    if items.endswith("items"):
        state["ItemsPath"] = items
    else:  # no items at all
        state |= {"InputPath": items}
    concurrency = draw(st.sampled_from([None, 1, 2]))
    return state if concurrency is None else {**state, "MaxConcurrency": concurrency}


def _handled(draw: Draw, later: list[str], *, jitter: bool) -> dict[str, Any]:
    errors = st.lists(st.sampled_from(_ERRORS), min_size=1, max_size=2, unique=True)
    how = st.sampled_from(
        [{}, {"MaxAttempts": 1}, {"IntervalSeconds": 2, "BackoffRate": 1.0}, *([{"JitterStrategy": "FULL"}] * jitter)]
    )
    found: dict[str, Any] = {}
    if draw(st.booleans()):
        found["Retry"] = [{"ErrorEquals": draw(errors), **draw(how)} for _ in range(draw(st.integers(0, 2)))]
        if draw(st.booleans()):
            found["Retry"].append({"ErrorEquals": ["States.ALL"], "MaxAttempts": 1})
    if draw(st.booleans()):
        path = {"ResultPath": draw(st.sampled_from(["$.error", None]))}
        target = st.sampled_from(later)
        found["Catch"] = [
            {"ErrorEquals": draw(errors), "Next": draw(target), **path} for _ in range(draw(st.integers(0, 1)))
        ]
        found["Catch"].append({"ErrorEquals": ["States.ALL"], "Next": draw(target), **path})
    return found
