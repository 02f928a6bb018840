"""What CloudWatch shows in its console: saved queries, dashboards, Contributor Insights rules."""

from __future__ import annotations

from localaws.provider.context import Context, tag_list, tag_map
from localaws.provider.ec2 import changed
from localaws.provider.registry import AutoName, Resource, words
from localaws.provider.tagging import tagged
from localaws.provider.values import Props


def _put_query(ctx: Context, inputs: Props, id_: str | None = None) -> str:
    answer = ctx.client("logs").put_query_definition(
        name=inputs["name"],
        queryString=inputs["queryString"],
        **({"logGroupNames": inputs["logGroupNames"]} if inputs.get("logGroupNames") else {}),
        **({"queryDefinitionId": id_} if id_ else {}),
    )
    return str(answer["queryDefinitionId"])


def _read_query(ctx: Context, id_: str, state: Props) -> Props | None:
    client = ctx.client("logs")
    token: dict[str, str] = {}
    while True:
        answer = client.describe_query_definitions(**token)
        for query in answer["queryDefinitions"]:
            if query["queryDefinitionId"] == id_:
                return {
                    "arn": ctx.arn("logs", f"query-definition:{id_}"),
                    "logGroupNames": query.get("logGroupNames") or [],
                    "name": query["name"],
                    "queryDefinitionId": id_,
                    "queryString": query["queryString"],
                }
        if not answer.get("nextToken"):
            return None
        token = {"nextToken": answer["nextToken"]}


def _update_query(ctx: Context, id_: str, old: Props, new: Props) -> None:
    _put_query(ctx, new, id_)


def _delete_query(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("logs").delete_query_definition(queryDefinitionId=id_)


def _put_dashboard(ctx: Context, inputs: Props) -> str:
    name, body = inputs["dashboardName"], inputs["dashboardBody"]
    ctx.client("cloudwatch").put_dashboard(DashboardName=name, DashboardBody=body)
    return str(name)


def _read_dashboard(ctx: Context, id_: str, state: Props) -> Props | None:
    found = ctx.client("cloudwatch").get_dashboard(DashboardName=id_)
    return {
        "dashboardArn": found["DashboardArn"],
        "dashboardBody": found["DashboardBody"],
        "dashboardName": found["DashboardName"],
    }


def _update_dashboard(ctx: Context, id_: str, old: Props, new: Props) -> None:
    _put_dashboard(ctx, new)


def _delete_dashboard(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("cloudwatch").delete_dashboards(DashboardNames=[id_])


def _create_rule(ctx: Context, inputs: Props) -> str:
    ctx.client("cloudwatch").put_insight_rule(
        RuleName=inputs["ruleName"],
        RuleDefinition=inputs["ruleDefinition"],
        RuleState=inputs.get("ruleState") or "ENABLED",
        **({"Tags": tag_list(inputs["tagsAll"])} if inputs.get("tagsAll") else {}),
    )
    return str(inputs["ruleName"])


def _read_rule(ctx: Context, id_: str, state: Props) -> Props | None:
    client = ctx.client("cloudwatch")
    arn = ctx.arn("cloudwatch", f"insight-rule/{id_}")
    token: dict[str, str] = {}
    while True:
        page = client.describe_insight_rules(**token)
        for rule in page["InsightRules"]:
            if rule["Name"] == id_:
                return {
                    "resourceArn": arn,
                    "ruleDefinition": rule["Definition"],
                    "ruleName": id_,
                    "ruleState": rule["State"],
                    "tagsAll": tag_map(client.list_tags_for_resource(ResourceARN=arn)["Tags"]),
                }
        if not page.get("NextToken"):
            return None
        token = {"NextToken": page["NextToken"]}


def _update_rule(ctx: Context, id_: str, old: Props, new: Props) -> None:
    client = ctx.client("cloudwatch")
    if changed(old, new, ["ruleDefinition"]):
        client.put_insight_rule(
            RuleName=id_, RuleDefinition=new["ruleDefinition"], RuleState=new.get("ruleState") or old["ruleState"]
        )
    elif new.get("ruleState") == "ENABLED":
        client.enable_insight_rules(RuleNames=[id_])
    else:
        client.disable_insight_rules(RuleNames=[id_])


def _delete_rule(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("cloudwatch").delete_insight_rules(RuleNames=[id_])


_tag_rule = tagged("cloudwatch", lambda ctx, id_, _state: {"ResourceARN": ctx.arn("cloudwatch", f"insight-rule/{id_}")})


RESOURCES = (
    Resource(
        token="aws:cloudwatch/queryDefinition:QueryDefinition",
        inputs=words("name queryString logGroupNames"),
        auto_name=AutoName(),
        create=_put_query,
        read=_read_query,
        update=_update_query,
        delete=_delete_query,
    ),
    Resource(
        token="aws:cloudwatch/dashboard:Dashboard",
        inputs=words("dashboardName dashboardBody"),
        replace=words("dashboardName"),
        json=words("dashboardBody"),
        create=_put_dashboard,
        read=_read_dashboard,
        update=_update_dashboard,
        delete=_delete_dashboard,
    ),
    Resource(
        token="aws:cloudwatch/contributorInsightRule:ContributorInsightRule",
        inputs=words("ruleName ruleDefinition ruleState"),
        replace=words("ruleName"),
        json=words("ruleDefinition"),
        create=_create_rule,
        read=_read_rule,
        update=_update_rule,
        delete=_delete_rule,
        tagging=_tag_rule,
    ),
)
