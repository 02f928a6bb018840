"""Transit gateways, attachments, their tables and what these hold."""

from __future__ import annotations

import pytest

OFF = {"DefaultRouteTableAssociation": "disable", "DefaultRouteTablePropagation": "disable"}


@pytest.fixture
def make_gateway(ec2, until):
    def make(**options):
        made = ec2.create_transit_gateway(Options=options)["TransitGateway"]
        gateway = made["TransitGatewayId"]
        described = ec2.describe_transit_gateways
        until(lambda: described(TransitGatewayIds=[gateway])["TransitGateways"][0]["State"] == "available")
        return gateway

    return make


@pytest.fixture
def attach(ec2, until):
    """Attach a new VPC 10.N.0.0/16 with subnets in the given zones; returns (attachment, subnets)."""

    def make(gateway, number, zones="a", **more):
        vpc = ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.{number}.{index}.0/24", AvailabilityZone=f"eu-west-1{zone}")[
                "Subnet"
            ]["SubnetId"]
            for index, zone in enumerate(zones)
        ]
        made = ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=gateway, VpcId=vpc, SubnetIds=subnets, **more)
        attachment = made["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]
        described = ec2.describe_transit_gateway_vpc_attachments
        ids = {"TransitGatewayAttachmentIds": [attachment]}
        until(lambda: described(**ids)["TransitGatewayVpcAttachments"][0]["State"] == "available")
        return attachment, subnets

    return make


@pytest.fixture
def make_table(ec2):
    def make(gateway):
        made = ec2.create_transit_gateway_route_table(TransitGatewayId=gateway)["TransitGatewayRouteTable"]
        return made["TransitGatewayRouteTableId"]

    return make


def search(ec2, table, **filters):
    wanted = [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in filters.items()]
    answer = ec2.search_transit_gateway_routes(TransitGatewayRouteTableId=table, Filters=wanted)
    return {route["DestinationCidrBlock"]: (route["Type"], route["State"]) for route in answer["Routes"]}


def test_a_gateway_with_defaults_off_has_no_table_and_joins_nobody_to_one(ec2, make_gateway, attach):
    gateway = make_gateway(**OFF)
    assert ec2.describe_transit_gateway_route_tables()["TransitGatewayRouteTables"] == []
    attachment, _ = attach(gateway, 1)
    found = ec2.describe_transit_gateway_attachments(TransitGatewayAttachmentIds=[attachment])
    assert "Association" not in found["TransitGatewayAttachments"][0]


def test_a_gateway_with_defaults_on_associates_and_propagates(ec2, make_gateway, attach):
    gateway = make_gateway()
    (table,) = ec2.describe_transit_gateway_route_tables()["TransitGatewayRouteTables"]
    assert (table["DefaultAssociationRouteTable"], table["DefaultPropagationRouteTable"]) == (True, True)
    attachment, _ = attach(gateway, 1)
    (found,) = ec2.describe_transit_gateway_attachments(TransitGatewayAttachmentIds=[attachment])[
        "TransitGatewayAttachments"
    ]
    assert found["Association"]["TransitGatewayRouteTableId"] == table["TransitGatewayRouteTableId"]
    assert search(ec2, table["TransitGatewayRouteTableId"], state="active") == {"10.1.0.0/16": ("propagated", "active")}


def test_tables_are_found_by_whether_they_are_the_default(ec2, make_gateway, make_table, refused):
    gateway = make_gateway(DefaultRouteTableAssociation="enable", DefaultRouteTablePropagation="enable")
    made = make_table(gateway)

    def found(value):
        filters = [
            {"Name": "transit-gateway-id", "Values": [gateway]},
            {"Name": "default-association-route-table", "Values": [value]},
        ]
        tables = ec2.describe_transit_gateway_route_tables(Filters=filters)["TransitGatewayRouteTables"]
        return [table["TransitGatewayRouteTableId"] for table in tables]

    assert found("false") == [made]
    assert len(found("true")) == 1
    assert found("true") != [made]
    with refused("InvalidParameterValue", "yes"):
        found("yes")


def test_an_attachment_has_one_subnet_per_zone_and_its_interfaces_hold_them(ec2, make_gateway, attach, refused):
    gateway = make_gateway(**OFF)
    with refused("DuplicateSubnetsInSameZone"):
        attach(gateway, 1, "aa")
    attachment, subnets = attach(gateway, 2, "ab", Options={"ApplianceModeSupport": "enable"})
    with refused("DependencyViolation"):
        ec2.delete_subnet(SubnetId=subnets[0])
    ec2.modify_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachment, RemoveSubnetIds=[subnets[0]])
    ec2.delete_subnet(SubnetId=subnets[0])
    (found,) = ec2.describe_transit_gateway_vpc_attachments()["TransitGatewayVpcAttachments"]
    assert (found["SubnetIds"], found["Options"]["ApplianceModeSupport"]) == ([subnets[1]], "enable")
    with refused("InvalidParameterValue", "at least one subnet"):
        ec2.modify_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachment, RemoveSubnetIds=[subnets[1]])


def test_ipv6_propagates_where_the_attachment_supports_it_and_its_subnets_have_a_range(
    ec2, make_gateway, make_table, refused, until
):
    gateway = make_gateway(**OFF)
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
    six = vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]
    own = {"VpcId": vpc["VpcId"], "AvailabilityZone": "eu-west-1a"}
    bare = ec2.create_subnet(CidrBlock="10.7.0.0/24", **own)["Subnet"]["SubnetId"]
    with_range = ec2.create_subnet(CidrBlock="10.7.1.0/24", Ipv6CidrBlock=six.replace("/56", "/64"), **own)
    with_range = with_range["Subnet"]["SubnetId"]
    wanted = {"TransitGatewayId": gateway, "VpcId": vpc["VpcId"]}
    with refused("InvalidParameterValue", f"subnet {bare} has no IPv6 CIDR block"):
        ec2.create_transit_gateway_vpc_attachment(SubnetIds=[bare], Options={"Ipv6Support": "enable"}, **wanted)
    made = ec2.create_transit_gateway_vpc_attachment(SubnetIds=[with_range], **wanted)["TransitGatewayVpcAttachment"]
    ids = {"TransitGatewayAttachmentIds": [made["TransitGatewayAttachmentId"]]}
    described = ec2.describe_transit_gateway_vpc_attachments
    until(lambda: described(**ids)["TransitGatewayVpcAttachments"][0]["State"] == "available")
    table = make_table(gateway)
    ec2.enable_transit_gateway_route_table_propagation(
        TransitGatewayRouteTableId=table, TransitGatewayAttachmentId=made["TransitGatewayAttachmentId"]
    )
    assert search(ec2, table, type="propagated") == {"10.7.0.0/16": ("propagated", "active")}
    ec2.modify_transit_gateway_vpc_attachment(
        TransitGatewayAttachmentId=made["TransitGatewayAttachmentId"], Options={"Ipv6Support": "enable"}
    )
    assert search(ec2, table, type="propagated").keys() == {"10.7.0.0/16", six}


def test_tags_of_an_attachment_are_kept(ec2, make_gateway, attach):
    tags = [{"ResourceType": "transit-gateway-attachment", "Tags": [{"Key": "Name", "Value": "spoke"}]}]
    attach(make_gateway(**OFF), 1, TagSpecifications=tags)
    (found,) = ec2.describe_transit_gateway_vpc_attachments()["TransitGatewayVpcAttachments"]
    assert found["Tags"] == [{"Key": "Name", "Value": "spoke"}]


def test_an_attachment_is_associated_with_one_table_and_propagates_into_any(
    ec2, make_gateway, attach, make_table, refused
):
    gateway = make_gateway(**OFF)
    attachment, _ = attach(gateway, 1)
    one, two = make_table(gateway), make_table(gateway)
    both = {"TransitGatewayAttachmentId": attachment}
    ec2.associate_transit_gateway_route_table(TransitGatewayRouteTableId=one, **both)
    with refused("Resource.AlreadyAssociated"):
        ec2.associate_transit_gateway_route_table(TransitGatewayRouteTableId=two, **both)
    for table in (one, two):
        ec2.enable_transit_gateway_route_table_propagation(TransitGatewayRouteTableId=table, **both)
    with refused("TransitGatewayRouteTablePropagation.Duplicate"):
        ec2.enable_transit_gateway_route_table_propagation(TransitGatewayRouteTableId=one, **both)
    propagations = ec2.get_transit_gateway_attachment_propagations(**both)["TransitGatewayAttachmentPropagations"]
    assert {item["TransitGatewayRouteTableId"] for item in propagations} == {one, two}
    ec2.disable_transit_gateway_route_table_propagation(TransitGatewayRouteTableId=one, **both)
    assert (search(ec2, one, state="active"), set(search(ec2, two, state="active"))) == ({}, {"10.1.0.0/16"})
    with refused("IncorrectState", "non-deleted associations"):
        ec2.delete_transit_gateway_route_table(TransitGatewayRouteTableId=one)


def test_a_vpc_whose_range_overlaps_one_attached_before_it_is_not_propagated(ec2, make_gateway, attach, make_table):
    gateway = make_gateway(**OFF)
    table = make_table(gateway)
    elder, younger = attach(gateway, 5)[0], attach(gateway, 5)[0]
    for attachment in (younger, elder):
        ec2.enable_transit_gateway_route_table_propagation(
            TransitGatewayRouteTableId=table, TransitGatewayAttachmentId=attachment
        )
    wanted = [{"Name": "type", "Values": ["propagated"]}]
    (route,) = ec2.search_transit_gateway_routes(TransitGatewayRouteTableId=table, Filters=wanted)["Routes"]
    assert [end["TransitGatewayAttachmentId"] for end in route["TransitGatewayAttachments"]] == [elder]


def test_static_routes_are_made_replaced_and_hide_propagated_ones(ec2, make_gateway, attach, make_table, refused):
    gateway = make_gateway(**OFF)
    one, _ = attach(gateway, 1)
    two, _ = attach(gateway, 2)
    table = make_table(gateway)
    ec2.enable_transit_gateway_route_table_propagation(TransitGatewayRouteTableId=table, TransitGatewayAttachmentId=one)
    route = {"TransitGatewayRouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0"}
    ec2.create_transit_gateway_route(**route, TransitGatewayAttachmentId=one)
    with refused("RouteAlreadyExists"):
        ec2.create_transit_gateway_route(**route, TransitGatewayAttachmentId=two)
    made = ec2.replace_transit_gateway_route(**route, TransitGatewayAttachmentId=two)["Route"]
    assert [end["TransitGatewayAttachmentId"] for end in made["TransitGatewayAttachments"]] == [two]
    ec2.create_transit_gateway_route(
        TransitGatewayRouteTableId=table, DestinationCidrBlock="10.1.0.0/16", Blackhole=True
    )
    assert search(ec2, table, type="static") == {
        "0.0.0.0/0": ("static", "active"),
        "10.1.0.0/16": ("static", "blackhole"),
    }
    assert search(ec2, table, type="propagated") == {}
    with refused("InvalidRoute.NotFound"):
        ec2.replace_transit_gateway_route(
            TransitGatewayRouteTableId=table, DestinationCidrBlock="10.9.0.0/16", Blackhole=True
        )
    with refused("InvalidRoute.NotFound"):
        ec2.delete_transit_gateway_route(TransitGatewayRouteTableId=table, DestinationCidrBlock="10.9.0.0/16")


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("route-search.exact-match", "10.1.0.0/16", {"10.1.0.0/16"}),
        ("route-search.longest-prefix-match", "10.1.2.3/32", {"10.1.0.0/16"}),
        ("route-search.longest-prefix-match", "192.0.2.1/32", {"0.0.0.0/0"}),
        ("route-search.supernet-of-match", "10.1.2.0/24", {"0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16"}),
        ("route-search.subnet-of-match", "10.0.0.0/8", {"10.0.0.0/8", "10.1.0.0/16"}),
        ("attachment.resource-type", "vpc", {"10.1.0.0/16"}),
    ],
)
def test_routes_are_searched_by_prefix(ec2, make_gateway, attach, make_table, name, value, found):
    gateway = make_gateway(**OFF)
    attachment, _ = attach(gateway, 1)
    table = make_table(gateway)
    ec2.enable_transit_gateway_route_table_propagation(
        TransitGatewayRouteTableId=table, TransitGatewayAttachmentId=attachment
    )
    for block in ("0.0.0.0/0", "10.0.0.0/8"):
        ec2.create_transit_gateway_route(TransitGatewayRouteTableId=table, DestinationCidrBlock=block, Blackhole=True)
    answer = ec2.search_transit_gateway_routes(
        TransitGatewayRouteTableId=table, Filters=[{"Name": name, "Values": [value]}]
    )
    assert {route["DestinationCidrBlock"] for route in answer["Routes"]} == found


def test_a_static_route_to_an_attachment_that_went_away_is_a_blackhole(ec2, make_gateway, attach, make_table, detached):
    gateway = make_gateway(**OFF)
    attachment, _ = attach(gateway, 1)
    table = make_table(gateway)
    ec2.create_transit_gateway_route(
        TransitGatewayRouteTableId=table, DestinationCidrBlock="0.0.0.0/0", TransitGatewayAttachmentId=attachment
    )
    ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachment)
    detached(ec2)
    assert search(ec2, table, type="static") == {"0.0.0.0/0": ("static", "blackhole")}


def test_a_prefix_list_reference_routes_its_entries(ec2, make_gateway, attach, make_table, refused):
    gateway = make_gateway(**OFF)
    attachment, _ = attach(gateway, 1)
    table = make_table(gateway)
    entries = [{"Cidr": "172.16.0.0/12"}, {"Cidr": "192.168.0.0/16"}]
    made = ec2.create_managed_prefix_list(PrefixListName="x", MaxEntries=5, AddressFamily="IPv4", Entries=entries)
    both = {"TransitGatewayRouteTableId": table, "PrefixListId": made["PrefixList"]["PrefixListId"]}
    ec2.create_transit_gateway_prefix_list_reference(**both, TransitGatewayAttachmentId=attachment)
    assert set(search(ec2, table, state="active")) == {"172.16.0.0/12", "192.168.0.0/16"}
    with refused("PrefixListReferenceAlreadyExists"):
        ec2.create_transit_gateway_prefix_list_reference(**both, Blackhole=True)
    ec2.modify_transit_gateway_prefix_list_reference(**both, Blackhole=True)
    assert set(search(ec2, table, state="blackhole")) == {"172.16.0.0/12", "192.168.0.0/16"}
    references = ec2.get_transit_gateway_prefix_list_references(TransitGatewayRouteTableId=table)
    assert [item["Blackhole"] for item in references["TransitGatewayPrefixListReferences"]] == [True]
    with refused("DependencyViolation"):
        ec2.delete_managed_prefix_list(PrefixListId=both["PrefixListId"])
    ec2.delete_transit_gateway_prefix_list_reference(**both)
    assert search(ec2, table, state="blackhole") == {}


def test_a_gateway_goes_after_its_attachments_and_tables(ec2, make_gateway, attach, make_table, refused, detached):
    gateway = make_gateway(**OFF)
    attachment, _ = attach(gateway, 1)
    table = make_table(gateway)
    with refused("IncorrectState", "non-deleted Attachments"):
        ec2.delete_transit_gateway(TransitGatewayId=gateway)
    ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachment)
    detached(ec2)
    with refused("IncorrectState", "non-deleted Route Tables"):
        ec2.delete_transit_gateway(TransitGatewayId=gateway)
    ec2.delete_transit_gateway_route_table(TransitGatewayRouteTableId=table)
    ec2.delete_transit_gateway(TransitGatewayId=gateway)
    with refused("InvalidTransitGatewayID.NotFound"):
        ec2.describe_transit_gateways(TransitGatewayIds=[gateway])
