"""The firewall's state table: which flows it tracks now (capture), and making it forget an instance's (flush).

A flow that is flushed goes on as traffic whose beginning the firewall has not seen, which the policy's stream exception
treats: these stacks reject it, so that the connection ends. Source: Network Firewall API Reference, StartFlowFlush.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hunts.actions.case import Journal
from hunts.actions.instance import Clients, Target
from hunts.actions.steps import Step
from hunts.actions.waiting import Sleep, until_over
from hunts.backends.aws import messages, pages
from hunts.errors import HuntError
from hunts.stack import StackOutputs

EVERYWHERE = ("0.0.0.0/0", "::/0")
_FILTERS = 20
"""Filters that one operation takes."""
_PAUSE_SECONDS = 0.5
_PATIENCE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Flow:
    """One direction of a flow, as the endpoint of a zone tracks it; `age` in seconds."""

    zone: str
    source: str
    source_port: str
    destination: str
    destination_port: str
    protocol: str
    age: int
    packets: int
    bytes: int


def tracked(
    clients: Clients, outputs: StackOutputs, addresses: Sequence[str], *, min_age: int = 0, sleep: Sleep = time.sleep
) -> list[Flow]:
    """Return the flows from and to these addresses (all, if there are none) that the firewall tracks now, oldest first.

    Raises HuntError where the stack has no firewall, or AWS can't tell.
    """
    if not outputs.firewall_arn:
        raise HuntError("the stack has no firewall: its hub's sees these flows")
    firewall, arn = clients("network-firewall"), outputs.firewall_arn
    filters = _filters(addresses) if addresses else [_end("SourceAddress", each) for each in EVERYWHERE]
    found = [
        Flow(
            zone=zone,
            source=row["SourceAddress"]["AddressDefinition"],
            source_port=row.get("SourcePort", ""),
            destination=row["DestinationAddress"]["AddressDefinition"],
            destination_port=row.get("DestinationPort", ""),
            protocol=row.get("Protocol", ""),
            age=int(row.get("Age", 0)),
            packets=int(row.get("PacketCount", 0)),
            bytes=int(row.get("ByteCount", 0)),
        )
        for zone in _zones(firewall, arn)
        for row in _operate(
            firewall, "start_flow_capture", {**_place(arn, zone), "MinimumFlowAgeInSeconds": min_age}, filters, sleep
        )
    ]
    return sorted(set(found), key=lambda flow: (-flow.age, flow.zone, flow.source, flow.destination, flow.source_port))


def cut(clients: Clients, target: Target, outputs: StackOutputs, journal: Journal) -> Iterator[Step]:
    """Yield the step that ends the instance's open connections in every zone of the firewall; none without one."""
    if not outputs.firewall_arn:
        return

    def act() -> dict[str, Any]:
        firewall, arn, filters = clients("network-firewall"), outputs.firewall_arn, _filters(_addresses(target))
        return {
            "flows": {
                zone: len(_operate(firewall, "start_flow_flush", _place(arn, zone), filters, time.sleep))
                for zone in _zones(firewall, arn)
            }
        }

    yield Step("flush", "cut its open connections at the firewall", not journal.done("flush"), act)


def _addresses(target: Target) -> list[str]:
    interfaces = target.description.get("NetworkInterfaces", [])
    own = [each["PrivateIpAddress"] for item in interfaces for each in item.get("PrivateIpAddresses", [])]
    return own + [each["Ipv6Address"] for item in interfaces for each in item.get("Ipv6Addresses", [])]


def _filters(addresses: Sequence[str]) -> list[dict[str, Any]]:
    return [_end(end, address) for address in addresses for end in ("SourceAddress", "DestinationAddress")]


def _end(name: str, address: str) -> dict[str, Any]:
    return {name: {"AddressDefinition": address}}


def _zones(firewall: Any, arn: str) -> list[str]:
    with messages():
        status = firewall.describe_firewall(FirewallArn=arn)["FirewallStatus"]
    return sorted(status.get("SyncStates", {}))


def _place(arn: str, zone: str) -> dict[str, str]:
    return {"FirewallArn": arn, "AvailabilityZone": zone}


def _operate(
    firewall: Any, operation: str, asked: dict[str, Any], filters: Sequence[dict[str, Any]], sleep: Sleep
) -> list[dict[str, Any]]:
    """Carry out an operation in a zone, twenty filters at a time, and return the flows that it was about."""
    flows = []
    for first in range(0, len(filters), _FILTERS):
        with messages():
            begun = getattr(firewall, operation)(FlowFilters=filters[first : first + _FILTERS], **asked)
        this = {**_place(asked["FirewallArn"], asked["AvailabilityZone"]), "FlowOperationId": begun["FlowOperationId"]}
        _wait(firewall, this, sleep)
        flows += list(pages(firewall, "list_flow_operation_results", "Flows", **this))
    return flows


def _wait(firewall: Any, this: dict[str, str], sleep: Sleep) -> None:
    """Wait until an operation is over. Raises HuntError with AWS's reason where it failed, in part or whole."""
    where = f"flow operation in {this['AvailabilityZone']}"
    answer = until_over(
        lambda: firewall.describe_flow_operation(**this),
        lambda answer: answer["FlowOperationStatus"] == "IN_PROGRESS",
        pause=_PAUSE_SECONDS,
        patience=_PATIENCE_SECONDS,
        sleep=sleep,
        late=lambda _: f"{where} is still under way: try again in a while",
    )
    status = answer["FlowOperationStatus"]
    if status != "COMPLETED":
        raise HuntError(f"{where}: {status} {answer.get('StatusMessage', '')}")
