"""The command group: help, version, and that a command's modules are imported only for that command."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from asl_cli.main import COMMANDS, cli
from click.testing import CliRunner


def test_help_shows_examples_and_every_command() -> None:
    result = CliRunner().invoke(cli, ["--help"])
    assert result.exit_code == 0
    assert "Examples:" in result.stdout
    assert all(f"\n  {name}" in result.stdout for name in COMMANDS)


def test_the_version() -> None:
    result = CliRunner().invoke(cli, ["--version"])
    assert (result.exit_code, result.stdout.split()[0]) == (0, "aslkit")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["rnu"], "No such command 'rnu'. Did you mean 'run'?"), (["zzz"], "No such command 'zzz'."), ([], "Usage: asl")],
)
def test_a_wrong_command(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(cli, arguments, prog_name="asl")
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["--help"], ["asl", "asl_cli.run", "asl_cli.validate", "rich", "asyncio"]),
        (["list", "--help"], ["asl", "sqlite3", "asl_cli.run", "asl_cli.stored.history", "asl_cli.stored.worker"]),
        (["worker", "--help"], ["asl", "sqlite3", "asl_cli.run", "asl_cli.stored.history"]),
        (["run", "--help"], ["asl.machine", "asl_cli.validate", "rich", "asyncio", "yaml", "lark", "jsonpath_ng"]),
    ],
)
def test_what_a_command_does_not_need_is_not_imported(arguments: list[str], unwanted: list[str]) -> None:
    program = (
        "import sys\nfrom asl_cli.main import cli\n"
        f"cli.main({arguments!r}, standalone_mode=False)\n"
        f"print('imported:', [name for name in {unwanted!r} if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True
    )
    assert result.stdout.splitlines()[-1] == "imported: []"
