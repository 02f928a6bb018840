"""Endpoints of a firewall in further VPCs."""

from __future__ import annotations

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import pick
from localaws.provider.networkfirewall_shapes import to_aws
from localaws.provider.registry import Resource, words
from localaws.provider.resources.networkfirewall import attachment_of, ends_of, mappings_of
from localaws.provider.resources.networkfirewall_rules import tagging, tags_of
from localaws.provider.values import Props


def _create_association(ctx: Context, inputs: Props) -> str:
    client = ctx.client("network-firewall")
    answer = client.create_vpc_endpoint_association(
        FirewallArn=inputs["firewallArn"],
        VpcId=inputs["vpcId"],
        SubnetMapping=to_aws(inputs["subnetMapping"]),
        **pick(inputs, {"description": "Description"}),
        **tags_of(inputs),
    )
    arn = str(answer["VpcEndpointAssociation"]["VpcEndpointAssociationArn"])
    ctx.created_id = arn

    def ready() -> bool | None:
        described = client.describe_vpc_endpoint_association(VpcEndpointAssociationArn=arn)
        return True if described["VpcEndpointAssociationStatus"]["Status"] == "READY" else None

    ctx.wait(f"VPC endpoint association {arn}", ready)
    return arn


def _read_association(ctx: Context, id_: str, state: Props) -> Props | None:
    answer = ctx.client("network-firewall").describe_vpc_endpoint_association(VpcEndpointAssociationArn=id_)
    association = answer["VpcEndpointAssociation"]
    states = answer["VpcEndpointAssociationStatus"]["AssociationSyncState"]
    return {
        "description": association.get("Description"),
        "firewallArn": association["FirewallArn"],
        "subnetMapping": mappings_of([association["SubnetMapping"]], [state.get("subnetMapping") or {}])[0],
        "tagsAll": tag_map(association.get("Tags")),
        "vpcEndpointAssociationArn": association["VpcEndpointAssociationArn"],
        "vpcEndpointAssociationId": association["VpcEndpointAssociationId"],
        "vpcEndpointAssociationStatuses": [
            {
                "associationSyncStates": [
                    {
                        "availabilityZone": zone,
                        "attachments": [
                            {**end, "status": attachment_of(found)["Status"], "statusMessage": ""}
                            for end in ends_of(found)
                        ],
                    }
                    for zone, found in states.items()
                ]
            }
        ],
        "vpcId": association["VpcId"],
    }


def _delete_association(ctx: Context, id_: str, state: Props) -> None:
    client = ctx.client("network-firewall")
    client.delete_vpc_endpoint_association(VpcEndpointAssociationArn=id_)
    ctx.wait_gone(f"deletion of {id_}", lambda: client.describe_vpc_endpoint_association(VpcEndpointAssociationArn=id_))


RESOURCES = (
    Resource(
        token="aws:networkfirewall/vpcEndpointAssociation:VpcEndpointAssociation",
        inputs=words("firewallArn vpcId subnetMapping description"),
        replace=words("firewallArn vpcId subnetMapping description"),
        create=_create_association,
        read=_read_association,
        delete=_delete_association,
        tagging=tagging,
    ),
)
