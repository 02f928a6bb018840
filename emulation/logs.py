"""What Suricata wrote, as AWS logs it: of a packet only the rules down to the one that decided, in AWS's envelope."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from traffic.policy import FirewallPolicy
from traffic.records import FLOW_LOG_DELAY, Place, Record, alert_record, flow_record, read_time
from traffic.verdict import AlertRecord

_FLOW_IDS = (1 << 53) - 1
Event = dict[str, Any]


class Book:
    """The log of one endpoint, which remembers which flows were passed, and what is logged once a flow."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._passed: dict[int, int] = {}
        self._once: set[tuple[int, str]] = set()

    def records(self, events: Iterable[Event], policy: FirewallPolicy) -> Iterator[Record]:
        """Return the records of events, which come in the order in which Suricata wrote them."""
        for _, packet in groupby(events, key=_packet):
            for event in self._logged(list(packet), policy):
                flow = _flow(event)
                if event["event_type"] == "netflow":
                    until = read_time(event["timestamp"]) - FLOW_LOG_DELAY
                    yield flow_record(self._place, event, flow, (0, 0), until)
                    continue
                rule = policy.rules[_rule(event) - 1]
                verdict = event.get("verdict", {}).get("action", "alert")
                yield alert_record(self._place, AlertRecord(event, rule, verdict), flow)

    def _logged(self, events: list[Event], policy: FirewallPolicy) -> Iterator[Event]:
        """Return what is logged of one packet's events."""
        yield from (event for event in events if event["event_type"] == "netflow")
        alerts = sorted((event for event in events if event["event_type"] == "alert"), key=_rule)
        for event in alerts:
            flow, rule = _flow(event), policy.rules[_rule(event) - 1]
            if _rule(event) > self._passed.get(flow, len(policy.rules)):
                return  # below the rule that passed the flow, nothing is looked at
            first = (flow, rule.group) not in self._once
            if rule.logs and (first or not rule.once):
                self._once.add((flow, rule.group))
                yield event
            if rule.rule.action == "pass":
                self._passed[flow] = _rule(event)
            if rule.rule.action != "alert":
                return


def _packet(event: Event) -> tuple[object, ...]:
    return event["timestamp"], event.get("flow_id"), event.get("src_ip"), event["event_type"]


def _flow(event: Event) -> int:
    return int(event.get("flow_id", 0)) & _FLOW_IDS


def _rule(event: Event) -> int:
    """Return the place of the rule in the policy, from 1."""
    return int(event["alert"]["signature_id"])
