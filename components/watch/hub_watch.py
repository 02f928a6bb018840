"""Everything that watches a hub: alarms, dashboard, rankings, saved hunts, and tables over the logs in S3."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components.common.component import Component
from components.common.environment import Environment
from components.common.log_target import LogTarget
from components.watch.alarm import AlarmArgs, Audience, DropAlarm
from components.watch.contributor_insights import ALERT_RULES, DNS_RULES, ContributorRules, ContributorRulesArgs
from components.watch.dashboard import Dashboard, DashboardArgs
from components.watch.guards import Guards, GuardsArgs
from components.watch.hub_alarms import HubAlarms, HubAlarmsArgs
from components.watch.hunt_queries import save_hunts
from components.watch.log_tables import LogTables, LogTablesArgs
from components.watch.queries import save_queries
from components.watch.scheduled_audit import ScheduledAudit

_TITLES: Mapping[str, str] = {
    "blocked-queries-by-instance": "Blocked queries by instance",
    "names-by-count": "Names asked for most",
    "names-by-instance": "Names by instance (unique contributors: distinct names)",
    "dropped-flows-by-source": "Dropped flows by source",
    "sni-by-source": "Server names by source",
}


@dataclass(frozen=True, kw_only=True)
class HubWatchArgs:
    """Arguments of `HubWatch`."""

    folder: str
    """What names of saved queries begin with; the console shows it as a folder."""
    environment: Environment
    logs: Mapping[str, LogTarget]
    """Where the logs `alert`, `flow` and `dns` go, as far as there are any."""
    firewall_name: pulumi.Input[str]
    zones: Sequence[str]
    """Names of the zones in which the firewall works."""
    transit_gateway_id: pulumi.Input[str]
    firewall_attachment_id: pulumi.Input[str]
    """The attachment that spokes are sent to."""
    nat_gateway_ids: Mapping[str, pulumi.Input[str]]
    """By zone."""
    networks: Sequence[str]
    """CIDRs of the spokes, whose logs the saved hunts look at."""
    vpc_ids: Sequence[pulumi.Input[str]]
    """Whose queries the query log has."""
    kms_key_arn: pulumi.Input[str]
    """Key that CloudWatch alarms may use (see `LogKey`)."""
    dns_rule_group_id: pulumi.Input[str] | None = None
    """Left out without DNS Firewall."""
    audience: Audience
    """Who is told when something is dropped."""
    blocked_queries_threshold: int = 20
    """Blocked queries of one instance in five minutes above which an alarm goes off."""
    watch_guards: bool = True
    """Tell the alarm's topic of changes to what guards the network."""
    responder_role_arn: pulumi.Input[str] | None = None
    """The role of which every use is told then."""
    network: Sequence[Any] = ()
    """What a first deployment makes before it is told of changes to it."""
    contributor_insights: bool = True
    """Rank instances and names by queries, drops and destinations, of logs in CloudWatch."""
    dashboard: bool = True
    """A CloudWatch dashboard."""


class HubWatch(Component):
    """What is told, shown and kept ready to be asked; each part only where the logs it needs go there."""

    contributor_rules: Mapping[str, str]
    """AWS's names of the Contributor Insights rules, by ours."""

    def __init__(self, name: str, args: HubWatchArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self._name = name
        self._args = args
        self._guards = f"{name}-guards"
        groups = self._log_names("cloudwatch")
        self.alarm = self._drop_alarm(groups["alert"]) if "alert" in groups else None
        ranked = self._rank(groups) if args.contributor_insights else []
        self.contributor_rules = {key: rule for rules in ranked for key, rule in rules.rule_names.items()}
        self.alarms = self._alarms(ranked)
        self.dashboard = self._board(groups) if args.dashboard else None
        if "alert" in groups:
            save_queries(args.folder, groups["alert"], opts=self._child)
        save_hunts(args.folder, log_groups=groups, networks=args.networks, opts=self._child)
        self.tables = self._tables(self._log_names("s3"))
        self.finish()

    def guard(self, audit: ScheduledAudit | None) -> None:
        """Tell of changes to what guards the network from now on, the audit that the topic was needed for among it."""
        args = self._args
        if self.alarm is not None and args.watch_guards:
            guards = GuardsArgs(
                topic_arn=self.alarm.topic_arn,
                prefix=f"{args.folder}-",
                kms_key_arn=args.kms_key_arn,
                alert_log_group=self._log_names("cloudwatch")["alert"],
                responder_role_arn=args.responder_role_arn,
                audit_function=audit.function_name if audit else None,
                after=[self.alarm, self.alarms, *args.network, *([audit] if audit else [])],
            )
            Guards(self._guards, guards, self._child)

    def _log_names(self, destination: str) -> dict[str, pulumi.Input[str]]:
        return {log: target.name for log, target in self._args.logs.items() if target.type == destination}

    def _drop_alarm(self, group: pulumi.Input[str]) -> DropAlarm:
        alarm = AlarmArgs(
            environment=self._args.environment,
            alert_log_group=group,
            namespace=self._args.folder,
            kms_key_arn=self._args.kms_key_arn,
            audience=self._args.audience,
            event_rules=self._guards if self._args.watch_guards else "",
        )
        return DropAlarm(f"{self._name}-drop", alarm, self._child)

    def _rank(self, groups: Mapping[str, pulumi.Input[str]]) -> list[ContributorRules]:
        return [
            ContributorRules(
                f"{self._name}-{log}", ContributorRulesArgs(log_group=groups[log], rules=rules), self._child
            )
            for log, rules in (("dns", DNS_RULES), ("alert", ALERT_RULES))
            if log in groups
        ]

    def _alarms(self, ranked: Sequence[ContributorRules]) -> HubAlarms:
        args = self._args
        alarms = HubAlarmsArgs(
            firewall_name=args.firewall_name,
            zones=args.zones,
            transit_gateway_id=args.transit_gateway_id,
            firewall_attachment_id=args.firewall_attachment_id,
            nat_gateway_ids=args.nat_gateway_ids,
            blocked_queries_rule=self.contributor_rules.get("blocked-queries-by-instance"),
            blocked_queries_threshold=args.blocked_queries_threshold,
            topic_arn=self.alarm.topic_arn if self.alarm else None,
        )
        # An alarm speaks of a rule by its name alone, which says nothing of which comes first.
        after = pulumi.ResourceOptions(parent=self, depends_on=list(ranked))
        return HubAlarms(f"{self._name}-alarm", alarms, after)

    def _board(self, groups: Mapping[str, pulumi.Input[str]]) -> Dashboard:
        args = self._args
        board = DashboardArgs(
            region=args.environment.region,
            firewall_name=args.firewall_name,
            transit_gateway_id=args.transit_gateway_id,
            nat_gateway_ids=args.nat_gateway_ids,
            alert_log=groups.get("alert"),
            dns_rule_group_id=args.dns_rule_group_id,
            contributor_rules={_TITLES[key]: rule for key, rule in self.contributor_rules.items()},
        )
        return Dashboard(args.folder, board, self._child)

    def _tables(self, buckets: Mapping[str, pulumi.Input[str]]) -> LogTables | None:
        if not buckets:
            return None
        tables = LogTablesArgs(
            environment=self._args.environment,
            firewall_name=self._args.firewall_name,
            firewall_buckets={log: name for log, name in buckets.items() if log != "dns"},
            query_bucket=buckets.get("dns"),
            vpc_ids=self._args.vpc_ids,
        )
        return LogTables(f"{self._args.folder}-tables", tables, self._child)
