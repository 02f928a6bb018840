"""Security groups as AWS asks them: every group of both ends, stateful, by range, by group and by prefix list."""

import pytest

from traffic.security_groups import SecurityGroups

WEB = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
ALL = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
CLIENT, SERVER, STRANGER = "10.0.0.4", "10.1.0.4", "203.0.113.9"


def groups(ingress=(), egress=(ALL,)) -> SecurityGroups:
    """A client and a server, each with a group: what the client's lets out and the server's lets in is given."""
    return SecurityGroups(
        {CLIENT: frozenset({"client"}), SERVER: frozenset({"server"}), "2001:db8::4": frozenset({"client"})},
        {"client": {"IpPermissionsEgress": list(egress)}, "server": {"IpPermissions": list(ingress)}},
        {"pl-1": ("10.0.0.0/24", "203.0.113.0/24")},
    )


@pytest.mark.parametrize(
    ("ingress", "refusal"),
    [
        ([], "destination"),
        ([ALL], ""),
        ([{**WEB, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}], ""),
        ([{**WEB, "IpRanges": [{"CidrIp": "10.2.0.0/16"}]}], "destination"),
        ([{**WEB, "UserIdGroupPairs": [{"GroupId": "client"}]}], ""),
        ([{**WEB, "UserIdGroupPairs": [{"GroupId": "other"}]}], "destination"),
        ([{**WEB, "PrefixListIds": [{"PrefixListId": "pl-1"}]}], ""),
        ([{**WEB, "IpProtocol": "udp", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}], "destination"),
        ([{"IpProtocol": "6", "FromPort": 400, "ToPort": 500, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}], ""),
        ([{**WEB, "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}], "destination"),
    ],
)
def test_what_the_destinations_groups_let_in(ingress, refusal):
    assert groups(ingress).refusal(CLIENT, SERVER, "tcp", 443) == refusal


def test_what_the_sources_groups_keep_in_comes_first():
    assert groups([], egress=[]).refusal(CLIENT, SERVER, "tcp", 443) == "source"
    assert groups(egress=[]).refusal(CLIENT, STRANGER, "tcp", 443) == "source"


def test_an_address_that_is_nobodys_here_is_let_be():
    assert groups().refusal(CLIENT, STRANGER, "tcp", 443) == ""
    assert groups([ALL]).refusal(STRANGER, SERVER, "tcp", 443) == ""


def test_families_are_kept_apart():
    only_ipv4 = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    assert groups(egress=[only_ipv4]).refusal("2001:db8::4", "2001:db8::99", "tcp", 443) == "source"
