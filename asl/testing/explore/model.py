"""What can be made up for a machine: its input, what each Task may return and fail with.

Shapes that nobody gave are read off the definition: a Task's result has what later states read of it, the input what is
read before anything puts it there. Values that rules compare with are the likely ones.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from asl.syntax.fields import JSONATA, JSONPATH
from asl.testing.explore.values import Maker, Schema, schema_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from asl.machine import StateMachine
    from asl.states.task import Task

Path = tuple[str, ...]

#: An error that no Retry or Catch names.
UNFORESEEN = "Unforeseen.Error"

#: ``[*]`` in a path that was read off.
EACH = "*"

_PATH = re.compile(r"(?<![$\w])\$((?:\.\w+|\['[^']+'\]|\[[0-9*]+\])+)")
_STEP = re.compile(r"\.(\w+)|\['([^']+)'\]|\[([0-9*]+)\]")
_JSONATA = re.compile(r"\$states\.(input|result)((?:\.\w+)+)")
_COMPARED = re.compile(r"(String|Numeric|Boolean|Timestamp)\w+")
_TYPES = {"String": "string", "Numeric": "number", "Boolean": "boolean", "Timestamp": "string"}
_TESTED = re.compile(
    r"\$states\.(?:input|result)((?:\.\w+)+)\s*(?:=|!=|<=|>=|<|>)\s*(\"[^\"]*\"|'[^']*'|-?[0-9.]+|true|false)"
)


class Read(NamedTuple):
    """One place that a definition reads: of what comes in (or of the work's result), its type and likely values."""

    of_result: bool
    path: Path
    type: str | None = None
    values: tuple[Any, ...] = ()
    optional: bool = False


class TaskModel(NamedTuple):
    """One Task: what it may return, and the errors worth trying."""

    name: str
    results: Maker
    errors: tuple[str, ...]
    times_out: bool
    beats: bool
    handled: bool


class Model:
    """A machine as the search sees it."""

    def __init__(
        self,
        machine: StateMachine,
        *,
        schema: Any = None,
        example: Any = None,
        results: Mapping[str, Any] | None = None,
        handled: frozenset[str] = frozenset(),
    ) -> None:
        self.machine = machine
        definition = machine.definition
        self._language: str = definition.get("QueryLanguage", JSONPATH)
        likely = _likely(definition)
        if schema is not None:
            self.input = Maker(schema)
        elif example is not None:
            self.input = Maker(schema_of(example, likely))
        else:
            self.input = Maker(_schema(self._reads_from(definition, definition["StartAt"], ())))
        self.tasks = []
        for scope in scopes(definition):
            for name, fields in scope["States"].items():
                if fields["Type"] == "Task":
                    given = (results or {}).get(name)
                    made = schema_of(given, likely) if given is not None else self._result(scope, name)
                    task: Task = machine.program.states[name]  # type: ignore[assignment]  # its type is Task
                    self.tasks.append(_task(task, fields, Maker(made), handled=name in handled))

    def _result(self, scope: Mapping[str, Any], name: str) -> Schema:
        """The shape of a Task's result."""
        fields = scope["States"][name]
        own = [read for read in self._reads(fields) if read.of_result]
        if self._language_of(fields) == JSONATA:
            reads = own if "Output" in fields else [*own, *self._after(scope, name)]
        elif "ResultSelector" in fields:
            reads = own
        else:
            where = _written(fields)
            after = [] if where is None else [*_output_reads(fields), *self._after(scope, name)]
            reads = [
                *own,
                *(r._replace(path=r.path[len(where or ()) :]) for r in after if r.path[: len(where or ())] == where),
            ]
        schema = _schema(reads)
        if fields["Resource"].endswith(":lambda:invoke") and "Payload" not in schema["properties"]:
            schema["properties"]["Payload"] = {"type": "object"}
            schema["required"].append("Payload")
        return schema

    def _after(self, scope: Mapping[str, Any], name: str) -> list[Read]:
        target = scope["States"][name].get("Next")
        own = _written(scope["States"][name])
        hidden = tuple(path for path in self._produced(scope) if path != own)
        return self._reads_from(scope, target, hidden) if target else []

    def _produced(self, scope: Mapping[str, Any]) -> set[Path]:
        """The places that states of a scope write to."""
        found: set[Path] = set()
        for fields in scope["States"].values():
            for place in (fields, *fields.get("Catch", ())):
                path = _written(place)
                if path:
                    found.add(path)
        return found

    def _reads_from(self, scope: Mapping[str, Any], start: str, hidden: tuple[Path, ...]) -> list[Read]:
        """What is read of the data that ``start`` gets, until something else takes its place."""
        hidden = hidden or tuple(self._produced(scope))
        reads: list[Read] = []
        waiting, seen = [start], {start}
        while waiting:
            name = waiting.pop()
            fields = scope["States"][name]
            reads += [read for read in self._reads(fields) if not read.of_result]
            reads += self._inner(fields)
            following = [] if self._replaces(fields) else [fields.get("Next"), fields.get("Default")]
            following += [rule["Next"] for rule in fields.get("Choices", ())]
            if self._language_of(fields) == JSONPATH:
                following += [catcher["Next"] for catcher in fields.get("Catch", ()) if _written(catcher) != ()]
            for target in following:
                if target is not None and target not in seen:
                    seen.add(target)
                    waiting.append(target)
        return [read for read in reads if not any(read.path[: len(path)] == path for path in hidden)]

    def _inner(self, fields: Mapping[str, Any]) -> list[Read]:
        """What states inside a Map or Parallel read of what it gets."""
        if self._language_of(fields) == JSONATA or "Parameters" in fields or "ItemSelector" in fields:
            return []
        above = _steps(fields.get("InputPath") or "$")
        reads = []
        for branch in fields.get("Branches", ()):
            reads += [r._replace(path=above + r.path) for r in self._reads_from(branch, branch["StartAt"], ())]
        processor = fields.get("ItemProcessor") or fields.get("Iterator")
        if processor:
            items = above + _steps(fields.get("ItemsPath", "$")) + (EACH,)
            reads += [r._replace(path=items + r.path) for r in self._reads_from(processor, processor["StartAt"], ())]
        return reads

    def _replaces(self, fields: Mapping[str, Any]) -> bool:
        """Whether what the state gets is gone afterwards."""
        kind = fields["Type"]
        if self._language_of(fields) == JSONATA:
            return "Output" in fields or kind in ("Task", "Map", "Parallel")
        if kind in ("Task", "Map", "Parallel"):
            return _written(fields) == ()
        return kind == "Pass" and ("Result" in fields or "Parameters" in fields) and _written(fields) == ()

    def _language_of(self, fields: Mapping[str, Any]) -> str:
        return str(fields.get("QueryLanguage", self._language))

    def _reads(self, fields: Mapping[str, Any]) -> Iterator[Read]:
        """The reads of one state's own fields."""
        if self._language_of(fields) == JSONATA:
            yield from _jsonata_reads(fields)
            return
        above = _steps(fields.get("InputPath") or "$")
        if fields["Type"] == "Map" and "ItemsPath" not in fields:
            yield Read(of_result=False, path=(*above, EACH))
        for name, value in fields.items():
            if name == "Choices":
                for rule in value:
                    yield from _rule_reads(rule, above)
            elif name == "ResultSelector":
                yield from (Read(of_result=True, path=path) for path in _paths(value))
            elif name == "ItemsPath":
                yield from (Read(of_result=False, path=(*above, *path, EACH)) for path in _paths(value))
            elif name in ("SecondsPath", "TimeoutSecondsPath", "HeartbeatSecondsPath", "MaxConcurrencyPath"):
                yield from (Read(False, above + path, "integer", (1, 5)) for path in _paths(value))
            elif name == "TimestampPath":
                yield from (Read(False, above + path, "string", ("2026-01-01T00:00:00Z",)) for path in _paths(value))
            elif name in ("Parameters", "ItemSelector", "CausePath", "ErrorPath") or (
                name == "Assign" and fields["Type"] in ("Pass", "Choice", "Wait")
            ):
                kind = "string" if name in ("CausePath", "ErrorPath") else None
                yield from (Read(False, above + path, kind) for path in _paths(value))
            elif (name == "InputPath" and value) or (
                name == "OutputPath" and value and fields["Type"] not in ("Task", "Map", "Parallel")
            ):
                yield from (Read(of_result=False, path=path) for path in _paths(value))


def _task(task: Task, fields: Mapping[str, Any], results: Maker, *, handled: bool) -> TaskModel:
    named = [name for place in (*fields.get("Retry", ()), *fields.get("Catch", ())) for name in place["ErrorEquals"]]
    errors = [name for name in dict.fromkeys(named) if not name.startswith("States.")]
    return TaskModel(
        task.name,
        results,
        (*errors, UNFORESEEN),
        times_out=task.timeout is not None,
        beats=task.heartbeat is not None,
        handled=handled,
    )


def scopes(scope: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A machine, and every branch and processor in it."""
    yield scope
    for fields in scope["States"].values():
        for inner in (*fields.get("Branches", ()), fields.get("ItemProcessor"), fields.get("Iterator")):
            if inner:
                yield from scopes(inner)


# -- paths


def _steps(text: str) -> Path:
    """The names in a path; an index counts as any item."""
    found = _PATH.fullmatch(text)
    if found is None:
        return ()
    return tuple(member or quoted or EACH for member, quoted, _ in _STEP.findall(found[1]))


def _paths(value: Any) -> Iterator[Path]:
    """All paths into ``$`` in a field, at any depth: of templates, the values of names that end in ``.$``."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if not isinstance(inner, str) or name.endswith(".$"):
                yield from _paths(inner)
    elif isinstance(value, list):
        for inner in value:
            if not isinstance(inner, str):
                yield from _paths(inner)
    elif isinstance(value, str):
        for found in _PATH.finditer(value):
            yield tuple(member or quoted or EACH for member, quoted, _ in _STEP.findall(found[1]))


def _output_reads(fields: Mapping[str, Any]) -> list[Read]:
    """OutputPath of a Task reads its result where that was put."""
    value = fields.get("OutputPath")
    return [Read(of_result=False, path=path) for path in _paths(value)] if value else []


def _written(place: Mapping[str, Any]) -> Path | None:
    """Where a state or catcher puts its result: () = in place of everything, None = nowhere."""
    path = place.get("ResultPath", "$")
    if "Type" in place and place["Type"] in ("Choice", "Wait", "Succeed", "Fail"):
        return None
    if place.get("Type") == "Pass" and "Result" not in place and "Parameters" not in place:
        return None
    return None if path is None else _steps(path)


def _rule_reads(rule: Mapping[str, Any], above: Path) -> Iterator[Read]:
    present = {inner.get("Variable") for inner in _rules(rule) if "IsPresent" in inner}
    for inner in _rules(rule):
        if "Variable" not in inner:
            continue
        for path in _paths(inner["Variable"]):
            kind, values = None, ()
            for name, value in inner.items():
                found = _COMPARED.fullmatch(name)
                if found and not name.endswith("Path"):
                    kind, values = _TYPES[found[1]], _around(value)
                elif found:
                    kind = _TYPES[found[1]]
                    yield from (Read(False, above + other, kind) for other in _paths(value))
            yield Read(False, above + path, kind, tuple(values), optional=inner["Variable"] in present)


def _rules(rule: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield rule
    for inner in (*rule.get("And", ()), *rule.get("Or", ()), *([rule["Not"]] if "Not" in rule else ())):
        yield from _rules(inner)


def _around(value: Any) -> tuple[Any, ...]:
    """A value that is compared with, and its neighbours."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return (value,)
    return (value, value + 1, value - 1)


def _jsonata_reads(fields: Any) -> Iterator[Read]:
    if isinstance(fields, dict):
        for name, value in fields.items():
            if name not in ("Branches", "ItemProcessor", "Iterator"):
                yield from _jsonata_reads(value)
    elif isinstance(fields, list):
        for value in fields:
            yield from _jsonata_reads(value)
    elif isinstance(fields, str) and fields.startswith("{%"):
        tested: dict[str, list[Any]] = {}
        for path, literal in _TESTED.findall(fields):
            tested.setdefault(path, []).extend(_around(_literal(literal)))
        for kind, path in _JSONATA.findall(fields):
            steps = tuple(path.split(".")[1:])
            values = tuple(tested.get(path, ()))
            shape = None
            if values:
                value = values[0]
                shape = "boolean" if isinstance(value, bool) else "string" if isinstance(value, str) else "number"
            yield Read(kind == "result", steps, shape, values)


def _literal(text: str) -> Any:
    if text[0] in "\"'":
        return text[1:-1]
    return (
        {"true": True, "false": False}.get(text)
        if text in ("true", "false")
        else float(text)
        if "." in text
        else int(text)
    )


def _likely(definition: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Values that rules compare with, by the last name of the path."""
    found: dict[str, list[Any]] = {}
    for scope in scopes(definition):
        for fields in scope["States"].values():
            reads = [read for rule in fields.get("Choices", ()) for read in _rule_reads(rule, ())]
            for read in (*reads, *_jsonata_reads(fields)):
                if read.values and read.path:
                    found.setdefault(read.path[-1], []).extend(read.values)
    return found


def _schema(reads: list[Read]) -> Schema:
    """An object with everything that is read of it."""
    root: Schema = {"type": "object", "properties": {}, "required": []}
    if any(read.path[:1] == (EACH,) for read in reads):
        root = {"type": "array"}
    optional = {read.path for read in reads if read.optional}
    for read in reads:
        node = root
        for depth, step in enumerate(read.path):
            if step == EACH:
                node["type"] = "array"
                node.pop("properties", None)
                node.pop("required", None)
                node = node.setdefault("items", {})
            else:
                node["type"] = "object"
                node.pop("items", None)
                inner = node.setdefault("properties", {})
                required = node.setdefault("required", [])
                if step not in required and read.path[: depth + 1] not in optional:
                    required.append(step)
                node = inner.setdefault(step, {})
        if "properties" not in node and "items" not in node:
            if read.type is not None:
                node["type"] = read.type
            known = node.setdefault("values", [])
            known += [value for value in read.values if value not in known]
    return _finished(root)


def _finished(node: Schema) -> Schema:
    """Places of which only the name is known become numbers, which go through most expressions."""
    for inner in node.get("properties", {}).values():
        _finished(inner)
    if "items" in node:
        _finished(node["items"])
    if "values" in node and not node["values"]:
        del node["values"]
    node.setdefault("type", "number")
    return node
