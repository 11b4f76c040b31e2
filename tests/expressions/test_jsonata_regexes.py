"""The counted matcher and Python's ``re`` must agree wherever both may be used."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asl.expressions.jsonata.regexes.machine import Machine
from asl.expressions.jsonata.regexes.python import compile_python, hazard
from asl.expressions.jsonata.regexes.syntax import parse_regex
from asl.expressions.jsonata.run import Run

_ATOMS = st.sampled_from(["a", "b", "c", ".", r"\w", r"\d", "[ab]", "[^a]", r"\s", r"\.", "x"])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    quantifiers = st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "*?", "+?"])
    return st.one_of(
        st.tuples(_ATOMS, quantifiers).map("".join),
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"(?:{pair[0]}|{pair[1]})"),
        inner.map(lambda tree: f"({tree})"),
        st.tuples(st.sampled_from(["(?=", "(?!"]), inner).map(lambda pair: f"{pair[0]}{pair[1]})"),
        st.tuples(st.sampled_from(["^", r"\b", ""]), inner, st.sampled_from(["$", r"\B", ""])).map("".join),
    )


PATTERNS = st.recursive(_ATOMS, _larger, max_leaves=6)


@settings(deadline=None)
@given(PATTERNS, st.sampled_from(["", "i", "m", "im"]), st.text("abcABC1 .\n", max_size=12))
def test_machine_agrees_with_re(pattern: str, flags: str, subject: str) -> None:
    tree, groups = parse_regex(pattern, "m" in flags)
    compiled = compile_python(tree, flags)
    assert compiled is not None
    found = compiled.search(subject)
    answer = Machine(tree, groups, flags).search(Run({}, None), subject, 0)
    if found is None:
        assert answer is None
    else:
        assert answer is not None
        start, end, slots = answer
        assert (start, end) == found.span()
        assert [slots[slot : slot + 2] for slot in range(2, 2 * groups + 2, 2)] == [
            found.span(number) for number in range(1, groups + 1)
        ]


@pytest.mark.parametrize(
    ("pattern", "degree"),
    [
        ("abc", 0),
        (r"\d+", 1),
        (r"(\w+)=(\w+)", 2),
        ("(a{2})*", 1),
        ("a{1,5}", 0),
        ("a{1,500}", 1),
        ("(a+)+", math.inf),
        ("(a|b)*", math.inf),
        (r"(a)\1", math.inf),
        ("(?:(a)|b){2}", math.inf),
    ],
)
def test_hazard(pattern: str, degree: float) -> None:
    assert hazard(parse_regex(pattern, False)[0]) == degree


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        ")",
        "a)",
        "[",
        "[a",
        "*",
        "a**",
        "a++",
        "a{2}{3}x*+",
        "(?<n>a)(?<n>b)",
        "(?#x)",
        "(?i)a",
        "a{3,2}",
        "^*",
        "\\",
    ],
)
def test_refused(pattern: str) -> None:
    with pytest.raises(re.error):
        parse_regex(pattern, False)


@pytest.mark.parametrize("pattern", ["[b-a]", "(?:(a)|b){9000}", "(?:(?:ab|c){99}){99}"])
def test_refused_by_the_machine(pattern: str) -> None:
    tree, groups = parse_regex(pattern, False)
    with pytest.raises(re.error):
        Machine(tree, groups, "")
