"""Load balancers of all three kinds, and the target groups that they send to."""

from __future__ import annotations

import secrets
from typing import Any

from localaws.provider.context import Context, tag_list, tag_map
from localaws.provider.ec2 import aws_case, only, pick
from localaws.provider.registry import AutoName, Resource, words
from localaws.provider.tagging import tagged
from localaws.provider.values import UNKNOWN, Props

_ZONES = {"eu-west-1": "Z32O12XQLNTSW2", "us-east-1": "Z35SXDOTRQ7X7K", "eu-central-1": "Z215JYRZR1TBD5"}
"""Hosted zones of load balancers in a few Regions (AWS General Reference, Elastic Load Balancing endpoints)."""


def _name(inputs: Props) -> str:
    return str(inputs.get("name") or f"{inputs['namePrefix']}{secrets.token_hex(6)}")


def _tags(inputs: Props) -> dict[str, Any]:
    return {"Tags": tag_list(inputs["tagsAll"])} if inputs.get("tagsAll") else {}


_tag = tagged("elbv2", lambda _ctx, id_, _state: {"ResourceArns": [id_]}, calls=("add_tags", "remove_tags"))


def _tags_of(ctx: Context, arn: str) -> dict[str, str]:
    return tag_map(ctx.client("elbv2").describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"])


# -- load balancers ---------------------------------------------------------------------------------------------------


def _create(ctx: Context, inputs: Props) -> str:
    mappings = [
        pick(
            mapping,
            {
                "subnetId": "SubnetId",
                "allocationId": "AllocationId",
                "privateIpv4Address": "PrivateIPv4Address",
            },
        )
        for mapping in inputs.get("subnetMappings") or ()
    ]
    kind = inputs["loadBalancerType"]
    scheme = {} if kind == "gateway" else {"Scheme": "internal" if inputs.get("internal") else "internet-facing"}
    answer = ctx.client("elbv2").create_load_balancer(
        Name=_name(inputs),
        Type=kind,
        **scheme,
        **({"SubnetMappings": mappings} if mappings else pick(inputs, {"subnets": "Subnets"})),
        **pick(inputs, {"securityGroups": "SecurityGroups", "ipAddressType": "IpAddressType"}),
        **_tags(inputs),
    )
    id_ = str(answer["LoadBalancers"][0]["LoadBalancerArn"])
    ctx.created_id = id_
    if inputs.get("enableDeletionProtection"):
        _protect(ctx, id_, on=True)
    return id_


def _protect(ctx: Context, id_: str, *, on: bool) -> None:
    attribute = {"Key": "deletion_protection.enabled", "Value": "true" if on else "false"}
    ctx.client("elbv2").modify_load_balancer_attributes(LoadBalancerArn=id_, Attributes=[attribute])


def _read(ctx: Context, id_: str, state: Props) -> Props | None:
    elb = ctx.client("elbv2")
    balancer = only(elb.describe_load_balancers(LoadBalancerArns=[id_])["LoadBalancers"])
    if balancer is None:
        return None
    attributes = elb.describe_load_balancer_attributes(LoadBalancerArn=id_)["Attributes"]
    protected = {a["Key"]: a["Value"] for a in attributes}.get("deletion_protection.enabled") == "true"
    subnets = [zone["SubnetId"] for zone in balancer.get("AvailabilityZones") or ()]
    return {
        "arn": id_,
        "arnSuffix": id_.partition(":loadbalancer/")[2],
        "dnsName": balancer.get("DNSName", ""),
        "enableDeletionProtection": protected,
        "internal": balancer.get("Scheme") == "internal",
        "ipAddressType": balancer.get("IpAddressType") or "ipv4",
        "loadBalancerType": balancer["Type"],
        "name": balancer["LoadBalancerName"],
        "namePrefix": state.get("namePrefix") or "",
        "securityGroups": balancer.get("SecurityGroups") or [],
        "subnetMappings": state.get("subnetMappings") or [{"subnetId": subnet} for subnet in subnets],
        "subnets": subnets,
        "tagsAll": _tags_of(ctx, id_),
        "vpcId": balancer.get("VpcId", ""),
        "zoneId": balancer.get("CanonicalHostedZoneId") or _ZONES.get(ctx.region, ""),
    }


def _update(ctx: Context, id_: str, old: Props, new: Props) -> None:
    elb = ctx.client("elbv2")
    if sorted(old.get("securityGroups") or ()) != sorted(new.get("securityGroups") or ()):
        elb.set_security_groups(LoadBalancerArn=id_, SecurityGroups=new.get("securityGroups") or [])
    if "subnets" in ctx.asked and sorted(old.get("subnets") or ()) != sorted(new["subnets"]):
        elb.set_subnets(LoadBalancerArn=id_, Subnets=new["subnets"])
    if bool(old.get("enableDeletionProtection")) != bool(new.get("enableDeletionProtection")):
        _protect(ctx, id_, on=bool(new.get("enableDeletionProtection")))


def _delete(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("elbv2").delete_load_balancer(LoadBalancerArn=id_)


def _check(inputs: Props) -> list[tuple[str, str]]:
    kind = inputs.get("loadBalancerType", "application")
    if kind is UNKNOWN:
        return []
    kinds = ("application", "network", "gateway")
    if kind not in kinds:
        return [("loadBalancerType", f"expected one of {', '.join(kinds)}, got {kind!r}")]
    if kind == "gateway" and inputs.get("securityGroups"):
        return [("securityGroups", "a gateway load balancer takes no security groups")]
    return []


# -- target groups ----------------------------------------------------------------------------------------------------

_HEALTH = {
    "healthyThreshold": "HealthyThresholdCount",
    "interval": "HealthCheckIntervalSeconds",
    "path": "HealthCheckPath",
    "port": "HealthCheckPort",
    "protocol": "HealthCheckProtocol",
    "timeout": "HealthCheckTimeoutSeconds",
    "unhealthyThreshold": "UnhealthyThresholdCount",
}


def _create_group(ctx: Context, inputs: Props) -> str:
    answer = ctx.client("elbv2").create_target_group(
        Name=_name(inputs),
        **pick(
            inputs,
            {"port": "Port", "protocol": "Protocol", "targetType": "TargetType", "vpcId": "VpcId"},
        ),
        **pick(inputs.get("healthCheck") or {}, _HEALTH),
        **_tags(inputs),
    )
    return str(answer["TargetGroups"][0]["TargetGroupArn"])


def _read_group(ctx: Context, id_: str, state: Props) -> Props | None:
    group = only(ctx.client("elbv2").describe_target_groups(TargetGroupArns=[id_])["TargetGroups"])
    if group is None:
        return None
    health = {ours: group[theirs] for ours, theirs in _HEALTH.items() if group.get(theirs) is not None}
    return {
        "arn": id_,
        "arnSuffix": id_.rpartition(":")[2],
        "healthCheck": {**health, "enabled": bool(group.get("HealthCheckEnabled", True))},
        # Listeners make the tie; it is no change of the group.
        "loadBalancerArns": state.get("loadBalancerArns", []),
        "name": group["TargetGroupName"],
        "namePrefix": state.get("namePrefix") or "",
        "port": group.get("Port"),
        "protocol": group.get("Protocol"),
        "tagsAll": _tags_of(ctx, id_),
        "targetType": group.get("TargetType") or "instance",
        "vpcId": group.get("VpcId"),
    }


def _delete_group(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("elbv2").delete_target_group(TargetGroupArn=id_)


# -- listeners --------------------------------------------------------------------------------------------------------


def _actions(inputs: Props) -> list[dict[str, Any]]:
    return [
        {"Type": action["type"], "TargetGroupArn": action["targetGroupArn"]}
        if action.get("targetGroupArn")
        else aws_case(action)
        for action in inputs["defaultActions"]
    ]


def _create_listener(ctx: Context, inputs: Props) -> str:
    certificate = inputs.get("certificateArn")
    answer = ctx.client("elbv2").create_listener(
        LoadBalancerArn=inputs["loadBalancerArn"],
        DefaultActions=_actions(inputs),
        **pick(inputs, {"port": "Port", "protocol": "Protocol", "sslPolicy": "SslPolicy"}),
        **({"Certificates": [{"CertificateArn": certificate}]} if certificate else {}),
        **_tags(inputs),
    )
    return str(answer["Listeners"][0]["ListenerArn"])


def _read_listener(ctx: Context, id_: str, state: Props) -> Props | None:
    listener = only(ctx.client("elbv2").describe_listeners(ListenerArns=[id_])["Listeners"])
    if listener is None:
        return None
    return {
        "arn": id_,
        "defaultActions": state.get("defaultActions")
        or [{"type": a["Type"], "targetGroupArn": a.get("TargetGroupArn", "")} for a in listener["DefaultActions"]],
        "loadBalancerArn": listener["LoadBalancerArn"],
        "port": listener.get("Port"),
        "protocol": listener.get("Protocol"),
        "sslPolicy": listener.get("SslPolicy") or "",
        "tagsAll": _tags_of(ctx, id_),
    }


def _update_listener(ctx: Context, id_: str, old: Props, new: Props) -> None:
    ctx.client("elbv2").modify_listener(
        ListenerArn=id_,
        DefaultActions=_actions(new),
        **pick(new, {"port": "Port", "protocol": "Protocol", "sslPolicy": "SslPolicy"}),
    )


def _delete_listener(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("elbv2").delete_listener(ListenerArn=id_)


_NAMED = (words("name namePrefix"),)

RESOURCES = (
    Resource(
        token="aws:lb/loadBalancer:LoadBalancer",
        inputs=words(
            "name namePrefix loadBalancerType internal subnets subnetMappings securityGroups ipAddressType"
            " enableDeletionProtection"
        ),
        replace=words("name namePrefix loadBalancerType internal subnetMappings ipAddressType"),
        auto_name=AutoName(max_length=32),
        at_most_one=(*_NAMED, words("subnets subnetMappings")),
        defaults={"loadBalancerType": "application", "enableDeletionProtection": False},
        sets=words("subnets securityGroups subnetMappings"),
        check=_check,
        create=_create,
        read=_read,
        update=_update,
        delete=_delete,
        tagging=_tag,
    ),
    Resource(
        token="aws:lb/targetGroup:TargetGroup",
        inputs=words("name namePrefix port protocol targetType vpcId healthCheck"),
        auto_name=AutoName(max_length=32),
        at_most_one=_NAMED,
        defaults={"targetType": "instance"},
        create=_create_group,
        read=_read_group,
        delete=_delete_group,
        tagging=_tag,
    ),
    Resource(
        token="aws:lb/listener:Listener",
        inputs=words("loadBalancerArn port protocol defaultActions certificateArn sslPolicy"),
        replace=words("loadBalancerArn certificateArn"),
        create=_create_listener,
        read=_read_listener,
        update=_update_listener,
        delete=_delete_listener,
        tagging=_tag,
    ),
)
