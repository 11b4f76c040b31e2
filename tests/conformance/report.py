"""What the runner says: passed and total of each folder, the failures, everything about one case, and JSON."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .cases import Comparer
    from .known import Known, Verdict
    from .runner import Result

WIDTH = 180


def summary(results: Sequence[Result]) -> Iterator[str]:
    """A line for each folder and one for all."""
    total = Counter(result.case.folder for result in results)
    passed = Counter(result.case.folder for result in results if result.passed)
    width = max(map(len, [*total, "total"]))
    for folder in sorted(total):
        yield f"{folder:<{width}}  {passed[folder]:>4} / {total[folder]}"
    yield f"{'total':<{width}}  {passed.total():>4} / {total.total()}"


def failures(verdict: Verdict, known: Known) -> Iterator[str]:
    """A line for each case that needs somebody's attention, and the known ones."""
    for result in verdict.known:
        listed = known.of(result.case)
        yield f"known   {result.case.id}: {listed.why if listed else ''}"
    for result in verdict.new:
        more = f" (+{len(result.differences) - 1} more)" if len(result.differences) > 1 else ""
        yield f"FAILED  {result.case.id}: {_cut(result.differences[0])}{more}"
    for result in verdict.stale:
        yield f"STALE   {result.case.id}: listed in known.toml, but passes; remove the entry"


def details(result: Result, comparer: Comparer) -> Iterator[str]:
    """Everything about one case: each difference, and the events that were expected beside those that happened."""
    yield f"{result.case.id}: {'passed' if result.passed else f'{len(result.differences)} difference(s)'}"
    yield from (f"  {difference}" for difference in result.differences)
    if result.traceback is not None:
        yield result.traceback
    if "events" in result.case.expected:
        yield from _beside(result, comparer)


def as_json(results: Sequence[Result]) -> dict[str, Any]:
    """``{"total": n, "passed": n, "failed": [{"id": ..., "differences": [...]}]}``"""
    failed = [{"id": r.case.id, "differences": r.differences} for r in results if not r.passed]
    return {"total": len(results), "passed": len(results) - len(failed), "failed": failed}


def _beside(result: Result, comparer: Comparer) -> Iterator[str]:
    """Event by event, in the order of the histories. Rows that don't match show both events in full.

    Rows are matched one by one here; the differences above are what counts (links, bindings, unordered stretches).
    """
    expected, actual = comparer.modern_events(result.case.data), result.events
    placeholders = result.case.data["placeholders"]
    for row in range(max(len(expected), len(actual))):
        left = expected[row] if row < len(expected) else None
        right = actual[row] if row < len(actual) else None
        same = left is not None and right is not None and not comparer.compare([left], [right], placeholders)
        yield f"{' ' if same else '!'} {_label(left):<50} | {_label(right)}"
        if not same:
            yield f"      expected {_full(left)}"
            yield f"      got      {_full(right)}"


def _label(event: dict[str, Any] | None) -> str:
    return "-" if event is None else f"{event.get('id')}<-{event.get('previousEventId')} {event.get('type')}"


def _full(event: dict[str, Any] | None) -> str:
    if event is None:
        return "-"
    shown = {key: value for key, value in event.items() if key not in ("id", "previousEventId", "type", "timestamp")}
    return json.dumps(shown, ensure_ascii=False, sort_keys=True, default=str)


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= WIDTH else text[: WIDTH - 3] + "..."
