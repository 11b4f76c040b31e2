"""Tasks that start other executions: ``states:startExecution`` in its four patterns.

The child's name derives from the task's attempt when none is given. So the handler may be called again after a crash,
with the same name and input: the child is started exactly once.
"""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING, Any

from asl.errors import ServiceError, TaskError
from asl.jsontext import encode
from asl.kernel import entropy
from asl.service import model
from asl.service.starting import begin
from asl.tasks.call import Submitted
from asl.tasks.declare import task

if TYPE_CHECKING:
    from asl.service.house import House
    from asl.stores.base import Execution
    from asl.tasks.call import Handler
    from asl.tasks.context import TaskContext

#: parameter of the task -> member of StartExecution
_MEMBERS = {"StateMachineArn": "stateMachineArn", "Name": "name", "Input": "input", "TraceHeader": "traceHeader"}


def handlers(house: House) -> dict[str, Handler]:
    """The handlers, by the short names of their resources."""

    @task(idempotent=True)
    def start(parameters: Any, context: TaskContext) -> Any:
        return _response(_start(house, parameters, context, None), context)

    @task(idempotent=True)
    def start_and_wait(parameters: Any, context: TaskContext) -> Any:
        return Submitted(_response(_start(house, parameters, context, context.task_token), context))

    return {
        "states:startExecution": start,
        "states:startExecution.waitForTaskToken": start,
        "states:startExecution.sync": start_and_wait,
        "states:startExecution.sync:2": start_and_wait,
    }


def _start(house: House, parameters: Any, context: TaskContext, parent: str | None) -> Execution:
    given = _request(parameters)
    derived = "name" not in given
    if derived:
        key = f"{context.execution_arn}\n{context.idempotency_key}"
        given["name"] = entropy.uuid4(entropy.draw(key, "child", 0))
    try:
        model.check("StartExecution", given)
        return begin(house, given, parent=parent, again=derived)
    except ServiceError as problem:
        error = problem.code.removesuffix("Exception")
        details = f"Service: AWSStepFunctions; Status Code: 400; Error Code: {problem.code}"
        cause = f"{problem.message} ({details}; Request ID: {context.aws_request_id}; Proxy: null)"
        raise TaskError(f"StepFunctions.{error}Exception", cause) from None


def _request(parameters: Any) -> dict[str, Any]:
    """The members of StartExecution that a task's parameters give. An Input that is text is sent as it is."""
    given = dict(parameters) if isinstance(parameters, dict) else {}
    if "Input" in given and given["Input"] is not None and not isinstance(given["Input"], str):
        given["Input"] = encode(given["Input"])
    return {_MEMBERS.get(name, name): value for name, value in given.items() if value is not None}


def _response(started: Execution, context: TaskContext) -> dict[str, Any]:
    """What the service answers to the start, with the traces of the HTTP exchange that AWS shows."""
    body = encode({"executionArn": started.arn, "startDate": started.start / 1000})
    headers = {
        "connection": "keep-alive",
        "Content-Length": str(len(body)),
        "Content-Type": "application/x-amz-json-1.0",
        "Date": formatdate(started.start // 1000, usegmt=True),
        "x-amzn-RequestId": context.aws_request_id,
    }
    return {
        "ExecutionArn": started.arn,
        "SdkHttpMetadata": {
            "AllHttpHeaders": {name: [value] for name, value in headers.items()},
            "HttpHeaders": headers,
            "HttpStatusCode": 200,
        },
        "SdkResponseMetadata": {"RequestId": context.aws_request_id},
        "StartDate": started.start,
    }
