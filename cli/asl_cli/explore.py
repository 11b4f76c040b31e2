"""``asl explore``: search a state machine for what breaks it, and print each finding as a test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from asl_cli.problems import Problem


@click.command(name="explore")
@click.argument("definition", metavar="MACHINE", type=click.Path(exists=True, dir_okay=False))
@click.option("-i", "--input", "example", metavar="JSON|@FILE|-", help="An example: inputs have its members.")
@click.option(
    "--input-schema", metavar="FILE", type=click.Path(exists=True, dir_okay=False), help="JSON Schema of the input."
)
@click.option(
    "--results", metavar="FILE", type=click.Path(exists=True, dir_okay=False), help="Example results by state."
)
@click.option("--handlers", metavar="FILE|MODULE", help="Python functions that do the work of Tasks.")
@click.option("--invariants", metavar="FILE|MODULE", help="Functions of a run that raise AssertionError.")
@click.option("--allow", metavar="ERROR", multiple=True, help="An error that may end an execution (repeatable).")
@click.option("--runs", type=click.IntRange(1), default=400, show_default=True, help="Executions at most.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed finds the same.")
@click.pass_context
def command(ctx: click.Context, /, *, definition: str, runs: int, seed: int, **options: Any) -> None:
    """Search the state machine in the file MACHINE for inputs, results, errors and time-outs that break it.

    Looked for are executions that fail with States.Runtime (a path that isn't there, no rule that holds), never end, or
    end by an error that nobody catches; states that nothing reaches; and what --invariants refuse. Each finding is made
    as small as possible and printed as a test for pytest.

    \b
    Examples:
      asl explore order.asl.json
      asl explore order.asl.json -i @order.json --seed 7
      asl explore order.asl.json --input-schema order.schema.json --invariants checks.py > test_order.py

    Without --input or --input-schema the input has whatever the machine reads of it.

    Exit code: 0 nothing found; 1 something found; 2 bad usage.
    """
    from asl.errors import AslError
    from asl.testing import find_failures
    from asl_cli.run import load_handlers, load_machine

    if options["example"] is not None and options["input_schema"] is not None:
        raise Problem("--input and --input-schema are two ways to say the same: give one of them")
    machine = load_machine(definition)
    try:
        findings = find_failures(
            machine,
            handlers=load_handlers(options["handlers"]),
            schema=_json(options["input_schema"]),
            example=_example(options["example"]),
            results=_json(options["results"]),
            invariants=(load_handlers(options["invariants"]) or {}).values(),
            runs=runs,
            seed=seed,
            allow=options["allow"],
        )
    except AslError as problem:
        raise Problem(str(problem)) from problem
    handlers = "HANDLERS" if options["handlers"] else None
    for finding in findings:
        click.echo(f"# {finding.kind}: {finding.text}", err=True)
        test = finding.test(definition, handlers)
        if test:
            click.echo(f"{test}\n")
    told = "nothing found" if not findings else f"{len(findings)} finding{'s' * (len(findings) > 1)}"
    click.echo(f"# {told} (seed {seed}, at most {runs} runs)", err=True)
    ctx.exit(1 if findings else 0)


def _json(path: str | None) -> Any:
    if path is None:
        return None
    try:
        return json.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as problem:
        raise Problem(f"{path} is not JSON: {problem}") from problem


def _example(given: str | None) -> Any:
    if given is None:
        return None
    from asl_cli import inputs

    return inputs.read(given)[0]
