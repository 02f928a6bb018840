"""Serves the policies to the engine: the analyzer protocol, at the cost of the proof and no more.

It answers the calls that the SDK's own server answers, from the same policy objects. It differs in three ways: a stack
is read once for all policies; the two calls per resource are answered at once, as no policy here looks at single
resources; and nothing that goes wrong inside becomes less than a violation.
"""

from __future__ import annotations

import sys
import threading
from concurrent import futures
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime import proto
from pulumi.runtime.proto import analyzer_pb2_grpc

from .. import __version__
from ..judging.config import Config, ConfigError
from ..judging.finding import Violation
from ..judging.proof import Proof, broken
from ..network import build
from ..policies import POLICIES
from .wire import from_request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pulumi_policy import StackValidationPolicy

# What the SDK's server allows too: a large stack is one message.
_OPTIONS = [("grpc.max_receive_message_length", 400 * 1024 * 1024)]
_LEVELS = {
    "advisory": proto.ADVISORY,
    "mandatory": proto.MANDATORY,
    "disabled": proto.DISABLED,
    "remediate": proto.MANDATORY,
}
_LEVEL_NAMES = {
    proto.ADVISORY: "advisory",
    proto.MANDATORY: "mandatory",
    proto.REMEDIATE: "mandatory",
    proto.DISABLED: "disabled",
}
_SEVERITIES = {
    "low": proto.POLICY_SEVERITY_LOW,
    "medium": proto.POLICY_SEVERITY_MEDIUM,
    "high": proto.POLICY_SEVERITY_HIGH,
    "critical": proto.POLICY_SEVERITY_CRITICAL,
}


class Analyzer(proto.AnalyzerServicer):
    """The analyzer of one pack."""

    def __init__(self, name: str, policies: Sequence[StackValidationPolicy]) -> None:
        """Take the pack's name and its policies, whose names are those of the registry."""
        self._name = name
        self._policies = list(policies)
        self._config = Config()
        self._refused = ""

    def GetAnalyzerInfo(self, _request: Any, _context: Any) -> proto.AnalyzerInfo:  # noqa: N802 - the protocol's name
        """Describe the pack and its policies."""
        info = proto.AnalyzerInfo(
            name=self._name, version=__version__, supportsConfig=True, displayName="Inspected Egress"
        )
        info.policies.extend(_info(policy) for policy in self._policies)
        return info

    def GetPluginInfo(self, _request: Any, _context: Any) -> proto.PluginInfo:  # noqa: N802 - the protocol's name
        """Return the pack's version."""
        return proto.PluginInfo(version=__version__)

    def Configure(self, request: Any, _context: Any) -> empty_pb2.Empty:  # noqa: N802 - the protocol's name
        """Take the configuration; a wrong one is refused by every policy when the stack is judged."""
        given: dict[str, Any] = {}
        for name, each in request.policyConfig.items():
            properties = json_format.MessageToDict(each.properties)
            given[name] = {**properties, "enforcementLevel": _LEVEL_NAMES[each.enforcementLevel]}
        try:
            self._config, self._refused = Config.parse(given), ""
        except ConfigError as error:
            self._refused = str(error)
        return empty_pb2.Empty()

    def ConfigureStack(self, _request: Any, _context: Any) -> proto.AnalyzerStackConfigureResponse:  # noqa: N802
        """Accept the stack's tags, which no policy needs."""
        return proto.AnalyzerStackConfigureResponse()

    def Analyze(self, _request: Any, _context: Any) -> proto.AnalyzeResponse:  # noqa: N802 - the protocol's name
        """Answer for a single resource: no policy looks at one alone."""
        return proto.AnalyzeResponse()

    def Remediate(self, _request: Any, _context: Any) -> proto.RemediateResponse:  # noqa: N802 - the protocol's name
        """Answer for a single resource: no policy changes any."""
        return proto.RemediateResponse()

    def Cancel(self, _request: Any, _context: Any) -> empty_pb2.Empty:  # noqa: N802 - the protocol's name
        """Accept that the engine gives up; a proof is short."""
        return empty_pb2.Empty()

    def AnalyzeStack(self, request: Any, _context: Any) -> proto.AnalyzeResponse:  # noqa: N802 - the protocol's name
        """Judge the whole stack under every policy, from one reading."""
        response = proto.AnalyzeResponse()
        response.diagnostics.extend(self._diagnostic(violation) for violation in self._violations(request.resources))
        return response

    def _violations(self, resources: Any) -> list[Violation]:
        listed = [POLICIES[policy.name] for policy in self._policies]
        if self._refused:
            return [Violation.of_the_stack(listed[0].name, "mandatory", self._refused, "mend the pack's config.")]
        try:
            proof = Proof(build(from_request(resources), self._config.widest), self._config)
        except Exception as error:  # noqa: BLE001 - a proof that breaks must never look like one that holds
            return [broken(listed[0], "mandatory", error)]
        return [violation for policy in listed for violation in proof.judge(policy)]

    def _diagnostic(self, violation: Violation) -> proto.AnalyzeDiagnostic:
        policy = POLICIES[violation.policy]
        return proto.AnalyzeDiagnostic(
            policyName=policy.name,
            policyPackName=self._name,
            policyPackVersion=__version__,
            description=policy.holds_when,
            message=f"{policy.holds_when}\n{violation.message}",
            urn=violation.urn or "",
            enforcementLevel=_LEVELS[violation.level],
            severity=_SEVERITIES[policy.severity],
        )


def _info(policy: StackValidationPolicy) -> proto.PolicyInfo:
    """Describe a policy as the SDK's server does."""
    info = proto.PolicyInfo(
        name=policy.name,
        description=policy.description,
        displayName=policy.display_name or "",
        policy_type=proto.PolicyType.POLICY_TYPE_STACK,
        remediation_steps=policy.remediation_steps or "",
        url=policy.url or "",
        tags=policy.tags or [],
    )
    if policy.enforcement_level is not None:
        info.enforcementLevel = _LEVELS[policy.enforcement_level.value]
    if policy.severity is not None:
        info.severity = _SEVERITIES[policy.severity.value]
    if policy.config_schema is not None:
        info.configSchema.properties.update(policy.config_schema.properties)
    if policy.framework is not None:
        info.framework.name = policy.framework.name or ""
        info.framework.version = policy.framework.version or ""
        info.framework.reference = policy.framework.reference or ""
    return info


def serve(name: str, policies: Sequence[StackValidationPolicy]) -> None:
    """Serve a pack until the engine ends the process. Writes the port to standard output, as the protocol asks."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4), options=_OPTIONS)
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Analyzer(name, policies), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.buffer.write(f"{port}\n".encode())
    sys.stdout.buffer.flush()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        server.stop(0)
