"""Tells people when somebody changes what guards the network, whoever it is and by whatever way.

EventBridge hears of every call that changes something, from CloudTrail, if the account has a trail (the default bus
gets nothing without one). Pulumi's own changes are told too: to AWS they are somebody's like all others.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.common.component import Component

_ROUTES = (
    *("CreateRoute", "ReplaceRoute", "DeleteRoute"),
    *("AssociateRouteTable", "DisassociateRouteTable", "ReplaceRouteTableAssociation"),
    *("CreateTransitGatewayRoute", "ReplaceTransitGatewayRoute", "DeleteTransitGatewayRoute"),
    *("AssociateTransitGatewayRouteTable", "DisassociateTransitGatewayRouteTable"),
    *("EnableTransitGatewayRouteTablePropagation", "DisableTransitGatewayRouteTablePropagation"),
    *("CreateTransitGatewayPrefixListReference", "ModifyTransitGatewayPrefixListReference"),
    *("DeleteTransitGatewayPrefixListReference", "ModifyManagedPrefixList", "RestoreManagedPrefixListVersion"),
    *("EnableVgwRoutePropagation", "EnableRouteServerPropagation", "AssociateTransitGatewayPolicyTable"),
    *("ModifyTransitGateway", "ModifyTransitGatewayVpcAttachment", "AttachInternetGateway"),
    *("AcceptVpcPeeringConnection", "CreateVpcEndpoint", "ModifyVpcEndpoint", "DeleteVpcEndpoints"),
)
_FIREWALL = (
    *("UpdateRuleGroup", "DeleteRuleGroup", "UpdateFirewallPolicy", "DeleteFirewallPolicy"),
    *("AssociateFirewallPolicy", "DeleteFirewall", "UpdateLoggingConfiguration"),
    *("AssociateSubnets", "DisassociateSubnets", "AssociateAvailabilityZones", "DisassociateAvailabilityZones"),
    *("UpdateFirewallDeleteProtection", "UpdateFirewallPolicyChangeProtection"),
    *("UpdateSubnetChangeProtection", "UpdateAvailabilityZoneChangeProtection"),
    *("UpdateFirewallPolicyV2", "DeleteFirewallPolicyV2"),
    *("DeleteVpcEndpointAssociation", "DeleteNetworkFirewallTransitGatewayAttachment"),
)
_DNS = (
    *("AssociateFirewallRuleGroup", "DisassociateFirewallRuleGroup", "UpdateFirewallRuleGroupAssociation"),
    *("CreateFirewallRule", "UpdateFirewallRule", "DeleteFirewallRule"),
    *("BatchCreateFirewallRule", "BatchUpdateFirewallRule", "BatchDeleteFirewallRule"),
    *("UpdateFirewallConfig", "UpdateFirewallDomains"),
    *("ImportFirewallDomains", "DisassociateResolverQueryLogConfig", "DeleteResolverQueryLogConfig"),
    *("AssociateProfile", "UpdateProfileAssociation", "DisassociateProfile", "DeleteProfile"),
    *("AssociateResourceToProfile", "DisassociateResourceFromProfile", "UpdateProfileResourceAssociation"),
    *("DisassociateResourceShare", "DeleteResourceShare"),
)
_WATCH = (
    "DisableRule",
    "DeleteRule",
    "RemoveTargets",
    "StopLogging",
    "DeleteTrail",
    "UpdateTrail",
    "PutEventSelectors",
)

CHANGES: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "routes": (("aws.ec2",), _ROUTES),
    "firewall": (("aws.network-firewall",), _FIREWALL),
    "dns": (("aws.route53resolver", "aws.route53profiles", "aws.ram"), _DNS),
    "watch": (("aws.events", "aws.cloudtrail"), _WATCH),
}
"""What is told, by what it guards: sources of events, and names of the calls (those of each service's API)."""

_CALL = "AWS API Call via CloudTrail"


@dataclass(frozen=True, kw_only=True)
class GuardsArgs:
    """Arguments of `Guards`."""

    topic_arn: pulumi.Input[str]
    """Where it is told; EventBridge must be let in (see `components.watch.alarm`)."""
    responder_role_arn: pulumi.Input[str] | None = None
    """The responder's role, of which every use is told: its rights on the deny lists can't be limited to additions."""
    after: Sequence[Any] = ()
    """What a first deployment makes before anything is told."""


class Guards(Component):
    """EventBridge rules on changes to routes, firewall, DNS Firewall and to this watch, and on the responder's use."""

    def __init__(self, name: str, args: GuardsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        for what, (sources, calls) in CHANGES.items():
            self._tell(f"{name}-{what}", args, f"Somebody changed the {what}", json.dumps(changes(sources, calls)))
        if args.responder_role_arn is not None:
            pattern = pulumi.Output.from_input(args.responder_role_arn).apply(lambda arn: json.dumps(uses(arn)))
            self._tell(f"{name}-responder", args, "Somebody took on the responder's role, or acts by it", pattern)
        self.finish()

    def _tell(self, name: str, args: GuardsArgs, description: str, pattern: pulumi.Input[str]) -> None:
        rule = aws.cloudwatch.EventRule(name, description=description, event_pattern=pattern, opts=self._child)
        aws.cloudwatch.EventTarget(
            name,
            rule=rule.name,
            arn=args.topic_arn,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(args.after)),
        )


def changes(sources: Sequence[str], calls: Sequence[str]) -> dict[str, Any]:
    """Return the event pattern of calls that succeeded."""
    detail = {"eventName": list(calls), "errorCode": [{"exists": False}]}
    return {"source": list(sources), "detail-type": [_CALL], "detail": detail}


def uses(role_arn: str) -> dict[str, Any]:
    """Return the event pattern of a role's use: that it was taken on, and what its sessions changed."""
    taken = {"eventName": ["AssumeRole"], "requestParameters": {"roleArn": [role_arn]}}
    acting = {"userIdentity": {"sessionContext": {"sessionIssuer": {"arn": [role_arn]}}}}
    return {"detail-type": [_CALL], "detail": {"$or": [taken, acting]}}
