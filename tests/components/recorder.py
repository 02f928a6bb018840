"""Runs a piece of program against Pulumi's mocks and keeps what it registered, so that a test can ask about it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.runtime import Mocks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ACCOUNT = "111122223333"
REGION = "eu-west-1"
IPV6 = "2001:db8:0:5600::/56"
"""What Amazon gives a VPC that asks for an IPv6 range."""


@dataclass(frozen=True)
class Registered:
    """One resource as the program asked for it; ids are ``<name>-id``, so that references read well."""

    type: str
    name: str
    inputs: Mapping[str, Any]
    id: str
    outputs: Mapping[str, Any]


@dataclass
class Recorder(Mocks):
    """Answers like AWS would: ids, ARNs, and a firewall's sync states in an order that nobody may rely on."""

    resources: list[Registered] = field(default_factory=list)

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        identity = args.inputs.get("name", f"{args.name}-id")
        outputs = {"name": f"{args.name}-name", **args.inputs, "arn": f"arn:aws:mock:{REGION}:{ACCOUNT}:{args.name}"}
        if args.typ == "aws:networkfirewall/firewall:Firewall":
            outputs["firewallStatuses"] = [_firewall_status(args.name, args.inputs)]
        if args.typ == "aws:networkfirewall/vpcEndpointAssociation:VpcEndpointAssociation":
            end = {"endpointId": f"vpce-{args.name}", "subnetId": args.inputs["subnetMapping"]["subnetId"]}
            outputs["vpcEndpointAssociationStatuses"] = [{"associationSyncStates": [{"attachments": [end]}]}]
        if args.typ == "aws:ec2/vpc:Vpc":
            outputs["defaultRouteTableId"] = f"{args.name}-main"
            outputs["ipv6CidrBlock"] = IPV6 if args.inputs.get("assignGeneratedIpv6CidrBlock") else ""
        if args.typ == "aws:ec2/instance:Instance":
            outputs["privateIp"] = "10.0.0.10"
            outputs["ipv6Addresses"] = ["2001:db8:0:5600::10"] if args.inputs.get("ipv6AddressCount") else []
        if args.typ == "aws:ec2/eip:Eip":
            outputs["publicIp"] = "192.0.2.1"
        if args.inputs.get("availabilityMode") == "regional":
            outputs["routeTableId"] = f"{args.name}-table"
        if args.typ == "aws:s3/bucket:Bucket":
            outputs["bucket"] = f"{args.name}-bucket"
        id_ = f"{args.name}-id" if "name" not in args.inputs else str(identity)
        self.resources.append(Registered(args.typ, args.name, dict(args.inputs), id_, outputs))
        return id_, outputs

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        answers: dict[str, dict[str, Any]] = {
            "aws:index/getAvailabilityZones:getAvailabilityZones": {
                "names": [f"{REGION}{letter}" for letter in "abc"],
                "zoneIds": [f"euw1-az{number}" for number in (3, 1, 2)],
            },
            "aws:index/getPartition:getPartition": {"partition": "aws", "dnsSuffix": "amazonaws.com"},
            "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": ACCOUNT},
            "aws:index/getRegion:getRegion": {"region": REGION, "name": REGION},
            "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings": {
                "locations": [f"{REGION}{letter}" for letter in "abc"],
            },
            "aws:ssm/getParameter:getParameter": {
                "insecureValue": "ami-0123456789abcdef0",
                "value": "ami-0123456789abcdef0",
            },
        }
        return answers.get(args.token, {})

    def of_type(self, suffix: str) -> dict[str, Mapping[str, Any]]:
        """Inputs by resource name, of every resource whose type ends like ``ec2/route:Route``."""
        return {resource.name: resource.inputs for resource in self.resources if resource.type.endswith(suffix)}


def _firewall_status(name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    subnets = [mapping["subnetId"] for mapping in inputs.get("subnetMappings") or ()]
    return {
        "syncStates": [
            {
                "availabilityZone": f"zone-of-{subnet}",
                "attachments": [{"subnetId": subnet, "endpointId": f"endpoint-in-{subnet}"}],
            }
            for subnet in reversed(subnets)
        ],
        "transitGatewayAttachmentSyncStates": [{"attachmentId": f"{name}-own-attachment"}]
        if inputs.get("transitGatewayId")
        else [],
    }


def run(program: Callable[[], Any]) -> Recorder:
    """Run the program to its end, applies included, and return what it registered."""
    recorder = Recorder()
    asyncio.set_event_loop(asyncio.new_event_loop())
    # A stack of its own, without what an earlier test registered on its stack.
    pulumi.runtime.settings.ROOT.set(None)
    pulumi.runtime.set_mocks(recorder, project="inspected-egress", stack="test", preview=False)

    pulumi.runtime.test(program)()  # the SDK has no types for it
    return recorder
