"""What a field table can't say about a single state: relations between values, and modes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from asl import jsontext
from asl.compiler.expression_checks import looks_like_path
from asl.compiler.handler_checks import check_handlers, is_integer
from asl.compiler.resources import check_resource
from asl.compiler.transitions import is_distributed
from asl.states.map_ import DISTRIBUTED_ONLY, FIELDS
from asl.syntax.diagnostics import child, shown
from asl.syntax.fields import JSONATA, JSONPATH

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


def check_clocks(view: StateView) -> None:
    """A literal heartbeat is shorter than a literal timeout."""
    heartbeat, timeout = view.state.get("HeartbeatSeconds"), view.state.get("TimeoutSeconds")
    if is_integer(heartbeat) and is_integer(timeout) and heartbeat >= timeout:
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
        view.add("ASL213", "/Label", f"Label cannot exceed {LABEL_LIMIT} characters", f"it has {len(label)}")
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


def check_default(view: StateView) -> None:
    """A Choice says what happens if no rule matches."""
    if "Default" not in view.state and isinstance(view.state.get("Choices"), list):
        hint = 'add "Default": "<state>"'
        view.add("ASL308", "/Type", "An input that no rule matches fails the execution", hint)


def check_result(view: StateView) -> None:
    """The Result of a Pass holds nothing that looks as if it should be evaluated."""
    if view.language == JSONATA or "Result" not in view.state:
        return
    work: list[tuple[Any, str]] = [(view.state["Result"], "/Result")]
    while work:
        value, place = work.pop()
        if isinstance(value, dict):
            work.extend((inner, child(place, name)) for name, inner in value.items())
        elif isinstance(value, list):
            work.extend((inner, child(place, index)) for index, inner in enumerate(value))
        elif isinstance(value, str) and looks_like_path(value):
            message = f"Result is static: {shown(value)} is handed on as text"
            view.add("ASL408", place, message, "Parameters evaluates paths")


def check_token(view: StateView) -> None:
    """A task that waits for its token hands the token to somebody."""
    resource = view.state.get("Resource")
    if not isinstance(resource, str) or not resource.endswith(".waitForTaskToken"):
        return
    payload = view.state.get("Parameters" if view.language == JSONPATH else "Arguments")
    reads = _JSONPATH_READS if view.language == JSONPATH else _JSONATA_READS
    if payload is None or not re.search(reads, jsontext.encode(payload)):
        hint = "$$.Task.Token" if view.language == JSONPATH else "$states.context.Task.Token"
        view.add("ASL705", "/Resource", "The task waits for its token, but sends it to nobody", f"pass {hint}")


# anything that may hold the token: it, what is around it, a variable or an input that somebody else has put it in
_JSONPATH_READS = r"\$\$(?:[\"\s,)\[]|\.Task|\.\*|\.\.)|[Tt]oken"
_JSONATA_READS = r"context|[Tt]oken|\$states(?!\.)"


def check_bounds(view: StateView) -> None:
    """A Map over a data set of any size says how much of it runs at once."""
    reader = view.state.get("ItemReader")
    processor = view.state.get("ItemProcessor", view.state.get("Iterator"))
    if not isinstance(reader, dict) or not isinstance(processor, dict) or not is_distributed(processor):
        return
    config = reader.get("ReaderConfig")
    config = config if isinstance(config, dict) else {}
    limits = {"MaxItems", "MaxItemsPath"} & set(config) or {"MaxConcurrency", "MaxConcurrencyPath"} & set(view.state)
    if not limits:
        hint = "set MaxConcurrency, or MaxItems in ReaderConfig"
        view.add("ASL803", "/ItemReader", "Nothing limits how many items run at once: up to 10,000 do", hint, key=True)


_Check = Callable[[StateView], None]
_HANDLERS: Final[tuple[_Check, ...]] = (check_handlers,)

#: the further checks of each type
STATE_CHECKS: Final[dict[str, tuple[_Check, ...]]] = {
    "Task": (*_HANDLERS, check_clocks, check_task_resource, check_token),
    "Parallel": _HANDLERS,
    "Map": (*_HANDLERS, check_map_mode, check_label, check_reader, check_bounds),
    "Choice": (check_default,),
    "Pass": (check_result,),
    "Wait": (),
    "Succeed": (),
    "Fail": (),
}
