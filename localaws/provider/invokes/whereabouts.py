"""Invokes that tell where a program runs: account, partition, Region, Availability Zones."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context
from localaws.provider.errors import ProviderError
from localaws.provider.registry import Function, words
from localaws.provider.values import Props

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


def _zones(ctx: Context, arguments: Props) -> Props:
    filters = [{"Name": each["name"], "Values": each["values"]} for each in arguments.get("filters") or ()]
    if arguments.get("state"):
        filters.append({"Name": "state", "Values": [arguments["state"]]})
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
    Function(
        "aws:index/getAvailabilityZones:getAvailabilityZones",
        words("allAvailabilityZones excludeNames excludeZoneIds filters state"),
        _zones,
    ),
)
