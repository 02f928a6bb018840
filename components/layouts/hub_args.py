"""What a hub and spoke is made from, and what must be true between these arguments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network

import pulumi

from components.common.component import ArgumentError, TaggedArgs, refuse_unless
from components.common.environment import Environment
from components.common.log_target import LOG_DESTINATIONS
from components.common.safekeeping import Safekeeping
from components.dns.firewall import DnsRules
from components.firewall.firewall import Protections
from components.hub.spoke_pool import overlaps, routed_ranges
from components.layouts.instances import Intruder, Traffic
from components.rules.selection import RuleSelection
from components.watch.alarm import Audience


@dataclass(frozen=True, kw_only=True)
class PlannedSpoke:
    """One spoke that the layout builds."""

    cidr: str
    """Its range, a /25 or larger that overlaps no other's."""
    zones: int | None = None
    """In how many of the hub's zones it is; in all of them when left out."""
    workloads: int = 1
    """Number of quiet instances."""
    rogue: bool = False
    """One more instance that plays an intruder."""
    connect: bool = True
    """Whether people reach the instances by an EC2 Instance Connect Endpoint (a Region has five by default)."""


@dataclass(frozen=True, kw_only=True)
class PlannedRemoteSpoke:
    """A spoke that another stack builds."""

    cidr: str
    ipv6_cidr: str | None = None
    """Its IPv6 range, once it is known; until then the firewall drops its IPv6."""
    attachment: str | None = None
    """Id of the transit gateway attachment to accept, for a spoke of another account."""


@dataclass(frozen=True, kw_only=True)
class HubAndSpokeArgs(TaggedArgs):
    """Arguments of `HubAndSpoke`; tags `project` and `stack` are added, since a responder's rights end with them."""

    spokes: Mapping[str, PlannedSpoke] = field(default_factory=dict)
    """The spokes by name."""
    remote_spokes: Mapping[str, PlannedRemoteSpoke] = field(default_factory=dict)
    """Spokes of other stacks, by name."""
    spoke_pool: str = "10.64.0.0/12"
    """Range that is routed as the spokes'; each spoke outside of it is a route more."""
    cidr: str = "10.255.0.0/24"
    """Range of the inspection VPC, which holds no workload; a /24 or larger that overlaps no spoke."""
    zones: int = 1
    """Number of Availability Zones. Each has a firewall endpoint and a NAT gateway, and costs by the hour."""
    zone_names: Sequence[str] = ()
    """The zones to use, in order, as many as `zones`; empty takes the Region's first ones by name."""
    place: str = "vpc"
    """Where packets meet the firewall: at endpoints in the inspection VPC (`vpc`), or at an attachment of its own
    (`transit-gateway`)."""
    nat: str = "zonal"
    """A NAT gateway per zone (`zonal`), or one (`single`, `regional`) where both directions stay at one endpoint."""
    ipv6: bool = False
    """Also IPv6 between spokes, inspected, and by NAT64 to what has IPv4 alone; decided when the hub is made. There is
    no other way out for it: AWS has no NAT between IPv6 addresses."""
    dns64: bool = False
    """With `ipv6`: names that have IPv4 addresses alone are reached by IPv6, through the NAT gateways (NAT64)."""
    amazon_side_asn: int = 64512
    """Private ASN of the transit gateway."""
    share_with: Sequence[str] = ()
    """Accounts, or an organization, whose spokes may join: shares gateway, DNS rules and query log through RAM."""
    rules: RuleSelection = field(default_factory=RuleSelection)
    """Rule groups, managed groups and domain lists of the firewall."""
    default_action: str = "alert_established"
    """What befalls an established flow that no rule decided (see `FirewallArgs`)."""
    protections: Protections = field(default_factory=Protections)
    """Change protection switches of the firewall."""
    dns_firewall: bool = True
    """Filter DNS queries of every VPC. The firewall never sees queries to a VPC's own resolver."""
    dns: DnsRules = field(default_factory=DnsRules)
    """What the DNS Firewall is made of."""
    dns_mutation_protection: bool = False
    """AWS then refuses to take DNS Firewall off a VPC."""
    dns_profile: bool = False
    """Bring DNS Firewall and query log to the VPCs by a Route 53 Profile, which is shared as well."""
    analysis: Sequence[str] = ()
    """What AWS keeps a 30-day account of the domains of: `TLS_SNI`, `HTTP_HOST` (see `FirewallArgs`)."""
    alert_log: str = "cloudwatch"
    """Where ALERT records go: `cloudwatch`, `s3` or `none`."""
    flow_log: str = "s3"
    """Where FLOW records go: `cloudwatch`, `s3` or `none`."""
    query_log: str = "cloudwatch"
    """Where the resolver's query log goes, one for all VPCs: `cloudwatch`, `s3` or `none`."""
    flow_logs: bool = False
    """Keep flow logs of all VPCs, in S3."""
    log_retention_days: int = 30
    """Days after which records are deleted; one of the values that CloudWatch Logs offers."""
    monitoring_dashboard: bool = False
    """AWS's own dashboard of the firewall, in its console, which queries ALERT and FLOW records."""
    safekeeping: Safekeeping = field(default_factory=Safekeeping)
    """Whether records outlive the stack, and who may delete them before they expire."""
    audience: Audience = field(default_factory=Audience)
    """Who is told when something is dropped."""
    audit_schedule: str = ""
    """When the live network is proven by the clock, as EventBridge takes it; never where empty."""
    watch_guards: bool = True
    """Tell the same people when somebody changes routes, firewall or DNS Firewall, or takes on the responder's role."""
    contributor_insights: bool = True
    """Rank instances and names by queries, drops and destinations, of logs in CloudWatch."""
    dashboard: bool = True
    """A CloudWatch dashboard of firewall and DNS."""
    blocked_queries_threshold: int = 20
    """Blocked queries of one instance in five minutes above which the alarm goes off."""
    reachability_analyses: bool = False
    """Run Reachability Analyzer on every path at each change of it, at 0.10 USD an analysis."""
    forensic_cidr: str = ""
    """Range of a forensic host that may reach isolated instances by SSH; empty for nobody."""
    responder_principals: Sequence[str] = ()
    """ARNs that may take on the responder's role; empty for whom the account's IAM lets. Users need MFA."""
    s3_gateway_endpoint: bool = True
    """Send S3 traffic through free gateway endpoints. Off, it takes the expensive way: firewall and NAT gateway."""
    s3_endpoint_buckets: Mapping[str, str] = field(default_factory=dict)
    """Buckets of others that the endpoint lets through, each at `read` or `write`; `ECR` and `SSM` are AWS's own."""
    traffic: Traffic = field(default_factory=Traffic)
    """What the instances are, and what they make traffic with."""
    intruder: Intruder = field(default_factory=Intruder)
    """What a rogue instance talks to."""
    environment: Environment | None = None
    """Where the program runs; looked up when left out."""

    def __post_init__(self) -> None:
        refuse_unless([("query_log", self.query_log, LOG_DESTINATIONS)], of="a hub")
        if self.dns_profile and self.dns_mutation_protection:
            raise ArgumentError("dns_profile: AWS protects no profile's association; leave dns_mutation_protection off")
        if self.dns_profile and not self.dns_firewall and self.query_log == "none":
            raise ArgumentError("dns_profile: without DNS Firewall and query log there is nothing to bring")
        both = sorted(set(self.spokes) & set(self.remote_spokes))
        if self.dns64 and not self.ipv6:
            raise ArgumentError("dns64: without ipv6 nothing could use the answers")
        mistakes = [f"{name} is among spokes and remote_spokes" for name in both]
        mistakes += [f"{name}: {text}" for name, text in overlaps({**self._networks(), "the hub": _network(self.cidr)})]
        mistakes += [
            f"{name} is in {spoke.zones} zones, the hub in {self.zones}"
            for name, spoke in self.spokes.items()
            if (spoke.zones or 0) > self.zones
        ]
        if _network(self.spoke_pool).overlaps(_network(self.cidr)):
            mistakes.append(f"the hub's {self.cidr} lies in the spokes' {self.spoke_pool}")
        if mistakes:
            raise ArgumentError("; ".join(mistakes))

    @property
    def ranges(self) -> Sequence[str]:
        """The ranges of all spokes, remote ones too."""
        return [str(network) for network in self._networks().values()]

    @property
    def spoke_ranges(self) -> Mapping[str, str]:
        """What is routed to the transit gateway, by names that stay: the pool, and each spoke outside of it."""
        return routed_ranges(_network(self.spoke_pool), self._networks())

    def _networks(self) -> dict[str, IPv4Network]:
        own = {name: _network(plan.cidr) for name, plan in self.spokes.items()}
        return own | {name: _network(plan.cidr) for name, plan in self.remote_spokes.items()}


def with_identity(args: HubAndSpokeArgs) -> HubAndSpokeArgs:
    """Return the arguments with the tags that tell this stack's resources from all others'."""
    own = {"project": pulumi.get_project(), "stack": pulumi.get_stack()}
    return replace(args, tags={**own, **args.tags})


def _network(cidr: str) -> IPv4Network:
    try:
        return IPv4Network(cidr)
    except ValueError as error:
        raise ArgumentError(f"no IPv4 range: {error}") from None
