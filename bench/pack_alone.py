"""Builds the model of a big hub and proves it, in a process of its own; prints processor seconds and MiB as JSON."""

from __future__ import annotations

import ipaddress
import json
import resource
import sys
import time

from policy.egress.judging.proof import prove
from policy.egress.network import build
from policy.egress.program.snapshot import Registration
from tests.oracle.draft import Draft, Ref
from tests.oracle.hub import hub_and_spoke
from tests.oracle.layouts import Choices

POOL = ipaddress.IPv4Network("10.0.0.0/9")
WORKLOADS = 6


def registrations(spokes: int) -> list[Registration]:
    """Return a hub in two zones with so many spokes, as preview registers it: about twenty resources a spoke."""
    draft = hub_and_spoke(Choices(zones=2, spokes=0))
    slots = POOL.subnets(new_prefix=22)
    for name in [
        one.name for one in draft.made.values() if one.name.endswith(("-fire-eu-west-1a", "-fire-eu-west-1b"))
    ]:
        if name.startswith("rt-"):
            _route(draft, name, str(POOL), transitGatewayId=Ref("tgw"))
    for zone in ("eu-west-1a", "eu-west-1b"):
        fire = f"middle-fire-{zone}"
        back = Ref("firewall", f"endpoint:{fire}", (fire,))
        _route(draft, f"rt-middle-public-{zone}", str(POOL), vpcEndpointId=back)
    for number in range(spokes):
        _spoke(draft, f"spoke{number}", next(slots))
    return draft.preview()


def _route(draft: Draft, table: str, cidr: str, **target: Ref) -> None:
    draft.add(f"{table}-to-pool", "ec2/route:Route", routeTableId=Ref(table), destinationCidrBlock=cidr, **target)


def _spoke(draft: Draft, name: str, block: ipaddress.IPv4Network) -> None:
    tgw = "ec2transitgateway"
    vpc = draft.add(name, "ec2/vpc:Vpc", cidrBlock=str(block))
    parts = [str(part) for part in block.subnets(new_prefix=25)]
    zones = ("eu-west-1a", "eu-west-1b")
    subnet = "ec2/subnet:Subnet"
    made = [
        draft.add(f"{name}-{kind}-{zone}", subnet, vpcId=vpc, cidrBlock=parts[2 * row + column], availabilityZone=zone)
        for row, kind in enumerate(("work", "tgw"))
        for column, zone in enumerate(zones)
    ]
    table = draft.add(f"{name}-table", "ec2/routeTable:RouteTable", vpcId=vpc)
    for one in made[:2]:
        kind = "ec2/routeTableAssociation:RouteTableAssociation"
        draft.add(f"{one.to}-table", kind, routeTableId=table, subnetId=one)
    draft.add(
        f"{name}-out",
        "ec2/route:Route",
        routeTableId=table,
        destinationCidrBlock="0.0.0.0/0",
        transitGatewayId=Ref("tgw"),
    )
    service = "com.amazonaws.eu-west-1.s3"
    draft.add(f"{name}-s3", "ec2/vpcEndpoint:VpcEndpoint", vpcId=vpc, serviceName=service, routeTableIds=[table])
    attachment = draft.add(
        f"{name}-attachment",
        f"{tgw}/vpcAttachment:VpcAttachment",
        transitGatewayId=Ref("tgw"),
        vpcId=vpc,
        subnetIds=made[2:],
        transitGatewayDefaultRouteTableAssociation=False,
        transitGatewayDefaultRouteTablePropagation=False,
    )
    for kind, into in (("Association", "tgw-spokes"), ("Propagation", "tgw-inspected")):
        draft.add(
            f"{name}-{kind}",
            f"{tgw}/routeTable{kind}:RouteTable{kind}",
            transitGatewayAttachmentId=attachment,
            transitGatewayRouteTableId=Ref(into),
        )
    group = draft.add(f"{name}-group", "ec2/securityGroup:SecurityGroup", vpcId=vpc)
    for number in range(WORKLOADS):
        draft.add(
            f"{name}-instance-{number}",
            "ec2/instance:Instance",
            subnetId=made[number % 2],
            vpcSecurityGroupIds=[group],
        )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(spokes: int) -> None:
    """Measure once."""
    registered = registrations(spokes)
    before = _peak()
    started = time.process_time()
    network = build(registered)
    built = time.process_time()
    routed = ("egress-through-firewall", "symmetric-return", "east-west-through-firewall", "routes-arrive")
    violations = [v for v in prove(network) if v.policy in (*routed, "s3-gateway-endpoint")]
    proved = time.process_time()
    if violations:
        raise RuntimeError(f"the hub of the bench is not sound: {violations[0].message}")
    found = {
        "resources": len(registered),
        "model": built - started,
        "proof": proved - built,
        "peak": _peak(),
        "before": before,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]))
