"""What things are called to a person that the program gives no name."""

from __future__ import annotations

import pytest

from policy.egress.network.draft import outside_name
from policy.egress.network.model import SPOKES
from tests.policy.build import lab

URN = "urn:pulumi:dev::test::aws:ec2/vpc:Vpc::apart::mine"


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("", "?"),
        ("id:tgw-0123", "tgw-0123"),
        (URN, "apart::mine"),
        (f"id:{URN}", "apart::mine"),
        (f"id:tgw-rtb-1{SPOKES}", "spokes associated with tgw-rtb-1"),
    ],
)
def test_what_has_no_name_is_called_by_its_id_or_by_the_name_in_its_urn(key: str, name: str):
    assert lab().network().name(key) == name


@pytest.mark.parametrize(("identity", "name"), [("vpc-1", "vpc-1"), (URN, "apart::mine")])
def test_what_is_out_of_the_program_is_called_alike(identity: str, name: str):
    assert outside_name(identity) == name
