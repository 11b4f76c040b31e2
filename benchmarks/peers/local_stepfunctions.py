"""aws-local-stepfunctions (npm), in a Node process of its own that stays; its start-up isn't counted."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.peers import CannotRun

if TYPE_CHECKING:
    from benchmarks.machines import Machine
    from benchmarks.measure import Timed

NAME = "aws-local-stepfunctions"
INSTALL = "npm install aws-local-stepfunctions (here, or where NODE_PATH looks)"

_SCRIPT = Path(__file__).with_name("local_stepfunctions.cjs")


@cache
def version() -> str | None:
    node = shutil.which("node")
    if node is None:
        return None
    done = subprocess.run([node, str(_SCRIPT), "--version"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or None


def prepare(machine: Machine) -> Timed:
    if machine.definition.get("QueryLanguage") == "JSONata":
        raise CannotRun("it knows no JSONata")
    process = subprocess.Popen(
        [str(shutil.which("node")), str(_SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    handler = machine.handler_in_javascript
    states = [name for name, state in machine.definition["States"].items() if state["Type"] == "Task"]
    first = {"definition": machine.definition, "input": machine.input, "handler": handler, "tasks": states}

    def ask(line: str) -> str:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(line + "\n")
        process.stdin.flush()
        answer = process.stdout.readline().strip()
        if not answer or answer.startswith("error"):
            raise CannotRun(answer or "its process has ended")
        return answer

    ask(json.dumps(first))
    return lambda calls: float(ask(str(calls)))
