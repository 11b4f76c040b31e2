"""The vocabulary in which each state's room describes its fields as flat data.

    FIELDS = Table({"Seconds": integer(0, 99_999_999, expression=True), ...}, exactly_one=(OneOf("Seconds", ...),))

A table says what a field may hold, in which query language it exists, and which fields exclude or need each other;
``asl.syntax.checker`` walks a tree against it. The names of the vocabulary are those of the language: a *path*, a
*reference path*, a *template* (payload template in JSONPath; in JSONata any JSON whose ``{% %}`` strings are
expressions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Language = Literal["JSONPath", "JSONata"]
JSONPATH: Final = "JSONPath"
JSONATA: Final = "JSONata"

Kind = Literal[
    "anything",
    "text",
    "boolean",
    "integer",
    "number",
    "keyword",
    "timestamp",
    "path",
    "reference path",
    "path or intrinsic",
    "template",
    "array",
    "object",
]

#: the longest time, in seconds, that a field can hold
MAX_SECONDS = 99_999_999


class Complaint(NamedTuple):
    """What is wrong with an expression: where below the value (a pointer), and where in that string.

    ``rule``: replaces the rule that the field's kind stands for.
    """

    below: str
    message: str
    hint: str = ""
    inside: int | None = None
    rule: str = ""


class Mention(NamedTuple):
    """A name that an expression reads, and where."""

    below: str
    name: str
    inside: int | None = None


class Reading(NamedTuple):
    """What a look at one expression found: problems, the workflow variables and the members of ``$states`` it reads."""

    complaints: tuple[Complaint, ...] = ()
    variables: tuple[Mention, ...] = ()
    states: tuple[Mention, ...] = ()


class Use(NamedTuple):
    """A field that holds expressions, and what was found in it."""

    pointer: str
    reading: Reading


#: How expressions are read, by kind: "path", "reference path", "path or intrinsic", "template", "jsonata". The floor
#: above fills the table (``asl.compiler.expression_checks``), for this room knows no expression's grammar.
EXPRESSION_CHECKS: dict[str, Callable[[Any], Reading]] = {}


class Field(NamedTuple):
    """What one field may hold.

    ``only``        the query language in which the field exists; None = both
    ``expression``  in JSONata a ``{% %}`` string may stand instead of the literal
    ``nullable``    null is a value of its own (InputPath, ResultPath, ...)
    ``nonempty``    the string, array or object must hold something
    ``table``       of kind "object": its fields; None = any object
    ``items``       of kind "array": what each element is
    """

    kind: Kind
    required: bool = False
    only: Language | None = None
    expression: bool = False
    nullable: bool = False
    nonempty: bool = False
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    table: Table | None = None
    items: Field | None = None


class OneOf(NamedTuple):
    """Fields of which one must be there (``rule_none`` else) and not two (``rule_many`` else).

    ``what`` replaces the list of names in the message. ``only``: the group counts in this query language alone.
    """

    names: tuple[str, ...]
    what: str = ""
    only: Language | None = None
    rule_none: str = "ASL209"
    rule_many: str = "ASL208"


class Table(NamedTuple):
    """The fields of one kind of object.

    ``exclusive``         groups of fields of which at most one may stand
    ``exactly_one``       groups of which exactly one must stand
    ``at_least_one``      groups of which one or more must stand
    ``needs``             field -> field without which it has no meaning
    ``required_as_list``  AWS names all missing fields in one finding: ``These fields are required: [States, StartAt]``
    ``is_open``           AWS accepts any other field as well
    ``foreign``           fields known elsewhere that this object can't have: name -> (rule, message, hint)
    """

    fields: Mapping[str, Field]
    exclusive: tuple[tuple[str, ...], ...] = ()
    exactly_one: tuple[OneOf, ...] = ()
    at_least_one: tuple[tuple[str, ...], ...] = ()
    needs: Mapping[str, str] | None = None
    required_as_list: bool = False
    is_open: bool = False
    foreign: Mapping[str, tuple[str, str, str]] | None = None


def anything(*, required: bool = False, only: Language | None = None) -> Field:
    """Any JSON value, never evaluated."""
    return Field("anything", required, only)


def text(
    *, required: bool = False, only: Language | None = None, nonempty: bool = False, expression: bool = False
) -> Field:
    """A string."""
    return Field("text", required, only, expression=expression, nonempty=nonempty)


def boolean(*, required: bool = False, only: Language | None = None, expression: bool = False) -> Field:
    """true or false."""
    return Field("boolean", required, only, expression=expression)


def integer(
    minimum: int,
    maximum: int | None = None,
    *,
    required: bool = False,
    only: Language | None = None,
    expression: bool = False,
) -> Field:
    """A JSON number without a fraction, within the range, both ends included."""
    return Field("integer", required, only, expression=expression, minimum=minimum, maximum=maximum)


def number(
    minimum: float | None = None,
    maximum: float | None = None,
    *,
    only: Language | None = None,
    expression: bool = False,
) -> Field:
    """Any JSON number within the range, both ends included."""
    return Field("number", only=only, expression=expression, minimum=minimum, maximum=maximum)


def keyword(*choices: str, required: bool = False) -> Field:
    """One of these words, case-sensitive."""
    return Field("keyword", required, choices=choices)


def timestamp(*, only: Language | None = None, expression: bool = False) -> Field:
    """An RFC 3339 timestamp with capital T and a zone."""
    return Field("timestamp", only=only, expression=expression)


def path(*, nullable: bool = False, required: bool = False) -> Field:
    """A JSONPath, ``$$`` path or variable path; only in JSONPath states."""
    return Field("path", required, JSONPATH, nullable=nullable)


def reference_path(*, nullable: bool = False) -> Field:
    """A path that leads to exactly one place; only in JSONPath states."""
    return Field("reference path", only=JSONPATH, nullable=nullable)


def path_or_intrinsic() -> Field:
    """A path or an intrinsic function call; only in JSONPath states."""
    return Field("path or intrinsic", only=JSONPATH)


def template(*, only: Language | None = None, required: bool = False) -> Field:
    """Any JSON in which expressions may stand: payload template (JSONPath) or ``{% %}`` strings (JSONata)."""
    return Field("template", required, only)


def array_of(items: Field, *, nonempty: bool = False, required: bool = False, only: Language | None = None) -> Field:
    """An array, each element such a field."""
    return Field("array", required, only, nonempty=nonempty, items=items)


def object_of(
    table: Table | None = None, *, required: bool = False, nonempty: bool = False, only: Language | None = None
) -> Field:
    """An object with the fields of a table; without one, any object."""
    return Field("object", required, only, nonempty=nonempty, table=table)


def template_object(table: Table | None = None, *, only: Language | None = None) -> Field:
    """A template that must be an object (Parameters, Assign, ...), with the fields of a table if given."""
    return Field("template", only=only, table=table or ANY_OBJECT)


#: any object at all
ANY_OBJECT = Table({}, is_open=True)

#: fields of every state
COMMON: dict[str, Field] = {
    "Type": keyword("Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map", required=True),
    "Comment": text(),
    "QueryLanguage": keyword(JSONPATH, JSONATA),
}

#: how a state goes on; that exactly one stands is checked with the flow
TRANSITION: dict[str, Field] = {"Next": text(nonempty=True), "End": boolean()}

#: every state except Fail shapes its data with these
INPUT_OUTPUT: dict[str, Field] = {
    "InputPath": path(nullable=True),
    "OutputPath": path(nullable=True),
    "Output": template(only=JSONATA),
}

#: every state that does some work of its own can assign variables
ASSIGN: dict[str, Field] = {"Assign": template_object()}
