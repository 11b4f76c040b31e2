"""Values made of a JSON Schema, by any source of choices: a seeded generator, or Hypothesis, which can shrink them.

Understood are type, enum, const, properties, required, items, minItems, maxItems, minimum, maximum, minLength,
maxLength, anyOf, oneOf, allOf, local $ref, default, examples. ``values`` (not of JSON Schema) are likely ones beside
the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from asl.errors import AslError

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

T = TypeVar("T")
Schema = dict[str, Any]

#: However a schema refers to itself: so deep, and then the simplest value.
_DEEPEST = 12
_STRINGS = ("", "a", "some text", "2026-01-01T00:00:00Z")
_NUMBERS = (0, 1, -1, 2, 10, 1000)


class Choices(Protocol):
    """A source of choices; the first option is the simplest."""

    def one_of(self, options: Sequence[T]) -> T:
        """One of the options."""

    def whole(self, low: int, high: int) -> int:
        """A whole number."""


class RandomChoices:
    """Choices of a seeded generator."""

    def __init__(self, generator: random.Random) -> None:
        self._generator = generator

    def one_of(self, options: Sequence[T]) -> T:
        return self._generator.choice(options)

    def whole(self, low: int, high: int) -> int:
        return self._generator.randint(low, high)


class Simplest:
    """Always the first option."""

    def one_of(self, options: Sequence[T]) -> T:
        return options[0]

    def whole(self, low: int, high: int) -> int:
        return low


class Maker:
    """Makes values of one schema. Raises AslError for a schema that can't be followed."""

    def __init__(self, schema: Any) -> None:
        self._root = schema

    def make(self, choices: Choices) -> Any:
        """A value."""
        return self._make(self._root, choices, 0)

    def _make(self, schema: Any, choices: Choices, depth: int) -> Any:
        if schema is True or schema == {}:
            return choices.one_of(({}, "a", 1, None, []))
        if not isinstance(schema, dict):
            raise AslError(f"this is no JSON Schema that a value can be made of: {schema!r}")
        if "$ref" in schema:
            schema = self._referred(schema["$ref"])
        if depth > 2 * _DEEPEST:
            raise AslError("the schema refers to itself in a way that never ends: some member must not be required")
        if depth > _DEEPEST:
            choices = Simplest()
        listed = _listed(schema)
        if listed and (not _typed(schema) or "enum" in schema or "const" in schema or choices.whole(0, 3) < 3):
            return choices.one_of(listed)
        alternatives = schema.get("anyOf") or schema.get("oneOf")
        if alternatives:
            return self._make(choices.one_of(alternatives), choices, depth + 1)
        return self._typed_value(_merged(schema) if "allOf" in schema else schema, choices, depth)

    def _typed_value(self, schema: Schema, choices: Choices, depth: int) -> Any:
        kind = schema.get("type") or (
            "object" if "properties" in schema else "array" if "items" in schema else "string"
        )
        if isinstance(kind, list):
            kind = choices.one_of(kind)
        if kind == "object":
            return self._object(schema, choices, depth)
        if kind == "array":
            return self._array(schema, choices, depth)
        return _scalar(kind, schema, choices)

    def _object(self, schema: Schema, choices: Choices, depth: int) -> dict[str, Any]:
        required = schema.get("required", ())
        made = {}
        for name, inner in schema.get("properties", {}).items():
            if name in required or (depth <= _DEEPEST and choices.whole(0, 1)):
                made[name] = self._make(inner, choices, depth + 1)
        return made

    def _array(self, schema: Schema, choices: Choices, depth: int) -> list[Any]:
        least = schema.get("minItems", 0)
        most = min(schema.get("maxItems", least + 3), least + 3)
        count = least if depth > _DEEPEST else choices.whole(least, most)
        return [self._make(schema.get("items", {"type": "string"}), choices, depth + 1) for _ in range(count)]

    def _referred(self, reference: str) -> Any:
        found = self._root
        if not reference.startswith("#"):
            raise AslError(f"the schema refers to {reference}: only references within it (#/...) are followed")
        for part in reference[1:].split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(found, dict) or key not in found:
                raise AslError(f"the schema refers to {reference}, which isn't there")
            found = found[key]
        return found


def _listed(schema: Schema) -> list[Any]:
    """The values that a schema names: all there are (const, enum), or likely ones."""
    if "const" in schema:
        return [schema["const"]]
    if "enum" in schema:
        return list(schema["enum"])
    default = [schema["default"]] if "default" in schema else []
    return [*schema.get("values", ()), *schema.get("examples", ()), *default]


def _typed(schema: Schema) -> bool:
    return any(name in schema for name in ("type", "anyOf", "oneOf", "properties", "items"))


def _merged(schema: Schema) -> Schema:
    merged = {name: value for name, value in schema.items() if name != "allOf"}
    for part in schema["allOf"]:
        merged = {
            **merged,
            **part,
            "properties": {**merged.get("properties", {}), **part.get("properties", {})},
            "required": [*merged.get("required", ()), *part.get("required", ())],
        }
    return merged


def _scalar(kind: str, schema: Schema, choices: Choices) -> Any:
    match kind:
        case "null":
            return None
        case "boolean":
            return choices.one_of((False, True))
        case "integer" | "number":
            low, high = schema.get("minimum"), schema.get("maximum")
            fitting = [n for n in _NUMBERS if (low is None or n >= low) and (high is None or n <= high)]
            fitting += [bound for bound in (low, high) if bound is not None and bound not in fitting]
            return choices.one_of(fitting or [0])
        case "string":
            least, most = schema.get("minLength", 0), schema.get("maxLength", 1_000)
            texts = [text for text in _STRINGS if least <= len(text) <= most]
            return choices.one_of(texts or ["a" * least])
    raise AslError(f"the schema has the type {kind!r}, of which no value can be made")


def schema_of(example: Any, likely: Mapping[str, Sequence[Any]] | None = None) -> Schema:
    """The schema of values like an example: the same members, always there; other values of the same types.

    ``likely`` has further values by the last name of the path that leads to them.
    """

    def of(value: Any, name: str) -> Schema:
        if isinstance(value, dict):
            inner = {key: of(member, key) for key, member in value.items()}
            return {"type": "object", "properties": inner, "required": list(inner)}
        if isinstance(value, list):
            return {"type": "array", "items": of(value[0], name) if value else {"type": "string"}}
        kind = _type_of(value)
        return {"type": kind, "values": [value, *(v for v in (likely or {}).get(name, ()) if _type_of(v) == kind)]}

    return of(example, "")


def _type_of(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, (int, float)) else "string"
