"""Map: runs its processor once for each item.

Fields: ``ItemProcessor``, or the older ``Iterator`` with the same shape. ``ItemReader``, ``ItemBatcher``,
``ResultWriter`` and ``Label`` belong to Distributed Map (``ProcessorConfig.Mode`` DISTRIBUTED). Each number has a
``...Path`` twin in JSONPath.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.errors import UnsupportedError
from asl.expressions.jsonpath import compile_path
from asl.expressions.scope import EvaluationError, PathNotFound, QueryEvaluationError
from asl.expressions.template import compile_template
from asl.jsontext import encode, too_large
from asl.kernel.outcome import RUNTIME_ERROR, Failure
from asl.states.base import EVALUATION_ERRORS, size_cause
from asl.states.dataflow import JsonPathFlow
from asl.states.fanout import CHILDREN, FanOutState
from asl.states.jsonata import JsonataValue, jsonata_field
from asl.states.retry_catch import RETRY_CATCH
from asl.states.scope import VisitScope
from asl.states.variables import DATA_LIMIT_ERROR
from asl.syntax.fields import (
    ASSIGN,
    COMMON,
    INPUT_OUTPUT,
    JSONATA,
    JSONPATH,
    TRANSITION,
    Field,
    OneOf,
    Table,
    array_of,
    integer,
    keyword,
    number,
    object_of,
    path,
    reference_path,
    template,
    template_object,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asl.expressions.template import Template
    from asl.kernel.core import Core
    from asl.kernel.frame import Frame
    from asl.states.base import State

_TOP_LEVEL = "only the whole state machine can have it"

PROCESSOR_CONFIG_FIELDS = Table(
    {"Mode": keyword("INLINE", "DISTRIBUTED"), "ExecutionType": keyword("STANDARD", "EXPRESS")}
)

PROCESSOR_FIELDS = Table(
    {
        "States": object_of(required=True, nonempty=True),
        "StartAt": text(required=True, nonempty=True),
        "ProcessorConfig": object_of(PROCESSOR_CONFIG_FIELDS),
        "Comment": text(),
    },
    required_as_list=True,
    foreign={
        name: ("ASL202", f"Field '{name}' is not supported", _TOP_LEVEL)
        for name in ("Version", "TimeoutSeconds", "QueryLanguage")
    },
)

READER_CONFIG_FIELDS = Table(
    {
        "InputType": keyword("CSV", "JSON", "JSONL", "PARQUET", "MANIFEST"),
        "ManifestType": keyword("ATHENA_DATA", "S3_INVENTORY"),
        "Transformation": keyword("NONE", "LOAD_AND_FLATTEN"),
        "CSVDelimiter": keyword("COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"),
        "CSVHeaderLocation": keyword("FIRST_ROW", "GIVEN"),
        "CSVHeaders": array_of(text(), nonempty=True),
        "ItemsPointer": text(),
        "MaxItems": integer(0, 100_000_000, expression=True),
        "MaxItemsPath": path(),
    },
    exclusive=(("MaxItems", "MaxItemsPath"),),
)

ITEM_READER_FIELDS = Table(
    {
        "Resource": text(required=True, nonempty=True),
        "Parameters": template_object(only=JSONPATH),
        "Arguments": template(only=JSONATA),
        "ReaderConfig": object_of(READER_CONFIG_FIELDS),
    }
)

ITEM_BATCHER_FIELDS = Table(
    {
        "MaxItemsPerBatch": integer(1, expression=True),
        "MaxItemsPerBatchPath": path(),
        "MaxInputBytesPerBatch": integer(1, 262_144, expression=True),
        "MaxInputBytesPerBatchPath": path(),
        "BatchInput": template(),
    },
    exclusive=(
        ("MaxItemsPerBatch", "MaxItemsPerBatchPath"),
        ("MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"),
    ),
    at_least_one=(("MaxItemsPerBatch", "MaxItemsPerBatchPath", "MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"),),
)

WRITER_CONFIG_FIELDS = Table(
    {"Transformation": keyword("NONE", "COMPACT", "FLATTEN"), "OutputType": keyword("JSON", "JSONL")}
)

RESULT_WRITER_FIELDS = Table(
    {
        "Resource": text(nonempty=True),
        "Parameters": template_object(only=JSONPATH),
        "Arguments": template(only=JSONATA),
        "WriterConfig": object_of(WRITER_CONFIG_FIELDS),
    },
    at_least_one=(("WriterConfig", "Resource"),),
    needs={"Parameters": "Resource", "Arguments": "Resource"},
)

#: fields that only a Distributed Map has
DISTRIBUTED_ONLY = ("ItemReader", "ItemBatcher", "ResultWriter", "Label")

FIELDS = Table(
    {
        **COMMON,
        **TRANSITION,
        **INPUT_OUTPUT,
        **ASSIGN,
        **RETRY_CATCH,
        "ItemProcessor": object_of(PROCESSOR_FIELDS),
        "Iterator": object_of(PROCESSOR_FIELDS),
        "ItemsPath": path(),
        "Items": template(only=JSONATA),
        "ItemSelector": template(),
        "Parameters": template_object(only=JSONPATH),
        "ResultSelector": template_object(only=JSONPATH),
        "ResultPath": reference_path(nullable=True),
        "MaxConcurrency": integer(0, expression=True),
        "MaxConcurrencyPath": path(),
        "ToleratedFailureCount": integer(0, expression=True),
        "ToleratedFailureCountPath": path(),
        "ToleratedFailurePercentage": number(0, 100, expression=True),
        "ToleratedFailurePercentagePath": path(),
        "ItemReader": object_of(ITEM_READER_FIELDS),
        "ItemBatcher": object_of(ITEM_BATCHER_FIELDS),
        "ResultWriter": object_of(RESULT_WRITER_FIELDS),
        "Label": Field("text", nonempty=True),
    },
    exactly_one=(OneOf(("ItemProcessor", "Iterator")),),
    exclusive=(
        ("ItemSelector", "Parameters"),
        ("MaxConcurrency", "MaxConcurrencyPath"),
        ("ToleratedFailureCount", "ToleratedFailureCountPath"),
        ("ToleratedFailurePercentage", "ToleratedFailurePercentagePath"),
    ),
)


#: However much concurrency is asked for, AWS runs at most so many iterations of an inline Map at a time.
INLINE_CONCURRENCY = 40


class Map(FanOutState):
    """Iterations start lazily, at most MaxConcurrency (and 40) at a time, in ascending order."""

    type = "Map"

    def __init__(
        self,
        name: str,
        fields: Mapping[str, Any],
        language: str,
        compile_scope: Callable[[Mapping[str, Any]], State],
    ) -> None:
        super().__init__(name, fields, language)
        processor: Mapping[str, Any] = fields.get("ItemProcessor") or fields["Iterator"]
        if processor.get("ProcessorConfig", {}).get("Mode", "INLINE") != "INLINE":
            raise UnsupportedError(
                f"the Map state '{name}' is a Distributed Map (Mode DISTRIBUTED), which can't be run yet; "
                "use Mode INLINE to run it here"
            )
        selector = "ItemSelector" if "ItemSelector" in fields else "Parameters"  # its old name
        self.selector: Template | JsonataValue | None = None
        if language == JSONATA:
            self.selector = jsonata_field(fields, "ItemSelector")
            self.items, self.limit = _items_jsonata(fields), _limit_jsonata(fields)
        else:
            self.flow = JsonPathFlow(fields, parameters="")
            if selector in fields:
                self.selector = compile_template(fields[selector])
            self.items, self.limit = _items(fields), _limit(fields)
        self.processor = compile_scope(processor)

    def work(self, core: Core, frame: Frame) -> State | None:
        scope = VisitScope(core, frame)
        effective = self.flow.effective(frame.value, scope)
        limit = min(self.limit(effective, scope) or INLINE_CONCURRENCY, INLINE_CONCURRENCY)
        items = self.items(effective, scope)
        core.record(frame, self.started_event, len(items))
        core.fan_out(frame, CHILDREN)
        frame.plan = {"items": items, "input": effective, "limit": limit}
        frame.local = {"left": len(items), "begun": 0}
        return self.go_on(core, frame)

    def go_on(self, core: Core, frame: Frame) -> State | None:
        assert frame.children is not None, "the fan-out has been made"
        if not frame.local["left"]:
            return self.gather(core, frame)
        origin, first, limit = frame.previous, len(frame.children), frame.plan["limit"]
        indexes = range(first, min(first + limit, len(frame.plan["items"])))
        batch = [self._begin(core, frame, index, origin) for index in indexes]
        for index, started in zip(indexes, batch, strict=True):
            if not self._spawn(core, frame, index, started):
                break
        return None

    def joined(self, core: Core, frame: Frame, child: Frame) -> State | None:
        line = child.previous
        succeeded = core.record_after(line, frame, "MapIterationSucceeded", self.name, child.slot)
        local = frame.local
        local["left"] -= 1
        if not local["left"]:
            frame.previous = succeeded
            return self.gather(core, frame)
        assert frame.children is not None, "a child has just ended"
        index = len(frame.children)
        if index < len(frame.plan["items"]):
            # The next iteration follows the last inner event of the one whose place it takes.
            started = self._begin(core, frame, index, line)
            try:
                self._spawn(core, frame, index, started)
            except EVALUATION_ERRORS as problem:
                return self.broken(core, frame, problem)
        return None

    def abort_child(self, core: Core, frame: Frame, child: Frame, failed: Frame | None, origin: int) -> None:
        kind = "MapIterationFailed" if child is failed else "MapIterationAborted"
        core.record_after(origin, frame, kind, self.name, child.slot)
        super().abort_child(core, frame, child, failed, origin)

    def cut_children(self, core: Core, frame: Frame, origin: int) -> None:
        super().cut_children(core, frame, origin)
        # An iteration that has begun and has no child is the one whose ItemSelector has failed, or comes after it.
        kind = "MapIterationFailed"
        for index in range(len(frame.children or ()), frame.local["begun"] if frame.local else 0):
            core.record_after(origin, frame, kind, self.name, index)
            kind = "MapIterationAborted"

    def _begin(self, core: Core, frame: Frame, index: int, origin: int) -> int:
        frame.local["begun"] = index + 1
        return core.record_after(origin, frame, "MapIterationStarted", self.name, index)

    def _spawn(self, core: Core, frame: Frame, index: int, started: int) -> bool:
        """Start an iteration. False when its input is too large, which ends the execution."""
        plan = frame.plan
        value = item = plan["items"][index]
        if self.selector is not None:
            value = self.selector(plan["input"], VisitScope(core, frame, item=(index, item)))
        text = encode(value)
        if too_large(text):
            core.crash(frame, Failure(DATA_LIMIT_ERROR, size_cause(self.name)))
            return False
        child = core.spawn(frame, self.processor, value, text, started)
        child.item = (index, item)
        return True


def _items(fields: Mapping[str, Any]) -> Callable[[Any, VisitScope], list[Any]]:
    path = compile_path(fields.get("ItemsPath", "$"))
    shown = path.text[1:] if path.text.startswith("$$") else path.text  # AWS names the place in the context object

    def items(effective: Any, scope: VisitScope) -> list[Any]:
        try:
            found = path(effective, scope)
        except PathNotFound:
            found = None
        if not isinstance(found, list):
            raise EvaluationError(RUNTIME_ERROR, f'Reference path "{shown}" must point to array.')
        return found

    return items


def _items_jsonata(fields: Mapping[str, Any]) -> Callable[[Any, VisitScope], list[Any]]:
    read = JsonataValue(fields["Items"], "Items", "array") if "Items" in fields else None

    def items(raw: Any, scope: VisitScope) -> list[Any]:
        found = raw if read is None else read(raw, scope)
        if not isinstance(found, list):  # the input, or Items written out; an expression's result has been checked
            location = None if read is None else "Items"
            raise QueryEvaluationError(f"Map state input must be an array but was: {encode(found)}", location)
        return found

    return items


def _limit(fields: Mapping[str, Any]) -> Callable[[Any, VisitScope], int]:
    if "MaxConcurrencyPath" not in fields:
        fixed: int = fields.get("MaxConcurrency", 0)
        return lambda _data, _scope: fixed
    path = compile_path(fields["MaxConcurrencyPath"])

    def limit(effective: Any, scope: VisitScope) -> int:
        value = path(effective, scope)
        if isinstance(value, str) and value.isdecimal():  # AWS takes a number in quotes
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            shown = "{}" if isinstance(value, dict) else encode(value)
            quoted = shown if shown.startswith('"') else f'"{shown}"'
            raise EvaluationError(
                RUNTIME_ERROR,
                f"The MaxConcurrencyPath field refers to value {quoted} which is not a valid integer: {path.text}",
            )
        if value < 0:
            raise EvaluationError(RUNTIME_ERROR, f"MaxConcurrency cannot be negative: {path.text} == {value}")
        return value

    return limit


def _limit_jsonata(fields: Mapping[str, Any]) -> Callable[[Any, VisitScope], int]:
    if "MaxConcurrency" not in fields:
        return lambda _data, _scope: 0
    read = JsonataValue(fields["MaxConcurrency"], "MaxConcurrency", "integer")

    def limit(raw: Any, scope: VisitScope) -> int:
        value: int = read(raw, scope)
        if value < 0:
            raise QueryEvaluationError(f"The MaxConcurrency field must not be negative: {value}", "MaxConcurrency")
        return value

    return limit
