"""Everything that watches a hub: alarms, dashboard, rankings, saved hunts, and tables over the logs in S3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.watch.alarm import AlarmArgs, DropAlarm
from components.watch.contributor_insights import ALERT_RULES, DNS_RULES, ContributorRules
from components.watch.dashboard import Dashboard, DashboardArgs
from components.watch.hub_alarms import HubAlarms, HubAlarmsArgs
from components.watch.hunt_queries import save_hunts
from components.watch.log_tables import LogTables, LogTablesArgs
from components.watch.queries import save_queries

if TYPE_CHECKING:
    from components.common.environment import Environment
    from components.dns.query_log import QueryLog
    from components.firewall.logs import LogTarget
    from components.hub.inspection_vpc import InspectionVpc
    from components.hub.transit_hub import TransitHub
    from components.settings.hub import HubSettings

_TITLES: Mapping[str, str] = {
    "blocked-queries-by-instance": "Blocked queries by instance",
    "names-by-count": "Names asked for most",
    "names-by-instance": "Names by instance (unique contributors: distinct names)",
    "dropped-flows-by-source": "Dropped flows by source",
    "sni-by-source": "Server names by source",
}


@dataclass(frozen=True, kw_only=True)
class HubWatchArgs:
    """Arguments of `HubWatch`: the hub's parts, and whose queries are logged. ``folder`` is for the saved queries."""

    folder: str
    settings: HubSettings
    environment: Environment
    zones: Sequence[str]
    hub: TransitHub
    inspection: InspectionVpc
    query_log: QueryLog | None
    dns_rule_group_id: pulumi.Output[str] | None
    vpc_ids: Sequence[pulumi.Input[str]]
    kms_key_arn: pulumi.Input[str]


class HubWatch(pulumi.ComponentResource):
    """What is told, shown and kept ready to be asked; each part only where the logs it needs go there."""

    alarm: DropAlarm | None
    alarms: HubAlarms
    dashboard: Dashboard | None
    tables: LogTables | None
    contributor_rules: Mapping[str, str]
    """AWS's names of the Contributor Insights rules, by ours."""

    def __init__(self, name: str, args: HubWatchArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("inspected-egress:components:HubWatch", name, None, opts)
        self._name = name
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        firewall = args.inspection.firewall
        logs: dict[str, LogTarget] = {}
        if firewall.logging is not None:
            logs |= {"alert": firewall.logging.alert, "flow": firewall.logging.flow}
        if args.query_log is not None:
            logs["dns"] = args.query_log.target
        groups = _names(logs, "cloudwatch")
        self.alarm = self._drop_alarm(groups["alert"]) if "alert" in groups else None
        ranked = self._rank(groups) if args.settings.contributor_insights else []
        self.contributor_rules = {key: rule for rules in ranked for key, rule in rules.rule_names.items()}
        self.alarms = HubAlarms(
            f"{name}-alarm",
            HubAlarmsArgs(
                firewall_name=firewall.name_,
                zones=args.zones,
                transit_gateway_id=args.hub.transit_gateway_id,
                firewall_attachment_id=args.inspection.firewall_attachment_id,
                nat_gateway_ids=args.inspection.edge.nat_gateway_ids,
                blocked_queries_rule=self.contributor_rules.get("blocked-queries-by-instance"),
                blocked_queries_threshold=args.settings.blocked_queries_threshold,
                topic_arn=self.alarm.topic_arn if self.alarm else None,
            ),
            # An alarm speaks of a rule by its name alone, which says nothing of which comes first.
            self._child.merge(pulumi.ResourceOptions(depends_on=ranked)),
        )
        self.dashboard = self._board(groups) if args.settings.dashboard else None
        networks = list(args.settings.spoke_ranges.values())
        if "alert" in groups:
            save_queries(args.folder, groups["alert"], opts=self._child)
        save_hunts(args.folder, log_groups=groups, networks=networks, opts=self._child)
        self.tables = self._tables(_names(logs, "s3"))
        self.register_outputs({})

    def _drop_alarm(self, group: pulumi.Input[str]) -> DropAlarm:
        settings = self._args.settings
        return DropAlarm(
            f"{self._name}-drop",
            AlarmArgs(
                environment=self._args.environment,
                alert_log_group=group,
                namespace=self._args.folder,
                kms_key_arn=self._args.kms_key_arn,
                email=settings.alarm_email,
                slack_workspace_id=settings.slack_workspace_id,
                slack_channel_id=settings.slack_channel_id,
            ),
            self._child,
        )

    def _rank(self, groups: Mapping[str, pulumi.Input[str]]) -> list[ContributorRules]:
        return [
            ContributorRules(f"{self._name}-{log}", log_group=groups[log], rules=rules, opts=self._child)
            for log, rules in (("dns", DNS_RULES), ("alert", ALERT_RULES))
            if log in groups
        ]

    def _board(self, groups: Mapping[str, pulumi.Input[str]]) -> Dashboard:
        args = self._args
        return Dashboard(
            args.folder,
            DashboardArgs(
                region=args.environment.region,
                firewall_name=args.inspection.firewall.name_,
                transit_gateway_id=args.hub.transit_gateway_id,
                nat_gateway_ids=args.inspection.edge.nat_gateway_ids,
                alert_log=groups.get("alert"),
                dns_rule_group_id=args.dns_rule_group_id,
                contributor_rules={_TITLES[key]: rule for key, rule in self.contributor_rules.items()},
            ),
            self._child,
        )

    def _tables(self, buckets: Mapping[str, pulumi.Input[str]]) -> LogTables | None:
        if not buckets:
            return None
        return LogTables(
            f"{self._args.folder}-tables",
            LogTablesArgs(
                environment=self._args.environment,
                firewall_name=self._args.inspection.firewall.name_,
                firewall_buckets={log: name for log, name in buckets.items() if log != "dns"},
                query_bucket=buckets.get("dns"),
                vpc_ids=self._args.vpc_ids,
            ),
            self._child,
        )


def _names(logs: Mapping[str, LogTarget], destination: str) -> dict[str, pulumi.Input[str]]:
    return {log: target.name for log, target in logs.items() if target.type == destination and target.name is not None}
