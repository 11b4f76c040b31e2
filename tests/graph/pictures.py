"""The pictures of the documentation, which are also the golden drawings: ``python -m tests.graph.pictures`` draws them.

Run it after a change that is meant to alter drawings, and look at each of them before committing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from asl import StateMachine
from asl.graph import draw
from tests.graph.definitions import ROOT, sample

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = ROOT / "docs" / "pictures"


def _run(name: str, input_: str) -> tuple[StateMachine, Any]:
    from asl_cli import handlers

    folder = ROOT / "samples" / name
    machine = StateMachine.load(folder / f"{name}.asl.json")
    given = json.loads((folder / input_).read_text("utf-8"))
    known = handlers.load(str(folder / "handlers.py"))
    return machine, machine.run(given, handlers=known, clock="virtual", seed=1, name="run")


def failed_run(theme: Any = "auto") -> str:
    machine, execution = _run("order-saga", "input-no-carrier.json")
    return draw(machine, execution, theme=theme)


def map_run() -> str:
    machine, execution = _run("image-batch", "input.json")
    return draw(machine, execution)


def changed(definition: dict[str, Any]) -> dict[str, Any]:
    """A definition of the order saga with something added, removed and changed."""
    new: dict[str, Any] = json.loads(json.dumps(definition))
    states = new["States"]
    del states["OrderRefused"]
    states["ReserveStock"]["Catch"][0]["Next"] = "NothingOrdered"
    states["ChargeCard"]["Retry"][0]["MaxAttempts"] = 5
    states["Ship"]["Next"] = "Track"
    states["Track"] = {"Type": "Wait", "Seconds": 3600, "Next": "TellEverybody"}
    states["CheckOrder"]["Choices"][0]["Variable"] = "$.items[1]"
    states["TellEverybody"]["Branches"][0]["States"]["SendReceipt"]["TimeoutSeconds"] = 5
    return new


def nested() -> str:
    """A Map in a Parallel."""

    def task(service: str, **more: Any) -> dict[str, Any]:
        return {"Type": "Task", "Resource": f"arn:aws:states:::{service}", **(more or {"End": True})}

    each = {
        "StartAt": "Fetch page",
        "States": {
            "Fetch page": task(
                "http:invoke", Next="Store page", Retry=[{"ErrorEquals": ["States.Http.StatusCode.503"]}]
            ),
            "Store page": task("aws-sdk:s3:putObject"),
        },
    }
    crawl = {
        "StartAt": "Each page",
        "States": {
            "Each page": {"Type": "Map", "MaxConcurrency": 5, "ItemProcessor": each, "Next": "Build index"},
            "Build index": task("glue:startJobRun.sync"),
        },
    }
    notify = {"StartAt": "Announce", "States": {"Announce": task("sns:publish")}}
    catch = [{"ErrorEquals": ["States.Timeout"], "Next": "Give up"}]
    return draw(
        {
            "StartAt": "Crawl",
            "States": {
                "Crawl": {"Type": "Parallel", "Branches": [crawl, notify], "Catch": catch, "Next": "Publish"},
                "Publish": task("cloudfront:createInvalidation"),
                "Give up": {"Type": "Fail", "Error": "TooSlow"},
            },
        }
    )


def wide_choice() -> str:
    """A Choice with thirty ways out."""
    rules = [{"Variable": "$.kind", "StringEquals": f"kind-{at}", "Next": f"Handle {at}"} for at in range(30)]
    resource = "arn:aws:lambda:eu-west-1:123456789012:function:handle"
    arms = {f"Handle {at}": {"Type": "Task", "Resource": f"{resource}_{at}", "Next": "Store"} for at in range(30)}
    return draw(
        {
            "StartAt": "Route",
            "States": {
                "Route": {"Type": "Choice", "Choices": rules, "Default": "Unknown"},
                **arms,
                "Unknown": {"Type": "Fail", "Error": "UnknownKind"},
                "Store": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "End": True},
            },
        }
    )


PICTURES: dict[str, Callable[[], str]] = {
    "saga.svg": lambda: draw(sample("order-saga")),
    "poll-loop.svg": lambda: draw(sample("poll-until-done")),
    "nested.svg": nested,
    "wide-choice.svg": wide_choice,
    "failed-run.svg": failed_run,
    "failed-run-dark.svg": lambda: failed_run("dark"),
    "map-run.svg": map_run,
    "diff.svg": lambda: draw(changed(sample("order-saga")), diff=sample("order-saga")),
    "saga.txt": lambda: draw(sample("order-saga"), format="text"),
    "saga.mmd": lambda: draw(sample("order-saga"), format="mermaid"),
}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, make in PICTURES.items():
        (FOLDER / name).write_text(make(), "utf-8")


if __name__ == "__main__":
    main()
