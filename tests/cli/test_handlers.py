"""Loading handlers: what counts as one, and how an author's mistakes are told."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from asl_cli.handlers import load

from asl.errors import HandlerError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _restored_imports(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.chdir(tmp_path)


def write(path: Path, text: str) -> str:
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


FUNCTIONS = """
import functools
import json
from json import dumps

CONSTANT = 1

class NotAHandler:
    pass

def logged(function):
    @functools.wraps(function)
    def inner(*arguments):
        return function(*arguments)
    return inner

@logged
def charge(event):
    return event

async def ask(event):
    return event

def _helper(event):
    return event
"""


def test_public_functions_of_a_file_are_handlers(tmp_path: Path) -> None:
    handlers = load(write(tmp_path / "handlers.py", FUNCTIONS))
    assert sorted(handlers) == ["ask", "charge", "logged"]
    assert handlers["charge"](1) == 1


def test_a_dict_named_handlers_wins(tmp_path: Path) -> None:
    text = "def hidden(event): return 1\nHANDLERS = {'arn:x': hidden, 'Y': len}\n"
    assert sorted(load(write(tmp_path / "handlers.py", text))) == ["Y", "arn:x"]


def test_a_file_finds_its_neighbours(tmp_path: Path) -> None:
    write(tmp_path / "deep" / "beside_it.py", "VALUE = 7")
    text = "import beside_it\ndef f(event): return beside_it.VALUE"
    assert load(write(tmp_path / "deep" / "handlers.py", text))["f"](None) == 7


def test_dataclasses_work_in_a_handler_file(tmp_path: Path) -> None:
    text = (
        "from __future__ import annotations\nfrom dataclasses import dataclass\n"
        "@dataclass\nclass Order:\n    n: int\ndef f(event): return Order(event).n\n"
    )
    assert load(write(tmp_path / "handlers.py", text))["f"](3) == 3


def test_a_module_by_its_name(tmp_path: Path) -> None:
    write(tmp_path / "shop" / "__init__.py", "")
    write(tmp_path / "shop" / "tasks.py", "def pay(event): return 'paid'")
    assert load("shop.tasks")["pay"](None) == "paid"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1\ndef f(:\n", r"handlers\.py:2: SyntaxError: .+"),
        ("def f():\n  x\n y\n", r"handlers\.py:3: IndentationError: .+"),
        ("x = 1\ny = 1 / 0\n", r"handlers\.py:2: ZeroDivisionError: division by zero"),
        ("def g():\n    raise KeyError('k')\n\ng()\n", r"handlers\.py:2: KeyError: 'k'"),
        ("import no_such_module_here\n", r"handlers\.py:1: ModuleNotFoundError: No module named 'no_such_module_here'"),
        ("import sys\nsys.exit()\n", r"handlers\.py:2: SystemExit$"),
        ("", r"handlers\.py: no handlers: it defines neither HANDLERS nor a public function"),
        ("HANDLERS = {}\ndef f(event): pass\n", r"handlers\.py: no handlers: .+"),
        ("HANDLERS = [print]\n", r"handlers\.py: HANDLERS should be a dict from name to function, not list"),
        ("HANDLERS = {1: print}\n", r"handlers\.py: a key of HANDLERS should be a string, not 1"),
        ("HANDLERS = {'a': 1}\n", r"handlers\.py: HANDLERS\['a'\] can't be called: it is of type int"),
        ("x = '\0'\n", r"handlers\.py.*: .+"),
    ],
)
def test_mistakes_in_a_file_are_told_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(HandlerError, match=message) as caught:
        load(write(tmp_path / "handlers.py", text))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("nothing.py", r"nothing\.py: no such file"),
        ("nothing/here", r"nothing/here: no such file"),
        (".", r"is a directory; name a Python file"),
        (
            "no_such_package.tasks",
            r"no_such_package\.tasks: no module named no_such_package; .+/tasks\.py",
        ),
        ("text.txt", r"text\.txt is not a Python file"),
        ("broken", r"broken\.py:1: ZeroDivisionError"),
        ("needy", r"needy\.py:1: ModuleNotFoundError: No module named 'no_such_thing'"),
    ],
)
def test_mistakes_in_naming_the_place(tmp_path: Path, place: str, message: str) -> None:
    write(tmp_path / "text.txt", "x = 1")
    write(tmp_path / "broken.py", "1 / 0")
    write(tmp_path / "needy.py", "import no_such_thing")
    with pytest.raises(HandlerError, match=message):
        load(place)
