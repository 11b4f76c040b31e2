"""The cases that are known to differ from AWS, each with what AWS did and why aslkit differs: ``known.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .cases import Case
    from .runner import Result

KNOWN_FILE = Path(__file__).with_name("known.toml")


@dataclass(frozen=True)
class Difference:
    """Why a case is allowed to fail."""

    aws: str
    why: str


@dataclass(frozen=True)
class Verdict:
    """The results, sorted by what they mean for the exit status."""

    passed: list[Result]
    new: list[Result]  # failed and not listed
    known: list[Result]  # failed and listed
    stale: list[Result]  # listed, but passes

    @property
    def good(self) -> bool:
        return not self.new and not self.stale


@dataclass(frozen=True)
class Known:
    """The listed differences, by case and by tag."""

    cases: Mapping[str, Difference] = field(default_factory=dict)
    tags: Mapping[str, Difference] = field(default_factory=dict)

    def of(self, case: Case) -> Difference | None:
        """Why the case may fail; None if it may not."""
        found = self.cases.get(case.id)
        if found is not None:
            return found
        return next((self.tags[tag] for tag in case.tags if tag in self.tags), None)


def load_known(path: Path = KNOWN_FILE) -> Known:
    """The listed cases and tags. Raises ValueError if an entry lacks its reason."""
    listed = tomllib.loads(path.read_text("utf-8"))
    return Known(*(_differences(path, kind, listed.get(kind, {})) for kind in ("cases", "tags")))


def _differences(path: Path, kind: str, entries: Mapping[str, Mapping[str, str]]) -> dict[str, Difference]:
    known = {}
    for name, entry in entries.items():
        if set(entry) != {"aws", "why"} or not all(isinstance(text, str) and text.strip() for text in entry.values()):
            raise ValueError(f'{path}: [{kind}."{name}"] needs aws = "what AWS did" and why = "why we differ", no more')
        known[name] = Difference(**entry)
    return known


def judge(results: Iterable[Result], known: Known) -> Verdict:
    """Sorts the results. Listed cases that weren't run are nobody's concern: not every folder holds every recording."""
    verdict = Verdict([], [], [], [])
    for result in results:
        listed = known.of(result.case) is not None
        if result.passed:
            verdict.passed.append(result)
            if listed:
                verdict.stale.append(result)
        else:
            (verdict.known if listed else verdict.new).append(result)
    return verdict
