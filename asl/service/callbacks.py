"""Whoever does the work of a task elsewhere: fetching it from an activity, and answering with a task token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.errors import ServiceError
from asl.jsontext import encode
from asl.kernel import tokens
from asl.service.activities import find_activity
from asl.service.inputs import read_output
from asl.service.places import state_at
from asl.stores.base import ANSWER, HEARTBEAT, MISSING, Message

if TYPE_CHECKING:
    from asl.kernel.tokens import Place
    from asl.service.house import Answer, House, Params
    from asl.stores.base import Execution

#: How long a poll for work waits, and how often it looks.
_POLL, _LOOK = 60_000, 50


def get_activity_task(house: House, params: Params) -> Answer:
    """Fetch work of an activity: wait for some up to a minute, in virtual time not at all."""
    arn = find_activity(house, params["activityArn"])["arn"]
    end = house.clock.now() + _POLL
    while True:
        task = house.store.take_activity(arn, params.get("workerName"))
        if task is not None:
            house.nudge()
            return {"taskToken": task.token, "input": task.input}
        now = house.clock.now()
        if house.closed or house.clock.virtual or now >= end:
            return {}
        house.clock.sleep_until(min(end, now + _LOOK))


def send_task_success(house: House, params: Params) -> Answer:
    """The task has done its work."""
    read_output(params["output"])
    return _send(house, params["taskToken"], ANSWER, {"output": params["output"]})


def send_task_failure(house: House, params: Params) -> Answer:
    """The task has failed."""
    return _send(house, params["taskToken"], ANSWER, {"error": params.get("error"), "cause": params.get("cause")})


def send_task_heartbeat(house: House, params: Params) -> Answer:
    """The task is alive."""
    return _send(house, params["taskToken"], HEARTBEAT, None)


def _send(house: House, token: str, kind: str, data: Any) -> Answer:
    place = tokens.read(token)
    if place is None or not place.address.isdecimal():
        raise _invalid_token()
    execution = house.store.execution_of(int(place.address))
    if execution is None:
        raise ServiceError("TaskDoesNotExist", f"Task Does Not Exist: '{token}'")
    if tokens.make(execution.seed, place) != token:
        raise _invalid_token()
    refusal = house.store.commit([Message(execution.id, kind, place.frame, place.wait, encode(data))])[0]
    if refusal is None:
        house.nudge()
        return {}
    if refusal.reason == MISSING:
        raise ServiceError("TaskDoesNotExist", f"Task Does Not Exist: '{token}'")
    raise ServiceError("TaskTimedOut", f"Task Timed Out: '{_resource(house, execution, place)}'")


def _invalid_token() -> ServiceError:
    return ServiceError("InvalidToken", "Invalid Token: 'Invalid token'")


def _resource(house: House, execution: Execution, place: Place) -> str:
    """The resource of a task that nobody waits for any more."""
    machine = house.definitions.compiled.find(execution.definition, express=execution.express)
    resources = {task.name: task.resource.arn for task in machine.program.tasks if task.resource.has_token}
    if len(set(resources.values())) == 1:
        return next(iter(resources.values()))
    events = [event for _, event in house.store.events(execution.id)]
    return resources.get(state_at(events, house.store.notes(execution.id), place) or "", execution.arn)
