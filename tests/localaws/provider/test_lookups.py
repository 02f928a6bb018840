"""Look-ups of a network: each finds what the resources made, and tells all that the SDK's result has."""

from __future__ import annotations

import functools

import grpc
import pytest

from localaws.provider import registry, sdk
from tests.localaws.provider.world import READ, TRUST, World

ONE = "aws:ec2/get{0}:get{0}".format
TRANSIT = "aws:ec2transitgateway/get{0}:get{0}".format
ANY = "0.0.0.0/0"


class Network(World):
    """A VPC with a way out, on a transit gateway."""

    @functools.cached_property
    def gateway_out(self):
        return self.make("aws:ec2/internetGateway:InternetGateway", "igw", vpcId=self.vpc.id, tags={"Name": "out"})

    @functools.cached_property
    def nat(self):
        self.gateway_out  # noqa: B018 - without one there is no way out
        where = {"subnetId": self.subnet().id, "allocationId": self.address().id}
        return self.make("aws:ec2/natGateway:NatGateway", "nat", **where, tags={"Name": "nat"})

    @functools.cached_property
    def private(self):
        table = self.make("aws:ec2/routeTable:RouteTable", "private", vpcId=self.vpc.id, tags={"Name": "private"})
        self.make("aws:ec2/route:Route", routeTableId=table.id, destinationCidrBlock=ANY, natGatewayId=self.nat.id)
        self.make(
            "aws:ec2/routeTableAssociation:RouteTableAssociation", routeTableId=table.id, subnetId=self.subnet(2).id
        )
        return table

    @functools.cached_property
    def transit(self):
        return self.make("aws:ec2transitgateway/transitGateway:TransitGateway", "hub", description="hub")

    @functools.cached_property
    def attachment(self):
        return self.make(
            "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
            transitGatewayId=self.transit.id,
            vpcId=self.vpc.id,
            subnetIds=[self.subnet().id],
            applianceModeSupport="enable",
            transitGatewayDefaultRouteTableAssociation=True,
            transitGatewayDefaultRouteTablePropagation=True,
            tags={"Name": "spoke"},
        )

    @functools.cached_property
    def interface(self):
        found = self.ec2.create_network_interface(
            SubnetId=self.subnet().id,
            Groups=[self.group().id],
            TagSpecifications=[{"ResourceType": "network-interface", "Tags": [{"Key": "Name", "Value": "eni"}]}],
        )
        return found["NetworkInterface"]["NetworkInterfaceId"]

    @functools.cached_property
    def firewall(self):
        actions = ["aws:forward_to_sfe"]
        policy = self.make(
            "aws:networkfirewall/firewallPolicy:FirewallPolicy",
            "policy",
            firewallPolicy={"statelessDefaultActions": actions, "statelessFragmentDefaultActions": actions},
        )
        return self.make(
            "aws:networkfirewall/firewall:Firewall",
            "firewall",
            firewallPolicyArn=policy.id,
            vpcId=self.vpc.id,
            subnetMappings=[{"subnetId": self.subnet(3).id}],
        )


@pytest.fixture
def network(engine, local_aws):
    return Network(engine, local_aws)


@pytest.fixture
def ask(engine):
    """ask(token, **arguments) asks, and holds the answer to the SDK's result."""

    def found(token, **arguments):
        answer = engine.invoke(token, **arguments)
        _, kinds, _ = sdk.function(token)
        assert set(answer) <= set(kinds)
        assert set(kinds) - set(answer) <= OPTIONAL
        return answer

    return found


OPTIONAL = {"allRegions", "filters", "tags"}


def test_a_vpc(network, ask):
    found = ask(ONE("Vpc"), id=network.vpc.id)
    assert found["arn"] == network.vpc.state["arn"]
    assert found["mainRouteTableId"] == network.vpc.state["mainRouteTableId"]
    assert (found["enableDnsSupport"], found["default"]) == (True, False)
    (association,) = found["cidrBlockAssociations"]
    assert (association["cidrBlock"], association["state"]) == ("10.0.0.0/16", "associated")
    assert ask(ONE("Vpc"), default=True)["default"] is True
    assert ask(ONE("Vpcs"), filters=[{"name": "cidr", "values": ["10.0.0.0/16"]}])["ids"] == [network.vpc.id]


def test_a_subnet(network, ask):
    subnet = network.subnet()
    found = ask(ONE("Subnet"), vpcId=network.vpc.id, availabilityZone="eu-west-1a")
    same = ("arn", "availabilityZone", "availabilityZoneId", "cidrBlock", "mapPublicIpOnLaunch", "ownerId", "vpcId")
    assert {key: found[key] for key in same} == {key: subnet.state[key] for key in same}
    assert (found["state"], found["ipv6CidrBlock"]) == ("available", "")


def test_a_table_is_found_by_its_subnet_and_tells_its_routes(network, ask):
    table = network.private
    found = ask(ONE("RouteTable"), subnetId=network.subnet(2).id)
    assert (found["id"], found["routeTableId"], found["arn"]) == (table.id, table.id, table.state["arn"])
    # Neither the VPC's own route nor those of others.
    assert [(r["cidrBlock"], r["natGatewayId"], r["gatewayId"]) for r in found["routes"]] == [(ANY, network.nat.id, "")]
    (association,) = found["associations"]
    assert (association["subnetId"], association["main"]) == (network.subnet(2).id, False)
    assert found["tags"] == {"Name": "private"}
    ids = ask(ONE("RouteTables"), vpcId=network.vpc.id)["ids"]
    assert ids == sorted([table.id, network.vpc.state["mainRouteTableId"]])


def test_a_subnet_without_a_table_of_its_own_has_none_to_find(network, engine):
    with pytest.raises(grpc.RpcError, match="exactly one must match, 0 do"):
        engine.invoke(ONE("RouteTable"), subnetId=network.subnet().id)


def test_a_route(network, ask, engine):
    found = ask(ONE("Route"), routeTableId=network.private.id, destinationCidrBlock=ANY)
    assert (found["natGatewayId"], found["gatewayId"]) == (network.nat.id, "")
    with pytest.raises(grpc.RpcError, match="exactly one route must match, 0 do"):
        engine.invoke(ONE("Route"), routeTableId=network.private.id, destinationCidrBlock="10.0.0.0/16")


def test_a_route_to_a_firewall_names_its_endpoint(network, ask, engine):
    (status,) = network.firewall.state["firewallStatuses"]
    endpoint = status["syncStates"][0]["attachments"][0]["endpointId"]
    engine.create(
        "aws:ec2/route:Route",
        {"routeTableId": network.table().id, "destinationCidrBlock": ANY, "vpcEndpointId": endpoint},
    )
    (route,) = ask(ONE("RouteTable"), routeTableId=network.table().id)["routes"]
    assert (route["vpcEndpointId"], route["gatewayId"]) == (endpoint, "")


def test_gateways(network, ask):
    of_vpc = [{"name": "attachment.vpc-id", "values": [network.vpc.id]}]
    out, made = network.gateway_out, network.nat
    found = ask(ONE("InternetGateway"), filters=of_vpc)
    assert (found["internetGatewayId"], found["arn"], found["tags"]) == (out.id, out.state["arn"], {"Name": "out"})
    assert found["attachments"] == [{"state": "available", "vpcId": network.vpc.id}]
    nat = ask(ONE("NatGateway"), subnetId=network.subnet().id)
    assert (nat["id"], nat["allocationId"], nat["state"]) == (made.id, network.address().id, "available")
    assert nat["publicIp"] == network.address().state["publicIp"]
    assert ask(ONE("NatGateways"), vpcId=network.vpc.id)["ids"] == [made.id]


def test_interfaces_addresses_and_groups(network, ask):
    found = ask(ONE("NetworkInterface"), id=network.interface)
    assert (found["subnetId"], found["securityGroups"]) == (network.subnet().id, [network.group().id])
    assert found["privateIps"] == [found["privateIp"]]
    assert found["privateIp"].startswith("10.0.1.")
    of_subnet = [{"name": "subnet-id", "values": [network.subnet().id]}]
    assert ask(ONE("NetworkInterfaces"), filters=of_subnet)["ids"] == [network.interface]
    address = network.address()
    assert ask(ONE("ElasticIp"), publicIp=address.state["publicIp"])["id"] == address.id
    assert ask(ONE("Eips"))["allocationIds"] == [address.id]
    of_name = [{"name": "group-name", "values": [network.group().state["name"]]}]
    groups = ask(ONE("SecurityGroups"), filters=of_name)
    assert (groups["ids"], groups["vpcIds"]) == ([network.group().id], [network.vpc.id])
    assert groups["arns"] == [network.group().state["arn"]]


def test_a_transit_gateway_and_what_is_on_it(network, ask):
    attachment, gateway = network.attachment, network.transit
    table = gateway.state["associationDefaultRouteTableId"]
    found = ask(TRANSIT("VpcAttachment"), id=attachment.id)
    assert (found["vpcId"], found["transitGatewayId"]) == (network.vpc.id, gateway.id)
    assert (found["applianceModeSupport"], found["dnsSupport"]) == ("enable", "enable")
    any_kind = ask(TRANSIT("Attachment"), transitGatewayAttachmentId=attachment.id)
    assert (any_kind["resourceId"], any_kind["resourceType"]) == (network.vpc.id, "vpc")
    assert any_kind["associationTransitGatewayRouteTableId"] == table
    for many in ("Attachments", "VpcAttachments"):
        assert ask(TRANSIT(many))["ids"] == [attachment.id]
    by_default = ask(TRANSIT("RouteTable"), id=table)
    assert (by_default["transitGatewayId"], by_default["defaultAssociationRouteTable"]) == (gateway.id, True)
    assert ask("aws:ec2/getTransitGatewayRouteTables:getTransitGatewayRouteTables")["ids"] == [table]
    for relation in ("RouteTableAssociations", "RouteTablePropagations"):
        assert ask(TRANSIT(relation), transitGatewayRouteTableId=table)["ids"] == [attachment.id]
    state = [{"name": "state", "values": ["active"]}]
    routes = ask(TRANSIT("RouteTableRoutes"), transitGatewayRouteTableId=table, filters=state)["routes"]
    assert [(route["destinationCidrBlock"], route["type"]) for route in routes] == [("10.0.0.0/16", "propagated")]


def test_what_is_deleted_is_not_found(network, ask, engine):
    attachment = network.attachment
    engine.delete(attachment)
    assert ask(TRANSIT("VpcAttachments"))["ids"] == []
    with pytest.raises(grpc.RpcError, match=r"InvalidTransitGatewayAttachmentID.NotFound|exactly one must match, 0 do"):
        engine.invoke(TRANSIT("VpcAttachment"), id=attachment.id)


def test_a_firewall(network, ask):
    firewall = network.firewall
    for by in ({"arn": firewall.id}, {"name": firewall.state["name"]}):
        found = ask("aws:networkfirewall/getFirewall:getFirewall", **by)
        assert (found["id"], found["vpcId"]) == (firewall.id, network.vpc.id)
        assert found["subnetMappings"] == [{"subnetId": network.subnet(3).id}]
        (status,) = found["firewallStatuses"]
        assert status["status"] == "READY"
        (state,) = status["syncStates"]
        assert state["availabilityZone"] == "eu-west-1a"
        assert state["attachments"][0]["subnetId"] == network.subnet(3).id


def test_roles_policies_and_buckets(engine, ask):
    role = engine.create("aws:iam/role:Role", {"assumeRolePolicy": TRUST})
    policy = engine.create("aws:iam/policy:Policy", {"policy": READ})
    bucket = engine.create("aws:s3/bucket:Bucket", {})
    assert ask("aws:iam/getRole:getRole", name=role.id)["arn"] == role.state["arn"]
    for by in ({"arn": policy.id}, {"name": policy.state["name"]}):
        found = ask("aws:iam/getPolicy:getPolicy", **by)
        assert (found["arn"], found["policy"], found["attachmentCount"]) == (policy.id, READ, 0)
    assert ask("aws:iam/getPolicy:getPolicy", name="ReadOnlyAccess")["arn"] == "arn:aws:iam::aws:policy/ReadOnlyAccess"
    assert ask("aws:s3/getBucket:getBucket", bucket=bucket.id)["bucketRegionalDomainName"].startswith(bucket.id)


def test_where_a_program_runs(ask):
    assert "eu-west-1" in ask("aws:index/getRegions:getRegions")["names"]
    principal = ask("aws:index/getServicePrincipal:getServicePrincipal", serviceName="s3")
    assert (principal["name"], principal["id"]) == ("s3.amazonaws.com", "s3.eu-west-1.amazonaws.com")


def test_lists_of_nothing_are_empty(engine, ask):
    """Every look-up for many answers where there is none of them; only networks have some from the start."""
    for token, function in registry.functions().items():
        if token.endswith("s") and not function.required and "ids" in sdk.function(token)[1]:
            none = [{"name": "tag:of", "values": ["nobody"]}]
            if "filters" in function.arguments:
                assert ask(token, filters=none)["ids"] == [], token
