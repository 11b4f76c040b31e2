"""Turns expressions that are compiled once and called many times into real Python functions.

Untrusted text enters the source in one way only, as ``repr()`` of a string; every other value is passed through the
function's namespace. The source is registered with ``linecache``, so that a traceback shows the generated line.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.expressions.scope import Scope

    #: What every compiled expression is: (data, scope) -> value.
    Evaluate = Callable[[Any, "Scope | None"], Any]

#: What a failed lookup raises inside a generated function: no such member, no such element, not a container at all.
LOOKUP_ERRORS = "(KeyError, IndexError, TypeError)"

#: Those, and what a function of the language meets in data that are nested too deeply to be walked or written.
FAILURES = "(KeyError, IndexError, TypeError, ValueError, RecursionError)"

#: Longer runs of subscripts become several statements, so that Python's parser never meets a deep expression.
_LONGEST_CHAIN = 24

_serial = count(1)


def define(title: str, source: str, namespace: dict[str, Any], *names: str) -> tuple[Any, ...]:
    """Run ``source`` in ``namespace`` and return the functions called ``names``. ``title`` shows in tracebacks."""
    import linecache  # these two by the first definition that has an expression
    import weakref

    filename = f"<asl {title[:60]!a} #{next(_serial)}>"
    exec(compile(source, filename, "exec"), namespace)  # noqa: S102 - only repr() of strings comes from outside
    functions = tuple(namespace[name] for name in names)
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    weakref.finalize(functions[0], linecache.cache.pop, filename, None).atexit = False
    return functions


def root_source(root: str) -> str:
    """The Python expression for what a path is rooted in: ``$``, ``$$`` or a variable's name."""
    match root:
        case "$":
            return "data"
        case "$$":
            return "scope.context"
        case name:
            return f"scope.variables[{name!r}]"


def lookup_source(root: str, keys: tuple[str | int, ...]) -> str | None:
    """One expression that reads ``keys`` below ``root``; None if the path is too long for one expression.

    A member of something that is no object raises TypeError by itself; an index needs the test, since Python also
    indexes strings. A missing step raises one of ``LOOKUP_ERRORS``.
    """
    if len(keys) > _LONGEST_CHAIN:
        return None
    source = root_source(root)
    for key in keys:
        if isinstance(key, str):
            source = f"{source}[{key!r}]"
        else:
            source = f"(v[{key:d}] if type(v := {source}) is list else v[None])"
    return source


def path_source(root: str, keys: tuple[str | int, ...] | None, get: Evaluate, namespace: dict[str, Any]) -> str:
    """The expression that reads a path: its lookups if it is simple and short, else a call of ``get``."""
    inline = lookup_source(root, keys) if keys is not None else None
    return inline or f"{constant(namespace, get)}(data, scope)"


def constant(namespace: dict[str, Any], value: Any) -> str:
    """The name under which ``value`` is now in ``namespace``."""
    name = f"k{len(namespace)}"
    namespace[name] = value
    return name


def lookup_functions(
    title: str, root: str, keys: tuple[str | int, ...], missing: Callable[[Any, Scope | None], Exception]
) -> tuple[Evaluate, Callable[[Any, Scope | None], bool]]:
    """The functions that get, and that test for, one node. ``missing`` makes the exception when it isn't there."""
    body = [f"        v = {root_source(root)}"]
    chain = ""
    for position, key in enumerate(keys):
        if isinstance(key, int):
            body += [f"        v = v{chain}", "        if type(v) is not list:", "            raise TypeError"]
            chain = f"[{key:d}]"
        else:
            chain += f"[{key!r}]"
        if position % _LONGEST_CHAIN == _LONGEST_CHAIN - 1:
            body.append(f"        v = v{chain}")
            chain = ""
    if len(body) == 1:
        body = []
        found = root_source(root) + chain
    else:
        found = "v" + chain
    lines = [
        "def get(data, scope):",
        "    try:",
        *body,
        f"        return {found}",
        f"    except {LOOKUP_ERRORS}:",
        "        raise missing(data, scope) from None",
        "",
        "def exists(data, scope):",
        "    try:",
        *body,
        f"        {found}",
        f"    except {LOOKUP_ERRORS}:",
        "        return False",
        "    return True",
        "",
    ]
    get, exists = define(title, "\n".join(lines), {"missing": missing}, "get", "exists")
    return get, exists
