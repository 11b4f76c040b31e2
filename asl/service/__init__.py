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
| ``definitions`` | definitions, kept and compiled |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.drivers.clock import clock_of
from asl.service import model
from asl.service.house import House
from asl.service.operations import OPERATIONS
from asl.stores import open_store
from asl.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from asl.drivers.clock import Clock
    from asl.service.house import Answer
    from asl.stores.base import Store
    from asl.tasks.call import Handler

__all__ = ["Service"]


class Service:
    """The operations of AWS Step Functions, with boto3's names of methods, parameters and members of answers.

    ``store``      a URL or path for ``asl.stores.open_store``, or a store
    ``clock``      ``"real"``, ``"virtual"`` or a Clock; default: the store's own time
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
        handlers: Mapping[str, Handler] | None = None,
    ) -> None:
        timepiece = None if clock is None else clock_of(clock)
        self.clock: Clock = timepiece or clock_of("real")
        self._opened = isinstance(store, str)  # what was given is its giver's to close
        self.store: Store = (
            open_store(store, clock=None if timepiece is None else timepiece.now) if isinstance(store, str) else store
        )
        role = f"arn:{partition}:iam::{account}:role/aslkit"
        now = self.store.now if timepiece is None else timepiece.now
        self._house = House(self.store, f"arn:{partition}:states:{region}:{account}", role, now, handlers or {})

    def close(self) -> None:
        """Close the store, if the service has opened it."""
        if self._opened:
            self.store.close()

    def __enter__(self) -> Service:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def worker(self, handlers: Mapping[str, Handler] | None = None, **options: Any) -> Worker:
        """A worker for the executions of the store, which it begins to work on when it is started: see ``asl.Worker``.

        ``handlers``: default are the service's own. It shares compiled definitions with the service.
        """
        house = self._house
        given = house.handlers if handlers is None else handlers
        options = {"clock": self.clock, **options}
        return Worker(self.store, given, definitions=house.definitions.compiled, **options)

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
