"""The Network Firewall backend as a whole, and the response class that serves it."""

from __future__ import annotations

from collections.abc import Iterator

import moto.networkfirewall
from moto.core.base_backend import BackendDict
from moto.core.resource_tagging import TaggableResourcesMixin, TaggedResource

from localaws.services.core import AwsError
from localaws.services.networkfirewall.analysis import AnalysisReports
from localaws.services.networkfirewall.associations import EndpointAssociations
from localaws.services.networkfirewall.changes import FirewallChanges
from localaws.services.networkfirewall.common import INVALID
from localaws.services.networkfirewall.destinations import LogDestinations
from localaws.services.networkfirewall.flows import FlowOperations
from localaws.services.networkfirewall.policies import Policies
from localaws.services.networkfirewall.sharing import ResourcePolicies
from localaws.services.networkfirewall.summaries import RuleSummaries
from localaws.services.operations import Shape, operation, page, responder


class NetworkFirewallBackend(
    ResourcePolicies,
    RuleSummaries,
    Policies,
    FirewallChanges,
    LogDestinations,
    EndpointAssociations,
    AnalysisReports,
    FlowOperations,
    TaggableResourcesMixin,
):
    """AWS Network Firewall in one account and Region."""

    SERVICE_NAMESPACE = "network-firewall"

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """Tell the tagging API what has tags."""
        for arn in self._all():
            tags = self.tagger.get_tag_dict_for_resource(arn)
            yield TaggedResource(arn, tags, f"{self.SERVICE_NAMESPACE}:{arn.split(':')[5].partition('/')[0]}")

    def _all(self) -> dict[str, object]:
        self.settle()
        return {**self.groups, **self.policies, **self.firewalls, **self.associations}

    @operation
    def list_tls_inspection_configurations(self, request: Shape) -> Shape:  # noqa: ARG002 — an operation's form
        """ListTLSInspectionConfigurations: none can be made here."""
        return {"TLSInspectionConfigurations": []}

    @operation
    def tag_resource(self, request: Shape) -> Shape:
        """TagResource."""
        self._require(request["ResourceArn"])
        self.set_tags(request["ResourceArn"], request)
        return {}

    @operation
    def untag_resource(self, request: Shape) -> Shape:
        """UntagResource."""
        self._require(request["ResourceArn"])
        self.tagger.untag_resource_using_names(request["ResourceArn"], request["TagKeys"])
        return {}

    @operation
    def list_tags_for_resource(self, request: Shape) -> Shape:
        """ListTagsForResource."""
        self._require(request["ResourceArn"])
        rows, token = page(self.tags(request["ResourceArn"]), request, INVALID)
        return {"Tags": rows, "NextToken": token}

    def _require(self, arn: str) -> None:
        if arn not in self._all():
            raise AwsError("ResourceNotFoundException", f"Resource {arn} does not exist")


networkfirewall_backends = BackendDict(NetworkFirewallBackend, "network-firewall")
NetworkFirewallResponse = responder("network-firewall", networkfirewall_backends, NetworkFirewallBackend, INVALID)


def add_backend() -> None:
    """Have moto find this backend where it looks for its own."""
    from moto.networkfirewall import urls

    NetworkFirewallBackend._url_module = urls  # noqa: SLF001 — moto derives it from the class's module name
    moto.networkfirewall.networkfirewall_backends = networkfirewall_backends
