"""An AWS Network Firewall with all that it needs to judge traffic: rule groups, policy, variables, endpoints, logs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_aws import networkfirewall as nfw

from components.common.analysis import ANALYSIS_TYPES
from components.common.component import ArgumentError, Component, TaggedArgs, refuse_unless
from components.common.environment import Environment
from components.firewall.logs import FirewallLogging, FirewallLoggingArgs, Logging
from components.rules.domains import DomainList
from components.rules.ipv6_inside import VARIABLE as IPV6_SPOKES
from components.rules.managed import managed_group_arn
from components.rules.selection import (
    STATEFUL_DEFAULTS,
    PlannedGroup,
    RuleSelection,
    plan_groups,
    plan_managed_groups,
)

STRICT_ORDER = "STRICT_ORDER"
TO_STATEFUL_ENGINE = "aws:forward_to_sfe"
_Reference = nfw.FirewallPolicyFirewallPolicyStatefulRuleGroupReferenceArgs


@dataclass(frozen=True, kw_only=True)
class Protections:
    """What AWS refuses to do to the firewall while the switch is on. A protected firewall cannot be destroyed."""

    delete: bool = False
    policy_change: bool = False
    subnet_change: bool = False


@dataclass(frozen=True, kw_only=True)
class FirewallArgs(TaggedArgs):
    """What a firewall is made of.

    It sits either in a VPC (`vpc_id` and `subnet_ids`) or on a transit gateway (`transit_gateway_id` and `zone_ids`),
    never both.
    """

    home_net: pulumi.Input[Sequence[pulumi.Input[str]]]
    """Every CIDR whose traffic the firewall sees; rules speak of it as `$HOME_NET`."""
    vpc_id: pulumi.Input[str] | None = None
    """The VPC that holds the endpoints."""
    subnet_ids: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """One subnet of that VPC per zone, by any stable key; nothing else may live in them."""
    dual_stack: bool = False
    """Inspect IPv6 too: the subnets need a range of it. A firewall that changes in this is made anew."""
    transit_gateway_id: pulumi.Input[str] | None = None
    """The transit gateway to attach to."""
    zone_ids: Sequence[str] = ()
    """Ids (`euw1-az1`) of the zones in which a firewall on a transit gateway works."""
    ipv6_spokes: Sequence[pulumi.Input[str]] = ()
    """IPv6 ranges of those that may send to each other and nowhere else, where `rules` keep IPv6 inside."""
    rules: RuleSelection = field(default_factory=RuleSelection)
    """Rule groups, managed groups and domain lists."""
    default_action: str = "alert_established"
    """What befalls an established flow that no rule decided: `alert_established` logs it, `drop_established` and
    `drop_established_app_layer` drop and log it."""
    protections: Protections = field(default_factory=Protections)
    """Change protection switches."""
    analysis: Sequence[str] = ()
    """What AWS keeps a 30-day account of the domains of: `TLS_SNI`, `HTTP_HOST` (traffic analysis, at a price a GB)."""
    logging: Logging | None = None
    """Where ALERT and FLOW records go; left out, nothing is logged."""
    environment: Environment | None = None
    """Where the program runs; looked up when left out."""

    def __post_init__(self) -> None:
        wrong = [("analysis", kind, ANALYSIS_TYPES) for kind in self.analysis]
        refuse_unless([("default_action", self.default_action, STATEFUL_DEFAULTS), *wrong], of="a firewall")
        if mistakes := self.rules.mistakes():
            raise ArgumentError("; ".join(mistakes))
        in_vpc = self.vpc_id is not None and bool(self.subnet_ids) and not self.zone_ids
        on_gateway = self.transit_gateway_id is not None and bool(self.zone_ids) and not self.subnet_ids
        if in_vpc == on_gateway or (self.vpc_id is not None and self.transit_gateway_id is not None):
            names = ("vpc_id", "subnet_ids", "transit_gateway_id", "zone_ids")
            # An output has no truth value: what counts is that it is there.
            given = [name for name in names if getattr(self, name) not in (None, (), [], {})]
            raise ArgumentError(
                "A firewall needs either vpc_id and subnet_ids, or transit_gateway_id and zone_ids; "
                f"found {', '.join(given) or 'neither'}"
            )


class Firewall(Component):
    """A firewall in strict order, whose stateless part hands every packet, fragments too, to the stateful engine."""

    name_: pulumi.Output[str]
    """Name as AWS and the log records have it."""
    arn: pulumi.Output[str]
    policy_arn: pulumi.Output[str]
    deny_rule_group_arn: pulumi.Output[str]
    """ARN of the group that denies domains; it exists even while the list is empty."""
    deny_addresses_rule_group_arn: pulumi.Output[str]
    """ARN of the group that denies addresses, which exists from the start as well."""
    endpoint_ids: Mapping[str, pulumi.Output[str]]
    """Ids of the endpoints by the key of their subnet, for routes; empty on a transit gateway."""
    transit_gateway_attachment_id: pulumi.Output[str] | None
    """The attachment that a firewall on a transit gateway made for itself."""

    def __init__(self, name: str, args: FirewallArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        environment = Environment.given(args.environment, self)
        groups = self._groups(name, args)
        self.deny_rule_group_arn = groups["deny-domains"].arn
        self.deny_addresses_rule_group_arn = groups["deny-addresses"].arn
        policy = nfw.FirewallPolicy(
            f"{name}-policy",
            firewall_policy=_policy(args, references=_references(args.rules, groups, environment)),
            opts=self._child,
        )
        self.policy_arn = policy.arn
        self._firewall = nfw.Firewall(
            # AWS changes the address type of no subnet that an endpoint is in: by another name it is another firewall.
            f"{name}-dual-stack" if args.dual_stack else name,
            firewall_policy_arn=policy.arn,
            vpc_id=args.vpc_id,
            subnet_mappings=_mappings(args) or None,
            transit_gateway_id=args.transit_gateway_id,
            availability_zone_mappings=[{"availability_zone_id": zone_id} for zone_id in args.zone_ids] or None,
            delete_protection=args.protections.delete,
            firewall_policy_change_protection=args.protections.policy_change,
            subnet_change_protection=args.protections.subnet_change if args.subnet_ids else None,
            availability_zone_change_protection=args.protections.subnet_change if args.zone_ids else None,
            enabled_analysis_types=list(args.analysis) or None,
            # AWS refuses when the firewall's turn comes, with the routes already gone; Pulumi refuses in its preview.
            opts=pulumi.ResourceOptions(parent=self, protect=args.protections.delete or None),
        )
        self.name_ = self._firewall.name
        self.arn = self._firewall.arn
        self.endpoint_ids = {key: self.endpoint_id(subnet_id) for key, subnet_id in args.subnet_ids.items()}
        self.transit_gateway_attachment_id = self.own_attachment_id() if args.zone_ids else None
        self.logging: FirewallLogging | None = None
        if args.logging is not None:
            logging = FirewallLoggingArgs(firewall_arn=self.arn, logging=args.logging, environment=environment)
            self.logging = FirewallLogging(f"{name}-log", logging, self._child)
        self.finish()

    def endpoint_id(self, subnet_id: pulumi.Input[str]) -> pulumi.Output[str]:
        """Return the id of the endpoint in that subnet, to be used as a route's ``vpc_endpoint_id``.

        AWS lists sync states in any order, so the endpoint is found by its subnet. Going through both the firewall
        and the subnet makes both of them dependencies of whoever uses the id, already at preview.
        """
        # Output.all would turn the statuses into plain dictionaries, so they are read before.
        endpoints = self._firewall.firewall_statuses.apply(_endpoints_by_subnet)
        return pulumi.Output.all(endpoints, subnet_id, self.name_).apply(lambda found: _find_endpoint(*found))

    def own_attachment_id(self) -> pulumi.Output[str]:
        """Return the id of the attachment that a transit-gateway firewall made for itself."""
        attachments = self._firewall.firewall_statuses.apply(_own_attachments)
        return pulumi.Output.all(attachments, self.name_).apply(lambda found: _find_attachment(*found))

    def _groups(self, name: str, args: FirewallArgs) -> dict[str, nfw.RuleGroup]:
        known = {IPV6_SPOKES: args.ipv6_spokes} if args.ipv6_spokes else {}
        return {
            group.name: nfw.RuleGroup(
                f"{name}-{group.name}",
                type="STATEFUL",
                description=group.description,
                capacity=group.capacity,
                rule_group=_rule_group(group, known),
                opts=self._child,
            )
            for group in plan_groups(args.rules)
        }


def _mappings(args: FirewallArgs) -> list[nfw.FirewallSubnetMappingArgs]:
    type_ = "DUALSTACK" if args.dual_stack else None
    return [
        nfw.FirewallSubnetMappingArgs(subnet_id=subnet_id, ip_address_type=type_)
        for subnet_id in args.subnet_ids.values()
    ]


def _references(
    rules: RuleSelection, groups: Mapping[str, nfw.RuleGroup], environment: Environment
) -> list[_Reference]:
    own = [_reference(groups[group.name].arn, group.priority) for group in plan_groups(rules)]
    return own + [
        _reference(
            managed_group_arn(managed.name, environment.partition, environment.region),
            managed.priority,
            alert_only=managed.alert_only,
            learning=managed.deep_threat_inspection,
        )
        for managed in plan_managed_groups(rules)
    ]


def _policy(args: FirewallArgs, references: Sequence[_Reference]) -> nfw.FirewallPolicyFirewallPolicyArgs:
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
    arn: pulumi.Input[str], priority: int, *, alert_only: bool = False, learning: bool | None = None
) -> _Reference:
    override = nfw.FirewallPolicyFirewallPolicyStatefulRuleGroupReferenceOverrideArgs(action="DROP_TO_ALERT")
    return _Reference(
        resource_arn=arn,
        priority=priority,
        override=override if alert_only else None,
        # The provider has a text here: `true`, `false`, or nothing.
        deep_threat_inspection=None if learning is None else str(learning).lower(),
    )


def _rule_group(group: PlannedGroup, known: Mapping[str, Sequence[pulumi.Input[str]]]) -> nfw.RuleGroupRuleGroupArgs:
    """Return a group's rules and variables; of the latter, what comes with `up` is in ``known``."""
    ip_sets = {name: known.get(name, addresses) for name, addresses in group.ip_sets.items()}
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
        rule_variables=_variables(ip_sets) if ip_sets else None,
        stateful_rule_options=nfw.RuleGroupRuleGroupStatefulRuleOptionsArgs(rule_order=STRICT_ORDER),
    )


def _variables(ip_sets: Mapping[str, Sequence[pulumi.Input[str]]]) -> nfw.RuleGroupRuleGroupRuleVariablesArgs:
    return nfw.RuleGroupRuleGroupRuleVariablesArgs(
        ip_sets=[
            nfw.RuleGroupRuleGroupRuleVariablesIpSetArgs(
                key=name, ip_set=nfw.RuleGroupRuleGroupRuleVariablesIpSetIpSetArgs(definitions=list(addresses))
            )
            for name, addresses in ip_sets.items()
        ]
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
