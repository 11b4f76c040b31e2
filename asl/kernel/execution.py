"""What an execution knows of itself: names, ARNs, its input and when it started; the source of the context object."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from asl.kernel import entropy

if TYPE_CHECKING:
    from collections.abc import Callable


class ExecutionInfo:
    """Identity of one execution. ARNs are derived when somebody asks; most executions are never asked."""

    __slots__ = (
        "_about",
        "_about_machine",
        "_arn",
        "_name",
        "_role_arn",
        "_seed",
        "account",
        "activity_exists",
        "express",
        "input",
        "machine_name",
        "overlay",
        "partition",
        "redrive_count",
        "redrive_time",
        "region",
        "start_time",
    )

    def __init__(
        self,
        name: str | None,
        seed: str,
        machine_name: str,
        start_time: int,
        role_arn: str | None = None,
        partition: str = "aws",
        region: str = "us-east-1",
        account: str = "123456789012",
        express: bool = False,
        synchronous: bool = True,
        arn: str | None = None,
    ) -> None:
        self._name = name
        self._arn = arn
        self._seed = seed
        self.machine_name = machine_name
        self.start_time = start_time  # milliseconds
        self.partition = partition
        self.region = region
        self.account = account
        self.express = express
        # The context object of a synchronous Express execution has no RedriveCount.
        self.redrive_count = None if express and synchronous else 0
        self.redrive_time: int | None = None  # milliseconds
        self._role_arn = role_arn
        self.input: Any = None
        #: whether an activity is registered; None where nobody keeps a register
        self.activity_exists: Callable[[str], bool] | None = None
        self._about: dict[str, Any] | None = None
        self._about_machine: dict[str, Any] | None = None
        #: what a test makes of each context object before expressions see it
        self.overlay: Callable[[dict[str, Any]], dict[str, Any]] | None = None

    @property
    def name(self) -> str:
        """The name given, else a UUID that derives from the seed."""
        if self._name is None:
            self._name = entropy.uuid4(entropy.draw(self._seed, "name", 0))
        return self._name

    @property
    def role_arn(self) -> str:
        """The execution role given, else a made-up one."""
        if self._role_arn is None:
            self._role_arn = f"arn:{self.partition}:iam::{self.account}:role/aslkit"
        return self._role_arn

    @property
    def arn(self) -> str:
        """The execution's ARN: the one given, else one made of its names."""
        if self._arn is not None:
            return self._arn
        kind, rest = "execution", ""
        if self.express:  # its name need not be unique
            kind, rest = "express", f":{entropy.uuid4(entropy.draw(self._seed, 'express', 0))}"
        return f"arn:{self.partition}:states:{self.region}:{self.account}:{kind}:{self.machine_name}:{self.name}{rest}"

    @property
    def machine_arn(self) -> str:
        """The ARN of its state machine."""
        return f"arn:{self.partition}:states:{self.region}:{self.account}:stateMachine:{self.machine_name}"

    @property
    def about(self) -> dict[str, Any]:
        """What the context object shows as ``Execution``: one object for all that ask, for nothing in it changes."""
        if self._about is None:
            self._about = {
                "Id": self.arn,
                "Input": self.input,
                "StartTime": iso(self.start_time),
                "Name": self.name,
                "RoleArn": self.role_arn,
            }
            if self.redrive_count is not None:
                self._about["RedriveCount"] = self.redrive_count
            if self.redrive_time is not None:
                self._about["RedriveTime"] = iso(self.redrive_time)
        return self._about

    def redriven(self, count: int, time: int) -> None:
        """It is taken up again, for the ``count``-th time."""
        self.redrive_count, self.redrive_time = count, time
        self._about = None

    @property
    def about_machine(self) -> dict[str, Any]:
        """What the context object shows as ``StateMachine``."""
        if self._about_machine is None:
            self._about_machine = {"Id": self.machine_arn, "Name": self.machine_name}
        return self._about_machine


@lru_cache(maxsize=64)  # the moments at hand are asked for again and again
def iso(milliseconds: int) -> str:
    """A moment as AWS writes it in the context object: UTC, always three fraction digits."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{rest:03d}Z"
