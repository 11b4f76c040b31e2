"""Choice: goes on to the state whose rule matches first.

Fields: in JSONPath a rule has exactly one test: ``And``, ``Or``, ``Not``, or ``Variable`` with one operator; in JSONata
a ``Condition``. Only the outermost rule says where to go; the rules inside And, Or, Not only test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.expressions.choice_rules import compile_rule, describe_rule
from asl.expressions.scope import EvaluationError
from asl.kernel.outcome import RUNTIME_ERROR
from asl.states.base import Flow, State
from asl.states.dataflow import JsonPathFlow
from asl.states.jsonata import JsonataFlow, JsonataValue
from asl.states.scope import VisitScope
from asl.syntax.fields import (
    ASSIGN,
    COMMON,
    INPUT_OUTPUT,
    JSONATA,
    Field,
    OneOf,
    Table,
    array_of,
    boolean,
    object_of,
    path,
    template,
    template_object,
    text,
    timestamp,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asl.kernel.core import Core
    from asl.kernel.frame import Frame

_COMPARED = ("Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals")
_TYPES = ("IsNull", "IsPresent", "IsNumeric", "IsString", "IsBoolean", "IsTimestamp")

_LITERALS: dict[str, Field] = {
    **{f"String{how}": Field("text", only="JSONPath") for how in _COMPARED},
    **{f"Numeric{how}": Field("number", only="JSONPath") for how in _COMPARED},
    **{f"Timestamp{how}": timestamp(only="JSONPath") for how in _COMPARED},
    "BooleanEquals": boolean(only="JSONPath"),
}

#: the 39 operators and what stands behind each
OPERATORS: dict[str, Field] = {
    **_LITERALS,
    **{f"{name}Path": path() for name in _LITERALS},
    "StringMatches": text(only="JSONPath"),
    **{name: boolean(only="JSONPath") for name in _TYPES},
}

_TESTS = ("And", "Or", "Not", *OPERATORS)
_ONE_TEST = OneOf(
    _TESTS,
    "A Choice rule needs exactly one test: And, Or, Not, or Variable with an operator such as StringEquals",
    only="JSONPath",
    rule_none="ASL321",
    rule_many="ASL322",
)
_NEEDS_VARIABLE = dict.fromkeys(OPERATORS, "Variable")
_COMBINED_OR_VARIABLE = tuple((name, "Variable") for name in ("And", "Or", "Not"))

_nested: dict[str, Field] = {"Variable": path(), "Comment": text(), **OPERATORS}
_NESTED_HINT = "only the outermost rule can have it; remove it from the rule inside And, Or, Not"

#: a rule inside And, Or, Not
NESTED_RULE_FIELDS = Table(
    _nested,
    exclusive=_COMBINED_OR_VARIABLE,
    exactly_one=(_ONE_TEST,),
    needs=_NEEDS_VARIABLE,
    foreign={
        name: ("ASL323", f"The field '{name}' can't stand in a nested Choice rule", _NESTED_HINT)
        for name in ("Next", "Assign", "Output", "Condition")
    },
)
_nested["And"] = Field("array", only="JSONPath", nonempty=True, items=object_of(NESTED_RULE_FIELDS))
_nested["Or"] = _nested["And"]
_nested["Not"] = object_of(NESTED_RULE_FIELDS, only="JSONPath")

#: a rule of Choices
RULE_FIELDS = Table(
    {
        "Next": text(required=True, nonempty=True),
        **_nested,
        "Condition": boolean(required=True, only=JSONATA, expression=True),
        "Assign": template_object(),
        "Output": template(only=JSONATA),
        "Comment": text(),
    },
    exclusive=_COMBINED_OR_VARIABLE,
    exactly_one=(_ONE_TEST,),
    needs=_NEEDS_VARIABLE,
)

FIELDS = Table(
    {
        **COMMON,
        **INPUT_OUTPUT,
        **ASSIGN,
        "Choices": array_of(object_of(RULE_FIELDS), nonempty=True, required=True),
        "Default": text(nonempty=True),
    },
    foreign={
        name: ("ASL202", f"Field '{name}' is not supported", "a Choice goes on by its rules and Default")
        for name in ("Next", "End")
    },
)


#: The rule index that stands for Default.
DEFAULT_RULE = -1

# AWS reports this rather than States.NoChoiceMatched, which only the specification knows.
_NO_MATCH = "Failed to transition out of the state. The state does not point to a next state."


class Choice(State):
    """Rules are tried in order on the effective input; the output is that input through OutputPath or Output.

    Assign and (JSONata) Output of the rule taken replace those of the state, which belong to Default.
    """

    type = "Choice"

    def __init__(self, name: str, fields: Mapping[str, Any], language: str) -> None:
        super().__init__(name, fields, language)
        self.definitions: list[Mapping[str, Any]] = fields["Choices"]
        self.rules = [_Rule(rule, fields, language) for rule in self.definitions]
        self.default_target: str | None = fields.get("Default")
        self.rules_read_scope = any(rule.reads_scope for rule in self.rules)
        self.default: State | None = None

    def link(self, states: Mapping[str, State]) -> None:
        for rule in self.rules:
            rule.next = states[rule.target]
        self.default = states[self.default_target] if self.default_target is not None else None

    def describe(self, rule: int) -> str:
        """The condition of a rule in one short line; "" for Default and for rules that don't exist."""
        if not 0 <= rule < len(self.definitions):
            return ""
        definition = self.definitions[rule]
        condition = definition.get("Condition")
        return (
            describe_rule(definition)
            if condition is None
            else str(condition).removeprefix("{%").removesuffix("%}").strip()
        )

    def work(self, core: Core, frame: Frame) -> State | None:
        flow, raw = self.flow, frame.value
        scope = VisitScope(core, frame) if self.rules_read_scope or flow.reads_scope else None
        effective = flow.effective(raw, scope)
        index, target = DEFAULT_RULE, self.default
        for number, rule in enumerate(self.rules):
            if rule.holds(effective, scope):
                index, target = number, rule.next
                if rule.flow is not None:
                    flow = rule.flow
                break
        if target is None:
            raise EvaluationError(RUNTIME_ERROR, _NO_MATCH)
        output, assigned = flow.finish(raw, effective, scope)
        return self.leave(core, frame, output, assigned=assigned, following=target, rule=index)


class _Rule:
    """One element of Choices. ``flow`` is what replaces the state's own when it is taken; None: nothing differs."""

    __slots__ = ("flow", "holds", "next", "reads_scope", "target")

    def __init__(self, fields: Mapping[str, Any], state_fields: Mapping[str, Any], language: str) -> None:
        self.target: str = fields["Next"]
        self.next: State | None = None
        self.flow: Flow | None = None
        self.holds: Callable[[Any, Any], bool]
        own = {name: fields[name] for name in ("Assign", "Output") if name in fields}
        differs = bool(own) or "Assign" in state_fields or (language == JSONATA and "Output" in state_fields)
        if language == JSONATA:
            self.holds = JsonataValue(fields["Condition"], "Condition", "boolean")
            self.reads_scope = True
            if differs:
                self.flow = JsonataFlow(own)
        else:
            rule = compile_rule(fields)
            self.holds = rule.get
            if differs:
                around = {name: state_fields[name] for name in ("InputPath", "OutputPath") if name in state_fields}
                self.flow = JsonPathFlow(around | own)
            self.reads_scope = rule.reads_scope or (self.flow is not None and self.flow.reads_scope)
