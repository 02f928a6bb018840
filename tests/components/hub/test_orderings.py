"""What comes before what in the inspection VPC: at no moment of an `up` do spokes' packets leave uninspected."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.components.registrations import registered

ROOT = Path(__file__).resolve().parents[3]
SPOKES = {"alpha": {"slot": 0, "workloads": 0}}
ROUTE, GATEWAY_ROUTE = "aws:ec2/route:Route", "aws:ec2transitgateway/route:Route"
ASSOCIATION = "aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation"


@pytest.fixture(scope="module", params=["vpc", "transit-gateway"])
def asked(request):
    """By type and logical name: what the hub registers with the firewall in its VPC, and with one on the gateway."""
    config = {
        "aws:region": "eu-west-1",
        "layout": "hub-and-spoke",
        "zones": 2,
        "spokes": SPOKES,
        "inspection": request.param,
        "dns_managed_lists": [],
        "audit_schedule": "rate(1 day)",
    }
    found, _ = registered(ROOT, "order", config, "inspected-egress")
    by_name = {(urn.split("::")[2].rpartition("$")[2], urn.rpartition("::")[2]): each for urn, each in found.items()}
    return request.param, by_name


def waits_for(each):
    return {urn.rpartition("::")[2] for urn in each.get("(depends on)", [])}


def named(by_name, kind, *parts):
    return {
        name: each for (type_, name), each in by_name.items() if type_ == kind and all(part in name for part in parts)
    }


def test_spokes_are_sent_to_where_everything_is_ready(asked):
    place, by_name = asked
    (sent,) = named(by_name, GATEWAY_ROUTE, "spoke-default").values()
    entrances = named(by_name, ROUTE, "attachment", "-default")
    assert len(entrances) == 2
    if place == "vpc":
        assert set(entrances) <= waits_for(sent), "each zone leads through its endpoint first"
    else:
        (name,) = named(by_name, GATEWAY_ROUTE, "spoke-default")
        assert all(name in waits_for(each) for each in entrances.values()), "no spoke comes here any more"


def test_what_a_table_or_an_attachment_has_but_one_of_goes_before_the_new_one_comes(asked):
    _, by_name = asked
    single = {
        **named(by_name, GATEWAY_ROUTE, "spoke-default"),
        **named(by_name, GATEWAY_ROUTE, "blackhole"),
        **named(by_name, ASSOCIATION, "inspection"),
    }
    assert len(single) >= 2
    assert [name for name, each in single.items() if not each.get("(delete before replace)")] == []


def test_a_route_to_the_gateway_waits_for_the_attachment(asked):
    _, by_name = asked
    inside = {name: each for name, each in named(by_name, ROUTE, "inspection").items() if each.get("transitGatewayId")}
    assert inside
    (attachment,) = named(by_name, "aws:ec2transitgateway/vpcAttachment:VpcAttachment", "inspection")
    assert [name for name, each in inside.items() if attachment not in waits_for(each)] == []


def test_nobody_is_told_of_what_a_first_deployment_makes(asked):
    _, by_name = asked
    targets = named(by_name, "aws:cloudwatch/eventTarget:EventTarget", "-guards-")
    assert len(targets) > 4
    made = {name for type_, name in by_name if type_.startswith("aws:") and "-guards-" not in name}
    audit = {name for name in made if "-audit" in name}
    assert len(audit) > 5
    assert [name for name, each in targets.items() if not audit <= waits_for(each)] == []
    (watch,) = (each for name, each in targets.items() if name.endswith("-guards-watch"))
    assert targets.keys() <= waits_for(watch)
