"""Rule groups: create, describe, update, delete, list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.services.core import AwsError
from localaws.services.networkfirewall import managed
from localaws.services.networkfirewall.common import CAPACITY, IN_USE, INVALID, NUMBER
from localaws.services.networkfirewall.rules import consumed_capacity
from localaws.services.networkfirewall.store import RuleGroup, Store, with_tags
from localaws.services.operations import Shape, operation, page, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable

UNKNOWN = ("FirewallRuleGroup", "IpsRuleGroup", "AnalyzeRuleGroup")


class RuleGroups(Store):
    """Operations on rule groups."""

    @operation
    def create_rule_group(self, request: Shape) -> Shape:
        """CreateRuleGroup: `Rules` is short for a rules string; capacity is checked against what the rules use."""
        refuse("CreateRuleGroup", request, *UNKNOWN)
        kind, name = request["Type"], request["RuleGroupName"]
        content = self._content(request)
        consumed = consumed_capacity(kind, content)
        capacity = int(request["Capacity"])
        most = CAPACITY[kind].limit(self)
        if not 1 <= capacity <= most:
            raise AwsError(
                INVALID, f"parameter is invalid, parameter: [{capacity}], reason: Capacity must be from 1 to {most}"
            )
        self._check_capacity(consumed, capacity)
        arn = self.arn(self._kind(kind), name)
        self.check_new(self.groups, arn, name)
        NUMBER[kind].check(self, sum(group.kind == kind for group in self.groups.values()) + 1)
        group = RuleGroup(
            name=name,
            arn=arn,
            description=request.get("Description"),
            encryption=self.encryption(request),
            kind=kind,
            capacity=capacity,
            consumed=consumed,
            content=content,
            source=request.get("SourceMetadata"),
            summary=request.get("SummaryConfiguration"),
        )
        if not request.get("DryRun"):
            self.set_tags(arn, request)
            self.groups[arn] = group
        return {"UpdateToken": group.token, "RuleGroupResponse": self._shape(group)}

    @operation
    def describe_rule_group(self, request: Shape) -> Shape:
        """DescribeRuleGroup."""
        refuse("DescribeRuleGroup", request, "AnalyzeRuleGroup")
        group = self._group(request)
        return {"UpdateToken": group.token, "RuleGroup": group.content, "RuleGroupResponse": self._shape(group)}

    @operation
    def describe_rule_group_metadata(self, request: Shape) -> Shape:
        """DescribeRuleGroupMetadata."""
        group = self._group(request)
        return {
            "RuleGroupArn": group.arn,
            "RuleGroupName": group.name,
            "Description": group.description,
            "Type": group.kind,
            "Capacity": group.capacity,
            "StatefulRuleOptions": group.content.get("StatefulRuleOptions"),
            "LastModifiedTime": group.modified,
        }

    @operation
    def update_rule_group(self, request: Shape) -> Shape:
        """UpdateRuleGroup: replaces the rules.

        Within the capacity and the rule order that the group was created with.
        """
        refuse("UpdateRuleGroup", request, *UNKNOWN)
        group = self._group(request)
        self.check_token(group, request)
        content = self._content(request)
        consumed = consumed_capacity(group.kind, content)
        self._check_capacity(consumed, group.capacity)
        strict = (content.get("StatefulRuleOptions") or {}).get("RuleOrder") == "STRICT_ORDER"
        if group.kind == "STATEFUL" and strict != group.strict:
            raise AwsError(
                INVALID,
                "parameter is invalid, parameter: [RuleOrder], reason: the rule order of a rule "
                "group cannot be changed",
            )
        if not request.get("DryRun"):
            group.content, group.consumed = content, consumed
            group.description = request.get("Description")
            group.encryption = self.encryption(request) if request.get("EncryptionConfiguration") else group.encryption
            group.source = request.get("SourceMetadata")
            group.summary = request.get("SummaryConfiguration")
            group.touch()
        return {"UpdateToken": group.token, "RuleGroupResponse": self._shape(group)}

    @operation
    def delete_rule_group(self, request: Shape) -> Shape:
        """DeleteRuleGroup: refused while a policy refers to it."""
        group = self._group(request)
        if self._users(group.arn):
            raise AwsError("InvalidOperationException", IN_USE)
        shape = self._shape(group) | {"RuleGroupStatus": "DELETING"}
        del self.groups[group.arn]
        self.tagger.delete_all_tags_for_resource(group.arn)
        return {"RuleGroupResponse": shape}

    @operation
    def list_rule_groups(self, request: Shape) -> Shape:
        """ListRuleGroups: own groups, or with scope MANAGED those that AWS manages."""
        if request.get("Scope") == "MANAGED":
            shown: Iterable[tuple[str, str]] = self._managed(request.get("ManagedType"))
        else:
            shown = [
                (group.name, group.arn) for group in self.groups.values() if request.get("Type") in (None, group.kind)
            ]
        rows, token = page([{"Name": name, "Arn": arn} for name, arn in shown], request, INVALID)
        return {"RuleGroups": rows, "NextToken": token}

    def _managed(self, kind: str | None) -> list[tuple[str, str]]:
        prefix = f"arn:{self.partition}:network-firewall:{self.region_name}:aws-managed:stateful-rulegroup/"
        wanted: tuple[str, ...] = {
            "AWS_MANAGED_DOMAIN_LISTS": managed.DOMAIN_LISTS,
            "AWS_MANAGED_THREAT_SIGNATURES": managed.THREAT_SIGNATURES,
            "ACTIVE_THREAT_DEFENSE": (managed.ATTACK_INFRASTRUCTURE,),
        }.get(kind or "", ("",))
        return [
            (name, prefix + name)
            for name in managed.names()
            if wanted == ("",) or name.removesuffix("StrictOrder").removesuffix("ActionOrder") in wanted
        ]

    def _group(self, request: Shape) -> RuleGroup:
        kind = request.get("Type")
        if not request.get("RuleGroupArn") and kind is None:
            raise AwsError(INVALID, "Type is required where a rule group is named without its ARN")
        group: RuleGroup = self.find(self.groups, request, "RuleGroup", self._kind(kind or "STATEFUL"))
        if kind is not None and group.kind != kind:
            raise AwsError(
                "ResourceNotFoundException",
                f"RuleGroup {group.name} of type {kind} does not exist in {self.region_name}",
            )
        return group

    @staticmethod
    def _kind(kind: str) -> str:
        kinds = {"STATEFUL": "stateful-rulegroup", "STATELESS": "stateless-rulegroup"}
        if kind not in kinds:
            refuse("RuleGroup type", {kind: kind}, kind)
        return kinds[kind]

    @staticmethod
    def _content(request: Shape) -> Shape:
        content, rules = request.get("RuleGroup"), request.get("Rules")
        if (content is None) == (rules is None):
            raise AwsError(INVALID, "Exactly one of RuleGroup and Rules is required")
        return dict(content) if content is not None else {"RulesSource": {"RulesString": rules}}

    @staticmethod
    def _check_capacity(consumed: int, capacity: int) -> None:
        if consumed > capacity:
            raise AwsError(
                INVALID, f"Rule group capacity exceeded: the rules use {consumed}, the rule group has {capacity}"
            )

    def _users(self, arn: str) -> int:
        return sum(arn in policy.references() for policy in self.policies.values())

    def _shape(self, group: RuleGroup) -> Shape:
        return with_tags(
            {
                "RuleGroupArn": group.arn,
                "RuleGroupName": group.name,
                "RuleGroupId": group.id,
                "Description": group.description,
                "Type": group.kind,
                "Capacity": group.capacity,
                "RuleGroupStatus": "ACTIVE",
                "ConsumedCapacity": group.consumed,
                "NumberOfAssociations": self._users(group.arn),
                "EncryptionConfiguration": group.encryption,
                "SourceMetadata": group.source,
                "SummaryConfiguration": group.summary,
                "LastModifiedTime": group.modified,
            },
            self.tags(group.arn),
        )
