"""The recorded cases: finding, loading and selecting them, and loading the comparer that lies with them."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

#: The kinds of cases that are executions; the others are scripts of API calls.
DEFAULT_KINDS = ("execution", "express")


class CasesNotFound(Exception):
    """A folder of cases, or the comparer that belongs to it, isn't where it was looked for."""


@dataclass(frozen=True)
class Case:
    """One recording. ``data`` is the parsed file; ``id`` is the path below the cases folder, without ``.json``."""

    id: str
    data: dict[str, Any] = field(repr=False)

    @property
    def folder(self) -> str:
        """The first part of the id: what the report counts by."""
        return self.id.partition("/")[0] if "/" in self.id else "."

    @property
    def kind(self) -> str:
        return str(self.data["kind"])

    @property
    def express(self) -> bool:
        return self.data.get("type") == "EXPRESS"

    @property
    def tags(self) -> list[str]:
        return list(self.data.get("tags", ()))

    @property
    def expected(self) -> dict[str, Any]:
        return dict(self.data["expected"])

    @property
    def input_text(self) -> str:
        """The JSON text that was sent as the execution input."""
        if "input_text" in self.data:
            return str(self.data["input_text"])
        return json.dumps(self.data.get("input", {}))


class Comparer(Protocol):
    """What the runner uses of ``compare.py``."""

    def compare(self, expected: Any, actual: Any, placeholders: Any = (), *, order: str = ...) -> list[str]: ...

    def compare_value(self, expected: Any, actual: Any, placeholders: Any = (), *, matcher: Any = ...) -> list[str]: ...

    def modern_events(self, case: Any) -> list[dict[str, Any]]: ...

    def as_timeline(self, case: Any) -> str: ...

    def Matcher(self, placeholders: Any = ()) -> Any: ...


@dataclass(frozen=True)
class Selection:
    """Which cases are asked for: of one of the kinds, with every tag of ``tags``, with none of ``without``.

    Tags may be patterns: ``service:*``.
    """

    kinds: Sequence[str] = DEFAULT_KINDS
    tags: Sequence[str] = ()
    without: Sequence[str] = ()

    def wants(self, case: Case) -> bool:
        def tagged(pattern: str) -> bool:
            return any(fnmatchcase(tag, pattern) for tag in case.tags)

        return case.kind in self.kinds and all(map(tagged, self.tags)) and not any(map(tagged, self.without))


def load_cases(places: Iterable[Path], selection: Selection) -> list[Case]:
    """The selected cases at or below ``places`` (folders or single files), in order of their ids, each of them once."""
    found: dict[str, Case] = {}
    for place in places:
        root = cases_root(place)
        for path in case_files(place):
            case = Case(
                path.resolve().relative_to(root).with_suffix("").as_posix(), json.loads(path.read_text("utf-8"))
            )
            if selection.wants(case):
                found[case.id] = case
    return [found[key] for key in sorted(found)]


def case_files(place: Path) -> list[Path]:
    """The files of the cases at or below ``place``."""
    if place.is_dir():
        inner = place / "cases"
        return sorted((inner if inner.is_dir() else place).rglob("*.json"))
    if place.is_file():
        return [place]
    raise CasesNotFound(f"{place}: no such file or folder")


def cases_root(place: Path) -> Path:
    """The folder that case ids are relative to: the innermost one called ``cases`` at, above or in ``place``."""
    place = place.resolve()
    for folder in (place, *place.parents):
        if folder.name == "cases":
            return folder
    if (place / "cases").is_dir():
        return place / "cases"
    return place if place.is_dir() else place.parent


def load_comparer(places: Sequence[Path]) -> Comparer:
    """``compare.py`` from beside or above the first of ``places``."""
    start = places[0].resolve()
    for folder in (start, *start.parents):
        path = folder / "compare.py"
        if path.is_file():
            break
    else:
        raise CasesNotFound(f"{start}: there is no compare.py here or in a folder above")
    spec = importlib.util.spec_from_file_location("conformance_comparer", path)
    if spec is None or spec.loader is None:
        raise CasesNotFound(f"{path}: can't be loaded as a Python module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast("Comparer", module)
