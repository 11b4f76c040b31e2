"""Paths to something that can't be there, given what the states before make of the data (ASL901).

The shape of the data is followed from each scope's start along all transitions; where ways meet, only what holds on
both is kept. Of the execution's input, of task results and of JSONata expressions nothing is known, so that nothing is
said of what comes from them. Said is only what is certain: the path fails whenever it is evaluated.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from asl.compiler.shapes import ANY, ARRAY, EMPTY, SCALAR, Shape, follow, joined, object_of, put, shape_of
from asl.compiler.transitions import inner_scopes, is_distributed, transitions
from asl.expressions.jsonpath import read_path
from asl.expressions.scope import ExpressionSyntaxError
from asl.syntax.diagnostics import child, shown
from asl.syntax.fields import JSONATA, JSONPATH

if TYPE_CHECKING:
    from asl.syntax.diagnostics import Findings

#: how often a state's shape may change before it is given up
_PATIENCE = 8

_ERROR_OUTPUT = object_of({"Error": SCALAR, "Cause": SCALAR})
_INPUT_MEMBER = r"\{%\s*\$states\.input((?:\.[A-Za-z_]\w*)+)\s*%\}"


class _Ways(NamedTuple):
    """The shapes with which a state is left: by Next, Default or a rule; by the catchers; and into inner scopes."""

    forward: Shape
    inner: Shape
    raw: Shape


def check_data(findings: Findings, tree: dict[str, Any]) -> None:
    """Follow the data through the whole document."""
    machine_language = JSONATA if tree.get("QueryLanguage") == JSONATA else JSONPATH
    work: list[tuple[dict[str, Any], str, Shape]] = [(tree, "", ANY)]
    while work:
        scope, pointer, start = work.pop()
        states = scope.get("States")
        if not isinstance(states, dict):
            continue
        for name, shape in _shapes(states, scope.get("StartAt"), start, machine_language).items():
            state, place = states[name], child(f"{pointer}/States", name)
            walk = _Walk(state, place, _language(state, machine_language), findings)
            ways = walk.ways(shape)
            for inner, inner_pointer in inner_scopes(state, place):
                known = ways.inner if not (is_distributed(inner) and "ItemBatcher" in state) else ANY
                work.append((inner, inner_pointer, known))


def _language(state: dict[str, Any], inherited: str) -> str:
    language = state.get("QueryLanguage")
    return language if language in (JSONATA, JSONPATH) else inherited


def _shapes(states: dict[str, Any], start: Any, shape: Shape, language: str) -> dict[str, Shape]:
    """For each state that can be reached: the shape of its input."""
    if not isinstance(start, str) or not isinstance(states.get(start), dict):
        return {}
    found = {start: shape}
    changes: dict[str, int] = {}
    work = [start]
    while work:
        name = work.pop()
        state = states[name]
        ways = _Walk(state, "", _language(state, language), None).ways(found[name])
        for way in transitions(state, ""):
            target = way.target
            if not isinstance(target, str) or not isinstance(states.get(target), dict):
                continue
            after = ways.forward if way.holder is state else _after(way.holder, ways, state, language)
            before = found.get(target)
            merged = after if before is None else joined(before, after)
            if merged != before:
                changes[target] = changes.get(target, 0) + 1
                found[target] = merged if changes[target] <= _PATIENCE else ANY
                if changes[target] <= _PATIENCE + 1:
                    work.append(target)
    return found


def _after(holder: dict[str, Any], ways: _Ways, state: dict[str, Any], language: str) -> Shape:
    """Behind a Choice rule or a catcher."""
    if _language(state, language) == JSONATA:
        default = ways.forward if state.get("Type") == "Choice" else _ERROR_OUTPUT
        return _template(holder["Output"]) if "Output" in holder else default
    if state.get("Type") == "Choice":
        return ways.forward
    return _stored(holder, ways.raw, _ERROR_OUTPUT)


def _stored(holder: dict[str, Any], raw: Shape, result: Shape) -> Shape:
    """``result`` at the holder's ResultPath in ``raw``."""
    path = holder.get("ResultPath", "$")
    if path is None:
        return raw
    keys = _keys(path)
    return ANY if keys is None else put(raw, keys, result)


def _keys(path: Any) -> tuple[str | int, ...] | None:
    """The steps of a simple path into the data; None for anything else."""
    if not isinstance(path, str):
        return None
    try:
        root, keys = read_path(path)
    except ExpressionSyntaxError:
        return None
    return keys if root == "$" else None


def _template(value: Any) -> Shape:
    """The shape of a JSONata Output or Arguments: what is written out is known, what an expression gives isn't."""
    if isinstance(value, str):
        return ANY if value.startswith("{%") else SCALAR
    if isinstance(value, dict):
        return object_of({name: _template(inner) for name, inner in value.items()})
    return ARRAY if isinstance(value, list) else SCALAR


class _Walk:
    """One state's way of the data. With ``findings`` it reports, without it only computes."""

    def __init__(self, state: dict[str, Any], pointer: str, language: str, findings: Findings | None) -> None:
        self.state = state
        self.pointer = pointer
        self.language = language
        self.findings = findings

    def ways(self, raw: Shape) -> _Ways:
        if self.language == JSONATA:
            return self._jsonata(raw)
        effective = self._through("InputPath", raw)
        for field in _PATH_FIELDS:
            if field in self.state:
                self._read(self.state[field], effective, f"/{field}")
        payload = self._payload(effective)
        self._check_rules(effective)
        match self.state.get("Type"):
            case "Pass":
                fixed = self.state.get("Result")
                forward = _stored(self.state, raw, payload if fixed is None else shape_of(fixed))
            case "Task":
                forward = _stored(self.state, raw, self._selected(ANY))
            case "Parallel" | "Map":
                forward = _stored(self.state, raw, self._selected(ANY if "ResultWriter" in self.state else ARRAY))
            case "Choice" | "Wait":
                forward = effective
            case _:
                forward = ANY if self.state.get("Type") != "Succeed" else effective
        return _Ways(self._through("OutputPath", forward), payload, raw)

    def _payload(self, effective: Shape) -> Shape:
        for field in ("Parameters", "ItemSelector"):
            if field in self.state:
                return self._made(self.state[field], effective, f"/{field}")
        return effective if self.state.get("Type") != "Map" else ANY

    def _selected(self, result: Shape) -> Shape:
        selector = self.state.get("ResultSelector")
        return result if selector is None else self._made(selector, result, "/ResultSelector")

    def _jsonata(self, raw: Shape) -> _Ways:
        self._check_expressions(raw)
        output = self.state.get("Output")
        if "Output" in self.state:
            forward = _template(output)
        else:
            forward = raw if self.state.get("Type") in ("Pass", "Wait", "Choice", "Succeed") else ANY
        if self.state.get("Type") == "Map":
            inner = _template(self.state["ItemSelector"]) if "ItemSelector" in self.state else ANY
        else:
            inner = _template(self.state["Arguments"]) if "Arguments" in self.state else raw
        return _Ways(forward, inner, raw)

    def _through(self, field: str, shape: Shape) -> Shape:
        """What InputPath or OutputPath selects."""
        if field not in self.state:
            return shape
        path = self.state[field]
        return EMPTY if path is None else self._read(path, shape, f"/{field}")

    def _read(self, path: Any, shape: Shape, below: str) -> Shape:
        """What a path selects; reported if there can't be anything."""
        keys = _keys(path)
        if keys is None:
            return ANY
        found = follow(shape, keys)
        if found is None:
            self._report(str(path), keys, shape, below)
            return ANY
        return found

    def _report(self, text: str, keys: tuple[str | int, ...], shape: Shape, below: str) -> None:
        if self.findings is None:
            return
        last = next(index for index in range(len(keys)) if follow(shape, keys[: index + 1]) is None)
        around = follow(shape, keys[:last])
        names = list(around.members) if around is not None else []
        hint = self.findings.suggest(str(keys[last]), names)
        if not hint:
            hint = f"there are {', '.join(map(shown, names[:5]))}" if names else "the value there has no members"
        self.findings.add("ASL901", self.pointer + below, f"{shown(text)} can't be there", hint)

    def _made(self, template: Any, shape: Shape, below: str, depth: int = 0) -> Shape:
        """What a payload template makes of the data."""
        if isinstance(template, list):
            for index, item in enumerate(template if depth < 20 else ()):
                self._made(item, shape, f"{below}/{index}", depth + 1)
            return ARRAY
        if not isinstance(template, dict):
            return SCALAR
        if depth >= 20:
            return ANY
        members: dict[str, Shape] = {}
        for key, value in template.items():
            place = child(below, key)
            if key.endswith(".$"):
                members[key[:-2]] = self._read(value, shape, place)
            else:
                members[key] = self._made(value, shape, place, depth + 1)
        return object_of(members)

    def _check_rules(self, effective: Shape) -> None:
        """Variable and ...Path of Choice rules, except where the state asks whether something is present."""
        choices = self.state.get("Choices")
        if self.findings is None or not isinstance(choices, list):
            return
        tested: list[tuple[str, str]] = []
        guarded = False
        work: list[tuple[Any, str]] = [(rule, f"/Choices/{index}") for index, rule in enumerate(choices)]
        while work:
            rule, place = work.pop()
            if not isinstance(rule, dict):
                continue
            guarded = guarded or "IsPresent" in rule
            tested += [
                (value, f"{place}/{name}")
                for name, value in rule.items()
                if isinstance(value, str) and (name == "Variable" or name.endswith("Path"))
            ]
            for name in ("And", "Or"):
                inner = rule.get(name)
                work.extend(
                    (one, f"{place}/{name}/{i}") for i, one in enumerate(inner if isinstance(inner, list) else ())
                )
            work.append((rule.get("Not"), f"{place}/Not"))
        if not guarded:
            for path, place in tested:
                self._read(path, effective, place)

    def _check_expressions(self, raw: Shape) -> None:
        """``{% $states.input.a.b %}`` and nothing else: the simplest expression is a path too."""
        if self.findings is None or raw.kind == "any":
            return
        work: list[tuple[Any, str]] = [
            (value, f"/{name}") for name, value in self.state.items() if name not in _NO_EXPRESSIONS
        ]
        while work:
            value, place = work.pop()
            if isinstance(value, dict):
                work.extend((inner, child(place, name)) for name, inner in value.items())
            elif isinstance(value, list):
                work.extend((inner, child(place, index)) for index, inner in enumerate(value))
            elif isinstance(value, str):
                match = re.fullmatch(_INPUT_MEMBER, value)
                keys = tuple(match[1][1:].split(".")) if match is not None else ()
                if keys and follow(raw, keys) is None and not _through_array(raw, keys):
                    self._report(value, keys, raw, place)


def _through_array(shape: Shape, keys: tuple[str, ...]) -> bool:
    """Whether the way leads into an array, which JSONata looks through."""
    for index in range(len(keys)):
        found = follow(shape, keys[:index])
        if found is not None and found.kind == "array":
            return True
    return False


_PATH_FIELDS = (
    "SecondsPath",
    "TimestampPath",
    "TimeoutSecondsPath",
    "HeartbeatSecondsPath",
    "ItemsPath",
    "MaxConcurrencyPath",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentagePath",
    "ErrorPath",
    "CausePath",
)
_NO_EXPRESSIONS = frozenset(
    ("Branches", "ItemProcessor", "Iterator", "Comment", "Type", "Next", "Resource", "Catch", "Retry")
)
