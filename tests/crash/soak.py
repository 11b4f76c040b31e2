"""Generated machines with generated faults: a test does it for some seeds, ``python -m tests.crash`` for hours."""

from __future__ import annotations

from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from asl import TaskContext, VirtualClock
from asl.drivers.durable.engine import LEASE
from asl.stores import open_store
from tests.crash.faults import AFTER, BEFORE, FAIL, KILL, PAUSE, Fault, faulty
from tests.crash.scenarios import INPUT as NUMBERS
from tests.crash.scenarios import JOB, SCENARIOS
from tests.crash.world import World
from tests.machines import ACTIVITY, SEND
from tests.strategies import INPUT, WITH_TOKEN, call_back, finish, machines, plan, work

NAMES = ("f", SEND, ACTIVITY, WITH_TOKEN, JOB)

_faults = st.builds(
    Fault,
    at=st.integers(2, 40),
    when=st.sampled_from([BEFORE, AFTER]),
    what=st.sampled_from([KILL, KILL, FAIL, PAUSE]),
    times=st.integers(1, 5),
)
_plans = st.lists(_faults, min_size=1, max_size=5)


def at_once(event: Any, context: TaskContext) -> Any:
    """The handler of ``strategies`` without its pauses: what it does then doesn't depend on when it is called."""
    _, how = plan(context.state_name, context.attempt, event)
    if isinstance(event, dict) and event.get("how") == "token":
        call_back(how, context)
        return {"sent": True}
    return finish(how, event)


def in_one_line(definition: Any) -> Any:
    """The same without anything that depends on who comes first: branches side by side, moments and time limits."""
    if isinstance(definition, list):
        return [in_one_line(item) for item in definition]
    if not isinstance(definition, dict):
        return definition
    late = ("TimeoutSeconds", "HeartbeatSeconds", "Timestamp")
    found = {key: in_one_line(value) for key, value in definition.items() if key not in late}
    if found.get("Type") == "Map":
        found["MaxConcurrency"] = 1
    if found.get("Type") == "Parallel":
        found["Branches"] = found["Branches"][:1]
    if found.get("Type") == "Wait" and "SecondsPath" not in found:
        found.setdefault("Seconds", 1)
    return found


def suffer(world: World, faults: list[Fault]) -> None:
    """Let each fault come over a process of its own, and then let it end."""
    for fault in faults:
        if fault.what == PAUSE:
            pause(world, fault)
        else:
            world.process(fault)
        if world.over:
            break
    world.run()


def pause(world: World, fault: Fault) -> None:
    """A process stands still for longer than its lease, while another one goes on for some time."""
    store, wrapper = faulty(world.store, fault._replace(times=1))
    first = world.worker(store)

    def meanwhile() -> None:
        world.clock.sleep_until(world.clock.now() + LEASE + 1)
        world.worker(is_dead=lambda _: False).run_until_idle(until=world.clock.now() + fault.times * 1_000)
        world.look()

    wrapper.meanwhile = meanwhile
    world.start(first)
    first.run_until_idle()
    world.look()


def check_any(definition: Any, faults: list[Fault], *, idempotent: bool, store: Any = None, clock: Any = None) -> None:
    """Whatever the machine: it ends, its history is whole, and no handler is called twice for one attempt."""
    world = World(definition, INPUT, work=work, names=NAMES, idempotent=idempotent, store=store, clock=clock)
    suffer(world, faults)
    if not world.over:  # a token that nobody will answer
        assert "waitForTaskToken" in str(definition)
        world.bench.stop(world.execution)
    world.check_end()
    world.check_ledger()


def check_same(definition: Any, faults: list[Fault]) -> None:
    """Where order can't differ: the same history as without faults."""
    definition = in_one_line(definition)
    calm = World(definition, INPUT, work=at_once, names=NAMES)
    calm.run()
    world = World(definition, INPUT, work=at_once, names=NAMES)
    suffer(world, faults)
    assert (world.result(), world.lines()) == (calm.result(), calm.lines())
    world.check_ledger()


def one_seed(number: int, examples: int) -> None:
    """Some generated machines; the same number gives the same ones."""
    kept = settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )

    @kept
    @seed(number)
    @given(machines(), _plans, st.booleans())
    def anything(definition: Any, faults: list[Fault], idempotent: bool) -> None:
        check_any(definition, faults, idempotent=idempotent)

    @kept
    @seed(number)
    @given(machines().filter(lambda definition: "waitForTaskToken" not in str(definition)), _plans)
    def the_same(definition: Any, faults: list[Fault]) -> None:
        check_same(definition, faults)

    anything()
    the_same()
    on_a_file(number)


def on_a_file(number: int) -> None:
    """The same on SQLite, for one of the scenarios."""
    dice = Random(number)
    scenario = dice.choice(list(SCENARIOS))
    faults = [
        Fault(
            dice.randint(2, 30),
            dice.choice([BEFORE, AFTER]),
            dice.choice([KILL, FAIL, PAUSE]),
            times=dice.randint(1, 9),
        )
        for _ in range(dice.randint(1, 6))
    ]
    calm = World(SCENARIOS[scenario], NUMBERS)
    expected = calm.run()
    with TemporaryDirectory() as folder:
        clock = VirtualClock()
        store = open_store(f"sqlite:///{folder}/store.db", synchronous="NORMAL", clock=clock.now)
        world = World(SCENARIOS[scenario], NUMBERS, store=store, clock=clock, idempotent=dice.random() < 0.5)
        suffer(world, faults)
        result = world.result()
        assert result[:3] == expected[:3], f"{scenario}, {faults}"
        world.check_end()
        world.check_ledger()
        store.close()
