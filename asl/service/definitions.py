"""Definitions: checked when they come in, kept as text under their digest, compiled when somebody runs them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from asl.compiler.analysis import variable_references
from asl.errors import DefinitionError, ServiceError
from asl.machine import StateMachine
from asl.validation import aws_refusal, aws_validation, validate
from asl.worker import Definitions as Compiled

if TYPE_CHECKING:
    from asl.service.house import Answer, House, Params
    from asl.stores.base import Store


class Definitions:
    """The definitions of a store. May be used from several threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.compiled = Compiled(store)
        self._references: WeakKeyDictionary[StateMachine, dict[str, list[str]]] = WeakKeyDictionary()

    def check(self, text: str, kind: str) -> str:
        """Check a definition for a machine of this type; returns its digest. Raises InvalidDefinition."""
        try:
            StateMachine.parse(text, type=kind)
        except DefinitionError as problem:
            refusal = aws_refusal(problem.diagnostics) or f"Invalid State Machine Definition: '{problem}'"
            raise ServiceError("InvalidDefinition", refusal) from None
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def keep(self, digest: str, text: str) -> None:
        """Store a definition that has been checked. What nothing names may be purged: keep it once more when the
        machine that names it is stored."""
        self._store.put_definition(digest, text)

    def text(self, digest: str) -> str:
        """The definition as it came in."""
        text = self._store.definition(digest)
        assert text is not None, "a definition stays as long as something names it"
        return text

    def machine(self, digest: str, kind: str) -> StateMachine:
        """The compiled machine. Its name is not that of the state machine, of which several may share a definition."""
        return self.compiled.find(digest, express=kind == "EXPRESS")

    def references(self, digest: str, kind: str) -> dict[str, list[str]]:
        """The variables that each state reads."""
        machine = self.machine(digest, kind)
        found = self._references.get(machine)
        if found is None:
            found = self._references[machine] = variable_references(machine.source)
        return {state: list(names) for state, names in found.items()}


def validate_state_machine_definition(house: House, params: Params) -> Answer:  # noqa: ARG001 - as all operations
    """What there is to say about a definition; nothing is stored."""
    found = validate(params["definition"], type=params.get("type", "STANDARD"))
    given: dict[str, Any] = {"severity": params.get("severity", "ERROR"), "max_results": params.get("maxResults", 0)}
    return aws_validation(found, **given)
