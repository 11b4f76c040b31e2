"""The compact event log: what happened, as plain tuples that hold references and cost almost nothing to append.

Every record is ``(type, previous, time, visit, *details)``:

- ``type``      the AWS event type, e.g. ``"PassStateEntered"``
- ``previous``  the previousEventId: the causal predecessor, 0 = none
- ``time``      milliseconds since the epoch, an int
- ``visit``     the id of the ...StateEntered event of the state visit which the record belongs to (0: the execution).
                For a ...StateEntered record: the visit id of the enclosing Map/Parallel (0: top level)
- ``details``   by type, see below. A payload is its JSON text.

The id of a record is not stored: ids are dense from 1, so it is the record's position in the log + 1.
``asl.history`` turns records into AWS's shapes when somebody reads them.

| type | details |
|---|---|
| ExecutionStarted | input, role_arn |
| ExecutionSucceeded | output |
| ExecutionRedriven | redriveCount |
| ExecutionFailed, ExecutionAborted, ExecutionTimedOut | error, cause |
| XStateEntered | name, input, slot (branch or iteration index in the enclosing state; -1 at top level) |
| XStateExited | name, output, assigned (name -> JSON text, or None), rule (of a Choice: index, -1 = Default) |
| TaskStateAborted, WaitStateAborted, ParallelStateAborted, MapStateAborted | - |
| EvaluationFailed | state, error, cause, location or None |
| LambdaFunctionScheduled | resource, input, timeout, role_arn (seconds or None; of Credentials, or None) |
| LambdaFunctionStarted | - |
| LambdaFunctionSucceeded | output |
| LambdaFunctionFailed, LambdaFunctionTimedOut | error, cause |
| ActivityScheduled | resource, input, timeout, heartbeat |
| ActivityStarted | worker_name or None |
| ActivitySucceeded | output |
| ActivityFailed, ActivityTimedOut | error, cause |
| TaskScheduled | resource_type, resource, region, parameters, timeout, heartbeat, role_arn |
| TaskStarted | resource_type, resource |
| TaskSubmitted, TaskSucceeded | resource_type, resource, output |
| TaskFailed, TaskTimedOut, TaskStartFailed, TaskSubmitFailed | resource_type, resource, error, cause |
| ParallelStateStarted, ParallelStateSucceeded, ParallelStateFailed | - |
| MapStateStarted | length |
| MapStateSucceeded, MapStateFailed | - |
| MapIterationStarted, MapIterationSucceeded, MapIterationFailed, MapIterationAborted | name, index |

Beside the log stand *notes*: what the kernel decided and AWS's history doesn't say, ``(after, time, visit, kind,
*details)``, where ``after`` is the id of the last event when it was decided:

| kind | details |
|---|---|
| "retry" | error, cause, retrier (index), attempt (1 = first retry), delay (milliseconds) |
| "catch" | error, cause, catcher (index), next (state name) |
"""

from __future__ import annotations

from typing import Any

Event = tuple[Any, ...]
Note = tuple[Any, ...]

#: positions in a record
TYPE, PREVIOUS, TIME, VISIT, DETAILS = 0, 1, 2, 3, 4

#: The history of a Standard execution holds at most this many events; the last one is then ExecutionFailed.
HISTORY_LIMIT = 25_000

#: An Express execution has no event limit on AWS, where five minutes end every loop; virtual time needs another bound.
EXPRESS_HISTORY_LIMIT = 1_000_000
