"""Lets Suricata judge the packets of many flows at once, and takes the consequences: who is dropped says no more."""

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from traffic.packets.session import after_drop
from traffic.packets.wire import Packet, write_capture
from traffic.policy import FirewallPolicy
from traffic.suricata import Suricata
from traffic.verdict import FlowVerdict, Match, decide

Packets = Sequence[Packet]


@dataclass(frozen=True)
class Judged:
    """A flow as it went: its packets (cut short by a drop), the verdict and the engine's two flow records.

    ``bulk`` are packets and bytes that were counted and not built, by direction: to the server, to the client.
    """

    packets: tuple[Packet, ...]
    verdict: FlowVerdict
    netflows: tuple[dict[str, Any], ...]

    def bulk(self, *, to_server: bool) -> tuple[int, int]:
        """Return packets and bytes of a direction that were counted and not built."""
        chosen = [packet for packet in self.packets if packet.to_server == to_server]
        return sum(packet.more_packets for packet in chosen), sum(packet.more_bytes for packet in chosen)

    @property
    def end(self) -> float:
        """When the last packet passed, in epoch seconds."""
        return max(packet.time for packet in self.packets)


def judge(suricata: Suricata, policy: FirewallPolicy, flows: Sequence[Packets]) -> list[Judged]:
    """Judge flows under a policy, in their order.

    Two runs where something is dropped: the first finds the packet, the second sees what a network with that drop has.
    """
    if not flows:
        return []
    with tempfile.TemporaryDirectory(prefix="traffic-") as folder:
        types = suricata.rule_types(policy.text, _sub(folder, "types")) if policy.rules else {}
        judged = _run(suricata, policy, types, flows, _sub(folder, "first"))
        cut = _consequences(judged)
        if cut == [flow.packets for flow in judged]:
            return judged
        return _run(suricata, policy, types, cut, _sub(folder, "second"))


def _run(
    suricata: Suricata, policy: FirewallPolicy, types: dict[int, str], flows: Sequence[Packets], folder: Path
) -> list[Judged]:
    order = _order(flows)
    capture = folder / "traffic.pcap"
    write_capture(capture, [flows[flow][place] for flow, place in order])
    keys = {_five_tuple(packets[0]): number for number, packets in enumerate(flows)}
    matches: dict[int, list[Match]] = defaultdict(list)
    netflows: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for event in suricata.read(capture, policy.text, _sub(str(folder), "out")):
        flow = keys[_event_tuple(event)] if _event_tuple(event) in keys else keys[_event_tuple(event, swap=True)]
        if event["event_type"] == "alert":
            # What the engine finds when it lets go of a flow belongs to no packet: it comes after all of them.
            event.setdefault("pcap_cnt", len(order) + 1)
            matches[flow].append(Match(event, int(event["alert"]["signature_id"])))
        elif event["event_type"] == "netflow":
            netflows[flow].append(event)
    return [
        Judged(tuple(packets), decide(matches[number], policy, types), tuple(netflows[number]))
        for number, packets in enumerate(flows)
    ]


def _consequences(judged: Sequence[Judged]) -> list[Packets]:
    """Return what each flow's packets are once its verdict has taken effect."""
    order = _order([flow.packets for flow in judged])
    after: list[Packets] = []
    for flow in judged:
        verdict = flow.verdict
        if verdict.outcome == "pass" or verdict.packet is None or verdict.packet > len(order):
            after.append(flow.packets)
        else:
            place = order[verdict.packet - 1][1]
            after.append(tuple(after_drop(flow.packets, place, reset=verdict.outcome == "reject")))
    return after


def _order(flows: Sequence[Packets]) -> list[tuple[int, int]]:
    """Return (flow, place in the flow) of every packet in order of time: the order of the capture."""
    places = [(flow, place) for flow, packets in enumerate(flows) for place in range(len(packets))]
    return sorted(places, key=lambda item: flows[item[0]][item[1]].time)


def _five_tuple(packet: Packet) -> tuple[str, str, int, str, int]:
    data = packet.data
    if data[0] >> 4 == 6:  # noqa: PLR2004  # the family's number
        protocol, source, destination, start = data[6], data[8:24], data[24:40], 40
    else:
        protocol, source, destination, start = data[9], data[12:16], data[16:20], 20
    ports = int.from_bytes(data[start : start + 2], "big"), int.from_bytes(data[start + 2 : start + 4], "big")
    names = {6: "TCP", 17: "UDP"}
    return names[protocol], str(ip_address(source)), ports[0], str(ip_address(destination)), ports[1]


def _event_tuple(event: dict[str, Any], *, swap: bool = False) -> tuple[str, str, int, str, int]:
    ends = [(str(ip_address(event[f"{side}_ip"])), int(event.get(f"{side}_port", 0))) for side in ("src", "dest")]
    (source, source_port), (destination, destination_port) = reversed(ends) if swap else ends
    return event["proto"], source, source_port, destination, destination_port


def _sub(folder: str, name: str) -> Path:
    path = Path(folder) / name
    path.mkdir()
    return path
