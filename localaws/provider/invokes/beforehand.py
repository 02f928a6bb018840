"""Data sources that tell what an account and its zones have to offer, asked before anything is made."""

from __future__ import annotations

import json

from localaws.provider.context import Context
from localaws.provider.errors import NotInLocalAwsError, ProviderError
from localaws.provider.invokes.lookup import filtered
from localaws.provider.registry import Function, words
from localaws.provider.values import Props

_OFFERINGS = "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings"
_RESOURCE = "aws:cloudcontrol/getResource:getResource"
_PUBLIC_ACCESS = "AWS::EC2::VPCBlockPublicAccessOptions"


def _offerings(ctx: Context, arguments: Props) -> Props:
    request = filtered(arguments)
    if arguments.get("locationType"):
        request["LocationType"] = arguments["locationType"]
    pages = ctx.client("ec2").get_paginator("describe_instance_type_offerings").paginate(**request)
    found = [offering for page in pages for offering in page["InstanceTypeOfferings"]]
    return {
        **arguments,
        "instanceTypes": [offering["InstanceType"] for offering in found],
        "locations": [offering["Location"] for offering in found],
        "locationTypes": [offering["LocationType"] for offering in found],
        "region": ctx.region,
        "id": ctx.region,
    }


def _resource(ctx: Context, arguments: Props) -> Props:
    """Cloud Control's reading of a resource: of one type, whose mode "off" is to have no such resource."""
    type_, identifier = arguments["typeName"], arguments["identifier"]
    if type_ != _PUBLIC_ACCESS:
        raise NotInLocalAwsError(f"{type_} through {_RESOURCE} is not in the local AWS")
    options = ctx.client("ec2").describe_vpc_block_public_access_options()["VpcBlockPublicAccessOptions"]
    if options["AwsAccountId"] != identifier or options["InternetGatewayBlockMode"] == "off":
        raise ProviderError(f"reading Cloud Control API ({type_}) Resource ({identifier}): couldn't find resource")
    properties = {"AccountId": identifier, "InternetGatewayBlockMode": options["InternetGatewayBlockMode"]}
    return {**arguments, "properties": json.dumps(properties), "region": ctx.region, "id": identifier}


FUNCTIONS = (
    Function(_OFFERINGS, words("filters locationType"), _offerings),
    Function(_RESOURCE, words("identifier typeName"), _resource, required=words("identifier typeName")),
)
