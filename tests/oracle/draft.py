"""A network on paper, from which registrations come in two forms: as the engine shows them at preview and at up.

At preview ids and computed outputs are unknown and only `dependencies` tells where a value comes from; at up everything
is there. A draft is plain data, so that a mutation can drop a resource or point a reference elsewhere.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.oracle.judged import UNKNOWN, Registration

PROJECT = "urn:pulumi:dev::drawn"
STRAY = "stray"
"""The output of a firewall that an endpoint's id comes from which the firewall hasn't got (any more)."""


@dataclass(frozen=True)
class Ref:
    """A value that comes from another resource; `also` names further resources that the program asked to find it."""

    to: str
    output: str = "id"
    also: tuple[str, ...] = ()


@dataclass
class Made:
    """One resource: its inputs (values may hold `Ref`s), and what AWS would answer beside them."""

    name: str
    type: str
    id: str
    inputs: dict[str, Any]
    computed: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    """What only a `Ref` can name, such as one endpoint of a firewall: `endpoint:SUBNET`."""

    @property
    def urn(self) -> str:
        return f"{PROJECT}::{self.type}::{self.name}"


@dataclass
class Draft:
    """Resources by name, in the order in which they were made."""

    made: dict[str, Made] = field(default_factory=dict)
    count: int = 0

    def add(self, name: str, kind: str, /, **inputs: Any) -> Ref:
        """Make a resource of type `aws:KIND`; `inputs` are camelCase properties, those that are None are left out."""
        if name in self.made:
            raise ValueError(f"{name} is drawn already")
        self.count += 1
        one = Made(name, f"aws:{kind}", f"{kind.rpartition(':')[2].lower()}-{self.count:06x}", _without_none(inputs))
        _compute(self, one)
        self.made[name] = one
        return Ref(name)

    def copy(self) -> Draft:
        return copy.deepcopy(self)

    def drop(self, name: str) -> None:
        """Remove a resource and everything that refers to it, as deleting it from a program would have to."""
        self.made.pop(name, None)
        for other in [m for m in self.made.values() if any(r.to == name for r in refs(m.inputs))]:
            self.drop(other.name)

    def up(self) -> list[Registration]:
        """As registered with everything known."""
        return [
            Registration(
                urn=one.urn,
                type=one.type,
                name=one.name,
                properties=self._known({**one.inputs, **one.computed}),
                dependencies=self._dependencies(one),
                id=one.id,
            )
            for one in self.made.values()
        ]

    def preview(self) -> list[Registration]:
        """As registered when nothing exists yet."""
        return [
            Registration(
                urn=one.urn,
                type=one.type,
                name=one.name,
                properties={**_unknown(one.inputs), **dict.fromkeys(one.computed, UNKNOWN)},
                dependencies=self._dependencies(one),
                id=None,
            )
            for one in self.made.values()
        ]

    def value(self, ref: Ref) -> Any:
        """What the reference stands for when everything is known."""
        one = self.made[ref.to]
        if ref.output == "id":
            return one.id
        value = {**one.inputs, **one.computed, **one.outputs}[ref.output]
        return self._known(value)

    def _known(self, value: Any) -> Any:
        match value:
            case Ref():
                return self.value(value)
            case dict():
                return {key: self._known(item) for key, item in value.items()}
            case list():
                return [self._known(item) for item in value]
        return value

    def _dependencies(self, one: Made) -> Mapping[str, frozenset[str]]:
        return {
            key: frozenset(self.made[n].urn for ref in refs(value) for n in (ref.to, *ref.also) if n in self.made)
            for key, value in one.inputs.items()
            if any(True for _ in refs(value))
        }


def refs(value: Any) -> Iterator[Ref]:
    """Every reference inside a value."""
    match value:
        case Ref():
            yield value
        case dict():
            for item in value.values():
                yield from refs(item)
        case list():
            for item in value:
                yield from refs(item)


def _unknown(value: Any) -> Any:
    match value:
        case Ref():
            return UNKNOWN
        case dict():
            return {key: _unknown(item) for key, item in value.items()}
        case list():
            return [_unknown(item) for item in value]
    return value


def _without_none(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in inputs.items() if value is not None}


def _compute(draft: Draft, one: Made) -> None:
    """What the provider adds by itself."""
    match one.type.rpartition(":")[2]:
        case "Vpc":
            one.computed = {"mainRouteTableId": f"rtb-main-{one.id}", "defaultRouteTableId": f"rtb-main-{one.id}"}
            if one.inputs.get("assignGeneratedIpv6CidrBlock"):
                number = sum(1 for other in draft.made.values() if other.type == one.type)
                one.computed["ipv6CidrBlock"] = f"2600:1f18:{number:x}00::/56"
                one.outputs = {f"v6:{n}": f"2600:1f18:{number:x}00:{n:x}::/64" for n in range(32)}
        case "Subnet":
            one.computed = {"availabilityZoneId": zone_id(one.inputs["availabilityZone"])}
        case "NatGateway" if one.inputs.get("availabilityMode") == "regional":
            one.computed = {"routeTableId": f"rtb-{one.id}"}
        case "TransitGateway":
            table = f"tgw-rtb-default-{one.id}"
            one.computed = {"associationDefaultRouteTableId": table, "propagationDefaultRouteTableId": table}
            one.computed["arn"] = f"arn:aws:ec2:eu-west-1:123456789012:transit-gateway/{one.id}"
        case "VpnConnection":
            one.computed = {"transitGatewayAttachmentId": f"tgw-attach-{one.id}"}
        case "FirewallPolicy" | "RuleGroup":
            one.computed = {"arn": f"arn:aws:network-firewall:eu-west-1:123456789012:{one.id}/{one.name}"}
        case "DefaultRouteTable":
            one.computed = {"vpcId": Ref(one.inputs["defaultRouteTableId"].to)}
            one.id = draft.value(one.inputs["defaultRouteTableId"])
        case "Firewall":
            _compute_firewall(draft, one)
        case "VpcEndpointAssociation":
            subnet = one.inputs["subnetMapping"]["subnetId"]
            state = _sync_state(draft, one, subnet)
            one.computed = {"vpcEndpointAssociationStatuses": [{"associationSyncStates": [state]}]}
            one.outputs = {f"endpoint:{subnet.to}": state["attachments"][0]["endpointId"]}


def _compute_firewall(draft: Draft, one: Made) -> None:
    one.computed = {"arn": f"arn:aws:network-firewall:eu-west-1:123456789012:firewall/{one.name}"}
    if one.inputs.get("transitGatewayId"):
        attachment = f"tgw-attach-{one.id}"
        states = [{"attachmentId": attachment}]
        one.computed["firewallStatuses"] = [{"transitGatewayAttachmentSyncStates": states, "syncStates": []}]
        one.outputs = {"attachment": attachment}
    else:
        subnets = [mapping["subnetId"] for mapping in one.inputs["subnetMappings"]]
        # An order of its own, as AWS gives them.
        states = [_sync_state(draft, one, subnet) for subnet in sorted(subnets, key=lambda ref: ref.to[::-1])]
        one.computed["firewallStatuses"] = [{"transitGatewayAttachmentSyncStates": [], "syncStates": states}]
        one.outputs = {
            f"endpoint:{state['attachments'][0]['subnetId'].to}": state["attachments"][0]["endpointId"]
            for state in states
        }
        one.outputs[STRAY] = f"vpce-{one.id}-of-another-day"


def _sync_state(draft: Draft, one: Made, subnet: Ref) -> dict[str, Any]:
    zone = draft.made[subnet.to].inputs["availabilityZone"]
    return {"availabilityZone": zone, "attachments": [{"subnetId": subnet, "endpointId": f"vpce-{one.id}-{subnet.to}"}]}


def zone_id(zone: str) -> str:
    """The id of one of eu-west-1's zones in the drawn account."""
    return f"euw1-az{'abc'.index(zone[-1]) + 1}"
