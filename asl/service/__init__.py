"""Service: the operations of AWS Step Functions on a store of executions.

>>> from asl import Service
>>> service = Service("memory:")
>>> definition = '{"StartAt": "Hello", "States": {"Hello": {"Type": "Pass", "End": true}}}'
>>> service.create_state_machine(name="hello", definition=definition)["stateMachineArn"]
'arn:aws:states:us-east-1:123456789012:stateMachine:hello'

| module | what it knows |
|---|---|
| ``model``       | members of the operations and their constraints |
| ``operations``  | which room answers which operation |
| ``arns``, ``paging``, ``house`` | names; pages; what the rooms share |
| ``registry``    | state machines and activities as documents of the store |
| ``machines``, ``settings``, ``versions``, ``aliases``, ``tags``, ``activities`` | the registers |
| ``logs`` | what is kept of Express executions |
| ``definitions`` | definitions, kept and compiled |
| ``starting``, ``executions``, ``inputs`` | starting executions; describing, stopping, redriving them |
| ``callbacks``, ``places`` | work for activities, answers by task token; which task a token was made for |
| ``nested``      | tasks that start other executions |
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from asl.drivers.clock import clock_of
from asl.service import model, nested
from asl.service.activities import activity_exists
from asl.service.house import House
from asl.service.logs import lines_of, read_log
from asl.service.operations import OPERATIONS
from asl.stores import open_store
from asl.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from asl.drivers.clock import Clock
    from asl.drivers.durable.engine import Engine
    from asl.service.house import Answer
    from asl.stores.base import Store
    from asl.tasks.call import Handler

__all__ = ["Service"]


class Service:
    """The operations of AWS Step Functions, with boto3's names of methods, parameters and members of answers.

    ``store``      a URL or path for ``asl.stores.open_store``, or a store
    ``clock``      ``"real"``, ``"virtual"`` or a Clock: that of a store which is opened here, of polls, and of what
                   runs in the caller's thread
    ``engine``     of a worker that runs in this process, see ``engine``
    ``handlers``   who does the tasks of StartSyncExecution and TestState: as in ``StateMachine.run``

    Moments in answers are epoch seconds with milliseconds. A parameter that is None counts as not given. A refused
    request raises ServiceError with AWS's code and message, a failing store StoreError. May be used from several
    threads, and by several processes on the same store.
    """

    def __init__(
        self,
        store: str | Store,
        *,
        account: str = "123456789012",
        region: str = "us-east-1",
        partition: str = "aws",
        clock: str | Clock | None = None,
        engine: Engine | None = None,
        handlers: Mapping[str, Handler] | None = None,
    ) -> None:
        self.clock: Clock = clock_of("real" if clock is None else clock)
        self._opened = isinstance(store, str)  # what was given is its giver's to close
        self.store: Store = (
            open_store(store, clock=None if clock is None else self.clock.now) if isinstance(store, str) else store
        )
        owner, role = f"arn:{partition}:states:{region}:{account}", f"arn:{partition}:iam::{account}:role/aslkit"
        self._house = House(self.store, owner, role, self.clock, handlers or {})
        self.engine = engine

    @property
    def engine(self) -> Engine | None:
        """What runs executions in this process: starts go straight to it, and it hears at once of what is written."""
        return self._house.engine

    @engine.setter
    def engine(self, engine: Engine | None) -> None:
        self._house.engine = engine

    def close(self) -> None:
        """Close the store, if the service has opened it. Polls for activities return."""
        self._house.closed = True
        if self._opened:
            self.store.close()

    def __enter__(self) -> Service:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def arn(self, kind: str, *names: str) -> str:
        """The ARN of what belongs here: ``arn("stateMachine", name)``, ``arn("execution", machine, name)``."""
        return self._house.arn(kind, *names)

    def worker(self, handlers: Mapping[str, Handler] | None = None, **options: Any) -> Worker:
        """A worker for the executions of the store; it begins when it is started (see ``asl.worker.Worker``).

        ``handlers``: default are the service's own. Tasks that start other executions need none: the service does
        them. To let starts go straight to a running worker: ``service.engine = worker.engine``.
        """
        given = self._house.handlers if handlers is None else handlers
        options = {
            "clock": self.clock,
            "definitions": self._house.definitions.compiled,
            "log": partial(lines_of, self._house),
            "activity_exists": partial(activity_exists, self._house),
            **options,
        }
        return Worker(self.store, {**nested.handlers(self._house), **given}, **options)

    def call(self, operation: str, params: Mapping[str, Any]) -> Answer:
        """Answer a request by the name of its operation (``"CreateStateMachine"``), as it comes over the wire."""
        given = {name: value for name, value in params.items() if value is not None}
        model.check(operation, given)
        return OPERATIONS[operation](self._house, given)

    # -- state machines ------------------------------------------------------------------------------------------------

    def create_state_machine(
        self,
        *,
        name: str,
        definition: str,
        roleArn: str | None = None,
        type: str | None = None,
        loggingConfiguration: Mapping[str, Any] | None = None,
        tags: Sequence[Mapping[str, str]] | None = None,
        tracingConfiguration: Mapping[str, Any] | None = None,
        publish: bool | None = None,
        versionDescription: str | None = None,
        encryptionConfiguration: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Create a state machine. ``roleArn``: here a made-up one will do."""
        given = {**_given(locals()), "roleArn": self._house.role if roleArn is None else roleArn}
        return self.call("CreateStateMachine", given)

    def update_state_machine(
        self,
        *,
        stateMachineArn: str,
        definition: str | None = None,
        roleArn: str | None = None,
        loggingConfiguration: Mapping[str, Any] | None = None,
        tracingConfiguration: Mapping[str, Any] | None = None,
        publish: bool | None = None,
        versionDescription: str | None = None,
        encryptionConfiguration: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Change a state machine. What runs goes on as it was when it was started."""
        return self.call("UpdateStateMachine", _given(locals()))

    def describe_state_machine(self, *, stateMachineArn: str, includedData: str | None = None) -> Answer:
        """A state machine, or one of its versions."""
        return self.call("DescribeStateMachine", _given(locals()))

    def list_state_machines(self, *, maxResults: int | None = None, nextToken: str | None = None) -> Answer:
        """All state machines."""
        return self.call("ListStateMachines", _given(locals()))

    def read_log(self, *, stateMachineArn: str, maxResults: int | None = None, nextToken: str | None = None) -> Answer:
        """The log of an Express state machine, the oldest lines first: all that is kept of its executions.

        AWS has no such operation; there the lines go to CloudWatch Logs.
        """
        given = {name: value for name, value in _given(locals()).items() if value is not None}
        model.check("ListStateMachineVersions", given)  # which has the same members
        return read_log(self._house, given)

    def delete_state_machine(self, *, stateMachineArn: str) -> Answer:
        """Delete a state machine, its versions, aliases and executions. What runs fails at its next transition."""
        return self.call("DeleteStateMachine", _given(locals()))

    def validate_state_machine_definition(
        self, *, definition: str, type: str | None = None, severity: str | None = None, maxResults: int | None = None
    ) -> Answer:
        """What there is to say about a definition."""
        return self.call("ValidateStateMachineDefinition", _given(locals()))

    def test_state(
        self,
        *,
        definition: str,
        roleArn: str | None = None,
        input: str | None = None,
        inspectionLevel: str | None = None,
        revealSecrets: bool | None = None,
        variables: str | None = None,
        stateName: str | None = None,
        mock: Mapping[str, Any] | None = None,
        context: str | None = None,
        stateConfiguration: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Test one state on its own."""
        return self.call("TestState", _given(locals()))

    # -- versions and aliases ------------------------------------------------------------------------------------------

    def publish_state_machine_version(
        self, *, stateMachineArn: str, revisionId: str | None = None, description: str | None = None
    ) -> Answer:
        """Make a version of what the state machine is now."""
        return self.call("PublishStateMachineVersion", _given(locals()))

    def list_state_machine_versions(
        self, *, stateMachineArn: str, maxResults: int | None = None, nextToken: str | None = None
    ) -> Answer:
        """The versions of a state machine, the newest first."""
        return self.call("ListStateMachineVersions", _given(locals()))

    def delete_state_machine_version(self, *, stateMachineVersionArn: str) -> Answer:
        """Remove a version to which no alias leads."""
        return self.call("DeleteStateMachineVersion", _given(locals()))

    def create_state_machine_alias(
        self, *, name: str, routingConfiguration: Sequence[Mapping[str, Any]], description: str | None = None
    ) -> Answer:
        """Make a name that leads to one version, or to two with weights."""
        return self.call("CreateStateMachineAlias", _given(locals()))

    def update_state_machine_alias(
        self,
        *,
        stateMachineAliasArn: str,
        routingConfiguration: Sequence[Mapping[str, Any]] | None = None,
        description: str | None = None,
    ) -> Answer:
        """Let an alias lead elsewhere, or describe it otherwise."""
        return self.call("UpdateStateMachineAlias", _given(locals()))

    def describe_state_machine_alias(self, *, stateMachineAliasArn: str) -> Answer:
        """Where an alias leads."""
        return self.call("DescribeStateMachineAlias", _given(locals()))

    def list_state_machine_aliases(
        self, *, stateMachineArn: str, maxResults: int | None = None, nextToken: str | None = None
    ) -> Answer:
        """The aliases of a state machine, or those that lead to a version."""
        return self.call("ListStateMachineAliases", _given(locals()))

    def delete_state_machine_alias(self, *, stateMachineAliasArn: str) -> Answer:
        """Remove an alias."""
        return self.call("DeleteStateMachineAlias", _given(locals()))

    # -- tags ----------------------------------------------------------------------------------------------------------

    def tag_resource(self, *, resourceArn: str, tags: Sequence[Mapping[str, str]]) -> Answer:
        """Add tags to a state machine or an activity."""
        return self.call("TagResource", _given(locals()))

    def untag_resource(self, *, resourceArn: str, tagKeys: Sequence[str]) -> Answer:
        """Remove tags."""
        return self.call("UntagResource", _given(locals()))

    def list_tags_for_resource(self, *, resourceArn: str) -> Answer:
        """The tags of a resource."""
        return self.call("ListTagsForResource", _given(locals()))

    # -- executions ----------------------------------------------------------------------------------------------------

    def start_execution(
        self, *, stateMachineArn: str, name: str | None = None, input: str | None = None, traceHeader: str | None = None
    ) -> Answer:
        """Start an execution. The ARN may name a version or an alias."""
        return self.call("StartExecution", _given(locals()))

    def start_sync_execution(
        self,
        *,
        stateMachineArn: str,
        name: str | None = None,
        input: str | None = None,
        traceHeader: str | None = None,
        includedData: str | None = None,
    ) -> Answer:
        """Run an execution of an Express machine in this thread and return what it came to."""
        return self.call("StartSyncExecution", _given(locals()))

    def describe_execution(self, *, executionArn: str, includedData: str | None = None) -> Answer:
        """An execution as it is now."""
        return self.call("DescribeExecution", _given(locals()))

    def describe_state_machine_for_execution(self, *, executionArn: str, includedData: str | None = None) -> Answer:
        """The state machine as it was when the execution was started."""
        return self.call("DescribeStateMachineForExecution", _given(locals()))

    def list_executions(
        self,
        *,
        stateMachineArn: str | None = None,
        statusFilter: str | None = None,
        maxResults: int | None = None,
        nextToken: str | None = None,
        mapRunArn: str | None = None,
        redriveFilter: str | None = None,
    ) -> Answer:
        """The executions of a machine, a version or an alias, the newest first."""
        return self.call("ListExecutions", _given(locals()))

    def get_execution_history(
        self,
        *,
        executionArn: str,
        maxResults: int | None = None,
        reverseOrder: bool | None = None,
        nextToken: str | None = None,
        includeExecutionData: bool | None = None,
    ) -> Answer:
        """The events of an execution."""
        return self.call("GetExecutionHistory", _given(locals()))

    def stop_execution(self, *, executionArn: str, error: str | None = None, cause: str | None = None) -> Answer:
        """End an execution as ABORTED."""
        return self.call("StopExecution", _given(locals()))

    def redrive_execution(self, *, executionArn: str, clientToken: str | None = None) -> Answer:
        """Take up an execution that ended badly, where it stood."""
        return self.call("RedriveExecution", _given(locals()))

    def describe_map_run(self, *, mapRunArn: str) -> Answer:
        """There are no Map Runs: refused."""
        return self.call("DescribeMapRun", _given(locals()))

    def list_map_runs(
        self, *, executionArn: str, maxResults: int | None = None, nextToken: str | None = None
    ) -> Answer:
        """There are no Map Runs: an empty list."""
        return self.call("ListMapRuns", _given(locals()))

    def update_map_run(
        self,
        *,
        mapRunArn: str,
        maxConcurrency: int | None = None,
        toleratedFailurePercentage: float | None = None,
        toleratedFailureCount: int | None = None,
    ) -> Answer:
        """There are no Map Runs: refused."""
        return self.call("UpdateMapRun", _given(locals()))

    # -- tasks ---------------------------------------------------------------------------------------------------------

    def get_activity_task(self, *, activityArn: str, workerName: str | None = None) -> Answer:
        """Fetch work of an activity; waits up to a minute. ``{}``: there was none."""
        return self.call("GetActivityTask", _given(locals()))

    def send_task_success(self, *, taskToken: str, output: str) -> Answer:
        """Give the task that waits with this token its result."""
        return self.call("SendTaskSuccess", _given(locals()))

    def send_task_failure(self, *, taskToken: str, error: str | None = None, cause: str | None = None) -> Answer:
        """Fail the task that waits with this token."""
        return self.call("SendTaskFailure", _given(locals()))

    def send_task_heartbeat(self, *, taskToken: str) -> Answer:
        """The task that waits with this token is alive."""
        return self.call("SendTaskHeartbeat", _given(locals()))

    # -- activities ----------------------------------------------------------------------------------------------------

    def create_activity(
        self,
        *,
        name: str,
        tags: Sequence[Mapping[str, str]] | None = None,
        encryptionConfiguration: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Register an activity."""
        return self.call("CreateActivity", _given(locals()))

    def describe_activity(self, *, activityArn: str) -> Answer:
        """What is registered of an activity."""
        return self.call("DescribeActivity", _given(locals()))

    def list_activities(self, *, maxResults: int | None = None, nextToken: str | None = None) -> Answer:
        """All activities."""
        return self.call("ListActivities", _given(locals()))

    def delete_activity(self, *, activityArn: str) -> Answer:
        """Remove an activity from the register."""
        return self.call("DeleteActivity", _given(locals()))


def _given(arguments: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a request, out of the arguments of a method."""
    return {name: value for name, value in arguments.items() if name != "self"}
