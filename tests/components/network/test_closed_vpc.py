from __future__ import annotations

from components.network.closed_vpc import ClosedVpc, ClosedVpcArgs
from tests.components.recorder import run


def test_what_aws_gives_every_vpc_lets_nothing_through():
    recorded = run(lambda: ClosedVpc("v", ClosedVpcArgs(cidr="10.0.0.0/24")))
    (group,) = recorded.of_type("DefaultSecurityGroup").values()
    assert (group["ingress"], group["egress"]) == ([], [])
    (table,) = recorded.of_type("DefaultRouteTable").values()
    assert (table["defaultRouteTableId"], table["routes"]) == ("v-vpc-main", [])
    (vpc,) = recorded.of_type("vpc:Vpc").values()
    assert not [key for key in vpc if "ipv6" in key.lower()]
