"""The way of the data through a JSONPath state.

    raw input -InputPath-> effective input -Parameters-> payload -[work]-> result -ResultSelector-> selected
    selected -ResultPath-> merged into the RAW input -OutputPath-> output

``Assign`` sees the selected result as ``$`` and, like every other step, the variables as they were on entry.

A step that a definition doesn't use is None and costs one comparison. Each query language has such a flow (see
``jsonata.py`` for the other); a state asks it for ``effective`` and ``arguments`` (or for both in one, ``payload``) and
for ``finish``, and never asks which it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.expressions.jsonpath import compile_path
from asl.expressions.reference import compile_reference_path
from asl.expressions.template import compile_template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asl.expressions.jsonpath import Path
    from asl.expressions.reference import ReferencePath
    from asl.expressions.scope import Scope
    from asl.expressions.template import Template

_NOTHING = compile_template({})  # InputPath and OutputPath null: the effective value is {}


class JsonPathFlow:
    """InputPath, Parameters (or Map's ItemSelector under its own name), ResultSelector, ResultPath, OutputPath."""

    __slots__ = (
        "assign",
        "discards_result",
        "input_path",
        "output_path",
        "parameters",
        "plain",
        "reads_scope",
        "result_path",
        "result_selector",
    )

    def __init__(self, fields: Mapping[str, Any], parameters: str = "Parameters") -> None:
        steps = (
            _path(fields, "InputPath"),
            _template(fields, parameters),
            _template(fields, "ResultSelector"),
            _template(fields, "Assign"),
            _path(fields, "OutputPath"),
        )
        self.reads_scope = any(step is not None and step.reads_scope for step in steps)
        # The plain functions behind them: one call less at every step of every visit.
        self.input_path, self.parameters, self.result_selector, self.assign, self.output_path = (
            None if step is None else step.get for step in steps
        )
        result_path = fields.get("ResultPath", "$")
        self.discards_result = result_path is None
        self.result_path: ReferencePath | None = None
        if result_path not in (None, "$"):
            self.result_path = compile_reference_path(result_path, allow_context=False, allow_variables=False)
        self.plain = not any(steps) and self.result_path is None and not self.discards_result

    def effective(self, raw: Any, scope: Scope | None) -> Any:
        """The effective input."""
        return raw if self.input_path is None else self.input_path(raw, scope)

    def arguments(self, effective: Any, scope: Scope | None) -> Any:
        """What the work receives."""
        return effective if self.parameters is None else self.parameters(effective, scope)

    def payload(self, raw: Any, scope: Scope | None) -> Any:
        """``effective`` and ``arguments`` in one."""
        effective = raw if self.input_path is None else self.input_path(raw, scope)
        return effective if self.parameters is None else self.parameters(effective, scope)

    def finish(self, raw: Any, result: Any, scope: Scope | None) -> tuple[Any, dict[str, Any] | None]:
        """The state's output, and the variables that it assigns, from its raw input and the work's result."""
        if self.result_selector is not None:
            result = self.result_selector(result, scope)
        assigned = None if self.assign is None else self.assign(result, scope)
        if self.discards_result:
            result = raw
        elif self.result_path is not None:
            result = self.result_path.put(raw, result)
        return result if self.output_path is None else self.output_path(result, scope), assigned


def _path(fields: Mapping[str, Any], name: str) -> Path | Template | None:
    text = fields.get(name, "$")
    if text is None:
        return _NOTHING
    return None if text == "$" else compile_path(text)


def _template(fields: Mapping[str, Any], name: str) -> Template | None:
    return compile_template(fields[name]) if name in fields else None
