"""Descriptions of security groups and of their rules."""

from __future__ import annotations

import pytest

FINE = "All out: a-z, (1) [2] {3} #4 @5 +6 =7 &8 ;9 !0 $ * /"


def everything_out(description):
    return [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "192.0.2.0/24", "Description": description}]}]


def test_descriptions_with_the_letters_that_ec2_takes_are_kept(ec2):
    group = ec2.create_security_group(GroupName="fine", Description=FINE, VpcId=vpc(ec2))["GroupId"]
    ec2.authorize_security_group_egress(GroupId=group, IpPermissions=everything_out(FINE))
    (found,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    assert found["Description"] == FINE


@pytest.mark.parametrize("text", ["the firewall's decision", "who?", "x" * 256, "naïve"])
def test_other_letters_and_longer_texts_are_refused_for_groups_and_rules(ec2, refused, text):
    with refused("InvalidParameterValue", "Invalid security group description"):
        ec2.create_security_group(GroupName="odd", Description=text, VpcId=vpc(ec2))
    group = ec2.create_security_group(GroupName="fine", Description=FINE, VpcId=vpc(ec2))["GroupId"]
    with refused("InvalidParameterValue", "Invalid rule description"):
        ec2.authorize_security_group_egress(GroupId=group, IpPermissions=everything_out(text))


def vpc(ec2):
    return ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
