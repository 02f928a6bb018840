"""VPC flow logs."""

from __future__ import annotations

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import only, pick, tag_spec, tagging
from localaws.provider.errors import ProviderError
from localaws.provider.registry import Resource, words
from localaws.provider.values import Props

_WATCHED = {
    "vpcId": "VPC",
    "subnetId": "Subnet",
    "eniId": "NetworkInterface",
    "transitGatewayId": "TransitGateway",
    "transitGatewayAttachmentId": "TransitGatewayAttachment",
}


def _create_flow_log(ctx: Context, inputs: Props) -> str:
    prop = next(prop for prop in _WATCHED if inputs.get(prop))
    answer = ctx.client("ec2").create_flow_logs(
        ResourceIds=[inputs[prop]],
        ResourceType=_WATCHED[prop],
        **({} if prop.startswith("transit") else {"TrafficType": inputs.get("trafficType") or "ALL"}),
        **pick(
            inputs,
            {
                "iamRoleArn": "DeliverLogsPermissionArn",
                "logDestination": "LogDestination",
                "logDestinationType": "LogDestinationType",
                "logFormat": "LogFormat",
                "maxAggregationInterval": "MaxAggregationInterval",
            },
        ),
        **tag_spec("vpc-flow-log", inputs),
    )
    for failed in answer.get("Unsuccessful") or ():
        error = failed["Error"]
        raise ProviderError(f"CreateFlowLogs: api error {error['Code']}: {error['Message']}")
    return str(answer["FlowLogIds"][0])


def _read_flow_log(ctx: Context, id_: str, state: Props) -> Props | None:
    found = only(ctx.client("ec2").describe_flow_logs(FlowLogIds=[id_])["FlowLogs"])
    if found is None:
        return None
    watched = next((p for p in _WATCHED if state.get(p) == found["ResourceId"]), "vpcId")
    group = found.get("LogGroupName")
    destination = found.get("LogDestination") or (ctx.arn("logs", f"log-group:{group}") if group else "")
    return {
        "arn": ctx.arn("ec2", f"vpc-flow-log/{id_}"),
        "iamRoleArn": found.get("DeliverLogsPermissionArn") or None,
        "logDestination": destination,
        "logDestinationType": found.get("LogDestinationType") or "cloud-watch-logs",
        "logFormat": found.get("LogFormat"),
        "maxAggregationInterval": int(found.get("MaxAggregationInterval") or 600),
        "tagsAll": tag_map(found.get("Tags")),
        "trafficType": found.get("TrafficType") or None,
        watched: found["ResourceId"],
    }


def _delete_flow_log(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").delete_flow_logs(FlowLogIds=[id_])


RESOURCES = (
    Resource(
        token="aws:ec2/flowLog:FlowLog",
        inputs=frozenset(_WATCHED)
        | words("iamRoleArn logDestination logDestinationType logFormat maxAggregationInterval trafficType"),
        exactly_one=(frozenset(_WATCHED),),
        defaults={"logDestinationType": "cloud-watch-logs", "maxAggregationInterval": 600},
        create=_create_flow_log,
        read=_read_flow_log,
        delete=_delete_flow_log,
        tagging=tagging,
    ),
)
