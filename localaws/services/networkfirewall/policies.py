"""Firewall policies: create, describe, update, delete, list, and what AWS checks in them."""

from __future__ import annotations

from typing import Final

from localaws.services.core import AwsError
from localaws.services.networkfirewall import managed
from localaws.services.networkfirewall.common import CAPACITY, IN_USE, INVALID
from localaws.services.networkfirewall.rules import check_ip_sets, check_stateless_actions
from localaws.services.networkfirewall.store import Policy, RuleGroup, Store, with_tags
from localaws.services.operations import Shape, operation, page, refuse
from localaws.services.quotas import table as quotas

DROP_DEFAULTS: Final = frozenset({"aws:drop_strict", "aws:drop_established", "aws:drop_established_app_layer"})
ALERT_DEFAULTS: Final = frozenset({"aws:alert_strict", "aws:alert_established", "aws:alert_established_app_layer"})
TCP_IDLE_SECONDS: Final = (60, 6000)
UNKNOWN: Final = ("TLSInspectionConfigurationArn", "EnableTLSSessionHolding", "Route53ResolvedIPValidation")


def invalid(parameter: object, reason: str) -> AwsError:
    """Make the error that Network Firewall gives for a parameter."""
    return AwsError(INVALID, f"parameter is invalid, parameter: [{parameter}], reason: {reason}")


class Policies(Store):
    """Operations on firewall policies."""

    @operation
    def create_firewall_policy(self, request: Shape) -> Shape:
        """CreateFirewallPolicy."""
        name, content = request["FirewallPolicyName"], request["FirewallPolicy"]
        arn = self.arn("firewall-policy", name)
        self.check_new(self.policies, arn, name)
        quotas.POLICIES.check(self, len(self.policies) + 1)
        self._check(content)
        policy = Policy(
            name=name,
            arn=arn,
            description=request.get("Description"),
            encryption=self.encryption(request),
            content=content,
        )
        if not request.get("DryRun"):
            self.set_tags(arn, request)
            self.policies[arn] = policy
        return {"UpdateToken": policy.token, "FirewallPolicyResponse": self._policy_shape(policy)}

    @operation
    def describe_firewall_policy(self, request: Shape) -> Shape:
        """DescribeFirewallPolicy."""
        policy = self._policy(request)
        return {
            "UpdateToken": policy.token,
            "FirewallPolicy": policy.content,
            "FirewallPolicyResponse": self._policy_shape(policy),
        }

    @operation
    def update_firewall_policy(self, request: Shape) -> Shape:
        """UpdateFirewallPolicy: replaces the content; the rule order stays as created."""
        policy = self._policy(request)
        self.check_token(policy, request)
        content = request["FirewallPolicy"]
        if _strict(content) != _strict(policy.content):
            raise invalid("RuleOrder", "the rule order of a firewall policy cannot be changed")
        self._check(content)
        if not request.get("DryRun"):
            policy.content = content
            policy.description = request.get("Description")
            policy.encryption = (
                self.encryption(request) if request.get("EncryptionConfiguration") else policy.encryption
            )
            policy.touch()
        return {"UpdateToken": policy.token, "FirewallPolicyResponse": self._policy_shape(policy)}

    @operation
    def delete_firewall_policy(self, request: Shape) -> Shape:
        """DeleteFirewallPolicy: refused while a firewall uses it."""
        policy = self._policy(request)
        if self._firewalls_of(policy.arn):
            raise AwsError("InvalidOperationException", IN_USE)
        shape = self._policy_shape(policy) | {"FirewallPolicyStatus": "DELETING"}
        del self.policies[policy.arn]
        self.tagger.delete_all_tags_for_resource(policy.arn)
        return {"FirewallPolicyResponse": shape}

    @operation
    def list_firewall_policies(self, request: Shape) -> Shape:
        """ListFirewallPolicies."""
        rows, token = page(
            [{"Name": policy.name, "Arn": policy.arn} for policy in self.policies.values()], request, INVALID
        )
        return {"FirewallPolicies": rows, "NextToken": token}

    def _policy(self, request: Shape) -> Policy:
        policy: Policy = self.find(self.policies, request, "FirewallPolicy", "firewall-policy")
        return policy

    def _firewalls_of(self, arn: str) -> int:
        return sum(firewall.policy_arn == arn for firewall in self.firewalls.values())

    def _check(self, content: Shape) -> None:
        refuse("FirewallPolicy", content, *UNKNOWN)
        custom = {action["ActionName"] for action in content.get("StatelessCustomActions") or []}
        for member in ("StatelessDefaultActions", "StatelessFragmentDefaultActions"):
            check_stateless_actions(content[member], custom)
        self._check_engine(content)
        self._check_stateful_defaults(content)
        check_ip_sets((content.get("PolicyVariables") or {}).get("RuleVariables"))
        for name in (content.get("PolicyVariables") or {}).get("RuleVariables") or {}:
            if name != "HOME_NET":
                raise invalid(name, "HOME_NET is the only variable that a policy can set")
        self._check_references(content)

    @staticmethod
    def _check_engine(content: Shape) -> None:
        options = content.get("StatefulEngineOptions") or {}
        idle = (options.get("FlowTimeouts") or {}).get("TcpIdleTimeoutSeconds")
        if idle is not None and not TCP_IDLE_SECONDS[0] <= idle <= TCP_IDLE_SECONDS[1]:
            raise invalid(idle, f"TcpIdleTimeoutSeconds must be from {TCP_IDLE_SECONDS[0]} to {TCP_IDLE_SECONDS[1]}")

    @staticmethod
    def _check_stateful_defaults(content: Shape) -> None:
        actions = content.get("StatefulDefaultActions") or []
        if actions and not _strict(content):
            raise invalid(", ".join(actions), "stateful default actions are valid with strict rule order alone")
        for action in actions:
            if action not in DROP_DEFAULTS | ALERT_DEFAULTS:
                raise invalid(action, "it is not a stateful default action")
        if len(set(actions)) != len(actions):
            raise invalid(", ".join(actions), "an action is given twice")
        if len(DROP_DEFAULTS.intersection(actions)) > 1:
            raise invalid(", ".join(actions), "at most one drop action can be a default")

    def _check_references(self, content: Shape) -> None:
        strict = _strict(content)
        for member, kind in (
            ("StatefulRuleGroupReferences", "STATEFUL"),
            ("StatelessRuleGroupReferences", "STATELESS"),
        ):
            references = content.get(member) or []
            quotas.GROUPS_PER_POLICY.check(self, len(references))
            arns = [reference["ResourceArn"] for reference in references]
            if len(set(arns)) != len(arns):
                raise invalid(", ".join(arns), "a rule group is referenced twice")
            prioritised = strict or kind == "STATELESS"
            priorities = [reference.get("Priority") for reference in references]
            if prioritised and (None in priorities or len(set(priorities)) != len(priorities)):
                raise invalid(priorities, f"every {kind.lower()} rule group needs a priority of its own")
            if not prioritised and any(priority is not None for priority in priorities):
                raise invalid(priorities, "a priority is valid with strict rule order alone")
            capacity = sum(self._referenced_capacity(reference, kind, strict=strict) for reference in references)
            CAPACITY[kind].check(self, capacity)

    def _referenced_capacity(self, reference: Shape, kind: str, *, strict: bool) -> int:
        arn = reference["ResourceArn"]
        context = f"{kind.capitalize()}RuleGroup resource reference(s) are invalid"
        if managed.is_managed(arn):
            found = managed.look_up(arn, self.region_name) if kind == "STATEFUL" else None
            if found is None:
                raise AwsError(INVALID, f"{context}: there is no managed rule group {arn}")
            if found[1] != strict:
                raise AwsError(INVALID, f"{context}: the rule order of {arn} does not match the firewall policy's")
            return found[2]
        group: RuleGroup | None = self.groups.get(arn)
        if group is None or group.kind != kind:
            raise AwsError(INVALID, f"{context}: {arn} does not exist")
        if reference.get("Override") or reference.get("DeepThreatInspection"):
            raise invalid(arn, "Override and DeepThreatInspection are valid for managed rule groups alone")
        if kind == "STATEFUL" and group.strict != strict:
            raise AwsError(INVALID, f"{context}: the rule order of {arn} does not match the firewall policy's")
        return group.capacity

    def _consumed(self, content: Shape, member: str) -> int:
        total = 0
        for reference in content.get(member) or []:
            found = managed.look_up(reference["ResourceArn"], self.region_name)
            total += found[2] if found else self.groups[reference["ResourceArn"]].capacity
        return total

    def _policy_shape(self, policy: Policy) -> Shape:
        return with_tags(
            {
                "FirewallPolicyName": policy.name,
                "FirewallPolicyArn": policy.arn,
                "FirewallPolicyId": policy.id,
                "Description": policy.description,
                "FirewallPolicyStatus": "ACTIVE",
                "ConsumedStatelessRuleCapacity": self._consumed(policy.content, "StatelessRuleGroupReferences"),
                "ConsumedStatefulRuleCapacity": self._consumed(policy.content, "StatefulRuleGroupReferences"),
                "NumberOfAssociations": self._firewalls_of(policy.arn),
                "EncryptionConfiguration": policy.encryption,
                "LastModifiedTime": policy.modified,
            },
            self.tags(policy.arn),
        )


def _strict(content: Shape) -> bool:
    return (content.get("StatefulEngineOptions") or {}).get("RuleOrder") == "STRICT_ORDER"
