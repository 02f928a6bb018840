"""A firewall that is attached to a transit gateway itself."""

from __future__ import annotations

import pytest


@pytest.fixture
def gateway(ec2, until):
    options = {"DefaultRouteTableAssociation": "disable", "DefaultRouteTablePropagation": "disable"}
    made = ec2.create_transit_gateway(Options=options)["TransitGateway"]["TransitGatewayId"]
    until(lambda: ec2.describe_transit_gateways(TransitGatewayIds=[made])["TransitGateways"][0]["State"] == "available")
    return made


@pytest.fixture
def make(firewalls, make_policy, gateway, until):
    policy = make_policy()

    def create(zones, **more):
        firewalls.create_firewall(
            FirewallName="f",
            FirewallPolicyArn=policy,
            TransitGatewayId=gateway,
            AvailabilityZoneMappings=[{"AvailabilityZone": zone} for zone in zones],
            **more,
        )
        until(lambda: firewalls.describe_firewall(FirewallName="f")["FirewallStatus"]["Status"] == "READY")
        return firewalls.describe_firewall(FirewallName="f")

    return create


@pytest.fixture
def zones(ec2):
    return [zone["ZoneId"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]]


def test_its_attachment_is_one_of_the_transit_gateway_in_appliance_mode(ec2, make, gateway, zones):
    answer = make(zones[:2])
    state = answer["FirewallStatus"]["TransitGatewayAttachmentSyncState"]
    assert state["TransitGatewayAttachmentStatus"] == "READY"
    found = ec2.describe_transit_gateway_attachments(TransitGatewayAttachmentIds=[state["AttachmentId"]])
    (attachment,) = found["TransitGatewayAttachments"]
    assert (attachment["ResourceType"], attachment["TransitGatewayId"]) == ("network-function", gateway)
    assert attachment["ResourceId"] == answer["Firewall"]["FirewallArn"]
    table = ec2.create_transit_gateway_route_table(TransitGatewayId=gateway)["TransitGatewayRouteTable"]
    made = ec2.create_transit_gateway_route(
        TransitGatewayRouteTableId=table["TransitGatewayRouteTableId"],
        DestinationCidrBlock="0.0.0.0/0",
        TransitGatewayAttachmentId=state["AttachmentId"],
    )
    assert made["Route"]["State"] == "active"


def test_zones_change_unless_protected(firewalls, make, zones, until, refused):
    make(zones[:1])
    firewalls.associate_availability_zones(FirewallName="f", AvailabilityZoneMappings=[{"AvailabilityZone": zones[1]}])
    until(lambda: firewalls.describe_firewall(FirewallName="f")["FirewallStatus"]["Status"] == "READY")
    firewalls.disassociate_availability_zones(
        FirewallName="f", AvailabilityZoneMappings=[{"AvailabilityZone": zones[0]}]
    )
    mappings = firewalls.describe_firewall(FirewallName="f")["Firewall"]["AvailabilityZoneMappings"]
    assert mappings == [{"AvailabilityZone": zones[1]}]
    with refused("InvalidRequestException", "at least one availability zone"):
        firewalls.disassociate_availability_zones(
            FirewallName="f", AvailabilityZoneMappings=[{"AvailabilityZone": zones[1]}]
        )
    firewalls.update_availability_zone_change_protection(FirewallName="f", AvailabilityZoneChangeProtection=True)
    with refused("InvalidOperationException", "Availability Zone change protection"):
        firewalls.associate_availability_zones(
            FirewallName="f", AvailabilityZoneMappings=[{"AvailabilityZone": zones[0]}]
        )


def test_zones_are_given_by_id_and_once(make, zones, refused):
    with refused("InvalidRequestException", "not a zone id"):
        make(("eu-west-1a",))
    with refused("InvalidRequestException", "is given twice"):
        make((zones[0], zones[0]))


def test_the_gateway_stays_while_the_firewall_is_attached(ec2, firewalls, make, gateway, zones, until, refused):
    make(zones[:1])
    with refused("IncorrectState", "non-deleted Attachments"):
        ec2.delete_transit_gateway(TransitGatewayId=gateway)
    firewalls.delete_firewall(FirewallName="f")
    until(lambda: not firewalls.list_firewalls()["Firewalls"])
    assert ec2.delete_transit_gateway(TransitGatewayId=gateway)["TransitGateway"]["State"] == "deleting"


def test_subnets_are_not_for_such_a_firewall(firewalls, make, zones, network, refused):
    make(zones[:1])
    with refused("InvalidRequestException", "has no subnets"):
        firewalls.associate_subnets(FirewallName="f", SubnetMappings=[{"SubnetId": network["subnets"]["a"]}])
