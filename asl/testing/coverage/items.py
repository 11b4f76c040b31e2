"""What there is to reach in a state machine, and what an execution reached of it.

| item | reached when |
|---|---|
| a state | it was entered |
| a rule of a Choice, its Default | it was taken |
| a retrier | it decided a retry |
| a catcher | it took a failure |
| a branch of a Parallel | its first state was entered |
| a Map with no, one, many items | it was started with so many |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from asl.syntax.diagnostics import child

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from asl.syntax.source import Source
    from asl.visits import Visit


class Item(NamedTuple):
    """One thing to reach. ``key`` is its identity: ``Ship``, ``Ship:retry 1``; numbers count from 1. ``line`` is that
    of the
    definition, None if it has no text."""

    key: str
    state: str
    kind: str
    number: int
    line: int | None

    @property
    def label(self) -> str:
        """``Ship, retrier 1``."""
        return f"{self.state}, {self.short}" if self.short else self.state

    @property
    def short(self) -> str:
        """``retrier 1``; "" for the state itself."""
        return _LABELS[self.kind].format(self.number)


_LABELS = {
    "state": "",
    "rule": "rule {}",
    "default": "Default",
    "retry": "retrier {}",
    "catch": "catcher {}",
    "branch": "branch {}",
    "items 0": "no items",
    "items 1": "1 item",
    "items many": "many items",
}
_MAP = ("items 0", "items 1", "items many")


def items_of(source: Source) -> list[Item]:
    """Everything there is to reach, in document order."""

    def item(state: str, kind: str, number: int, pointer: str, *, key: bool = False) -> Item:
        line = source.position(pointer, key=key)[0] if source.has_positions else None
        return Item(key_of(state, kind, number), state, kind, number, line)

    def inside(scope: Mapping[str, Any], pointer: str) -> Iterator[Item]:
        for name, fields in scope["States"].items():
            place = child(f"{pointer}/States", name)
            yield item(name, "state", 0, place, key=True)
            for number in range(len(fields.get("Choices", ()))):
                yield item(name, "rule", number + 1, f"{place}/Choices/{number}")
            if "Default" in fields:
                yield item(name, "default", 0, f"{place}/Default", key=True)
            for field, kind in (("Retry", "retry"), ("Catch", "catch"), ("Branches", "branch")):
                for number in range(len(fields.get(field, ()))):
                    yield item(name, kind, number + 1, f"{place}/{field}/{number}")
            if fields["Type"] == "Map":
                for kind in _MAP:
                    yield item(name, kind, 0, place, key=True)
            for number, branch in enumerate(fields.get("Branches", ())):
                yield from inside(branch, f"{place}/Branches/{number}")
            for field in ("ItemProcessor", "Iterator"):
                if field in fields:
                    yield from inside(fields[field], f"{place}/{field}")

    return list(inside(source.tree, ""))


def key_of(state: str, kind: str, number: int = 0) -> str:
    """The identity of an item."""
    if kind == "state":
        return state
    return f"{state}:{kind} {number}" if number else f"{state}:{kind}"


def reached_by(visits: list[Visit]) -> Iterator[str]:
    """The keys of what visits reached; a key may come several times."""
    for visit in visits:
        yield visit.name
        if visit.rule is not None:
            yield key_of(visit.name, "rule", visit.rule + 1) if visit.rule >= 0 else key_of(visit.name, "default")
        for retry in visit.retries:
            yield key_of(visit.name, "retry", retry.retrier + 1)
        if visit.caught_by is not None:
            yield key_of(visit.name, "catch", visit.caught_by + 1)
        if visit.length is not None:
            yield key_of(visit.name, _MAP[min(visit.length, 2)])
        if visit.type == "Parallel":
            for slot in {inner.slot for inner in visit.children}:
                yield key_of(visit.name, "branch", slot + 1)
