"""The way of the data through a JSONata state, and JSONata in its other fields.

    raw input = $states.input -> Arguments -> [work] -> $states.result -> Assign and Output, each on entry-time
    variables

Every field is compiled to a callable ``(data, scope)`` like a JSONPath one, so that the state rooms need not care:
``data`` is the state's raw input, and what else ``$states`` holds comes from the scope.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.expressions.jsonata import compile_typed, compile_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asl.states.scope import VisitScope


class JsonataValue:
    """A compiled field. Raises QueryEvaluationError with AWS's text and the field's location."""

    __slots__ = ("_get", "_reads_context")

    reads_scope = True

    def __init__(self, value: Any, field: str, expected: str | None = None) -> None:
        template = compile_value(value, field) if expected is None else compile_typed(value, field, expected)
        self._get = template.get
        self._reads_context = template.reads_context

    def __call__(self, data: Any, scope: VisitScope) -> Any:
        return self._get(scope.bindings(data, context=self._reads_context), scope)


def jsonata_field(fields: Mapping[str, Any], name: str, expected: str | None = None) -> JsonataValue | None:
    """The field of that name, or None where it isn't given."""
    return JsonataValue(fields[name], name, expected) if name in fields else None


class JsonataFlow:
    """Arguments, Output, Assign; the counterpart of ``JsonPathFlow``."""

    __slots__ = ("argument", "assign", "output", "plain", "reads_scope")

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.argument = jsonata_field(fields, "Arguments")
        self.output = jsonata_field(fields, "Output")
        self.assign = jsonata_field(fields, "Assign")
        self.plain = self.argument is None and self.output is None and self.assign is None
        self.reads_scope = not self.plain

    def effective(self, raw: Any, scope: VisitScope | None) -> Any:
        """There is no InputPath."""
        return raw

    def arguments(self, effective: Any, scope: VisitScope | None) -> Any:
        """What the work receives."""
        if self.argument is None:
            return effective
        assert scope is not None, "reads_scope is set"
        return self.argument(effective, scope)

    def payload(self, raw: Any, scope: VisitScope | None) -> Any:
        """What the work receives, from the raw input."""
        return raw if self.argument is None else self.arguments(raw, scope)

    def finish(self, raw: Any, result: Any, scope: VisitScope | None) -> tuple[Any, dict[str, Any] | None]:
        """The state's output, and the variables that it assigns."""
        if self.output is None and self.assign is None:
            return result, None
        assert scope is not None, "reads_scope is set"
        scope.states["result"] = result
        assigned = None if self.assign is None else self.assign(raw, scope)
        return (result if self.output is None else self.output(raw, scope)), assigned
