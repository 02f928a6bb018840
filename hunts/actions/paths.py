"""Reachability Analyzer: what AWS itself says of the stack's paths, from its last analysis or from a new one."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hunts.actions.instance import Clients
from hunts.actions.waiting import Sleep, until_over
from hunts.backends import Progress
from hunts.backends.aws import messages, pages
from hunts.stack import StackOutputs

PRICE = 0.10
"""USD for one analysis (VPC pricing page, Reachability Analyzer)."""


_VALUES = 200
"""Values that a filter of EC2 takes."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """One path's latest analysis: `status` as AWS has it or "never analysed", hops there and back by id and kind."""

    name: str
    path: str
    status: str
    found: bool | None = None
    hops: Sequence[str] = ()
    back: Sequence[str] = ()
    why: Sequence[str] = ()


def names(clients: Clients, outputs: StackOutputs, analyses: Sequence[Analysis]) -> dict[str, str]:
    """Return what people call the hops of some analyses, by id: by the stack, or by their Name tag."""
    known = {item.id: name for name, item in outputs.instances.items()}
    known |= {item.id: name for name, item in outputs.vpcs.items()}
    ids = sorted({hop for each in analyses for hop in (*each.hops, *each.back)} - known.keys())
    for start in range(0, len(ids), _VALUES):
        filters = [
            {"Name": "key", "Values": ["Name"]},
            {"Name": "resource-id", "Values": ids[start : start + _VALUES]},
        ]
        known |= {
            tag["ResourceId"]: tag["Value"] for tag in pages(clients("ec2"), "describe_tags", "Tags", Filters=filters)
        }
    return known


def latest(clients: Clients, paths: Mapping[str, str]) -> list[Analysis]:
    """Return the last analysis of each path (name to id)."""
    return [_read(name, path, _analyses(clients, path)) for name, path in paths.items()]


def analyse(
    clients: Clients,
    paths: Mapping[str, str],
    progress: Progress,
    sleep: Sleep = time.sleep,
    patience: float = 600,
) -> list[Analysis]:
    """Start an analysis of each path, wait for all of them, and return them.

    They are deleted once they are read: AWS refuses to delete a path that has analyses, and so `pulumi destroy` would
    not end.
    """
    ec2, started = clients("ec2"), {}
    for name, path in paths.items():
        with messages():
            answer = ec2.start_network_insights_analysis(NetworkInsightsPathId=path)
        started[name] = answer["NetworkInsightsAnalysis"]["NetworkInsightsAnalysisId"]
    listing = until_over(
        lambda: _by_id(clients, list(started.values())),
        lambda listing: _told(progress, _running(started, listing)),
        pause=2.0,
        patience=patience,
        sleep=sleep,
        late=lambda listing: (
            f"still analysing {_running(started, listing)} after {patience:.0f} s; look again with: hunts paths"
        ),
    )
    read = [_read(name, paths[name], [listing[identity]]) for name, identity in started.items()]
    for identity in started.values():
        with messages():
            ec2.delete_network_insights_analysis(NetworkInsightsAnalysisId=identity)
    return read


def _running(started: Mapping[str, str], listing: Mapping[str, dict[str, Any]]) -> str:
    return ", ".join(name for name, identity in started.items() if listing[identity]["Status"] == "running")


def _told(progress: Progress, running: str) -> bool:
    """Tell the person what is analysed, if anything is."""
    if running:
        progress(f"analysing {running}")
    return bool(running)


def _analyses(clients: Clients, path: str) -> list[dict[str, Any]]:
    arguments = {"NetworkInsightsPathId": path}
    return list(pages(clients("ec2"), "describe_network_insights_analyses", "NetworkInsightsAnalyses", **arguments))


def _by_id(clients: Clients, ids: list[str]) -> dict[str, dict[str, Any]]:
    arguments = {"NetworkInsightsAnalysisIds": ids}
    listing = pages(clients("ec2"), "describe_network_insights_analyses", "NetworkInsightsAnalyses", **arguments)
    return {item["NetworkInsightsAnalysisId"]: item for item in listing}


def _read(name: str, path: str, analyses: Sequence[Mapping[str, Any]]) -> Analysis:
    if not analyses:
        return Analysis(name, path, "never analysed")
    last = max(analyses, key=lambda item: str(item.get("StartDate", "")))
    return Analysis(
        name,
        path,
        str(last["Status"]),
        last.get("NetworkPathFound"),
        _hops(last.get("ForwardPathComponents", [])),
        _hops(last.get("ReturnPathComponents", [])),
        [_why(item) for item in last.get("Explanations", [])],
    )


def _hops(components: Sequence[Mapping[str, Any]]) -> list[str]:
    ordered = sorted(components, key=lambda item: int(item.get("SequenceNumber", 0)))
    return [str(item["Component"].get("Name") or item["Component"]["Id"]) for item in ordered if item.get("Component")]


def _why(explanation: Mapping[str, Any]) -> str:
    parts = [str(explanation.get("ExplanationCode", "no reason given"))]
    keys = ("Component", "RouteTable", "SecurityGroup", "Acl", "Vpc", "Subnet")
    parts += [f"{key} {explanation[key]['Id']}" for key in keys if explanation.get(key, {}).get("Id")]
    return ", ".join(parts)
