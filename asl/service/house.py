"""What all rooms of the service share: the store, the owner of all ARNs, the clock, compiled definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.errors import ServiceError
from asl.service.arns import STATE_MACHINE, Arn
from asl.service.definitions import Definitions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asl.stores.base import Store
    from asl.tasks.call import Handler

Params = dict[str, Any]
Answer = dict[str, Any]


class House:
    """See the module. ``now`` answers with the present moment in milliseconds."""

    def __init__(
        self, store: Store, owner: str, role: str, now: Callable[[], int], handlers: Mapping[str, Handler]
    ) -> None:
        self.store = store
        self.owner = owner  # arn:PARTITION:states:REGION:ACCOUNT
        self.role = role  # the one of machines that are given none
        self.now = now
        self.handlers = handlers
        self.definitions = Definitions(store)

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
