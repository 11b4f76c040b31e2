"""Walks a value against a field table and reports every problem.

Nested objects and arrays are put on a worklist instead of being called into, so that no definition, however deep, can
exhaust the stack. What a table can't say (the flow between states, Map modes, ...) is in ``asl.compiler.analysis``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from asl.syntax.diagnostics import child, shown
from asl.syntax.fields import EXPRESSION_CHECKS, JSONATA, JSONPATH, Field, Use
from asl.syntax.placeholders import is_opaque

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.syntax.diagnostics import Findings
    from asl.syntax.fields import Language, OneOf, Table


class _Walk:
    """One walk: where findings go, the state's query language, what is still to be looked at, what was
    read of expressions, fields with a companion that takes a path, and the field at hand."""

    __slots__ = ("companions", "findings", "language", "name", "pointer", "uses", "work")

    def __init__(self, findings: Findings, language: Language, work: list[tuple[Any, Field | Table, str, str]]) -> None:
        self.findings = findings
        self.language = language
        self.work = work
        self.uses: list[Use] = []
        self.companions: set[str] = set()
        self.pointer = ""
        self.name = ""

    def add(self, rule: str, message: str, hint: str = "") -> None:
        """Report at the field at hand."""
        self.findings.add(rule, self.pointer, message, hint)


def check(value: dict[str, Any], table: Table, language: Language, pointer: str, findings: Findings) -> list[Use]:
    """Check ``value`` (which stands at ``pointer``) against ``table``; problems go to ``findings``.

    Answers with what its expressions read.
    """
    walk = _Walk(findings, language, [(value, table, pointer, "")])
    while walk.work:
        current, rule, place, name = walk.work.pop()
        if isinstance(rule, Field):
            walk.pointer, walk.name = place, name
            _check_field(walk, current, rule)
        else:
            _check_object(walk, current, rule, place)
    return walk.uses


def _check_object(walk: _Walk, value: dict[str, Any], table: Table, pointer: str) -> None:
    for name, inner in value.items():
        field = table.fields.get(name)
        if field is None:
            _report_unknown(walk, table, name, pointer)
        elif field.only is not None and field.only != walk.language:
            _report_other_language(walk, field.only, name, pointer)
        else:
            walk.work.append((inner, field, child(pointer, name), name))
            if f"{name}Path" in table.fields:
                walk.companions.add(name)
    _check_required(walk, value, table, pointer)
    _check_groups(walk, value, table, pointer)


def _report_unknown(walk: _Walk, table: Table, name: str, pointer: str) -> None:
    if table.foreign is not None and name in table.foreign:
        rule, message, hint = table.foreign[name]
        walk.findings.add(rule, child(pointer, name), message, hint, key=True)
    elif not table.is_open:
        known = [other for other, field in table.fields.items() if field.only in (None, walk.language)]
        hint = walk.findings.suggest(name, known)
        walk.findings.add("ASL202", child(pointer, name), f"Field '{name}' is not supported", hint, key=True)


def _report_other_language(walk: _Walk, only: Language, name: str, pointer: str) -> None:
    hint = f"it belongs to {only}, and this state's query language is {walk.language}"
    walk.findings.add("ASL203", child(pointer, name), f"Field '{name}' is not supported", hint, key=True)


def _check_required(walk: _Walk, value: dict[str, Any], table: Table, pointer: str) -> None:
    missing = [
        name
        for name, field in table.fields.items()
        if field.required and name not in value and field.only in (None, walk.language)
    ]
    if missing and table.required_as_list:
        walk.findings.add("ASL201", pointer, f"These fields are required: [{', '.join(missing)}]")
        return
    for name in missing:
        walk.findings.add("ASL201", pointer, f"The field '{name}' is required but was missing")


def _check_groups(walk: _Walk, value: dict[str, Any], table: Table, pointer: str) -> None:
    for names in table.exclusive:
        present = [name for name in value if name in names]
        if len(present) > 1:
            _report_several(walk, "ASL208", present, pointer)
    for group in table.exactly_one:
        if group.only in (None, walk.language):
            _check_one_of(walk, value, table, group, pointer)
    for names in table.at_least_one:
        usable = _usable(walk, table, names)
        if not any(name in value for name in names):
            walk.findings.add("ASL209", pointer, f"At least one of these fields is required: [{', '.join(usable)}]")
    for name, needed in (table.needs or {}).items():
        if name in value and needed not in value:
            message = f"The field '{name}' needs the field '{needed}'"
            walk.findings.add("ASL216", child(pointer, name), message, key=True)


def _check_one_of(walk: _Walk, value: dict[str, Any], table: Table, group: OneOf, pointer: str) -> None:
    present = [name for name in value if name in group.names]
    if not present:
        usable = _usable(walk, table, group.names)
        message = group.what or f"Exactly one of these fields is required: [{', '.join(usable)}]"
        walk.findings.add(group.rule_none, pointer, message)
    elif len(present) > 1:
        _report_several(walk, group.rule_many, present, pointer)


def _usable(walk: _Walk, table: Table, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if table.fields[name].only in (None, walk.language)]


def _report_several(walk: _Walk, rule: str, present: list[str], pointer: str) -> None:
    message = f"Only one of these fields can be set: [{', '.join(present)}]"
    walk.findings.add(rule, child(pointer, present[1]), message, key=True)


def _check_field(walk: _Walk, value: Any, field: Field) -> None:
    if (value is None and field.nullable) or _is_opaque(walk, value):
        return
    if walk.language == JSONATA and field.expression and is_jsonata(value):
        _check_expression(walk, "jsonata", "ASL404", value, walk.pointer)
        return
    if field.kind != "anything":
        _CHECKS[field.kind](walk, value, field)


def _is_opaque(walk: _Walk, value: Any) -> bool:
    return type(value) is str and walk.findings.source.placeholders and is_opaque(value)


def is_jsonata(value: object) -> bool:
    """Whether AWS takes the value for a JSONata expression: ``{%`` ... ``%}``, no blanks outside."""
    return isinstance(value, str) and len(value) >= 4 and value.startswith("{%") and value.endswith("%}")


def _wrong_type(walk: _Walk, wanted: str, value: Any, field: Field) -> None:
    if is_jsonata(value):
        hint = "the state's query language is JSONPath" if field.expression else "an expression can't stand here"
    elif _wants_companion(walk, value):
        hint = f"to read it from a path, write '{walk.name}Path'"
    elif field.kind == "integer" and isinstance(value, float) and abs(value) < 1e15 and value.is_integer():
        hint = f"write {int(value)} without a fraction"
    elif isinstance(value, str) and field.kind in ("integer", "number", "boolean"):
        hint = "write it without quotes" if re.fullmatch(_QUOTED_LITERAL, value) else ""
    else:
        hint = ""
    subject = f"The field '{walk.name}'" if walk.name else "The value"
    walk.add("ASL204", f"{subject} must be {wanted}, but is {shown(value)}", hint)


_QUOTED_LITERAL = r"-?\d+(\.\d+)?|true|false"


def _wants_companion(walk: _Walk, value: Any) -> bool:
    is_path = isinstance(value, str) and value.startswith(("$.", "$$.", "$["))
    return is_path and walk.language == JSONPATH and walk.name in walk.companions


def _check_text(walk: _Walk, value: Any, field: Field) -> None:
    if not isinstance(value, str):
        _wrong_type(walk, "a string", value, field)
    elif field.nonempty and not value:
        walk.add("ASL207", "Value cannot be empty")
    elif _wants_companion(walk, value):
        message = f"The field '{walk.name}' takes {shown(value)} as text, not as a path"
        walk.add("ASL407", message, f"to read it from the path, write '{walk.name}Path'")


def _check_boolean(walk: _Walk, value: Any, field: Field) -> None:
    if not isinstance(value, bool):
        _wrong_type(walk, "true or false", value, field)


def _check_integer(walk: _Walk, value: Any, field: Field) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        _wrong_type(walk, "an integer", value, field)
    else:
        _check_range(walk, value, field)


def _check_number(walk: _Walk, value: Any, field: Field) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        _wrong_type(walk, "a number", value, field)
    else:
        _check_range(walk, value, field)


def _check_range(walk: _Walk, value: float, field: Field) -> None:
    low, high = field.minimum, field.maximum
    if (low is None or value >= low) and (high is None or value <= high):
        return
    wanted = f"at least {low:,}" if high is None else f"from {low:,} to {high:,}"
    walk.add("ASL205", f"The field '{walk.name}' must be {wanted}, but is {shown(value)}")


def _check_keyword(walk: _Walk, value: Any, field: Field) -> None:
    if isinstance(value, str) and value in field.choices:
        return
    rule = "ASL211" if walk.name == "Type" else "ASL206"
    hint = walk.findings.suggest(value, field.choices) if isinstance(value, str) else f"it is {shown(value)}"
    choices = ", ".join(field.choices)
    walk.add(rule, f"The field '{walk.name}' should have one of these values: [{choices}]", hint)


def _check_timestamp(walk: _Walk, value: Any, field: Field) -> None:
    if not isinstance(value, str):
        _wrong_type(walk, "a string", value, field)
    elif not is_timestamp(value):
        hint = "write it like 2016-03-14T01:59:00Z"
        if _wants_companion(walk, value):
            hint = f"to read it from a path, write '{walk.name}Path'"
        walk.add("ASL210", "String does not match RFC3339 timestamp", hint)


_TIMESTAMP = r"(?a)(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-](0\d|1[0-7]):[0-5]\d|[+-]18:00)"
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_timestamp(value: str) -> bool:
    """Whether a string is an RFC 3339 timestamp as AWS reads it: capital T, a zone, a day that exists."""
    parts = re.fullmatch(_TIMESTAMP, value)
    if parts is None:
        return False
    year, month, day = int(parts[1]), int(parts[2]), int(parts[3])
    if not 1 <= month <= 12:
        return False
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 1 <= day <= _DAYS[month - 1] + leap


def _check_path(walk: _Walk, value: Any, field: Field) -> None:
    if not isinstance(value, str):
        _wrong_type(walk, f"a {field.kind} (a string)", value, field)
        return
    rule = "ASL402" if field.kind == "reference path" else "ASL401"
    _check_expression(walk, field.kind, rule, value, walk.pointer)


def _check_template(walk: _Walk, value: Any, field: Field) -> None:
    if field.table is not None:
        if not isinstance(value, dict):
            _wrong_type(walk, "an object", value, field)
            return
        walk.work.append((value, field.table, walk.pointer, walk.name))
    if walk.language == JSONPATH:
        _check_expression(walk, "template", "ASL403", value, walk.pointer)
        return
    for place, text in _jsonata_strings(value, walk.pointer):
        if not _is_opaque(walk, text):
            _check_expression(walk, "jsonata", "ASL404", text, place)


def _jsonata_strings(value: Any, pointer: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    work: list[tuple[Any, str]] = [(value, pointer)]
    while work:
        current, place = work.pop()
        if isinstance(current, dict):
            work.extend((inner, child(place, key)) for key, inner in current.items())
        elif isinstance(current, list):
            work.extend((inner, child(place, index)) for index, inner in enumerate(current))
        elif is_jsonata(current):
            found.append((place, current))
    return found


def _check_expression(walk: _Walk, kind: str, rule: str, value: Any, pointer: str) -> None:
    reading = EXPRESSION_CHECKS[kind](value)
    if reading.variables or reading.states:
        walk.uses.append(Use(pointer, reading))
    for below, message, hint, inside, other_rule in reading.complaints:
        walk.findings.add(other_rule or rule, pointer + below, message, hint, inside=inside)


def _check_array(walk: _Walk, value: Any, field: Field) -> None:
    if not isinstance(value, list):
        _wrong_type(walk, "an array", value, field)
    elif not value and field.nonempty:
        walk.add("ASL207", "Value cannot be empty")
    elif field.items is not None:
        for index, item in enumerate(value):
            walk.work.append((item, field.items, child(walk.pointer, index), ""))


def _check_nested_object(walk: _Walk, value: Any, field: Field) -> None:
    if not isinstance(value, dict):
        _wrong_type(walk, "an object", value, field)
    elif not value and field.nonempty:
        walk.add("ASL207", "Value cannot be empty")
    elif field.table is not None:
        walk.work.append((value, field.table, walk.pointer, walk.name))


_CHECKS: dict[str, Callable[[_Walk, Any, Field], None]] = {
    "text": _check_text,
    "boolean": _check_boolean,
    "integer": _check_integer,
    "number": _check_number,
    "keyword": _check_keyword,
    "timestamp": _check_timestamp,
    "path": _check_path,
    "reference path": _check_path,
    "path or intrinsic": _check_path,
    "template": _check_template,
    "array": _check_array,
    "object": _check_nested_object,
}
