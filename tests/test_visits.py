"""Folding logs, written out by hand as the kernel appends them, into state visits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from asl.visits import Visit, VisitLog, fold

Log = list[tuple[Any, ...]]

START = ("ExecutionStarted", 0, 1000, 0, "{}", "arn:role")

RETRIED_AND_CAUGHT: Log = [
    START,
    ("TaskStateEntered", 0, 1000, 0, "Call", '{"n":1}', -1),
    ("LambdaFunctionScheduled", 2, 1000, 2, "arn:f", '{"n":1}', None, None),
    ("LambdaFunctionStarted", 3, 1000, 2),
    ("LambdaFunctionFailed", 4, 1100, 2, "Down", "503"),
    ("LambdaFunctionScheduled", 5, 3100, 2, "arn:f", '{"n":1}', None, None),
    ("LambdaFunctionStarted", 6, 3100, 2),
    ("LambdaFunctionFailed", 7, 3200, 2, "Gone", "410"),
    ("TaskStateExited", 8, 3200, 2, "Call", '{"Error":"Gone"}', None, None),
    ("ChoiceStateEntered", 9, 3200, 0, "Ok?", '{"Error":"Gone"}', -1),
    ("ChoiceStateExited", 10, 3200, 10, "Ok?", '{"Error":"Gone"}', None, -1),
    ("FailStateEntered", 11, 3200, 0, "Stop", '{"Error":"Gone"}', -1),
    ("ExecutionFailed", 12, 3200, 0, "Stopped", None),
]
RETRIED_AND_CAUGHT_NOTES: Log = [
    (5, 1100, 2, "retry", "Down", "503", 0, 1, 2000),
    (8, 3200, 2, "catch", "Gone", "410", 1, "Ok?"),
]

# Two iterations; the task of the second one fails while the first waits. A Fail state stands in for it in FAIL_IN_MAP.
MAP_OF_TWO: Log = [
    START,
    ("MapStateEntered", 0, 1000, 0, "Each", "[1,2]", -1),
    ("MapStateStarted", 2, 1000, 2, 2),
    ("MapIterationStarted", 3, 1000, 2, "Each", 0),
    ("MapIterationStarted", 3, 1000, 2, "Each", 1),
    ("WaitStateEntered", 4, 1000, 2, "Nap", "1", 0),
    ("TaskStateEntered", 5, 1000, 2, "Send", "2", 1),
    ("TaskScheduled", 7, 1000, 7, "sqs", "sendMessage", "us-east-1", "{}", None, None, None),
    ("TaskStarted", 8, 1000, 7, "sqs", "sendMessage"),
    ("TaskFailed", 9, 1500, 7, "sqs", "sendMessage", "Sqs.Down", "no"),
]
MAP_FAILS: Log = [
    *MAP_OF_TWO,
    ("MapIterationAborted", 10, 1500, 2, "Each", 0),
    ("WaitStateAborted", 10, 1500, 6),
    ("MapIterationFailed", 10, 1500, 2, "Each", 1),
    ("TaskStateAborted", 10, 1500, 7),
    ("MapStateFailed", 10, 1500, 2),
]

FAIL_IN_NESTED: Log = [
    START,
    ("ParallelStateEntered", 0, 1000, 0, "Both", "{}", -1),
    ("ParallelStateStarted", 2, 1000, 2),
    ("MapStateEntered", 3, 1000, 2, "Each", "[1]", 0),
    ("MapStateStarted", 4, 1000, 4, 1),
    ("MapIterationStarted", 5, 1000, 4, "Each", 0),
    ("WaitStateEntered", 3, 1000, 2, "Nap", "{}", 1),
    ("ChoiceStateEntered", 6, 1000, 4, "Which?", "1", 0),
    ("MapIterationFailed", 8, 1000, 4, "Each", 0),
    ("MapStateFailed", 8, 1000, 4),
    ("MapStateAborted", 8, 1000, 4),
    ("WaitStateAborted", 8, 1000, 7),
    ("ParallelStateFailed", 8, 1000, 2),
]


def by_name(visits: list[Visit]) -> dict[str, Visit]:
    return {visit.name: visit for visit in visits}


def statuses(visits: list[Visit]) -> dict[str, str]:
    return {visit.name: visit.status for visit in visits}


def test_a_task_retried_then_caught() -> None:
    call, choice, fail = fold(RETRIED_AND_CAUGHT, RETRIED_AND_CAUGHT_NOTES)

    assert (call.id, call.name, call.type, call.parent, call.slot) == (2, "Call", "Task", None, -1)
    assert (call.input, call.output) == ({"n": 1}, {"Error": "Gone"})
    assert (call.status, call.attempts, call.resource) == ("caught", 2, "arn:f")
    assert (call.error, call.cause, call.caught_by, call.next) == ("Gone", "410", 1, "Ok?")
    assert [(retry.error, retry.delay_ms, retry.number) for retry in call.retries] == [("Down", 2000, 1)]
    assert call.waited == [2.0]
    assert call.start == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert call.end == datetime(1970, 1, 1, 0, 0, 3, 200_000, tzinfo=UTC)
    assert call.duration == pytest.approx(2.2)

    assert (choice.status, choice.rule, choice.attempts) == ("succeeded", -1, 1)
    # a Fail state has no event with its error: the execution's says it
    assert (fail.status, fail.error, fail.cause, fail.output) == ("failed", "Stopped", None, None)


def test_without_notes_a_caught_failure_is_still_seen() -> None:
    call = fold(RETRIED_AND_CAUGHT)[0]
    assert (call.status, call.attempts, call.error) == ("caught", 2, "Gone")
    assert (call.retries, call.caught_by) == ([], None)


def test_a_retried_success_is_a_success() -> None:
    log = [
        *RETRIED_AND_CAUGHT[:7],
        ("LambdaFunctionSucceeded", 7, 3200, 2, "1"),
        ("TaskStateExited", 8, 3200, 2, "Call", "1", None, None),
        ("ExecutionSucceeded", 9, 3200, 0, "1"),
    ]
    (call,) = fold(log, RETRIED_AND_CAUGHT_NOTES[:1])
    assert (call.status, call.attempts, call.error, call.output) == ("succeeded", 2, "Down", 1)


def test_an_open_visit_is_running() -> None:
    (call,) = fold(RETRIED_AND_CAUGHT[:4])
    assert (call.status, call.end, call.end_ms, call.duration, call.output) == ("running", None, None, None, None)


def test_an_uncaught_task_failed() -> None:
    (call,) = fold([*RETRIED_AND_CAUGHT[:5], ("ExecutionFailed", 5, 1100, 0, "Down", "503")])
    assert (call.status, call.error, call.cause, call.duration) == ("failed", "Down", "503", 0.1)


def test_a_state_without_a_failure_event_takes_the_error_of_the_execution() -> None:
    log = [
        START,
        ("ChoiceStateEntered", 0, 1000, 0, "Which?", "{}", -1),
        ("ExecutionFailed", 2, 1000, 0, "States.NoChoiceMatched", "why"),
    ]
    (choice,) = fold(log)
    assert (choice.status, choice.error, choice.cause) == ("failed", "States.NoChoiceMatched", "why")


@pytest.mark.parametrize(("last", "status"), [("ExecutionAborted", "aborted"), ("ExecutionTimedOut", "timed out")])
def test_the_end_of_the_execution_ends_what_is_open(last: str, status: str) -> None:
    log = [*MAP_OF_TWO[:9], (last, 0, 9000, 0, None, None)]
    assert statuses(fold(log)) == {"Each": status, "Nap": status, "Send": status}
    assert {visit.end_ms for visit in fold(log)} == {9000}


def test_a_map_that_fails() -> None:
    log = [*MAP_FAILS, ("ExecutionFailed", 15, 1500, 0, "Sqs.Down", "no")]
    visits = by_name(fold(log))
    assert statuses(fold(log)) == {"Each": "failed", "Nap": "aborted", "Send": "failed"}
    each = visits["Each"]
    assert (each.length, each.iterations, each.error) == (2, {"aborted": 1, "failed": 1}, "Sqs.Down")
    assert [child.name for child in each.children] == ["Nap", "Send"]
    assert (visits["Send"].parent, visits["Send"].slot, visits["Send"].resource) == (each, 1, "sqs:sendMessage")
    assert visits["Send"].path == [each, visits["Send"]]
    assert visits["Nap"].error is None


def test_a_map_that_is_retried() -> None:
    log: Log = [
        *MAP_FAILS[:-1],
        ("MapStateStarted", 10, 2500, 2, 2),
        ("MapIterationStarted", 15, 2500, 2, "Each", 0),
        ("PassStateEntered", 16, 2500, 2, "Again", "1", 0),
    ]
    visits = by_name(fold(log, [(10, 1500, 2, "retry", "Sqs.Down", "no", 0, 1, 1000)]))
    assert (visits["Each"].status, visits["Each"].attempts, visits["Each"].iterations) == ("running", 2, {})
    assert visits["Send"].status == "failed"
    assert visits["Each"].running == [visits["Again"]]


def test_a_map_that_is_caught() -> None:
    log = [*MAP_FAILS, ("MapStateExited", 15, 1500, 2, "Each", "{}", None, None)]
    visits = by_name(fold(log, [(10, 1500, 2, "catch", "Sqs.Down", "no", 0, "Repair")]))
    assert (visits["Each"].status, visits["Each"].next, visits["Each"].error) == ("caught", "Repair", "Sqs.Down")
    assert visits["Send"].status == "failed"


def test_failure_passes_through_nested_scopes() -> None:
    log = [*FAIL_IN_NESTED, ("ExecutionFailed", 13, 1000, 0, "States.NoChoiceMatched", "why")]
    visits = by_name(fold(log))
    assert statuses(list(visits.values())) == {
        "Both": "failed",
        "Each": "failed",
        "Nap": "aborted",
        "Which?": "failed",
    }
    assert {name: visit.error for name, visit in visits.items()} == {
        "Both": "States.NoChoiceMatched",
        "Each": "States.NoChoiceMatched",
        "Nap": None,
        "Which?": "States.NoChoiceMatched",
    }


@pytest.mark.parametrize("after", [8, 13], ids=["note before the aborts", "note after the aborts"])
def test_a_caught_failure_explains_what_failed_inside(after: int) -> None:
    log = [*FAIL_IN_NESTED, ("ParallelStateExited", 13, 1000, 2, "Both", "{}", None, None)]
    log += [
        ("FailStateEntered", 14, 1000, 0, "Stop", "{}", -1),
        ("ExecutionFailed", 15, 1000, 0, "Stopped", "other"),
    ]
    visits = by_name(fold(log, [(after, 1000, 2, "catch", "States.NoChoiceMatched", "why", 0, "Stop")]))
    assert (visits["Which?"].error, visits["Which?"].cause) == ("States.NoChoiceMatched", "why")
    assert (visits["Each"].error, visits["Both"].status) == ("States.NoChoiceMatched", "caught")
    assert visits["Stop"].error == "Stopped"


def test_an_evaluation_that_is_retried_counts_as_an_attempt() -> None:
    failed = ("EvaluationFailed", 0, 1000, 2, "Call", "States.QueryEvaluationError", "why", "Arguments")
    log: Log = [START, ("TaskStateEntered", 0, 1000, 0, "Call", "{}", -1), failed, failed]
    notes = [(3, 1000, 2, "retry", "States.QueryEvaluationError", "why", 0, 1, 1000)]
    (call,) = fold(log, notes)
    assert call.attempts == 2


def test_the_machine_knows_the_resource_of_a_task_that_was_never_scheduled() -> None:
    class Machine:
        def resource_of(self, state: str) -> str | None:
            return f"arn:{state}"

    assert fold(RETRIED_AND_CAUGHT[:2], machine=Machine())[0].resource == "arn:Call"
    assert fold(RETRIED_AND_CAUGHT[:2])[0].resource is None


def test_a_live_log_says_what_changed() -> None:
    live = VisitLog()
    assert live.feed(RETRIED_AND_CAUGHT[:1]) == []
    assert [(change.kind, change.visit.name) for change in live.feed(RETRIED_AND_CAUGHT[1:3])] == [("opened", "Call")]
    assert live.running is live.visits[0]
    (retried,) = live.feed(RETRIED_AND_CAUGHT[3:5], RETRIED_AND_CAUGHT_NOTES[:1])
    assert retried.kind == "retried"
    assert retried.retry is not None
    assert retried.retry.delay_ms == 2000
    changes = live.feed(RETRIED_AND_CAUGHT[5:], RETRIED_AND_CAUGHT_NOTES[1:])
    assert [(change.kind, change.visit.name) for change in changes] == [
        ("closed", "Call"),
        ("opened", "Ok?"),
        ("closed", "Ok?"),
        ("opened", "Stop"),
        ("closed", "Stop"),
    ]
    assert live.running is None


def test_iterations_are_counted_as_they_end() -> None:
    changes = VisitLog().feed(MAP_FAILS)
    iterated = [(change.slot, change.outcome) for change in changes if change.kind == "iterated"]
    assert iterated == [(0, "aborted"), (1, "failed")]


@pytest.mark.parametrize(
    ("log", "notes"),
    [(RETRIED_AND_CAUGHT, RETRIED_AND_CAUGHT_NOTES), (MAP_FAILS, []), (FAIL_IN_NESTED, [])],
    ids=["retry and catch", "map", "nested"],
)
def test_feeding_in_pieces_gives_the_same_as_all_at_once(log: Log, notes: Log) -> None:
    def told(visits: list[Visit]) -> list[tuple[Any, ...]]:
        return [(v.id, v.name, v.status, v.attempts, v.error, v.end_ms, v.next, v.iterations) for v in visits]

    live = VisitLog()
    for number, event in enumerate(log, 1):
        live.feed([event], [note for note in notes if note[0] == number])
    assert told(live.visits) == told(fold(log, notes))


def test_a_redrive_opens_nothing_of_an_attempt_that_was_given_up() -> None:
    log: Log = [
        START,
        ("ParallelStateEntered", 0, 1000, 0, "Both", "{}", -1),
        ("ParallelStateStarted", 2, 1000, 2),
        ("FailStateEntered", 3, 1000, 2, "Stop", "{}", 0),
        ("ParallelStateFailed", 4, 1000, 2),
        ("ExecutionTimedOut", 5, 2000, 0, None, None),
        ("ExecutionRedriven", 6, 3000, 0, 1),
    ]
    both, stop = fold(log, [(5, 1000, 2, "retry", "A", None, 0, 1, 5000)])
    assert (both.status, both.backing_off, stop.status) == ("running", True, "failed")
