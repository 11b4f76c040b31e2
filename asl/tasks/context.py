"""The second argument of a handler: what AWS Lambda passes as ``context``, the execution's clock, and task tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from asl.jsontext import round_trip
from asl.kernel.outcome import Failure, Value

if TYPE_CHECKING:
    from asl.kernel.outcome import Outcome

#: AWS Lambda's longest run; what is left of it is what a task without TimeoutSeconds is told.
_LAMBDA_LIMIT = 900_000


class Spell(Protocol):
    """What a driver lets a handler do with time and with other tasks."""

    def now(self) -> int:
        """The moment as the handler sees it, in milliseconds."""

    def sleep(self, seconds: float) -> None:
        """Spend time."""

    def heartbeat(self, token: str | None = None) -> None:
        """The handler's own task is alive, or the one that waits with this token."""

    def callback(self, token: str, outcome: Outcome) -> None:
        """Answer the task that waits with this token."""


class TaskContext:
    """Lambda-like context of one attempt.

    ``idempotency_key`` is the same whenever this very attempt is delivered again, and different for every other
    attempt. ``sleep`` and ``heartbeat`` work on the execution's clock: in virtual time they cost nothing and still
    count.
    """

    __slots__ = (
        "_spell",
        "_started",
        "_timeout",
        "attempt",
        "aws_request_id",
        "execution_arn",
        "function_name",
        "idempotency_key",
        "invoked_function_arn",
        "state_name",
        "task_token",
    )

    #: constants of a Lambda environment, for handlers that log them
    function_version = "$LATEST"
    memory_limit_in_mb = "128"
    log_group_name = "/aws/lambda/local"
    log_stream_name = "local"
    identity = None
    client_context = None

    def __init__(
        self,
        *,
        state_name: str,
        function_name: str,
        invoked_function_arn: str,
        aws_request_id: str,
        idempotency_key: str,
        execution_arn: str,
        attempt: int,
        timeout: int | None,
        task_token: str | None,
        spell: Spell,
    ) -> None:
        self.state_name = state_name
        self.function_name = function_name
        self.invoked_function_arn = invoked_function_arn
        self.aws_request_id = aws_request_id
        self.idempotency_key = idempotency_key
        self.execution_arn = execution_arn
        self.attempt = attempt  # 0 = the first try
        self._timeout = min(timeout or _LAMBDA_LIMIT, _LAMBDA_LIMIT)
        self.task_token = task_token  # of activities, .sync and .waitForTaskToken tasks
        self._spell = spell
        self._started = spell.now()

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the task's TimeoutSeconds (or Lambda's 15 minutes) are over; never negative."""
        return max(0, self._timeout - (self._spell.now() - self._started))

    def sleep(self, seconds: float) -> None:
        """Let time pass on the execution's clock: really, or only modelled in virtual time."""
        self._spell.sleep(seconds)

    def heartbeat(self) -> None:
        """Tell that the task is alive (for HeartbeatSeconds)."""
        self._spell.heartbeat()

    def send_task_success(self, token: str, output: Any) -> None:
        """Answer the task that waits with this token, as SendTaskSuccess does. A token that nobody waits with is
        ignored.

        Raises NotJSON for an output that isn't JSON.
        """
        self._spell.callback(token, Value(*round_trip(output)))

    def send_task_failure(self, token: str, error: str | None = None, cause: str | None = None) -> None:
        """Fail the task that waits with this token, as SendTaskFailure does."""
        self._spell.callback(token, Failure(error, cause))

    def send_task_heartbeat(self, token: str) -> None:
        """Tell that the work behind this token goes on, as SendTaskHeartbeat does."""
        self._spell.heartbeat(token)
