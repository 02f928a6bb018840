"""An AWS Network Firewall with all that it needs to judge traffic: rule groups, policy, variables, endpoints, logs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import networkfirewall as nfw

from components.common.environment import Environment
from components.firewall.logs import FirewallLogging, LoggingArgs
from components.rules.domains import DomainList
from components.rules.selection import (
    STATEFUL_DEFAULTS,
    DefaultAction,
    PlannedGroup,
    RuleSelection,
    plan_groups,
    plan_managed_groups,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STRICT_ORDER = "STRICT_ORDER"
TO_STATEFUL_ENGINE = "aws:forward_to_sfe"


@dataclass(frozen=True, kw_only=True)
class Protections:
    """What AWS refuses to do to the firewall while the switch is on. A protected firewall cannot be destroyed."""

    delete: bool = False
    policy_change: bool = False
    subnet_change: bool = False


@dataclass(frozen=True, kw_only=True)
class FirewallArgs:
    """What a firewall is made of.

    It sits either in a VPC (``vpc_id`` and ``subnet_ids``) or on a transit gateway (``transit_gateway_id`` and
    ``zone_ids``), never both.

    :param home_net: every CIDR whose traffic the firewall sees; rules speak of it as ``$HOME_NET``.
    :param vpc_id: VPC that holds the endpoints.
    :param subnet_ids: one subnet of that VPC per zone, by any stable key; nothing else may live in them.
    :param transit_gateway_id: transit gateway to attach to.
    :param zone_ids: ids (``euw1-az1``) of the zones in which a transit-gateway firewall works.
    :param rules: rule groups, managed groups and domain lists.
    :param default_action: what befalls established flows that no rule decided.
    :param protections: change protection switches.
    :param logging: destinations of ALERT and FLOW records; ``None`` logs nothing.
    :param environment: where the program runs; looked up when left out.
    """

    home_net: pulumi.Input[Sequence[pulumi.Input[str]]]
    vpc_id: pulumi.Input[str] | None = None
    subnet_ids: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    transit_gateway_id: pulumi.Input[str] | None = None
    zone_ids: Sequence[str] = ()
    rules: RuleSelection = field(default_factory=RuleSelection)
    default_action: DefaultAction = "alert_established"
    protections: Protections = field(default_factory=Protections)
    logging: LoggingArgs | None = None
    environment: Environment | None = None

    def __post_init__(self) -> None:
        in_vpc = self.vpc_id is not None and bool(self.subnet_ids) and not self.zone_ids
        on_gateway = self.transit_gateway_id is not None and bool(self.zone_ids) and not self.subnet_ids
        if in_vpc == on_gateway or (self.vpc_id is not None and self.transit_gateway_id is not None):
            raise ValueError(
                "A firewall needs either vpc_id and subnet_ids, or transit_gateway_id and zone_ids; "
                f"found {', '.join(self._given()) or 'neither'}"
            )

    def _given(self) -> list[str]:
        names = ("vpc_id", "subnet_ids", "transit_gateway_id", "zone_ids")
        return [name for name in names if getattr(self, name)]


class Firewall(pulumi.ComponentResource):
    """A firewall in strict order, whose stateless part hands every packet, fragments too, to the stateful engine."""

    name_: pulumi.Output[str]
    """Name as AWS and the log records have it."""
    arn: pulumi.Output[str]
    policy_arn: pulumi.Output[str]
    deny_rule_group_arn: pulumi.Output[str]
    """ARN of the group that denies domains; it exists even while the list is empty."""
    logging: FirewallLogging | None

    def __init__(self, name: str, args: FirewallArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("inspected-egress:components:Firewall", name, None, opts)
        environment = args.environment or Environment.lookup(pulumi.InvokeOptions(parent=self))
        child = pulumi.ResourceOptions(parent=self)

        planned = plan_groups(args.rules)
        groups = {
            group.name: nfw.RuleGroup(
                f"{name}-{group.name}",
                type="STATEFUL",
                description=group.description,
                capacity=group.capacity,
                rule_group=_rule_group(group),
                opts=child,
            )
            for group in planned
        }
        self.deny_rule_group_arn = groups["deny-domains"].arn

        policy = nfw.FirewallPolicy(
            f"{name}-policy",
            firewall_policy=_policy(
                args,
                references=[
                    *(_reference(groups[group.name].arn, group.priority) for group in planned),
                    *(
                        _reference(
                            managed.arn(environment.partition, environment.region),
                            managed.priority,
                            alert_only=managed.alert_only,
                        )
                        for managed in plan_managed_groups(args.rules)
                    ),
                ],
            ),
            opts=child,
        )
        self.policy_arn = policy.arn

        self.firewall = nfw.Firewall(
            name,
            firewall_policy_arn=policy.arn,
            vpc_id=args.vpc_id,
            subnet_mappings=[{"subnet_id": subnet_id} for subnet_id in args.subnet_ids.values()] or None,
            transit_gateway_id=args.transit_gateway_id,
            availability_zone_mappings=[{"availability_zone_id": zone_id} for zone_id in args.zone_ids] or None,
            delete_protection=args.protections.delete,
            firewall_policy_change_protection=args.protections.policy_change,
            subnet_change_protection=args.protections.subnet_change if args.subnet_ids else None,
            availability_zone_change_protection=args.protections.subnet_change if args.zone_ids else None,
            # AWS refuses when the firewall's turn comes, with the routes already gone; Pulumi refuses in its preview.
            opts=child.merge(pulumi.ResourceOptions(protect=args.protections.delete)),
        )
        self.name_ = self.firewall.name
        self.arn = self.firewall.arn

        self.logging = None
        if args.logging is not None:
            self.logging = FirewallLogging(
                f"{name}-log", args.logging, firewall_arn=self.arn, environment=environment, opts=child
            )
        self.register_outputs({"name": self.name_, "arn": self.arn, "policyArn": self.policy_arn})

    def endpoint_id(self, subnet_id: pulumi.Input[str]) -> pulumi.Output[str]:
        """Return the id of the endpoint in that subnet, to be used as a route's ``vpc_endpoint_id``.

        AWS lists sync states in any order, so the endpoint is found by its subnet. Going through both the firewall
        and the subnet makes both of them dependencies of whoever uses the id, already at preview.
        """
        # Output.all would turn the statuses into plain dictionaries, so they are read before.
        endpoints = self.firewall.firewall_statuses.apply(_endpoints_by_subnet)
        return pulumi.Output.all(endpoints, subnet_id, self.name_).apply(lambda found: _find_endpoint(*found))

    def transit_gateway_attachment_id(self) -> pulumi.Output[str]:
        """Return the id of the attachment that a transit-gateway firewall made for itself."""
        attachments = self.firewall.firewall_statuses.apply(_own_attachments)
        return pulumi.Output.all(attachments, self.name_).apply(lambda found: _find_attachment(*found))


def _policy(
    args: FirewallArgs, references: Sequence[nfw.FirewallPolicyFirewallPolicyStatefulRuleGroupReferenceArgs]
) -> nfw.FirewallPolicyFirewallPolicyArgs:
    return nfw.FirewallPolicyFirewallPolicyArgs(
        stateless_default_actions=[TO_STATEFUL_ENGINE],
        stateless_fragment_default_actions=[TO_STATEFUL_ENGINE],
        stateful_engine_options=nfw.FirewallPolicyFirewallPolicyStatefulEngineOptionsArgs(
            rule_order=STRICT_ORDER,
            # A flow that the firewall meets in the middle (after maintenance, or by a routing mistake) is reset:
            # clients reconnect at once instead of waiting for a timeout.
            stream_exception_policy="REJECT",
        ),
        stateful_default_actions=list(STATEFUL_DEFAULTS[args.default_action]),
        stateful_rule_group_references=references,
        policy_variables=nfw.FirewallPolicyFirewallPolicyPolicyVariablesArgs(
            rule_variables=[
                nfw.FirewallPolicyFirewallPolicyPolicyVariablesRuleVariableArgs(
                    key="HOME_NET",
                    ip_set=nfw.FirewallPolicyFirewallPolicyPolicyVariablesRuleVariableIpSetArgs(
                        definitions=args.home_net
                    ),
                )
            ]
        ),
    )


def _reference(
    arn: pulumi.Input[str], priority: int, *, alert_only: bool = False
) -> nfw.FirewallPolicyFirewallPolicyStatefulRuleGroupReferenceArgs:
    override = nfw.FirewallPolicyFirewallPolicyStatefulRuleGroupReferenceOverrideArgs(action="DROP_TO_ALERT")
    return nfw.FirewallPolicyFirewallPolicyStatefulRuleGroupReferenceArgs(
        resource_arn=arn, priority=priority, override=override if alert_only else None
    )


def _rule_group(group: PlannedGroup) -> nfw.RuleGroupRuleGroupArgs:
    if isinstance(group.body, DomainList):
        source = nfw.RuleGroupRuleGroupRulesSourceArgs(
            rules_source_list=nfw.RuleGroupRuleGroupRulesSourceRulesSourceListArgs(
                generated_rules_type=group.body.type,
                target_types=list(group.body.target_types),
                targets=list(group.body.targets),
            )
        )
    else:
        source = nfw.RuleGroupRuleGroupRulesSourceArgs(rules_string=group.body)
    return nfw.RuleGroupRuleGroupArgs(
        rules_source=source,
        stateful_rule_options=nfw.RuleGroupRuleGroupStatefulRuleOptionsArgs(rule_order=STRICT_ORDER),
    )


def _endpoints_by_subnet(statuses: Sequence[nfw.outputs.FirewallFirewallStatus]) -> dict[str, str]:
    return {
        str(attachment.subnet_id): str(attachment.endpoint_id)
        for status in statuses
        for state in status.sync_states or ()
        for attachment in state.attachments or ()
        if attachment.endpoint_id
    }


def _own_attachments(statuses: Sequence[nfw.outputs.FirewallFirewallStatus]) -> list[str]:
    return [
        str(state.attachment_id)
        for status in statuses
        for state in status.transit_gateway_attachment_sync_states or ()
        if state.attachment_id
    ]


def _find_endpoint(endpoints: Mapping[str, str], subnet_id: str, firewall_name: str) -> str:
    if subnet_id not in endpoints:
        raise pulumi.RunError(
            f"Firewall {firewall_name} has no endpoint in subnet {subnet_id}; it has endpoints in "
            f"{', '.join(sorted(endpoints)) or 'no subnet'}. Run `pulumi refresh`, then `pulumi up`."
        )
    return endpoints[subnet_id]


def _find_attachment(attachments: Sequence[str], firewall_name: str) -> str:
    if not attachments:
        raise pulumi.RunError(
            f"Firewall {firewall_name} reports no transit gateway attachment. Run `pulumi refresh`, then `pulumi up`."
        )
    return attachments[0]
