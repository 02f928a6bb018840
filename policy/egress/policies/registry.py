"""The policies' public faces: name, level, meaning and advice. The checks themselves are in ``policies/``."""

from __future__ import annotations

from dataclasses import dataclass

URL = "docs/policies.md"


@dataclass(frozen=True, slots=True)
class Face:
    """What people see of a policy. ``references`` are AWS Foundational Security Best Practices controls that fit."""

    name: str
    level: str
    title: str
    holds_when: str
    remediation: str
    severity: str
    tags: tuple[str, ...]
    references: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """Where the policy is documented."""
        return f"{URL}#{self.name}"


FACES: dict[str, Face] = {
    face.name: face
    for face in (
        Face(
            "egress-through-firewall",
            "mandatory",
            "Egress through the firewall",
            "No workload subnet reaches any internet address, IPv4 or IPv6, by any route, without crossing a firewall"
            " endpoint.",
            "Point the named route at the firewall endpoint of the subnet's zone, or at the transit gateway whose"
            " inspection VPC has one.",
            "critical",
            ("network", "egress"),
        ),
        Face(
            "symmetric-return",
            "mandatory",
            "Replies come back the same way",
            "The reply of every inspected path comes back, and through the same endpoint.",
            "Give the subnet of the NAT gateway (or the internet gateway's edge table) a route for the workloads' range"
            " back to the same endpoint, and turn appliance mode on for the inspection attachment.",
            "high",
            ("network", "routing"),
        ),
        Face(
            "east-west-through-firewall",
            "mandatory",
            "VPC to VPC through the firewall",
            "No VPC reaches another (transit gateway, peering) without crossing a firewall endpoint.",
            "Send traffic between VPCs to the inspection attachment: no propagation of one spoke into the table of"
            " another, no direct peering.",
            "high",
            ("network", "east-west"),
        ),
        Face(
            "routes-arrive",
            "mandatory",
            "Routes arrive",
            "No route loops, and none points at something that isn't there.",
            "Point the named route at something that exists in the same VPC and zone and leads on.",
            "high",
            ("network", "routing"),
        ),
        Face(
            "s3-gateway-endpoint",
            "mandatory",
            "S3 through a gateway endpoint",
            "S3 traffic of every workload subnet leaves through an S3 gateway endpoint.",
            "Make a gateway endpoint for S3 in this VPC and associate it with every route table that workloads use.",
            "medium",
            ("network", "cost", "s3"),
        ),
        Face(
            "firewall-inspects",
            "mandatory",
            "The firewall inspects",
            "The firewall's policy hands everything, fragments too, to the stateful engine, has something there to"
            " inspect with, and its endpoints have subnets of their own.",
            "Set both stateless default actions to aws:forward_to_sfe, add a stateful rule group or a default drop, and"
            " move everything else out of the endpoints' subnets.",
            "critical",
            ("firewall",),
            ("NetworkFirewall.3", "NetworkFirewall.4", "NetworkFirewall.5"),
        ),
        Face(
            "home-net-covers-workloads",
            "mandatory",
            "HOME_NET covers the workloads",
            "Every subnet whose traffic reaches the firewall lies in the HOME_NET its rules use.",
            "List the ranges of all VPCs whose traffic crosses the firewall in the policy's HOME_NET variable.",
            "high",
            ("firewall", "rules"),
        ),
        Face(
            "firewall-logs",
            "mandatory",
            "The firewall logs",
            "ALERT goes somewhere (config: which types are required).",
            "Add a logging configuration with a destination for the named log type.",
            "high",
            ("firewall", "logging"),
            ("NetworkFirewall.2",),
        ),
        Face(
            "same-zone-endpoint",
            "advisory",
            "Paths stay in their zone",
            "Paths stay in their zone.",
            "Use the endpoint and the NAT gateway of the subnet's own zone.",
            "low",
            ("network", "cost", "resilience"),
            ("NetworkFirewall.1",),
        ),
        Face(
            "dns-firewall",
            "advisory",
            "DNS Firewall",
            "Every VPC with workloads has a DNS Firewall that fails closed, and query logging.",
            "Associate a DNS Firewall rule group and a query log configuration with the VPC; leave fail-open off.",
            "medium",
            ("dns", "logging"),
        ),
        Face(
            "firewall-protected",
            "advisory",
            "The firewall is protected",
            "Delete, subnet and policy change protection are on.",
            "Turn the named protections on.",
            "low",
            ("firewall", "resilience"),
            ("NetworkFirewall.9", "NetworkFirewall.10"),
        ),
    )
}

POLICY_NAMES = tuple(FACES)
