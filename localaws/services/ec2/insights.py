"""Reachability Analyzer: paths, and analyses that follow the route tables of the local EC2."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any, Final

from localaws.services.core import NotInLocalAws
from localaws.services.ec2.common import Ec2Error, Part, Resource, not_found, request_tags, select
from localaws.services.ec2.reachability import ANYWHERE, Walk
from localaws.services.ec2.reachability_packet import NotFollowed, Unreachable
from localaws.services.operations import Shape, operation, page
from localaws.services.quotas import table as quotas
from localaws.services.transition import Transition

PATH: Final = "network-insights-path"
ANALYSIS: Final = "network-insights-analysis"
WARNING: Final = "Rules of the firewalls on the path were not evaluated."


class InsightsPath(Resource):
    """A question, whether packets can get from a source to a destination."""

    def __init__(self, backend: Part, request: Shape, tags: dict[str, str]) -> None:
        super().__init__(backend, PATH, tags)
        members = ("Source", "Destination", "SourceIp", "DestinationIp", "Protocol", "DestinationPort")
        self.given: Shape = {member: request[member] for member in members if request.get(member) is not None}
        self.created = datetime.now(UTC)

    def shape(self) -> Shape:
        """Shape `NetworkInsightsPath`."""
        arns = {f"{end}Arn": self._arn(self.given[end]) for end in ("Source", "Destination") if end in self.given}
        return {
            "NetworkInsightsPathId": self.id,
            "NetworkInsightsPathArn": self._arn(self.id),
            "CreatedDate": self.created,
            "Tags": self.tag_shapes(),
            **arns,
            **self.given,
        }

    def _arn(self, identifier: str) -> str:
        kinds = {"i": "instance", "eni": "network-interface", "igw": "internet-gateway", "nip": PATH}
        kind = kinds.get(identifier.split("-", maxsplit=1)[0], "resource")
        if identifier.startswith("tgw-attach-"):
            kind = "transit-gateway-attachment"
        backend = self.ec2_backend
        return f"arn:{backend.partition}:ec2:{backend.region_name}:{backend.account_id}:{kind}/{identifier}"


class InsightsAnalysis(Resource):
    """An answer, as the network was when it was asked for."""

    def __init__(self, backend: Part, path: InsightsPath, result: Shape, tags: dict[str, str]) -> None:
        super().__init__(backend, ANALYSIS, tags)
        self.path, self.result = path, result
        self.started = datetime.now(UTC)
        self.running = Transition()

    def shape(self) -> Shape:
        """Shape `NetworkInsightsAnalysis`: no result while it is running."""
        backend = self.ec2_backend
        arn = f"arn:{backend.partition}:ec2:{backend.region_name}:{backend.account_id}:{ANALYSIS}/{self.id}"
        return {
            "NetworkInsightsAnalysisId": self.id,
            "NetworkInsightsAnalysisArn": arn,
            "NetworkInsightsPathId": self.path.id,
            "StartDate": self.started,
            "Tags": self.tag_shapes(),
            **(copy.deepcopy(self.result) if self.running.over else {"Status": "running"}),
        }


class NetworkInsights(Part):
    """Operations of Reachability Analyzer."""

    def prepare(self) -> None:
        """Set up a part's own state."""
        super().prepare()
        self.insights_paths: dict[str, InsightsPath] = {}
        self.insights_analyses: dict[str, InsightsAnalysis] = {}

    @operation
    def create_network_insights_path(self, request: Shape) -> Shape:
        """CreateNetworkInsightsPath from an instance or interface.

        To one of these, to an internet gateway, or to a transit gateway attachment on the way to an address.
        """
        for argument in ("FilterAtSource", "FilterAtDestination"):
            if request.get(argument):
                raise NotInLocalAws(f"CreateNetworkInsightsPath:{argument}")
        tags = request_tags(request, PATH)
        if not request.get("Destination") and not request.get("DestinationIp"):
            raise Ec2Error("MissingParameter", "The request must contain the parameter destination or destinationIp")
        self._interface(request["Source"])
        destination = request.get("Destination")
        if destination and destination.startswith("igw-"):
            self.get_internet_gateway(destination)
        elif destination and destination.startswith("tgw-attach-"):
            self.attachment(destination)
            if not request.get("DestinationIp"):
                raise NotInLocalAws("CreateNetworkInsightsPath: a transit gateway attachment without a DestinationIp")
        elif destination:
            self._interface(destination)
        quotas.INSIGHTS_PATHS.check(self, len(self.insights_paths) + 1)
        path = InsightsPath(self, request, tags)
        self.insights_paths[path.id] = path
        return {"NetworkInsightsPath": path.shape()}

    @operation
    def describe_network_insights_paths(self, request: Shape) -> Shape:
        """DescribeNetworkInsightsPaths."""
        wanted = request.get("NetworkInsightsPathIds") or []
        for identifier in wanted:
            self._path(identifier)
        shapes = [path.shape() for path in self.insights_paths.values() if not wanted or path.id in wanted]
        filters = {
            "source": lambda item: item["Source"],
            "destination": lambda item: item.get("Destination"),
            "protocol": lambda item: item["Protocol"],
        }
        rows, token = page(select(shapes, request, filters), request, "InvalidNextToken")
        return {"NetworkInsightsPaths": rows, "NextToken": token}

    @operation
    def delete_network_insights_path(self, request: Shape) -> Shape:
        """DeleteNetworkInsightsPath: refused while it has analyses."""
        path = self._path(request["NetworkInsightsPathId"])
        if any(analysis.path is path for analysis in self.insights_analyses.values()):
            raise Ec2Error(
                "AnalysisExistsForNetworkInsightsPath", f"The path {path.id} has analyses; delete them first"
            )
        del self.insights_paths[path.id]
        self.tags.pop(path.id, None)
        return {"NetworkInsightsPathId": path.id}

    @operation
    def start_network_insights_analysis(self, request: Shape) -> Shape:
        """StartNetworkInsightsAnalysis: what is not understood on the way lets the analysis fail, with the reason."""
        for argument in ("AdditionalAccounts", "FilterInArns", "FilterOutArns"):
            if request.get(argument):
                raise NotInLocalAws(f"StartNetworkInsightsAnalysis:{argument}")
        path = self._path(request["NetworkInsightsPathId"])
        analysis = InsightsAnalysis(self, path, self._analyse(path.given), request_tags(request, ANALYSIS))
        self.insights_analyses[analysis.id] = analysis
        return {"NetworkInsightsAnalysis": analysis.shape()}

    @operation
    def describe_network_insights_analyses(self, request: Shape) -> Shape:
        """DescribeNetworkInsightsAnalyses, all, some, or those of a path."""
        wanted, path = request.get("NetworkInsightsAnalysisIds") or [], request.get("NetworkInsightsPathId")
        for identifier in wanted:
            self._analysis(identifier)
        shapes = [
            analysis.shape()
            for analysis in self.insights_analyses.values()
            if (not wanted or analysis.id in wanted) and path in (None, analysis.path.id)
        ]
        filters = {
            "path-found": lambda item: str(item.get("NetworkPathFound", False)).lower(),
            "status": lambda item: item["Status"],
        }
        rows, token = page(select(shapes, request, filters), request, "InvalidNextToken")
        return {"NetworkInsightsAnalyses": rows, "NextToken": token}

    @operation
    def delete_network_insights_analysis(self, request: Shape) -> Shape:
        """DeleteNetworkInsightsAnalysis."""
        analysis = self._analysis(request["NetworkInsightsAnalysisId"])
        del self.insights_analyses[analysis.id]
        self.tags.pop(analysis.id, None)
        return {"NetworkInsightsAnalysisId": analysis.id}

    def _analyse(self, given: Shape) -> Shape:
        try:
            start = self._interface(given["Source"])
            destination_id = given.get("Destination", "")
            if destination_id and not destination_id.startswith(("igw-", "tgw-attach-")):
                destination = self._interface(destination_id).private_ip_address
            else:
                destination = given.get("DestinationIp") or ANYWHERE
            walk = Walk(
                self,
                destination_id,
                given.get("SourceIp") or start.private_ip_address,
                given.get("DestinationIp") or destination,
                given["Protocol"],
                given.get("DestinationPort"),
            )
            components = walk.run(start)
        except Unreachable as reason:
            return {"Status": "succeeded", "NetworkPathFound": False, "Explanations": [reason.shape]}
        except (NotFollowed, Ec2Error) as reason:
            return {"Status": "failed", "StatusMessage": f"The local AWS cannot analyse this path: {reason}"}
        firewalled = any(step["Component"]["Id"].startswith("vpce-") for step in components)
        return {
            "Status": "succeeded",
            "NetworkPathFound": True,
            "ForwardPathComponents": components,
            **({"WarningMessage": WARNING} if firewalled else {}),
        }

    def _interface(self, identifier: str) -> Any:
        if identifier.startswith("eni-"):
            return self.get_network_interface(identifier)
        if identifier.startswith("i-"):
            instance = self.get_instance(identifier)
            if instance._state.name == "terminated":  # noqa: SLF001
                raise not_found("InvalidInstanceID.NotFound", "instance ID", identifier)
            return instance.nics[0]
        raise NotInLocalAws(f"CreateNetworkInsightsPath: {identifier} as source or destination")

    def _path(self, identifier: str) -> InsightsPath:
        if identifier not in self.insights_paths:
            raise Ec2Error(
                "InvalidNetworkInsightsPathId.NotFound", f"The network insights path '{identifier}' does not exist"
            )
        return self.insights_paths[identifier]

    def _analysis(self, identifier: str) -> InsightsAnalysis:
        if identifier not in self.insights_analyses:
            raise Ec2Error(
                "InvalidNetworkInsightsAnalysisId.NotFound",
                f"The network insights analysis '{identifier}' does not exist",
            )
        return self.insights_analyses[identifier]
