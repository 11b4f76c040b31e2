"""What all rooms of the service share: the store, the owner of all ARNs, the clock, compiled definitions."""

from __future__ import annotations

from secrets import randbits
from threading import Lock
from typing import TYPE_CHECKING, Any

from asl.errors import ServiceError
from asl.service.arns import STATE_MACHINE, Arn
from asl.service.definitions import Definitions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asl.drivers.clock import Clock
    from asl.drivers.durable.engine import Engine
    from asl.stores.base import Store
    from asl.tasks.call import Handler

Params = dict[str, Any]
Answer = dict[str, Any]


class House:
    """See the module."""

    def __init__(self, store: Store, owner: str, role: str, clock: Clock, handlers: Mapping[str, Handler]) -> None:
        self.store = store
        self.owner = owner  # arn:PARTITION:states:REGION:ACCOUNT
        self.role = role  # the one of machines that are given none
        self.clock = clock
        self.engine: Engine | None = None  # that runs executions in this process
        self.closed = False
        self._lock = Lock()
        self._last_id = 0
        self.handlers = handlers
        self.definitions = Definitions(store)

    def now(self) -> int:
        """The present moment in milliseconds, by the clock that everybody has who uses the store."""
        return self.store.now()

    def next_id(self) -> int:
        """An id for a new execution: in the order of time, here and, all but surely, in other processes too. The store
        refuses one that is taken."""
        with self._lock:
            self._last_id = max(self._last_id + 1, self.now() << 20 | randbits(18))
            return self._last_id

    def nudge(self) -> None:
        """Something was written to the store that may concern the engine here."""
        if self.engine is not None:
            self.engine.nudge()

    def arn(self, kind: str, *names: str) -> str:
        return ":".join((self.owner, kind, *names))

    def machine_arn(self, name: str) -> str:
        return self.arn(STATE_MACHINE, name)

    def is_here(self, arn: Arn) -> bool:
        """Whether it belongs to this account and region."""
        return arn.owner == self.owner


def seconds(moment: int) -> float:
    """A moment as the API shows it: epoch seconds with milliseconds."""
    return moment / 1000


def check_encryption(params: Mapping[str, Any]) -> None:
    """A customer's key would be a promise that nobody keeps here. Raises InvalidEncryptionConfiguration."""
    given = params.get("encryptionConfiguration") or {}
    for name in ("kmsKeyId", "kmsDataKeyReusePeriodSeconds"):
        if name in given and given["type"] == "AWS_OWNED_KEY":
            raise invalid_encryption(f"{name} can't be given with the type AWS_OWNED_KEY")
    if given.get("type") == "CUSTOMER_MANAGED_KMS_KEY":
        raise invalid_encryption(
            "aslkit doesn't encrypt with customer managed keys; leave encryptionConfiguration out, and encrypt the disk"
        )


def invalid_encryption(what: str) -> ServiceError:
    return ServiceError("InvalidEncryptionConfiguration", f"Invalid Encryption Configuration: '{what}'")
