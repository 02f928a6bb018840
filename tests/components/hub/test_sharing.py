from __future__ import annotations

import pytest

from components.hub.sharing import HubShare, HubShareArgs, RemoteSpoke, RemoteSpokeArgs, is_account
from tests.components.recorder import run

ORGANIZATION = "arn:aws:organizations::111122223333:organization/o-abcdefghij"


@pytest.mark.parametrize(
    ("principals", "strangers"),
    [(["444455556666"], True), ([ORGANIZATION], False), ([ORGANIZATION, "444455556666"], True)],
)
def test_only_a_bare_account_may_be_outside_the_organization(principals, strangers):
    recorded = run(lambda: HubShare("s", HubShareArgs(principals=principals, resources={"gateway": "arn:g"})))
    (share,) = recorded.of_type("ResourceShare").values()
    assert share["allowExternalPrincipals"] is strangers
    assert share["name"] == "s"
    # A principal's own name, not its place in the list: one that goes takes no other's association with it.
    associated = {name: inputs["principal"] for name, inputs in recorded.of_type("PrincipalAssociation").items()}
    assert associated == {f"s-{each.rsplit('/', 1)[-1]}": each for each in principals}


def test_an_account_is_twelve_digits():
    assert [is_account(text) for text in ("111122223333", "11112222333", ORGANIZATION)] == [True, False, False]


def test_a_remote_spoke_is_accepted_before_it_is_routed():
    recorded = run(
        lambda: RemoteSpoke(
            "far", RemoteSpokeArgs(attachment_id="tgw-attach-1", spoke_table_id="s", inspection_table_id="i")
        )
    )
    names = [resource.type.rpartition(":")[2] for resource in recorded.resources]
    assert names.index("VpcAttachmentAccepter") < names.index("RouteTableAssociation")
    (association,) = recorded.of_type("RouteTableAssociation").values()
    (propagation,) = recorded.of_type("RouteTablePropagation").values()
    assert association["transitGatewayRouteTableId"] == "s"
    assert propagation["transitGatewayRouteTableId"] == "i"
