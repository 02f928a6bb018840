"""Networks of one shape each, in a size and at twice that: the proof's time must grow like the network.

Every shape is drawn by hand, in two zones where zones matter; what varies is how many there are of one thing.
"""

from __future__ import annotations

import ipaddress
import time
from typing import TYPE_CHECKING

from policy.egress.judging.proof import prove
from policy.egress.network import build
from tests.oracle.draft import Draft, Ref

from .pack_alone import registrations
from .sketch import ZONES, Sketch
from .table import markdown

if TYPE_CHECKING:
    from collections.abc import Callable

    from policy.egress.program.snapshot import Registration

RUNS = 3


def _blocks(pool: str, prefix: int) -> Callable[[int], str]:
    network = ipaddress.ip_network(pool)
    step = 1 << (32 - prefix)
    return lambda n: f"{ipaddress.IPv4Address(int(network.network_address) + n * step)}/{prefix}"


SPOKE = _blocks("10.0.0.0/9", 24)
MIDDLE = _blocks("10.128.0.0/9", 22)
POOL = "10.0.0.0/9"


def table_each(number: int) -> Draft:
    """Give every spoke a transit gateway table of its own."""
    sketch = Sketch()
    middle = sketch.inspection("middle", MIDDLE(0), [POOL])
    inspected = sketch.tgw_table("inspected")
    sketch.join("Association", middle, inspected)
    for n in range(number):
        attachment, _table = sketch.spoke(f"spoke{n}", SPOKE(n))
        own = sketch.tgw_table(f"spoke{n}-tgw-table")
        sketch.join("Association", attachment, own)
        sketch.join("Propagation", attachment, inspected)
        sketch.tgw_route(own, "0.0.0.0/0", middle)
    return sketch.draft


def route_each(number: int) -> Draft:
    """Give every spoke a static route and routes back of its own."""
    sketch = Sketch()
    middle = sketch.inspection("middle", MIDDLE(0), [SPOKE(n) for n in range(number)])
    inspected, spokes = sketch.tgw_table("inspected"), sketch.tgw_table("spokes")
    sketch.join("Association", middle, inspected)
    sketch.tgw_route(spokes, "0.0.0.0/0", middle)
    for n in range(number):
        attachment, _table = sketch.spoke(f"spoke{n}", SPOKE(n))
        sketch.join("Association", attachment, spokes)
        sketch.tgw_route(inspected, SPOKE(n), attachment)
    return sketch.draft


def inspection_vpcs(number: int) -> Draft:
    """Give every two spokes an inspection VPC and a table; all propagate into one."""
    sketch = Sketch()
    inspected = sketch.tgw_table("inspected")
    for n in range(number):
        middle = sketch.inspection(f"middle{n}", MIDDLE(n), [POOL])
        sketch.join("Association", middle, inspected)
        sketch.join("Propagation", middle, inspected)
        spokes = sketch.tgw_table(f"spokes{n}")
        sketch.tgw_route(spokes, "0.0.0.0/0", middle)
        for side in (2 * n, 2 * n + 1):
            attachment, _table = sketch.spoke(f"spoke{side}", SPOKE(side))
            sketch.join("Association", attachment, spokes)
            sketch.join("Propagation", attachment, inspected)
    return sketch.draft


def in_series(number: int) -> Draft:
    """Put firewalls one behind the other, each in a VPC in appliance mode; two spokes."""
    sketch = Sketch()
    middles = [sketch.inspection(f"middle{n}", MIDDLE(n), [POOL], leads_out=n == number - 1) for n in range(number)]
    spokes = sketch.tgw_table("spokes")
    sketch.tgw_route(spokes, "0.0.0.0/0", middles[0])
    ends = [sketch.spoke(f"spoke{n}", SPOKE(n))[0] for n in range(2)]
    for end in ends:
        sketch.join("Association", end, spokes)
    for n, middle in enumerate(middles):
        table = sketch.tgw_table(f"after{n}")
        sketch.join("Association", middle, table)
        if n < number - 1:
            sketch.tgw_route(table, "0.0.0.0/0", middles[n + 1])
        if n:
            sketch.tgw_route(table, POOL, middles[n - 1])
        else:
            for end in ends:
                sketch.join("Propagation", end, table)
    return sketch.draft


def prefix_lists(number: int) -> Draft:
    """Make as many prefix lists as spokes, each a route of every spoke's table."""
    sketch = Sketch()
    middle = sketch.inspection("middle", MIDDLE(0), [POOL])
    inspected, spokes = sketch.tgw_table("inspected"), sketch.tgw_table("spokes")
    sketch.join("Association", middle, inspected)
    sketch.tgw_route(spokes, "0.0.0.0/0", middle)
    public = _blocks("20.0.0.0/8", 24)
    lists = [
        sketch.draft.add(
            f"list{n}",
            "ec2/managedPrefixList:ManagedPrefixList",
            addressFamily="IPv4",
            maxEntries=5,
            entries=[{"cidr": public(4 * n + k)} for k in range(4)],
        )
        for n in range(number)
    ]
    for n in range(number):
        attachment, table = sketch.spoke(f"spoke{n}", SPOKE(n))
        sketch.join("Association", attachment, spokes)
        sketch.join("Propagation", attachment, inspected)
        for each in lists:
            sketch.draft.add(
                f"{table.to}-{each.to}",
                "ec2/route:Route",
                routeTableId=table,
                destinationPrefixListId=each,
                transitGatewayId=sketch.tgw,
            )
    return sketch.draft


def many_routes(number: int) -> Draft:
    """Put so many routes into one spoke's table."""
    sketch = Sketch()
    middle = sketch.inspection("middle", MIDDLE(0), [POOL])
    inspected, spokes = sketch.tgw_table("inspected"), sketch.tgw_table("spokes")
    sketch.join("Association", middle, inspected)
    sketch.tgw_route(spokes, "0.0.0.0/0", middle)
    public = _blocks("20.0.0.0/6", 24)
    attachment, table = sketch.spoke("spoke", SPOKE(0))
    sketch.join("Association", attachment, spokes)
    sketch.join("Propagation", attachment, inspected)
    for n in range(number):
        sketch.route(table, public(2 * n), transitGatewayId=sketch.tgw)
    return sketch.draft


def mesh(number: int) -> Draft:
    """Let VPCs all peer with each other."""
    draft = Draft()
    vpcs, tables = [], []
    for n in range(number):
        block = SPOKE(n)
        vpc = draft.add(f"vpc{n}", "ec2/vpc:Vpc", cidrBlock=block)
        table = draft.add(f"table{n}", "ec2/routeTable:RouteTable", vpcId=vpc)
        subnet = draft.add(f"work{n}", "ec2/subnet:Subnet", vpcId=vpc, cidrBlock=block, availabilityZone=ZONES[0])
        kind = "ec2/routeTableAssociation:RouteTableAssociation"
        draft.add(f"table{n}-for-work{n}", kind, routeTableId=table, subnetId=subnet)
        vpcs.append(vpc)
        tables.append(table)
    for one in range(number):
        for other in range(one):
            name = f"peering-{one}-{other}"
            kind = "ec2/vpcPeeringConnection:VpcPeeringConnection"
            peering = draft.add(name, kind, vpcId=vpcs[one], peerVpcId=vpcs[other], autoAccept=True)
            for here, there in ((one, other), (other, one)):
                draft.add(
                    f"route-{here}-{there}",
                    "ec2/route:Route",
                    routeTableId=tables[here],
                    destinationCidrBlock=SPOKE(there),
                    vpcPeeringConnectionId=peering,
                )
    return draft


def unknown_tables(number: int) -> Draft:
    """Draw a hub and spokes without a firewall, whose routes go into tables that were looked up by subnet.

    Every VPC has a table a subnet that the program made, and routes whose ``routeTableId`` nobody knows before `up`:
    each of them may be in any table.
    """
    sketch = Sketch()
    draft = sketch.draft
    hub = draft.add("hub", "ec2/vpc:Vpc", cidrBlock=MIDDLE(0))
    igw = draft.add("igw", "ec2/internetGateway:InternetGateway", vpcId=hub)
    parts = [str(part) for part in ipaddress.ip_network(MIDDLE(0)).subnets(prefixlen_diff=2)]
    main = sketch.tgw_table("main")
    looked_up: list[tuple[str, str, dict[str, Ref]]] = []
    hub_ends = []
    for n, zone in enumerate(ZONES):
        public = sketch.subnet(f"hub-public-{zone}", hub, parts[n], zone)
        sketch.route(sketch.table(f"hub-public-table-{zone}", hub, public), "0.0.0.0/0", gatewayId=igw)
        nat = draft.add(f"hub-nat-{zone}", "ec2/natGateway:NatGateway", subnetId=public, allocationId="eipalloc")
        inner = sketch.subnet(f"hub-tgw-{zone}", hub, parts[2 + n], zone)
        sketch.table(f"hub-tgw-table-{zone}", hub, inner)
        hub_ends.append(inner)
        looked_up.append((f"hub-out-{zone}", "0.0.0.0/0", {"natGatewayId": nat}))
        looked_up.append((f"hub-back-{zone}", POOL, {"transitGatewayId": sketch.tgw}))
    ends = [sketch.attach("hub", hub, hub_ends)]
    for n in range(number):
        vpc = draft.add(f"spoke{n}", "ec2/vpc:Vpc", cidrBlock=SPOKE(n))
        parts = [str(part) for part in ipaddress.ip_network(SPOKE(n)).subnets(prefixlen_diff=2)]
        spoke_ends = []
        for m, zone in enumerate(ZONES):
            work = sketch.subnet(f"spoke{n}-work-{zone}", vpc, parts[m], zone)
            sketch.table(f"spoke{n}-work-table-{zone}", vpc, work)
            spoke_ends.append(sketch.subnet(f"spoke{n}-tgw-{zone}", vpc, parts[2 + m], zone))
            sketch.table(f"spoke{n}-tgw-table-{zone}", vpc, spoke_ends[-1])
            looked_up.append((f"spoke{n}-out-{zone}", "0.0.0.0/0", {"transitGatewayId": sketch.tgw}))
        ends.append(sketch.attach(f"spoke{n}", vpc, spoke_ends))
    for end in ends:
        sketch.join("Association", end, main)
        sketch.join("Propagation", end, main)
    sketch.tgw_route(main, "0.0.0.0/0", ends[0])
    for name, cidr, target in looked_up:
        # An invoke's result hangs on no resource that has a table's id.
        found = Ref("tgw", "arn")
        draft.add(name, "ec2/route:Route", routeTableId=found, destinationCidrBlock=cidr, **target)
    draft.made["tgw"].computed["arn"] = "rtb-nobody-knows"
    return draft


SHAPES: dict[str, tuple[Callable[[int], list[Registration]], tuple[int, ...]]] = {
    "alike spokes": (registrations, (25, 50)),
    "a gateway table each": (lambda n: table_each(n).preview(), (25, 50)),
    "a route each": (lambda n: route_each(n).preview(), (25, 50)),
    "inspection VPCs": (lambda n: inspection_vpcs(n).preview(), (6, 12)),
    "firewalls in series": (lambda n: in_series(n).preview(), (6, 12)),
    "prefix lists by spokes": (lambda n: prefix_lists(n).preview(), (16, 24)),
    "unknown tables": (lambda n: unknown_tables(n).preview(), (1, 4, 12)),
    "routes in one table": (lambda n: many_routes(n).preview(), (2500, 5000)),
    "a mesh of peerings": (lambda n: mesh(n).preview(), (14, 20)),
}


def run(most: float = 60.0) -> None:
    """Print the time of every shape; a shape is left where it took longer than ``most`` seconds."""
    rows = []
    for name, (draw, sizes) in SHAPES.items():
        before: tuple[int, float] | None = None
        for size in sizes:
            registered = draw(size)
            seconds = min(_seconds(registered) for _ in range(RUNS))
            resources = len(registered)
            growth = ""
            if before is not None:
                growth = f"{seconds / before[1]:.1f} for {resources / before[0]:.1f}"
            rows.append([name, f"{size:,}", f"{resources:,}", f"{seconds:.2f}", growth])
            before = resources, seconds
            if seconds > most:
                break
    print(markdown(["shape", "of them", "resources", "model and proof s", "times the time for times the input"], rows))


def _seconds(registered: list[Registration]) -> float:
    started = time.process_time()
    prove(build(registered))
    return time.process_time() - started
