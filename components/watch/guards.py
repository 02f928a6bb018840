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
CHANGES: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "routes": (("aws.ec2",), _ROUTES),
    "firewall": (("aws.network-firewall",), _FIREWALL),
    "dns": (("aws.route53resolver", "aws.route53profiles", "aws.ram"), _DNS),
}
"""What is told, by what it guards: sources of events, and names of the calls (those of each service's API)."""

_CALL = "AWS API Call via CloudTrail"
_WATCHES = ("cloudtrail", "events", "monitoring", "logs", "sns", "kms")
"""Services by which people are told, as CloudTrail names them (`monitoring` is CloudWatch)."""
_TRAIL = ("StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors")


@dataclass(frozen=True, kw_only=True)
class GuardsArgs:
    """Arguments of `Guards`."""

    topic_arn: pulumi.Input[str]
    """Where it is told; EventBridge must be let in (see `components.watch.alarm`)."""
    prefix: str
    """How the names of the program's own event rules and alarms begin, these guards among them."""
    kms_key_arn: pulumi.Input[str]
    """Key of the topic, without which nobody is told anything."""
    alert_log_group: pulumi.Input[str]
    """Log group whose metric filter the alarm on drops is made of."""
    responder_role_arn: pulumi.Input[str] | None = None
    """The responder's role, of which every use is told: its rights on the deny lists can't be limited to additions."""
    audit_function: pulumi.Input[str] | None = None
    """Name of the scheduled audit's function, which finds what changed while nobody was told."""
    after: Sequence[Any] = ()
    """What a first deployment makes before anything is told."""


class Guards(Component):
    """EventBridge rules on changes to routes, firewall, DNS Firewall, audit and watch, and on the responder's use."""

    def __init__(self, name: str, args: GuardsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self._args = args
        told = [
            self._tell(f"{name}-{what}", f"Somebody changed the {what}", json.dumps(changes(sources, calls)))
            for what, (sources, calls) in CHANGES.items()
        ]
        if args.responder_role_arn is not None:
            pattern = pulumi.Output.from_input(args.responder_role_arn).apply(lambda arn: json.dumps(uses(arn)))
            told.append(
                self._tell(f"{name}-responder", "Somebody took on the responder's role, or acts by it", pattern)
            )
        if args.audit_function is not None:
            pattern = pulumi.Output.from_input(args.audit_function).apply(lambda found: json.dumps(blindings(found)))
            told.append(self._tell(f"{name}-audit", "Somebody changed the scheduled audit", pattern))
        watched = pulumi.Output.all(args.topic_arn, args.kms_key_arn, args.alert_log_group)
        pattern = watched.apply(lambda found: json.dumps(silences(args.prefix, *found), separators=(",", ":")))
        # Last of all, so that a first deployment isn't told of its own watch.
        self._tell(f"{name}-watch", "Somebody changed the watch", pattern, after=told)
        self.finish()

    def _tell(
        self, name: str, description: str, pattern: pulumi.Input[str], after: Sequence[pulumi.Resource] = ()
    ) -> aws.cloudwatch.EventTarget:
        rule = aws.cloudwatch.EventRule(name, description=description, event_pattern=pattern, opts=self._child)
        return aws.cloudwatch.EventTarget(
            name,
            rule=rule.name,
            arn=self._args.topic_arn,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*self._args.after, *after]),
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


def blindings(function: str) -> dict[str, Any]:
    """Return the event pattern of calls after which the scheduled audit may see less, or never run again.

    CloudTrail writes these names with the version of Lambda's API (`UpdateFunctionCode20150331v2`), and the function as
    the call named it: by its name, or by an ARN that ends with it. `silences` has its clock and its alarms.
    """
    calls = ("UpdateFunctionCode", "UpdateFunctionConfiguration", "DeleteFunction", "PutFunctionConcurrency")
    told = [{"prefix": call} for call in (*calls, "PutRuntimeManagementConfig", "RemovePermission")]
    named = {"functionName": [function, {"suffix": f":{function}"}]}
    detail = {"eventName": told, "errorCode": [{"exists": False}], "requestParameters": named}
    return {"source": ["aws.lambda"], "detail-type": [_CALL], "detail": detail}


def silences(prefix: str, topic_arn: str, key_arn: str, log_group: str) -> dict[str, Any]:
    """Return the event pattern of calls after which people would be told less, or nothing.

    They are bound to what is the program's own, as CloudTrail writes it in `requestParameters`; only those on trails,
    and on rules that mute alarms, are told whatever they name.

    :param prefix: how the names of its event rules and alarms begin.
    :param key_arn: of the topic's key, which a call may name by its id alone.
    """
    own, topic, key = [{"prefix": prefix}], [topic_arn], [{"suffix": key_arn.rpartition("/")[2]}]
    told: tuple[tuple[Sequence[str], dict[str, Any]], ...] = (
        (("PutRule", "DeleteRule", "DisableRule"), {"name": own}),
        (("PutTargets", "RemoveTargets"), {"rule": own}),
        (("PutMetricAlarm", "SetAlarmState"), {"alarmName": own}),
        (("DeleteAlarms", "DisableAlarmActions"), {"alarmNames": own}),
        (("PutMetricFilter", "DeleteMetricFilter", "DeleteLogGroup"), {"logGroupName": [log_group]}),
        (("SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic", "Subscribe"), {"topicArn": topic}),
        (("Unsubscribe", "SetSubscriptionAttributes"), {"subscriptionArn": [{"prefix": topic_arn}]}),
        (("PutDataProtectionPolicy",), {"resourceArn": topic}),
        (("DisableKey", "ScheduleKeyDeletion", "PutKeyPolicy"), {"keyId": key}),
    )
    each = [{"eventName": list(calls), "requestParameters": named} for calls, named in told]
    detail = {
        "eventSource": [f"{service}.amazonaws.com" for service in _WATCHES],
        "errorCode": [{"exists": False}],
        "$or": [{"eventName": [*_TRAIL, "PutAlarmMuteRule"]}, *each],
    }
    return {"detail-type": [_CALL], "detail": detail}
