"""Contributor Insights rules: who leads in blocked queries, names, drops and destinations, without running a query.

Standard library for the definitions, so that they can be tested as data. Schema: "Contributor Insights rule syntax",
CloudWatch user guide.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pulumi
import pulumi_aws as aws

from components.common.component import Component

DNS_RULES: Mapping[str, dict[str, Any]] = {
    "blocked-queries-by-instance": {
        "Keys": ["$.srcids.instance"],
        "Filters": [{"Match": "$.firewall_rule_action", "In": ["BLOCK"]}],
    },
    "names-by-count": {"Keys": ["$.query_name"], "Filters": []},
    # Rules count records per key and cannot count distinct values; with both in the key, the number of unique
    # contributors is the number of distinct pairs, and an instance that asks for many names fills the list.
    "names-by-instance": {"Keys": ["$.srcids.instance", "$.query_name"], "Filters": []},
}
"""Over the query log, by what they rank."""

ALERT_RULES: Mapping[str, dict[str, Any]] = {
    "dropped-flows-by-source": {
        "Keys": ["$.event.src_ip"],
        "Filters": [{"Match": "$.event.verdict.action", "In": ["drop", "reject"]}],
    },
    "sni-by-source": {
        "Keys": ["$.event.src_ip", "$.event.tls.sni"],
        "Filters": [{"Match": "$.event.tls.sni", "IsPresent": True}],
    },
}
"""Over the ALERT log. The log knows addresses, not instances."""


def definition(log_group: str, contribution: Mapping[str, Any]) -> str:
    """Return a rule's definition as AWS takes it."""
    return json.dumps(
        {
            "Schema": {"Name": "CloudWatchLogRule", "Version": 1},
            "LogGroupNames": [log_group],
            "LogFormat": "JSON",
            "Contribution": dict(contribution),
            "AggregateOn": "Count",
        },
        sort_keys=True,
    )


@dataclass(frozen=True, kw_only=True)
class ContributorRulesArgs:
    """Arguments of `ContributorRules`."""

    log_group: pulumi.Input[str]
    rules: Mapping[str, Mapping[str, Any]]
    """What each rule counts ("Contribution" in the rule syntax), by what it ranks."""


class ContributorRules(Component):
    """A set of rules over one log group."""

    rule_names: Mapping[str, str]
    """AWS's names, unique for the stack, by the rule's own."""

    def __init__(self, name: str, args: ContributorRulesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.rule_names = {key: f"{name}-{key}" for key in args.rules}
        for key, contribution in args.rules.items():
            text = pulumi.Output.from_input(args.log_group).apply(partial(definition, contribution=contribution))
            aws.cloudwatch.ContributorInsightRule(
                f"{name}-{key}",
                rule_name=self.rule_names[key],
                rule_state="ENABLED",
                rule_definition=text,
                opts=self._child,
            )
        self.finish()
