import pytest

from policy.egress.walking.paths import EndKind
from policy.egress.walking.walk import trace
from tests.policy.build import lab, made


def kinds(path):
    return [hop.kind for hop in path.hops]


@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
def test_a_packet_of_the_lab_passes_firewall_and_nat(preview):
    (path,) = trace(lab(preview=preview).network(), "work", "1.1.1.1")
    assert kinds(path) == ["subnet", "firewall", "nat-gateway", "internet-gateway"]
    assert path.end is EndKind.INTERNET
    assert path.inspected
    assert path.doubts == ()


def test_packets_to_the_own_vpc_are_delivered_and_to_s3_go_to_the_gateway_endpoint():
    network = lab().network()
    assert trace(network, "work", "10.0.2.5")[0].end is EndKind.DELIVERED
    assert trace(network, "work", "52.218.0.10")[0].end is EndKind.SERVICE


def test_a_longer_prefix_slips_past():
    """work -> public [NAT], 8.8.8.0/24 only"""
    program = lab()
    program.route(made(program, "work", "RouteTable"), "8.8.8.0/24", natGatewayId=made(program, "nat"))
    network = program.network()
    assert kinds(trace(network, "work", "8.8.8.8")[0]) == ["subnet", "nat-gateway", "internet-gateway"]
    assert trace(network, "work", "8.8.9.8")[0].inspected


def test_two_tables_that_send_to_each_other_loop():
    """work -> fire [firewall] -> fire [firewall] -> …      9.9.9.0/24"""
    program = lab()
    program.route(made(program, "fire", "RouteTable"), "9.9.9.0/24", vpcEndpointId="vpce-fw-id-fire-id")
    assert trace(program.network(), "work", "9.9.9.9")[0].end is EndKind.LOOP


def test_a_subnet_is_found_by_name_id_and_urn_and_a_wrong_one_is_named():
    program = lab()
    network = program.network()
    for way in ("work", "work-id", made(program, "work", "Subnet").urn):
        assert trace(network, way, "1.1.1.1")[0].end is EndKind.INTERNET
    with pytest.raises(LookupError, match="there is no subnet nowhere"):
        trace(network, "nowhere", "1.1.1.1")
