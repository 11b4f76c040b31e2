"""Choice: takes the first rule that holds, else Default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.expressions.choice_rules import compile_rule, describe_rule
from asl.expressions.scope import EvaluationError
from asl.kernel.core import RUNTIME_ERROR
from asl.states.base import State
from asl.states.scope import VisitScope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asl.kernel.core import Core
    from asl.kernel.frame import Frame

#: The rule index that stands for Default.
DEFAULT_RULE = -1

# AWS reports this rather than States.NoChoiceMatched, which only the specification knows.
_NO_MATCH = "Failed to transition out of the state. The state does not point to a next state."


class Choice(State):
    """Rules are tried in order on the effective input; the output is that input through OutputPath."""

    type = "Choice"

    def __init__(self, name: str, fields: Mapping[str, Any]) -> None:
        super().__init__(name, fields)
        self.definitions: list[Mapping[str, Any]] = fields["Choices"]
        self.rules = [compile_rule(rule) for rule in fields["Choices"]]
        self.rule_targets: list[str] = [rule["Next"] for rule in fields["Choices"]]
        self.default_target: str | None = fields.get("Default")
        self.rules_read_scope = any(rule.reads_scope for rule in self.rules)
        self.default: State | None = None
        self.branches: list[tuple[Any, State]] = []

    def link(self, states: Mapping[str, State]) -> None:
        self.branches = [(rule, states[target]) for rule, target in zip(self.rules, self.rule_targets, strict=True)]
        self.default = states[self.default_target] if self.default_target is not None else None

    def describe(self, rule: int) -> str:
        """The condition of a rule in one short line; "" for Default and for rules that don't exist."""
        return describe_rule(self.definitions[rule]) if 0 <= rule < len(self.definitions) else ""

    def work(self, core: Core, frame: Frame) -> State | None:
        flow, raw = self.flow, frame.value
        scope = VisitScope(core, frame) if self.rules_read_scope or flow.reads_scope else None
        effective = flow.effective(raw, scope)
        index, target = DEFAULT_RULE, self.default
        for number, (rule, state) in enumerate(self.branches):
            if rule(effective, scope):
                index, target = number, state
                break
        if target is None:
            raise EvaluationError(RUNTIME_ERROR, _NO_MATCH)
        return self.leave(core, frame, flow.output(raw, effective, scope), following=target, rule=index)
