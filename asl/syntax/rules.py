"""The one table of rules: every finding that aslkit can report about a definition has its row here.

An id is never reused and never changes its meaning. The hundreds say the topic: 1 syntax, 2 fields, 3 flow,
4 expressions, 5 error handling, 6 variables, 7 resources, 8 limits, 9 the flow of data. ``aws_code`` is the code with
which AWS reports the same problem (ValidateStateMachineDefinition); None where AWS accepts the definition or says
nothing.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "advice"]

_SCHEMA = "SCHEMA_VALIDATION_FAILED"
_BAD_JSON = "INVALID_JSON_DESCRIPTION"


class Rule(NamedTuple):
    """One rule. ``aws_at_parent``: AWS names the object around the place at which aslkit points."""

    id: str
    severity: Severity
    title: str
    why: str
    aws_code: str | None = _SCHEMA
    aws_at_parent: bool = False


_TABLE = (
    # 1xx: the text
    Rule(
        "ASL101",
        "error",
        "not JSON",
        "A definition is one JSON text (RFC 8259); nothing can be read from a broken one.",
        _BAD_JSON,
    ),
    Rule(
        "ASL102", "error", "not a JSON object", "A state machine is a JSON object with the fields StartAt and States."
    ),
    Rule(
        "ASL103",
        "error",
        "field written twice",
        "Of two fields with the same name JSON readers silently drop one, usually not the one you expect.",
        _BAD_JSON,
    ),
    Rule("ASL104", "error", "not UTF-8", "JSON that is exchanged between systems is UTF-8 (RFC 8259).", _BAD_JSON),
    Rule(
        "ASL105",
        "error",
        "byte order mark",
        "JSON must not begin with a byte order mark (RFC 8259); AWS refuses it.",
        _BAD_JSON,
    ),
    Rule(
        "ASL106",
        "error",
        "number that JSON can't hold",
        "NaN and Infinity are not JSON, and numbers are limited to the range of a double.",
        _BAD_JSON,
    ),
    Rule(
        "ASL107",
        "error",
        "nested too deeply",
        "Reading and running a definition must stay bounded.",
        "TOO_DEEPLY_NESTED",
    ),
    Rule("ASL108", "error", "not YAML", "The file's name says YAML, but it can't be read as YAML.", _BAD_JSON),
    Rule(
        "ASL109",
        "error",
        "YAML that JSON can't hold",
        "A definition in YAML is converted to JSON, so that it can hold only what JSON can.",
        _BAD_JSON,
    ),
    Rule(
        "ASL110",
        "error",
        "definition of a template can't be found",
        "The template names a definition that can't be read from here: a file that is missing, or text built in a way"
        " that only its deployment tool understands.",
        None,
    ),
    # 2xx: fields
    Rule("ASL201", "error", "required field missing", "The state can't run without it."),
    Rule(
        "ASL202", "error", "unknown field", "AWS refuses fields that it doesn't know; mostly it is a slip of the pen."
    ),
    Rule(
        "ASL203",
        "error",
        "field of the other query language",
        "A state speaks either JSONPath or JSONata; each has fields of its own.",
    ),
    Rule("ASL204", "error", "wrong type", "The field holds a JSON value of a type which it can't have."),
    Rule("ASL205", "error", "out of range", "The number is outside the range that AWS accepts."),
    Rule("ASL206", "error", "unknown keyword", "The field accepts a fixed list of words; they are case-sensitive."),
    Rule("ASL207", "error", "empty", "The field must hold something."),
    Rule(
        "ASL208",
        "error",
        "fields exclude each other",
        "Both fields say the same thing in two ways; AWS accepts only one of them.",
    ),
    Rule(
        "ASL209", "error", "one of several fields required", "Without any of these fields the state has nothing to do."
    ),
    Rule(
        "ASL210",
        "error",
        "not a timestamp",
        "Timestamps are RFC 3339 with a capital T and a zone: 2016-03-14T01:59:00Z.",
    ),
    Rule(
        "ASL211", "error", "unknown state type", "Type says what the state does; there are eight types, case-sensitive."
    ),
    Rule(
        "ASL212",
        "error",
        "JSONPath inside a JSONata machine",
        "A machine set to JSONata as a whole can't have JSONPath states; the other way round works.",
        _SCHEMA,
        aws_at_parent=True,
    ),
    Rule(
        "ASL213",
        "error",
        "invalid label",
        "A Map's label becomes part of the ARN of its child executions.",
        "INVALID_LABEL_NAME",
    ),
    Rule(
        "ASL214",
        "error",
        "label used twice",
        "Two Maps with one label could not be told apart by the ARNs of their runs.",
        "DUPLICATE_LABEL_NAME",
    ),
    Rule(
        "ASL215",
        "error",
        "field of the other Map mode",
        "Some fields belong to Distributed Map alone (ProcessorConfig.Mode DISTRIBUTED).",
    ),
    Rule("ASL216", "error", "field needs another field", "The field has no meaning without the other one."),
    Rule(
        "ASL217",
        "warning",
        "tolerance of an inline Map",
        "Only a Distributed Map tolerates failed items; an inline Map fails with its first failed item.",
        None,
    ),
    # 3xx: flow
    Rule(
        "ASL301",
        "error",
        "StartAt names no state",
        "An execution starts at this state; the name is case-sensitive.",
        "MISSING_TRANSITION_TARGET",
    ),
    Rule(
        "ASL302",
        "error",
        "transition to no state",
        "Next, Default and Catch name a state of the same States object, case-sensitive.",
        "MISSING_TRANSITION_TARGET",
    ),
    Rule(
        "ASL303",
        "error",
        "no state ends it",
        'Without a Succeed, a Fail or a state with "End": true it could never end.',
        "MISSING_END_STATE",
    ),
    Rule(
        "ASL304",
        "warning",
        "state can't be reached",
        "No transition leads to the state; AWS accepts that, but hardly anybody means it.",
        None,
    ),
    Rule("ASL305", "error", "invalid state name", "A state's name has 1 to 80 characters.", "INVALID_STATE_NAME"),
    Rule(
        "ASL306",
        "error",
        "state name used twice",
        "A state's name is unique in the whole definition, branches and processors included.",
        "DUPLICATE_STATE_NAME",
    ),
    Rule(
        "ASL307",
        "error",
        "not exactly one of Next and End",
        "A state either goes on to another state or ends its scope.",
    ),
    Rule(
        "ASL308",
        "advice",
        "Choice without Default",
        "An input that no rule matches fails the execution with States.NoChoiceMatched; Default says what to do then.",
        None,
    ),
    Rule(
        "ASL309",
        "advice",
        "End: false says nothing",
        "AWS takes it for an absent End; the reader takes it for a decision.",
        None,
    ),
    Rule(
        "ASL321",
        "error",
        "Choice rule tests nothing",
        "A rule has exactly one test: And, Or, Not, or Variable with one operator.",
    ),
    Rule(
        "ASL322",
        "error",
        "Choice rule has several tests",
        "A rule has exactly one test; combine several with And or Or.",
    ),
    Rule(
        "ASL323",
        "error",
        "transition in a nested Choice rule",
        "Only the outermost rule of a Choice decides where to go; a rule inside And, Or, Not only tests.",
    ),
    # 4xx: expressions
    Rule(
        "ASL401",
        "error",
        "not a path",
        "The field selects with a JSONPath, which begins with $ (input), $$ (context) or $name (variable).",
    ),
    Rule(
        "ASL402",
        "error",
        "not a reference path",
        "A reference path leads to exactly one place: no wildcards, filters, slices or unions.",
    ),
    Rule(
        "ASL403",
        "error",
        "template value is no path",
        "A name ending in .$ says that its value is computed: by a path or by an intrinsic function.",
        _SCHEMA,
        aws_at_parent=True,
    ),
    Rule(
        "ASL404",
        "error",
        "invalid JSONata",
        "The text between {% and %} is a JSONata expression.",
        "UNSUPPORTED_JSONATA_EXPRESSION",
    ),
    Rule(
        "ASL405",
        "error",
        "part of $states that doesn't exist here",
        "$states.result exists in Assign and Output of Task, Parallel and Map, $states.errorOutput in those of a"
        " Catcher;"
        " input and context everywhere.",
        "UNSUPPORTED_JSONATA_EXPRESSION",
    ),
    Rule(
        "ASL406",
        "warning",
        "path in a field without .$",
        "The value looks like a path or an intrinsic call, but only a name that ends in .$ is evaluated; this one"
        " stays text.",
        "NO_DOLLAR",
    ),
    Rule(
        "ASL407",
        "warning",
        "path in a field without Path",
        "The value looks like a path, but this field takes it as text; its companion that ends in Path evaluates it.",
        "NO_PATH",
    ),
    Rule(
        "ASL408",
        "warning",
        "path in the Result of a Pass",
        "Result is handed on as it is written; Parameters evaluates paths.",
        "PASS_RESULT_IS_STATIC",
    ),
    # 5xx: error handling
    Rule(
        "ASL501",
        "error",
        "States.ALL is not alone",
        "States.ALL matches every error, so that names beside it have no meaning.",
    ),
    Rule(
        "ASL502",
        "error",
        "States.ALL is not last",
        "Handlers are tried in order; none after States.ALL could ever be used.",
    ),
    Rule(
        "ASL503", "error", "MaxDelaySeconds not above IntervalSeconds", "The cap must leave room for the first delay."
    ),
    Rule(
        "ASL504",
        "error",
        "heartbeat not shorter than the timeout",
        "A heartbeat that comes after the timeout can never be missed.",
    ),
    Rule(
        "ASL505",
        "warning",
        "unknown States. error name",
        "Names that begin with States. are reserved; no error has this one, so that the handler never matches.",
        None,
    ),
    Rule(
        "ASL506",
        "warning",
        "error handled before",
        "Handlers are tried in order and the first match counts: an earlier one takes every error of this name.",
        None,
    ),
    Rule(
        "ASL507",
        "warning",
        "States.Runtime can't be handled",
        "Neither Retry nor Catch ever sees States.Runtime; it ends the execution at once.",
        None,
    ),
    Rule(
        "ASL508",
        "advice",
        "Retrier that never retries",
        "MaxAttempts 0 exempts errors from the Retriers behind it; as the last one it does nothing.",
        None,
    ),
    # 6xx: variables
    Rule(
        "ASL601",
        "error",
        "invalid variable name",
        "A variable is named like an identifier, at most 80 characters, and not 'states'.",
    ),
    Rule(
        "ASL602",
        "error",
        "variable of an outer scope assigned",
        "A branch or iteration reads outer variables, but can't assign them.",
        "DUPLICATE_VARIABLE_NAME",
    ),
    Rule(
        "ASL603",
        "warning",
        "variable without a value",
        "No way to this state assigns the variable, so that reading it fails the execution.",
        "POSSIBLY_UNDEFINED_VARIABLE",
    ),
    Rule(
        "ASL604",
        "advice",
        "variable that nobody reads",
        "A value is kept for all the rest of the execution, and no expression asks for it.",
        None,
    ),
    # 7xx: resources
    Rule(
        "ASL701",
        "error",
        "resource is no ARN",
        "A Task calls what its Resource names: a Lambda function, an activity or a service integration.",
    ),
    Rule(
        "ASL702",
        "error",
        "unknown service integration",
        "The service has no such optimised action; every API action is reachable as aws-sdk:service:action.",
    ),
    Rule(
        "ASL703", "error", "not in Express workflows", "Express workflows can't wait for jobs, callbacks or activities."
    ),
    Rule(
        "ASL704",
        "warning",
        "unknown service or action",
        "AWS has no such service integration, or the service's API has no such action.",
        None,
    ),
    Rule(
        "ASL705",
        "advice",
        "task token that goes nowhere",
        "The task waits until somebody answers with its token, but nothing that it sends contains the token.",
        None,
    ),
    # 8xx: limits
    Rule("ASL801", "error", "definition too large", "AWS accepts definitions up to 1 MB."),
    Rule(
        "ASL802",
        "advice",
        "loop without a way out",
        "From this state no transition leads to an end: unless an error stops it, the execution goes on until it"
        " reaches the"
        " limit of 25,000 events.",
        None,
    ),
    Rule(
        "ASL803",
        "advice",
        "Map over unbounded input",
        "The items come from a data set of any size, and neither MaxItems nor MaxConcurrency limits how many run at"
        " once.",
        None,
    ),
    # 9xx: the flow of data
    Rule(
        "ASL901",
        "advice",
        "path to something that isn't there",
        "What the states before it make of the data is known, and it doesn't hold what the path asks for.",
        None,
    ),
    Rule(
        "ASL902",
        "advice",
        "output that nobody reads",
        "The result is stored, and every way from here overwrites or drops it before anything reads it.",
        None,
    ),
)

#: every rule by its id
RULES: dict[str, Rule] = {rule.id: rule for rule in _TABLE}
