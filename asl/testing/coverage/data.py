"""Coverage data: counts per machine and item, which add up over tests, workers, processes and sessions."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from asl.errors import AslError
from asl.syntax.source import Source
from asl.testing.coverage.items import Item, items_of, reached_by

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asl.machine import StateMachine
    from asl.testing.run import Run

_FORMAT = "aslkit machine coverage 1"

#: Where the data lies between sessions.
DATA_FILE = ".aslcov"


class MachineCoverage(NamedTuple):
    """The coverage of one machine: its items, and how often each was reached (by key)."""

    name: str
    items: list[Item]
    counts: Counter[str]
    definition: dict[str, Any]

    @property
    def missing(self) -> list[Item]:
        return [item for item in self.items if not self.counts[item.key]]

    @property
    def reached(self) -> int:
        return len(self.items) - len(self.missing)

    @property
    def percent(self) -> float:
        return 100.0 if not self.items else 100.0 * self.reached / len(self.items)


class CoverageData:
    """What was reached so far. ``root`` is the folder that file names are told from."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = (root or Path.cwd()).resolve()
        self._counts: dict[str, Counter[str]] = {}
        #: definitions that came from no file, by name; of files the text is read again when it is reported on
        self._texts: dict[str, str] = {}
        self._names: dict[int, tuple[StateMachine, str]] = {}

    def add(self, run: Run) -> None:
        """Count what a run reached."""
        counts = self._counts.setdefault(self._name(run.machine), Counter())
        counts.update(reached_by(run.visits))

    def add_file(self, path: Path) -> None:
        """Count a machine as known that perhaps no test uses."""
        self._counts.setdefault(self._shown(path), Counter())

    def _name(self, machine: StateMachine) -> str:
        known = self._names.get(id(machine))
        if known is not None and known[0] is machine:
            return known[1]
        source = machine.source
        path = Path(source.name)
        if source.has_positions and path.is_file():
            name = self._shown(path)
        else:
            name = self._unnamed(machine.name, source.text)
            self._texts[name] = source.text
        self._names[id(machine)] = (machine, name)
        return name

    def _unnamed(self, name: str, text: str) -> str:
        """A name for a machine without a file: its own, with a number if another one has that."""
        number = 1
        candidate = f"<{name}>"
        while self._texts.get(candidate, text) != text:
            number += 1
            candidate = f"<{name} {number}>"
        return candidate

    def _shown(self, path: Path) -> str:
        absolute = path.resolve()
        return absolute.relative_to(self.root).as_posix() if absolute.is_relative_to(self.root) else str(absolute)

    # -- what came out

    def machines(self) -> list[MachineCoverage]:
        """The coverage of each machine, by name. A file that has gone since is left out."""
        found = []
        for name, counts in sorted(self._counts.items()):
            source = self._source(name)
            if source is not None and source.readable and isinstance(source.tree, dict):
                found.append(MachineCoverage(name, items_of(source), counts, source.tree))
        return found

    def _source(self, name: str) -> Source | None:
        if name in self._texts:
            source = Source(self._texts[name], name)
            source.has_positions = False
            return source
        path = self.root / name
        return Source.from_path(path) if path.is_file() else None

    @staticmethod
    def total(machines: Iterable[MachineCoverage]) -> float:
        """Percent of all items of all machines; 100 where there is nothing to reach."""
        items = reached = 0
        for machine in machines:
            items += len(machine.items)
            reached += machine.reached
        return 100.0 if not items else 100.0 * reached / items

    # -- adding up

    def merge(self, other: CoverageData) -> None:
        """Add what another worker, process or session counted."""
        renamed = {}
        for name, text in other._texts.items():
            renamed[name] = self._unnamed(name.strip("<>"), text)
            self._texts[renamed[name]] = text
        for name, counts in other._counts.items():
            self._counts.setdefault(renamed.get(name, name), Counter()).update(counts)

    def to_json(self) -> dict[str, Any]:
        """As a JSON value, for files and for the way from a worker."""
        return {
            "format": _FORMAT,
            "machines": {name: dict(counts) for name, counts in self._counts.items()},
            "definitions": self._texts,
        }

    @classmethod
    def from_json(cls, value: Any, root: Path | None = None, name: str = "the coverage data") -> CoverageData:
        """The opposite of ``to_json``. Raises AslError for anything else."""
        if not isinstance(value, dict) or value.get("format") != _FORMAT:
            raise AslError(f"{name} is no machine coverage data of this version; remove it and run the tests again")
        data = cls(root)
        data._counts = {machine: Counter(counts) for machine, counts in value["machines"].items()}
        data._texts = dict(value["definitions"])
        return data

    def save(self, path: Path) -> None:
        """Write a data file, so that a reader sees the old or the new one, never half of it."""
        beside = path.with_name(f"{path.name}.{os.getpid()}.part")
        beside.write_text(json.dumps(self.to_json()), "utf-8")
        beside.replace(path)

    @classmethod
    def load(cls, path: Path, root: Path | None = None) -> CoverageData:
        """Read a data file. Raises AslError if it is none."""
        try:
            value = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as problem:
            raise AslError(f"{path} can't be read as machine coverage data: {problem}") from None
        return cls.from_json(value, root, str(path))
