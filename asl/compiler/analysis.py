"""Everything that is wrong with a definition, found in one go: ``analyse(source)``.

Field by field against the tables of the states' rooms, then what only the whole graph shows: targets, ends, names,
scopes (the document itself, each branch, each processor). Nothing here calls itself, so that no definition, however
deep or broken, can do worse than produce a list of diagnostics.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from asl import jsontext
from asl.compiler.dataflow import check_data
from asl.compiler.expression_checks import CHECKS
from asl.compiler.flow import check_flow, check_loops
from asl.compiler.jsonata_checks import check_states_members
from asl.compiler.names import check_names
from asl.compiler.state_checks import STATE_CHECKS, Labels, StateView
from asl.compiler.transitions import inner_scopes, is_distributed
from asl.compiler.undefined import check_reads
from asl.compiler.unread import check_unread
from asl.compiler.variables import assigned, check_variables
from asl.states import choice, fail, map_, parallel, pass_, succeed, task, wait
from asl.syntax.checker import check
from asl.syntax.diagnostics import Diagnostic, Findings, child, in_order, shown, tokens
from asl.syntax.fields import (
    EXPRESSION_CHECKS,
    JSONATA,
    JSONPATH,
    MAX_SECONDS,
    Table,
    integer,
    keyword,
    object_of,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asl.syntax.fields import Language, Use
    from asl.syntax.source import Source

EXPRESSION_CHECKS.update(CHECKS)

#: AWS's limit for the text of a definition, in bytes
DEFINITION_LIMIT: Final = 1_048_576

DOCUMENT_FIELDS: Final = Table(
    {
        "States": object_of(required=True, nonempty=True),
        "StartAt": text(required=True, nonempty=True),
        "Comment": text(),
        "Version": keyword("1.0"),
        "TimeoutSeconds": integer(1, MAX_SECONDS),
        "QueryLanguage": keyword(JSONPATH, JSONATA),
    },
    required_as_list=True,
)

FIELDS: Final[dict[str, Table]] = {
    "Task": task.FIELDS,
    "Wait": wait.FIELDS,
    "Pass": pass_.FIELDS,
    "Succeed": succeed.FIELDS,
    "Fail": fail.FIELDS,
    "Choice": choice.FIELDS,
    "Parallel": parallel.FIELDS,
    "Map": map_.FIELDS,
}


class Scope(NamedTuple):
    """One object with ``StartAt`` and ``States``. ``outer`` are the variables that scopes around it assign."""

    body: dict[str, Any]
    pointer: str
    outer: frozenset[str] = frozenset()

    @property
    def states(self) -> dict[str, Any]:
        states = self.body.get("States")
        return states if isinstance(states, dict) else {}

    @property
    def states_pointer(self) -> str:
        return f"{self.pointer}/States"


class _Analysis(NamedTuple):
    findings: Findings
    language: Language
    express: bool
    labels: Labels
    uses: dict[str, list[Use]]  # by the pointer of their state


def analyse(source: Source, *, express: bool = False) -> list[Diagnostic]:
    """All diagnostics of a definition, in document order; [] = nothing to say. Never raises, whatever the source holds.

    ``express``: also report what an Express workflow can't have.
    """
    findings = Findings(source)
    if jsontext.size(source.text) > DEFINITION_LIMIT:
        findings.add("ASL801", "", f"The definition is larger than {DEFINITION_LIMIT:,} bytes")
    if source.readable:
        _analyse_tree(source.tree, findings, express=express)
    return in_order([*source.problems, *findings.in_order()])


def variable_references(source: Source) -> dict[str, list[str]]:
    """The variables that each state of a valid definition reads, by the state's name; states that read none are left
    out."""
    analysis, _ = _check_scopes(source.tree, Findings(source), express=False)
    found = {
        tokens(pointer)[-1]: sorted({mention.name for use in uses for mention in use.reading.variables})
        for pointer, uses in analysis.uses.items()
    }
    return {state: names for state, names in found.items() if names}


def _analyse_tree(tree: Any, findings: Findings, *, express: bool) -> None:
    if not isinstance(tree, dict):
        findings.add("ASL102", "", "Definition must be a valid JSON object", f"it is {shown(tree)}")
        return
    check(tree, DOCUMENT_FIELDS, JSONPATH, "", findings)
    analysis, scopes = _check_scopes(tree, findings, express=express)
    named = [(scope.states, scope.states_pointer) for scope in scopes]
    owners = check_names(findings, named)
    for scope in scopes:
        check_flow(findings, scope.body, scope.pointer, owners)
    for scope in scopes:
        check_loops(findings, scope.body, scope.pointer)
    if len(findings.source.text) <= DEFINITION_LIMIT:
        check_reads(findings, tree, analysis.uses, named)
    if not findings.has_errors:  # of what is broken, or larger than AWS takes, nothing is foretold
        check_data(findings, tree)
        check_unread(findings, tree, named)


def _check_scopes(tree: dict[str, Any], findings: Findings, *, express: bool) -> tuple[_Analysis, list[Scope]]:
    """Check the states of all scopes, one by one."""
    language: Language = JSONATA if tree.get("QueryLanguage") == JSONATA else JSONPATH
    analysis = _Analysis(findings, language, express, {}, {})
    scopes: list[Scope] = []
    work = [Scope(tree, "")]
    while work:
        scope = work.pop()
        scopes.append(scope)
        work.extend(_check_scope(analysis, scope))
    return analysis, scopes


def _check_scope(analysis: _Analysis, scope: Scope) -> Iterator[Scope]:
    """Check the states of one scope; the scopes inside them are answered, to be checked next."""
    check_variables(analysis.findings, scope.states, scope.states_pointer, scope.outer, analysis.language)
    inner_outer = scope.outer | assigned(scope.states)
    for name, state in scope.states.items():
        pointer = child(scope.states_pointer, name)
        if not isinstance(state, dict):
            analysis.findings.add("ASL204", pointer, f"A state must be an object, but is {shown(state)}")
            continue
        _check_state(analysis, state, pointer)
        yield from _inner_scopes(state, pointer, inner_outer)


def _check_state(analysis: _Analysis, state: dict[str, Any], pointer: str) -> None:
    findings = analysis.findings
    kind = state.get("Type")
    table = FIELDS.get(kind) if isinstance(kind, str) else None
    language = _language(analysis, state, pointer)
    if table is None:
        # the fields can't be judged without the type; report the type alone
        only_type = {name: value for name, value in state.items() if name == "Type"}
        check(only_type, _TYPE_ALONE, language, pointer, findings)
        return
    uses = check(state, table, language, pointer, findings)
    if uses:
        analysis.uses[pointer] = uses
        check_states_members(findings, uses, str(kind), pointer)
    view = StateView(state, pointer, language, findings, analysis.express, analysis.labels)
    for check_more in STATE_CHECKS[str(kind)]:
        check_more(view)


_TYPE_ALONE: Final = Table({"Type": pass_.FIELDS.fields["Type"]})


def _language(analysis: _Analysis, state: dict[str, Any], pointer: str) -> Language:
    match state.get("QueryLanguage"):
        case "JSONata":
            return JSONATA
        case "JSONPath":
            if analysis.language == JSONATA:
                message = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine"
                analysis.findings.add("ASL212", f"{pointer}/QueryLanguage", message)
            return JSONPATH
        case _:
            return analysis.language


def _inner_scopes(state: dict[str, Any], pointer: str, outer: frozenset[str]) -> Iterator[Scope]:
    for inner, place in inner_scopes(state, pointer):
        yield Scope(inner, place, frozenset() if is_distributed(inner) else outer)
