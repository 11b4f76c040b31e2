"""Paths: each step maps the items of the one before; ``@``, ``#`` and ``%`` carry variables along with the items.

A path that binds nothing passes plain sequences from step to step. One that does passes a stream of tuples: dicts
with the item under "@" and what was bound on the way under its name, which the later steps see as variables.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from asl.expressions.jsonata.errors import JsonataError
from asl.expressions.jsonata.sorting import sort_by_terms
from asl.expressions.jsonata.values import (
    UNDEFINED,
    ConsArray,
    Frame,
    Sequence,
    all_numbers,
    append,
    collapse,
    is_number,
    lookup,
    truthy,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.expressions.jsonata.compiler import Compiler
    from asl.expressions.jsonata.nodes import Group, Node, Stage

    Evaluate = Callable[[Any, Frame], Any]
    Step = Callable[[list[Any], Frame], list[Any]]
    TupleStep = Callable[[list[Any], list[Any] | None, Frame], Sequence]


def compile_path(compiler: Compiler, path: Node) -> Evaluate:
    """The evaluation of a path node, collapsing included."""
    names = _plain_names(path)
    if names is not None:
        return member(names[0]) if len(names) == 1 else _members(None, names)
    if _plain_names(path, skip=1) and _plain_head(path.nodes[0]):
        return _members(compiler.compile(path.nodes[0]), [step.value for step in path.nodes[1:]])
    evaluate = _general(compiler, path)
    group = compile_group(compiler, path.group) if path.group is not None else None
    keep = path.keep_singleton or path.keep_array

    def run_path(context: Any, frame: Frame) -> Any:
        result = evaluate(context, frame)
        if group is not None:
            return group(result, frame)
        if keep and type(result) is Sequence:
            result.keep = True
        return collapse(result)

    return run_path


def _plain_names(path: Node, skip: int = 0) -> list[str] | None:
    """The names of a path that does nothing but look up members, else None."""
    steps = path.nodes[skip:]
    if path.group is not None or path.keep_singleton or path.keep_array or path.tuple or path.predicates:
        return None
    for step in steps:
        if step.type != "name" or step.stages or step.predicates or step.tuple or step.group or step.keep_array:
            return None
    return [step.value for step in steps]


def _plain_head(step: Node) -> bool:
    bare = not (step.stages or step.predicates or step.tuple or step.group or step.keep_array)
    return step.type == "variable" and bare


def member(name: str) -> Evaluate:
    def find(context: Any, frame: Frame) -> Any:
        if type(context) is dict:
            value = context.get(name, UNDEFINED)
            return collapse(Sequence(value)) if type(value) is Sequence else value
        if isinstance(context, list):
            return collapse(_map_name(name, context, frame, True))
        return UNDEFINED

    return find


def _members(head: Evaluate | None, names: list[str]) -> Evaluate:
    """``$variable.a.b``: while objects hold no arrays on the way, no sequence is needed."""
    last = len(names) - 1

    def members(context: Any, frame: Frame) -> Any:
        value = context if head is None else head(context, frame)
        for position, name in enumerate(names):
            if type(value) is not dict:
                if not isinstance(value, list):
                    return UNDEFINED
                if type(value) is ConsArray:
                    value = [value]
                for later in range(position, last + 1):
                    value = _map_name(names[later], value, frame, later == last)
                return collapse(value)
            value = value.get(name, UNDEFINED)
        return collapse(Sequence(value)) if type(value) is Sequence else value

    return members


def _map_name(name: str, items: list[Any], frame: Frame, last: bool) -> list[Any]:
    found = []
    for item in items:
        value = item.get(name, UNDEFINED) if type(item) is dict else collapse(lookup(item, name))
        if value is not UNDEFINED:
            found.append(value)
    return _flatten(found, frame, last)


def _flatten(found: list[Any], frame: Frame, last: bool) -> list[Any]:
    """The results of one step as one sequence; a single array that a last step finds stays the array it is."""
    if last and len(found) == 1 and isinstance(found[0], list) and type(found[0]) is not Sequence:
        only: list[Any] = found[0]
        return only
    result = Sequence()
    for value in found:
        if isinstance(value, list) and type(value) is not ConsArray:
            result.extend(value)
        else:
            result.append(value)
    frame.run.spend((len(result) >> 2) + 1)
    return result


def _general(compiler: Compiler, path: Node) -> Evaluate:
    first = path.nodes[0]
    relative = first.type != "variable"
    head = compiler.compile(first) if first.cons_array else None
    plain: list[Step] = []
    carrying: list[tuple[TupleStep, bool]] = []
    for position, step in enumerate(path.nodes):
        if carrying or step.tuple:
            carrying.append((_tuple_step(compiler, step), bool(step.focus)))
        elif not (position == 0 and head is not None):
            plain.append(_step(compiler, step, position == len(path.nodes) - 1))
    streams = path.tuple
    grouped = path.group is not None
    keep = path.keep_singleton

    def steps(context: Any, frame: Frame) -> Any:
        items: Any = context if relative and isinstance(context, list) else Sequence((context,))
        if head is not None:
            items = head(items, frame)
            if not items:
                return items
        for step in plain:
            items = step(items, frame)
            if not items:
                break
        if carrying:
            tuples: list[Any] | None = None
            for carry, _ in carrying:
                tuples = carry(items, tuples, frame)
            if streams or grouped:
                return tuples
            items = Sequence([each["@"] for each in tuples or ()])
        if keep and type(items) is ConsArray:
            items = Sequence((items,))
        return items

    return steps


def _step(compiler: Compiler, step: Node, last: bool) -> Step:
    stages = [compile_filter(compiler, stage) for stage in step.stages]
    if step.type == "sort":
        sort = sort_by_terms(compiler, step)

        def sort_step(items: list[Any], frame: Frame) -> Any:
            result: Any = sort(items, frame)
            for stage in stages:
                result = stage(result, frame)
            return result

        return sort_step
    if step.type == "name" and not stages and not step.keep_array and not step.group:
        name = step.value
        return lambda items, frame: _map_name(name, items, frame, last)
    evaluate = compiler.compile(step)

    def map_step(items: list[Any], frame: Frame) -> list[Any]:
        found = []
        for item in items:
            value = evaluate(item, frame)
            for stage in stages:
                value = stage(value, frame)
            if value is not UNDEFINED:
                found.append(value)
        return _flatten(found, frame, last)

    return map_step


def _tuple_step(compiler: Compiler, step: Node) -> TupleStep:
    stages = [_tuple_stage(compiler, stage) for stage in step.stages]
    if step.type == "sort":
        return _tuple_sort(compiler, step, stages)
    evaluate = compiler.compile(step)
    focus, index = step.focus, step.index
    parent = step.ancestor

    def carry(items: list[Any], tuples: list[Any] | None, frame: Frame) -> Sequence:
        if tuples is None:
            tuples = [{"@": item} for item in items]
        result = Sequence()
        result.stream = True
        for old in tuples:
            value = evaluate(old["@"], Frame(dict(old), frame, frame.run))
            if value is UNDEFINED:
                continue
            found = value if isinstance(value, list) else [value]
            stream = type(found) is Sequence and found.stream
            frame.run.spend(2 * len(found) + 1)
            for position, item in enumerate(found):
                if stream:
                    result.append({**old, **item})
                    continue
                new = dict(old)
                new[focus or "@"] = item
                if index:
                    new[index] = position
                if parent is not None:
                    new[parent.label] = old["@"]
                result.append(new)
        for stage in stages:
            result = stage(result, frame)
        return result

    return carry


def _tuple_sort(compiler: Compiler, step: Node, stages: list[Evaluate]) -> TupleStep:
    sort = sort_by_terms(compiler, step)
    index = step.index

    def carry(items: list[Any], tuples: list[Any] | None, frame: Frame) -> Sequence:
        ordered = sort(items if tuples is None else tuples, frame)
        if tuples is None:
            ordered = [{"@": item, index: position} for position, item in enumerate(ordered)]
        result = Sequence(ordered)
        result.stream = True
        for stage in stages:
            result = stage(result, frame)
        return result

    return carry


def _tuple_stage(compiler: Compiler, stage: Stage) -> Evaluate:
    if stage.type == "filter":
        return compile_filter(compiler, stage)
    name = stage.name

    def number_items(items: Any, _frame: Frame) -> Any:
        for position, each in enumerate(items):
            each[name] = position
        return items

    return number_items


def compile_filter(compiler: Compiler, stage: Stage) -> Evaluate:
    """``[...]`` after an expression: picks by position or keeps what fits."""
    if stage.node is None:
        raise AssertionError("a filter without an expression")
    if stage.node.type == "number" and not stage.node.predicates:
        return _pick(math.floor(stage.node.value))
    predicate = compiler.compile(stage.node)

    def keep_fitting(value: Any, frame: Frame) -> Sequence:
        items = value if isinstance(value, list) else [value]
        result = Sequence()
        stream = type(items) is Sequence and items.stream
        result.stream = stream
        frame.run.spend(2 * len(items) + 1)
        for position, item in enumerate(items):
            context, inner = (item["@"], Frame(dict(item), frame, frame.run)) if stream else (item, frame)
            answer = predicate(context, inner)
            if type(answer) is bool:
                if answer:
                    result.append(item)
            elif is_number(answer):
                if _position(answer, len(items)) == position:
                    result.append(item)
            elif isinstance(answer, list) and all_numbers(answer):
                result.extend(item for number in answer if _position(number, len(items)) == position)
            elif truthy(answer):
                result.append(item)
        return result

    return keep_fitting


def _position(number: float, length: int) -> int:
    position = math.floor(number)
    return position + length if position < 0 else position


def _pick(index: int) -> Evaluate:
    def pick(value: Any, _frame: Frame) -> Any:
        items = value if isinstance(value, list) else [value]
        position = index + len(items) if index < 0 else index
        result = Sequence()
        result.stream = type(items) is Sequence and items.stream
        if 0 <= position < len(items):
            item = items[position]
            if isinstance(item, list):
                return item
            if item is not UNDEFINED:
                result.append(item)
        return result

    return pick


def compile_group(compiler: Compiler, group: Group) -> Evaluate:
    """``{key: value}``: the items are sorted into groups by key, and each group gives one member."""
    pairs = [(compiler.compile(key), compiler.compile(value)) for key, value in group.pairs]

    def group_items(value: Any, frame: Frame) -> dict[str, Any]:
        stream = type(value) is Sequence and value.stream
        items: list[Any] = value if isinstance(value, list) else [value]
        if not items:
            items = [UNDEFINED]
            stream = False
        groups: dict[str, tuple[int, list[Any]]] = {}
        frame.run.spend(len(items) * len(pairs))
        for item in items:
            inner = Frame(dict(item), frame, frame.run) if stream else frame
            context = item["@"] if stream else item
            for number, (key_of, _) in enumerate(pairs):
                key = key_of(context, inner)
                if key is UNDEFINED:
                    continue
                if type(key) is not str:
                    raise JsonataError("T1003", value=key)
                known = groups.get(key)
                if known is None:
                    groups[key] = (number, [item])
                elif known[0] != number:
                    raise JsonataError("D1009", value=key)
                else:
                    known[1].append(item)
        result = {}
        for key, (number, members) in groups.items():
            if stream:
                merged = _merge_tuples(members)
                found = pairs[number][1](merged.pop("@"), Frame(merged, frame, frame.run))
            else:
                found = pairs[number][1](_together(members), frame)
            if found is not UNDEFINED:
                result[key] = found
        return result

    return group_items


def _together(members: list[Any]) -> Any:
    """The data of one group: an only item as it is, several as one array."""
    if len(members) == 1:
        return members[0]
    joined: list[Any] = []
    for member in members:
        if isinstance(member, list):
            joined.extend(member)
        elif member is not UNDEFINED:
            joined.append(member)
    return joined


def _merge_tuples(tuples: list[Any]) -> dict[str, Any]:
    merged: dict[str, Any] = dict(tuples[0])
    for each in tuples[1:]:
        for name, value in each.items():
            merged[name] = append(merged.get(name, UNDEFINED), value)
    return merged
