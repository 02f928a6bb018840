from __future__ import annotations

import pytest

from components.hub.transit_hub import HubConnection, TransitHub, TransitHubArgs
from tests.components.recorder import run


def test_tables_are_for_spokes_and_inspection_and_one_more_for_an_egress_vpc():
    assert set(run(lambda: TransitHub("h", TransitHubArgs())).of_type("routeTable:RouteTable")) == {
        "h-spoke-table",
        "h-inspection-table",
    }
    three = run(lambda: TransitHub("h", TransitHubArgs(egress_table=True)))
    assert "h-egress-table" in three.of_type("routeTable:RouteTable")


def test_a_hub_is_known_by_both_tables_or_by_none():
    with pytest.raises(ValueError, match="come together"):
        HubConnection(transit_gateway_id="tgw-1", spoke_table_id="tgw-rtb-1")
    assert HubConnection(transit_gateway_id="tgw-1").spoke_table_id is None
