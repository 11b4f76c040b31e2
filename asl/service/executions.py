"""Executions that there are: describing, listing and stopping them, their histories, and taking them up again."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, cast

from asl.drivers.durable import remote
from asl.errors import ServiceError
from asl.history import shape
from asl.kernel.events import HISTORY_LIMIT
from asl.service import machines, paging, registry
from asl.service.arns import EXECUTION, MAP_RUN, STATE_MACHINE, parse
from asl.service.house import seconds
from asl.stores.base import RUNNING, SUCCEEDED

if TYPE_CHECKING:
    from asl.kernel.program import Program
    from asl.service.arns import Arn
    from asl.service.house import Answer, House, Params
    from asl.service.registry import Configuration, Machine
    from asl.stores.base import Execution

#: Until so long after its end an execution can be redriven.
_REDRIVABLE = 14 * 24 * 3_600_000

#: A redrive with the same token is the same redrive: for so long, and of so many.
_TOKEN_LIFETIME, _TOKENS = 15 * 60_000, 10

_TOO_OLD = "Execution has exceeded the redrivable period of 14 days"
_TOO_LONG = "Execution has exceeded the maximum history event limit"


def describe_execution(house: House, params: Params) -> Answer:
    """An execution as it is now."""
    execution = find_execution(house, params["executionArn"])
    answer = _head(house, execution)
    answer["redriveCount"] = execution.redrive_count
    if execution.trace_header is not None:
        answer["traceHeader"] = execution.trace_header
    reason = _why_not_redrivable(house, execution)
    answer["redriveStatus"] = "REDRIVABLE" if reason is None else "NOT_REDRIVABLE"
    if reason is not None:
        answer["redriveStatusReason"] = reason
    if params.get("includedData") == "METADATA_ONLY":
        return answer
    answer |= {"input": execution.input, "inputDetails": {"included": True}}
    if execution.status == SUCCEEDED:
        answer |= {"output": execution.output, "outputDetails": {"included": True}}
    given = {"error": execution.error, "cause": execution.cause}
    return {**answer, **{name: value for name, value in given.items() if value is not None}}


def list_executions(house: House, params: Params) -> Answer:
    """The executions of a machine, or of one of its versions or aliases, the newest first."""
    arn = _listed(params)
    machine = registry.machine_of(house, arn)
    if machine["type"] == "EXPRESS":
        message = "This operation is not supported by this type of state machine"
        raise ServiceError("StateMachineTypeNotSupported", message)
    now, most = house.now(), paging.limit(params)
    found = house.store.executions(
        machine["name"],
        status=params.get("statusFilter"),
        version_arn=arn.text if arn.version is not None else None,
        alias_arn=arn.text if arn.qualifier is not None and arn.version is None else None,
        before=paging.place("ListExecutions", params, now),
        limit=most + 1,
    )
    shown = found[:most]
    answer: Answer = {
        "executions": [{**_head(house, one), "redriveCount": one.redrive_count} for one in shown],
    }
    if len(found) > most:
        answer["nextToken"] = paging.token("ListExecutions", params, now, shown[-1].id)
    return answer


def get_execution_history(house: House, params: Params) -> Answer:
    """The events of an execution, as far as it has come."""
    execution = find_execution(house, params["executionArn"])
    now, most = house.now(), paging.limit(params)
    backwards = bool(params.get("reverseOrder"))
    after = paging.place("GetExecutionHistory", params, now)
    step = -1 if backwards else 1
    first = after + step if after is not None else (HISTORY_LIMIT * 2 if backwards else 1)
    found = house.store.events(execution.id, first=first, limit=most + 1, backwards=backwards)
    data = params.get("includeExecutionData", True)
    shown = found[:most]
    answer: Answer = {"events": [shape(number, event, include_data=data) for number, event in shown]}
    if len(found) > most:
        answer["nextToken"] = paging.token("GetExecutionHistory", params, now, shown[-1][0])
    return answer


def stop_execution(house: House, params: Params) -> Answer:
    """End an execution as ABORTED; one that has ended stays as it was."""
    execution = find_execution(house, params["executionArn"])
    error, cause = params.get("error"), params.get("cause")
    stopped = remote.stop(house.store, _program(house), execution.id, error, cause, house.now())
    house.nudge()
    if stopped is None or stopped.stop is None:
        raise registry.execution_does_not_exist(params["executionArn"])
    return {"stopDate": seconds(stopped.stop)}


def redrive_execution(house: House, params: Params) -> Answer:
    """Take up an execution that ended badly where it stood."""
    while True:
        answer = _redrive(house, params)
        if answer is not None:
            return answer


def _redrive(house: House, params: Params) -> Answer | None:
    """None: another request was faster, or the machine has changed meanwhile."""
    execution = find_execution(house, params["executionArn"])
    token, now = params.get("clientToken"), max(house.now(), execution.stop or 0)
    known = _redrives(execution, now)
    for one in known:
        if token is not None and one["token"] == token:
            return {"redriveDate": seconds(one["date"])}
    reason = _why_not_redrivable(house, execution)
    machine, needs = registry.machine_of_execution(house, execution)
    if reason is None and machine["status"] == registry.DELETING:
        reason = "State machine is being deleted"
    if reason is not None:
        raise _not_redrivable(reason)
    mine = {"token": token, "date": now, "id": str(uuid.uuid4())}
    notes = json.dumps([*known, mine][-_TOKENS:])
    redriven = remote.redrive(house.store, _program(house), execution.id, lambda _: notes, now, needs)
    house.nudge()
    if redriven is not None and redriven.redrives == notes and redriven.redrive_date is not None:
        return {"redriveDate": seconds(redriven.redrive_date)}
    if redriven == execution and registry.machine_of_execution(house, execution)[1] == needs:
        raise _not_redrivable("Nothing of it was kept that could be taken up")
    return None


def _not_redrivable(reason: str) -> ServiceError:
    return ServiceError("ExecutionNotRedrivable", f"Execution ARN invalid for redrive as: {reason}")


def describe_state_machine_for_execution(house: House, params: Params) -> Answer:
    """The state machine as it was when the execution was started."""
    execution = find_execution(house, params["executionArn"])
    machine, _ = registry.machine_of_execution(house, execution)
    configuration = _configuration(machine, execution)
    return {
        "stateMachineArn": machine["arn"],
        "updateDate": seconds(configuration["updated"]),
        **machines.described(house, machine, configuration, params),
    }


def find_execution(house: House, text: str) -> Execution:
    """The Standard execution of an ARN. Raises InvalidArn, ValidationException, ExecutionDoesNotExist."""
    arn = parse(text, EXECUTION)
    if arn.label is not None:
        message = "Labeled Execution ARNs are not supported for this API"
        raise ServiceError("ValidationException", message, "API_DOES_NOT_SUPPORT_LABELED_ARNS")
    registry.document(house, registry.MACHINE, arn.name)  # with a machine whose deletion is over they are gone
    found = house.store.execution(text)
    if found is None:
        raise registry.execution_does_not_exist(text)
    return found


def _head(house: House, execution: Execution) -> Answer:
    """What listings and descriptions have in common."""
    answer: Answer = {
        "executionArn": execution.arn,
        "stateMachineArn": house.machine_arn(execution.machine),
        "name": execution.name,
        "status": execution.status,
        "startDate": seconds(execution.start),
    }
    if execution.stop is not None:
        answer["stopDate"] = seconds(execution.stop)
    if execution.version_arn is not None:
        answer["stateMachineVersionArn"] = execution.version_arn
    if execution.alias_arn is not None:
        answer["stateMachineAliasArn"] = execution.alias_arn
    if execution.redrive_date is not None:
        answer["redriveDate"] = seconds(execution.redrive_date)
    return answer


def _listed(params: Params) -> Arn:
    """The machine, version or alias whose executions are asked for. Raises ServiceError."""
    if ("stateMachineArn" in params) == ("mapRunArn" in params):
        message = "Exactly one of stateMachineArn and mapRunArn must be specified"
        raise ServiceError("ValidationException", message, "MISSING_REQUIRED_PARAMETER")
    if "mapRunArn" in params:
        parse(params["mapRunArn"], MAP_RUN)
        raise registry.no_such_resource()
    arn = parse(params["stateMachineArn"], STATE_MACHINE)
    for name, wrong in (("redriveFilter", "redriveFilter" in params),
                        ("statusFilter PENDING_REDRIVE", params.get("statusFilter") == "PENDING_REDRIVE")):  # fmt: skip
        if wrong:
            raise ServiceError("ValidationException", f"{name} can only be specified with mapRunArn")
    return arn


def _why_not_redrivable(house: House, execution: Execution) -> str | None:
    """The reason why it can't be redriven now; None if it can."""
    if execution.status in (RUNNING, SUCCEEDED):
        return f"Execution is {execution.status} and cannot be redriven"
    if execution.stop is not None and house.now() - execution.stop > _REDRIVABLE:
        return _TOO_OLD
    last = house.store.events(execution.id, first=HISTORY_LIMIT * 2, limit=1, backwards=True)
    return _TOO_LONG if last and last[0][0] >= HISTORY_LIMIT - 1 else None


def _redrives(execution: Execution, now: int) -> list[dict[str, Any]]:
    """The redrives of late, as the execution's row keeps them."""
    kept: list[dict[str, Any]] = json.loads(execution.redrives or "[]")
    return [one for one in kept if now - one["date"] < _TOKEN_LIFETIME]


def _program(house: House) -> Any:
    def program(execution: Execution) -> Program:
        return house.definitions.compiled.find(execution.definition, express=execution.express).program

    return program


def _configuration(machine: Machine, execution: Execution) -> Configuration:
    """The configuration that an execution was started with, as far as the machine remembers it."""
    known = [machine["configuration"], *reversed(machine["past"])]
    if execution.version_arn is not None:
        version = machine["versions"].get(execution.version_arn.rpartition(":")[2])
        known = [*([] if version is None else [version["configuration"]]), *known]
    fixed = {"definition": execution.definition, "role_arn": execution.role_arn}
    for one in known:
        if one["updated"] <= execution.start and fixed.items() <= cast("dict[str, Any]", one).items():
            return one
    return cast("Configuration", {**machine["configuration"], **fixed, "revision": None, "updated": execution.start})
