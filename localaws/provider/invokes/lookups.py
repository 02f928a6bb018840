"""Data sources that find one thing: by its id, by filters or by tags; what they tell is what its type's read tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from localaws.provider import registry
from localaws.provider.context import Context, tag_map
from localaws.provider.errors import ProviderError
from localaws.provider.invokes.existing import filters_of
from localaws.provider.registry import Function, words
from localaws.provider.resources.prefix_lists import list_entries
from localaws.provider.values import Props


@dataclass(frozen=True)
class Lookup:
    """How a thing of EC2 is found: the operation that describes it, and what its arguments filter by."""

    token: str
    resource: str
    operation: str
    listed: str
    ids: str
    id_key: str
    id_argument: str = "id"
    filters: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, ctx: Context, arguments: Props) -> Props:
        """The one thing that matches."""
        filters = filters_of(arguments)
        filters += [
            {"Name": name, "Values": [_text(arguments[prop])]}
            for prop, name in self.filters.items()
            if arguments.get(prop) is not None
        ]
        filters += [{"Name": f"tag:{key}", "Values": [value]} for key, value in (arguments.get("tags") or {}).items()]
        request: dict[str, Any] = {"Filters": filters} if filters else {}
        if arguments.get(self.id_argument):
            request[self.ids] = [arguments[self.id_argument]]
        found = getattr(ctx.client("ec2"), self.operation)(**request)[self.listed]
        if len(found) != 1:
            raise ProviderError(f"exactly one must match, {len(found)} do")
        return read_as(ctx, self.resource, found[0][self.id_key], arguments, state=found[0].get("State"))

    def function(self) -> Function:
        """The lookup as an entry of the table."""
        return Function(self.token, frozenset(self.filters) | {"filters", "tags", self.id_argument}, self)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_as(ctx: Context, token: str, id_: str, arguments: Props, state: Any = None) -> Props:
    """What the read of a type tells of the thing with an id, with the arguments that a data source repeats."""
    ctx.importing = True
    outputs = registry.resources()[token].read(ctx, id_, {})
    if outputs is None:
        raise ProviderError(f"there is no {id_}")
    told = {key: value for key, value in outputs.items() if value is not None}
    if "tagsAll" in told:
        told["tags"] = told.pop("tagsAll")
    if isinstance(state, str):
        told.setdefault("state", state)
    return {**arguments, "id": id_, "region": ctx.region, **told}


_FOUND = (
    Lookup(
        token="aws:ec2/getSubnet:getSubnet",
        resource="aws:ec2/subnet:Subnet",
        operation="describe_subnets",
        listed="Subnets",
        ids="SubnetIds",
        id_key="SubnetId",
        filters={
            "availabilityZone": "availability-zone",
            "availabilityZoneId": "availability-zone-id",
            "cidrBlock": "cidr-block",
            "defaultForAz": "default-for-az",
            "state": "state",
            "vpcId": "vpc-id",
        },
    ),
    Lookup(
        token="aws:ec2/getSecurityGroup:getSecurityGroup",
        resource="aws:ec2/securityGroup:SecurityGroup",
        operation="describe_security_groups",
        listed="SecurityGroups",
        ids="GroupIds",
        id_key="GroupId",
        filters={"name": "group-name", "vpcId": "vpc-id"},
    ),
    Lookup(
        token="aws:ec2/getVpcEndpoint:getVpcEndpoint",
        resource="aws:ec2/vpcEndpoint:VpcEndpoint",
        operation="describe_vpc_endpoints",
        listed="VpcEndpoints",
        ids="VpcEndpointIds",
        id_key="VpcEndpointId",
        filters={
            "serviceName": "service-name",
            "state": "vpc-endpoint-state",
            "vpcEndpointType": "vpc-endpoint-type",
            "vpcId": "vpc-id",
        },
    ),
    Lookup(
        token="aws:ec2/getManagedPrefixList:getManagedPrefixList",
        resource="aws:ec2/managedPrefixList:ManagedPrefixList",
        operation="describe_managed_prefix_lists",
        listed="PrefixLists",
        ids="PrefixListIds",
        id_key="PrefixListId",
        filters={"name": "prefix-list-name"},
    ),
    Lookup(
        token="aws:ec2transitgateway/getTransitGateway:getTransitGateway",
        resource="aws:ec2transitgateway/transitGateway:TransitGateway",
        operation="describe_transit_gateways",
        listed="TransitGateways",
        ids="TransitGatewayIds",
        id_key="TransitGatewayId",
    ),
)


def _subnets(ctx: Context, arguments: Props) -> Props:
    filters = filters_of(arguments)
    filters += [{"Name": f"tag:{key}", "Values": [value]} for key, value in (arguments.get("tags") or {}).items()]
    found = ctx.client("ec2").describe_subnets(**({"Filters": filters} if filters else {}))["Subnets"]
    return {**arguments, "id": ctx.region, "ids": sorted(subnet["SubnetId"] for subnet in found), "region": ctx.region}


def _prefix_list(ctx: Context, arguments: Props) -> Props:
    filters = filters_of(arguments)
    if arguments.get("name"):
        filters.append({"Name": "prefix-list-name", "Values": [arguments["name"]]})
    ids = {"PrefixListIds": [arguments["prefixListId"]]} if arguments.get("prefixListId") else {}
    found = ctx.client("ec2").describe_prefix_lists(**ids, **({"Filters": filters} if filters else {}))["PrefixLists"]
    if len(found) != 1:
        raise ProviderError(f"exactly one prefix list must match, {len(found)} do")
    (one,) = found
    return {
        **arguments,
        "cidrBlocks": sorted(entry["cidr"] for entry in list_entries(ctx, one["PrefixListId"])),
        "id": one["PrefixListId"],
        "name": one["PrefixListName"],
        "prefixListId": one["PrefixListId"],
        "region": ctx.region,
    }


def _image(ctx: Context, arguments: Props) -> Props:
    filters = filters_of(arguments)
    filters += [{"Name": f"tag:{key}", "Values": [value]} for key, value in (arguments.get("tags") or {}).items()]
    request: dict[str, Any] = {"Filters": filters} if filters else {}
    if arguments.get("owners"):
        request["Owners"] = arguments["owners"]
    found = ctx.client("ec2").describe_images(**request)["Images"]
    if len(found) > 1 and not arguments.get("mostRecent"):
        raise ProviderError(f"{len(found)} images match; narrow the filters or set mostRecent")
    if not found:
        raise ProviderError("no image matches")
    image = max(found, key=lambda one: (one.get("CreationDate", ""), one["ImageId"]))
    names = {
        "architecture": "Architecture",
        "creationDate": "CreationDate",
        "description": "Description",
        "hypervisor": "Hypervisor",
        "imageLocation": "ImageLocation",
        "imageType": "ImageType",
        "name": "Name",
        "ownerId": "OwnerId",
        "platform": "Platform",
        "public": "Public",
        "rootDeviceName": "RootDeviceName",
        "rootDeviceType": "RootDeviceType",
        "state": "State",
        "virtualizationType": "VirtualizationType",
    }
    return {
        **arguments,
        **{ours: image[theirs] for ours, theirs in names.items() if theirs in image},
        "arn": f"arn:{ctx.partition}:ec2:{ctx.region}::image/{image['ImageId']}",
        "id": image["ImageId"],
        "imageId": image["ImageId"],
        "region": ctx.region,
        "tags": tag_map(image.get("Tags")),
    }


def _key(ctx: Context, arguments: Props) -> Props:
    key = ctx.client("kms").describe_key(KeyId=arguments["keyId"])["KeyMetadata"]
    return {
        **arguments,
        "arn": key["Arn"],
        "awsAccountId": key["AWSAccountId"],
        "creationDate": key["CreationDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "customerMasterKeySpec": key.get("CustomerMasterKeySpec") or key["KeySpec"],
        "description": key.get("Description", ""),
        "enabled": key["Enabled"],
        "id": key["KeyId"],
        "keyManager": key["KeyManager"],
        "keySpec": key["KeySpec"],
        "keyState": key["KeyState"],
        "keyUsage": key["KeyUsage"],
        "multiRegion": bool(key.get("MultiRegion")),
        "origin": key["Origin"],
        "region": ctx.region,
    }


def _alias(ctx: Context, arguments: Props) -> Props:
    return read_as(ctx, "aws:kms/alias:Alias", arguments["name"], arguments)


FUNCTIONS = (
    *(lookup.function() for lookup in _FOUND),
    Function("aws:ec2/getSubnets:getSubnets", words("filters tags"), _subnets),
    Function("aws:ec2/getPrefixList:getPrefixList", words("filters name prefixListId"), _prefix_list),
    Function("aws:ec2/getAmi:getAmi", words("filters mostRecent owners tags"), _image),
    Function("aws:kms/getKey:getKey", words("keyId"), _key, required=words("keyId")),
    Function("aws:kms/getAlias:getAlias", words("name"), _alias, required=words("name")),
)
