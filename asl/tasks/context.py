"""The second argument of a handler: what AWS Lambda passes as ``context``, and the execution's clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

#: AWS Lambda's longest run; what is left of it is what a task without TimeoutSeconds is told.
_LAMBDA_LIMIT = 900_000


class TaskContext:
    """Lambda-like context of one attempt.

    ``idempotency_key`` is the same whenever this very attempt is delivered again, and different for every other attempt.
    ``sleep`` and ``heartbeat`` work on the execution's clock: in virtual time they cost nothing and still count.
    """

    __slots__ = (
        "_heartbeat",
        "_now",
        "_sleep",
        "_started",
        "_timeout",
        "attempt",
        "aws_request_id",
        "execution_arn",
        "function_name",
        "idempotency_key",
        "invoked_function_arn",
        "state_name",
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
        now: Callable[[], int],
        sleep: Callable[[float], None],
        heartbeat: Callable[[], None],
    ) -> None:
        self.state_name = state_name
        self.function_name = function_name
        self.invoked_function_arn = invoked_function_arn
        self.aws_request_id = aws_request_id
        self.idempotency_key = idempotency_key
        self.execution_arn = execution_arn
        self.attempt = attempt  # 0 = the first try
        self._timeout = min(timeout or _LAMBDA_LIMIT, _LAMBDA_LIMIT)
        self._now = now
        self._sleep = sleep
        self._heartbeat = heartbeat
        self._started = now()

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the task's TimeoutSeconds (or Lambda's 15 minutes) are over; never negative."""
        return max(0, self._timeout - (self._now() - self._started))

    def sleep(self, seconds: float) -> None:
        """Let time pass on the execution's clock: really, or only modelled in virtual time."""
        self._sleep(seconds)

    def heartbeat(self) -> None:
        """Tell that the task is alive (for HeartbeatSeconds)."""
        self._heartbeat()
