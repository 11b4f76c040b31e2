"""How AWS Lambda looks from a state machine: the envelope of ``lambda:invoke``, and a function's error as JSON."""

from __future__ import annotations

import json
import time
from binascii import b2a_base64
from types import CoroutineType
from typing import TYPE_CHECKING, Any

from asl.jsontext import NotJSON, decode, encode, round_trip
from asl.kernel.outcome import Failure, Outcome, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.kernel.core import Core


def is_invoke(label: str) -> bool:
    """Whether a resource, by its label, is ``lambda:invoke``, with or without ``.waitForTaskToken``."""
    return label.partition(".")[0] == "lambda:invoke"


def function_name(reference: str) -> tuple[str, str | None]:
    """Name and qualifier of a function given as a name, ``NAME:QUALIFIER``, a partial or a full ARN."""
    parts = reference.split(":")
    if "function" in parts[1:-1]:  # a function may be called "function" itself
        parts = parts[parts.index("function", 1) + 1 :]
    return parts[0], parts[1] if len(parts) > 1 else None


def event_of(parameters: dict[str, Any]) -> Any:
    """What the function receives. No Payload or null is ``{}``; a string is sent as it stands, so the function sees the
    JSON that it spells. Raises NotJSON when it spells none."""
    payload = parameters.get("Payload")
    if payload is None:
        return {}
    return decode(payload) if isinstance(payload, str) else payload


def function_not_found(reference: str, core: Core, request_id: str) -> Failure:
    """What AWS answers for a function that doesn't exist: it names the full ARN, however the function was named."""
    name, qualifier = function_name(reference)
    about = core.execution
    arn = f"arn:{about.partition}:lambda:{about.region}:{about.account}:function:{name}:{qualifier or '$LATEST'}"
    return Failure(
        "Lambda.ResourceNotFoundException",
        f"Function not found: {arn} (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; "
        f"Request ID: {request_id}; Proxy: null)",
    )


def not_json(problem: NotJSON) -> Failure:
    """Lambda refuses a string Payload that isn't JSON text."""
    return Failure("Lambda.InvalidRequestContentException", f"Could not parse request body into json: {problem}")


def envelope(parameters: dict[str, Any], payload: Any, request_id: str, now: int) -> Value:
    """The output of ``lambda:invoke``: the function's result among what AWS tells of the call.

    Raises NotJSON when that makes the payload nested too deeply.
    """
    date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(now // 1000))
    headers = {
        "X-Amz-Executed-Version": "$LATEST",
        "x-amzn-Remapped-Content-Length": "0",
        "Connection": "keep-alive",
        "x-amzn-RequestId": request_id,
        "Content-Length": str(len(_python_json(payload))),
        "Date": date,
        "X-Amzn-Trace-Id": f"root=1-{now // 1000:08x}-{request_id.replace('-', '')[:24]};sampled=0",
        "Content-Type": "application/json",
    }
    answer: dict[str, Any] = {"ExecutedVersion": "$LATEST"}
    if parameters.get("LogType") == "Tail":
        # What a local handler prints goes to its own output, so the log has only the lines that Lambda adds.
        log = f"START RequestId: {request_id} Version: $LATEST\nEND RequestId: {request_id}\n"
        answer["LogResult"] = headers["X-Amz-Log-Result"] = b2a_base64(log.encode(), newline=False).decode()
    answer |= {
        "Payload": payload,
        "SdkHttpMetadata": {
            "AllHttpHeaders": {name: [value] for name, value in headers.items()},
            "HttpHeaders": headers,
            "HttpStatusCode": 200,
        },
        "SdkResponseMetadata": {"RequestId": request_id},
        "StatusCode": 200,
    }
    return Value(answer, encode(answer))


def _python_json(value: Any) -> str:
    """JSON as Lambda's Python writes it: with blanks and ASCII escapes."""
    try:
        return json.dumps(value)
    except RecursionError:
        raise NotJSON("nested too deeply") from None


def failure_of(error: BaseException, request_id: str, *, compact: bool) -> Failure:
    """What Lambda makes of an exception: its class name, and a JSON text that tells of it.

    The text has blanks when the function is named by its ARN (it is the function's own), and none by ``lambda:invoke``.
    """
    import traceback

    frames = error.__traceback__.tb_next if error.__traceback__ else None  # without the caller's own frame
    return lambda_error(
        type(error).__name__,
        _message(error),
        request_id,
        traceback.format_list(traceback.extract_tb(frames)),
        compact=compact,
    )


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as problem:  # noqa: BLE001 - a broken __str__ of a user's exception must not hide its name
        return f"<unprintable: {type(problem).__name__}>"


def exit_error(error: SystemExit, request_id: str, *, compact: bool) -> Failure:
    """A handler that ends its process ends only its attempt, as on Lambda."""
    message = f"RequestId: {request_id} Error: Runtime exited with exit status {error.code or 0}"
    return lambda_error("Runtime.ExitError", message, request_id, [], compact=compact)


def lambda_error(name: str, message: str, request_id: str, stack: list[str], *, compact: bool) -> Failure:
    """A function's error in Lambda's words."""
    told = {"errorMessage": message, "errorType": name, "requestId": request_id, "stackTrace": stack}
    return Failure(name, encode(told) if compact else json.dumps(told))


def outcome_of(result: Any, where: str, request_id: Callable[[], str], *, compact: bool) -> Outcome:
    """A handler's result as a payload of its own: one round trip through JSON, so that nobody can change it
    afterwards."""
    try:
        return Value(*round_trip(result))
    except NotJSON as problem:
        reason = str(problem)
        if isinstance(result, CoroutineType):
            result.close()  # nobody will await it
            reason = "a coroutine; only an `async def` handler is awaited"
        return marshal_error(result, where, reason, request_id(), compact=compact)


def marshal_error(result: Any, where: str, reason: str, request_id: str, *, compact: bool) -> Failure:
    """What Lambda says of a result that it can't send."""
    kind = type(result).__name__
    message = f"Unable to marshal response: {where} returned a value of type {kind} that is not JSON: {reason}"
    return lambda_error("Runtime.MarshalError", message, request_id, [], compact=compact)
