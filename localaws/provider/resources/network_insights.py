"""Reachability Analyzer: paths, and analyses of them."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import only, pick, tag_spec, tagging
from localaws.provider.networkfirewall_shapes import from_aws
from localaws.provider.registry import Resource, words
from localaws.provider.values import Props

_PATH = {
    "source": "Source",
    "destination": "Destination",
    "sourceIp": "SourceIp",
    "destinationIp": "DestinationIp",
    "destinationPort": "DestinationPort",
    "protocol": "Protocol",
}


def _create_path(ctx: Context, inputs: Props) -> str:
    answer = ctx.client("ec2").create_network_insights_path(
        **pick(inputs, _PATH), **tag_spec("network-insights-path", inputs)
    )
    return str(answer["NetworkInsightsPath"]["NetworkInsightsPathId"])


def _read_path(ctx: Context, id_: str, state: Props) -> Props | None:
    answer = ctx.client("ec2").describe_network_insights_paths(NetworkInsightsPathIds=[id_])
    path = only(answer["NetworkInsightsPaths"])
    if path is None:
        return None
    return {
        **pick(path, {theirs: ours for ours, theirs in _PATH.items()}),
        "arn": path["NetworkInsightsPathArn"],
        "destinationArn": path.get("DestinationArn", ""),
        "sourceArn": path["SourceArn"],
        "tagsAll": tag_map(path.get("Tags")),
    }


def _delete_path(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").delete_network_insights_path(NetworkInsightsPathId=id_)


def _describe(ctx: Context, id_: str) -> dict[str, Any] | None:
    answer = ctx.client("ec2").describe_network_insights_analyses(NetworkInsightsAnalysisIds=[id_])
    return only(answer["NetworkInsightsAnalyses"])


def _create_analysis(ctx: Context, inputs: Props) -> str:
    answer = ctx.client("ec2").start_network_insights_analysis(
        NetworkInsightsPathId=inputs["networkInsightsPathId"], **tag_spec("network-insights-analysis", inputs)
    )
    id_ = str(answer["NetworkInsightsAnalysis"]["NetworkInsightsAnalysisId"])
    ctx.created_id = id_
    if inputs.get("waitForCompletion", True):
        ctx.wait(
            f"network insights analysis {id_}",
            lambda: True if (_describe(ctx, id_) or {}).get("Status") != "running" else None,
        )
    return id_


def _components(steps: list[dict[str, Any]]) -> list[Props]:
    """Path components in Pulumi's shape, where every structure is a list of one."""
    return [
        {name: [value] if isinstance(value, dict) else value for name, value in step.items()}
        for step in from_aws(steps)
    ]


def _read_analysis(ctx: Context, id_: str, state: Props) -> Props | None:
    analysis = _describe(ctx, id_)
    if analysis is None:
        return None
    return {
        "alternatePathHints": _components(analysis.get("AlternatePathHints") or []),
        "arn": analysis["NetworkInsightsAnalysisArn"],
        "explanations": _components(analysis.get("Explanations") or []),
        "forwardPathComponents": _components(analysis.get("ForwardPathComponents") or []),
        "networkInsightsPathId": analysis["NetworkInsightsPathId"],
        "pathFound": bool(analysis.get("NetworkPathFound")),
        "returnPathComponents": _components(analysis.get("ReturnPathComponents") or []),
        "startDate": analysis["StartDate"].isoformat(),
        "status": analysis["Status"],
        "statusMessage": analysis.get("StatusMessage", ""),
        "tagsAll": tag_map(analysis.get("Tags")),
        "warningMessage": analysis.get("WarningMessage", ""),
    }


def _delete_analysis(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").delete_network_insights_analysis(NetworkInsightsAnalysisId=id_)


RESOURCES = (
    Resource(
        token="aws:ec2/networkInsightsPath:NetworkInsightsPath",
        inputs=frozenset(_PATH),
        replace=frozenset(_PATH),
        create=_create_path,
        read=_read_path,
        delete=_delete_path,
        tagging=tagging,
    ),
    Resource(
        token="aws:ec2/networkInsightsAnalysis:NetworkInsightsAnalysis",
        inputs=words("networkInsightsPathId waitForCompletion"),
        replace=words("networkInsightsPathId"),
        defaults={"waitForCompletion": True},
        write_only=words("waitForCompletion"),
        create=_create_analysis,
        read=_read_analysis,
        delete=_delete_analysis,
        tagging=tagging,
    ),
)
