"""Firewalls: where their endpoints stand, which ids these have, protections and logging."""

from collections.abc import Iterator
from typing import Any

from hunts.backends.live.reader import Reader, registration
from policy.egress.snapshot import Registration

_PREFIX = "aws:networkfirewall/"


def read(reader: Reader) -> Iterator[Registration]:
    """Yield every firewall, further endpoint and logging configuration."""
    for firewall in reader.firewalls:
        arn = str(firewall["FirewallArn"])
        yield registration(f"{_PREFIX}firewall:Firewall", arn, _firewall(firewall), str(firewall["FirewallName"]))
        answer = reader.ask("network-firewall", "describe_logging_configuration", FirewallArn=arn)
        configs = (answer.get("LoggingConfiguration") or {}).get("LogDestinationConfigs", ())
        logging = {"logDestinationConfigs": [{"logType": config["LogType"]} for config in configs]}
        properties = {"firewallArn": arn, "loggingConfiguration": logging}
        yield registration(f"{_PREFIX}loggingConfiguration:LoggingConfiguration", f"{arn}/logging", properties)
    for item in reader.listed("network-firewall", "list_vpc_endpoint_associations", "VpcEndpointAssociations"):
        yield _association(reader, str(item["VpcEndpointAssociationArn"]))


def _firewall(firewall: dict[str, Any]) -> dict[str, Any]:
    return {
        "arn": firewall["FirewallArn"],
        "vpcId": firewall.get("VpcId"),
        "transitGatewayId": firewall.get("TransitGatewayId"),
        "firewallPolicyArn": firewall["FirewallPolicyArn"],
        "subnetMappings": [{"subnetId": item["SubnetId"]} for item in firewall.get("SubnetMappings") or ()],
        "availabilityZoneMappings": [
            {"availabilityZoneId": item["AvailabilityZone"]} for item in firewall.get("AvailabilityZoneMappings") or ()
        ],
        "deleteProtection": firewall.get("DeleteProtection"),
        "subnetChangeProtection": firewall.get("SubnetChangeProtection"),
        "firewallPolicyChangeProtection": firewall.get("FirewallPolicyChangeProtection"),
        "availabilityZoneChangeProtection": firewall.get("AvailabilityZoneChangeProtection"),
        "firewallStatuses": [_status(firewall["FirewallStatus"])],
    }


def _status(status: dict[str, Any]) -> dict[str, Any]:
    transit = (status.get("TransitGatewayAttachmentSyncState") or {}).get("AttachmentId")
    return {
        "syncStates": _sync_states(status.get("SyncStates") or {}),
        "transitGatewayAttachmentSyncStates": [{"attachmentId": transit}] if transit else [],
    }


def _sync_states(states: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "availabilityZone": zone,
            "attachments": [
                {
                    "endpointId": state.get("Attachment", {}).get("EndpointId"),
                    "subnetId": state.get("Attachment", {}).get("SubnetId"),
                }
            ],
        }
        for zone, state in states.items()
    ]


def _association(reader: Reader, arn: str) -> Registration:
    operation = "describe_vpc_endpoint_association"
    answer = reader.ask("network-firewall", operation, VpcEndpointAssociationArn=arn)
    item = answer["VpcEndpointAssociation"]
    states = (answer.get("VpcEndpointAssociationStatus") or {}).get("AssociationSyncState") or {}
    properties = {
        "firewallArn": item["FirewallArn"],
        "vpcId": item.get("VpcId"),
        "subnetMapping": {"subnetId": item["SubnetMapping"]["SubnetId"]},
        "vpcEndpointAssociationArn": arn,
        "vpcEndpointAssociationStatuses": [{"associationSyncStates": _sync_states(states)}],
    }
    type_ = f"{_PREFIX}vpcEndpointAssociation:VpcEndpointAssociation"
    return registration(type_, arn, properties, str(item.get("VpcEndpointAssociationId", arn)))
