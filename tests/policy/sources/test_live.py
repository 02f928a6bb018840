"""The live network as one more file: alone, and under a plan that hasn't been carried out yet."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from policy.egress.program.snapshot import Registration
from policy.egress.show.cli import main
from policy.egress.sources import live
from policy.egress.sources.live import beside
from policy.egress.sources.reading import StateError
from tests.hunts.live_network.test_read import aws, ec2, lab, region  # noqa: F401 (fixtures)


def proof(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return main(arguments, out, err), out.getvalue(), err.getvalue()


def refuted(*arguments: str) -> set[str]:
    code, out, err = proof(*arguments, "--json")
    assert code in (0, 1), err
    return {each["policy"] for each in json.loads(out)["violations"] if each["verdict"] == "refuted"}


def plan(folder: Path, table: str, gateway: str, action: str) -> str:
    """A plan of Terraform that makes, or takes away, a route of the live table past the firewall."""
    route = {"route_table_id": table, "destination_cidr_block": "8.8.8.0/24", "gateway_id": gateway}
    states = {"before": None, "after": route} if action == "create" else {"before": route, "after": None}
    change = {"address": "aws_route.r", "mode": "managed", "type": "aws_route", "name": "r"}
    document: dict[str, Any] = {
        "format_version": "1.2",
        "planned_values": {},
        "configuration": {},
        "resource_changes": [{**change, "change": {"actions": [action], **states}}],
    }
    path = folder / f"{action}.json"
    path.write_text(json.dumps(document))
    return str(path)


def test_a_plan_is_judged_on_the_network_that_stands_there(lab, ec2, region, tmp_path):  # noqa: F811 (fixtures)
    assert "egress-through-firewall" not in refuted("audit", "--region", region)
    assert "egress-through-firewall" in refuted("check", "live", plan(tmp_path, lab["table"], lab["igw"], "create"))

    ec2.create_route(RouteTableId=lab["table"], DestinationCidrBlock="8.8.8.0/24", GatewayId=lab["igw"])
    assert "egress-through-firewall" in refuted("audit")
    assert "egress-through-firewall" not in refuted("audit", plan(tmp_path, lab["table"], lab["igw"], "delete"))


def test_a_region_that_is_none_is_a_message(lab):  # noqa: F811 (fixtures)
    code, out, err = proof("check", "live:eu-nowhere-1")
    assert (code, out) == (2, "")
    assert err.startswith("error: the live network can't be read: ")


def registration(token: str, name: str, identity: str | None = None, **properties: Any) -> Registration:
    return Registration(f"urn:{name}", f"aws:ec2/{token}", name, properties, {}, identity)


@pytest.mark.parametrize(
    ("told", "left"),
    [
        (registration("route:Route", "told", routeTableId="rtb-1", destinationCidrBlock="0.0.0.0/0"), ["b", "other"]),
        (registration("routeTable:RouteTable", "told", "rtb-1", routes=[{"cidrBlock": "0.0.0.0/0"}]), ["other"]),
        (registration("vpc:Vpc", "told", "vpc-1"), ["a", "b", "other"]),
    ],
)
def test_what_a_file_tells_of_is_as_the_file_has_it(told, left):
    standing = [
        registration("route:Route", "a", "rtb-1_0", routeTableId="rtb-1", destinationCidrBlock="0.0.0.0/0"),
        registration("route:Route", "b", "rtb-1_8", routeTableId="rtb-1", destinationCidrBlock="8.0.0.0/8"),
        registration("route:Route", "other", "rtb-2_0", routeTableId="rtb-2", destinationCidrBlock="0.0.0.0/0"),
        registration("vpc:Vpc", "vpc", "vpc-1", cidrBlock="10.0.0.0/16"),
    ]
    assert [each.name for each in beside(standing, [told]) if each.name != "vpc"] == left
    assert any(each.name == "vpc" for each in beside(standing, [told])) == (told.id != "vpc-1")


def test_without_the_hunts_it_is_said_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(live, "_REPOSITORY", tmp_path)
    with pytest.raises(StateError, match="pip install 'inspected-egress\\[hunts\\]'"):
        live.command("")
