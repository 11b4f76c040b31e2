"""The search: each planted bug is found, nothing in machines without one, the same by the same seed, and tests come
out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from asl_cli.main import cli
from click.testing import CliRunner
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from asl import StateMachine
from asl.errors import AslError
from asl.testing import Scenario, executions, find_failures
from asl.testing.explore.values import Maker, RandomChoices, schema_of

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    Session = Callable[..., pytest.RunResult]

MACHINES = Path(__file__).parent / "machines" / "explore"
PLANTED = {
    "missing-catch": ("uncaught", "Charge"),
    "absent-path": ("runtime", "Greet"),
    "endless-poll": ("endless", "Wait"),
    "no-rule-holds": ("runtime", "Route"),
    "never-reached": ("unreached", "Honours"),
}


def load(name: str) -> StateMachine:
    return StateMachine.load(MACHINES / f"{name}.asl.json")


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(("name", "key"), PLANTED.items())
def test_the_planted_bug_is_found_and_no_other(name: str, key: tuple[str, str], seed: int) -> None:
    assert [finding.key for finding in find_failures(load(name), seed=seed)] == [key]


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", PLANTED)
def test_nothing_is_found_in_the_machine_without_the_bug(name: str, seed: int) -> None:
    assert find_failures(load(f"{name}-fixed"), seed=seed) == []


@pytest.mark.parametrize("name", PLANTED)
def test_the_same_seed_finds_the_same(name: str) -> None:
    first, second = (find_failures(load(name), seed=5, runs=80) for _ in range(2))
    assert first == second


def test_a_finding_is_as_small_as_it_gets() -> None:
    (finding,) = find_failures(load("endless-poll"))
    assert finding.test("endless-poll.asl.json") == (
        "def test_endless_wait(state_machine):\n"
        "    # the execution never ends: it entered the state 'Wait' 2777 times\n"
        "    run = (\n"
        "        state_machine('endless-poll.asl.json')\n"
        "        .mock('Start', returns={'id': 0})\n"
        "        .mock('Check', returns={'status': 'a'})\n"
        "        .run({})\n"
        "    )\n"
        '    assert "maximum number of history events" not in (run.cause or "") and run.status != "TIMED_OUT"\n'
    )


@pytest.mark.parametrize("name", [name for name, key in PLANTED.items() if key[0] != "unreached"])
def test_the_test_that_comes_out_fails_until_the_bug_is_gone(
    session: Session, pytester: pytest.Pytester, name: str
) -> None:
    (finding,) = find_failures(load(name))
    text = finding.test(f"{name}.asl.json")
    for machine in (name, f"{name}-fixed"):
        (pytester.path / f"{name}.asl.json").write_text((MACHINES / f"{machine}.asl.json").read_text("utf-8"), "utf-8")
        outcome = {"failed": 1} if machine == name else {"passed": 1}
        session(text).assert_outcomes(**outcome)


def test_errors_may_be_allowed() -> None:
    assert find_failures(load("missing-catch"), allow=["Unforeseen.Error"]) == []


def test_the_user_s_own_invariants() -> None:
    def never_refunds_twice(run: Any) -> None:
        assert run.state("Charge").entered <= 1

    def always_ships(run: Any) -> None:
        assert run.state("Ship"), "nothing was shipped"

    (finding,) = find_failures(load("missing-catch-fixed"), invariants=[never_refunds_twice, always_ships])
    assert (finding.kind, finding.state) == ("invariant", "always_ships")
    assert finding.text.startswith("always_ships doesn't hold: nothing was shipped")


def test_handlers_do_the_work_between_errors() -> None:
    seen: list[Any] = []
    handlers = {"look-up": lambda data: seen.append(data) or {"name": "Ann"}}
    (finding,) = find_failures(load("absent-path"), handlers=handlers)
    assert finding.key == ("runtime", "Greet")
    assert seen
    assert ".mock('Look up', raises=" in finding.test("m", handlers="HANDLERS")


def test_a_schema_or_an_example_says_what_inputs_are_like() -> None:
    states = {
        "C": {"Type": "Choice", "Choices": [{"Variable": "$.a.b", "IsPresent": True, "Next": "R"}], "Default": "E"},
        "R": {"Type": "Pass", "InputPath": "$.a.c", "Next": "E"},
        "E": {"Type": "Succeed"},
    }
    machine = StateMachine({"StartAt": "C", "States": states})
    inner = {"type": "object", "properties": {"b": {"type": "integer"}, "c": {"type": "integer"}}}
    schema = {"type": "object", "properties": {"a": inner}, "required": ["a"]}
    (finding,) = find_failures(machine, schema=schema)
    assert finding.key == ("runtime", "R")
    assert finding.case is not None
    assert finding.case.input == {"a": {"b": 0}}
    inner["required"] = ["c"]
    assert find_failures(machine, schema=schema) == []
    assert find_failures(machine, example={"a": {"b": 1, "c": 2}}) == []


def test_results_may_be_given_as_examples() -> None:
    task = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "Next": "P"}
    states = {"T": task, "P": {"Type": "Pass", "InputPath": "$.x", "End": True}}
    machine = StateMachine({"StartAt": "T", "States": states})
    assert find_failures(machine) == []
    assert [finding.key for finding in find_failures(machine, results={"T": {"y": 1}})] == [("runtime", "P")]


# -- values of schemas


@pytest.mark.parametrize(
    ("schema", "fits"),
    [
        ({"type": "integer", "minimum": 3, "maximum": 3}, lambda v: v == 3),
        ({"type": "string", "minLength": 50}, lambda v: len(v) == 50),
        ({"enum": ["x", 5]}, lambda v: v in ("x", 5)),
        ({"const": [1]}, lambda v: v == [1]),
        ({"type": ["null", "boolean"]}, lambda v: v is None or isinstance(v, bool)),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 3}, lambda v: len(v) in (2, 3)),
        ({"anyOf": [{"const": 1}, {"const": 2}]}, lambda v: v in (1, 2)),
        (
            {"allOf": [{"type": "object", "properties": {"a": {"const": 1}}}, {"required": ["a"]}]},
            lambda v: v == {"a": 1},
        ),
        (
            {"$defs": {"n": {"const": 7}}, "properties": {"a": {"$ref": "#/$defs/n"}}, "required": ["a"]},
            lambda v: v == {"a": 7},
        ),
        (schema_of({"a": [1], "b": {"c": None}}), lambda v: set(v) == {"a", "b"} and v["b"] == {"c": None}),
    ],
)
@given(generator=st.randoms(use_true_random=False))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_values_fit_their_schema(schema: Any, fits: Callable[[Any], bool], generator: random.Random) -> None:
    assert fits(Maker(schema).make(RandomChoices(generator)))


def test_a_schema_that_refers_to_itself_ends() -> None:
    schema = {"type": "object", "properties": {"next": {"$ref": "#"}}, "required": ["next"]}

    class Most:
        def one_of(self, options: Any) -> Any:
            return options[-1]

        def whole(self, low: int, high: int) -> int:
            return high

    with pytest.raises(AslError, match="never ends"):
        Maker(schema).make(Most())


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        (5, "no JSON Schema"),
        ({"$ref": "http://x"}, "only references within it"),
        ({"$ref": "#/a"}, "isn't there"),
        ({"type": "x"}, "'x'"),
    ],
)
def test_schemas_that_cannot_be_followed(schema: Any, message: str) -> None:
    with pytest.raises(AslError, match=message):
        find_failures(load("missing-catch-fixed"), schema=schema)


# -- Hypothesis


def test_the_strategy_finds_and_shrinks() -> None:
    run = find(
        executions(load("absent-path")), lambda run: run.error == "States.Runtime", settings=settings(database=None)
    )
    assert run.path == ["Look up", "Greet"]
    assert ".mock('Look up', raises='Store.Busy'" in repr(run).replace("('Store.Busy', 'made up')", "'Store.Busy'")


@given(executions(load("missing-catch-fixed")))
def test_executions_of_a_sound_machine_end_as_they_should(run: Any) -> None:
    assert run.succeeded or run.error == "Order.Cancelled"


def test_what_made_a_run_is_shown_with_it() -> None:
    run = Scenario(load("missing-catch-fixed")).run(start_at="Sorry", input={"problem": {"Cause": "c"}})
    assert repr(run) == "<Run FAILED Order.Cancelled: Sorry>"


# -- asl explore


def command(name: str, *options: str) -> Any:
    return CliRunner().invoke(cli, ["explore", str(MACHINES / f"{name}.asl.json"), *options])


@pytest.mark.parametrize(("name", "key"), PLANTED.items())
def test_the_command_prints_a_test(name: str, key: tuple[str, str]) -> None:
    result = command(name, "--seed", "3", "--runs", "200")
    assert result.exit_code == 1
    assert f"# {key[0]}: " in result.stderr
    assert ("def test_" in result.stdout) == (key[0] != "unreached")


def test_the_command_finds_nothing_in_a_sound_machine() -> None:
    result = command("missing-catch-fixed")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "nothing found (seed 0" in result.stderr


def test_options_of_the_command(tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text('{"type": "object"}', "utf-8")
    (tmp_path / "results.json").write_text('{"Look up": {"name": "Ann"}}', "utf-8")
    (tmp_path / "checks.py").write_text("def is_short(run):\n    assert len(run.path) < 3\n", "utf-8")
    files = ["--input-schema", str(tmp_path / "schema.json"), "--results", str(tmp_path / "results.json")]
    result = command("absent-path-fixed", *files, "--invariants", str(tmp_path / "checks.py"))
    assert "is_short doesn't hold" in result.stderr
    assert command("missing-catch", "-i", "{}", "--allow", "Unforeseen.Error").exit_code == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-i", "{}", "--input-schema", str(Path(__file__))], "two ways to say the same"),
        (["--input-schema", str(Path(__file__))], "is not JSON"),
        (["-i", "{"], "is not JSON"),
        (["--handlers", "nowhere.py"], "no such file"),
    ],
)
def test_bad_use_of_the_command(options: list[str], message: str) -> None:
    result = command("missing-catch", *options)
    assert result.exit_code == 2
    assert message in result.stderr
