"""A TestState request: read and checked as AWS does it, with AWS's words for what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from asl.compiler.analysis import analyse
from asl.errors import AslError
from asl.jsontext import NotJSON, decode, encode
from asl.syntax.fields import JSONPATH
from asl.syntax.source import Source
from asl.tasks.resource import REQUEST, Activity, parse_resource
from asl.testing.shapes import NONE, PRESENT, STRICT, check_result
from asl.testing.teststate.context import check_context

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VALIDATION = "ValidationException"
INVALID_DEFINITION = "InvalidDefinition"

#: AWS's name for a state that comes without one.
NAMELESS = "StateName"

LEVELS = ("INFO", "DEBUG", "TRACE")
_MOCKABLE = ("Task", "Map", "Parallel")
_UNSUPPORTED = (
    "TestState API does not support Map or Parallel states. "
    "Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]"
)


class TestStateError(AslError):
    """AWS refuses the request; ``code`` is the name of its exception."""

    __test__ = False  # pytest: this is no test, whatever its name

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Mock(NamedTuple):
    """What stands for the work: a ``result``, or an error."""

    result: Any
    error: str | None
    cause: str | None
    fails: bool
    mode: str


class Request(NamedTuple):
    """A request that can be carried out.

    ``definition`` is a whole machine, in which ``state`` is tested; ``named``: it was given as one. ``fields`` are the
    state's own; ``texts``: compact JSON text of a given payload -> as it was written.
    """

    definition: dict[str, Any]
    state: str
    named: bool
    fields: Mapping[str, Any]
    language: str
    input: Any
    level: str
    mock: Mock | None
    role_arn: str | None
    variables: dict[str, Any]
    context: dict[str, Any] | None
    retry_count: int
    failure_count: int | None
    reader_data: Any
    caused_by: str | None
    texts: dict[str, str]

    @property
    def type(self) -> str:
        """The state's type."""
        return str(self.fields["Type"])


def read(params: Mapping[str, Any], *, needs_role: bool = True) -> Request:
    """Check the members of a TestState call. Raises TestStateError."""
    definition, state, named = _definition(params)
    fields, language = _find(definition, state)
    kind = str(fields["Type"])
    mock = _mock(params.get("mock"), kind)
    if mock is not None and params.get("revealSecrets"):
        raise _refused("TestState does not support RevealSecrets when a mock is specified.")
    role_arn = params.get("roleArn")
    configuration = params.get("stateConfiguration") or {}
    failure_count = configuration.get("mapIterationFailureCount")
    if failure_count is not None:
        if mock is None:
            raise _refused("TestState does not support MapIterationFailureCount when a mock is not specified.")
        if kind != "Map":
            raise _refused("MapIterationFailureCount is only supported when testing a Map state.")
    if mock is None:
        _check_unmocked(kind, fields, role_arn, needs_role=needs_role)
    else:
        _check_result(kind, fields, mock)
    reader_data = configuration.get("mapItemReaderData")
    if kind == "Map" and "ItemReader" in fields and reader_data is None:
        raise _refused("ItemReader data must be specified when testing a Map state with ItemReader specified.")
    caused_by = configuration.get("errorCausedByState")
    if caused_by is not None and caused_by not in dict(_states_in(fields)):
        raise _refused("State not found in definition")
    texts = [params.get("input", "{}"), *([] if mock is None or mock.fails else [params["mock"]["result"]])]
    has_token = kind == "Task" and parse_resource(fields["Resource"]).pattern != REQUEST
    return Request(
        definition,
        state,
        named,
        fields,
        language,
        _json(params.get("input", "{}"), "input"),
        _level(params),
        mock,
        role_arn,
        _object(params.get("variables"), "variables"),
        check_context(params["context"], has_token=has_token, refuse=_refused) if "context" in params else None,
        int(configuration.get("retrierRetryCount") or 0),
        failure_count,
        None if reader_data is None else _json(reader_data, "mapItemReaderData"),
        caused_by,
        {encode(_json(text, "input")): text for text in texts},
    )


# -- the definition


def _definition(params: Mapping[str, Any]) -> tuple[dict[str, Any], str, bool]:
    """A whole machine, and the name of the state to test in it."""
    text = params.get("definition", "")
    source = Source(text)
    tree = source.tree
    name = params.get("stateName")
    if not isinstance(tree, dict):
        raise _invalid(analyse(source))
    if name is None:
        if "States" in tree and "Type" not in tree:
            raise _refused("StateName must be specified when the definition is a state machine")
        language = {"QueryLanguage": tree["QueryLanguage"]} if "QueryLanguage" in tree else {}
        state = {key: value for key, value in tree.items() if key != "QueryLanguage"} if language else tree
        whole = {**language, "StartAt": NAMELESS, "States": {NAMELESS: state}}
        whole["States"].update(_targets(state))
        source = Source(encode(whole))
        name = NAMELESS
        named = False
    else:
        named = True
    errors = [found for found in analyse(source) if found.severity == "error"]
    if errors:
        raise _invalid(errors)
    if name not in dict(_states_in(source.tree)):
        raise _refused("State not found in definition")
    return source.tree, name, named


def _targets(state: Mapping[str, Any]) -> dict[str, Any]:
    """States to which a state that comes alone may lead."""
    places = [state, *_list(state.get("Choices")), *_list(state.get("Catch"))]
    names = [place.get("Next") for place in places if isinstance(place, dict)] + [state.get("Default")]
    return {name: {"Type": "Succeed"} for name in names if isinstance(name, str) and name and name != NAMELESS}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _states_in(scope: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """All states of a machine, or those inside one state, by name."""
    for name, fields in scope.get("States", {}).items():
        yield name, fields
        yield from _states_in(fields)
    for inner in (scope.get("ItemProcessor"), scope.get("Iterator"), *scope.get("Branches", ())):
        if inner:
            yield from _states_in(inner)


def _find(definition: Mapping[str, Any], state: str) -> tuple[Mapping[str, Any], str]:
    fields = dict(_states_in(definition))[state]
    return fields, str(fields.get("QueryLanguage", definition.get("QueryLanguage", JSONPATH)))


def _invalid(diagnostics: Any) -> TestStateError:
    told = ", ".join(
        f"{found.aws_code}: {found.message}" + (f" at {found.aws_location}" if found.aws_location else "")
        for found in diagnostics
        if found.severity == "error"
    )
    return TestStateError(INVALID_DEFINITION, f"Invalid State Machine Definition: '{told}'")


# -- the other members


def _check_unmocked(kind: str, fields: Mapping[str, Any], role_arn: str | None, *, needs_role: bool) -> None:
    if kind in ("Map", "Parallel"):
        raise TestStateError(INVALID_DEFINITION, _UNSUPPORTED)
    if kind != "Task":
        return
    resource = parse_resource(fields["Resource"])
    if isinstance(resource, Activity) or resource.pattern != REQUEST:
        raise TestStateError(
            INVALID_DEFINITION,
            "TestState API does not support Activities, or service integrations with a .sync or .waitForTaskToken "
            f"pattern, when a mock is not specified: {resource.arn}",
        )
    if needs_role and not role_arn:
        raise _refused("RoleArn must be specified when testing a Task state")


def _mock(given: Mapping[str, Any] | None, kind: str) -> Mock | None:
    if given is None:
        return None
    if ("result" in given) == ("errorOutput" in given):
        raise _refused("A test mock should have only one of the following fields: [result, errorOutput].")
    if kind not in _MOCKABLE:
        raise _refused(f"State type '{kind}' is not supported when a mock is specified")
    mode = given.get("fieldValidationMode", STRICT)
    if mode not in (STRICT, PRESENT, NONE):
        raise _refused(f"fieldValidationMode must be one of [STRICT, PRESENT, NONE], not {mode}")
    if "errorOutput" in given:
        error = given["errorOutput"]
        return Mock(None, error.get("error"), error.get("cause"), fails=True, mode=mode)
    try:
        result = decode(given["result"])
    except NotJSON:
        raise _refused("Mocked result must be valid JSON") from None
    return Mock(result, None, None, fails=False, mode=mode)


def _check_result(kind: str, fields: Mapping[str, Any], mock: Mock) -> None:
    if mock.fails:
        return
    if kind == "Task":
        problem = check_result(parse_resource(fields["Resource"]), mock.result, mode=mock.mode)
        if problem is not None:
            raise _refused(f"Mock result schema validation error: {problem}")
    elif kind == "Map" and "ResultWriter" in fields:
        if not isinstance(mock.result, dict):
            raise _refused("Mocked result must be a JSON object.")
    elif not isinstance(mock.result, list):
        raise _refused("Mocked result must be an array.")
    elif kind == "Parallel" and len(mock.result) != len(fields["Branches"]):
        raise _refused("Mocked result must contain the same number of items as number of Parallel branches.")


def _level(params: Mapping[str, Any]) -> str:
    level = params.get("inspectionLevel", "INFO")
    if level not in LEVELS:
        raise _refused(f"inspectionLevel must be one of [INFO, DEBUG, TRACE], not {level}")
    return str(level)


def _json(text: Any, name: str) -> Any:
    try:
        return decode(text)
    except (NotJSON, TypeError) as problem:
        raise TestStateError("InvalidExecutionInput", f"Invalid {name}: {problem}") from None


def _object(text: str | None, name: str) -> dict[str, Any]:
    if text is None:
        return {}
    value = _json(text, name)
    if not isinstance(value, dict):
        raise _refused(f"{name} must be a JSON object")
    return value


def _refused(message: str) -> TestStateError:
    return TestStateError(VALIDATION, message)
