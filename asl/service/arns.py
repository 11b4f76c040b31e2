"""Names and ARNs: reading, making and refusing them as AWS does."""

from __future__ import annotations

import re
from typing import NamedTuple

from asl.errors import ServiceError

_ARN = re.compile(
    r"arn:(?P<partition>[a-z0-9-]+):states:(?P<region>[a-z0-9-]+):(?P<account>[^:]+):(?P<kind>\w+):(?P<rest>.+)", re.S
)
_ROLE = re.compile(r"arn:[a-z0-9-]+:iam::[^:]*:role/.+", re.S)
#: What a name can't hold: blanks, brackets, wildcards, special and control characters, and what isn't a character.
_NOT_IN_NAME = re.compile('[\\s<>{}\\[\\]?*"#%\\\\^|~`$&,;:/\\x00-\\x1f\\x7f-\\x9f\ud800-\udfff\ufffe\uffff\U0010ffff]')

STATE_MACHINE, EXECUTION, EXPRESS, ACTIVITY, MAP_RUN = "stateMachine", "execution", "express", "activity", "mapRun"

#: kind -> how many parts, separated by colons, come after it
_PARTS = {STATE_MACHINE: (1, 2), EXECUTION: (2, 2), EXPRESS: (3, 3), ACTIVITY: (1, 1), MAP_RUN: (2, 2)}


class Arn(NamedTuple):
    """An ARN of Step Functions in its parts."""

    text: str
    owner: str  # arn:PARTITION:states:REGION:ACCOUNT
    kind: str
    name: str
    label: str | None  # of a Distributed Map
    qualifier: str | None  # a version, an alias, or the name of an execution

    @property
    def version(self) -> int | None:
        """The version that it names; an alias can't consist of digits alone."""
        return int(self.qualifier) if self.qualifier is not None and re.fullmatch("[0-9]+", self.qualifier) else None

    @property
    def unqualified(self) -> str:
        return f"{self.owner}:{self.kind}:{self.name}"


def parse(text: str, *kinds: str) -> Arn:
    """Read an ARN that names a resource of one of ``kinds``. Raises InvalidArn."""
    found = _ARN.fullmatch(text)
    if found is None or found["kind"] not in _PARTS:
        raise invalid_arn(f"Invalid ARN prefix: {text}")
    kind = found["kind"]
    if kind not in kinds:
        raise invalid_arn(f"Resource type not valid in this context: {kind}")
    parts = found["rest"].split(":")
    least, most = _PARTS[kind]
    if not least <= len(parts) <= most or not all(parts):
        raise invalid_arn(f"Invalid ARN prefix: {text}")
    name, slash, label = parts[0].partition("/")
    owner = f"arn:{found['partition']}:states:{found['region']}:{found['account']}"
    return Arn(text, owner, kind, name, label if slash else None, parts[1] if len(parts) > 1 else None)


def invalid_arn(what: str) -> ServiceError:
    return ServiceError("InvalidArn", f"Invalid Arn: '{what}'")


def check_name(name: str) -> None:
    """Raises InvalidName."""
    if not name or len(name) > 80 or _NOT_IN_NAME.search(name):
        raise ServiceError("InvalidName", f"Invalid Name: '{name}'")


def check_role(arn: str) -> None:
    """A role is looked at only for its spelling. Raises InvalidArn."""
    if _ROLE.fullmatch(arn) is None:
        raise invalid_arn(f"Invalid ARN prefix: {arn}")
