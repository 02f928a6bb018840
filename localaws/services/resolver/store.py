"""What DNS Firewall keeps in one account and Region, and what its resources share.

Source of quotas and rules: Route 53 Developer Guide, "Route 53 Resolver DNS Firewall", and the API reference.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from moto.route53resolver.models import Route53ResolverBackend, route53resolver_backends

from localaws.services.core import AwsError
from localaws.services.ram.reach import reaches

if TYPE_CHECKING:
    from localaws.services.operations import Shape
    from localaws.services.transition import Transition

INVALID: Final = "ValidationException"
MANAGED_OWNER: Final = "Route 53 Resolver DNS Firewall"
MANAGED_LISTS: Final = (
    "AWSManagedDomainsMalwareDomainList",
    "AWSManagedDomainsBotnetCommandandControl",
    "AWSManagedDomainsAggregateThreatList",
    "AWSManagedDomainsAmazonGuardDutyThreatList",
)


def now() -> str:
    """Tell the time as Resolver writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def new_id(prefix: str) -> str:
    """Make an id such as rslvr-frg-0123456789abcdef."""
    return f"{prefix}-{secrets.token_hex(8)}"


class ResolverStore(Route53ResolverBackend):
    """State of DNS Firewall beside moto's of the rest of Resolver."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.firewall_groups: dict[str, Shape] = {}
        self.firewall_rules: dict[str, list[Shape]] = {}
        self.domain_lists: dict[str, Shape] = {}
        self.list_domains: dict[str, list[str]] = {}
        self.firewall_associations: dict[str, Shape] = {}
        self.pending_associations: dict[str, Transition] = {}
        self.firewall_configs: dict[str, Shape] = {}
        for name in MANAGED_LISTS:
            # Their ids differ from Region to Region, as on AWS, so that nobody writes one down.
            list_id = f"rslvr-fdl-{hashlib.sha256((region_name + name).encode()).hexdigest()[:16]}"
            self.domain_lists[list_id] = {
                "Id": list_id,
                "Arn": f"arn:{self.partition}:route53resolver:{region_name}::firewall-domain-list/{list_id}",
                "Name": name,
                "Status": "COMPLETE",
                "StatusMessage": "",
                "ManagedOwnerName": MANAGED_OWNER,
                "CreatorRequestId": "",
                "CreationTime": now(),
                "ModificationTime": now(),
            }

    def resolver_arn(self, kind: str, identifier: str) -> str:
        """Spell the ARN of a Resolver resource."""
        return f"arn:{self.partition}:route53resolver:{self.region_name}:{self.account_id}:{kind}/{identifier}"

    @staticmethod
    def look_up(things: dict[str, Shape], identifier: str, what: str) -> Shape:
        """Find a resource by its id; ResourceNotFoundException if there is none."""
        if identifier not in things:
            raise AwsError("ResourceNotFoundException", f"The {what} with the ID {identifier} does not exist")
        return things[identifier]

    @staticmethod
    def check_request_id(things: dict[str, Shape], request: Shape) -> Shape | None:
        """Find the resource that an earlier request with the same CreatorRequestId and name made.

        Creating is idempotent.
        """
        for thing in things.values():
            if thing.get("CreatorRequestId") == request["CreatorRequestId"]:
                if thing["Name"] != request["Name"]:
                    raise AwsError(
                        INVALID, f"CreatorRequestId {request['CreatorRequestId']} was used for another request"
                    )
                return thing
        return None

    def tag_new(self, arn: str, request: Shape) -> None:
        """Tag a new resource as its create request says."""
        if request.get("Tags"):
            self.tagger.tag_resource(arn, request["Tags"])

    def require_vpc(self, vpc_id: str) -> None:
        """Refuse a VPC that does not exist."""
        if vpc_id not in self.ec2_backend.vpcs:
            raise AwsError("ResourceNotFoundException", f"The VPC with the ID {vpc_id} does not exist")

    def usable_group(self, identifier: str) -> Shape:
        """Find a rule group of this account, or one shared with it; ResourceNotFoundException if there is none."""
        if identifier not in self.firewall_groups:
            for group in self.shared_groups():
                if group["Id"] == identifier:
                    return group
        return self.look_up(self.firewall_groups, identifier, "firewall rule group")

    def shared_groups(self) -> list[Shape]:
        """List the rule groups that other accounts share with this one."""
        return [
            {**group, "ShareStatus": "SHARED_WITH_ME", "RuleCount": len(backend.firewall_rules[group["Id"]])}
            for backend in self.others()
            for group in backend.firewall_groups.values()
            if reaches(self.account_id, self.region_name, group["Arn"])
        ]

    def shared_log_config(self, identifier: str) -> Any:
        """Find a query logging configuration that another account shares with this one; None if there is none."""
        for backend in self.others():
            config = backend.resolver_query_log_configs.get(identifier)
            if config is not None and reaches(self.account_id, self.region_name, config.arn):
                return config
        return None

    def others(self) -> list[Any]:
        """List the backends of the other accounts in this Region, as far as anybody has asked for them."""
        backends = [dict.get(regions, self.region_name) for regions in list(route53resolver_backends.values())]
        return [backend for backend in backends if backend is not None and backend is not self]

    def _matched_arn(self, resource_arn: str) -> None:
        known: list[Any] = [
            *self.firewall_groups.values(),
            *self.domain_lists.values(),
            *self.firewall_associations.values(),
        ]
        if any(thing["Arn"] == resource_arn for thing in known):
            return
        if any(config.arn == resource_arn for config in self.resolver_query_log_configs.values()):
            return
        super()._matched_arn(resource_arn)
