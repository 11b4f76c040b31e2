"""What a handler says of itself."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast, overload

from asl.errors import HandlerError

if TYPE_CHECKING:
    from collections.abc import Callable

_IDEMPOTENT = "__aslkit_idempotent__"

Handler = TypeVar("Handler", bound="Callable[..., Any]")


@overload
def task(handler: Handler) -> Handler: ...
@overload
def task(*, idempotent: bool = False) -> Callable[[Handler], Handler]: ...
def task(handler: Handler | None = None, *, idempotent: bool = False) -> Handler | Callable[[Handler], Handler]:
    """Say of a handler that it may be called again for the same attempt: ``@task(idempotent=True)``.

    When a process dies while a handler is at work, nobody knows whether it had its effect. An idempotent one is then
    called again with the same ``context.idempotency_key``; for any other the attempt fails with States.TaskFailed, and
    Retry and Catch decide.
    """

    def declare(declared: Handler) -> Handler:
        try:
            setattr(declared, _IDEMPOTENT, idempotent)
        except AttributeError:  # a method of one object, a built-in function: nothing can be noted on these
            if not callable(declared):
                raise HandlerError(f"{declared!r} can't be called, so it is no task's handler") from None
            noted = partial(declared)
            setattr(noted, _IDEMPOTENT, idempotent)
            return cast("Handler", noted)
        return declared

    return declare if handler is None else declare(handler)


def is_idempotent(handler: Callable[..., Any]) -> bool:
    """Whether it was declared so."""
    while isinstance(handler, partial) and not hasattr(handler, _IDEMPOTENT):
        handler = handler.func
    return bool(getattr(handler, _IDEMPOTENT, False))
