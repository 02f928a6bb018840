"""The CloudWatch backend: moto's, with what AWS refuses in dashboards, insight rules and alarms."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from moto.cloudwatch.models import CloudWatchBackend
from moto.cloudwatch.models import cloudwatch_backends as backends

from localaws.services.cloudwatch import dashboards, insight_rules
from localaws.services.core import AwsError

__all__ = ["LocalCloudWatchBackend", "backends"]

DASHBOARD_NAME: Final = re.compile(r"^[A-Za-z0-9_-]{1,255}$")
RULE_NAME: Final = re.compile(r"^[\x20-\x7E]{1,128}$")
MAX_INSIGHT_RULES: Final = 100
PERIODS: Final = (10, 20, 30)
"""Periods below a minute that an alarm can have; others are multiples of 60."""


class LocalCloudWatchBackend(CloudWatchBackend):
    """CloudWatch in one account and Region."""

    def put_dashboard(self, name: str, body: str) -> Any:
        """Check name and body as AWS does, then keep the dashboard."""
        if not DASHBOARD_NAME.match(name):
            raise AwsError(
                "InvalidParameterInput", f"The value {name} for field DashboardName contains invalid characters."
            )
        problems = list(dashboards.problems(json.loads(body)))
        if problems:
            detail = json.dumps([{"dataPath": path, "message": message} for path, message in problems])
            raise AwsError(
                "InvalidParameterInput",
                f"The dashboard body is invalid, there are {len(problems)} validation errors: {detail}",
            )
        return super().put_dashboard(name, body)

    def put_insight_rule(self, name: str, state: str | None, definition: str, tags: Any = None) -> Any:
        """Check a rule's name, state and definition; putting an existing one replaces it."""
        if not RULE_NAME.match(name):
            raise AwsError("InvalidParameterValue", f"The value {name} for parameter RuleName is invalid.")
        if state not in (None, "ENABLED", "DISABLED"):
            raise AwsError("InvalidParameterValue", f"The value {state} for parameter RuleState is invalid.")
        problem = insight_rules.problem(definition)
        if problem is not None:
            raise AwsError("InvalidParameterValue", f"The rule definition is invalid: {problem}")
        if name not in self.insight_rules and len(self.insight_rules) >= MAX_INSIGHT_RULES:
            raise AwsError("LimitExceeded", f"You can have at most {MAX_INSIGHT_RULES} Contributor Insights rules")
        return super().put_insight_rule(name, state or "ENABLED", definition, tags)

    def tag_resource(self, arn: str, tags: dict[str, str]) -> None:
        """Tag an insight rule; moto finds alarms alone."""
        if arn in {rule.rule_arn for rule in self.insight_rules.values()}:
            self.tagger.tag_resource(arn, self.tagger.convert_dict_to_tags_input(tags))
        else:
            super().tag_resource(arn, tags)

    def put_metric_alarm(self, *args: Any, **kwargs: Any) -> Any:
        """Check what moto takes as it comes: period, percentile exclusiveness, and more datapoints than periods."""
        period = kwargs.get("period")
        if period is not None and int(period) not in PERIODS and int(period) % 60:
            raise AwsError("ValidationError", "Metric alarm period must be 10, 20, 30, or a multiple of 60")
        datapoints, periods = kwargs.get("datapoints_to_alarm"), kwargs.get("evaluation_periods")
        if datapoints is not None and periods is not None and int(datapoints) > int(periods):
            raise AwsError(
                "ValidationError", "Parameter EvaluationPeriods must be greater than or equal to DatapointsToAlarm"
            )
        if kwargs.get("statistic") and kwargs.get("extended_statistic"):
            raise AwsError("ValidationError", "The parameters Statistic and ExtendedStatistic are mutually exclusive")
        return super().put_metric_alarm(*args, **kwargs)
