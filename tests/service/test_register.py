"""Activities and tags."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.bench import ACTIVITY, OWNER, Bench, refusal

MACHINE = f"{OWNER}:stateMachine:Machine"


def tags(bench: Bench, arn: str) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in bench.service.list_tags_for_resource(resourceArn=arn)["tags"]}


def test_an_activity_through_its_life(bench: Bench) -> None:
    service, created = bench.service, bench.clock.now() / 1000
    made = service.create_activity(name="pack", tags=[{"key": "k", "value": "v"}])
    assert made == {"activityArn": ACTIVITY, "creationDate": created}
    bench.clock.sleep_until(bench.clock.now() + 1000)
    assert service.create_activity(name="pack") == made
    assert service.describe_activity(activityArn=ACTIVITY) == {
        **made,
        "name": "pack",
        "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
    }
    assert tags(bench, ACTIVITY) == {"k": "v"}
    assert service.list_activities() == {"activities": [{**made, "name": "pack"}]}
    assert service.delete_activity(activityArn=ACTIVITY) == {}
    assert service.delete_activity(activityArn=ACTIVITY) == {}
    missing = ("ActivityDoesNotExist", f"Activity Does Not Exist: '{ACTIVITY}'")
    assert refusal(service.describe_activity, activityArn=ACTIVITY) == missing
    assert refusal(service.get_activity_task, activityArn=ACTIVITY) == missing


@pytest.mark.parametrize(
    ("operation", "params", "code"),
    [
        ("CreateActivity", {"name": "a b"}, "InvalidName"),
        (
            "CreateActivity",
            {"name": "a", "encryptionConfiguration": {"type": "CUSTOMER_MANAGED_KMS_KEY"}},
            "InvalidEncryptionConfiguration",
        ),
        (
            "CreateActivity",
            {"name": "a", "encryptionConfiguration": {"type": "AWS_OWNED_KEY", "kmsKeyId": "k"}},
            "InvalidEncryptionConfiguration",
        ),
        ("DescribeActivity", {"activityArn": MACHINE}, "InvalidArn"),
        ("DeleteActivity", {"activityArn": "x"}, "InvalidArn"),
        ("TagResource", {"resourceArn": ACTIVITY, "tags": []}, "ResourceNotFound"),
        ("UntagResource", {"resourceArn": MACHINE, "tagKeys": []}, "ResourceNotFound"),
        ("ListTagsForResource", {"resourceArn": MACHINE}, "ResourceNotFound"),
        ("ListTagsForResource", {"resourceArn": f"{OWNER}:execution:m:x"}, "InvalidArn"),
        ("TagResource", {"resourceArn": MACHINE, "tags": [{"key": "AWS:x"}]}, "AccessDeniedException"),
        ("TagResource", {"resourceArn": MACHINE, "tags": [{"key": "a<b"}]}, "ValidationException"),
        ("TagResource", {"resourceArn": MACHINE, "tags": [{"value": "v"}]}, "ValidationException"),
    ],
)
def test_what_is_refused(bench: Bench, operation: str, params: dict[str, Any], code: str) -> None:
    assert refusal(bench.service.call, operation, params)[0] == code


def test_the_default_key_may_be_named(bench: Bench) -> None:
    bench.service.create_activity(name="pack", encryptionConfiguration={"type": "AWS_OWNED_KEY"})
    bench.machine(encryptionConfiguration={"type": "AWS_OWNED_KEY"})


def test_tags_merge(bench: Bench) -> None:
    bench.machine(tags=[{"key": "a", "value": "1"}, {"key": "a", "value": "2"}])
    assert tags(bench, MACHINE) == {"a": "2"}
    bench.service.tag_resource(
        resourceArn=MACHINE, tags=[{"key": "a", "value": ""}, {"key": "A", "value": "ä x_.:/=+-@"}]
    )
    assert tags(bench, MACHINE) == {"a": "", "A": "ä x_.:/=+-@"}
    bench.service.untag_resource(resourceArn=MACHINE, tagKeys=["a", "never"])
    assert tags(bench, MACHINE) == {"A": "ä x_.:/=+-@"}
    more = [{"key": f"k{number}", "value": ""} for number in range(50)]
    assert refusal(bench.service.tag_resource, resourceArn=MACHINE, tags=more)[0] == "TooManyTags"
    bench.service.tag_resource(resourceArn=MACHINE, tags=more[:49])
    assert len(tags(bench, MACHINE)) == 50


def test_a_version_has_no_tags(bench: Bench) -> None:
    bench.machine(publish=True, tags=[{"key": "a", "value": "1"}])
    assert tags(bench, f"{MACHINE}:1") == {}
    missing = ("ResourceNotFound", f"Resource not found: '{MACHINE}:1'")
    change = bench.service.tag_resource
    assert refusal(change, resourceArn=f"{MACHINE}:1", tags=[{"key": "b", "value": ""}]) == missing
