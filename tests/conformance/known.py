"""The cases that are known to differ from AWS, each with what AWS did and why aslkit differs: ``known.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

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


def load_known(path: Path = KNOWN_FILE) -> dict[str, Difference]:
    """The listed cases. Raises ValueError if an entry lacks its reason."""
    known = {}
    for case, entry in tomllib.loads(path.read_text("utf-8")).get("cases", {}).items():
        if set(entry) != {"aws", "why"} or not all(isinstance(text, str) and text.strip() for text in entry.values()):
            raise ValueError(f'{path}: [cases."{case}"] needs aws = "what AWS did" and why = "why we differ", no more')
        known[case] = Difference(**entry)
    return known


def judge(results: Iterable[Result], known: dict[str, Difference]) -> Verdict:
    """Sorts the results. Listed cases that weren't run are nobody's concern: not every folder holds every recording."""
    verdict = Verdict([], [], [], [])
    for result in results:
        listed = result.case.id in known
        if result.passed:
            verdict.passed.append(result)
            if listed:
                verdict.stale.append(result)
        else:
            (verdict.known if listed else verdict.new).append(result)
    return verdict
