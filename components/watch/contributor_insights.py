"""Contributor Insights rules: who leads in blocked queries, names, drops and destinations, without running a query.

Standard library for the definitions, so that they can be tested as data. Schema: "Contributor Insights rule syntax",
CloudWatch user guide.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

import pulumi
import pulumi_aws as aws

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


class ContributorRules(pulumi.ComponentResource):
    """A set of rules over one log group. ``rule_names`` are AWS's names, unique for the stack, by the rule's own."""

    rule_names: Mapping[str, str]

    def __init__(
        self,
        name: str,
        *,
        log_group: pulumi.Input[str],
        rules: Mapping[str, dict[str, Any]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("inspected-egress:components:ContributorRules", name, None, opts)
        self.rule_names = {key: f"{name}-{key}" for key in rules}
        for key, contribution in rules.items():
            text = pulumi.Output.from_input(log_group).apply(partial(definition, contribution=contribution))
            aws.cloudwatch.ContributorInsightRule(
                f"{name}-{key}",
                rule_name=self.rule_names[key],
                rule_state="ENABLED",
                rule_definition=text,
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({"ruleNames": dict(self.rule_names)})
