"""Choice: goes on to the state whose rule matches first.

Fields: in JSONPath a rule has exactly one test: ``And``, ``Or``, ``Not``, or ``Variable`` with one operator; in JSONata
a ``Condition``. Only the outermost rule says where to go; the rules inside And, Or, Not only test.
"""

from __future__ import annotations

from asl.syntax.fields import (
    ASSIGN,
    COMMON,
    INPUT_OUTPUT,
    JSONATA,
    Field,
    OneOf,
    Table,
    array_of,
    boolean,
    object_of,
    path,
    template,
    template_object,
    text,
    timestamp,
)

_COMPARED = ("Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals")
_TYPES = ("IsNull", "IsPresent", "IsNumeric", "IsString", "IsBoolean", "IsTimestamp")

_LITERALS: dict[str, Field] = {
    **{f"String{how}": Field("text", only="JSONPath") for how in _COMPARED},
    **{f"Numeric{how}": Field("number", only="JSONPath") for how in _COMPARED},
    **{f"Timestamp{how}": timestamp(only="JSONPath") for how in _COMPARED},
    "BooleanEquals": boolean(only="JSONPath"),
}

#: the 39 operators and what stands behind each
OPERATORS: dict[str, Field] = {
    **_LITERALS,
    **{f"{name}Path": path() for name in _LITERALS},
    "StringMatches": text(only="JSONPath"),
    **{name: boolean(only="JSONPath") for name in _TYPES},
}

_TESTS = ("And", "Or", "Not", *OPERATORS)
_ONE_TEST = OneOf(
    _TESTS,
    "A Choice rule needs exactly one test: And, Or, Not, or Variable with an operator such as StringEquals",
    only="JSONPath",
    rule_none="ASL321",
    rule_many="ASL322",
)
_NEEDS_VARIABLE = dict.fromkeys(OPERATORS, "Variable")
_COMBINED_OR_VARIABLE = tuple((name, "Variable") for name in ("And", "Or", "Not"))

_nested: dict[str, Field] = {"Variable": path(), "Comment": text(), **OPERATORS}
_NESTED_HINT = "only the outermost rule can have it; remove it from the rule inside And, Or, Not"

#: a rule inside And, Or, Not
NESTED_RULE_FIELDS = Table(
    _nested,
    exclusive=_COMBINED_OR_VARIABLE,
    exactly_one=(_ONE_TEST,),
    needs=_NEEDS_VARIABLE,
    foreign={
        name: ("ASL323", f"The field '{name}' can't stand in a nested Choice rule", _NESTED_HINT)
        for name in ("Next", "Assign", "Output", "Condition")
    },
)
_nested["And"] = Field("array", only="JSONPath", nonempty=True, items=object_of(NESTED_RULE_FIELDS))
_nested["Or"] = _nested["And"]
_nested["Not"] = object_of(NESTED_RULE_FIELDS, only="JSONPath")

#: a rule of Choices
RULE_FIELDS = Table(
    {
        "Next": text(required=True, nonempty=True),
        **_nested,
        "Condition": boolean(required=True, only=JSONATA, expression=True),
        "Assign": template_object(),
        "Output": template(only=JSONATA),
        "Comment": text(),
    },
    exclusive=_COMBINED_OR_VARIABLE,
    exactly_one=(_ONE_TEST,),
    needs=_NEEDS_VARIABLE,
)

FIELDS = Table(
    {
        **COMMON,
        **INPUT_OUTPUT,
        **ASSIGN,
        "Choices": array_of(object_of(RULE_FIELDS), nonempty=True, required=True),
        "Default": text(nonempty=True),
    },
    foreign={
        name: ("ASL202", f"Field '{name}' is not supported", "a Choice goes on by its rules and Default")
        for name in ("Next", "End")
    },
)
