"""What a firewall with strict order makes of a flow, from the list of all rules that matched each of its packets."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from traffic.policy import FirewallPolicy, PolicyRule

Outcome = Literal["pass", "drop", "reject"]

# Kinds of inspection (Suricata's own names) whose drop or pass holds for the flow; the others hold for their packet.
FLOW_LEVEL = frozenset({"app_tx", "app_layer", "stream", "pkt_stream", "ip_only", "like_ip_only", "pd_only"})


@dataclass(frozen=True)
class Match:
    """A rule that matched a packet: the event as Suricata wrote it, and the rule's place in the policy."""

    event: dict[str, Any]
    place: int


@dataclass(frozen=True)
class AlertRecord:
    """One alert to be logged: the event, the rule, and what became of the packet."""

    event: dict[str, Any]
    rule: PolicyRule
    packet_verdict: Literal["alert", "pass", "drop", "reject"]


@dataclass(frozen=True)
class FlowVerdict:
    """What became of a flow: ``outcome``, the packet (1-based place in the capture) that decided it, and its rule.

    ``rule`` is None where nothing but the end of the rules let it pass.
    """

    outcome: Outcome = "pass"
    packet: int | None = None
    rule: PolicyRule | None = None
    records: tuple[AlertRecord, ...] = ()


def decide(matches: Iterable[Match], policy: FirewallPolicy, types: Mapping[int, str]) -> FlowVerdict:
    """Decide about one flow. ``types`` gives Suricata's kind of inspection by place in the policy.

    Packet by packet: rules in order, alerts logged on the way, until the first that passes, drops or rejects. A verdict
    of a rule about the flow (its protocol, its stream) holds for what follows; one about the packet, for the packet.
    """
    packets: dict[int, list[Match]] = defaultdict(list)
    for match in matches:
        packets[int(match.event["pcap_cnt"])].append(match)
    records: list[AlertRecord] = []
    logged_once: set[str] = set()
    outcome, packet, deciding = "pass", None, None
    for number in sorted(packets):
        rules_hit = sorted(packets[number], key=lambda match: match.place)
        before, verdict = _judge_packet(rules_hit, policy)
        action = policy.rules[verdict.place - 1].rule.action if verdict else "alert"
        for match in [*before, *([verdict] if verdict else [])]:
            rule = policy.rules[match.place - 1]
            if not rule.logs or (rule.once and rule.group in logged_once):
                continue
            if rule.once:
                logged_once.add(rule.group)
            records.append(AlertRecord(match.event, rule, action))  # type: ignore[arg-type]  # the four actions
        if verdict is None:
            continue
        if action in {"drop", "reject"} and packet is None:
            outcome, packet, deciding = action, number, policy.rules[verdict.place - 1]
        if types.get(verdict.place) in FLOW_LEVEL or (action == "reject"):
            if packet is None:
                packet, deciding = number, policy.rules[verdict.place - 1]
            break
    return FlowVerdict(outcome, packet, deciding, tuple(records))  # type: ignore[arg-type]


def _judge_packet(matches: list[Match], policy: FirewallPolicy) -> tuple[list[Match], Match | None]:
    before: list[Match] = []
    for match in matches:
        if policy.rules[match.place - 1].rule.action != "alert":
            return before, match
        before.append(match)
    return before, None
