"""All that a store can be asked, for tests that damage its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.errors import StoreError
from asl.stores.base import Held

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from asl.stores.base import Store

#: What a held execution says that has no checksum: see the schema's second script.
UNCOVERED = {"fence": 0, "version": 0, "wake": 0, "owner": None, "due": None}


def held(store: Store, number: int) -> Any:
    """An execution to go on with, without what has no checksum."""
    found = store.held([number])
    return [each._replace(frames=sorted(each.frames), **UNCOVERED) for each in found]


def answers(store: Store, ids: Iterable[int], arns: Iterable[str], digests: Sequence[str]) -> dict[str, Any]:
    """What the store says to each question: an answer, or the text of its refusal as a StoreError."""
    questions: dict[str, Callable[[], Any]] = {
        "listing": lambda: store.executions(limit=1000),
        "running": lambda: store.executions(status="RUNNING", limit=1000),
        "documents": lambda: store.documents("machine"),
        "document": lambda: store.document("machine", "Machine"),
        "log": lambda: store.log("Machine"),
    }
    for number in ids:
        questions |= {
            f"execution {number}": lambda number=number: store.execution_of(number),
            f"held {number}": lambda number=number: held(store, number),
            f"events {number}": lambda number=number: store.events(number),
            f"events {number}, backwards": lambda number=number: store.events(number, first=999, backwards=True),
            f"notes {number}": lambda number=number: store.notes(number),
        }
    for arn in arns:
        questions[arn] = lambda arn=arn: store.execution(arn)
    for digest in digests:
        questions[digest] = lambda digest=digest: store.definition(digest)
    return {name: _answer(ask) for name, ask in questions.items()}


def lacks(found: Any, whole: Any) -> bool:
    """Whether an answer says nothing but the whole one does, if not all of it."""
    if found == whole or found is None:
        return True
    if isinstance(found, Held):
        return all(map(lacks, found, whole))
    return isinstance(found, list | tuple) and all(any(lacks(each, other) for other in whole) for each in found)


def _answer(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except StoreError as problem:
        return problem
