from __future__ import annotations

from components.network.closed_vpc import ClosedVpc, ClosedVpcArgs
from tests.components.recorder import IPV6, run


def test_what_aws_gives_every_vpc_lets_nothing_through():
    recorded = run(lambda: ClosedVpc("v", ClosedVpcArgs(cidr="10.0.0.0/24")))
    (group,) = recorded.of_type("DefaultSecurityGroup").values()
    assert (group["ingress"], group["egress"]) == ([], [])
    (table,) = recorded.of_type("DefaultRouteTable").values()
    assert (table["defaultRouteTableId"], table["routes"]) == ("v-vpc-main", [])
    (vpc,) = recorded.of_type("vpc:Vpc").values()
    assert not [key for key in vpc if "ipv6" in key.lower()]


def test_it_has_an_ipv6_range_only_where_one_is_asked_for():
    told: list[object] = []

    def program():
        without = ClosedVpc("v", ClosedVpcArgs(cidr="10.0.0.0/24"))
        told.append(without.ipv6_cidr)
        ClosedVpc("w", ClosedVpcArgs(cidr="10.0.1.0/24", ipv6=True)).ipv6_cidr.apply(told.append)

    run(program)
    assert told == [None, IPV6]
