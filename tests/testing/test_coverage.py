"""Machine coverage: exact numbers on a machine with known gaps, however the tests were spread."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from asl import StateMachine
from asl.errors import AslError
from asl.testing import Scenario
from asl.testing.coverage import CoverageData, items_of
from asl.testing.coverage.__main__ import main
from asl.testing.coverage.reports import as_json, lcov, percent, term

if TYPE_CHECKING:
    from collections.abc import Callable

    Session = Callable[..., pytest.RunResult]

GAPS = Path(__file__).parent / "machines" / "gaps.asl.json"

#: everything there is in gaps.asl.json, with its line
ITEMS = {
    "Each": 4,
    "Each:items 0": 4,
    "Each:items 1": 4,
    "Each:items many": 4,
    "Work": 9,
    "Work:retry 1": 13,
    "Work:retry 2": 14,
    "Work:catch 1": 17,
    "Failed": 21,
    "Both": 27,
    "Both:branch 1": 30,
    "Both:branch 2": 31,
    "Left": 30,
    "Right": 31,
    "Route": 35,
    "Route:rule 1": 38,
    "Route:rule 2": 39,
    "Route:default": 41,
    "Small": 43,
    "Large": 44,
    "Done": 45,
}

FIRST = """
def test_one_item(state_machine):
    state_machine("gaps.asl.json").mock("Work", returns=1).run([5])
"""
SECOND = """
def test_many_items(state_machine):
    state_machine("gaps.asl.json").mock("Work", ["a", OSError(), 1000]).run([1, 2])
"""
MISSED_BY_FIRST = [
    "Each:items 0", "Each:items many", "Work:retry 1", "Work:retry 2", "Work:catch 1", "Failed", "Route:rule 1",
    "Route:rule 2", "Small", "Large",
]  # fmt: skip


@pytest.fixture
def machine() -> StateMachine:
    return StateMachine.load(GAPS)


def covered(machine: StateMachine, *runs: tuple[Any, Any]) -> CoverageData:
    data = CoverageData(GAPS.parent)
    for answers, given in runs:
        data.add(Scenario(machine).mock("Work", answers).run(given))
    return data


def missing(data: CoverageData) -> list[str]:
    (found,) = data.machines()
    return [item.key for item in found.missing]


def test_the_items_of_a_machine_and_their_lines(machine: StateMachine) -> None:
    assert {item.key: item.line for item in items_of(machine.source)} == ITEMS


def test_what_one_run_misses(machine: StateMachine) -> None:
    assert missing(covered(machine, ([1], [5]))) == MISSED_BY_FIRST


def test_runs_add_up(machine: StateMachine) -> None:
    data = covered(machine, ([1], [5]), ([OSError(), "small", ValueError()], ["a", "b"]))
    assert missing(data) == ["Each:items 0", "Work:retry 2", "Route:rule 2", "Large"]
    (found,) = data.machines()
    assert found.counts["Work"] == 3
    assert found.counts["Work:retry 1"] == 1
    assert found.percent == pytest.approx(100 * 17 / 21)


def test_everything_can_be_reached(machine: StateMachine) -> None:
    runs = [
        ([1], [5]),
        ([OSError(), KeyError(), "small", ValueError()], ["a", "b"]),
        (lambda _: 0, []),
        (lambda _: 1000, [1]),
    ]
    assert missing(covered(machine, *runs)) == []


def test_merging_and_saving(machine: StateMachine, tmp_path: Path) -> None:
    one = covered(machine, ([1], [5]))
    two = covered(machine, ([OSError(), "small", ValueError()], ["a", "b"]))
    one.save(tmp_path / "one")
    loaded = CoverageData.load(tmp_path / "one", GAPS.parent)
    assert missing(loaded) == MISSED_BY_FIRST
    loaded.merge(two)
    assert missing(loaded) == ["Each:items 0", "Work:retry 2", "Route:rule 2", "Large"]
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_machines_without_a_file_are_told_apart() -> None:
    data = CoverageData()
    for result in (1, 1, 2):
        definition = {"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": result, "End": True}}}
        data.add(Scenario(StateMachine(definition)).run())
    assert [(machine.name, machine.counts["P"]) for machine in data.machines()] == [
        ("<StateMachine 2>", 1),
        ("<StateMachine>", 2),
    ]
    other = CoverageData()
    other.merge(data)
    assert other.to_json() == data.to_json()


@pytest.mark.parametrize("text", ["{", "{}", "[]", '{"format": "other"}'])
def test_data_of_another_kind_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "data").write_text(text, "utf-8")
    with pytest.raises(AslError, match="coverage data"):
        CoverageData.load(tmp_path / "data")


# -- reports


def test_the_table(machine: StateMachine) -> None:
    missed = "Each, no items (line 4); Work, retrier 2 (line 14); Route, rule 2 (line 39); Large (line 44)"
    assert term(covered(machine, ([OSError(), "small", ValueError()], ["a", "b"]), ([1], [5])).machines()) == [
        "Machine         Items   Miss   Cover   Missing",
        "-" * 131,
        f"gaps.asl.json      21      4     81%   {missed}",
        "-" * 131,
        "TOTAL              21      4     81%",
    ]


def test_json(machine: StateMachine) -> None:
    report = as_json(covered(machine, ([1], [5])).machines())
    assert report["total"] == {"percent": 52.38, "items": 21, "missing": 10}
    about = report["machines"]["gaps.asl.json"]
    assert [item["key"] for item in about["all"] if not item["count"]] == MISSED_BY_FIRST
    assert about["all"][5] == {
        "key": "Work:retry 1", "label": "Work, retrier 1", "state": "Work", "kind": "retry", "line": 13, "count": 0
    }  # fmt: skip


def test_lcov(machine: StateMachine) -> None:
    lines = lcov(covered(machine, ([1], [5])).machines()).splitlines()
    assert lines[:2] == ["TN:", "SF:gaps.asl.json"]
    assert lines[-1] == "end_of_record"
    for line in (
        "FNDA:1,Work",
        "FNF:10",
        "FNH:7",
        "BRF:11",
        "BRH:4",
        "BRDA:13,0,3,0",
        "BRDA:41,0,10,1",
        "DA:9,1",
        "DA:44,0",
    ):
        assert line in lines
    assert lcov(CoverageData().machines()) == ""


@pytest.mark.parametrize(("value", "shown"), [(0, "0%"), (0.1, "1%"), (50.4, "50%"), (99.9, "99%"), (100, "100%")])
def test_percent_never_rounds_to_all_or_nothing(value: float, shown: str) -> None:
    assert percent(value) == shown


def test_the_command_adds_up_data_files(
    machine: StateMachine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(GAPS.parent)
    covered(machine, ([1], [5])).save(tmp_path / "one")
    covered(machine, ([OSError(), "small", ValueError()], ["a", "b"])).save(tmp_path / "two")
    files = [str(tmp_path / "one"), str(tmp_path / "two")]
    assert main([*files, "--combine", str(tmp_path / "sum")]) == 0
    assert "81%" in capsys.readouterr().out
    assert main([str(tmp_path / "sum"), "--fail-under", "90"]) == 1
    assert main([str(tmp_path / "nowhere")]) == 2


# -- in pytest sessions


def total(pytester: pytest.Pytester, session: Session, text: str, *options: str, **more: Any) -> dict[str, Any]:
    session(text, "--asl-cov", "--asl-cov-report=json", *options, **more).assert_outcomes(passed=text.count("def "))
    found: dict[str, Any] = json.loads((pytester.path / "aslcov.json").read_text("utf-8"))
    return found["total"] | {"machines": sorted(found["machines"])}


def test_a_session_reports(session: Session) -> None:
    result = session(FIRST, "--asl-cov")
    result.stdout.fnmatch_lines(
        [
            "*= state machine coverage =*",
            "Machine * Missing",
            "gaps.asl.json      21     10     52%   Each, no items (line 4);*",
        ]
    )
    assert result.ret == 0


def test_sessions_add_up_when_asked(session: Session, pytester: pytest.Pytester) -> None:
    second = SECOND.replace('["a", OSError(), 1000]', '[OSError(), "small", ValueError()]').replace(
        "[1, 2]", '["a", "b"]'
    )
    assert total(pytester, session, FIRST)["missing"] == 10
    assert total(pytester, session, second, "--asl-cov-append")["missing"] == 4
    assert total(pytester, session, FIRST)["missing"] == 10


def test_workers_add_up(session: Session, pytester: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    second = SECOND.replace('["a", OSError(), 1000]', '[OSError(), "small", ValueError()]').replace(
        "[1, 2]", '["a", "b"]'
    )
    alone = total(pytester, session, FIRST + second)
    spread = total(pytester, session, FIRST + second, "-n", "2", process=True)
    assert spread == alone == {"percent": 80.95, "items": 21, "missing": 4, "machines": ["gaps.asl.json"]}


@pytest.mark.parametrize(
    ("limit", "status", "words"),
    [("90", 1, "*FAIL Required * 90% not reached. Total: 52.38%"), ("50", 0, "Required * reached. Total: 52%")],
)
def test_fail_under_is_the_exit_code(session: Session, limit: str, status: int, words: str) -> None:
    result = session(FIRST, "--asl-cov-fail-under", limit)
    assert result.ret == status
    result.stdout.fnmatch_lines([words])


def test_fail_under_leaves_other_failures_alone(session: Session) -> None:
    assert session("def test_it(): assert 0", "--asl-cov-fail-under", "90").ret == pytest.ExitCode.TESTS_FAILED


def test_machines_of_configured_folders_count_even_if_no_test_uses_them(
    session: Session, pytester: pytest.Pytester
) -> None:
    folder = pytester.mkdir("deep")
    (folder / "order.asl.json").write_text((pytester.path / "order.asl.json").read_text("utf-8"), "utf-8")
    pytester.makeini("[pytest]\nasl_machines = deep\n")
    found = total(pytester, session, FIRST)
    assert found["machines"] == ["deep/order.asl.json", "gaps.asl.json"]
    assert found["missing"] == 10 + 9


def test_the_page_draws_what_was_never_reached(session: Session, pytester: pytest.Pytester) -> None:
    session(FIRST, "--asl-cov", "--asl-cov-report=html", "--asl-cov-report=lcov").assert_outcomes(passed=1)
    assert (pytester.path / "aslcov.info").read_text("utf-8").startswith("TN:\nSF:gaps.asl.json\n")
    page = (pytester.path / "aslcov.html").read_text("utf-8")
    assert "<h1>State machine coverage: 52%</h1>" in page
    drawn = ET.fromstring(page[page.index("<svg") : page.index("</svg>") + len("</svg>")])
    statuses = {
        text.text: node.get("data-status")
        for node in drawn.iter()
        if node.get("data-status")
        for text in node.iter("{http://www.w3.org/2000/svg}text")
    }
    never = {name for name in ITEMS if ":" not in name and statuses[name] == "removed"}
    reached = {name for name in ITEMS if ":" not in name and statuses[name] == "succeeded"}
    assert never == {"Failed", "Small", "Large"}
    assert reached == {"Each", "Work", "Both", "Left", "Right", "Route", "Done"}
    assert '<tr class=miss><td>Work, retrier 2</td><td class="n">14</td><td class="n">0</td></tr>' in page


def test_nothing_is_measured_unless_asked(session: Session, pytester: pytest.Pytester) -> None:
    assert "coverage" not in session(FIRST).stdout.str()
    assert not (pytester.path / ".aslcov").exists()
