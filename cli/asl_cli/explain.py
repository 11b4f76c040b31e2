"""``asl explain``: what a rule means and why it is one."""

from __future__ import annotations

import click

from asl_cli.problems import Problem


@click.command("explain", short_help="Explain a rule of asl validate.")
@click.argument("rules", nargs=-1, metavar="RULE...")
def command(rules: tuple[str, ...]) -> None:
    """Say what a RULE such as ASL304 means and why it is one. Without RULE: a line for each rule there is."""
    from asl.syntax.rules import RULES

    if not rules:
        for rule in RULES.values():
            click.echo(f"{rule.id}  {rule.severity:<7}  {rule.title}")
        return
    for position, name in enumerate(rules):
        found = RULES.get(name.upper())
        if found is None:
            raise Problem(f"there is no rule {name}{_near(name.upper(), list(RULES))}; `asl explain` lists them all")
        if position:
            click.echo()
        click.echo(f"{found.id} {found.severity}: {found.title}\n\n{found.why}")
        if found.aws_code is not None:
            click.echo(f"\nAWS reports it as {found.aws_code}.")
        click.echo(f'\nTo silence it at one state: "Comment": "aslkit: ignore {found.id}"')


def _near(name: str, known: list[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, known, n=1)
    return f" (did you mean {near[0]}?)" if near else ""
