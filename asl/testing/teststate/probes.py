"""Probes: they stand where a state's own steps stand, do what those do, and write down what came out.

A step that the definition doesn't have gets a probe that hands its value on, so that the data is seen there too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.states.dataflow import JsonPathFlow
from asl.states.function import FunctionTask
from asl.states.jsonata import JsonataFlow
from asl.states.map_ import Map

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.states.base import State

Seen = dict[str, Any]

#: What AWS shows of a state, by query language and type; of what was seen, nothing else is told.
SHOWN: dict[str, dict[str, tuple[str, ...]]] = {
    "JSONPath": {
        "Pass": ("afterInputPath", "afterParameters", "result", "afterResultSelector", "afterResultPath"),
        "Task": ("afterInputPath", "afterParameters", "result", "afterResultSelector", "afterResultPath"),
        "Parallel": ("afterResultSelector", "afterResultPath"),
        "Map": (
            "afterInputPath",
            "afterItemsPath",
            "afterItemSelector",
            "afterItemBatcher",
            "afterItemsPointer",
            "afterResultSelector",
            "afterResultPath",
            "maxConcurrency",
            "toleratedFailureCount",
            "toleratedFailurePercentage",
        ),
        **dict.fromkeys(("Choice", "Wait", "Succeed", "Fail"), ("afterInputPath",)),
    },
    "JSONata": {
        "Task": ("afterArguments", "result"),
        "Map": (
            "afterItemSelector",
            "afterItemBatcher",
            "afterItemsPointer",
            "maxConcurrency",
            "toleratedFailureCount",
            "toleratedFailurePercentage",
        ),
        **dict.fromkeys(("Pass", "Parallel", "Choice", "Wait", "Succeed", "Fail"), ()),
    },
}


class Probe:
    """In place of a path, a template or an expression."""

    reads_scope = True

    def __init__(self, seen: Seen, name: str, inner: Callable[[Any, Any], Any] | None) -> None:
        self._seen = seen
        self._name = name
        self._inner = inner
        self.text = getattr(inner, "text", "$")

    def __call__(self, data: Any, scope: Any) -> Any:
        value = data if self._inner is None else self._inner(data, scope)
        self._seen[self._name] = value
        return value


class _ResultPath:
    """In place of the reference path of ResultPath."""

    def __init__(self, seen: Seen, put: Callable[[Any, Any], Any]) -> None:
        self._seen = seen
        self._put = put

    def put(self, raw: Any, result: Any) -> Any:
        value = self._seen["afterResultPath"] = self._put(raw, result)
        return value


def attach(state: State, seen: Seen) -> None:
    """Set probes in a state, which from now on writes into ``seen``. The state must be nobody else's."""
    flow: Any = state.flow
    if isinstance(flow, JsonPathFlow):
        _attach_jsonpath(flow, seen)
    elif isinstance(flow, JsonataFlow) and flow.argument is not None:
        flow.argument = Probe(seen, "afterArguments", flow.argument)  # type: ignore[assignment]  # it is called like one
    flow.plain = False
    if hasattr(state, "reads_scope"):
        state.reads_scope = True
    if isinstance(state, Map):
        _attach_map(state, seen)
    if isinstance(state, FunctionTask):
        state.take_the_long_way()


def _attach_jsonpath(flow: Any, seen: Seen) -> None:
    flow.input_path = Probe(seen, "afterInputPath", flow.input_path)
    flow.parameters = Probe(seen, "afterParameters", flow.parameters)
    flow.result_selector = Probe(seen, "afterResultSelector", flow.result_selector)
    put: Callable[[Any, Any], Any] = _replace if flow.result_path is None else flow.result_path.put
    if flow.discards_result:
        put = _keep
        flow.discards_result = False
    flow.result_path = _ResultPath(seen, put)
    flow.reads_scope = True


def _attach_map(state: Map, seen: Seen) -> None:
    state.items = Probe(seen, "items", state.items)
    state.limit = Probe(seen, "maxConcurrency", state.limit)
    if state.selector is not None:
        state.selector = _Collected(seen, "afterItemSelector", state.selector)  # type: ignore[assignment]  # called like one


class _Collected(Probe):
    """What each item became."""

    def __call__(self, data: Any, scope: Any) -> Any:
        before = self._seen.get(self._name, [])
        value = super().__call__(data, scope)
        self._seen[self._name] = [*before, value]
        return value


def _keep(raw: Any, _result: Any) -> Any:
    return raw


def _replace(_raw: Any, result: Any) -> Any:
    return result
