"""Loading the functions that stand in for Tasks: ``--handlers FILE_OR_MODULE``.

Whatever goes wrong in a handler file is its author's mistake, so it is told as file, line and message, never as a
traceback.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asl.errors import HandlerError

if TYPE_CHECKING:
    from types import ModuleType

Handlers = dict[str, Callable[..., Any]]


def load(place: str) -> Handlers:
    """The handlers of a Python file (``handlers.py``) or an importable module (``package.module``), by name.

    A dict ``HANDLERS`` names them; without one, every public function defined there is a handler under its own name.
    Raises HandlerError, whose message says where and what.
    """
    module = _load_file(Path(place)) if _is_file(place) else _load_module(place)
    named = getattr(module, "HANDLERS", None)
    handlers = _public_functions(module) if named is None else _checked(named, place)
    if not handlers:
        raise HandlerError(f"{place}: no handlers: it defines neither HANDLERS nor a public function")
    return handlers


def _is_file(place: str) -> bool:
    return place.endswith(".py") or place.startswith(".") or "/" in place or "\\" in place or Path(place).is_file()


def _load_file(path: Path) -> ModuleType:
    if path.is_dir():
        raise HandlerError(f"{path} is a directory; name a Python file in it, or a module: package.module")
    if not path.is_file():
        raise HandlerError(f"{path}: no such file")
    spec = importlib.util.spec_from_file_location(f"asl_handlers_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise HandlerError(f"{path} is not a Python file: its name should end with .py")
    module = importlib.util.module_from_spec(spec)
    # As if it were run: it finds modules beside it, and dataclasses and pickle find it.
    sys.path.insert(0, str(path.resolve().parent))
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as problem:
        raise HandlerError(_explain(problem, str(path))) from problem
    return module


def _load_module(name: str) -> ModuleType:
    sys.path.insert(0, str(Path.cwd()))
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as problem:
        if problem.name is not None and (name == problem.name or name.startswith(problem.name + ".")):
            hint = f"no module named {problem.name}; a file is named by its path: {name.replace('.', '/')}.py"
            raise HandlerError(f"{name}: {hint}") from problem
        raise HandlerError(_explain(problem, name)) from problem
    except (Exception, SystemExit) as problem:
        raise HandlerError(_explain(problem, name)) from problem


def _explain(problem: BaseException, place: str) -> str:
    """``file:line: Type: message``, at the innermost line of the user's own code."""
    if isinstance(problem, SyntaxError) and problem.filename is not None:
        return f"{problem.filename}:{problem.lineno}: {type(problem).__name__}: {problem.msg}"
    frames = traceback.extract_tb(problem.__traceback__)
    where = place
    for frame in reversed(frames):
        if frame.filename != __file__ and "importlib" not in frame.filename:
            where = f"{frame.filename}:{frame.lineno}"
            break
    text = str(problem)
    return f"{where}: {type(problem).__name__}" + (f": {text}" if text else "")


def _checked(named: object, place: str) -> Handlers:
    if not isinstance(named, Mapping):
        raise HandlerError(f"{place}: HANDLERS should be a dict from name to function, not {type(named).__name__}")
    for name, handler in named.items():
        if not isinstance(name, str):
            raise HandlerError(f"{place}: a key of HANDLERS should be a string, not {name!r}")
        if not callable(handler):
            raise HandlerError(f"{place}: HANDLERS[{name!r}] can't be called: it is of type {type(handler).__name__}")
    return dict(named)


def _public_functions(module: ModuleType) -> Handlers:
    """Functions defined here, decorated ones too, but neither classes nor what the file imports for its own use."""
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_")
        and callable(value)
        and not isinstance(value, type)
        and getattr(value, "__module__", None) == module.__name__
    }
