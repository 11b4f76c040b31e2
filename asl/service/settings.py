"""What CreateStateMachine and UpdateStateMachine configure beside the definition: logging and tracing.

Both are kept and shown as they were given. Nothing is delivered to CloudWatch or X-Ray; what is written for an Express
execution goes to the store's log.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from asl.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOG_GROUP = re.compile(r"arn:[a-z0-9-]+:logs:[a-z0-9-]+:[^:]+:log-group:[^:]+:\*")


def logging_of(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """A logging configuration with its defaults. Raises InvalidLoggingConfiguration."""
    given = given or {}
    level, destinations = given.get("level", "OFF"), given.get("destinations")
    found = {"level": level, "includeExecutionData": given.get("includeExecutionData", False)}
    if len(destinations or ()) > 1 or (level != "OFF" and not destinations):
        raise _invalid("Must specify exactly one Log Destination.")
    for destination in destinations or ():
        if not _LOG_GROUP.fullmatch(destination.get("cloudWatchLogsLogGroup", {}).get("logGroupArn", "")):
            raise _invalid("Log Destination not found.")
    return found if destinations is None else {**found, "destinations": list(destinations)}


def tracing_of(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """A tracing configuration with its default."""
    return {"enabled": (given or {}).get("enabled", False)}


def _invalid(what: str) -> ServiceError:
    return ServiceError("InvalidLoggingConfiguration", f"Invalid Logging Configuration: {what}")
