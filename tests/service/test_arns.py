"""Names and ARNs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asl.errors import ServiceError
from asl.service.arns import ACTIVITY, EXECUTION, EXPRESS, MAP_RUN, STATE_MACHINE, check_name, check_role, parse
from tests.service.bench import OWNER, refusal

KINDS = (STATE_MACHINE, EXECUTION, EXPRESS, ACTIVITY, MAP_RUN)


@pytest.mark.parametrize(
    ("rest", "name", "label", "qualifier", "version"),
    [
        ("stateMachine:m", "m", None, None, None),
        ("stateMachine:m:7", "m", None, "7", 7),
        ("stateMachine:m:live", "m", None, "live", None),
        ("stateMachine:m/inner", "m", "inner", None, None),
        ("execution:m:run", "m", None, "run", None),
        ("execution:m/inner:run", "m", "inner", "run", None),
        ("express:m:run:id", "m", None, "run", None),
        ("activity:a", "a", None, None, None),
        ("mapRun:m/inner:id", "m", "inner", "id", None),
    ],
)
def test_parts(rest: str, name: str, label: str | None, qualifier: str | None, version: int | None) -> None:
    arn = parse(f"{OWNER}:{rest}", *KINDS)
    assert (arn.owner, arn.name, arn.label, arn.qualifier) == (OWNER, name, label, qualifier)
    assert (arn.version if rest.startswith("stateMachine") else None) == version


@pytest.mark.parametrize(
    "text",
    [
        "nothing",
        "",
        "arn:aws:lambda:us-east-1:123456789012:function:f",
        f"{OWNER}:stateMachine:",
        f"{OWNER}:stateMachine:m:1:2",
        f"{OWNER}:execution:m",
        f"{OWNER}:bakery:m",
    ],
)
def test_what_is_no_arn(text: str) -> None:
    assert refusal(parse, text, *KINDS) == ("InvalidArn", f"Invalid Arn: 'Invalid ARN prefix: {text}'")


def test_a_resource_of_the_wrong_kind() -> None:
    assert refusal(parse, f"{OWNER}:express:m:run:id", EXECUTION) == (
        "InvalidArn",
        "Invalid Arn: 'Resource type not valid in this context: express'",
    )


@pytest.mark.parametrize(
    "character", list(' \t\n<>{}[]?*"#%\\^|~`$&,;:/\x00\x1f\x7f\x80\x9f\ud800\ufffe\uffff\U0010ffff')
)
def test_what_no_name_has(character: str) -> None:
    name = f"a{character}b"
    assert refusal(check_name, name) == ("InvalidName", f"Invalid Name: '{name}'")


@given(st.text("abcXYZ0189-_.äß漢!()=+'@", min_size=1, max_size=80))
def test_names(name: str) -> None:
    check_name(name)
    assert parse(f"{OWNER}:stateMachine:{name}", STATE_MACHINE).name == name


def test_a_role_is_looked_at_for_its_spelling() -> None:
    check_role("arn:aws:iam::1:role/path/name")
    with pytest.raises(ServiceError, match="InvalidArn"):
        check_role("arn:aws:iam::1:user/name")
