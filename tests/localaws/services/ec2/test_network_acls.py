"""Network access lists: what entries and associations AWS takes."""

from __future__ import annotations

import pytest


@pytest.fixture
def acl(ec2, network):
    return ec2.create_network_acl(VpcId=network["vpc"])["NetworkAcl"]["NetworkAclId"]


@pytest.fixture
def put(ec2, acl):
    """Add an entry, an allow for everybody unless said otherwise."""

    def make(number=100, protocol="-1", **more):
        entry = {"NetworkAclId": acl, "RuleAction": "allow", "Egress": False, "CidrBlock": "0.0.0.0/0", **more}
        ec2.create_network_acl_entry(RuleNumber=number, Protocol=protocol, **entry)

    return make


def default_of(ec2, vpc):
    filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "default", "Values": ["true"]}]
    return ec2.describe_network_acls(Filters=filters)["NetworkAcls"][0]


def test_a_new_list_denies_everything_both_ways(ec2, acl):
    (found,) = ec2.describe_network_acls(NetworkAclIds=[acl])["NetworkAcls"]
    entries = [(entry["RuleNumber"], entry["RuleAction"], entry["Egress"]) for entry in found["Entries"]]
    assert sorted(entries) == [(32767, "deny", False), (32767, "deny", True)]


def test_an_entry_is_kept_as_aws_spells_it(ec2, acl, put):
    put(protocol="1", CidrBlock="10.1.2.3/16", IcmpTypeCode={"Type": 8, "Code": -1})
    (found,) = ec2.describe_network_acls(NetworkAclIds=[acl])["NetworkAcls"]
    (entry,) = [entry for entry in found["Entries"] if entry["RuleNumber"] == 100]
    assert (entry["CidrBlock"], entry["IcmpTypeCode"]) == ("10.1.0.0/16", {"Type": 8, "Code": -1})


@pytest.mark.parametrize(
    ("code", "entry"),
    [
        ("InvalidParameterValue", {"number": 0}),
        ("InvalidParameterValue", {"number": 32767}),
        ("InvalidParameterValue", {"protocol": "300"}),
        ("InvalidParameterValue", {"CidrBlock": "10.0.0.0/33"}),
        ("InvalidParameterValue", {"protocol": "6", "PortRange": {"From": 443, "To": 80}}),
        ("MissingParameter", {"protocol": "17"}),
        ("MissingParameter", {"Ipv6CidrBlock": "::/0"}),
    ],
)
def test_what_is_wrong_with_an_entry(put, refused, code, entry):
    with refused(code):
        put(**entry)


def test_a_number_is_used_once_each_way_and_twenty_are_enough(put, refused):
    for number in range(1, 21):
        put(number)
    with refused("NetworkAclEntryAlreadyExists"):
        put(5)
    with refused("NetworkAclEntryLimitExceeded"):
        put(21)
    put(21, Egress=True)


def test_what_is_not_there_is_not_removed(ec2, acl, refused):
    for number in (7, 32767):
        with refused("InvalidNetworkAclEntry.NotFound"):
            ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=number, Egress=False)
    with refused("InvalidNetworkAclID.NotFound"):
        ec2.describe_network_acls(NetworkAclIds=["acl-00000000"])


def test_a_subnet_has_a_list_of_its_own_vpc_and_holds_it(ec2, network, acl, refused):
    subnet = network["subnets"]["a"]
    (association,) = [
        item["NetworkAclAssociationId"]
        for item in default_of(ec2, network["vpc"])["Associations"]
        if item["SubnetId"] == subnet
    ]
    other = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    with refused("InvalidParameterValue", "different networks"):
        ec2.replace_network_acl_association(
            AssociationId=association, NetworkAclId=default_of(ec2, other)["NetworkAclId"]
        )
    ec2.replace_network_acl_association(AssociationId=association, NetworkAclId=acl)
    with refused("InvalidAssociationID.NotFound"):
        ec2.replace_network_acl_association(AssociationId=association, NetworkAclId=acl)
    with refused("DependencyViolation"):
        ec2.delete_network_acl(NetworkAclId=acl)
    with refused("InvalidParameterValue", "default"):
        ec2.delete_network_acl(NetworkAclId=default_of(ec2, network["vpc"])["NetworkAclId"])


@pytest.mark.parametrize("late", [False, True])
def test_with_ipv6_a_vpcs_own_list_lets_it_through(ec2, late):
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16", AmazonProvidedIpv6CidrBlock=not late)["Vpc"]["VpcId"]
    if late:
        ec2.associate_vpc_cidr_block(VpcId=vpc, AmazonProvidedIpv6CidrBlock=True)
    (acl,) = ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["NetworkAcls"]

    found = [entry for entry in acl["Entries"] if entry.get("Ipv6CidrBlock") == "::/0"]
    assert sorted((entry["RuleNumber"], entry["RuleAction"], entry["Egress"]) for entry in found) == [
        (101, "allow", False),
        (101, "allow", True),
        (32768, "deny", False),
        (32768, "deny", True),
    ]
