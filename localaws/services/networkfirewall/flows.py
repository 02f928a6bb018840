"""A firewall's state table: what flows it tracks (capture), and forgetting them (flush), a zone at a time.

Here the table is what the FLOW log has of the last minutes: a flow is tracked until it has been idle as long as AWS
waits, or was flushed.

Source: Developer Guide, "Managing your firewall state table using flow operations"; API Reference.
"""

from __future__ import annotations

import ipaddress
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from localaws.services.core import AwsError
from localaws.services.networkfirewall.common import INVALID
from localaws.services.networkfirewall.firewalls import Firewalls
from localaws.services.networkfirewall.recorded import records
from localaws.services.networkfirewall.store import Firewall, new_token
from localaws.services.operations import Shape, operation, page, refuse
from localaws.services.transition import Transition

IDLE_SECONDS: Final = 350
"""How long an idle TCP flow is tracked, unless the policy says otherwise."""
CLOSED_SECONDS: Final = 60
"""How long a flow is kept that both ends closed, as Suricata does."""
MAX_FILTERS: Final = 20
_ELSEWHERE: Final = ("VpcEndpointAssociationArn", "VpcEndpointId", "AvailabilityZoneId")


@dataclass
class FlowOperation:
    """A capture or a flush of one zone."""

    kind: str
    zone: str
    asked: Shape
    flows: list[Shape]
    at: float
    id: str = field(default_factory=new_token)
    running: Transition = field(default_factory=Transition)

    @property
    def status(self) -> str:
        """IN_PROGRESS, or COMPLETED."""
        return "COMPLETED" if self.running.over else "IN_PROGRESS"

    @property
    def moment(self) -> datetime:
        """When it was asked for."""
        return datetime.fromtimestamp(self.at, UTC)


class FlowOperations(Firewalls):
    """Operations on the state table of a firewall's own endpoints."""

    @operation
    def start_flow_capture(self, request: Shape) -> Shape:
        """StartFlowCapture."""
        return self._start("FLOW_CAPTURE", request)

    @operation
    def start_flow_flush(self, request: Shape) -> Shape:
        """StartFlowFlush: what it names is tracked no longer."""
        return self._start("FLOW_FLUSH", request)

    @operation
    def describe_flow_operation(self, request: Shape) -> Shape:
        """DescribeFlowOperation."""
        firewall, found = self._operation(request)
        return {**_about(firewall, found), "FlowOperationType": found.kind, "FlowOperation": found.asked}

    @operation
    def list_flow_operations(self, request: Shape) -> Shape:
        """ListFlowOperations, of a zone and a type where the request says so; the newest first."""
        refuse("ListFlowOperations", request, *_ELSEWHERE)
        firewall = self.firewall(request)
        wanted = {"zone": request.get("AvailabilityZone"), "kind": request.get("FlowOperationType")}
        shapes = [
            {
                "FlowOperationId": found.id,
                "FlowOperationType": found.kind,
                "FlowRequestTimestamp": found.moment,
                "FlowOperationStatus": found.status,
            }
            for found in reversed(firewall.flow_operations)
            if all(value in (None, getattr(found, name)) for name, value in wanted.items())
        ]
        rows, token = page(shapes, request, INVALID)
        return {"FlowOperations": rows, "NextToken": token}

    @operation
    def list_flow_operation_results(self, request: Shape) -> Shape:
        """ListFlowOperationResults: the flows that a capture found, or a flush took off."""
        firewall, found = self._operation(request)
        rows, token = page(found.flows if found.status == "COMPLETED" else [], request, INVALID)
        return {**_about(firewall, found), "Flows": rows, "NextToken": token}

    def _start(self, kind: str, request: Shape) -> Shape:
        name = "StartFlowCapture" if kind == "FLOW_CAPTURE" else "StartFlowFlush"
        refuse(name, request, *_ELSEWHERE)
        firewall, zone = self.firewall(request), request.get("AvailabilityZone")
        zones = self.status(firewall).get("SyncStates") or {}
        if zone not in zones:
            raise AwsError(INVALID, f"firewall {firewall.name} has no endpoint in availability zone {zone}")
        if not 1 <= len(request["FlowFilters"]) <= MAX_FILTERS:
            raise AwsError(INVALID, f"FlowFilters must have 1 to {MAX_FILTERS} filters")
        filters = [_Filter(each) for each in request["FlowFilters"]]
        age = request.get("MinimumFlowAgeInSeconds") or 0
        asked = {"MinimumFlowAgeInSeconds": age, "FlowFilters": request["FlowFilters"]}
        flows = [
            flow
            for flow in self._tracked(firewall, zone)
            if flow["Age"] >= age and any(each.matches(flow) for each in filters)
        ]
        made = FlowOperation(kind, zone, asked, flows, at=time.time())
        firewall.flow_operations.append(made)
        return {"FirewallArn": firewall.arn, "FlowOperationId": made.id, "FlowOperationStatus": made.status}

    def _operation(self, request: Shape) -> tuple[Firewall, FlowOperation]:
        refuse("FlowOperation", request, *_ELSEWHERE)
        firewall = self.firewall(request)
        for found in firewall.flow_operations:
            if found.id == request["FlowOperationId"] and request.get("AvailabilityZone") in (None, found.zone):
                return firewall, found
        raise AwsError("ResourceNotFoundException", f"Flow operation {request['FlowOperationId']} does not exist")

    def _tracked(self, firewall: Firewall, zone: str) -> list[Shape]:
        """Return the flows that the FLOW log has of the zone and that are neither idle too long nor flushed since."""
        now = time.time()
        found = []
        for record in records(self, firewall, "FLOW"):
            event, counted = record["event"], record["event"].get("netflow")
            if counted is None or record.get("availability_zone") != zone:
                continue
            last = datetime.fromisoformat(counted["end"]).timestamp()
            flow = _flow(event, now)
            closed = bool({"fin", "rst"} & set(event.get("tcp") or ()))
            if now - last < (CLOSED_SECONDS if closed else IDLE_SECONDS) and not _flushed(firewall, zone, flow, last):
                found.append(flow)
        return found


def _flushed(firewall: Firewall, zone: str, flow: Shape, last: float) -> bool:
    return any(
        operation_.kind == "FLOW_FLUSH"
        and operation_.zone == zone
        and operation_.at >= last
        and any(_Filter(each).matches(flow) for each in operation_.asked["FlowFilters"])
        for operation_ in firewall.flow_operations
    )


class _Filter:
    """One of a request's filters: what it leaves out matches everything."""

    def __init__(self, shape: Shape) -> None:
        self._ends = [(_network(shape, name), name) for name in ("SourceAddress", "DestinationAddress")]
        self._ports = [(shape.get(name), name) for name in ("SourcePort", "DestinationPort")]
        self._protocols = {protocol.upper() for protocol in shape.get("Protocols") or ()}

    def matches(self, flow: Shape) -> bool:
        """Tell whether it names the flow."""
        return (
            all(
                network is None or ipaddress.ip_address(flow[name]["AddressDefinition"]) in network
                for network, name in self._ends
            )
            and all(port in (None, flow[name]) for port, name in self._ports)
            and (not self._protocols or flow["Protocol"].upper() in self._protocols)
        )


def _network(shape: Shape, name: str) -> Any:
    given = shape.get(name)
    if given is None:
        return None
    try:
        return ipaddress.ip_network(given["AddressDefinition"])
    except ValueError as error:
        raise AwsError(INVALID, f"{name} is invalid: {error}") from None


def _flow(event: Shape, now: float) -> Shape:
    counted = event["netflow"]
    return {
        "SourceAddress": {"AddressDefinition": event["src_ip"]},
        "DestinationAddress": {"AddressDefinition": event["dest_ip"]},
        "SourcePort": str(event.get("src_port", "")),
        "DestinationPort": str(event.get("dest_port", "")),
        "Protocol": event["proto"],
        "Age": int(now - datetime.fromisoformat(counted["start"]).timestamp()),
        "PacketCount": int(counted["pkts"]),
        "ByteCount": int(counted["bytes"]),
    }


def _about(firewall: Firewall, found: FlowOperation) -> Shape:
    return {
        "FirewallArn": firewall.arn,
        "AvailabilityZone": found.zone,
        "FlowOperationId": found.id,
        "FlowOperationStatus": found.status,
        "FlowRequestTimestamp": found.moment,
    }
