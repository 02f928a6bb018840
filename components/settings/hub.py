"""Settings of the hub and spoke."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from components.common.log_target import LOG_DESTINATIONS
from components.dns.rules import (
    ACTIONS,
    ADVANCED_PRIORITY,
    BLOCK_RESPONSES,
    CONFIDENCES,
    MANAGED_LIST_PRIORITY,
)
from components.hub.inspection_vpc import INSPECTION_PLACES
from components.hub.reasons import IPV6_REFUSED, REGIONAL_NAT_REFUSED, SINGLE_NAT_REFUSED
from components.hub.spoke_pool import Placement, SpokePool, SpokeRequest, routed_ranges
from components.network.internet_edge import NAT_PLACES
from components.settings.checks import between, domain, each, levels, matching, one_of, private_network
from components.settings.schema import Mistake, RefusedError, key
from components.settings.shared import SharedSettings
from components.settings.spokes import (
    REMOTE_ALLOWED,
    SPOKES_ALLOWED,
    RemoteSpokeEntry,
    SpokeEntry,
    remote_spoke_map,
    spoke_map,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from ipaddress import IPv4Network

MAX_ROUTES = 50
"""Routes of a table without a quota increase ("Amazon VPC quotas"): the default route and one per range of spokes."""
MAX_CONNECT_ENDPOINTS = 5
"""EC2 Instance Connect Endpoints of an account and Region without a quota increase."""

_PRINCIPAL = r"\d{12}|arn:aws[a-z-]*:organizations::\d{12}:(organization|ou)/o-[a-z0-9]+(/ou-[a-z0-9-]+)?"


def _nat(value: str) -> str:
    if value == "regional":
        raise RefusedError(REGIONAL_NAT_REFUSED)
    return str(one_of(NAT_PLACES)(value))


def _no_ipv6(value: bool) -> bool:
    if value:
        raise RefusedError(IPV6_REFUSED)
    return value


def _list_ids(value: Mapping[str, Any]) -> dict[str, str]:
    problems = [name for name in value if name not in MANAGED_LIST_PRIORITY]
    if problems:
        raise RefusedError(f"lists of {', '.join(MANAGED_LIST_PRIORITY)}, not {', '.join(problems)}")
    wrong = [str(found) for found in value.values() if not str(found).startswith("rslvr-fdl-")]
    if wrong:
        raise RefusedError(f"ids such as rslvr-fdl-0123456789abcdef, not {', '.join(wrong)}")
    return {name: str(found) for name, found in value.items()}


@dataclass(frozen=True, kw_only=True)
class HubSettings(SharedSettings):
    """What the layout ``hub-and-spoke`` is built from."""

    hub_cidr: IPv4Network = key(
        "string",
        "10.255.0.0/24",
        "Range of the inspection VPC, which holds no workload.",
        allowed="a private IPv4 range from /16 to /24 that overlaps no spoke, such as 10.255.0.0/24",
        check=private_network(24, 16),
    )
    spoke_pool: IPv4Network = key(
        "string",
        "10.64.0.0/12",
        "Range that spokes take their slots from. Everything in it is routed as a spoke's.",
        allowed="a private IPv4 range from /8 to /24, such as 10.64.0.0/12",
        check=private_network(24, 8),
    )
    spoke_prefix: int = key(
        "integer",
        20,
        "Prefix length of one slot. Slot 0 is the pool's first range of that size, and so on.",
        allowed="16 to 25",
        check=between(16, 25),
    )
    spokes: Mapping[str, SpokeEntry] = key(
        "object",
        {"orders": {"slot": 0}, "reports": {"slot": 1}, "sandbox": {"slot": 2, "rogue": True}},
        "The spokes by name: `slot` in the pool (or a `cidr`), `zones`, number of `workloads`, whether one more "
        "instance plays the `rogue`, and whether people `connect` by an EC2 Instance Connect Endpoint.",
        allowed=SPOKES_ALLOWED,
        check=spoke_map,
    )
    remote_spokes: Mapping[str, RemoteSpokeEntry] = key(
        "object",
        {},
        "Spokes that other stacks build: `slot` or `cidr`, and for one of another account its `attachment` to accept.",
        allowed=REMOTE_ALLOWED,
        check=remote_spoke_map,
    )
    inspection: str = key(
        "string",
        "vpc",
        "Where packets meet the firewall: at endpoints in the inspection VPC, or at an attachment of its own.",
        allowed=", ".join(INSPECTION_PLACES),
        check=one_of(INSPECTION_PLACES),
    )
    nat: str = key(
        "string",
        "zonal",
        "A NAT gateway per zone, or a `single` one where that keeps both directions at one endpoint.",
        allowed=", ".join(NAT_PLACES),
        check=_nat,
    )
    ipv6: bool = key(
        "boolean",
        False,
        "Refused when true: egress of a spoke's own IPv6 range cannot be inspected in a hub.",
        allowed="false",
        check=_no_ipv6,
    )
    amazon_side_asn: int = key(
        "integer",
        64512,
        "Private ASN of the transit gateway.",
        allowed="64512 to 65534",
        check=between(64512, 65534),
    )
    share_with: tuple[str, ...] = key(
        "array",
        [],
        "Accounts, or an organization, whose spokes may join: shares gateway, DNS rules and query log through RAM.",
        allowed="account ids of 12 digits, or ARNs of an AWS organization or organizational unit",
        check=each(matching(_PRINCIPAL, or_empty=False)),
    )

    dns_firewall: bool = key(
        "boolean",
        True,
        "Filter DNS queries of every VPC. The firewall never sees queries to a VPC's own resolver.",
    )
    dns_deny_domains: tuple[str, ...] = key(
        "array",
        [],
        "Domains that nobody may resolve. `.example.net` means the name and all below it.",
        allowed="domains such as example.net or .example.net",
        check=each(domain),
    )
    dns_managed_lists: tuple[str, ...] = key(
        "array",
        ["AWSManagedDomainsAggregateThreatList"],
        "Domain lists that AWS maintains, by name; their ids are looked up in the Region.",
        allowed=f"of {', '.join(MANAGED_LIST_PRIORITY)}",
        check=each(one_of(MANAGED_LIST_PRIORITY)),
    )
    dns_managed_list_ids: Mapping[str, str] = key(
        "object",
        {},
        "Ids of managed lists by name, for who deploys without the right to list them. Nothing is looked up for these.",
        allowed="a map from the name of a managed list to its id (rslvr-fdl-…)",
        check=_list_ids,
    )
    dns_advanced: Mapping[str, str] = key(
        "object",
        {},
        "DNS Firewall Advanced: threats (DGA, DICTIONARY_DGA, DNS_TUNNELING), each with a confidence. Costs extra.",
        allowed=f"a map from {', '.join(ADVANCED_PRIORITY)} to {', '.join(CONFIDENCES)}",
        check=levels(lambda: dict.fromkeys(ADVANCED_PRIORITY, CONFIDENCES)),
    )
    dns_action: str = key(
        "string",
        "ALERT",
        "What managed lists and advanced rules do. The deny list always blocks.",
        allowed=", ".join(ACTIONS),
        check=one_of(ACTIONS),
    )
    dns_block_response: str = key(
        "string",
        "NODATA",
        "The answer to a blocked query.",
        allowed=", ".join(BLOCK_RESPONSES),
        check=one_of(BLOCK_RESPONSES),
    )
    dns_mutation_protection: bool = key(
        "boolean", False, "Refuse to take DNS Firewall off a VPC. `pulumi destroy` then fails."
    )
    query_log: str = key(
        "string",
        "cloudwatch",
        "Where the resolver's query log goes, one for all VPCs.",
        allowed=", ".join(LOG_DESTINATIONS),
        check=one_of(LOG_DESTINATIONS),
    )

    flow_logs: bool = key("boolean", False, "Keep flow logs of all VPCs, in S3.")
    contributor_insights: bool = key(
        "boolean",
        True,
        "Rank instances and names by queries, drops and destinations, of logs in CloudWatch.",
    )
    dashboard: bool = key("boolean", True, "A CloudWatch dashboard of firewall and DNS (three are free).")
    blocked_queries_threshold: int = key(
        "integer",
        20,
        "Blocked queries of one instance in five minutes above which the alarm goes off.",
        allowed="1 to 100000",
        check=between(1, 100_000),
    )
    reachability_analyses: bool = key(
        "boolean", False, "Run Reachability Analyzer on every path at each change of it, at 0.10 USD an analysis."
    )
    forensic_cidr: str = key(
        "string",
        "",
        "Range of a forensic host that may reach isolated instances by SSH. Empty: nobody may.",
        allowed="an IPv4 range such as 10.0.9.0/28, or empty",
        check=lambda value: str(private_network(32, 16)(value)) if value else value,
    )
    responder_principals: tuple[str, ...] = key(
        "array",
        [],
        "ARNs that may take on the responder's role. Empty: whom the account's IAM lets, with MFA.",
        allowed="ARNs of IAM users or roles",
        check=each(matching(r"arn:aws[a-z-]*:iam::\d{12}:(user|role)/[\w+=,.@/-]+", or_empty=False)),
    )
    intruder_host: str = key(
        "string",
        "www.example.com",
        "Web server that the rogue instance talks to. Put in none but your own.",
        allowed="a host name",
        check=domain,
    )
    intruder_domain: str = key(
        "string",
        "example.com",
        "Domain below which the rogue instance asks for odd names. Put in none but your own.",
        allowed="a domain",
        check=domain,
    )

    @property
    def pool(self) -> SpokePool:
        """Return the pool that slots are cut from."""
        return SpokePool(self.spoke_pool, self.spoke_prefix)

    @property
    def placement(self) -> Placement:
        """Return the ranges of all spokes, remote ones too."""
        requests: dict[str, SpokeRequest] = {name: entry.request for name, entry in self.spokes.items()}
        requests |= {name: entry.request for name, entry in self.remote_spokes.items()}
        return self.pool.place(requests)

    @property
    def spoke_ranges(self) -> Mapping[str, str]:
        """Return what is routed to the transit gateway, by names that stay: the pool, and each spoke outside of it."""
        return routed_ranges(self.spoke_pool, self.placement.ranges)

    def zones_of(self, entry: SpokeEntry) -> int:
        """Return in how many of the hub's zones a spoke is."""
        return entry.zones or self.zones

    def mistakes(self) -> Iterator[Mistake]:
        """Yield what is wrong between keys."""
        yield from super().mistakes()
        if self.nat == "single" and self.inspection == "vpc" and self.zones > 1:
            yield Mistake("nat", "single", SINGLE_NAT_REFUSED)
        if self.spoke_prefix < self.spoke_pool.prefixlen:
            yield Mistake("spoke_prefix", self.spoke_prefix, f"at least {self.spoke_pool.prefixlen}, as spoke_pool has")
            return
        yield from self._place_mistakes()
        for name, entry in self.spokes.items():
            if self.zones_of(entry) > self.zones:
                yield Mistake("spokes", f"{name} in {entry.zones} zones", f"at most {self.zones}, as the hub has")
        connected = [name for name, entry in self.spokes.items() if entry.connect and (entry.workloads or entry.rogue)]
        if len(connected) > MAX_CONNECT_ENDPOINTS:
            yield Mistake(
                "spokes",
                f"{len(connected)} spokes with an EC2 Instance Connect Endpoint",
                f"at most {MAX_CONNECT_ENDPOINTS} in a Region; set connect: false on the others",
            )
        if len(self.spoke_ranges) + 1 > MAX_ROUTES:
            yield Mistake(
                "spokes",
                f"{len(self.spoke_ranges)} ranges to route",
                f"at most {MAX_ROUTES - 1}; give spokes slots of the pool, which is one route for all of them",
            )
        if any(remote.attachment for remote in self.remote_spokes.values()) and not self.share_with:
            yield Mistake("remote_spokes", "an attachment to accept", "none, unless share_with names its account")
        if self.dns_deny_domains and not self.dns_firewall:
            yield Mistake("dns_deny_domains", list(self.dns_deny_domains), "empty, unless dns_firewall is on")

    def _place_mistakes(self) -> Iterator[Mistake]:
        for name in sorted(set(self.spokes) & set(self.remote_spokes)):
            yield Mistake("remote_spokes", name, "a name that spokes does not have")
        placement = self.placement
        for name, text in placement.mistakes:
            yield Mistake(
                "remote_spokes" if name in self.remote_spokes else "spokes", name, f"a place of its own: {text}"
            )
        for name, network in {"spoke_pool": self.spoke_pool, **placement.ranges}.items():
            if network.overlaps(self.hub_cidr):
                yield Mistake("hub_cidr", str(self.hub_cidr), f"a range apart from {network} ({name})")
        for name, network in placement.ranges.items():
            if self.spoke_pool.subnet_of(network) and network != self.spoke_pool:
                yield Mistake("spokes", f"{name} with {network}", f"a range that does not contain {self.spoke_pool}")
