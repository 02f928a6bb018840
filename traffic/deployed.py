"""Reads deployed firewalls: policy, rule groups in their order, variables, and where their logs go.

What AWS keeps to itself (the rules of managed groups, domain categories) is named, never guessed; names
under a reserved domain stand in for it, so that a managed group can be seen at work.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.rules.domains import DomainList, expand
from components.rules.syntax import Rule, parse_rule, parse_rules
from hunts.backends.aws import client, messages
from traffic.errors import TrafficError
from traffic.log_locations import Origin
from traffic.managed import group_rules, stand_in
from traffic.policy import RuleGroupText, Stateless, build_policy
from traffic.prefix_lists import entries
from traffic.simulate import Firewall

_STATELESS: Mapping[str, Stateless] = {"aws:forward_to_sfe": "forward", "aws:pass": "pass", "aws:drop": "drop"}


@dataclass(frozen=True)
class Target:
    """Where a log goes: a CloudWatch log group or a bucket with a prefix, and what stands in the names there."""

    type: str
    name: str
    prefix: str
    origin: Origin


@dataclass(frozen=True)
class DeployedFirewall:
    """A firewall as it is deployed: what judges traffic, and the target of each of its logs (ALERT, FLOW)."""

    firewall: Firewall
    targets: Mapping[str, Target]
    stream_exception: str = "DROP"
    """What becomes of a flow whose beginning the firewall hasn't seen: DROP, CONTINUE or REJECT."""


def read_firewall(arn: str, region: str) -> DeployedFirewall:
    """Read a firewall by its ARN. Raises HuntError with AWS's words when it cannot be read."""
    caller = client("network-firewall", region)
    with messages():
        described = caller.describe_firewall(FirewallArn=arn)["Firewall"]
        policy = caller.describe_firewall_policy(FirewallPolicyArn=described["FirewallPolicyArn"])["FirewallPolicy"]
        logging = caller.describe_logging_configuration(FirewallArn=arn).get("LoggingConfiguration", {})
    options = policy.get("StatefulEngineOptions", {})
    strict = options.get("RuleOrder") == "STRICT_ORDER"
    references = policy.get("StatefulRuleGroupReferences", [])
    if strict:
        references = sorted(references, key=lambda reference: reference["Priority"])
    unknown: list[str] = []
    if policy.get("StatelessRuleGroupReferences"):
        unknown.append("stateless rule groups are deployed and not evaluated: only the stateless default is")
    groups = [group for reference in references for group in _group(caller, reference, region, unknown)]
    built = build_policy(
        groups,
        home_net=_home_net(policy, described, region),
        default_actions=policy.get("StatefulDefaultActions", []),
        strict=strict,
        stateless=stateless_action(policy.get("StatelessDefaultActions", ())),
        not_evaluated=unknown,
    )
    name = str(described["FirewallName"])
    origin = Origin(arn.split(":")[4], region, name)
    configs = logging.get("LogDestinationConfigs", [])
    targets = {str(config["LogType"]): _target(config, origin) for config in configs}
    return DeployedFirewall(Firewall(arn, name, built), targets, options.get("StreamExceptionPolicy", "DROP"))


def stateless_action(actions: Sequence[str]) -> Stateless:
    """Return what is done with a packet; custom actions beside it count packets and do no more."""
    return next((_STATELESS[action] for action in actions if action in _STATELESS), "forward")


def _home_net(policy: Mapping[str, Any], firewall: Mapping[str, Any], region: str) -> Sequence[str]:
    variables = policy.get("PolicyVariables", {}).get("RuleVariables", {})
    if "HOME_NET" in variables:
        return [str(cidr) for cidr in variables["HOME_NET"]["Definition"]]
    vpc = firewall.get("VpcId")
    if not vpc:
        raise TrafficError(f"firewall {firewall['FirewallName']}: no VPC and no HOME_NET in its policy; set HOME_NET")
    with messages():
        found = client("ec2", region).describe_vpcs(VpcIds=[vpc])["Vpcs"][0]
    return [str(item["CidrBlock"]) for item in found.get("CidrBlockAssociationSet", [])] or [str(found["CidrBlock"])]


def _group(caller: Any, reference: Mapping[str, Any], region: str, unknown: list[str]) -> Iterator[RuleGroupText]:
    arn = str(reference["ResourceArn"])
    name = arn.rsplit("/", 1)[-1]
    override = reference.get("Override", {}).get("Action") == "DROP_TO_ALERT"
    if ":aws-managed:" in arn:
        unknown.append(
            f"managed rule group {name}: AWS does not publish its rules; here it knows {stand_in(name)} alone"
        )
        yield RuleGroupText(name, tuple(group_rules(name)), {}, drop_to_alert=override)
        return
    with messages():
        content = caller.describe_rule_group(RuleGroupArn=arn, Type="STATEFUL")["RuleGroup"]
    source = content["RulesSource"]
    rules: list[Rule] = []
    if "RulesString" in source:
        rules = parse_rules(source["RulesString"])
    elif "RulesSourceList" in source:
        rules = _domain_rules(name, source["RulesSourceList"], unknown)
    elif "StatefulRules" in source:
        rules = [_standard_rule(item) for item in source["StatefulRules"]]
    yield RuleGroupText(name, tuple(rules), _variables(content, region), drop_to_alert=override)


def _domain_rules(name: str, source: Mapping[str, Any], unknown: list[str]) -> list[Rule]:
    kinds = tuple(kind for kind in source["TargetTypes"] if kind in {"TLS_SNI", "HTTP_HOST"})
    if len(kinds) < len(source["TargetTypes"]):
        unknown.append(f"domain list {name}: matching by resolved domain is AWS's own and not evaluated")
    return parse_rules(expand(DomainList(source["GeneratedRulesType"], tuple(source["Targets"]), kinds)))


def _standard_rule(item: Mapping[str, Any]) -> Rule:
    header = item["Header"]
    direction = "<>" if header["Direction"] == "ANY" else "->"
    options = "; ".join(
        option["Keyword"] + (f":{','.join(option['Settings'])}" if option.get("Settings") else "")
        for option in item["RuleOptions"]
    )
    ends = ("Source", "SourcePort", "Destination", "DestinationPort")
    source, source_port, destination, port = ("any" if header[end].upper() == "ANY" else header[end] for end in ends)
    return parse_rule(
        f"{item['Action'].lower()} {header['Protocol'].lower()} {source} {source_port} {direction} "
        f"{destination} {port} ({options};)"
    )


def _variables(content: Mapping[str, Any], region: str) -> dict[str, Sequence[str]]:
    own = content.get("RuleVariables", {})
    found: dict[str, Sequence[str]] = {
        name: [str(value) for value in item["Definition"]]
        for kind in ("IPSets", "PortSets")
        for name, item in own.get(kind, {}).items()
    }
    for name, item in content.get("ReferenceSets", {}).get("IPSetReferences", {}).items():
        prefix_list = str(item["ReferenceArn"]).rsplit("/", 1)[-1]
        found[name] = entries(client("ec2", region), prefix_list)
    return found


def _target(config: Mapping[str, Any], origin: Origin) -> Target:
    destination = config["LogDestination"]
    if config["LogDestinationType"] == "S3":
        return Target("s3", destination["bucketName"], destination.get("prefix", ""), origin)
    if config["LogDestinationType"] == "CloudWatchLogs":
        return Target("cloudwatch", destination["logGroup"], "", origin)
    return Target("firehose", destination.get("deliveryStream", ""), "", origin)
