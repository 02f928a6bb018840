"""The settings that every layout has: zones, rules, where records go, who is told, the workloads."""

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Annotated

from pydantic import AfterValidator, Field, StrictBool, StrictInt

from components.common.analysis import ANALYSIS_TYPES
from components.common.log_target import LOG_DESTINATIONS
from components.common.safekeeping import LOCKS
from components.rules.catalog import LEVELS, catalog
from components.rules.managed import MANAGED_GROUPS
from components.rules.places import CATEGORIES
from components.rules.selection import (
    DEEP_THREAT_INSPECTION,
    DEFAULT_GROUPS,
    DENY_ACTIONS,
    STATEFUL_DEFAULTS,
    RuleSelection,
)
from components.settings.checks import (
    RETENTION_DAYS,
    Addresses,
    Buckets,
    Countries,
    Domains,
    Once,
    Site,
    at_levels,
    levels,
    matching,
    one_of,
)
from components.settings.contradictions import contradictions
from components.settings.schema import Mistake, Settings, key
from components.workload.workload import DEFAULT_INSTANCE_TYPES

LAYOUTS = ("single-vpc", "hub-and-spoke", "spoke")

MAX_PREFIX = 28
"""Longest name prefix: an IAM role's name has 64 characters, of which a workload's name and Pulumi's suffix take 36."""

_PartnerGroup = Annotated[
    str, matching(r"arn:aws[a-z-]*:network-firewall:[a-z0-9-]+:[\w-]+:stateful-rulegroup/[\w-]+", or_empty=False)
]
_SCHEDULE = r"rate\((1 (hour|day)|([2-9]|1\d|2[0-4]) hours|[1-9]\d{1,2} minutes)\)|cron\([^\s()]+( [^\s()]+){5}\)"


def _rule_groups(value: Mapping[str, str]) -> dict[str, str]:
    offered = {name: (*group.levels, "off") for name, group in catalog().items()}
    chosen = at_levels(value, offered)
    # Whoever switches another group on should lose neither the destinations' names nor what refuses to hide them.
    return {name: level for name, level in {**DEFAULT_GROUPS, **chosen}.items() if level != "off"}


class SharedSettings(Settings):
    """Settings of any layout, validated. Fields made by ``key`` are config keys of the same name."""

    project: str
    stack: str
    region: str | None = None
    """``aws:region`` or what the environment says; ``None`` leaves it to the AWS profile."""

    layout: Annotated[str, one_of(LAYOUTS)] = key(
        "single-vpc", "Which network this stack builds.", allowed=", ".join(LAYOUTS)
    )
    owner: Annotated[str, matching(r"[\w .:/=+@-]{1,64}", or_empty=False)] = key(
        "lab",
        "Who answers for the stack; the value of the tag `owner` on every resource.",
        allowed="1 to 64 letters, digits, spaces or _ . : / = + - @",
    )
    zones: Annotated[StrictInt, Field(ge=1, le=3)] = key(
        1,
        "Number of Availability Zones. Each has a firewall endpoint and a NAT gateway, and costs by the hour.",
        allowed="1 to 3",
    )
    zone_names: Annotated[tuple[Annotated[str, matching(r"[a-z]{2}(-[a-z]+)+-\d[a-z]", or_empty=False)], ...], Once] = (
        key(
            [],
            "The zones to use, in order, as many as `zones`; empty takes the Region's first ones by name.",
            allowed="names such as eu-west-1a, as many as zones",
        )
    )

    rule_groups: Annotated[Mapping[str, str], AfterValidator(_rule_groups)] = key(
        {},
        f"Rule groups of components/rules by name, each at `alert`, `drop` or `off`. A group left out is off, but "
        f"{' and '.join(f'`{name}` is at `{level}`' for name, level in DEFAULT_GROUPS.items())}.",
        allowed="a map from rule group to alert, drop or off",
    )
    managed_rule_groups: Annotated[Mapping[str, str], levels(dict.fromkeys(MANAGED_GROUPS, LEVELS))] = key(
        {},
        "AWS managed rule groups by short name (`MalwareDomains`), each at `alert` (its drops only alert) or `drop`.",
        allowed="a map from managed rule group to alert or drop",
    )
    deny_domains: Domains = key(
        [],
        "Domains to drop, by TLS server name and HTTP host. `.example.net` means the name and all below it. Names in "
        "QUIC aren't read but refused, by `hidden-names`; of an encrypted client hello only the outer name is seen.",
        allowed="domains such as example.net or .example.net",
    )
    deny_addresses: Addresses = key(
        [],
        "Addresses and ranges to which nothing may go, whatever the protocol. A domain list holds names alone.",
        allowed="addresses such as 203.0.113.66, or ranges such as 203.0.113.0/24",
    )
    deny_countries: Countries = key(
        [],
        "Countries to whose addresses nothing may go, whatever the protocol, as AWS's database places them.",
        allowed="ISO 3166-1 codes of two letters such as KP",
    )
    domain_categories: Annotated[Mapping[str, str], levels(dict.fromkeys(CATEGORIES, LEVELS))] = key(
        {},
        "AWS's categories of domains (`Malware`, `Proxy Avoidance`), each at `alert` or `drop`, by TLS server name and "
        "HTTP host.",
        allowed="a map from category to alert or drop",
    )
    partner_rule_groups: Mapping[_PartnerGroup, Annotated[str, one_of(LEVELS)]] = key(
        {},
        "Rule groups of AWS Marketplace that the account subscribes to, by ARN, each at `alert` or `drop`: `aws "
        "network-firewall list-rule-groups --scope MANAGED --managed-type PARTNER_MANAGED` lists them.",
        allowed="a map from the ARN of a stateful rule group to alert or drop",
    )
    deep_threat_inspection: Annotated[str, one_of(DEEP_THREAT_INSPECTION)] = key(
        "default",
        "Whether AWS may learn from what the managed group `AttackInfrastructure` sees of this firewall's traffic; "
        "`default` leaves it as AWS has it.",
        allowed=", ".join(DEEP_THREAT_INSPECTION),
    )
    deny_action: Annotated[str, one_of(DENY_ACTIONS)] = key(
        "drop",
        "What `deny_domains` and `deny_addresses` do: `drop`, after which a client waits for its timeout, or `reject`, "
        "which resets TCP, so that people and programs are told at once (and an intruder too).",
        allowed=", ".join(DENY_ACTIONS),
    )
    allow_domains: Domains = key(
        [],
        "If not empty, the only domains that TLS and HTTP may reach; everything else of the two is dropped. Other "
        "protocols are `default_action`'s matter, and QUIC that of `hidden-names`.",
        allowed="domains such as example.net or .example.net",
    )
    default_action: Annotated[str, one_of(STATEFUL_DEFAULTS)] = key(
        "alert_established",
        "What befalls an established flow that no rule decided: it is only logged, or dropped and logged.",
        allowed=", ".join(STATEFUL_DEFAULTS),
    )
    delete_protection: StrictBool = key(False, "Refuse to delete the firewall. `pulumi destroy` then fails.")
    policy_change_protection: StrictBool = key(False, "Refuse to give the firewall another policy.")
    subnet_change_protection: StrictBool = key(False, "Refuse to change the firewall's subnets or zones.")

    traffic_analysis: Annotated[tuple[Annotated[str, one_of(ANALYSIS_TYPES)], ...], Once] = key(
        [],
        "Have AWS keep account of the domains of TLS and HTTP, for a report of the last 30 days that `hunts learn "
        "--report` makes an allow list from. AWS charges for it by the GB.",
        allowed=f"of {', '.join(ANALYSIS_TYPES)}",
    )
    alert_log: Annotated[str, one_of(LOG_DESTINATIONS)] = key(
        "cloudwatch",
        "Where ALERT records go: what rules matched, with TLS server names and HTTP hosts.",
        allowed=", ".join(LOG_DESTINATIONS),
    )
    flow_log: Annotated[str, one_of(LOG_DESTINATIONS)] = key(
        "s3",
        "Where FLOW records go: one per flow and direction, with packets and bytes.",
        allowed=", ".join(LOG_DESTINATIONS),
    )
    log_retention_days: Annotated[StrictInt, one_of(RETENTION_DAYS)] = key(
        30,
        "Days after which records are deleted, in log groups and in the bucket.",
        allowed=f"one of {', '.join(map(str, RETENTION_DAYS))}",
    )
    monitoring_dashboard: StrictBool = key(
        False,
        "AWS's own dashboard of the firewall in its console. It queries ALERT and FLOW records, at their price.",
    )
    keep_logs: StrictBool = key(
        False,
        "Keep log groups, log buckets and their key when the stack is destroyed: Pulumi forgets them, and a stack of "
        "the same name finds the log groups' names taken until they are imported or deleted.",
    )
    log_lock: Annotated[str, one_of(LOCKS)] = key(
        "none",
        "In buckets, until records expire: `versions` keeps what is overwritten or deleted; Object Lock keeps it from "
        "administrators as well, who may lift `governance` by a right of its own, and `compliance` not at all.",
        allowed=", ".join(LOCKS),
    )
    alarm_email: Annotated[str, matching(r"[^@\s]+@[^@\s]+\.[^@\s]+")] = key(
        "",
        "Address that is told when the firewall drops or rejects something; AWS asks it to confirm. Empty: nobody.",
        allowed="an e-mail address, or empty",
    )
    slack_workspace_id: Annotated[str, matching(r"T[A-Z0-9]{2,20}")] = key(
        "",
        "Slack workspace (`T…`) that AWS Chatbot was authorized for once in its console. Empty: no Slack.",
        allowed="an id such as T07EA123LEP, or empty",
    )
    slack_channel_id: Annotated[str, matching(r"[CGD][A-Z0-9]{2,20}")] = key(
        "",
        "Slack channel (`C…`) that is told the same. AWS takes a channel once per account: one stack may name it.",
        allowed="an id such as C07EZ1ABC23, or empty",
    )

    audit_schedule: Annotated[str, matching(_SCHEDULE)] = key(
        "",
        "When a Lambda function proves the live network and tells the alarm's topic what doesn't hold, at least once a "
        "day. Empty: never. Only where ALERT goes to CloudWatch; not in the local AWS, which refuses the function.",
        allowed="rate(1 hour), rate(30 minutes), cron(0 6 * * ? *) and the like, or empty",
    )
    ipv6: StrictBool = key(
        False,
        "Also IPv6 (a /56 of Amazon's for each VPC), inspected both ways. Decide it when the stack is made. In the lab "
        "`unsolicited-inbound` drops what the internet begins, unless `rule_groups` has it at `alert`. In a hub it "
        "goes between spokes, and by NAT64 to what has IPv4 alone. It has no way to the internet there: AWS has no NAT "
        "between IPv6 addresses, and an internet gateway serves its own VPC. What tries is refused at once.",
    )
    dns64: StrictBool = key(
        False,
        "With `ipv6`: the resolver answers for names that have IPv4 addresses alone with addresses of 64:ff9b::/96, "
        "which the NAT gateway translates. For programs that speak IPv6 alone: all others take that way as well, "
        "to S3 past the gateway endpoint too.",
    )
    s3_gateway_endpoint: StrictBool = key(
        True,
        "Send S3 traffic through a free gateway endpoint. Off, it takes the expensive way: firewall and NAT gateway.",
    )
    s3_endpoint_buckets: Buckets = key(
        {},
        "Buckets of other accounts that the endpoint lets through, past the firewall: each at `read` or `write`, by "
        "its whole name. `ECR` (image layers) and `SSM` (the agent) stand for AWS's own in the Region. The account's "
        "own buckets and Amazon Linux's packages need no entry.",
        allowed="a map from bucket name, ECR or SSM to read or write",
    )
    architecture: Annotated[str, one_of(DEFAULT_INSTANCE_TYPES)] = key(
        "arm64", "Processor architecture of the instances.", allowed=", ".join(DEFAULT_INSTANCE_TYPES)
    )
    instance_type: Annotated[str, matching(r"[a-z][a-z0-9-]*\.[a-z0-9-]+")] = key(
        "",
        "Instance type of that architecture; empty takes t4g.micro or t3.micro.",
        allowed="an instance type such as t4g.small, or empty",
    )
    session_manager: StrictBool = key(
        False, "Also let Systems Manager open sessions on the instances, which reach it through the firewall."
    )
    sites: Annotated[tuple[Annotated[str, Site], ...], Once] = key(
        ["https://aws.amazon.com/", "https://www.example.com/", "http://example.org/", "https://example.net/"],
        "What the instances' `visit-sites` script visits: URLs, or host names for HTTPS.",
        allowed="http and https URLs or host names",
    )
    visit_rounds: Annotated[StrictInt, Field(ge=1, le=100_000)] = key(
        50, "Rounds over the sites in the traffic command that the stack shows.", allowed="1 to 100000"
    )
    visit_pause_seconds: Annotated[StrictInt, Field(ge=0, le=3600)] = key(
        1, "Seconds between two rounds in that command.", allowed="0 to 3600"
    )

    @property
    def prefix(self) -> str:
        """Return what names of this stack's resources begin with: short, lower case, different for every stack."""
        wanted = f"{self.project}-{self.stack}"
        plain = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")
        if plain == wanted and len(plain) <= MAX_PREFIX:
            return plain
        # Two stacks whose names become alike when shortened or put in lower case still differ by this.
        digest = sha256(wanted.encode()).hexdigest()[:6]
        return f"{plain[: MAX_PREFIX - len(digest) - 1].rstrip('-')}-{digest}"

    @property
    def tags(self) -> dict[str, str]:
        """Return the tags of every resource."""
        return {"project": self.project, "stack": self.stack, "owner": self.owner}

    @property
    def instance_zones(self) -> int:
        """Return in how many of the zones, from the first, there are instances."""
        return self.zones

    @property
    def rules(self) -> RuleSelection:
        """Return what the firewall's policy is made of."""
        return RuleSelection(
            groups=self.rule_groups,
            managed_groups=self.managed_rule_groups,
            deny_domains=self.deny_domains,
            deny_addresses=self.deny_addresses,
            deny_countries=self.deny_countries,
            domain_categories=self.domain_categories,
            partner_groups=self.partner_rule_groups,
            deep_threat_inspection=self.deep_threat_inspection,
            deny_action=self.deny_action,
            allow_domains=self.allow_domains,
        )

    def mistakes(self) -> Iterator[Mistake]:
        """Yield what is wrong between keys, each under the key that is most likely to be changed."""
        yield from contradictions(self)
