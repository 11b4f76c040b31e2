"""The few words beside a state or on a transition. Everything here takes any JSON at all: definitions may be wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Characters of a condition or error list that a label shows; the whole stands in its title.
SHOWN = 34


def shorten(text: str, length: int = SHOWN) -> str:
    """``text`` on one line of at most ``length`` characters."""
    line = " ".join(text[: 4 * length + 100].split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def subtitle(fields: Mapping[str, Any]) -> str:
    """What a state does, in short: ``lambda charge_card``, ``sqs:sendMessage``, ``Wait 5 s``, ``Fail EmptyOrder``."""
    kind = fields.get("Type")
    describe = _SUBTITLES.get(kind) if isinstance(kind, str) else None
    if describe is not None:
        return describe(fields)
    return shorten(kind, 40) if isinstance(kind, str) and kind else "no Type"


def resource(fields: Mapping[str, Any]) -> str:
    """What a Task calls: ``lambda NAME``, ``activity NAME``, ``service:action``."""
    arn = fields.get("Resource")
    if not isinstance(arn, str) or not arn:
        return "Task"
    parts = arn.split(":")
    if len(parts) < 6 or parts[0] != "arn":
        return shorten(arn, 40)
    if parts[2] == "lambda" and len(parts) > 6:
        return f"lambda {parts[6]}"
    if parts[5] == "activity" and len(parts) > 6:
        return f"activity {parts[6]}"
    name = ":".join(parts[5:]).removeprefix("aws-sdk:")
    called = _function(fields) if name.startswith("lambda:invoke") else ""
    return f"lambda {called}{name.removeprefix('lambda:invoke')}" if called else name


def _function(fields: Mapping[str, Any]) -> str:
    """The function that lambda:invoke names, if it is a plain name or ARN."""
    given = fields.get("Parameters", fields.get("Arguments"))
    name = given.get("FunctionName") if isinstance(given, dict) else None
    if not isinstance(name, str) or name.startswith("{%"):
        return ""
    parts = name.split(":")
    return parts[6] if len(parts) > 6 else name


def _wait(fields: Mapping[str, Any]) -> str:
    seconds = fields.get("Seconds")
    if isinstance(seconds, int | float) and not isinstance(seconds, bool):
        return f"Wait {_time(seconds)}"
    for name, text in (
        ("Seconds", "Wait"),
        ("SecondsPath", "Wait"),
        ("Timestamp", "Until"),
        ("TimestampPath", "Until"),
    ):
        value = fields.get(name)
        if isinstance(value, str):
            return f"{text} {shorten(_bare(value), 28)}"
    return "Wait"


def _time(seconds: float) -> str:
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"


def _fail(fields: Mapping[str, Any]) -> str:
    error = fields.get("Error", fields.get("ErrorPath"))
    return f"Fail {shorten(_bare(error))}" if isinstance(error, str) and error else "Fail"


def _map(fields: Mapping[str, Any]) -> str:
    parts = ["Map"]
    processor = fields.get("ItemProcessor", fields.get("Iterator"))
    config = processor.get("ProcessorConfig") if isinstance(processor, dict) else None
    if isinstance(config, dict) and config.get("Mode") == "DISTRIBUTED":
        parts = ["Distributed Map"]
    limit = fields.get("MaxConcurrency")
    if isinstance(limit, int) and limit > 0:
        parts.append(f"{limit} at a time")
    return " · ".join(parts)


def _parallel(fields: Mapping[str, Any]) -> str:
    branches = fields.get("Branches")
    count = len(branches) if isinstance(branches, list) else 0
    return f"Parallel · {count} branch" + "es" * (count != 1)


_SUBTITLES = {"Task": resource, "Wait": _wait, "Fail": _fail, "Map": _map, "Parallel": _parallel}


def condition(rule: Any) -> str:
    """The condition of a Choice rule on one line, uncut."""
    if isinstance(rule, dict) and isinstance(rule.get("Condition"), str | bool):
        return _bare(str(rule["Condition"]))
    from asl.expressions.choice_rules import describe_rule

    return describe_rule(rule)


def _bare(expression: str) -> str:
    """A JSONata expression without its ``{% %}``."""
    text = expression.strip()
    return text[2:-2].strip() if text.startswith("{%") and text.endswith("%}") else text


def errors(catcher: Any) -> str:
    """The errors that a catcher or retrier takes: ``ALL`` for all of them."""
    names = catcher.get("ErrorEquals") if isinstance(catcher, dict) else None
    if not isinstance(names, list):
        return "?"
    return ", ".join(str(name).removeprefix("States.") for name in names) or "nothing"


def retries(fields: Mapping[str, Any]) -> tuple[str, str]:
    """The retry badge (how often at most, in all) and its title; ("", "") without Retry."""
    retriers = fields.get("Retry")
    if fields.get("Type") not in ("Task", "Map", "Parallel") or not isinstance(retriers, list) or not retriers:
        return "", ""
    lines, total = [], 0
    for retrier in retriers:
        known = retrier if isinstance(retrier, dict) else {}
        attempts = known.get("MaxAttempts", 3)
        if isinstance(attempts, int) and not isinstance(attempts, bool):
            total += attempts
        lines.append(f"retries {errors(retrier)} up to {attempts} times")
    return f"{total}", "; ".join(lines)
