"""TestState: the testing kit answers; it is loaded when somebody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asl.errors import ServiceError

if TYPE_CHECKING:
    from asl.service.house import Answer, House, Params


def test_state(house: House, params: Params) -> Answer:
    """Test one state. Nothing is stored; a Task without a mock is called by its handler here."""
    from asl.testing.teststate import TestStateError, respond

    _, partition, _, region, account = house.owner.split(":")
    try:
        return respond(params, handlers=house.handlers, account=account, region=region, partition=partition)
    except TestStateError as problem:
        raise ServiceError(problem.code, str(problem)) from None
