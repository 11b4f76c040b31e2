"""Which store a command works on, what a name stands for there, and what to do when the service says no."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from asl_cli.problems import Problem
from asl_cli.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from asl import Service
    from asl.drivers.clock import Clock
    from asl.errors import ServiceError

#: Refusals that quote the ARN of what isn't there.
_MISSING = ("StateMachineDoesNotExist", "ExecutionDoesNotExist", "ActivityDoesNotExist")

#: So many characters of a refusal are shown.
_LONGEST = 400

#: Paths that name a store without sqlite:///.
_FILE_ENDINGS = (".db", ".sqlite", ".sqlite3")

Command = TypeVar("Command", bound="Callable[..., Any]")

#: What can be done about a refusal, by its code.
_WAYS_OUT = {
    "StateMachineDoesNotExist": "`asl machine list` shows those there are",
    "ExecutionDoesNotExist": "`asl list` shows those there are",
    "ActivityDoesNotExist": "`asl activity list` shows those there are, `asl activity create` makes one",
    "StateMachineAlreadyExists": "`asl machine update` changes it",
    "ExecutionAlreadyExists": "give the execution another --name",
    "StateMachineDeleting": "it is gone when the last of its executions has ended; until then its name is taken",
    "InvalidToken": "give the whole token, in quotes, as the task got it",
    "TaskTimedOut": "nobody waits for this answer any more: the task was answered, has timed out or was given up",
    "TaskDoesNotExist": "its execution isn't in this store: look at --store, or it was purged",
    "InvalidArn": "say NAME (also NAME:VERSION or NAME:ALIAS; of an execution MACHINE:NAME), or the whole ARN",
    "InvalidName": 'a name has up to 80 characters, without blanks, brackets and any of "#%\\^|~`$&,;:/?*',
}


def store_option(command: Command) -> Command:
    """``--store URL``."""
    return click.option(
        "--store",
        "url",
        metavar="URL",
        envvar="ASL_STORE",
        help="Where executions are kept: sqlite:///FILE, or a path that ends in .db (or in $ASL_STORE).",
    )(command)


def json_option(command: Command) -> Command:
    """``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="The answer as AWS's API gives it, as JSON.")(command)


def default_path() -> str:
    """The store of whoever names none: a file among this user's data."""
    if sys.platform == "win32":
        home = os.environ.get("LOCALAPPDATA") or os.path.expanduser("~\\AppData\\Local")
    elif sys.platform == "darwin":
        home = os.path.expanduser("~/Library/Application Support")
    else:
        home = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    return os.path.join(home, "aslkit", "executions.db")


@contextmanager
def opened(url: str | None, *, create: bool = False, clock: Clock | None = None) -> Iterator[Service]:
    """The service on the store of a command; what goes wrong inside becomes a Problem.

    ``create``: the command may be the first one to write to the store. Without it a store that isn't there is a
    mistake, and must not come to be by it.
    """
    with _explained():
        from asl import Service
        from asl.errors import ServiceError

        service = Service(_url(url, create=create), clock=clock)
        try:
            yield service
        except ServiceError as problem:
            raise Problem(_told(problem, service)) from problem
        finally:
            service.close()


def _url(url: str | None, *, create: bool) -> str:
    if url is None:
        path = default_path()
        if create:
            _make_folder(os.path.dirname(path))
        elif not _is_there(path):
            raise _no_store(path)
        return f"sqlite:///{path}"
    if url.startswith("memory:"):
        raise Problem("the store memory: is gone when this command ends; give --store a file: sqlite:///executions.db")
    place = url.partition("?")[0]
    path = place.removeprefix("sqlite:///")
    is_file = path != place or place.endswith(_FILE_ENDINGS)  # of anything else the service says what is wrong
    if is_file and path and "://" not in path and not _is_there(path) and not create:
        folder = os.path.dirname(path) or "."
        raise _no_store(path, "" if os.path.isdir(folder) else f"make the folder {clean(folder)}, then ")
    return url


def _no_store(path: str, first: str = "") -> Problem:
    makes = f"{first}`asl machine create NAME FILE` makes it"
    return Problem(f"there is no store {clean(path)} yet; {makes}, or name another one with --store")


def _is_there(path: str) -> bool:
    """Whether there is a file. Raises Problem where nobody can tell."""
    try:
        mode = os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as problem:
        way_out = (
            "make sure that this user may read and write the file and its folder, or name another one with --store"
        )
        raise Problem(f"can't look for the store {clean(path)}: {problem.strerror}; {way_out}") from None
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):  # a folder is explained by the store
        raise Problem(f"{clean(path)} is no regular file; give --store another place")
    return True


def _make_folder(folder: str) -> None:
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError as problem:
        raise Problem(f"can't make the folder {folder}: {problem.strerror}; give --store another place") from None


@contextmanager
def _explained() -> Iterator[None]:
    """Everything else that aslkit refuses, as a Problem."""
    from asl.errors import AslError

    try:
        yield
    except AslError as problem:
        raise Problem(str(problem)) from problem


def _told(problem: ServiceError, service: Service) -> str:
    """A refusal in one line, with what can be done about it."""
    way_out = _WAYS_OUT.get(problem.code)
    if problem.code in _MISSING:
        from asl_cli.stored.nearest import hint

        way_out = hint(service, problem.message.partition("'")[2].removesuffix("'")) or way_out
    return _short(clean(problem.message)) + (f"; {way_out}" if way_out else "")


def _short(message: str) -> str:
    """A message may quote what was given: of much of it only the beginning counts, and what is said in the end."""
    if len(message) <= _LONGEST:
        return message
    half = _LONGEST // 2
    return f"{message[:half]} ... {message[-half:]}"


# -- names -------------------------------------------------------------------------------------------------------------


def machine_arn(service: Service, name: str) -> str:
    """The ARN of a state machine that is given by its ARN, or as NAME, NAME:VERSION or NAME:ALIAS."""
    return name if name.startswith("arn:") else service.arn("stateMachine", name)


def activity_arn(service: Service, name: str) -> str:
    """The ARN of an activity that is given by its ARN or name."""
    return name if name.startswith("arn:") else service.arn("activity", name)


def execution_arn(service: Service, name: str) -> str:
    """The ARN of an execution that is given by its ARN, as MACHINE:NAME, or by a name that only one machine has."""
    if name.startswith("arn:"):
        return name
    if ":" in name:
        return service.arn("execution", name)
    arns = [service.arn("execution", machine["name"], name) for machine in machines(service)]
    found = [arn for arn in arns if service.store.execution(arn) is not None]
    if len(found) == 1:
        return found[0]
    if found:
        lines = "\n".join(f"  {clean(arn)}" for arn in found)
        raise Problem(
            f"{len(found)} machines have an execution {clean(name)}; give the ARN of the one you mean:\n{lines}"
        )
    from asl_cli.stored.nearest import near_execution

    way_out = near_execution(service, name) or _WAYS_OUT["ExecutionDoesNotExist"]
    raise Problem(f"there is no execution {clean(name)} in {service.store.url}; {way_out}")


def machines(service: Service) -> Iterator[dict[str, Any]]:
    """All state machines, as ListStateMachines shows them."""
    return pages(service.list_state_machines, "stateMachines")


def pages(operation: Callable[..., dict[str, Any]], member: str, **params: Any) -> Iterator[dict[str, Any]]:
    """What all pages of a listing hold."""
    token = None
    while True:
        page = operation(maxResults=1000, nextToken=token, **params)
        yield from page[member]
        token = page.get("nextToken")
        if token is None:
            return
