"""Two services on one store, whose changes fall between each other's reading and writing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from asl import Service, VirtualClock
from asl.stores import open_store
from asl.stores.base import Start
from tests.service.bench import FAIL, OWNER, PASS, WAIT, refusal, text, variant

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ARN = f"{OWNER}:stateMachine:Machine"
ACTIVITY = f"{OWNER}:activity:pack"


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """What comes of acts that all happen at the same time."""
    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result() for future in [pool.submit(act) for act in acts]]


class Interrupted:
    """A store in which something else happens just before a document is written or removed, once."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.interrupt: Callable[[], Any] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def put_document(self, *arguments: Any) -> Any:
        self._happen()
        return self._store.put_document(*arguments)

    def delete_document(self, *arguments: Any) -> Any:
        self._happen()
        return self._store.delete_document(*arguments)

    def _happen(self) -> None:
        act, self.interrupt = self.interrupt, None
        if act is not None:
            act()


class Two:
    """One service that is interrupted by the other."""

    def __init__(self) -> None:
        clock = VirtualClock()
        self.store: Any = Interrupted(open_store("memory:", clock=clock.now))
        self.first = Service(self.store, clock=clock)
        self.second = Service(self.store, clock=clock)

    def create(self, service: Service | None = None, definition: Any = PASS, **params: Any) -> dict[str, Any]:
        return (service or self.first).create_state_machine(name="Machine", definition=text(definition), **params)

    def describe(self, arn: str = ARN) -> dict[str, Any]:
        return self.first.describe_state_machine(stateMachineArn=arn)


@pytest.fixture
def two() -> Two:
    return Two()


def test_the_same_machine_twice(two: Two) -> None:
    made: list[dict[str, Any]] = []
    two.store.interrupt = lambda: made.append(two.create(two.second))
    assert two.create() == made[0]


def test_two_machines_of_one_name(two: Two) -> None:
    two.store.interrupt = lambda: two.create(two.second, FAIL)
    assert refusal(two.create)[0] == "StateMachineAlreadyExists"
    assert two.describe()["definition"] == text(FAIL)


def test_two_changes(two: Two) -> None:
    """The second reads anew: nothing of the first is lost."""
    two.create()
    role = "arn:aws:iam::1:role/x"
    two.store.interrupt = lambda: two.second.update_state_machine(stateMachineArn=ARN, roleArn=role)
    two.first.update_state_machine(stateMachineArn=ARN, definition=text(FAIL))
    found = two.describe()
    assert (found["roleArn"], found["definition"]) == (role, text(FAIL))


def test_two_publications_of_one_revision(two: Two) -> None:
    two.create()
    two.store.interrupt = lambda: two.second.publish_state_machine_version(stateMachineArn=ARN)
    assert two.first.publish_state_machine_version(stateMachineArn=ARN)["stateMachineVersionArn"] == f"{ARN}:1"
    assert len(two.first.list_state_machine_versions(stateMachineArn=ARN)["stateMachineVersions"]) == 1


def test_a_publication_of_a_revision_that_has_just_passed(two: Two) -> None:
    two.create()
    two.store.interrupt = lambda: two.second.update_state_machine(stateMachineArn=ARN, definition=text(variant(1)))
    act = two.first.publish_state_machine_version
    assert refusal(act, stateMachineArn=ARN, revisionId="INITIAL")[0] == "ConflictException"


def test_an_alias_to_a_version_that_goes(two: Two) -> None:
    two.create(publish=True)
    routes = [{"stateMachineVersionArn": f"{ARN}:1", "weight": 100}]
    two.store.interrupt = lambda: two.second.delete_state_machine_version(stateMachineVersionArn=f"{ARN}:1")
    act = two.first.create_state_machine_alias
    assert refusal(act, name="live", routingConfiguration=routes)[0] == "ResourceNotFound"


def test_a_version_that_gets_an_alias(two: Two) -> None:
    two.create(publish=True)
    routes = [{"stateMachineVersionArn": f"{ARN}:1", "weight": 100}]
    two.store.interrupt = lambda: two.second.create_state_machine_alias(name="live", routingConfiguration=routes)
    act = two.first.delete_state_machine_version
    assert refusal(act, stateMachineVersionArn=f"{ARN}:1")[0] == "ConflictException"


def test_tags_from_two_sides(two: Two) -> None:
    two.create()
    tag = [{"key": "second", "value": "2"}]
    two.store.interrupt = lambda: two.second.tag_resource(resourceArn=ARN, tags=tag)
    two.first.tag_resource(resourceArn=ARN, tags=[{"key": "first", "value": "1"}])
    assert len(two.first.list_tags_for_resource(resourceArn=ARN)["tags"]) == 2


def test_a_change_of_a_machine_that_is_deleted(two: Two) -> None:
    two.create()
    two.store.interrupt = lambda: two.second.delete_state_machine(stateMachineArn=ARN)
    act = two.first.update_state_machine
    assert refusal(act, stateMachineArn=ARN, roleArn="arn:aws:iam::1:role/x")[0] == "StateMachineDoesNotExist"


def test_two_deletions(two: Two) -> None:
    two.create()
    two.store.interrupt = lambda: two.second.delete_state_machine(stateMachineArn=ARN)
    assert two.first.delete_state_machine(stateMachineArn=ARN) == {}
    assert two.first.list_state_machines() == {"stateMachines": []}


def test_a_definition_stays_while_it_is_named(two: Two) -> None:
    """A purge between keeping a definition and naming it would take it away."""
    two.create()
    later = two.store.now() + 1
    two.store.interrupt = lambda: two.store.purge(later + 10_000)
    two.first.create_state_machine(name="Other", definition=text(variant(1)))
    assert two.describe(f"{OWNER}:stateMachine:Other")["definition"] == text(variant(1))
    two.store.interrupt = lambda: two.store.purge(later + 10_000)
    two.first.update_state_machine(stateMachineArn=ARN, definition=text(variant(2)))
    assert two.describe()["definition"] == text(variant(2))


def test_the_same_activity_twice(two: Two) -> None:
    made: list[dict[str, Any]] = []
    two.store.interrupt = lambda: made.append(two.second.create_activity(name="pack"))
    assert two.first.create_activity(name="pack") == made[0]


def test_two_removals_of_an_activity(two: Two) -> None:
    two.first.create_activity(name="pack")
    two.store.interrupt = lambda: two.second.delete_activity(activityArn=ACTIVITY)
    assert two.first.delete_activity(activityArn=ACTIVITY) == {}
    assert two.first.list_activities() == {"activities": []}


@pytest.mark.parametrize("url", ["memory:", "sqlite:///{}/x.db"])
def test_many_threads(url: str, tmp_path: Path) -> None:
    """The same start, publication and tagging from many threads: one execution, one version, every tag."""
    store = open_store(url.format(tmp_path))
    services = [Service(store) for _ in range(8)]
    services[0].create_state_machine(name="Machine", definition=text(PASS))
    started = at_once([lambda s=s: s.start_execution(stateMachineArn=ARN, name="run") for s in services])  # type: ignore[misc]
    assert all(one == started[0] for one in started)
    assert len(services[0].list_executions(stateMachineArn=ARN)["executions"]) == 1
    made = at_once([lambda s=s: s.publish_state_machine_version(stateMachineArn=ARN) for s in services])  # type: ignore[misc]
    assert all(one == made[0] for one in made)
    at_once(
        [
            lambda s=s, n=n: s.tag_resource(resourceArn=ARN, tags=[{"key": f"k{n}", "value": ""}])  # type: ignore[misc]
            for n, s in enumerate(services)
        ]
    )
    assert len(services[0].list_tags_for_resource(resourceArn=ARN)["tags"]) == len(services)
    store.close()


def test_two_redrives(two: Two) -> None:
    """Of two requests at once one redrives, the other is refused."""
    two.create(definition=FAIL)
    execution = two.first.start_execution(stateMachineArn=ARN)["executionArn"]
    worker = two.first.worker(threads=0)
    worker.run_until_idle()
    real = two.store._store.held
    done: list[dict[str, Any]] = []

    def held(ids: Any) -> Any:
        found = real(ids)
        if not done:
            done.append({})
            done[0] = two.second.redrive_execution(executionArn=execution)
        return found

    two.store.held = held
    code, message = refusal(two.first.redrive_execution, executionArn=execution)
    assert (code, message) == (
        "ExecutionNotRedrivable",
        "Execution ARN invalid for redrive as: Execution is RUNNING and cannot be redriven",
    )
    assert done[0]["redriveDate"]
    assert two.first.describe_execution(executionArn=execution)["redriveCount"] == 1


# -- a deletion between looking at a machine and storing an execution of it --


class Crossing:
    """A store in which the first commit of the other side's falls into a deletion: just before its call of one method
    (the how many-th), or after all of it."""

    def __init__(self, store: Any, service: Service, method: str, number: int) -> None:
        self._store = store
        self._service = service
        self._method = method
        self._number = number
        self._crossed = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def commit(self, writes: Any) -> Any:
        if self._crossed:
            return self._store.commit(writes)
        self._crossed = True
        answers: list[Any] = []
        self._during(self._service, lambda: answers.append(self._store.commit(writes)))
        return answers[0] if answers else self._store.commit(writes)

    def _during(self, service: Service, act: Callable[[], None]) -> None:
        store, calls = service.store, []
        method = getattr(store, self._method)

        def call(*arguments: Any, **named: Any) -> Any:
            calls.append(self._method)
            if len(calls) == self._number:
                act()
            return method(*arguments, **named)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(store, self._method, call)
            service.delete_state_machine(stateMachineArn=ARN)


#: Where in a deletion: before it marks the machine; before it looks whom to tell, whether something runs; before it
#: removes what has ended, and the machine; after it, for it never asks for changes.
PLACES = [("put_document", 1), ("open_executions", 1), ("open_executions", 2), ("purge", 1), ("delete_document", 1),
          ("changes", 1)]  # fmt: skip


def crossing(method: str, number: int) -> tuple[Service, Service]:
    """A service whose first commit falls into a deletion by the other one."""
    clock = VirtualClock()
    store: Any = open_store("memory:", clock=clock.now)
    other = Service(store, clock=clock)
    crossed: Any = Crossing(store, other, method, number)
    return Service(crossed, clock=clock), other


def check_gone(service: Service) -> None:
    """Nothing of the machine is left, and its name is free."""
    assert list(service.store.open_executions()) == []
    assert service.list_state_machines() == {"stateMachines": []}
    assert service.store.executions() == []
    assert service.store.document("machine", "Machine") is None
    assert service.create_state_machine(name="Machine", definition=text(PASS))["stateMachineArn"] == ARN
    assert service.list_executions(stateMachineArn=ARN)["executions"] == []


@pytest.mark.parametrize(("method", "number"), PLACES)
def test_a_start_while_the_machine_is_deleted(method: str, number: int) -> None:
    """Before the machine is marked it goes as the deletion finds it; after that it is refused."""
    first, other = crossing(method, number)
    other.create_state_machine(name="Machine", definition=text(WAIT))
    ended: list[tuple[Any, str]] = []
    worker = other.worker(threads=0, news=lambda execution, status: ended.append((execution.arn, status)))
    if method == "put_document":
        run = first.start_execution(stateMachineArn=ARN)["executionArn"]
        assert other.describe_execution(executionArn=run)["status"] == "RUNNING"
        assert refusal(other.start_execution, stateMachineArn=ARN)[0] == "StateMachineDeleting"
        worker.run_until_idle()
        assert ended == [(run, "RUNNING"), (run, "FAILED")]
        assert refusal(other.describe_execution, executionArn=run)[0] == "ExecutionDoesNotExist"
    else:
        gone = method in ("delete_document", "changes") or number > 1
        code, _ = refusal(first.start_execution, stateMachineArn=ARN)
        assert code in ("StateMachineDeleting", "StateMachineDoesNotExist") if gone else "StateMachineDeleting"
        worker.run_until_idle()
        assert ended == []
    check_gone(other)


@pytest.mark.parametrize(("method", "number"), PLACES)
def test_a_redrive_while_the_machine_is_deleted(method: str, number: int) -> None:
    """The same."""
    first, other = crossing(method, number)
    other.create_state_machine(name="Machine", definition=text(FAIL))
    run = other.start_execution(stateMachineArn=ARN)["executionArn"]
    worker = other.worker(threads=0)
    worker.run_until_idle()
    if method == "put_document":
        first.redrive_execution(executionArn=run)
        assert other.describe_execution(executionArn=run)["status"] == "RUNNING"
    else:
        code, _ = refusal(first.redrive_execution, executionArn=run)
        assert code in ("ExecutionNotRedrivable", "ExecutionDoesNotExist")
    worker.run_until_idle()
    check_gone(other)


def test_a_start_while_the_machine_is_made_anew() -> None:
    """It is one of the new machine's."""
    first, other = crossing("changes", 1)
    other.create_state_machine(name="Machine", definition=text(WAIT))
    delete = other.delete_state_machine

    def delete_and_create(**params: Any) -> None:
        delete(**params)
        other.create_state_machine(name="Machine", definition=text(PASS))

    other.delete_state_machine = delete_and_create  # type: ignore[method-assign, assignment]
    run = first.start_execution(stateMachineArn=ARN)["executionArn"]
    other.worker(threads=0).run_until_idle()
    assert other.describe_execution(executionArn=run)["status"] == "SUCCEEDED"
    assert other.describe_state_machine_for_execution(executionArn=run)["definition"] == text(PASS)


@pytest.mark.parametrize("running", [True, False], ids=["the worker's own", "for others"])
@pytest.mark.parametrize("kind", ["STANDARD", "EXPRESS"])
def test_a_start_while_the_machine_is_changed(kind: str, running: bool) -> None:
    """It takes over what the machine says at the moment of the start."""
    clock = VirtualClock()
    store: Any = open_store("memory:", clock=clock.now)
    service = Service(store, clock=clock)
    service.create_state_machine(name="Machine", definition=text(WAIT), type=kind)
    commit, changed = store.commit, []

    def late(writes: Any) -> Any:
        if not changed and any(isinstance(write, Start) for write in writes):
            changed.append(
                service.update_state_machine(stateMachineArn=ARN, definition=text({**WAIT, "Comment": "new"}))
            )
        return commit(writes)

    store.commit = late
    if running:
        worker = service.worker(threads=0)
        service.engine = worker.engine
        with ThreadPoolExecutor(1) as pool:
            begun = pool.submit(service.start_execution, stateMachineArn=ARN)
            while not begun.done():
                worker.run_until_idle(until=clock.now())
            assert begun.result()
    else:
        service.start_execution(stateMachineArn=ARN)
    digest = service.store.document("machine", "Machine").body["configuration"]["definition"]  # type: ignore[union-attr]
    assert changed
    assert [held.execution.definition for held in store.held(store.open_executions())] == [digest]


def test_a_redrive_of_what_was_not_kept() -> None:
    with Service("memory:", clock="virtual") as service:
        service.create_state_machine(name="Machine", definition=text(FAIL))
        run = service.start_execution(stateMachineArn=ARN)["executionArn"]
        service.worker(threads=0).run_until_idle()
        held = service.store.held
        service.store.held = lambda ids: [one._replace(frames=()) for one in held(ids)]  # type: ignore[method-assign]
        code, message = refusal(service.redrive_execution, executionArn=run)
        assert (code, message[-45:]) == ("ExecutionNotRedrivable", "Nothing of it was kept that could be taken up")
