"""Map Runs: there are none, for a Distributed Map is refused when its state machine is created."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asl.service import registry
from asl.service.arns import MAP_RUN, parse
from asl.service.executions import find_execution

if TYPE_CHECKING:
    from asl.service.house import Answer, House, Params


def list_map_runs(house: House, params: Params) -> Answer:
    """The Map Runs of an execution."""
    find_execution(house, params["executionArn"])
    return {"mapRuns": []}


def describe_map_run(house: House, params: Params) -> Answer:  # noqa: ARG001 - as all operations
    """One of none."""
    parse(params["mapRunArn"], MAP_RUN)
    raise registry.no_such_resource()


update_map_run = describe_map_run
