"""Settings of the hub and spoke."""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from typing import Annotated

from pydantic import AfterValidator, Field, StrictBool, StrictInt

from components.common.log_target import LOG_DESTINATIONS
from components.dns.rules import (
    ACTIONS,
    ADVANCED_PRIORITY,
    BLOCK_RESPONSES,
    CONFIDENCES,
    MANAGED_LIST_PRIORITY,
)
from components.hub.inspection_vpc import INSPECTION_PLACES
from components.hub.reasons import IPV6_ON_GATEWAY_REFUSED, REGIONAL_NAT_REFUSED, SINGLE_NAT_REFUSED
from components.hub.spoke_pool import Placement, SpokePool, SpokeRequest, routed_ranges
from components.network.internet_edge import NAT_PLACES
from components.rules.ipv6_inside import MAX_SPOKES
from components.rules.selection import RuleSelection, keeping_ipv6_inside
from components.settings.checks import Domains, Host, Once, levels, matching, network, one_of, private
from components.settings.schema import Mistake, RefusedError, key
from components.settings.shared import SharedSettings
from components.settings.spokes import (
    REMOTE_ALLOWED,
    SPOKES_ALLOWED,
    RemoteSpokeEntry,
    SpokeEntry,
    SpokeName,
)

MAX_ROUTES = 50
"""Routes of a table without a quota increase ("Amazon VPC quotas"): the default route and one per range of spokes."""
MAX_CONNECT_ENDPOINTS = 5
"""EC2 Instance Connect Endpoints of an account and Region without a quota increase."""

_PRINCIPAL = r"\d{12}|arn:aws[a-z-]*:organizations::\d{12}:(organization|ou)/o-[a-z0-9]+(/ou-[a-z0-9-]+)?"


def _range_or_empty(value: str) -> str:
    return str(network(value, longest=32, shortest=16)) if value else value


def _list_ids(value: Mapping[str, str]) -> Mapping[str, str]:
    strangers = [name for name in value if name not in MANAGED_LIST_PRIORITY]
    wrong = [found for found in value.values() if not found.startswith("rslvr-fdl-")]
    problems = []
    if strangers:
        problems.append(f"lists of {', '.join(MANAGED_LIST_PRIORITY)}, not {', '.join(strangers)}")
    if wrong:
        problems.append(f"ids such as rslvr-fdl-0123456789abcdef, not {', '.join(wrong)}")
    if problems:
        raise RefusedError("; ".join(problems))
    return value


class HubSettings(SharedSettings):
    """What the layout ``hub-and-spoke`` is built from."""

    hub_cidr: Annotated[IPv4Network, private(24, 16)] = key(
        "10.255.0.0/24",
        "Range of the inspection VPC, which holds no workload.",
        allowed="a private IPv4 range from /16 to /24 that overlaps no spoke, such as 10.255.0.0/24",
    )
    spoke_pool: Annotated[IPv4Network, private(24, 8)] = key(
        "10.64.0.0/12",
        "Range that spokes take their slots from. Everything in it is routed as a spoke's.",
        allowed="a private IPv4 range from /8 to /24, such as 10.64.0.0/12",
    )
    spoke_prefix: Annotated[StrictInt, Field(ge=16, le=25)] = key(
        20, "Prefix length of one slot. Slot 0 is the pool's first range of that size, and so on.", allowed="16 to 25"
    )
    spokes: Mapping[SpokeName, SpokeEntry] = key(
        {"orders": {"slot": 0}, "reports": {"slot": 1}, "sandbox": {"slot": 2, "rogue": True}},
        "The spokes by name: `slot` in the pool (or a `cidr`), `zones`, number of `workloads`, whether one more "
        "instance plays the `rogue`, and whether people `connect` by an EC2 Instance Connect Endpoint.",
        allowed=SPOKES_ALLOWED,
        entry=SpokeEntry,
    )
    remote_spokes: Mapping[SpokeName, RemoteSpokeEntry] = key(
        {},
        "Spokes that other stacks build: `slot` or `cidr`, with `ipv6` their `ipv6_cidr` once their stack tells it, "
        "and for one of another account its `attachment` to accept. `pulumi destroy` refuses while there are any.",
        allowed=REMOTE_ALLOWED,
        entry=RemoteSpokeEntry,
    )
    inspection: Annotated[str, one_of(INSPECTION_PLACES)] = key(
        "vpc",
        "Where packets meet the firewall: at endpoints in the inspection VPC, or at an attachment of its own.",
        allowed=", ".join(INSPECTION_PLACES),
    )
    nat: Annotated[str, one_of(NAT_PLACES)] = key(
        "zonal",
        "A NAT gateway per zone, or one where that keeps both directions at one endpoint: a `single` one in the first "
        "zone, or a `regional` one, which AWS runs in each zone of the hub.",
        allowed=", ".join(NAT_PLACES),
    )
    amazon_side_asn: Annotated[StrictInt, Field(ge=64512, le=65534)] = key(
        64512, "Private ASN of the transit gateway.", allowed="64512 to 65534"
    )
    share_with: Annotated[tuple[Annotated[str, matching(_PRINCIPAL, or_empty=False)], ...], Once] = key(
        [],
        "Accounts, or an organization, whose spokes may join: shares gateway, DNS rules and query log through RAM.",
        allowed="account ids of 12 digits, or ARNs of an AWS organization or organizational unit",
    )

    dns_firewall: StrictBool = key(
        True, "Filter DNS queries of every VPC. The firewall never sees queries to a VPC's own resolver."
    )
    dns_deny_domains: Domains = key(
        [],
        "Domains that nobody may resolve. `.example.net` means the name and all below it.",
        allowed="domains such as example.net or .example.net",
    )
    dns_allow_domains: Domains = key(
        [],
        "If not empty, the only domains that may be resolved, with whatever they redirect to; needs `dns_action` "
        "`BLOCK` beside managed lists and advanced rules. AWS's own endpoints and internal names belong on it too.",
        allowed="domains such as example.net or .example.net",
    )
    dns_managed_lists: Annotated[tuple[Annotated[str, one_of(MANAGED_LIST_PRIORITY)], ...], Once] = key(
        ["AWSManagedDomainsAggregateThreatList"],
        "Domain lists that AWS maintains, by name; their ids are looked up in the Region.",
        allowed=f"of {', '.join(MANAGED_LIST_PRIORITY)}",
    )
    dns_managed_list_ids: Annotated[Mapping[str, str], AfterValidator(_list_ids)] = key(
        {},
        "Ids of managed lists by name, for who deploys without the right to list them. Nothing is looked up for these.",
        allowed="a map from the name of a managed list to its id (rslvr-fdl-…)",
    )
    dns_advanced: Annotated[Mapping[str, str], levels(dict.fromkeys(ADVANCED_PRIORITY, CONFIDENCES))] = key(
        {},
        "DNS Firewall Advanced: threats (DGA, DICTIONARY_DGA, DNS_TUNNELING), each with a confidence. Costs extra.",
        allowed=f"a map from {', '.join(ADVANCED_PRIORITY)} to {', '.join(CONFIDENCES)}",
    )
    dns_action: Annotated[str, one_of(ACTIONS)] = key(
        "ALERT", "What managed lists and advanced rules do. The deny list always blocks.", allowed=", ".join(ACTIONS)
    )
    dns_block_response: Annotated[str, one_of(BLOCK_RESPONSES)] = key(
        "NODATA", "The answer to a blocked query.", allowed=", ".join(BLOCK_RESPONSES)
    )
    dns_mutation_protection: StrictBool = key(
        False, "Refuse to take DNS Firewall off a VPC. `pulumi destroy`, and taking a spoke away, then fail."
    )
    dns_profile: StrictBool = key(
        False,
        "Bring DNS Firewall and query log to each VPC by one Route 53 Profile, which `share_with` shares too: for many "
        "accounts. Costs extra by the hour.",
    )
    query_log: Annotated[str, one_of(LOG_DESTINATIONS)] = key(
        "cloudwatch", "Where the resolver's query log goes, one for all VPCs.", allowed=", ".join(LOG_DESTINATIONS)
    )

    flow_logs: StrictBool = key(False, "Keep flow logs of all VPCs, in S3.")
    watch_guards: StrictBool = key(
        True,
        "Tell the alarm's topic when somebody changes routes, firewall, DNS Firewall, the scheduled audit or what "
        "tells people (event rules, alarms, topic, trail), or takes on the responder's role: by EventBridge, if the "
        "account has a CloudTrail trail. Only where ALERT goes to CloudWatch.",
    )
    contributor_insights: StrictBool = key(
        True, "Rank instances and names by queries, drops and destinations, of logs in CloudWatch."
    )
    dashboard: StrictBool = key(True, "A CloudWatch dashboard of firewall and DNS (three are free).")
    blocked_queries_threshold: Annotated[StrictInt, Field(ge=1, le=100_000)] = key(
        20, "Blocked queries of one instance in five minutes above which the alarm goes off.", allowed="1 to 100000"
    )
    reachability_analyses: StrictBool = key(
        False, "Run Reachability Analyzer on every path at each change of it, at 0.10 USD an analysis."
    )
    forensic_cidr: Annotated[str, AfterValidator(_range_or_empty)] = key(
        "",
        "Range of a forensic host that may reach isolated instances by SSH. Empty: nobody may.",
        allowed="an IPv4 range such as 10.0.9.0/28, or empty",
    )
    responder_principals: Annotated[
        tuple[Annotated[str, matching(r"arn:aws[a-z-]*:iam::\d{12}:(user|role)/[\w+=,.@/-]+", or_empty=False)], ...],
        Once,
    ] = key(
        [],
        "ARNs that may take on the responder's role, users with MFA. Empty: whom the account's IAM lets, of its users "
        "with MFA and its Identity Center roles.",
        allowed="ARNs of IAM users or roles",
    )
    intruder_host: Annotated[str, Host] = key(
        "www.example.com",
        "Web server that the rogue instance talks to. Put in none but your own.",
        allowed="a host name",
    )
    intruder_domain: Annotated[str, Host] = key(
        "example.com",
        "Domain below which the rogue instance puts an invented file into names. Put in none but your own.",
        allowed="a domain",
    )

    @property
    def rules(self) -> RuleSelection:
        """Return what the firewall's policy is made of."""
        return keeping_ipv6_inside(super().rules) if self.ipv6 else super().rules

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

    @property
    def instance_zones(self) -> int:
        """Return in how many of the zones, from the first, there are instances."""
        inhabited = (entry for entry in self.spokes.values() if entry.workloads or entry.rogue)
        return max((self.zones_of(entry) for entry in inhabited), default=0)

    def mistakes(self) -> Iterator[Mistake]:
        """Yield what is wrong between keys."""
        yield from super().mistakes()
        if self.nat == "single" and self.inspection == "vpc" and self.zones > 1:
            yield Mistake("nat", "single", SINGLE_NAT_REFUSED)
        if self.nat == "regional" and self.inspection == "vpc":
            yield Mistake("nat", "regional", REGIONAL_NAT_REFUSED)
        if self.ipv6 and self.inspection == "transit-gateway":
            yield Mistake("ipv6", True, IPV6_ON_GATEWAY_REFUSED)
        if self.ipv6 and (count := len(self.spokes) + len(self.remote_spokes)) > MAX_SPOKES:
            found = f"{count} spokes with IPv6"
            yield Mistake("spokes", found, f"at most {MAX_SPOKES}, whose ranges a rule of the firewall has room for")
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
        for name, remote in self.remote_spokes.items():
            if remote.ipv6_cidr and not self.ipv6:
                yield Mistake(f"remote_spokes.{name}.ipv6_cidr", str(remote.ipv6_cidr), "none, unless ipv6 is on")
        if any(remote.attachment for remote in self.remote_spokes.values()) and not self.share_with:
            yield Mistake("remote_spokes", "an attachment to accept", "none, unless share_with names its account")
        for name in ("dns_deny_domains", "dns_allow_domains"):
            if (found := getattr(self, name)) and not self.dns_firewall:
                yield Mistake(name, list(found), "empty, unless dns_firewall is on")
        if self.dns_allow_domains and self.dns_action == "ALERT" and (self.dns_managed_lists or self.dns_advanced):
            text = "BLOCK beside dns_allow_domains: a query that is alerted on is answered, on the list or not"
            yield Mistake("dns_action", self.dns_action, text)
        if self.dns_profile and self.dns_mutation_protection:
            yield Mistake("dns_mutation_protection", True, "false with dns_profile: AWS cannot protect a profile")
        if self.dns_profile and not self.dns_firewall and self.query_log == "none":
            yield Mistake("dns_profile", True, "false, unless dns_firewall is on or there is a query_log to bring")
        if both := sorted({*self.dns_deny_domains} & {*self.dns_allow_domains}):
            yield Mistake("dns_allow_domains", both, "domains that dns_deny_domains does not name")

    def _place_mistakes(self) -> Iterator[Mistake]:
        for name in sorted(set(self.spokes) & set(self.remote_spokes)):
            yield Mistake("remote_spokes", name, "a name that spokes does not have")
        placement = self.placement
        for name, text in placement.mistakes:
            key_, entry = ("spokes", self.spokes) if name in self.spokes else ("remote_spokes", self.remote_spokes)
            yield Mistake(f"{key_}.{name}", entry[name].model_dump(exclude_unset=True), text)
        for name, place in {"spoke_pool": self.spoke_pool, **placement.ranges}.items():
            if place.overlaps(self.hub_cidr):
                yield Mistake("hub_cidr", str(self.hub_cidr), f"a range apart from {place} ({name})")
        for name, place in placement.ranges.items():
            if self.spoke_pool.subnet_of(place) and place != self.spoke_pool:
                yield Mistake("spokes", f"{name} with {place}", f"a range that does not contain {self.spoke_pool}")
