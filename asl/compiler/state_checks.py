"""What a field table can't say about a single state: relations between values, and modes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeGuard

from asl.compiler.resources import check_resource
from asl.states.map_ import DISTRIBUTED_ONLY, FIELDS

if TYPE_CHECKING:
    from asl.syntax.diagnostics import Findings
    from asl.syntax.fields import Language

#: label -> pointer of the Map that has it
Labels = dict[str, str]


class StateView(NamedTuple):
    """One state under check, and where it stands."""

    state: dict[str, Any]
    pointer: str
    language: Language
    findings: Findings
    express: bool
    labels: Labels

    def add(self, rule: str, below: str, message: str, hint: str = "", *, key: bool = False) -> None:
        self.findings.add(rule, self.pointer + below, message, hint, key=key)


def check_handlers(view: StateView) -> None:
    """States.ALL stands alone in its ErrorEquals, and only in the last Retrier or Catcher."""
    for field in ("Retry", "Catch"):
        handlers = view.state.get(field)
        if not isinstance(handlers, list):
            continue
        for index, handler in enumerate(handlers):
            names = handler.get("ErrorEquals") if isinstance(handler, dict) else None
            if not isinstance(names, list) or "States.ALL" not in names:
                continue
            place = f"/{field}/{index}/ErrorEquals"
            if len(names) > 1:
                view.add("ASL501", place, "'States.ALL' must stand alone in ErrorEquals", "it matches every error")
            if index < len(handlers) - 1:
                where = "Retrier" if field == "Retry" else "Catcher"
                view.add("ASL502", place, f"'States.ALL' can stand only in the last {where}", "move it to the end")


def check_delays(view: StateView) -> None:
    """A Retrier's cap is above its first interval."""
    retriers = view.state.get("Retry")
    for index, retrier in enumerate(retriers if isinstance(retriers, list) else ()):
        if not isinstance(retrier, dict):
            continue
        interval, cap = retrier.get("IntervalSeconds"), retrier.get("MaxDelaySeconds")
        if _is_integer(interval) and _is_integer(cap) and 0 < cap <= interval:
            message = f"MaxDelaySeconds ({cap}) must be greater than IntervalSeconds ({interval})"
            view.add("ASL503", f"/Retry/{index}/MaxDelaySeconds", message)


def check_clocks(view: StateView) -> None:
    """A literal heartbeat is shorter than a literal timeout."""
    heartbeat, timeout = view.state.get("HeartbeatSeconds"), view.state.get("TimeoutSeconds")
    if _is_integer(heartbeat) and _is_integer(timeout) and heartbeat >= timeout:
        message = f"HeartbeatSeconds ({heartbeat}) must be smaller than TimeoutSeconds ({timeout})"
        view.add("ASL504", "/HeartbeatSeconds", message)


def check_task_resource(view: StateView) -> None:
    """The Resource is an ARN that AWS knows, and one that the workflow's type can use."""
    resource = view.state.get("Resource")
    if isinstance(resource, str) and resource:
        check_resource(view.findings, resource, f"{view.pointer}/Resource", express=view.express)


def check_map_mode(view: StateView) -> None:
    """ExecutionType belongs to DISTRIBUTED, and so do the fields for large data."""
    for name in ("ItemProcessor", "Iterator"):
        processor = view.state.get(name)
        if not isinstance(processor, dict):
            continue
        config = processor.get("ProcessorConfig")
        config = config if isinstance(config, dict) else {}
        place = f"/{name}/ProcessorConfig"
        mode = config.get("Mode", "INLINE")
        if mode == "DISTRIBUTED":
            if "ExecutionType" not in config:
                view.add("ASL201", place, "The field 'ExecutionType' is required but was missing")
            if view.express:
                message = "Express state machine does not support Distributed Map"
                view.add("ASL703", f"{place}/Mode", message)
        elif mode == "INLINE":
            _refuse_distributed_fields(view, config, place)


def _refuse_distributed_fields(view: StateView, config: dict[str, Any], place: str) -> None:
    hint = 'set "Mode": "DISTRIBUTED" in ProcessorConfig, or remove it'
    if "ExecutionType" in config:
        view.add("ASL215", f"{place}/ExecutionType", "Field 'ExecutionType' needs Mode DISTRIBUTED", hint, key=True)
    for field in DISTRIBUTED_ONLY:
        if field in view.state:
            view.add("ASL215", f"/{field}", f"Field '{field}' needs a Distributed Map", hint, key=True)
    for field in view.state:
        if field.startswith("ToleratedFailure") and field in FIELDS.fields:
            message = f"Field '{field}' has an effect in a Distributed Map alone"
            view.add("ASL217", f"/{field}", message, key=True)


#: characters of a Map's label
LABEL_LIMIT: Final = 40
_NOT_IN_LABEL = r"[\s?*<>{}\[\]:;,\\|^~$#%&`\"\x00-\x1f\x7f-\x9f]"


def check_label(view: StateView) -> None:
    """A label has at most 40 characters that an ARN can hold, and no other Map has the same."""
    label = view.state.get("Label")
    if not isinstance(label, str) or not label:
        return
    wrong = re.search(_NOT_IN_LABEL, label)
    if wrong is not None:
        view.add("ASL213", "/Label", f"Label contains invalid character: {wrong.group()!r}")
    if len(label) > LABEL_LIMIT:
        view.add("ASL213", "/Label", f"Label is longer than {LABEL_LIMIT} characters: it has {len(label)}")
    if label in view.labels:
        view.add("ASL214", "/Label", f"Duplicate label: {label}", f"it is also the label at {view.labels[label]}")
    else:
        view.labels[label] = view.pointer


def check_reader(view: StateView) -> None:
    """CSV needs to know where its headers are."""
    reader = view.state.get("ItemReader")
    config = reader.get("ReaderConfig") if isinstance(reader, dict) else None
    if not isinstance(config, dict):
        return
    place = "/ItemReader/ReaderConfig"
    if config.get("InputType") == "CSV" and "CSVHeaderLocation" not in config:
        view.add("ASL201", place, "The field 'CSVHeaderLocation' is required but was missing")
    if config.get("CSVHeaderLocation") == "GIVEN" and "CSVHeaders" not in config:
        view.add("ASL201", place, "The field 'CSVHeaders' is required but was missing")


def _is_integer(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


_Check = Callable[[StateView], None]
_HANDLERS: Final[tuple[_Check, ...]] = (check_handlers, check_delays)

#: the further checks of each type
STATE_CHECKS: Final[dict[str, tuple[_Check, ...]]] = {
    "Task": (*_HANDLERS, check_clocks, check_task_resource),
    "Parallel": _HANDLERS,
    "Map": (*_HANDLERS, check_map_mode, check_label, check_reader),
    "Choice": (),
    "Pass": (),
    "Wait": (),
    "Succeed": (),
    "Fail": (),
}
