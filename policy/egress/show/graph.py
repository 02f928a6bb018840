"""Turns a network into boxes and arrows: VPCs with their subnets, what stands in them, and where routes point.

VPCs that look alike are drawn once ("spoke1 and 38 like it"), unless a path to show runs through them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from ..judging.wording import own_range_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..network.model import Network, Route, Subnet, Table, Target
    from ..walking.paths import Hop

INTERNET = "internet"
MOST_LABELS = 3
ALIKE = 3
"""So many VPCs that look alike are drawn as one."""


@dataclass(frozen=True)
class Node:
    """A box. ``kind``: workload, infrastructure, gateway, transit, cloud or outside; ``group`` is a VPC's key or ''."""

    key: str
    label: str
    kind: str
    group: str = ""


@dataclass(frozen=True)
class Edge:
    """An arrow from box to box; those that some ``policies`` are broken by are drawn in red, with their names."""

    source: str
    target: str
    label: str = ""
    policies: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What stands beside the arrow."""
        return "\n".join(part for part in (self.label, ", ".join(self.policies)) if part)


@dataclass(frozen=True)
class Graph:
    """Groups (VPC key to title), boxes and arrows, each in drawing order."""

    groups: dict[str, str]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


@dataclass
class _Sketch:
    network: Network
    nodes: dict[str, Node] = field(default_factory=dict)
    labels: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def node(self, key: str, label: str, kind: str, group: str = "") -> str:
        self.nodes.setdefault(key, Node(key, self.network.unwritten.without_secrets(label), kind, group))
        return key

    def edge(self, source: str, target: str, label: str) -> None:
        labels = self.labels[source, target]
        label = self.network.unwritten.without_secrets(label)
        if label and label not in labels:
            labels.append(label)


Red = dict[tuple[str, str], dict[str, list[str]]]
"""Arrow (from box, to box) -> label of the route at fault, "" where it isn't known -> policies."""


def draw(
    network: Network,
    faults: Iterable[tuple[str, tuple[Hop, ...]]] = (),
    workloads: frozenset[str] = frozenset(),
    foreign: Iterable[str] = (),
) -> Graph:
    """Draw a network with what is at fault in red: policies' names, each with a part of some packet's way.

    ``workloads`` are the keys of the workload subnets, ``foreign`` those of the transit gateway tables that spokes made
    elsewhere can be associated with.
    """
    sketch = _Sketch(network)
    _draw_subnets(sketch, workloads)
    _draw_foreign(sketch, foreign)
    _draw_transit(sketch)
    _draw_gateways(sketch)
    red = _red(sketch, faults)
    return _without_twins(sketch, red)


def _draw_subnets(sketch: _Sketch, workloads: frozenset[str]) -> None:
    network = sketch.network
    guests: dict[str, list[str]] = defaultdict(list)
    for occupant in network.occupants:
        if occupant.role != "neutral":
            for key in occupant.subnets:
                guests[key].append(f"{_noun(occupant.type)} {occupant.name}")
    for subnet in network.subnets.values():
        lines = [subnet.name, own_range_text(subnet.cidrs, network.unwritten), *_shortened(guests[subnet.key])]
        kind = "workload" if subnet.key in workloads else "infrastructure"
        sketch.node(subnet.key, "\n".join(line for line in lines if line), kind, subnet.vpc)
    for subnet in network.subnets.values():
        for key in subnet.tables:
            if key in network.tables:
                _draw_routes(sketch, subnet.key, network.tables[key], subnet)


def _noun(token: str) -> str:
    """Say what a type token is, for a label: `aws:ec2/natGateway:NatGateway` is a NAT gateway."""
    names = {"NatGateway": "NAT gateway", "Firewall": "firewall", "VpcAttachment": "attachment", "Instance": "instance"}
    last = token.rpartition(":")[2]
    return names.get(last, last)


def _shortened(texts: list[str]) -> list[str]:
    unique = sorted(set(texts))
    return unique if len(unique) <= MOST_LABELS else [*unique[:MOST_LABELS], f"and {len(unique) - MOST_LABELS} more"]


def _draw_routes(sketch: _Sketch, source: str, table: Table, subnet: Subnet | None) -> None:
    for route in table.routes:
        for target in route.targets:
            for key in _boxes(sketch, target, subnet, table):
                if key != source:
                    sketch.edge(source, key, _label(route))


def _label(route: Route) -> str:
    return {"0.0.0.0/0": "default", "::/0": "default IPv6"}.get(route.text, route.text)


def _boxes(sketch: _Sketch, target: Target, subnet: Subnet | None, table: Table) -> Iterator[str]:
    """Yield the boxes that a target is drawn as: where a firewall endpoint or NAT gateway stands, its subnet."""
    network, key = sketch.network, target.key
    match target.kind:
        case "local" | "blackhole":
            return
        case "firewall" if key in network.firewalls:
            ends = [end for end in network.firewalls[key].endpoints if end.key in target.place or not target.place]
            yield from (end.subnet for end in ends if end.subnet in network.subnets)
        case "nat-gateway" if key in network.nats:
            yield from network.nats[key].subnets or (sketch.node(key, network.nats[key].name, "gateway"),)
        case "transit-gateway" if subnet is not None:
            yield from _tables_of(sketch, key, subnet.vpc)
        case "peering" if key in network.peerings:
            yield sketch.node(key, f"peering {network.peerings[key].name}", "transit")
        case _ if key in network.middleboxes:
            yield from network.middleboxes[key].subnets
        case "attachment":
            yield from _attached(sketch, key)
        case "gateway-endpoint":
            yield sketch.node(key, f"gateway endpoint {network.name(key)}", "gateway", subnet.vpc if subnet else "")
        case _:
            name = network.name(key) if key else target.note or target.kind
            kind = "gateway" if key in network.gateways or "gateway" in target.kind else "outside"
            yield sketch.node(key or f"{table.key}/{target.kind}", f"{target.kind.replace('-', ' ')} {name}", kind)


def _tables_of(sketch: _Sketch, gateway: str, vpc: str) -> Iterator[str]:
    """Yield a transit gateway's table: the one that this VPC's attachment is associated with stands for it."""
    network = sketch.network
    name = network.name(gateway)
    for attachment in network.attachments.values():
        if attachment.vpc == vpc and gateway in attachment.gateways:
            for table in attachment.associations.get(gateway, ()):
                if table in network.transit_tables:
                    yield sketch.node(table, f"{name}\n{network.transit_tables[table].name}", "transit")
                    return
    yield sketch.node(gateway, f"transit gateway {name}", "transit")


def _attached(sketch: _Sketch, key: str) -> Iterator[str]:
    network = sketch.network
    attachment = network.attachments.get(key)
    if attachment is None:
        yield sketch.node(key or "attachment", f"attachment {network.name(key)}", "outside")
    elif attachment.kind == "vpc":
        yield from (subnet for subnet in attachment.subnets if subnet in network.subnets)
    else:
        kind = "infrastructure" if attachment.kind == "firewall" else "outside"
        yield sketch.node(key, f"{attachment.kind} {attachment.name}", kind)


def _draw_foreign(sketch: _Sketch, tables: Iterable[str]) -> None:
    for key in tables:
        table = sketch.network.transit_tables[key]
        box = sketch.node(key, f"{sketch.network.name(table.owner)}\n{table.name}", "transit")
        sketch.edge(sketch.node(f"{key}/spokes", "spokes made elsewhere", "outside"), box, "")


def _draw_transit(sketch: _Sketch) -> None:
    network = sketch.network
    for attachment in network.attachments.values():
        if attachment.kind == "firewall":
            for key in (key for keys in attachment.associations.values() for key in keys):
                if key in network.transit_tables:
                    name = network.transit_tables[key].name
                    owner = network.name(network.transit_tables[key].owner)
                    sketch.node(key, f"{owner}\n{name}", "transit")
                    for box in _attached(sketch, attachment.key):
                        sketch.edge(box, key, "inspected")
    for table in network.transit_tables.values():
        if table.key in sketch.nodes:
            _draw_routes(sketch, table.key, table, None)
    for peering in network.peerings.values():
        if peering.key in sketch.nodes:
            for side in peering.sides:
                for subnet in network.subnets.values():
                    if subnet.vpc == side and (subnet.key, peering.key) not in sketch.labels:
                        sketch.edge(peering.key, subnet.key, "")


def _draw_gateways(sketch: _Sketch) -> None:
    network = sketch.network
    for gateway in network.gateways.values():
        if gateway.key not in sketch.nodes:
            continue
        if gateway.kind == "virtual-private-gateway":
            sketch.edge(gateway.key, sketch.node("premises", "on premises", "cloud"), "")
        else:
            sketch.edge(gateway.key, sketch.node(INTERNET, "internet", "cloud"), "")
        for key in gateway.edge_tables:
            if key in network.tables:
                _draw_routes(sketch, gateway.key, network.tables[key], None)
    for nat in network.nats.values():
        if nat.key in sketch.nodes and nat.table and nat.table in network.tables:
            _draw_routes(sketch, nat.key, network.tables[nat.table], None)


def _red(sketch: _Sketch, faults: Iterable[tuple[str, tuple[Hop, ...]]]) -> Red:
    """Return the arrows that faults run along; a hop that isn't drawn by itself is passed over."""
    labels = _labels_by_route(sketch.network)
    found: Red = {}
    for policy, hops in faults:
        boxes: list[tuple[str, str]] = []
        for hop in hops:
            box = _box_of(sketch, hop, boxes[-1][0] if boxes else None)
            if box and (not boxes or boxes[-1][0] != box):
                boxes.append((box, labels.get(hop.route or "", "")))
        for (source, _before), (target, label) in pairwise(boxes):
            # A hop in between may be drawn as a part of its neighbours: then there is no arrow, and one is made.
            sketch.edge(source, target, "")
            policies = found.setdefault((source, target), {}).setdefault(label, [])
            if policy not in policies:
                policies.append(policy)
    return found


def _labels_by_route(network: Network) -> dict[str, str]:
    """Return what stands beside the arrow of each route that is a resource of its own, without secrets."""
    found: dict[str, str] = {}
    for table in (*network.tables.values(), *network.transit_tables.values()):
        for route in table.routes:
            if route.urn and route.urn != table.urn:
                found[route.urn] = network.unwritten.without_secrets(_label(route))
    return found


def _box_of(sketch: _Sketch, hop: Hop, previous: str | None) -> str | None:
    network = sketch.network
    if hop.kind == "transit-gateway" and hop.urn and previous and previous in network.subnets:
        return next(_tables_of(sketch, hop.urn, network.subnets[previous].vpc))
    if hop.urn and hop.urn in network.attachments and network.attachments[hop.urn].kind == "vpc":
        ends = [key for key in network.attachments[hop.urn].subnets if key in network.subnets]
        return next((key for key in ends if network.subnets[key].zone == hop.zone), ends[0] if ends else None)
    for key in (hop.urn, f"id:{hop.name}", hop.name):
        if key and key in sketch.nodes:
            return key
    if hop.urn and hop.urn in network.nats and network.nats[hop.urn].subnets:
        return network.nats[hop.urn].subnets[0]
    if hop.urn and hop.urn in network.firewalls:
        ends = [end.subnet for end in network.firewalls[hop.urn].endpoints if end.subnet in network.subnets]
        here = [key for key in ends if network.subnets[key].zone == hop.zone] or ends
        return here[0] if here and (hop.zone or len(ends) == 1) else None
    return INTERNET if hop.kind == "internet" and INTERNET in sketch.nodes else None


def _without_twins(sketch: _Sketch, red: Red) -> Graph:
    network = sketch.network
    shown = {key for edge in red for key in edge}
    looks: dict[object, list[str]] = defaultdict(list)
    for vpc in network.vpcs:
        members = [node for node in sketch.nodes.values() if node.group == vpc]
        unique = vpc if any(node.key in shown for node in members) else ""
        looks[unique, _look(sketch, vpc)].append(vpc)
    hidden: set[str] = set()
    groups: dict[str, str] = {}
    for twins in looks.values():
        shown_ones = twins if len(twins) < ALIKE else twins[:1]
        for vpc in shown_ones:
            more = f" and {len(twins) - 1} like it" if len(shown_ones) < len(twins) else ""
            cidrs = own_range_text(network.vpcs[vpc].cidrs, network.unwritten)
            groups[vpc] = f"{network.vpcs[vpc].name} {cidrs}{more}"
        hidden.update(set(twins) - set(shown_ones))
    nodes = tuple(node for node in sketch.nodes.values() if node.group not in hidden)
    keys = {node.key for node in nodes}
    edges = tuple(
        edge
        for (source, target), labels in sketch.labels.items()
        if source in keys and target in keys
        for edge in _arrows(source, target, labels, red.get((source, target), {}))
    )
    groups = {key: title for key, title in groups.items() if any(node.group == key for node in nodes)}
    return Graph(groups, nodes, edges)


def _arrows(source: str, target: str, labels: list[str], red: dict[str, list[str]]) -> Iterator[Edge]:
    """Yield the arrows between two boxes: one for what is in order, and one in red for each route at fault."""
    fine = [label for label in labels if label not in red]
    if fine or not red:
        yield Edge(source, target, ", ".join(_shortened(fine)))
    for label, policies in red.items():
        yield Edge(source, target, label, tuple(policies))


def _look(sketch: _Sketch, vpc: str) -> object:
    """Return what a VPC looks like, but for names and its own addresses."""
    inside = {node.key: node for node in sketch.nodes.values() if node.group == vpc}
    return frozenset(
        (
            node.kind,
            sketch.network.subnets[key].zone if key in sketch.network.subnets else None,
            frozenset(
                target if target not in inside else inside[target].kind
                for source, target in sketch.labels
                if source == key
            ),
        )
        for key, node in inside.items()
    )
