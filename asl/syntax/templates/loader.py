"""Any file to the state machines in it: ``load(path)``.

What a file is goes by what it holds, not by its name: a template that has no state machine gives none, and what is no
template is taken for a definition.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from asl.errors import DefinitionError
from asl.syntax.placeholders import filled, with_braces
from asl.syntax.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    #: name, source, whether Express
    Found = tuple[str, Source, bool]
    #: reads a file that a template names: (template, path as written, pointer to it)
    Reader = Callable[[Source, str, str], Source | None]

#: texts that only templates hold; without one of them a file is a definition, and nothing more is imported for it
_SIGNS = r"AWS::|AWSTemplateFormatVersion|stepFunctions|\b(?:Resources|planned_values|format_version|provider)\b"


# ${Name}, or ${Function.Arn}
_ONLY_A_NAME = r"^\$\{([\w-]+)(?:\.Arn)?\}$"

#: the name of what comes from standard input, where no suffix says whether it is YAML
STDIN = "<stdin>"


class Machine(NamedTuple):
    """One state machine of a file. ``express`` None: the file doesn't say."""

    name: str
    source: Source
    express: bool | None = None


def load(path: str | os.PathLike[str], values: Mapping[str, str] | None = None) -> list[Machine]:
    """The state machines of a file. ``values`` fill in ``${Name}``.

    Raises DefinitionError if the file can't be read.
    """
    name = os.fspath(path)
    try:
        with open(name, "rb") as file:
            data = file.read()
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
        raise DefinitionError(f"can't read {name!r}: {reason}") from None
    return load_text(data, name, values)


def load_one(path: str | os.PathLike[str], values: Mapping[str, str] | None = None) -> Machine:
    """The one state machine of a file, to be run.

    ``values`` fill in ``${Name}``; a Task whose Resource is nothing but another ``${Name}`` becomes the Lambda function
    of that name, so that its handler is found by it. What is left open elsewhere is a finding like any other.
    Raises DefinitionError if the file can't be read, or holds no state machine or several.
    """
    machines = load(path, values)
    if len(machines) != 1:
        held = ", ".join(machine.name for machine in machines) or "none"
        raise DefinitionError(f"{os.fspath(path)}: one state machine is needed, but the file holds {held}")
    (machine,) = machines
    source = machine.source
    source.placeholders = False
    if source.readable:
        source.tree = _runnable(source.tree)
    return machine


def _runnable(tree: Any) -> Any:
    """A copy in which open Resources are functions, and every other open value can be seen as what it is."""
    tree = with_braces(tree)
    work = [tree]
    while work:
        value = work.pop()
        if isinstance(value, dict):
            resource = value.get("Resource")
            if value.get("Type") == "Task" and isinstance(resource, str):
                value["Resource"] = re.sub(_ONLY_A_NAME, r"arn:aws:lambda:us-east-1:123456789012:function:\1", resource)
            work.extend(value.values())
        elif isinstance(value, list):
            work.extend(value)
    return tree


def load_text(data: bytes, name: str, values: Mapping[str, str] | None = None) -> list[Machine]:
    """The state machines of a file's bytes; ``name`` is shown, and files that a template names lie beside it."""
    text = data.decode("utf-8", "surrogateescape")
    if re.search(_SIGNS, text) is not None:
        is_yaml = _looks_like_yaml(text) if name == STDIN else None
        host = Source(text, name, placeholders=True, short_forms=True, is_yaml=is_yaml)
        found = _machines(host, _reader()) if host.readable and not host.problems else None
        if found is not None:
            return [Machine(label, _filled(source, values), express) for label, source, express in found]
    source = Source(text, name, placeholders=True, is_yaml=_looks_like_yaml(text) if name == STDIN else None)
    return [Machine(os.path.basename(name).split(".")[0] or "StateMachine", _filled(source, values))]


def _machines(host: Source, read: Reader) -> Iterator[Found] | None:
    from asl.syntax.templates import cloudformation, serverless, terraform

    if terraform.is_plan(host.tree):
        return terraform.machines(host, read)
    if serverless.is_service(host.tree):
        return serverless.machines(host, read)
    if cloudformation.is_template(host.tree):
        return cloudformation.machines(host, read)
    return None


def _filled(source: Source, values: Mapping[str, str] | None) -> Source:
    if values and source.readable:
        source.tree = filled(source.tree, values)
    return source


def _reader() -> Reader:
    def read(host: Source, path: str, pointer: str) -> Source | None:
        from asl.syntax.templates.cloudformation import unreadable

        if "${" in path:
            return None  # only the deployment tool knows which file
        place = os.path.normpath(os.path.join(os.path.dirname(host.name), path))
        try:
            return Source.from_path(place, placeholders=True)
        except DefinitionError as problem:
            message = f"The file of this definition: {problem}"
            return unreadable(host, pointer, message, "paths are relative to the template")

    return read


def _looks_like_yaml(text: str) -> bool:
    return re.match(r"\s*(?:---|#|[A-Za-z]\w*\s*:|[\"']\w+[\"']\s*:|&)", text) is not None
