"""What a handler says of itself."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, overload

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
        setattr(declared, _IDEMPOTENT, idempotent)
        return declared

    return declare if handler is None else declare(handler)


def is_idempotent(handler: Callable[..., Any]) -> bool:
    """Whether it was declared so."""
    while isinstance(handler, partial):
        handler = handler.func
    return bool(getattr(handler, _IDEMPOTENT, False))
