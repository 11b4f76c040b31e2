"""Runs laid over drawings, from an Execution or from AWS's history; and what changed between two definitions."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest
from asl_cli import handlers

from asl import Execution, StateMachine
from asl.graph import draw
from asl.graph.diff import compare
from asl.graph.histories import read
from asl.graph.model import build
from asl.graph.observed import observed
from asl.graph.report import report
from asl.graph.runs import RunOverlay, overlay_of, progress
from asl.visits import Visit, fold
from tests.graph.definitions import RECORDED, ROOT, SAMPLES, sample
from tests.graph.pictures import changed

if TYPE_CHECKING:
    from pathlib import Path

RUNS = [(name, path.name) for name in SAMPLES for path in sorted((ROOT / "samples" / name).glob("input*.json"))]


def run(name: str, input_: str = "input.json") -> tuple[StateMachine, Execution]:
    folder: Path = ROOT / "samples" / name
    machine = StateMachine.load(folder / f"{name}.asl.json")
    known = handlers.load(str(folder / "handlers.py")) if (folder / "handlers.py").exists() else {}
    given = json.loads((folder / input_).read_text("utf-8"))
    return machine, machine.run(given, handlers=known, clock="virtual", seed=1)


def told(visits: list[Visit]) -> list[tuple[Any, ...]]:
    return [
        (
            visit.id,
            visit.name,
            visit.type,
            visit.status,
            visit.parent.id if visit.parent else 0,
            visit.slot,
            visit.attempts,
            visit.error,
            visit.cause,
            visit.iterations,
            visit.length,
            visit.start_ms,
            visit.end_ms,
            visit.resource,
            visit.input_text,
            visit.output_text,
        )
        for visit in visits
    ]


@pytest.mark.parametrize(("name", "input_"), RUNS)
def test_a_history_read_back_tells_the_same_visits(name: str, input_: str) -> None:
    machine, execution = run(name, input_)
    expected = told(fold(execution.events))
    assert told(fold(read({"events": execution.history}, machine.definition))) == expected
    backwards = [dict(event) for event in reversed(execution.history)]
    assert told(fold(read(backwards, machine.definition))) == expected


def test_nested_failures_and_retries_are_read_back() -> None:
    def fail(_: Any) -> None:
        raise ValueError("no")

    task = {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:f", "End": True}
    inner = {"StartAt": "T", "States": {"T": {**task, "Retry": [{"ErrorEquals": ["ValueError"], "MaxAttempts": 1}]}}}
    other = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 99, "End": True}}}
    nested = {"StartAt": "In", "States": {"In": {"Type": "Parallel", "Branches": [other, inner], "End": True}}}
    machine = StateMachine(
        {
            "StartAt": "Out",
            "States": {
                "Out": {
                    "Type": "Parallel",
                    "Branches": [nested],
                    "Retry": [{"ErrorEquals": ["ValueError"], "MaxAttempts": 1}],
                    "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.problem", "Next": "M"}],
                    "End": True,
                },
                "M": {
                    "Type": "Map",
                    "ItemsPath": "$.items",
                    "ItemProcessor": {"StartAt": "Each", "States": {"Each": {**task}}},
                    "End": True,
                },
            },
        }
    )
    execution = machine.run({"items": [1, 2]}, handlers={"f": fail}, clock="virtual", seed=1)
    assert told(fold(read(execution.history, machine.definition))) == told(fold(execution.events))


def test_iso_timestamps_are_read_too() -> None:
    machine, execution = run("order-saga")
    shaped = [{**event, "timestamp": "2026-03-01T12:00:00.250000+00:00"} for event in execution.history]
    assert {record[2] for record in read(shaped, machine.definition)} == {1_772_366_400_250}


@pytest.mark.parametrize("history", [None, 3, {}, {"events": None}, [1], [{"type": "x"}], [{"id": 1}], {"events": "x"}])
def test_what_is_no_history_is_refused(history: Any) -> None:
    with pytest.raises(ValueError, match="event"):
        read(history)


def test_parts_of_a_history_are_read_as_far_as_they_go() -> None:
    machine, execution = run("image-batch")
    for start in range(0, 60, 7):
        records = read(execution.history[start:], machine.definition)
        assert len(records) == len(execution.history) - start
        fold_or_skip = [record for record in records if record[0].endswith("StateEntered")]
        assert draw(machine, [event for event in execution.history if event["id"] > start])
        assert fold_or_skip


def spoilt(history: list[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """A history with some events missing, of other types, pointing elsewhere or without what they should hold."""
    chance = random.Random(seed)
    events = [dict(event) for event in history]
    kinds = [event["type"] for event in events]
    for _ in range(chance.randint(1, 6)):
        event = chance.choice(events)
        match chance.randrange(5):
            case 0:
                events.remove(event)
            case 1:
                event["type"] = chance.choice([*kinds, "FooStateEntered", "MapRunStarted", "ActivityScheduleFailed"])
            case 2:
                event["previousEventId"] = chance.choice([0, -3, 10**9, None, "x", chance.randint(1, len(events))])
            case 3:
                details = chance.choice(
                    [None, {}, {"name": 3}, {"name": "x", "index": "y", "output": 4, "length": None}]
                )
                event.update({key: details for key in event if key.endswith("Details")})
            case _:
                event["timestamp"] = chance.choice([None, "x", 1e30, -5])
    return events


@pytest.mark.parametrize("name", ["image-batch", "poll-until-done"])
def test_any_list_of_events_is_drawn_and_reported(name: str) -> None:
    machine, execution = run(name)
    for seed in range(150):
        history = spoilt(execution.history, seed)
        assert draw(machine, history)
        assert report(history, machine if seed % 2 else None)


def statuses(overlay: RunOverlay, definition: Any) -> dict[str, str]:
    return {node.name: overlay.status(node) for node in build(definition).walk()}


def test_states_show_what_became_of_them() -> None:
    machine, execution = run("order-saga", "input-no-carrier.json")
    overlay = overlay_of(execution, machine.definition)
    found = statuses(overlay, machine.definition)
    assert found["ChargeCard"] == "succeeded"
    assert found["Ship"] == "caught"
    assert found["OrderUndone"] == "failed"
    assert found["TellEverybody"] == "none"
    assert found["Start"] == "succeeded"
    assert found["End"] == "none"
    nodes = {node.name: node for node in build(machine.definition).walk()}
    assert overlay.told(nodes["Ship"]) == "NoCarrier"
    assert overlay.badge(nodes["ChargeCard"]) == "2 attempts"
    assert "failed in OrderUndone" in overlay.summary


def test_transitions_taken_are_known() -> None:
    machine, execution = run("order-saga", "input-no-carrier.json")
    overlay = overlay_of({"events": execution.history}, machine.definition)
    assert ("Ship", "RefundCard", "catch") in overlay.taken
    assert ("Ship", "TellEverybody", "next") not in overlay.taken
    assert ("CheckOrder", "ReserveStock", "choice") in overlay.taken
    assert ("Start", "CheckOrder", "start") in overlay.taken
    drawn = draw(machine, execution)
    assert 'class="edge catch taken" data-from="Ship" data-to="RefundCard"' in drawn
    assert 'class="edge next untaken" data-from="Ship" data-to="TellEverybody"' in drawn


def test_a_rule_and_default_with_one_target_are_told_apart() -> None:
    rules = [{"Variable": "$.n", "NumericEquals": 1, "Next": "Z"}]
    machine = StateMachine(
        {
            "StartAt": "C",
            "States": {"C": {"Type": "Choice", "Choices": rules, "Default": "Z"}, "Z": {"Type": "Succeed"}},
        }
    )
    for number, kind in ((1, "choice"), (2, "default")):
        taken = overlay_of(machine.run({"n": number}), machine.definition).taken
        assert {key for key in taken if key[0] == "C"} == {("C", "Z", kind)}


def test_a_map_shows_its_progress() -> None:
    machine, execution = run("image-batch")
    nodes = {node.name: node for node in build(machine.definition).walk()}
    overlay = overlay_of(execution, machine.definition)
    assert overlay.badge(nodes["EachImage"]) == "4/4"
    assert overlay.badge(nodes["Describe"]) == "3×"
    assert progress({"succeeded": 12, "failed": 1}, 40) == "12/40 · 1 failed"


def test_an_unfinished_history_shows_what_is_running() -> None:
    machine, execution = run("order-saga")
    scheduled = next(event["id"] for event in execution.history if event["type"] == "LambdaFunctionScheduled")
    found = statuses(overlay_of(execution.history[:scheduled], machine.definition), machine.definition)
    assert found["ReserveStock"] == "running"
    assert found["ChargeCard"] == "none"


def test_a_run_that_is_cut_short_did_not_reach_the_end() -> None:
    loop = {
        "A": {"Type": "Wait", "Seconds": 1, "Next": "B"},
        "B": {"Type": "Pass", "Next": "A"},
        "C": {"Type": "Succeed"},
    }
    machine = StateMachine({"StartAt": "A", "States": loop, "TimeoutSeconds": 5})
    execution = machine.run(clock="virtual")
    assert execution.status == "TIMED_OUT"
    assert statuses(overlay_of(execution, machine.definition), machine.definition)["End"] == "none"


def test_observed_draws_what_a_run_shows() -> None:
    machine, execution = run("image-batch")
    found = observed(fold(read(execution.history, machine.definition)))
    edges = {edge.key for edge in build(found).edges()}
    expected = {edge.key for edge in build(machine.definition).edges()}
    assert edges == expected
    assert {node.name for node in build(found).walk()} == {node.name for node in build(machine.definition).walk()}


# -- comparisons


def test_a_comparison_tells_what_was_added_removed_and_changed() -> None:
    old = sample("order-saga")
    graph, overlay = compare(old, changed(old))
    found = {node.name: overlay.status(node) for node in graph.walk()}
    assert {name: status for name, status in found.items() if status != "same"} == {
        "OrderRefused": "removed",
        "Track": "added",
        "ChargeCard": "changed",
        "ReserveStock": "changed",
        "CheckOrder": "changed",
        "SendReceipt": "changed",
    }
    edges = {edge.key: overlay.edge_class(edge) for edge in graph.edges()}
    assert {key: status for key, status in edges.items() if status != "same"} == {
        ("CheckOrder", "ReserveStock", "choice"): "changed",
        ("ReserveStock", "OrderRefused", "catch"): "removed",
        ("ReserveStock", "NothingOrdered", "catch"): "added",
        ("Ship", "TellEverybody", "next"): "removed",
        ("Ship", "Track", "next"): "added",
        ("Track", "TellEverybody", "next"): "added",
    }
    charge = next(node for node in graph.walk() if node.name == "ChargeCard")
    assert overlay.told(charge) == "changed: Retry"
    assert overlay.summary.startswith(
        "Compared with the older definition: 1 state added, 1 state removed, 4 states changed"
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_differs_from_itself(name: str) -> None:
    graph, overlay = compare(sample(name), sample(name))
    assert {overlay.status(node) for node in graph.walk()} == {"same"}
    assert {overlay.edge_class(edge) for edge in graph.edges()} == {"same"}
    assert overlay.summary == "Nothing has changed."
    assert [node.name for node in graph.walk()] == [node.name for node in build(sample(name)).walk()]


@pytest.mark.parametrize("name", SAMPLES)
def test_comparisons_go_both_ways(name: str) -> None:
    other = sample("poll-until-done")
    graph, overlay = compare(other, sample(name))
    back, reverse = compare(sample(name), other)
    swapped = {"added": "removed", "removed": "added"}
    one = sorted((node.name, overlay.status(node)) for node in graph.walk())
    two = sorted((node.name, swapped.get(reverse.status(node), reverse.status(node))) for node in back.walk())
    assert one == two
    for format_ in ("svg", "mermaid", "dot", "outline", "html"):
        assert draw(sample(name), diff=other, format=format_)  # type: ignore[call-overload]  # all are str formats


def test_a_run_and_a_comparison_exclude_each_other() -> None:
    machine, execution = run("order-saga")
    with pytest.raises(ValueError, match="not both"):
        draw(machine, execution, diff=machine)


@pytest.mark.skipif(not RECORDED.is_dir(), reason="no recorded cases here")
def test_histories_recorded_on_aws_are_read() -> None:
    read_ = 0
    for path in sorted(RECORDED.rglob("*.json")):
        case = json.loads(path.read_text("utf-8"))
        expected = case.get("expected") if isinstance(case, dict) else None
        events = expected.get("events") if isinstance(expected, dict) else None
        events = events.get("events") if isinstance(events, dict) else events
        if "definition" not in case or not events or not all(isinstance(event["id"], int) for event in events):
            continue
        read_ += 1
        visits = fold(read(events, case["definition"]))
        names = [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event]
        assert [visit.name for visit in visits] == names, path
        left = [event["stateExitedEventDetails"]["name"] for event in events if "stateExitedEventDetails" in event]
        gone = [visit.name for visit in visits if visit.status in ("succeeded", "caught")]
        assert sorted(gone) == sorted(left), path
        if events[-1]["type"].startswith("Execution"):
            assert not [visit for visit in visits if visit.status == "running"], path
    assert read_ > 300
