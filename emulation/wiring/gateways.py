"""What stands between networks: firewall endpoints, NAT gateways, internet gateways."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import TYPE_CHECKING

from emulation.plan import Address, Gateway, Nat

from .spaces import ANY_TABLE, End, Port, Space, Wiring

if TYPE_CHECKING:
    from .vpc import Vpcs

Layout = Callable[[End], str]

_GUARDED = 50
"""How far the tables behind guards are from those before them."""
_RESETS_ALONE = """table inet quiet {
 chain leave {
  type filter hook output priority 0; policy drop;
  tcp flags & rst == rst accept
 }
}"""
_NO_INTERNET = "0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16"
"""An internet gateway passes nothing on to these."""


def wire_endpoint(wiring: Wiring, space: str, port: str, name: str, table: int = ANY_TABLE) -> None:
    """Wire a firewall endpoint: both directions come in by its one interface and leave by it again.

    A guarded one sends both through two more links of its own, whose middle ends nothing joins but the guard.
    """
    wiring.crossings[Port(space, port)] = name
    if not wiring.guarded:
        wiring.space(space).send_all(port, port, table)
        return
    before, guard_in = wiring.link(space, space)
    guard_out, after = wiring.link(space, space)
    wiring.space(space).send_all(port, before, table)
    wiring.space(space).send_all(after, port, table + _GUARDED)
    wiring.guards[name] = (space, guard_in, guard_out)
    if not wiring.space(space).nft:
        # The kernel's own multicast reports are nothing that a firewall should see. What it rejects it resets.
        wiring.space(space).nft.append(_RESETS_ALONE)
        wiring.space(space).look_up("lo", table + _GUARDED)


def wire_nat(space: Space, ports: list[str], address: Address, *, ipv6: bool = False) -> None:
    """Translate what comes in by each port, and send it back out by the same one.

    Only what belongs to a flow that began inside comes back: a stateful device drops the rest. A NAT gateway passes no
    IPv6 (there is no NAT64 in the kernel), a NAT instance does.
    """
    for number, port in enumerate(ports):
        space.send_all(port, port, ANY_TABLE + number)
    v6 = "" if ipv6 else "\n  meta nfproto ipv6 drop"
    space.nft.append(
        f"""table inet translate {{
 chain pass {{
  type filter hook forward priority 0; policy accept;
  ct state invalid drop{v6}
  ct state established accept
  ip daddr {address} drop
 }}
}}
table ip outward {{
 chain leave {{
  type nat hook postrouting priority 100; policy accept;
  snat to {address}
 }}
}}"""
    )


def wire_nat_gateway(vpcs: Vpcs, nat: Nat) -> None:
    """Wire a NAT gateway into its subnet; a regional one has a port in every zone, all with the gateway's own table."""
    host = ipaddress.ip_network(nat.address)
    space = vpcs.wiring.space(nat.id)
    router = vpcs.router(nat.vpc)
    if nat.subnet:
        near, far = vpcs.join_subnet(nat.subnet, nat.id)
        vpcs.leads[nat.vpc, nat.id] = near
        vpcs.deliver(nat.vpc, host, near)
        wire_nat(space, [far], nat.address)
        return
    ports = []
    for zone in ("", *vpcs.plan.zones(nat.vpc)):
        near, far = vpcs.wiring.link(nat.vpc, nat.id)
        router.look_up(near, vpcs.table(nat.table or "", zone))
        vpcs.leads[nat.vpc, f"{nat.id}/{zone}" if zone else nat.id] = near
        ports.append(far)
    # Its address is in no subnet, so no edge table catches what comes back to it.
    router.deliver_first(host)
    vpcs.deliver(nat.vpc, host, vpcs.leads[nat.vpc, nat.id])
    wire_nat(space, ports, nat.address)


def wire_internet_gateway(vpcs: Vpcs, gateway: Gateway) -> str:
    """Map public addresses one to one, both ways and without state, and drop what has none.

    An egress-only gateway lets IPv6 alone out, and in what belongs to a flow that began inside. Returns the VPC's port.
    """
    wiring, plan = vpcs.wiring, vpcs.plan
    near, inside = wiring.link(gateway.vpc, gateway.id)
    end = End("internet", gateway.id)
    world = vpcs.layout(end)
    wiring.space(world, forwards=False)
    outside, far = wiring.link(gateway.id, world)
    wiring.ends[Port(world, far)] = end
    space = wiring.space(gateway.id)
    space.send_all(inside, outside, ANY_TABLE)
    space.send_all(outside, inside, ANY_TABLE + 1)
    own = [net for net in plan.vpcs[gateway.vpc].cidrs if isinstance(net, ipaddress.IPv6Network)]
    v6 = f"ip6 saddr {{ {', '.join(map(str, own))} }} ip6 daddr 2000::/3 accept" if own else ""
    public = {private: out for (vpc, private), out in plan.public.items() if vpc == gateway.vpc}
    if gateway.kind == "egress-only" or not public:
        v4 = ""
        maps = ""
    else:
        out = ", ".join(f"{private} : {known}" for private, known in public.items())
        back = ", ".join(f"{known} : {private}" for private, known in public.items())
        v4 = f"""
  iif {inside} ip daddr {{ {_NO_INTERNET} }} drop
  iif {inside} ip saddr {{ {", ".join(map(str, public))} }} accept
  iif {outside} ip daddr {{ {", ".join(map(str, public))} }} accept"""
        maps = f"""
 map out {{
  type ipv4_addr : ipv4_addr
  elements = {{ {out} }}
 }}
 map back {{
  type ipv4_addr : ipv4_addr
  elements = {{ {back} }}
 }}
 chain leave {{
  type filter hook postrouting priority 300; policy accept;
  oif {outside} ip saddr set ip saddr map @out
 }}
 chain enter {{
  type filter hook prerouting priority -300; policy accept;
  iif {outside} ip daddr set ip daddr map @back
 }}"""
    back_v6 = "ct state established accept" if gateway.kind == "egress-only" else "accept"
    space.nft.append(
        f"""table inet border {{{maps}
 chain pass {{
  type filter hook forward priority 0; policy drop;{v4}
  iif {inside} {v6 or "meta nfproto ipv6 drop"}
  iif {outside} meta nfproto ipv6 {back_v6}
 }}
}}"""
    )
    return near
