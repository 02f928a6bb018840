"""Things that are there already: a zone, an organization, a VPC, the provider's default tags."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import only
from localaws.provider.errors import ProviderError
from localaws.provider.registry import Function, words
from localaws.provider.values import Props


def filters_of(arguments: Props) -> list[dict[str, Any]]:
    """The `filters` argument as EC2 has it, with the filters that arguments of their own stand for."""
    return [{"Name": item["name"], "Values": item["values"]} for item in arguments.get("filters") or ()]


def _zone(ctx: Context, arguments: Props) -> Props:
    request: dict[str, Any] = {"Filters": filters_of(arguments)} if arguments.get("filters") else {}
    if arguments.get("name"):
        request["ZoneNames"] = [arguments["name"]]
    if arguments.get("zoneId"):
        request["ZoneIds"] = [arguments["zoneId"]]
    zones = ctx.client("ec2").describe_availability_zones(**request)["AvailabilityZones"]
    if len(zones) != 1:
        raise ProviderError(f"exactly one zone must match, {len(zones)} do")
    zone = zones[0]
    return {
        **arguments,
        "groupName": zone.get("GroupName") or ctx.region,
        "id": zone["ZoneName"],
        "name": zone["ZoneName"],
        "nameSuffix": zone["ZoneName"].removeprefix(ctx.region),
        "networkBorderGroup": zone.get("NetworkBorderGroup") or ctx.region,
        "optInStatus": zone.get("OptInStatus") or "opt-in-not-required",
        "parentZoneId": "",
        "parentZoneName": "",
        "region": ctx.region,
        "state": zone["State"],
        "zoneId": zone["ZoneId"],
        "zoneType": zone.get("ZoneType") or "availability-zone",
    }


def _organization(ctx: Context, arguments: Props) -> Props:
    organizations = ctx.client("organizations")
    found = organizations.describe_organization()["Organization"]
    accounts = [
        {
            "arn": account["Arn"],
            "email": account["Email"],
            "id": account["Id"],
            "name": account["Name"],
            "state": account.get("State") or account.get("Status", "ACTIVE"),
            "status": account.get("Status", "ACTIVE"),
        }
        for account in organizations.list_accounts()["Accounts"]
    ]
    master = found["MasterAccountId"]
    roots = organizations.list_roots()["Roots"]
    return {
        "accounts": accounts,
        "arn": found["Arn"],
        "awsServiceAccessPrincipals": [],
        "enabledPolicyTypes": [],
        "featureSet": found["FeatureSet"],
        "id": found["Id"],
        "masterAccountArn": found["MasterAccountArn"],
        "masterAccountEmail": found["MasterAccountEmail"],
        "masterAccountId": master,
        "masterAccountName": next((a["name"] for a in accounts if a["id"] == master), "master"),
        "nonMasterAccounts": [account for account in accounts if account["id"] != master],
        "roots": [{"arn": r["Arn"], "id": r["Id"], "name": r["Name"], "policyTypes": []} for r in roots],
    }


def _default_tags(ctx: Context, arguments: Props) -> Props:
    return {"id": ctx.partition, "tags": dict(ctx.config.default_tags)}


def _vpc(ctx: Context, arguments: Props) -> Props:
    filters = filters_of(arguments)
    for prop, name in (("cidrBlock", "cidr"), ("dhcpOptionsId", "dhcp-options-id"), ("state", "state")):
        if arguments.get(prop):
            filters.append({"Name": name, "Values": [arguments[prop]]})
    if arguments.get("default") is not None:
        filters.append({"Name": "is-default", "Values": [str(arguments["default"]).lower()]})
    filters += [{"Name": f"tag:{key}", "Values": [value]} for key, value in (arguments.get("tags") or {}).items()]
    request: dict[str, Any] = {"VpcIds": [arguments["id"]]} if arguments.get("id") else {}
    vpcs = ctx.client("ec2").describe_vpcs(**request, **({"Filters": filters} if filters else {}))["Vpcs"]
    if len(vpcs) != 1:
        raise ProviderError(f"exactly one VPC must match, {len(vpcs)} do")
    vpc = vpcs[0]
    of_vpc = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}, {"Name": "association.main", "Values": ["true"]}]
    main = only(ctx.client("ec2").describe_route_tables(Filters=of_vpc)["RouteTables"])
    return {
        "arn": ctx.arn("ec2", f"vpc/{vpc['VpcId']}"),
        "cidrBlock": vpc["CidrBlock"],
        "cidrBlockAssociations": [
            {"associationId": a["AssociationId"], "cidrBlock": a["CidrBlock"], "state": a["CidrBlockState"]["State"]}
            for a in vpc["CidrBlockAssociationSet"]
        ],
        "default": vpc["IsDefault"],
        "dhcpOptionsId": vpc["DhcpOptionsId"],
        "enableDnsHostnames": _attribute(ctx, vpc["VpcId"], "enableDnsHostnames"),
        "enableDnsSupport": _attribute(ctx, vpc["VpcId"], "enableDnsSupport"),
        "enableNetworkAddressUsageMetrics": False,
        "filters": arguments.get("filters"),
        "id": vpc["VpcId"],
        "instanceTenancy": vpc["InstanceTenancy"],
        "ipv6AssociationId": "",
        "ipv6CidrBlock": "",
        "mainRouteTableId": (main or {}).get("RouteTableId", ""),
        "ownerId": vpc.get("OwnerId") or ctx.account,
        "region": ctx.region,
        "state": vpc["State"],
        "tags": tag_map(vpc.get("Tags")),
    }


def _attribute(ctx: Context, vpc: str, name: str) -> bool:
    answer = ctx.client("ec2").describe_vpc_attribute(VpcId=vpc, Attribute=name)
    return bool(answer[name[0].upper() + name[1:]]["Value"])


FUNCTIONS = (
    Function(
        "aws:index/getAvailabilityZone:getAvailabilityZone",
        words("allAvailabilityZones filters name state zoneId"),
        _zone,
    ),
    Function("aws:index/getDefaultTags:getDefaultTags", frozenset(), _default_tags),
    Function("aws:organizations/getOrganization:getOrganization", words("returnOrganizationOnly"), _organization),
    Function("aws:ec2/getVpc:getVpc", words("cidrBlock default dhcpOptionsId filters id state tags"), _vpc),
)
