"""Parallel: runs several branches on the same input and gathers their outputs in branch order.

Fields: a branch is a small state machine: ``StartAt``, ``States`` and nothing else but a ``Comment``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.jsontext import encode, too_large
from asl.kernel.outcome import Failure
from asl.states.base import size_cause
from asl.states.fanout import CHILDREN, FanOutState
from asl.states.retry_catch import RETRY_CATCH
from asl.states.variables import DATA_LIMIT_ERROR
from asl.syntax.fields import (
    ASSIGN,
    COMMON,
    INPUT_OUTPUT,
    JSONATA,
    JSONPATH,
    TRANSITION,
    Table,
    array_of,
    object_of,
    reference_path,
    template,
    template_object,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asl.kernel.core import Core
    from asl.kernel.frame import Frame
    from asl.states.base import State

_TOP_LEVEL = "only the whole state machine can have it"

BRANCH_FIELDS = Table(
    {
        "States": object_of(required=True, nonempty=True),
        "StartAt": text(required=True, nonempty=True),
        "Comment": text(),
    },
    required_as_list=True,
    foreign={
        name: ("ASL202", f"Field '{name}' is not supported", _TOP_LEVEL)
        for name in ("Version", "TimeoutSeconds", "QueryLanguage")
    },
)

FIELDS = Table(
    {
        **COMMON,
        **TRANSITION,
        **INPUT_OUTPUT,
        **ASSIGN,
        **RETRY_CATCH,
        "Branches": array_of(object_of(BRANCH_FIELDS), nonempty=True, required=True),
        "Arguments": template(only=JSONATA),
        "Parameters": template_object(only=JSONPATH),
        "ResultSelector": template_object(only=JSONPATH),
        "ResultPath": reference_path(nullable=True),
    }
)


class Parallel(FanOutState):
    """``compile_scope`` turns a branch's definition into its first state."""

    type = "Parallel"

    def __init__(
        self,
        name: str,
        fields: Mapping[str, Any],
        language: str,
        compile_scope: Callable[[Mapping[str, Any]], State],
    ) -> None:
        super().__init__(name, fields, language)
        self.branches = [compile_scope(branch) for branch in fields["Branches"]]

    def work(self, core: Core, frame: Frame) -> State | None:
        flow, raw = self.flow, frame.value
        scope = self.scope(core, frame)
        value = flow.payload(raw, scope)
        text = frame.text if value is raw else encode(value)
        if too_large(text):
            core.crash(frame, Failure(DATA_LIMIT_ERROR, size_cause(self.name)))
            return None
        origin = core.record(frame, self.started_event)
        core.fan_out(frame, CHILDREN)
        for branch in self.branches:
            core.spawn(frame, branch, value, text, origin)
        frame.local = len(self.branches)  # how many are not done
        return None

    def go_on(self, core: Core, frame: Frame) -> State | None:
        return self.gather(core, frame)  # only when all branches are done

    def joined(self, core: Core, frame: Frame, child: Frame) -> State | None:
        frame.local -= 1
        if frame.local:
            return None
        frame.previous = child.previous
        return self.gather(core, frame)
