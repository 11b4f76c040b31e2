"""moto's Step Functions (a copy of LocalStack's interpreter), driven in process through boto3, as its users do."""

from __future__ import annotations

import json
import logging
import os
import time
from importlib import import_module
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from itertools import count
from typing import TYPE_CHECKING, Any

from benchmarks.peers import CannotRun

if TYPE_CHECKING:
    from benchmarks.machines import Machine
    from benchmarks.measure import Timed

NAME = "moto"
INSTALL = "pip install 'moto[stepfunctions]' boto3"

#: An execution that takes longer is taken for hung.
_PATIENCE = 60

_numbers = count()
_active: list[Any] = []


def version() -> str | None:
    try:
        return installed_version("moto")
    except PackageNotFoundError:
        return None


def prepare(machine: Machine) -> Timed:
    if machine.handlers:
        raise CannotRun("its Lambda functions run in Docker")
    client = _client()
    created = client.create_state_machine(
        name=f"machine{next(_numbers)}",
        definition=json.dumps(machine.definition),
        roleArn="arn:aws:iam::123456789012:role/benchmark",
    )
    text = json.dumps(machine.input)

    def run(calls: int) -> float:
        began = time.perf_counter()
        for _ in range(calls):
            started = client.start_execution(
                stateMachineArn=created["stateMachineArn"], name=f"execution{next(_numbers)}", input=text
            )
            arn = started["executionArn"]
            while (status := client.describe_execution(executionArn=arn)["status"]) == "RUNNING":
                if time.perf_counter() - began > _PATIENCE * calls:
                    raise CannotRun(f"no end after {_PATIENCE} s")
                time.sleep(0.0005)
            if status != "SUCCEEDED":
                raise CannotRun(f"it ends as {status}")
        return (time.perf_counter() - began) / calls

    return run


def _client() -> Any:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        os.environ.setdefault(name, "testing")  # boto3 signs its requests, moto answers all of them
    logging.getLogger("moto").setLevel(logging.CRITICAL)
    boto3, moto = import_module("boto3"), import_module("moto")
    if not _active:
        _active.append(moto.mock_aws(config={"stepfunctions": {"execute_state_machine": True}}))
        _active[0].start()
    return boto3.client("stepfunctions", region_name="us-east-1")
