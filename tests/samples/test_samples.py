"""Every sample, over every input that lies beside it, in virtual time.

``expected*.json`` belongs to the input of the same suffix: the output, or status, error and cause of a run that fails.
"""

from __future__ import annotations

import json
import re
import shlex
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from asl_cli import handlers
from asl_cli.main import cli
from click.testing import CliRunner

from asl import StateMachine
from asl.compiler.analysis import analyse
from asl.expressions.choice_operators import OPERATORS
from asl.expressions.functions import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asl import Execution

SAMPLES = Path(__file__).parents[2] / "samples"
NAMES = sorted(place.name for place in SAMPLES.iterdir() if place.is_dir() and any(place.glob("*.asl.json")))
INPUTS = [
    pytest.param(name, path, id=f"{name}/{path.stem}")
    for name in NAMES
    for path in sorted((SAMPLES / name).glob("input*.json"))
]


@cache
def machine(name: str) -> StateMachine:
    return StateMachine.load(SAMPLES / name / f"{name}.asl.json")


def execute(name: str, path: Path) -> Execution:
    """One run with handlers that are loaded anew, since the fakes remember what was done."""
    file = SAMPLES / name / "handlers.py"
    return machine(name).run(
        json.loads(path.read_text("utf-8")),
        handlers=handlers.load(str(file)) if file.exists() else {},
        clock="virtual",
        seed=1,
    )


def states_in(scope: dict[str, Any]) -> Iterator[str]:
    for name, state in scope["States"].items():
        yield name
        for inner in (*state.get("Branches", ()), *filter(None, [state.get("ItemProcessor")])):
            yield from states_in(inner)


def test_there_are_samples() -> None:
    assert len(NAMES) >= 6


@pytest.mark.parametrize(("name", "path"), INPUTS)
def test_gives_what_is_expected(name: str, path: Path) -> None:
    execution = execute(name, path)
    expected = json.loads(path.with_name(path.name.replace("input", "expected", 1)).read_text("utf-8"))
    if execution.status == "SUCCEEDED":
        assert execution.output == expected
    else:
        assert {"status": execution.status, "error": execution.error, "cause": execution.cause} == expected


@pytest.mark.parametrize("name", NAMES)
def test_every_expectation_has_its_input(name: str) -> None:
    suffixes = {
        kind: {path.name.removeprefix(kind) for path in (SAMPLES / name).glob(f"{kind}*.json")}
        for kind in ("input", "expected")
    }
    assert suffixes["input"] == suffixes["expected"]


@pytest.mark.parametrize("name", NAMES)
def test_every_state_is_reached_by_some_input(name: str) -> None:
    reached = {visit.name for path in (SAMPLES / name).glob("input*.json") for visit in execute(name, path).visits}
    assert set(states_in(dict(machine(name).definition))) == reached


@pytest.mark.parametrize("name", NAMES)
def test_has_nothing_to_complain_about(name: str) -> None:
    assert analyse(machine(name).source) == []


@pytest.mark.parametrize("name", NAMES)
def test_readme_explains_every_file(name: str) -> None:
    readme = (SAMPLES / name / "README.md").read_text("utf-8")
    for path in (SAMPLES / name).glob("*.json"):
        assert path.name.endswith(".asl.json") or f"`{path.name}`" in readme


@pytest.mark.parametrize("name", NAMES)
def test_command_in_the_readme_works(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = (SAMPLES / name / "README.md").read_text("utf-8")
    (command,) = re.findall(r"^    asl (run .*)$", readme, re.MULTILINE)
    monkeypatch.chdir(SAMPLES.parent)
    result = CliRunner().invoke(cli, [*shlex.split(command)])
    assert result.exit_code == 0, result.output
    trace, _, output = result.stdout.partition("\nSUCCEEDED in ")
    assert trace
    expected = json.loads((SAMPLES / name / "expected.json").read_text("utf-8"))
    assert json.loads(output.partition("\n")[2]) == expected


def test_choice_sample_has_every_operator_both_ways() -> None:
    text = (SAMPLES / "choice-operators" / "choice-operators.asl.json").read_text("utf-8")
    used = set(re.findall(r'"(\w+)":', text))
    assert used >= OPERATORS | {"And", "Or", "Not"}
    answers = json.loads((SAMPLES / "choice-operators" / "expected.json").read_text("utf-8"))
    for cases in answers.values():  # those that match, and those that don't
        assert {word for case in cases for word in case.split()} >= OPERATORS | {"And", "Or", "Not"}


def test_intrinsics_sample_and_its_readme_have_every_function() -> None:
    place = SAMPLES / "intrinsics"
    for text in (place / "intrinsics.asl.json", place / "README.md"):
        assert set(re.findall(r"States\.(\w+)\(", text.read_text("utf-8"))) == set(FUNCTIONS)
