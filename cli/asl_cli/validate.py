"""``asl validate``: every problem of every file, one greppable line each."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from asl_cli.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from asl.syntax.diagnostics import Diagnostic
    from asl.syntax.templates import Machine

#: exit codes: a finding that counts; a file that can't be read, or bad usage
FOUND, UNREADABLE = 1, 2

_FORMATS = ["text", "json", "sarif", "github", "junit"]


@click.command("validate", short_help="Check state machine definitions.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--type", "kind", type=click.Choice(["standard", "express"], case_sensitive=False), help="Check as this.")
@click.option("--express", is_flag=True, hidden=True, help="The same as --type express.")
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text", show_default=True, help="How to print.")
@click.option("--select", multiple=True, metavar="RULE", help="Only this rule, or all that begin so: ASL3.")
@click.option("--ignore", multiple=True, metavar="RULE", help="All but this rule, or those that begin so.")
@click.option("--strict", is_flag=True, help="Warnings and advice count like errors.")
@click.option("--fix", is_flag=True, help="Show a diff of what is safe to correct, and write it.")
@click.option("--diff", "only_diff", is_flag=True, help="Show that diff, and write nothing.")
def command(
    *,
    files: tuple[str, ...],
    kind: str | None,
    express: bool,
    form: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    strict: bool,
    fix: bool,
    only_diff: bool,
) -> None:
    """Check state machine definitions and print every problem found.

    A FILE is a definition in JSON or YAML, or a template that holds some: SAM, CloudFormation, CDK's output, Serverless
    Framework, a Terraform plan. It may be a pattern such as 'machines/**/*.asl.json', a folder (all *.asl.json and
    *.asl.yaml in it), or - for standard input.

    Each problem is one line, `file:line:column: RULE severity: message`; `asl explain RULE` says more. A state's
    Comment with `aslkit: ignore RULE` silences a rule there. [tool.aslkit] in pyproject.toml may set select, ignore,
    exclude, strict and type.

    Exit code: 0 no errors (with --strict: nothing found), 1 errors found, 2 a file can't be read.
    """
    from asl_cli import config
    from asl_cli.paths import expand

    settings = config.load()
    wanted = _Wanted(_rules(select, "--select") or settings.select, (*_rules(ignore, "--ignore"), *settings.ignore))
    type_ = kind or ("express" if express else settings.type)
    names = expand(files, settings.exclude)
    run = _Run(type_, wanted)
    findings = run.check(names)
    if fix or only_diff:
        from asl_cli.fix import fix_files

        if fix_files(findings, write=fix):
            findings = run.check(names)
    _print(form, names, findings)
    sys.exit(run.exit_code(findings, strict=strict or settings.strict))


class _Wanted:
    """Which rules are asked for."""

    def __init__(self, select: Iterable[str], ignore: Iterable[str]) -> None:
        self._select = tuple(select)
        self._ignore = tuple(ignore)

    def __contains__(self, rule: str) -> bool:
        return (not self._select or rule.startswith(self._select)) and not rule.startswith(self._ignore)


def _rules(given: Sequence[str], option: str) -> tuple[str, ...]:
    """The rules of an option, which may be given several times and with commas."""
    from asl.syntax.rules import RULES

    rules = tuple(part.strip().upper() for text in given for part in text.split(",") if part.strip())
    for rule in rules:
        if not any(known.startswith(rule) for known in RULES):
            raise Problem(f"{option} {rule}: there is no such rule; `asl explain` lists them all")
    return rules


class _Run:
    """Checks files, and remembers whether one couldn't be read."""

    def __init__(self, type_: str | None, wanted: _Wanted) -> None:
        self._type = type_
        self._wanted = wanted
        self.unreadable = False

    def check(self, names: Sequence[str]) -> list[Diagnostic]:
        """The findings of all files that are asked for, each once: two templates may name the same definition."""
        from asl.compiler.analysis import analyse
        from asl.errors import DefinitionError
        from asl.syntax.silence import unsilenced

        found: dict[tuple[str, int, str, str], Diagnostic] = {}
        self.unreadable = False
        for name in names:
            try:
                machines = _machines(name)
            except DefinitionError as problem:
                click.echo(f"asl validate: {problem}", err=True)
                self.unreadable = True
                continue
            for machine in machines:
                express = machine.express if self._type is None else self._type == "express"
                for finding in unsilenced(analyse(machine.source, express=bool(express))):
                    if finding.rule in self._wanted:
                        key = (machine.source.name, finding.order, finding.rule, finding.message)
                        found.setdefault(key, finding)
        return list(found.values())

    def exit_code(self, findings: Sequence[Diagnostic], *, strict: bool) -> int:
        if self.unreadable:
            return UNREADABLE
        return FOUND if any(strict or finding.severity == "error" for finding in findings) else 0


def _machines(name: str) -> Sequence[Machine]:
    from asl.syntax.templates import load, load_text
    from asl.syntax.templates.loader import STDIN

    return load_text(sys.stdin.buffer.read(), STDIN) if name == "-" else load(name)


def _print(form: str, names: Sequence[str], findings: Sequence[Diagnostic]) -> None:
    from asl_cli.formats import FORMATS, print_text

    if form == "text":
        print_text(findings, sys.stdout)
        return
    text = FORMATS[form](names, findings)
    if text:
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
