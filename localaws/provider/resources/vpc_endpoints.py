"""VPC endpoints of all kinds, and what is associated with them."""

from __future__ import annotations

import json
import zlib
from typing import Any

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import changed, list_entries, only, pick, present, tag_spec, tagging
from localaws.provider.errors import NotInLocalAwsError, ProviderError
from localaws.provider.registry import Resource, words
from localaws.provider.values import UNKNOWN, Props

_OPEN = {"Statement": [{"Action": "*", "Effect": "Allow", "Principal": "*", "Resource": "*"}], "Version": "2008-10-17"}
"""The policy that AWS gives an endpoint without one."""

_SUBNETS = ("subnetIds", "AddSubnetIds", "RemoveSubnetIds")
_GROUPS = ("securityGroupIds", "AddSecurityGroupIds", "RemoveSecurityGroupIds")
_TABLES = ("routeTableIds", "AddRouteTableIds", "RemoveRouteTableIds")

_TAKES_NO = {
    "Gateway": ("subnetIds", "securityGroupIds", "privateDnsEnabled"),
    "Interface": ("routeTableIds",),
    "GatewayLoadBalancer": ("routeTableIds", "securityGroupIds", "privateDnsEnabled"),
}
_NOT_HERE = ("Resource", "ServiceNetwork")
"""Types of endpoints that AWS has and the local AWS has not."""


def _create(ctx: Context, inputs: Props) -> str:
    if inputs["vpcEndpointType"] in _NOT_HERE:
        raise NotInLocalAwsError(f"a VPC endpoint of type {inputs['vpcEndpointType']} is not in the local AWS")
    options = inputs.get("dnsOptions") or {}
    dns = pick(
        options,
        {
            "dnsRecordIpType": "DnsRecordIpType",
            "privateDnsOnlyForInboundResolverEndpoint": "PrivateDnsOnlyForInboundResolverEndpoint",
        },
    )
    answer = ctx.client("ec2").create_vpc_endpoint(
        **pick(
            inputs,
            {
                "vpcId": "VpcId",
                "vpcEndpointType": "VpcEndpointType",
                "serviceName": "ServiceName",
                "policy": "PolicyDocument",
                "routeTableIds": "RouteTableIds",
                "subnetIds": "SubnetIds",
                "securityGroupIds": "SecurityGroupIds",
                "ipAddressType": "IpAddressType",
                "privateDnsEnabled": "PrivateDnsEnabled",
            },
        ),
        **({"DnsOptions": dns} if dns else {}),
        **tag_spec("vpc-endpoint", inputs),
    )
    id_ = str(answer["VpcEndpoint"]["VpcEndpointId"])
    ctx.created_id = id_

    def settled() -> bool | None:
        endpoint = _describe(ctx, id_)
        return None if endpoint and endpoint["State"].lower() == "pending" else True

    ctx.wait(f"VPC endpoint {id_}", settled)
    return id_


def _describe(ctx: Context, id_: str) -> dict[str, Any] | None:
    return only(ctx.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[id_])["VpcEndpoints"])


def _prefix_list(ctx: Context, service: str) -> tuple[str | None, list[str]]:
    filters = [{"Name": "prefix-list-name", "Values": [service]}]
    found = only(ctx.client("ec2").describe_prefix_lists(Filters=filters)["PrefixLists"])
    if found is None:
        return None, []
    # moto tells the ranges of AWS's own lists by this operation only.
    return found["PrefixListId"], sorted(entry["cidr"] for entry in list_entries(ctx, found["PrefixListId"]))


def _read(ctx: Context, id_: str, state: Props) -> Props | None:
    endpoint = _describe(ctx, id_)
    if endpoint is None or endpoint["State"].lower() in ("deleted", "deleting"):
        return None
    kind = endpoint.get("VpcEndpointType") or "Gateway"
    prefix_list, cidrs = _prefix_list(ctx, endpoint["ServiceName"]) if kind == "Gateway" else (None, [])
    outputs: Props = {
        "arn": ctx.arn("ec2", f"vpc-endpoint/{id_}"),
        "cidrBlocks": cidrs,
        "dnsEntries": [
            pick(entry, {"DnsName": "dnsName", "HostedZoneId": "hostedZoneId"})
            for entry in endpoint.get("DnsEntries") or ()
        ],
        "ipAddressType": endpoint.get("IpAddressType"),
        "networkInterfaceIds": endpoint.get("NetworkInterfaceIds") or [],
        "ownerId": endpoint.get("OwnerId") or ctx.account,
        "policy": endpoint.get("PolicyDocument") or json.dumps(_OPEN),
        "prefixListId": prefix_list,
        "privateDnsEnabled": bool(endpoint.get("PrivateDnsEnabled")) and kind == "Interface",
        "requesterManaged": bool(endpoint.get("RequesterManaged")),
        "serviceName": endpoint["ServiceName"],
        "serviceRegion": ctx.region,
        "state": endpoint["State"].lower(),
        "tagsAll": tag_map(endpoint.get("Tags")),
        "vpcEndpointType": kind,
        "vpcId": endpoint["VpcId"],
    }
    associated = {
        "routeTableIds": endpoint.get("RouteTableIds") or [],
        "subnetIds": endpoint.get("SubnetIds") or [],
        "securityGroupIds": [group["GroupId"] for group in endpoint.get("Groups") or ()],
    }
    # Tables, subnets and groups may be associated by resources of their own, a policy may be one.
    for prop, value in associated.items():
        outputs[prop] = value if ctx.importing or prop in ctx.asked else state.get(prop, value)
    if not (ctx.importing or "policy" in ctx.asked):
        outputs["policy"] = state.get("policy", outputs["policy"])
    return outputs


def _sets(old: Props, new: Props, names: tuple[str, str, str]) -> dict[str, Any]:
    prop, add, remove = names
    before, after = set(old.get(prop) or ()), set(new.get(prop) or ())
    return {key: sorted(ids) for key, ids in ((add, after - before), (remove, before - after)) if ids}


def _update(ctx: Context, id_: str, old: Props, new: Props) -> None:
    arguments = {**_sets(old, new, _TABLES), **_sets(old, new, _SUBNETS), **_sets(old, new, _GROUPS)}
    if changed(old, new, ["policy"]):
        arguments.update({"PolicyDocument": new["policy"]} if new.get("policy") else {"ResetPolicy": True})
    for prop, name in (("privateDnsEnabled", "PrivateDnsEnabled"), ("ipAddressType", "IpAddressType")):
        if changed(old, new, [prop]) and new.get(prop) is not None:
            arguments[name] = new[prop]
    if arguments:
        ctx.client("ec2").modify_vpc_endpoint(VpcEndpointId=id_, **arguments)


def _delete(ctx: Context, id_: str, state: Props) -> None:
    answer = ctx.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[id_])
    for failed in answer.get("Unsuccessful") or ():
        error = failed.get("Error") or {}
        if "NotFound" not in error.get("Code", ""):
            raise ProviderError(f"DeleteVpcEndpoints: api error {error.get('Code')}: {error.get('Message')}")
    ctx.wait_gone(
        f"deletion of VPC endpoint {id_}",
        lambda: _describe(ctx, id_),
        lambda endpoint: endpoint["State"].lower() == "deleted",
    )


def _check(inputs: Props) -> list[tuple[str, str]]:
    kind = inputs.get("vpcEndpointType", "Gateway")
    if kind is UNKNOWN:
        return []
    if kind not in _TAKES_NO:
        known = (*_TAKES_NO, *_NOT_HERE)
        return [] if kind in _NOT_HERE else [("vpcEndpointType", f"expected one of {', '.join(known)}, got {kind!r}")]
    failures = [(prop, f"an endpoint of type {kind} takes no {prop}") for prop in _TAKES_NO[kind] if inputs.get(prop)]
    if "serviceName" not in inputs:
        failures.append(("serviceName", "missing, and required"))
    return failures


def _association(prop: str, add: str, remove: str, described: str, token: str) -> Resource:
    """A resource that ties one thing to an endpoint."""

    def create(ctx: Context, inputs: Props) -> str:
        ctx.client("ec2").modify_vpc_endpoint(VpcEndpointId=inputs["vpcEndpointId"], **{add: [inputs[prop]]})
        return f"a-{inputs['vpcEndpointId']}{zlib.crc32(inputs[prop].encode())}"

    def read(ctx: Context, id_: str, state: Props) -> Props | None:
        endpoint = _describe(ctx, state["vpcEndpointId"])
        if endpoint is None or state[prop] not in (endpoint.get(described) or ()):
            return None
        return {"vpcEndpointId": state["vpcEndpointId"], prop: state[prop]}

    def delete(ctx: Context, id_: str, state: Props) -> None:
        ctx.client("ec2").modify_vpc_endpoint(VpcEndpointId=state["vpcEndpointId"], **{remove: [state[prop]]})

    return Resource(
        token=token,
        inputs=frozenset({"vpcEndpointId", prop}),
        create=create,
        read=read,
        delete=delete,
        import_id=lambda text: (text, {"vpcEndpointId": text.partition("/")[0], prop: text.partition("/")[2]}),
    )


def _create_policy(ctx: Context, inputs: Props) -> str:
    id_ = str(inputs["vpcEndpointId"])
    policy = {"PolicyDocument": inputs["policy"]} if inputs.get("policy") else {"ResetPolicy": True}
    ctx.client("ec2").modify_vpc_endpoint(VpcEndpointId=id_, **policy)
    return id_


def _read_policy(ctx: Context, id_: str, state: Props) -> Props | None:
    endpoint = _describe(ctx, id_)
    if endpoint is None or endpoint["State"].lower() in ("deleted", "deleting"):
        return None
    return present({"vpcEndpointId": id_, "policy": endpoint.get("PolicyDocument") or json.dumps(_OPEN)})


def _update_policy(ctx: Context, id_: str, old: Props, new: Props) -> None:
    _create_policy(ctx, new)


def _delete_policy(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").modify_vpc_endpoint(VpcEndpointId=id_, ResetPolicy=True)


RESOURCES = (
    Resource(
        token="aws:ec2/vpcEndpoint:VpcEndpoint",
        inputs=words(
            "vpcId vpcEndpointType serviceName policy routeTableIds subnetIds securityGroupIds ipAddressType"
            " privateDnsEnabled autoAccept dnsOptions"
        ),
        replace=words("vpcId vpcEndpointType serviceName"),
        defaults={"vpcEndpointType": "Gateway"},
        sets=words("routeTableIds subnetIds securityGroupIds"),
        json=words("policy"),
        write_only=words("autoAccept"),
        check=_check,
        create=_create,
        read=_read,
        update=_update,
        delete=_delete,
        tagging=tagging,
    ),
    _association(
        "routeTableId",
        "AddRouteTableIds",
        "RemoveRouteTableIds",
        "RouteTableIds",
        "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
    ),
    _association(
        "subnetId",
        "AddSubnetIds",
        "RemoveSubnetIds",
        "SubnetIds",
        "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation",
    ),
    Resource(
        token="aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy",
        inputs=words("vpcEndpointId policy"),
        replace=words("vpcEndpointId"),
        json=words("policy"),
        create=_create_policy,
        read=_read_policy,
        update=_update_policy,
        delete=_delete_policy,
    ),
)
