"""Commands in a process for which permissions hold, root or not: ``python -m tests.crash.powerless COMMANDS``.

``COMMANDS`` is JSON: a list of lists of arguments. Answers exit code, stderr and what escaped, if anything, of each.
"""

from __future__ import annotations

import json
import sys

from asl_cli.main import cli
from click.testing import CliRunner

from tests.crash.capabilities import give_up


def main(commands: str) -> None:
    """See the module."""
    give_up()
    answers = []
    for arguments in json.loads(commands):
        result = CliRunner().invoke(cli, arguments, prog_name="asl")
        escaped = None if isinstance(result.exception, SystemExit | None) else repr(result.exception)
        answers.append((result.exit_code, result.stderr, escaped))
    print(json.dumps(answers))


if __name__ == "__main__":
    main(*sys.argv[1:])
