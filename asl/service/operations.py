"""Which room answers which operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asl.service import activities, aliases, definitions, machines, state_tests, tags, versions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asl.service.house import Answer, House, Params

OPERATIONS: Mapping[str, Callable[[House, Params], Answer]] = {
    "CreateActivity": activities.create_activity,
    "CreateStateMachine": machines.create_state_machine,
    "CreateStateMachineAlias": aliases.create_state_machine_alias,
    "DeleteActivity": activities.delete_activity,
    "DeleteStateMachine": machines.delete_state_machine,
    "DeleteStateMachineAlias": aliases.delete_state_machine_alias,
    "DeleteStateMachineVersion": versions.delete_state_machine_version,
    "DescribeActivity": activities.describe_activity,
    "DescribeStateMachine": machines.describe_state_machine,
    "DescribeStateMachineAlias": aliases.describe_state_machine_alias,
    "ListActivities": activities.list_activities,
    "ListStateMachineAliases": aliases.list_state_machine_aliases,
    "ListStateMachineVersions": versions.list_state_machine_versions,
    "ListStateMachines": machines.list_state_machines,
    "ListTagsForResource": tags.list_tags_for_resource,
    "PublishStateMachineVersion": versions.publish_state_machine_version,
    "TagResource": tags.tag_resource,
    "TestState": state_tests.test_state,
    "UntagResource": tags.untag_resource,
    "UpdateStateMachine": machines.update_state_machine,
    "UpdateStateMachineAlias": aliases.update_state_machine_alias,
    "ValidateStateMachineDefinition": definitions.validate_state_machine_definition,
}
