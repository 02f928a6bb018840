"""Summaries of rule groups: what a group's own configuration has taken out of its rules."""

from __future__ import annotations

import re
from typing import Final

from localaws.services.core import AwsError
from localaws.services.networkfirewall.common import INVALID
from localaws.services.networkfirewall.groups import RuleGroups
from localaws.services.networkfirewall.rules import split_rules
from localaws.services.operations import Shape, operation

MEMBERS: Final = {"SID": "SID", "MSG": "Msg", "METADATA": "Metadata"}
"""By rule option: the member of a summary."""
_OPTION: Final = re.compile(r'([\w.]+)\s*(?::\s*((?:"(?:\\.|[^"\\])*"|[^";])*))?;')


class RuleSummaries(RuleGroups):
    """DescribeRuleGroupSummary."""

    @operation
    def describe_rule_group_summary(self, request: Shape) -> Shape:
        """DescribeRuleGroupSummary: of a stateful group, with the options that its SummaryConfiguration names."""
        if request.get("Type", "STATEFUL") != "STATEFUL":
            raise AwsError(INVALID, "parameter is invalid, parameter: [Type], reason: only STATEFUL has a summary")
        group = self._group({"Type": "STATEFUL", **request})
        wanted = (group.summary or {}).get("RuleOptions") or []
        text = (group.content.get("RulesSource") or {}).get("RulesString") or ""
        rows = [_summary(rule, wanted) for rule in split_rules(text)] if wanted else []
        return {
            "RuleGroupName": group.name,
            "Description": group.description,
            "Summary": {"RuleSummaries": rows},
        }


def _summary(rule: str, wanted: list[str]) -> Shape:
    given: dict[str, list[str]] = {}
    for name, value in _OPTION.findall(rule.partition("(")[2]):
        given.setdefault(name.upper(), []).append(value.strip().removeprefix('"').removesuffix('"'))
    return {MEMBERS[option]: ", ".join(given[option]) for option in wanted if option in given}
