"""The documents keep their word: the Python runs, the console output is what the command prints, links lead on."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from asl_cli.main import cli
from click.testing import CliRunner

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("samples/*/README.md")])
SNIPPETS = [
    pytest.param(snippet, id=f"{path.relative_to(ROOT)}-{number}")
    for path in DOCUMENTS
    for number, snippet in enumerate(
        re.findall(r"^```python\n(.*?)^```", path.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    )
]

#: what README.md shows ``asl validate`` on
ORDER = """{
  "StartAt": "Pay",
  "States": {
    "Pay": {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:pay", "Next": "Shipp"},
    "Ship": {"Type": "Pass", "InputPath": "$.a[", "End": true}
  }
}
"""


def console(document: str) -> dict[str, list[str]]:
    """The commands of a document and what it shows them printing."""
    text = (ROOT / document).read_text("utf-8")
    blocks = re.findall(r"^```console\n\$ asl (.*?)\n(.*?)\n```", text, re.DOTALL | re.MULTILINE)
    return {command: shown.splitlines() for command, shown in blocks}


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_python_runs(snippet: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    exec(compile(snippet, "<snippet>", "exec"), {"__name__": "snippet"})


def test_the_readme_has_python_and_console_output() -> None:
    assert sum(param.id.startswith("README.md") for param in SNIPPETS if param.id) == 2
    assert [command.partition(" ")[0] for command in console("README.md")] == ["run", "validate"]


def test_readme_shows_a_run_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    ((command, shown),) = [item for item in console("README.md").items() if item[0].startswith("run ")]
    monkeypatch.chdir(ROOT / "samples" / "order-saga")
    result = CliRunner().invoke(cli, shlex.split(command))
    assert result.exit_code == 1
    assert [line for line in result.output.splitlines() if not line.startswith("  input")] == shown


def test_readme_shows_a_validation_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ((command, shown),) = [item for item in console("README.md").items() if item[0].startswith("validate ")]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "order.asl.json").write_text(ORDER, "utf-8")
    result = CliRunner().invoke(cli, shlex.split(command))
    assert result.exit_code == 1
    assert result.stdout.splitlines() == shown


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", path.read_text("utf-8")):
        assert target.startswith("https://") or (path.parent / target).exists(), target


def test_the_api_page_names_the_whole_api() -> None:
    import asl

    pages = ("docs/library.md", "docs/handlers.md", "docs/virtual-time.md", "docs/service.md")
    text = "".join((ROOT / place).read_text("utf-8") for place in pages)
    unnamed = {name for name in asl.__all__ if not re.search(rf"\b{name}\b", text)}
    assert unnamed == set()
