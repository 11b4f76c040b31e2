"""Choice rules of JSONPath states: ``And``, ``Or``, ``Not``, or a ``Variable`` with one of 39 operators.

``And`` and ``Or`` stop at the first rule that settles them, so that ``IsPresent`` can guard what follows. A missing
``Variable`` (or ``...Path`` operand) fails the state, except for IsPresent. choice_operators.py has the operators.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl import jsontext
from asl.expressions.choice_operators import COMPARISONS, OPERATORS, SIGNS, TYPE_TESTS, string_matches
from asl.expressions.jsonpath import compile_path
from asl.expressions.located import LocatedSyntaxError, pointer_to
from asl.expressions.scope import EvaluationError, ExpressionSyntaxError, PathNotFound

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.expressions.choice_operators import Check
    from asl.expressions.codegen import Evaluate
    from asl.expressions.jsonpath import Path
    from asl.expressions.scope import Scope

    Decide = Callable[[Any, Scope | None], bool]

#: How deep And, Or and Not may nest.
MAX_DEPTH = 50

#: Members of a rule that are no part of its condition; Next and Assign are legal at the top only (the parser's matter).
_OTHER_MEMBERS = frozenset({"Next", "Comment", "Assign", "Output"})
_COMPOSITES = ("And", "Or", "Not")


class Rule:
    """A compiled rule. Call it with ``(data, scope)``; ``scope`` may be None unless ``reads_scope``.

    Attributes:
        get: the plain function behind it, for callers that bind it once.
        reads_scope: some path is rooted in ``$$`` or a variable.
        references: the texts of all paths, in document order.
    """

    __slots__ = ("get", "reads_scope", "references")

    def __init__(self, get: Decide, paths: list[Path]) -> None:
        self.get = get
        self.reads_scope = any(path.reads_scope for path in paths)
        self.references = tuple(path.text for path in paths)

    def __call__(self, data: Any, scope: Scope | None = None) -> bool:
        """Whether the rule matches. Raises EvaluationError (``States.Runtime``) for a missing path."""
        return self.get(data, scope)


def compile_rule(rule: Any) -> Rule:
    """Compile one entry of ``Choices``. Raises LocatedSyntaxError, which holds every problem with its pointer."""
    compiler = _Compiler()
    decide = compiler.rule(rule, "", 0)
    if compiler.problems:
        raise LocatedSyntaxError(compiler.problems)
    return Rule(decide, compiler.paths)


def check_rule(rule: Any) -> list[tuple[str, str]]:
    """Every problem of a rule: JSON pointer within it, and message. Empty when it compiles."""
    try:
        compile_rule(rule)
    except LocatedSyntaxError as problem:
        return problem.problems
    return []


def describe_rule(rule: Any) -> str:
    """A rule on one line for people: ``$.op == "create" && $.x is present``. What can't be read becomes ``?``."""
    return _describe(rule, 0)


class _Compiler:
    def __init__(self) -> None:
        self.problems: list[tuple[str, str]] = []
        self.paths: list[Path] = []

    def rule(self, rule: Any, pointer: str, depth: int) -> Decide:
        if not isinstance(rule, dict):
            return self._problem(pointer, "A Choice rule must be an object")
        if depth > MAX_DEPTH:
            return self._problem(pointer, f"And, Or and Not are nested more than {MAX_DEPTH} levels deep")
        names = [name for name in rule if name not in _OTHER_MEMBERS]
        composites = [name for name in names if name in _COMPOSITES]
        if not composites:
            return self._comparison(rule, names, pointer)
        if len(names) > 1:
            return self._problem(
                pointer, f"{composites[0]} can't stand beside {' and '.join(set(names) - {composites[0]})}"
            )
        (name,) = names
        place = pointer_to(pointer, name)
        if name == "Not":
            inner = self.rule(rule["Not"], place, depth + 1)
            return lambda data, scope: not inner(data, scope)
        return self._all_or_any(rule[name], place, depth, stop_at=name == "Or")

    def _all_or_any(self, rules: Any, pointer: str, depth: int, stop_at: bool) -> Decide:
        if not isinstance(rules, list) or not rules:
            return self._problem(pointer, "And and Or need a non-empty array of rules")
        decisions = tuple(self.rule(rule, pointer_to(pointer, index), depth + 1) for index, rule in enumerate(rules))

        def decide(data: Any, scope: Scope | None) -> bool:
            for inner in decisions:
                if inner(data, scope) is stop_at:
                    return stop_at
            return not stop_at

        return decide

    def _comparison(self, rule: dict[str, Any], names: list[str], pointer: str) -> Decide:
        unknown = [name for name in names if name != "Variable" and name not in OPERATORS]
        operators = [name for name in names if name in OPERATORS]
        for name in unknown:
            from difflib import get_close_matches

            near = get_close_matches(name, OPERATORS, n=1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            self._problem(pointer_to(pointer, name), f"'{name}' is no comparison operator of a Choice rule{hint}")
        if "Variable" not in rule:
            self._problem(pointer, "A Choice rule needs a Variable with a comparison operator, or And, Or or Not")
        elif len(operators) != 1 and not unknown:
            found = " and ".join(operators) or "none"
            self._problem(pointer, f"A Choice rule has exactly one comparison operator, but here: {found}")
        variable = self._path(rule["Variable"], pointer_to(pointer, "Variable")) if "Variable" in rule else None
        if variable is None or len(operators) != 1:
            return _never
        (name,) = operators
        try:
            return self._operator(variable, name, rule[name], pointer_to(pointer, name))
        except ExpressionSyntaxError as problem:
            return self._problem(pointer_to(pointer, name), problem.message)

    def _operator(self, variable: Path, name: str, operand: Any, pointer: str) -> Decide:
        if name == "IsPresent" or name in TYPE_TESTS:
            if not isinstance(operand, bool):
                return self._problem(pointer, f"{name} must be true or false")
            if name == "IsPresent":
                return _presence(variable, operand)
            return _type_test(variable, TYPE_TESTS[name], operand)
        if name == "StringMatches":
            if not isinstance(operand, str):
                return self._problem(pointer, "StringMatches must be a string")
            return _check(variable, string_matches(operand))
        if name not in COMPARISONS:
            other = self._path(operand, pointer)
            return _never if other is None else _compare_paths(variable, other, COMPARISONS[name.removesuffix("Path")])
        check = COMPARISONS[name](operand)
        if check is None:
            return self._problem(pointer, _OPERAND_MESSAGES[name[:4]].format(name=name))
        return _check(variable, check)

    def _path(self, text: Any, pointer: str) -> Path | None:
        try:
            if not isinstance(text, str):
                raise ExpressionSyntaxError("it must be a string")
            path = compile_path(text)
        except ExpressionSyntaxError as problem:
            self._problem(pointer, f"Value is not a valid JSONPath: {problem.message}")
            return None
        self.paths.append(path)
        return path

    def _problem(self, pointer: str, message: str) -> Decide:
        self.problems.append((pointer, message))
        return _never


_OPERAND_MESSAGES = {
    "Stri": "{name} must be a string",
    "Nume": "{name} must be a number",
    "Bool": "{name} must be true or false",
    "Time": "String does not match RFC3339 timestamp",
}


def _never(_data: Any, _scope: Scope | None) -> bool:
    return False


def _missing(problem: PathNotFound) -> EvaluationError:
    return EvaluationError(
        "States.Runtime",
        f"Invalid path '{problem.path}': The choice state's condition path references an invalid value.",
    )


def _check(variable: Path, check: Check) -> Decide:
    read: Evaluate = variable.get

    def decide(data: Any, scope: Scope | None) -> bool:
        try:
            return check(read(data, scope))
        except PathNotFound as problem:
            raise _missing(problem) from None

    return decide


def _type_test(variable: Path, check: Check, wanted: bool) -> Decide:
    return _check(variable, check if wanted else lambda value: not check(value))


def _presence(variable: Path, wanted: bool) -> Decide:
    exists = variable.exists
    return exists if wanted else lambda data, scope: not exists(data, scope)


def _compare_paths(variable: Path, other: Path, make: Callable[[Any], Check | None]) -> Decide:
    read, read_operand = variable.get, other.get

    def decide(data: Any, scope: Scope | None) -> bool:
        try:
            value = read(data, scope)
            check = make(read_operand(data, scope))
        except PathNotFound as problem:
            raise _missing(problem) from None
        return check is not None and check(value)

    return decide


def _describe(rule: Any, depth: int) -> str:
    if not isinstance(rule, dict) or depth > MAX_DEPTH:
        return "?"
    match rule:
        case {"Not": inner}:
            text = _describe(inner, depth + 1)
            return f"!{text}" if text.startswith(("(", "!")) else f"!({text})"
        case {"And": list() as rules} | {"Or": list() as rules}:
            sign = " && " if "And" in rule else " || "
            return _nested(sign.join(_describe(inner, depth + 1) for inner in rules), depth and len(rules) > 1)
    variable = rule.get("Variable", "?")
    for name, operand in rule.items():
        if name in OPERATORS:
            return f"{variable} {_condition(name, operand)}"
    return "?"


def _nested(text: str, inside: Any) -> str:
    return f"({text})" if inside else text


def _condition(name: str, operand: Any) -> str:
    if name.startswith("Is"):
        return f"is {'' if operand else 'not '}{name[2:].lower()}"
    if name == "StringMatches":
        return f"matches {_short(operand)}"
    sign = SIGNS[name.removesuffix("Path")]
    return f"{sign} {operand if name.endswith('Path') else _short(operand)}"


def _short(operand: Any) -> str:
    try:
        text = jsontext.encode(operand)
    except jsontext.NotJSON:
        return "?"
    return text if len(text) <= 60 else text[:57] + "..."
