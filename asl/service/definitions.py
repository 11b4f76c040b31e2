"""Definitions: checked when they come in, kept as text under their digest, compiled when somebody runs them."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any

from asl.compiler.analysis import variable_references
from asl.errors import DefinitionError, ServiceError
from asl.machine import StateMachine
from asl.validation import aws_refusal, aws_validation, validate

if TYPE_CHECKING:
    from asl.service.house import Answer, House, Params
    from asl.stores.base import Store

#: How many compiled machines stay in memory.
_COMPILED = 256


def digest(text: str) -> str:
    """What a definition is stored under."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Definitions:
    """The definitions of a store. May be used from several threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._compiled: OrderedDict[tuple[str, str], StateMachine] = OrderedDict()
        self._lock = Lock()

    def keep(self, text: str, type: str) -> str:
        """Check a definition and store it; returns its digest. Raises InvalidDefinition."""
        found = digest(text)
        if (found, type) not in self._compiled:
            self._compile(found, text, type)
        self._store.put_definition(found, text)
        return found

    def text(self, digest: str) -> str:
        """The definition as it came in."""
        text = self._store.definition(digest)
        assert text is not None, "a definition stays as long as something names it"
        return text

    def machine(self, digest: str, type: str) -> StateMachine:
        """The compiled machine. Its name is not that of the state machine, of which several may share a definition."""
        key = (digest, type)
        with self._lock:
            found = self._compiled.get(key)
            if found is not None:
                self._compiled.move_to_end(key)
                return found
        return self._compile(digest, self.text(digest), type)

    def references(self, digest: str, type: str) -> dict[str, list[str]]:
        """The variables that each state reads."""
        return variable_references(self.machine(digest, type).source)

    def _compile(self, digest: str, text: str, type: str) -> StateMachine:
        try:
            machine = StateMachine.parse(text, type=type)
        except DefinitionError as problem:
            refusal = aws_refusal(problem.diagnostics) or f"Invalid State Machine Definition: '{problem}'"
            raise ServiceError("InvalidDefinition", refusal) from None
        with self._lock:
            self._compiled[digest, type] = machine
            while len(self._compiled) > _COMPILED:
                self._compiled.popitem(last=False)
        return machine


def validate_state_machine_definition(house: House, params: Params) -> Answer:
    """What there is to say about a definition; nothing is stored."""
    found = validate(params["definition"], type=params.get("type", "STANDARD"))
    given: dict[str, Any] = {"severity": params.get("severity", "ERROR"), "max_results": params.get("maxResults", 0)}
    return aws_validation(found, **given)
