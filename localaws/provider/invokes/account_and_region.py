"""Data sources that tell where a program runs: account, partition, Region, Availability Zones, default tags."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context
from localaws.provider.errors import ProviderError
from localaws.provider.invokes.lookup import filtered, filters_of
from localaws.provider.registry import Function, words
from localaws.provider.values import Props

_PRINCIPAL = "aws:index/getServicePrincipal:getServicePrincipal"
_SUFFIXES = {"aws": "amazonaws.com", "aws-cn": "amazonaws.com.cn", "aws-us-gov": "amazonaws.com"}


def _caller_identity(ctx: Context, arguments: Props) -> Props:
    found = ctx.client("sts").get_caller_identity()
    return {"accountId": found["Account"], "arn": found["Arn"], "userId": found["UserId"], "id": found["Account"]}


def _partition(ctx: Context, arguments: Props) -> Props:
    suffix = _SUFFIXES[ctx.partition]
    return {
        "partition": ctx.partition,
        "dnsSuffix": suffix,
        "reverseDnsPrefix": ".".join(reversed(suffix.split("."))),
        "id": ctx.partition,
    }


def _regions(ctx: Context, arguments: Props) -> Props:
    asked = {"AllRegions": bool(arguments.get("allRegions")), **filtered(arguments)}
    found = ctx.client("ec2").describe_regions(**asked)["Regions"]
    return {**arguments, "id": ctx.partition, "names": sorted(each["RegionName"] for each in found)}


def _service_principal(ctx: Context, arguments: Props) -> Props:
    """The principal of a service: under amazonaws.com, but for a few in other partitions, which are not here."""
    service = arguments["serviceName"]
    if ctx.partition != "aws":
        raise ProviderError(f"{_PRINCIPAL} in partition {ctx.partition} is not in the local AWS")
    name = f"{service}.amazonaws.com"
    ours = {"id": f"{service}.{ctx.region}.amazonaws.com", "name": name, "region": ctx.region}
    return {**ours, "serviceName": service, "suffix": "amazonaws.com"}


def _region(ctx: Context, arguments: Props) -> Props:
    endpoint = arguments.get("endpoint")
    if endpoint:
        raise ProviderError("the argument 'endpoint' of aws:index/getRegion:getRegion is not in the local AWS")
    region = arguments.get("name") or ctx.region
    known = [each["RegionName"] for each in ctx.client("ec2").describe_regions(AllRegions=True)["Regions"]]
    if region not in known:
        raise ProviderError(f"no matching EC2 Region found: {region}")
    return {
        "description": region,
        "endpoint": f"ec2.{region}.{_SUFFIXES[ctx.partition]}",
        "name": region,
        "region": region,
        "id": region,
    }


def _zone(ctx: Context, arguments: Props) -> Props:
    request = filtered(arguments, {"state": "state"})
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


def _default_tags(ctx: Context, arguments: Props) -> Props:
    return {"id": ctx.partition, "tags": dict(ctx.config.default_tags)}


def _zones(ctx: Context, arguments: Props) -> Props:
    filters = filters_of(arguments, {"state": "state"})
    described = ctx.client("ec2").describe_availability_zones(
        AllAvailabilityZones=bool(arguments.get("allAvailabilityZones")), Filters=_supported(filters)
    )["AvailabilityZones"]
    skipped_names, skipped_ids = arguments.get("excludeNames") or (), arguments.get("excludeZoneIds") or ()
    zones = sorted(
        (
            zone
            for zone in described
            if zone["ZoneName"] not in skipped_names
            and zone["ZoneId"] not in skipped_ids
            and all(_matches(zone, each) for each in filters)
        ),
        key=lambda zone: str(zone["ZoneName"]),
    )
    return {
        **arguments,
        "groupNames": sorted({str(zone.get("GroupName") or ctx.region) for zone in zones}),
        "names": [zone["ZoneName"] for zone in zones],
        "zoneIds": [zone["ZoneId"] for zone in zones],
        "region": ctx.region,
        "id": ctx.region,
    }


_FIELDS = {
    "group-name": "GroupName",
    "opt-in-status": "OptInStatus",
    "region-name": "RegionName",
    "state": "State",
    "zone-id": "ZoneId",
    "zone-name": "ZoneName",
    "zone-type": "ZoneType",
}
# What moto leaves out of a zone that needs no opting in.
_USUAL = {"OptInStatus": "opt-in-not-required", "ZoneType": "availability-zone"}


def _supported(filters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The filters that the server applies by itself; the others are applied here, unknown ones refused."""
    for each in filters:
        if each["Name"] not in _FIELDS:
            raise ProviderError(f"InvalidParameterValue: The filter '{each['Name']}' is invalid")
    return [each for each in filters if each["Name"] in ("state", "zone-name", "zone-id", "region-name")]


def _matches(zone: dict[str, Any], condition: dict[str, Any]) -> bool:
    name = _FIELDS[condition["Name"]]
    return (zone.get(name) or _USUAL.get(name)) in condition["Values"]


FUNCTIONS = (
    Function("aws:index/getCallerIdentity:getCallerIdentity", words("id"), _caller_identity),
    Function("aws:index/getPartition:getPartition", words("id"), _partition),
    Function("aws:index/getRegion:getRegion", words("endpoint id name"), _region),
    Function("aws:index/getRegions:getRegions", words("allRegions filters id"), _regions),
    Function(_PRINCIPAL, words("serviceName"), _service_principal, required=words("serviceName")),
    Function("aws:index/getDefaultTags:getDefaultTags", words("id"), _default_tags),
    Function(
        "aws:index/getAvailabilityZone:getAvailabilityZone",
        words("allAvailabilityZones filters name state zoneId"),
        _zone,
    ),
    Function(
        "aws:index/getAvailabilityZones:getAvailabilityZones",
        words("allAvailabilityZones excludeNames excludeZoneIds filters state"),
        _zones,
    ),
)
