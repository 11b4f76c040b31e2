"""The trace of logs written out by hand: what a person sees, line by line."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from asl_cli.terminal import Screen
from asl_cli.trace import Trace

Log = list[tuple[Any, ...]]

START = ("ExecutionStarted", 0, 0, 0, "{}", "arn:role")
TASK = "arn:aws:lambda:us-east-1:123456789012:function:Book"


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


class Machine:
    """What the trace asks: the definition, and how conditions read."""

    def __init__(self, definition: dict[str, Any]) -> None:
        self.definition = definition

    def describe_choice(self, state: str, rule: int) -> str:
        return "$.n < 10" if rule == 0 else ""

    def resource_of(self, state: str) -> str | None:
        return None


def trace_of(definition: dict[str, Any], *steps: tuple[Log, Log]) -> list[str]:
    """The plain lines after all steps."""
    out = io.StringIO()
    trace = Trace(Screen(out), Machine(definition))
    for events, notes in steps:
        trace.feed(events, notes)
    return out.getvalue().splitlines()


CHAIN = {
    "StartAt": "Small?",
    "States": {
        "Small?": {"Type": "Choice", "Choices": [{"Next": "Call"}, {"Next": "Other"}], "Default": "Stop"},
        "Call": {"Type": "Task", "Next": "Stop"},
        "Other": {"Type": "Pass", "Next": "Stop"},
        "Stop": {"Type": "Fail"},
    },
}


@pytest.mark.parametrize(
    ("rule", "told"),
    [(0, "if $.n < 10 -> Call"), (1, "rule 2 -> Other"), (-1, "else -> Stop")],
)
def test_a_choice_says_which_rule_it_took(rule: int, told: str) -> None:
    log: Log = [
        START,
        ("ChoiceStateEntered", 0, 0, 0, "Small?", "{}", -1),
        ("ChoiceStateExited", 2, 5, 2, "Small?", "{}", None, rule),
    ]
    assert trace_of(CHAIN, (log, [])) == [f"ok      Small?  Choice  5 ms  {told}"]


def test_retries_are_told_as_they_happen_and_a_catch_with_where_it_leads() -> None:
    failed = ("LambdaFunctionFailed", 4, 100, 2, "Carrier.Down", "503")
    step_1: Log = [
        START,
        ("TaskStateEntered", 0, 0, 0, "Call", "{}", -1),
        ("LambdaFunctionScheduled", 2, 0, 2, TASK, "{}", None, None),
        ("LambdaFunctionStarted", 3, 0, 2),
        failed,
    ]
    step_2: Log = [
        ("LambdaFunctionScheduled", 5, 2100, 2, TASK, "{}", None, None),
        ("LambdaFunctionFailed", 6, 2200, 2, "Gone", "410"),
        ("TaskStateExited", 7, 2200, 2, "Call", "{}", None, None),
        ("FailStateEntered", 8, 2200, 0, "Stop", "{}", -1),
        ("ExecutionFailed", 9, 2200, 0, "Stopped", "for good"),
    ]
    retried: Log = [(5, 100, 2, "retry", "Carrier.Down", "503", 0, 1, 2000)]
    caught: Log = [(7, 2200, 2, "catch", "Gone", "410", 0, "Stop")]
    first = ["retry   Call  lambda Book  retry 1 in 2 s: Carrier.Down: 503"]
    assert trace_of(CHAIN, (step_1, retried)) == first
    assert trace_of(CHAIN, (step_1, retried), (step_2, caught)) == [
        *first,
        "caught  Call  lambda Book  2.2 s  2 attempts  Gone: 410 -> Stop",
        "FAILED  Stop  Fail  0 ms  Stopped: for good",
    ]


FORK = {
    "StartAt": "Fork",
    "States": {
        "Fork": {
            "Type": "Parallel",
            "End": True,
            "Branches": [
                {
                    "StartAt": "A1",
                    "States": {"A1": {"Type": "Pass", "Next": "A2"}, "A2": {"Type": "Pass", "End": True}},
                },
                {
                    "StartAt": "B1",
                    "States": {"B1": {"Type": "Pass", "Next": "B2"}, "B2": {"Type": "Pass", "End": True}},
                },
            ],
        }
    },
}


def entered(name: str, parent: int, slot: int) -> tuple[Any, ...]:
    return ("PassStateEntered", 0, 0, parent, name, "{}", slot)


def exited(name: str, visit: int) -> tuple[Any, ...]:
    return ("PassStateExited", 0, 0, visit, name, "{}", None, None)


FORKED: Log = [START, ("ParallelStateEntered", 0, 0, 0, "Fork", "{}", -1), ("ParallelStateStarted", 2, 0, 2)]


def test_branches_that_run_at_the_same_time_are_told_one_after_the_other() -> None:
    together: Log = [*FORKED, entered("A1", 2, 0), entered("B1", 2, 1), exited("A1", 4), exited("B1", 5)]
    b_goes_on: Log = [entered("B2", 2, 1), exited("B2", 8)]
    a_goes_on: Log = [entered("A2", 2, 0), exited("A2", 10)]
    joined: Log = [("ParallelStateSucceeded", 11, 9, 2), ("ParallelStateExited", 11, 9, 2, "Fork", "[]", None, None)]

    before = [">       Fork  Parallel", "|- Branch 1", "|  ok      A1  Pass  0 ms"]
    # Branch 2 is done first, but waits: A2 follows A1
    assert trace_of(FORK, (together, [])) == before
    assert trace_of(FORK, (together, []), (b_goes_on, [])) == before
    assert trace_of(FORK, (together, []), (b_goes_on, []), (a_goes_on, []), (joined, [])) == [
        *before,
        "|  ok      A2  Pass  0 ms",
        "|- Branch 2",
        "|  ok      B1  Pass  0 ms",
        "|  ok      B2  Pass  0 ms",
        "`- ok      Fork  Parallel  9 ms",
    ]


def test_the_next_branch_goes_live_when_the_one_before_has_ended() -> None:
    started: Log = [*FORKED, entered("A1", 2, 0), entered("B1", 2, 1), exited("A1", 4), entered("A2", 2, 0)]
    lines = trace_of(FORK, (started, []), ([exited("A2", 7), exited("B1", 5)], []))
    assert lines[-2:] == ["|- Branch 2", "|  ok      B1  Pass  0 ms"]


MAP = {
    "StartAt": "Each",
    "States": {
        "Each": {
            "Type": "Map",
            "End": True,
            "ItemProcessor": {"StartAt": "Send", "States": {"Send": {"Type": "Pass", "End": True}}},
        }
    },
}


def iterations(count: int, failing: frozenset[int] = frozenset()) -> Log:
    log: Log = [START, ("MapStateEntered", 0, 0, 0, "Each", "[]", -1), ("MapStateStarted", 2, 0, 2, count)]
    for index in range(count):
        log += [
            ("MapIterationStarted", 0, 0, 2, "Each", index),
            ("PassStateEntered", 0, 0, 2, "Send", str(index), index),
        ]
        visit = len(log)
        if index in failing:
            log += [("MapIterationFailed", visit, 0, 2, "Each", index)]
        else:
            log += [exited("Send", visit), ("MapIterationSucceeded", 0, 0, 2, "Each", index)]
    return log


def test_a_small_map_is_told_whole() -> None:
    done = ("MapStateExited", 0, 7, 2, "Each", "[]", None, None)
    assert trace_of(MAP, ([*iterations(2), done], [])) == [
        ">       Each  Map  2 items",
        "|- #0  0",
        "|  ok      Send  Pass  0 ms",
        "|- #1  1",
        "|  ok      Send  Pass  0 ms",
        "`- ok      Each  Map  7 ms",
    ]


def test_an_empty_map_takes_one_line() -> None:
    done = ("MapStateExited", 0, 0, 2, "Each", "[]", None, None)
    assert trace_of(MAP, ([*iterations(0), done], [])) == ["ok      Each  Map  0 ms"]


def test_of_a_large_map_the_first_iterations_and_failures_are_told_and_the_rest_is_counted() -> None:
    failing = frozenset(range(100, 110))
    steps: list[tuple[Log, Log]] = [([event], []) for event in iterations(1000, failing)]
    steps.append(([("MapStateFailed", 0, 9, 2), ("ExecutionFailed", 0, 9, 0, "Bounced", None)], []))
    lines = trace_of(MAP, *steps)
    shown = [line for line in lines if "#" in line]
    assert shown == [
        "|- #0  0",
        "|- #1  1",
        "|- #2  2",
        *(f"|- #{n}  {n}" for n in (100, 101, 102)),
    ]
    assert lines[-2:] == ["|- ... 994 more: 987 ok, 7 failed", "`- FAILED  Each  Map  9 ms  Bounced"]
    assert len(lines) == 1 + 6 * 2 + 2


def test_a_map_that_is_tried_again_starts_its_tree_anew() -> None:
    log = iterations(1, frozenset([0]))
    again: Log = [
        ("MapStateStarted", 5, 1000, 2, 1),
        ("MapIterationStarted", 7, 1000, 2, "Each", 0),
        entered("Send", 2, 0),
        exited("Send", 9),
        ("MapStateExited", 0, 1000, 2, "Each", "[]", None, None),
    ]
    lines = trace_of(MAP, (log, [(6, 0, 2, "retry", "Bounced", None, 0, 1, 1000)]), (again, []))
    assert lines == [
        ">       Each  Map  1 item",
        "|- #0  0",
        "|  FAILED  Send  Pass  0 ms  Bounced",
        "|- retry 1 in 1 s: Bounced",
        "|- #0  {}",
        "|  ok      Send  Pass  0 ms",
        "`- ok      Each  Map  1 s  2 attempts",
    ]


def test_nested_scopes_are_indented() -> None:
    definition = {"StartAt": "Fork", "States": {"Fork": {"Type": "Parallel", "End": True, "Branches": [MAP]}}}
    log: Log = [
        *FORKED,
        ("MapStateEntered", 0, 0, 2, "Each", "[1]", 0),
        ("MapStateStarted", 4, 0, 4, 1),
        ("PassStateEntered", 0, 0, 4, "Send", "1", 0),
        exited("Send", 6),
        ("MapIterationSucceeded", 0, 0, 4, "Each", 0),
        ("MapStateExited", 0, 0, 4, "Each", "[1]", None, None),
        ("ParallelStateExited", 0, 0, 2, "Fork", "[]", None, None),
    ]
    assert trace_of(definition, (log, [])) == [
        ">       Fork  Parallel",
        "|- Branch 1",
        "|  >       Each  Map  1 item",
        "|  |- #0  1",
        "|  |  ok      Send  Pass  0 ms",
        "|  `- ok      Each  Map  0 ms",
        "`- ok      Fork  Parallel  0 ms",
    ]


def test_names_and_causes_cannot_command_the_terminal() -> None:
    definition = {"StartAt": "S\x1b[2J", "States": {"S\x1b[2J": {"Type": "Fail"}}}
    log: Log = [
        START,
        ("FailStateEntered", 0, 0, 0, "S\x1b[2J", "{}", -1),
        ("ExecutionFailed", 2, 0, 0, "E\x07", "one\ntwo\x9b\u202e"),
    ]
    assert trace_of(definition, (log, [])) == [r"FAILED  S\x1b[2J  Fail  0 ms  E\x07: one two\x9b\u202e"]


def test_on_a_terminal_there_are_glyphs_and_colours_and_a_line_that_says_what_runs() -> None:
    terminal = Terminal()
    trace = Trace(Screen(terminal), Machine(CHAIN))
    trace.feed([START, ("TaskStateEntered", 0, 0, 0, "Call", "{}", -1)])
    assert re.sub("\x1b\\[[0-9;]*m", "", terminal.getvalue()) == "◌ Call  Task"
    trace.feed([("TaskStateExited", 2, 3, 2, "Call", "{}", None, None)])
    written = terminal.getvalue()
    assert "\r\x1b[K" in written  # the status line was taken back
    assert written.endswith("\x1b[32m✔\x1b[0m \x1b[1mCall\x1b[0m  \x1b[2mTask\x1b[0m  \x1b[36m3 ms\x1b[0m\n")


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    terminal = Terminal()
    trace = Trace(Screen(terminal), Machine(CHAIN))
    trace.feed([START, ("PassStateEntered", 0, 0, 0, "Other", "{}", -1), exited("Other", 2)])
    assert terminal.getvalue() == "✔ Other  Pass  0 ms\n"


def test_the_status_line_shows_the_progress_of_a_map_and_never_wraps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "12")
    terminal = Terminal()
    trace = Trace(Screen(terminal), Machine(MAP))
    trace.feed([*iterations(1)[:2], ("MapStateStarted", 2, 0, 2, 2), *iterations(1)[3:]])
    assert terminal.getvalue().rpartition("\n")[2] == "◌ Each 1/2"
    trace.feed([("WaitStateEntered", 0, 0, 2, "Send", "1", 1)])
    assert terminal.getvalue().rpartition("\x1b[K")[2] == "├─ #1  1\n◌ Each 1/2 "  # cut at 11 columns
