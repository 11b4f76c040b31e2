"""A definition written in YAML: the same plain values and places as from JSON.

Read from the parser's events, without recursion, so that depth is bounded while reading. Scalars are understood as the
AWS tools do (YAML 1.1 as PyYAML's safe loader reads it), except that dates stay strings, since JSON has none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from asl.syntax.diagnostics import child, shown
from asl.syntax.positions import Places, Repeated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import yaml

#: how many values a definition may have once its aliases are written out
MAX_VALUES = 200_000

Problem = tuple[str, str, int, str]


@dataclass(slots=True)
class YamlResult:
    """What was read. ``problems`` are (rule, message, offset, hint)."""

    tree: Any = None
    readable: bool = False
    places: Places = field(default_factory=Places)
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class _Node:
    """A scalar's value, or a mapping's/sequence's parts."""

    kind: str
    offset: int
    value: Any = None
    items: list[_Node] = field(default_factory=list)
    pairs: list[tuple[_Node, _Node]] = field(default_factory=list)
    key: _Node | None = None  # of a mapping that is still being read

    def take(self, node: _Node) -> None:
        if self.kind == "sequence":
            self.items.append(node)
        elif self.key is None:
            self.key = node
        else:
            self.pairs.append((self.key, node))
            self.key = None


class _Refused(Exception):
    def __init__(self, rule: str, message: str, offset: int, hint: str = "") -> None:
        super().__init__(message)
        self.problem: Problem = (rule, message, offset, hint)


def read_yaml(text: str, max_depth: int, *, short_forms: bool = False) -> YamlResult:
    """Read one YAML document. Problems are reported, never raised.

    ``short_forms``: read CloudFormation's tags, ``!Sub x`` as ``{"Fn::Sub": x}``.
    """
    import yaml

    result = YamlResult()
    try:
        root = _build(yaml.parse(text, Loader=yaml.SafeLoader), max_depth, short_forms=short_forms)
        result.tree = _plain(root, result, max_depth)
        result.readable = True
    except _Refused as refused:
        result.problems.append(refused.problem)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        message = f"The text is not YAML: {problem.problem or problem.context or 'it can not be parsed'}"
        result.problems.append(("ASL108", message, mark.index if mark is not None else 0, ""))
    except yaml.reader.ReaderError as problem:
        result.problems.append(("ASL108", f"The text is not YAML: {problem.reason}", problem.position, ""))
    except (yaml.YAMLError, ValueError, OverflowError) as problem:  # PyYAML lets some of these escape from escapes
        result.problems.append(("ASL108", f"The text is not YAML: {problem}", 0, ""))
    return result


def _build(events: Iterator[Any], max_depth: int, *, short_forms: bool) -> _Node:
    import yaml

    scalars = _Scalars()
    holder = _Node("sequence", 0)
    stack = [holder]
    anchors: dict[str, _Node] = {}
    for event in events:
        if isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
        elif isinstance(event, yaml.NodeEvent):
            name = _short_form(event) if short_forms else ""
            if name:
                setattr(event, "tag", None)  # noqa: B010 - the stubs know no tag
            node = _node(event, scalars, anchors, as_text=bool(name))
            stack[-1].take(_wrapped(name, node) if name else node)
            if isinstance(event, yaml.CollectionStartEvent):
                stack.append(node)
        if len(stack) > max_depth + 1:
            raise _Refused("ASL107", f"The definition is nested more than {max_depth} levels deep", _offset(event))
        if isinstance(event, yaml.DocumentStartEvent) and holder.items:
            raise _Refused("ASL108", "The text holds more than one YAML document", _offset(event), "keep one per file")
    if not holder.items:
        raise _Refused("ASL102", "Definition must be a valid JSON object", 0, "the text is empty")
    return holder.items[0]


def _offset(event: yaml.Event) -> int:
    return event.start_mark.index if event.start_mark is not None else 0


def _short_form(event: Any) -> str:
    """The intrinsic function that a tag stands for: ``Ref``, ``Condition`` or ``Fn::...``; "" for none."""
    tag = getattr(event, "tag", None)
    if tag is None or not tag.startswith("!") or tag == "!":
        return ""
    return tag[1:] if tag in ("!Ref", "!Condition") else f"Fn::{tag[1:]}"


def _wrapped(name: str, node: _Node) -> _Node:
    key = _Node("scalar", node.offset, name)
    return _Node("mapping", node.offset, pairs=[(key, node)])


def _node(event: yaml.NodeEvent, scalars: _Scalars, anchors: dict[str, _Node], *, as_text: bool = False) -> _Node:
    import yaml

    offset = _offset(event)
    if isinstance(event, yaml.AliasEvent):
        if event.anchor not in anchors:
            raise _Refused("ASL108", f"The alias *{event.anchor} refers to no anchor before it", offset)
        return anchors[event.anchor]
    if isinstance(event, yaml.ScalarEvent):
        node = _Node("scalar", offset, event.value) if as_text else scalars.node(event)
    else:
        _refuse_tag(event, offset)
        node = _Node("mapping" if isinstance(event, yaml.MappingStartEvent) else "sequence", offset)
    if event.anchor:
        anchors[event.anchor] = node
    return node


def _refuse_tag(event: Any, offset: int) -> None:
    if event.tag is not None and event.tag not in ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq", "!"):
        raise _Refused("ASL109", f"The tag {event.tag} has no meaning in a state machine", offset, "write plain values")


class _Scalars:
    """Scalar events to nodes with JSON values."""

    def __init__(self) -> None:
        import yaml

        # the stubs leave the resolver untyped
        self._resolve: Callable[[Any, str, Any], str] = yaml.resolver.Resolver().resolve
        constructor = yaml.constructor.SafeConstructor()
        self._make = {
            "tag:yaml.org,2002:null": constructor.construct_yaml_null,
            "tag:yaml.org,2002:bool": constructor.construct_yaml_bool,
            "tag:yaml.org,2002:int": constructor.construct_yaml_int,
            "tag:yaml.org,2002:float": constructor.construct_yaml_float,
        }

    def node(self, event: Any) -> _Node:
        import yaml

        offset = event.start_mark.index
        tag = event.tag
        if tag in (None, "!"):
            tag = self._resolve(yaml.ScalarNode, event.value, event.implicit)
        if tag == "tag:yaml.org,2002:merge":
            return _Node("merge", offset, event.value)
        if tag in ("tag:yaml.org,2002:str", "tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:value"):
            return _Node("scalar", offset, event.value)
        make = self._make.get(tag)
        if make is None:
            raise _Refused("ASL109", f"The tag {tag} has no meaning in a state machine", offset, "write plain values")
        return _Node("scalar", offset, _number_or_word(make, yaml.ScalarNode(tag, event.value), offset))


def _number_or_word(make: Any, node: yaml.ScalarNode, offset: int) -> Any:
    try:
        value = make(node)
    except (ValueError, KeyError, OverflowError):  # such as "!!int abc", or a number of 5,000 digits
        raise _Refused(
            "ASL109", f"{shown(node.value)} can't be read as {node.tag.rpartition(':')[2]}", offset
        ) from None
    too_large = isinstance(value, int) and value.bit_length() > 1024
    if too_large or (isinstance(value, float) and not math.isfinite(value)):
        raise _Refused("ASL106", f"{node.value[:40]} is not a number that JSON can hold", offset)
    return value


def _plain(root: _Node, result: YamlResult, max_depth: int) -> Any:
    """The plain value of a node, its places noted; aliases are written out, within bounds."""
    holder: list[Any] = [None]
    work: list[tuple[_Node, str, Any, Any, int]] = [(root, "", holder, 0, 0)]
    count = 0
    while work:
        node, pointer, target, slot, depth = work.pop()
        count += 1
        if count > MAX_VALUES:
            message = f"With its aliases written out the definition has more than {MAX_VALUES:,} values"
            raise _Refused("ASL109", message, node.offset)
        if depth > max_depth:
            raise _Refused("ASL107", f"The definition is nested more than {max_depth} levels deep", node.offset)
        result.places.values[pointer] = node.offset
        if node.kind == "sequence":
            target[slot] = value = [None] * len(node.items)
            work.extend((item, child(pointer, index), value, index, depth + 1) for index, item in enumerate(node.items))
        elif node.kind == "mapping":
            members = _members(node, pointer, result)
            target[slot] = dict.fromkeys(members)
            work.extend((inner, child(pointer, name), target[slot], name, depth + 1) for name, inner in members.items())
        else:
            target[slot] = node.value
    return holder[0]


def _members(node: _Node, pointer: str, result: YamlResult) -> dict[str, _Node]:
    """The members of a mapping by name: own ones first, then those merged in by ``<<``."""
    own: dict[str, _Node] = {}
    merged: dict[str, _Node] = {}
    first: dict[str, int] = {}
    for key, value in node.pairs:
        if key.kind == "merge":
            for name, inner in _merged(value):
                merged.setdefault(name, inner)
            continue
        if not isinstance(key.value, str):
            what = shown(key.value) if key.kind == "scalar" else f"a {key.kind}"
            hint = "write it in quotes" if key.kind == "scalar" else ""
            raise _Refused("ASL109", f"A name must be a string, but is {what}", key.offset, hint)
        place = child(pointer, key.value)
        if key.value in own:
            result.places.repeated.append(Repeated(key.value, place, key.offset, first[key.value]))
        first.setdefault(key.value, key.offset)
        own[key.value] = value
        result.places.keys[place] = key.offset
    return {**{name: inner for name, inner in merged.items() if name not in own}, **own} if merged else own


def _merged(value: _Node) -> list[tuple[str, _Node]]:
    sources = value.items if value.kind == "sequence" else [value]
    members: list[tuple[str, _Node]] = []
    for source in sources:
        if source.kind != "mapping":
            raise _Refused("ASL109", "A merge (<<) needs a mapping", source.offset)
        for key, inner in source.pairs:
            if key.kind == "merge":
                raise _Refused("ASL109", "A merge inside a merged mapping isn't supported", key.offset)
            if isinstance(key.value, str):
                members.append((key.value, inner))
    return members
