"""What --fix may change, character by character."""

from __future__ import annotations

import pytest

import asl
from asl.compiler.analysis import analyse
from asl.syntax.fixes import fixed
from asl.syntax.source import Source

HEAD = '{"StartAt": "A", "States": {"A": '


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ('{"Type": "Wait", "Seconds": "5", "End": true}', '{"Type": "Wait", "Seconds": 5, "End": true}'),
        ('{"Type": "Wait", "Seconds": "5 ", "End": true}', None),
        ('{"Type": "Wait", "Seconds": 5, "End": "true"}', '{"Type": "Wait", "Seconds": 5, "End": true}'),
        ('{"Type": "Pass", "End": false, "Next": "A"}', '{"Type": "Pass", "Next": "A"}'),
        ('{"Type": "Pass", "Next": "A", "End": false}', '{"Type": "Pass", "Next": "A"}'),
        ('{"Type": "Pass",\n  "End": false,\n  "Next": "A"}', '{"Type": "Pass",\n  "Next": "A"}'),
        ('{"Type": "Pass", "End": false,\n  "Next": "A"}', '{"Type": "Pass",\n  "Next": "A"}'),
        ('{"Type": "Pass", "End": false}', None),
        (
            '{"Type": "Pass", "Parameters": {"a": "$.b"}, "End": true}',
            '{"Type": "Pass", "Parameters": {"a.$": "$.b"}, "End": true}',
        ),
        ('{"Type": "Pass", "Result": {"a": "$.b"}, "End": true}', None),
        ('{"Type": "Fail", "Cause": "$.b"}', None),
    ],
)
def test_json(state: str, expected: str | None) -> None:
    text = HEAD + state + "}}"
    after, count = fixed(text, analyse(Source(text, "a.json")))
    assert after == (text if expected is None else HEAD + expected + "}}")
    assert count == (expected is not None)


def test_yaml() -> None:
    text = (
        "StartAt: A\nStates:\n  A:\n    Type: Wait\n    Seconds: '5' # five\n    End: false\n    Next: B\n"
        "  B:\n    Type: Pass\n    Parameters:\n      a: $.b\n      'c': $.d\n    End: true\n"
    )
    after, count = fixed(text, analyse(Source(text, "a.yaml")))
    expected = text.replace("'5'", "5").replace("    End: false\n", "").replace(" a:", " a.$:").replace("'c'", "'c.$'")
    assert (after, count) == (expected, 4)


def test_a_byte_order_mark() -> None:
    text = "\ufeff" + HEAD + '{"Type": "Succeed"}}}'
    assert fixed(text, analyse(Source(text, "a.json"))) == (text[1:], 1)


def test_what_was_fixed_is_found_no_more() -> None:
    text = HEAD + '{"Type": "Wait", "Seconds": "5", "Next": "B", "End": false}, "B": {"Type": "Succeed"}}}'
    assert {finding.rule for finding in asl.validate(text)} == {"ASL204", "ASL309"}
    after, _ = fixed(text, analyse(Source(text, "a.json")))
    assert asl.validate(after) == []
