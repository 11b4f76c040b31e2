"""A thousand executions of the size of a unit test take less than two seconds of work."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.testing import Scenario


def test_a_thousand_executions(state_machine: Callable[..., Scenario]) -> None:
    began = time.process_time()
    for number in range(1000):
        scenario = state_machine("machines/order.asl.json").mock("ChargeCard", returns={"id": "c1"})
        run = scenario.mock("Ship", raises=("Carrier.Down", "503"), times=3).run({"orderId": number})
        assert run.path == ["Reserve", "ChargeCard", "Ship", "Refund", "Done"]
        assert run.state("Ship").waited == [1, 2, 4]
    assert time.process_time() - began < 2
