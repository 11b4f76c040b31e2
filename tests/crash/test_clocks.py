"""Clocks that jump, and machines that sleep: nothing happens twice, too early or never."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asl.drivers.clock import RealClock, VirtualClock
from asl.kernel.events import TIME, TYPE
from tests.crash.scenarios import INPUT, JOB, call, machine
from tests.crash.world import World

if TYPE_CHECKING:
    from asl import TaskContext

HOUR = 3_600_000


class JumpingClock(VirtualClock):
    """Everybody's clock, which somebody sets."""

    def set(self, moment: int) -> None:
        self._now = moment


def napping(seconds: int = 600) -> World:
    clock = JumpingClock()
    states = {"A": call(Next="W"), "W": {"Type": "Wait", "Seconds": seconds, "Next": "B"}, "B": call()}
    return World(machine(states), INPUT, clock=clock)


@pytest.mark.parametrize("restart", [False, True])
def test_a_machine_that_has_slept_for_an_hour(restart: bool) -> None:
    """What became due in the meantime happens once."""
    world = napping()
    begin = world.clock.now()
    worker = world.worker()
    world.start(worker)
    worker.run_until_idle(until=begin + 60_000)
    world.clock.sleep_until(begin + HOUR)
    (world.worker() if restart else worker).run_until_idle()
    world.check_end()
    assert world.stored is not None
    assert world.stored.stop == begin + HOUR
    assert [effect.state for effect in world.ledger] == ["A", "B"]


@pytest.mark.parametrize("restart", [False, True])
def test_a_clock_that_is_set_back_by_an_hour(restart: bool) -> None:
    """The wait ends by the clock as it is then. No event is older than the one before it... but for the jump."""
    world = napping()
    begin = world.clock.now()
    worker = world.worker()
    world.start(worker)
    worker.run_until_idle(until=begin + 60_000)
    assert isinstance(world.clock, JumpingClock)
    world.clock.set(begin - HOUR)
    again = world.worker() if restart else worker
    again.run_until_idle(until=begin - HOUR // 2)
    assert not world.over
    again.run_until_idle()
    world.check_end()
    assert world.stored is not None
    assert world.stored.stop == begin + 600_000
    assert [effect.state for effect in world.ledger] == ["A", "B"]


@pytest.mark.parametrize("jump", [-HOUR, HOUR])
def test_a_jump_within_a_handler(jump: int) -> None:
    """A heartbeat of a worker that lives isn't missed because of a jump; its work counts."""
    world = napping(seconds=0)
    clock = world.clock
    assert isinstance(clock, JumpingClock)
    work = world._work

    def jumping(event: object, context: object) -> object:
        if len(world.ledger) == 1:
            clock.set(clock.now() + jump)
        return work(event, context)  # type: ignore[arg-type]

    world._work = jumping
    world.process()
    world.check_end()
    assert world.result().status == "SUCCEEDED"
    assert [effect.state for effect in world.ledger] == ["A", "B"]


@pytest.mark.parametrize("jump", [-HOUR, HOUR])
def test_the_worker_s_own_clock_and_a_jump_of_the_machine_s(jump: int) -> None:
    """Set back, an execution's time goes on from where it was; set forward, it follows."""
    wall, steady = [10 * HOUR * 1_000_000], [0]
    clock = RealClock(lambda: wall[0], lambda: steady[0])
    moments = [clock.now()]
    for step in range(100):
        steady[0] += 1_000_000_000
        wall[0] += 1_000_000_000 + (jump * 1_000_000 if step == 50 else 0)
        moments.append(clock.now())
    assert moments == sorted(moments)
    assert moments[-1] - moments[0] >= (HOUR if jump > 0 else 90_000)


def test_a_lease_and_a_jump_forward() -> None:
    """Everybody's lease seems to be over: who lives finds out, begins a new one, and goes on with its work."""
    world = napping()
    begin = world.clock.now()
    first, second = world.worker(is_dead=lambda _: False), world.worker(is_dead=lambda _: False)
    world.start(first)
    first.run_until_idle(until=begin + 1_000)
    second.run_until_idle(until=begin + 1_000)
    world.clock.sleep_until(begin + HOUR)
    for worker in (second, first, second):
        worker.run_until_idle(until=begin + HOUR)
    world.check_end()
    assert [effect.state for effect in world.ledger] == ["A", "B"]
    moments = [event[TIME] for event in world.events()]
    assert moments == sorted(moments)
    assert [event[TYPE] for event in world.events()].count("WaitStateExited") == 1


def test_modelled_time_of_a_handler_doesn_t_hide_a_time_out() -> None:
    """Virtual time doesn't jump over a deadline to the moment at which the handler returns."""

    def slow(event: object, context: TaskContext) -> object:
        context.sleep(90)
        return event

    world = World(machine({"A": call(HeartbeatSeconds=60, Retry=[], Resource=JOB, Parameters={})}), work=slow)
    world.process()
    assert world.stored is not None
    assert (world.stored.error, world.stored.stop) == ("States.Timeout", world.stored.start + 60_000)
