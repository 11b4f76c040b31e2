"""Starting executions: which configuration they get, under which name, and who runs them.

A Standard execution, and an asynchronous Express one, is in the store before the start is acknowledged; then whatever
worker comes first runs it. A synchronous Express one runs in the caller's thread and is never started again.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from asl.drivers.durable.engine import NewExecution
from asl.drivers.durable.remote import start_of
from asl.errors import HandlerError, ServiceError, StoreError
from asl.jsontext import size
from asl.kernel import entropy
from asl.service import logs, registry
from asl.service.aliases import choose
from asl.service.arns import EXECUTION, EXPRESS, check_name
from asl.service.house import seconds
from asl.service.inputs import read_input
from asl.service.versions import version_arn
from asl.stores.base import CHANGED, ID_TAKEN, RUNNING, Execution

if TYPE_CHECKING:
    from asl.drivers.durable.engine import Engine
    from asl.service.house import Answer, House, Params
    from asl.service.registry import Configuration, Machine
    from asl.stores.base import Needs, Refusal

#: How long a name can't be used again after its execution has ended.
_RETENTION = 90 * 24 * 3_600_000

#: How many seconds an engine gets to store a start; one that was stopped never does.
_PATIENCE = 60

#: A synchronous execution is billed in steps of this many milliseconds, and of so much memory; it needs this at least.
_BILLED_TIME, _BILLED_MEMORY, _MEMORY = 100, 64 << 20, 50 << 20


class Chosen(NamedTuple):
    """What a start runs."""

    machine: Machine
    configuration: Configuration
    version_arn: str | None = None
    alias_arn: str | None = None


def start_execution(house: House, params: Params) -> Answer:
    """Start an execution, of Express type asynchronously."""
    started = begin(house, params, engine=house.engine)
    return {"executionArn": started.arn, "startDate": seconds(started.start)}


def begin(
    house: House,
    params: Params,
    *,
    parent: str | None = None,
    again: bool = False,
    engine: Engine | None = None,
) -> Execution:
    """Start an execution.

    ``parent``  the token of the task that waits for its end
    ``again``   whoever has the name is this very execution, started before
    ``engine``  what runs it in this process; without one whatever worker finds it in the store

    Returns the one that runs already under this name with the same input, if it does. Raises ServiceError.
    """
    text = params.get("input", "{}")
    if "name" in params:
        check_name(params["name"])
    value, compact = read_input(text)
    while True:
        found = registry.resolve(house, params["stateMachineArn"])
        if parent is not None and found.machine["type"] == "EXPRESS":
            raise _not_of_this_type()
        new = _row(house, found, params, text, parent)
        refusal = _submit(house, new, value, compact, found.needs, engine)
        if refusal is None:
            return new
        if refusal.reason in (ID_TAKEN, CHANGED):
            continue
        holder = refusal.holder
        if holder is not None and _is_same(holder, text, parent, again=again):
            return holder
        raise ServiceError("ExecutionAlreadyExists", f"Execution Already Exists: '{new.arn}'")


def start_sync_execution(house: House, params: Params) -> Answer:
    """Run an Express execution to its end."""
    text = params.get("input", "{}")
    if "name" in params:
        check_name(params["name"])
    read_input(text)
    found = registry.resolve(house, params["stateMachineArn"])
    machine = found.machine
    if machine["type"] != "EXPRESS":
        raise _not_of_this_type()
    seed = _seed()
    chosen = _choose(found, seed)
    _, partition, _, region, account = house.owner.split(":")
    ended = house.definitions.machine(chosen.configuration["definition"], "EXPRESS").run(
        input_text=text,
        handlers=house.handlers,
        clock=house.clock,
        seed=seed,
        name=params.get("name"),
        machine_name=machine["name"],
        role_arn=chosen.configuration["role_arn"],
        account=account,
        region=region,
        partition=partition,
    )
    written = logs.lines(house, machine["name"], ended.arn, ended.events)
    if written:
        house.store.commit(written)
    start, stop = ended.events[0][2], ended.events[-1][2]
    answer = {
        "executionArn": ended.arn,
        "stateMachineArn": machine["arn"],
        "name": ended.name,
        "startDate": seconds(start),
        "stopDate": seconds(stop),
        "status": ended.status,
        "billingDetails": _bill(house, chosen, text, ended.output_text, stop - start),
    }
    if "traceHeader" in params:
        answer["traceHeader"] = params["traceHeader"]
    if params.get("includedData") == "METADATA_ONLY":
        return answer
    data = {"output": ended.output_text, "error": ended.error, "cause": ended.cause}
    return {
        **answer,
        "input": text,
        "inputDetails": {"included": True},
        "outputDetails": {"included": True},  # unlike DescribeExecution also if there is no output
        **{name: value for name, value in data.items() if value is not None},
    }


def _is_same(holder: Execution, text: str, parent: str | None, *, again: bool) -> bool:
    """Whether who has the name is what was to be started."""
    if again or (parent is not None and holder.parent == parent):
        return True
    return parent is None and holder.status == RUNNING and holder.input == text


def _not_of_this_type() -> ServiceError:
    message = "This operation is not supported by this type of state machine"
    return ServiceError("StateMachineTypeNotSupported", message)


def _row(house: House, found: registry.Found, params: Params, text: str, parent: str | None) -> Execution:
    """The execution that a start is to make."""
    seed = _seed()
    chosen = _choose(found, seed)
    machine, express = chosen.machine, chosen.machine["type"] == "EXPRESS"
    name = params.get("name") or entropy.uuid4(entropy.draw(seed, "name", 0))
    run = (entropy.uuid4(entropy.draw(seed, "express", 0)),) if express else ()  # its name need not be unique
    return Execution(
        id=house.next_id(),
        arn=house.arn(EXPRESS if express else EXECUTION, machine["name"], name, *run),
        machine=machine["name"],
        name=name,
        express=express,
        definition=chosen.configuration["definition"],
        status=RUNNING,
        start=house.now(),
        stop=None,
        seed=seed,
        role_arn=chosen.configuration["role_arn"],
        version_arn=chosen.version_arn,
        alias_arn=chosen.alias_arn,
        parent=parent,
        trace_header=params.get("traceHeader"),
        input=text,
    )


def _choose(found: registry.Found, seed: str) -> Chosen:
    machine = found.machine
    if machine["status"] == registry.DELETING:
        raise registry.being_deleted(machine["arn"])
    version = found.version
    if found.alias is not None:
        version = choose(machine["aliases"][found.alias], entropy.unit(entropy.draw(seed, "alias", 0)))
    if version is None:
        return Chosen(machine, machine["configuration"])
    configuration = machine["versions"][str(version)]["configuration"]
    return Chosen(machine, configuration, version_arn(machine, version), found.arn.text if found.alias else None)


def _submit(
    house: House, new: Execution, value: Any, compact: str, needs: Needs, engine: Engine | None
) -> Refusal | None:
    """Store a start, through the engine if it can run it."""
    reusable = house.now() - _RETENTION
    if engine is not None:
        try:
            return engine.start(NewExecution(new, value, compact, reusable, needs)).result(_PATIENCE)
        except HandlerError:  # some other worker may have the handlers
            pass
        except TimeoutError:
            message = f"the engine hasn't stored {new.arn} within {_PATIENCE} s; whether it will isn't known"
            raise StoreError(message) from None
    program = house.definitions.compiled.find(new.definition, express=new.express).program
    refusal = house.store.commit([start_of(new, program, value, compact, reusable, needs)])[0]
    house.nudge()
    return refusal


def _bill(house: House, chosen: Chosen, sent: str, output: str | None, spent: int) -> Answer:
    held = _MEMORY + size(house.definitions.text(chosen.configuration["definition"])) + size(sent) + size(output or "")
    return {
        "billedDurationInMilliseconds": max(1, -(-spent // _BILLED_TIME)) * _BILLED_TIME,
        "billedMemoryUsedInMB": -(-held // _BILLED_MEMORY) * _BILLED_MEMORY >> 20,
    }


def _seed() -> str:
    return os.urandom(12).hex()
