"""Findings as text for people, and in the forms that build servers and editors read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TextIO

    from asl.syntax.diagnostics import Diagnostic

    #: (the files that were checked, all findings) -> text
    Format = Callable[[Sequence[str], Sequence[Diagnostic]], str]

_HOME = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_SARIF_LEVELS = {"error": "error", "warning": "warning", "advice": "note"}
_GITHUB_LEVELS = {"error": "error", "warning": "warning", "advice": "notice"}


def print_text(findings: Sequence[Diagnostic], stream: TextIO) -> None:
    """One line per finding; on a terminal also the source line with a caret."""
    snippet = stream.isatty()
    encoding = stream.encoding or "utf-8"
    for finding in findings:
        text = finding.format(snippet=snippet)
        # what the terminal's encoding can't show becomes an escape
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def as_json(_files: Sequence[str], findings: Sequence[Diagnostic]) -> str:
    """An array of objects: file, line, column, rule, severity, message, hint, pointer."""
    return json.dumps([_record(finding) for finding in findings], indent=2)


def _record(finding: Diagnostic) -> dict[str, Any]:
    return {
        "file": _file(finding),
        "line": finding.line,
        "column": finding.column,
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "hint": finding.hint,
        "pointer": finding.pointer,
    }


def _file(finding: Diagnostic) -> str:
    return finding.source.name if finding.source is not None else ""


def _whole(finding: Diagnostic) -> str:
    return f"{finding.message}; {finding.hint}" if finding.hint else finding.message


def as_sarif(_files: Sequence[str], findings: Sequence[Diagnostic]) -> str:
    """SARIF 2.1.0, one run; only the rules that were found are described."""
    from asl import __version__
    from asl.syntax.rules import RULES

    used = [RULES[rule] for rule in sorted({finding.rule for finding in findings})]
    rules = [
        {
            "id": rule.id,
            "shortDescription": {"text": rule.title},
            "fullDescription": {"text": rule.why},
            "defaultConfiguration": {"level": _SARIF_LEVELS[rule.severity]},
        }
        for rule in used
    ]
    index = {rule.id: position for position, rule in enumerate(used)}
    results = [
        {
            "ruleId": finding.rule,
            "ruleIndex": index[finding.rule],
            "level": _SARIF_LEVELS[finding.severity],
            "message": {"text": _whole(finding)},
            "locations": [_sarif_location(finding)],
        }
        for finding in findings
    ]
    driver = {"name": "aslkit", "version": __version__, "rules": rules}
    log = {
        "$schema": _HOME,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }
    return json.dumps(log, indent=2)


def _sarif_location(finding: Diagnostic) -> dict[str, Any]:
    from urllib.parse import quote

    place: dict[str, Any] = {"artifactLocation": {"uri": quote(_file(finding).replace("\\", "/"))}}
    if finding.line is not None:
        place["region"] = {"startLine": finding.line, "startColumn": finding.column}
    return {"physicalLocation": place, "logicalLocations": [{"fullyQualifiedName": finding.pointer or "/"}]}


def as_github(_files: Sequence[str], findings: Sequence[Diagnostic]) -> str:
    """Workflow commands of GitHub Actions, which become annotations at the line."""
    return "\n".join(_command(finding) for finding in findings)


def _command(finding: Diagnostic) -> str:
    parts = {"file": _file(finding), "line": finding.line, "col": finding.column, "title": finding.rule}
    given = ",".join(f"{name}={_property(str(value))}" for name, value in parts.items() if value is not None)
    return f"::{_GITHUB_LEVELS[finding.severity]} {given}::{_data(_whole(finding))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_junit(files: Sequence[str], findings: Sequence[Diagnostic]) -> str:
    """JUnit's XML: a test case per file, which fails with its errors and says the rest on its output."""
    from xml.sax.saxutils import escape, quoteattr

    from asl.syntax.diagnostics import printable

    by_file: dict[str, list[Diagnostic]] = {name: [] for name in files}
    for finding in findings:
        by_file.setdefault(_file(finding), []).append(finding)
    failures = sum(any(one.severity == "error" for one in found) for found in by_file.values())
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuite name="asl validate" tests="{len(by_file)}" failures="{failures}" errors="0">',
    ]
    for name, found in by_file.items():
        lines.append(f'  <testcase classname="asl.validate" name={quoteattr(printable(name))}>')
        errors = [one for one in found if one.severity == "error"]
        others = [one for one in found if one.severity != "error"]
        if errors:
            text = escape("\n".join(one.format() for one in errors))
            message = quoteattr(printable(errors[0].message))
            lines.append(f'    <failure type="{errors[0].rule}" message={message}>{text}</failure>')
        if others:
            lines.append(f"    <system-out>{escape(chr(10).join(one.format() for one in others))}</system-out>")
        lines.append("  </testcase>")
    lines.append("</testsuite>")
    return "\n".join(lines)


FORMATS: dict[str, Format] = {"json": as_json, "sarif": as_sarif, "github": as_github, "junit": as_junit}
