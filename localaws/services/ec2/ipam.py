"""IPAM: the address manager of an account, and its scopes; the one here plans private IPv4 addresses.

Sources: EC2 API Reference, CreateIpam, CreateIpamScope, DeleteIpam; Amazon VPC IPAM User Guide.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from moto.ec2.models import ec2_backends
from moto.ec2.utils import random_id

from localaws.services.ec2.common import Ec2Error, Part, Resource, not_found, request_tags, select
from localaws.services.operations import Shape, operation, page, refuse
from localaws.services.quotas import table as quotas
from localaws.services.transition import Transition

TIERS: Final = ("free", "advanced")
PRIVATE: Final = "private"


class Managed(Resource):
    """An IPAM, a scope or a pool: which of AWS's states it is in, and its ARN, which has no Region."""

    def __init__(self, backend: Part, kind: str, tags: dict[str, str], description: str | None) -> None:
        super().__init__(backend, kind, tags)
        self.description = description or ""
        self.arn = f"arn:{backend.partition}:ec2::{backend.account_id}:{kind}/{self.id}"
        self.begin("create")

    def begin(self, what: str) -> None:
        """Let a create, modify or delete take its moment from now on."""
        self._doing, self._since = what, Transition()

    @property
    def state(self) -> str:
        """AWS's IpamState, which scopes and pools have too."""
        return f"{self._doing}-{'complete' if self._since.over else 'in-progress'}"

    @property
    def gone(self) -> bool:
        """Whether its deletion is complete."""
        return self.state == "delete-complete"

    def settle(self) -> None:
        """Complete what has had its time inside it."""

    def require_ready(self) -> None:
        """Refuse to do anything with it while something is being done to it."""
        if not self.state.endswith("-complete"):
            raise Ec2Error("IncorrectState", f"{self.id} is in state {self.state}.")

    def common(self) -> Shape:
        """Make what every description has."""
        owner = self.ec2_backend
        return {
            "OwnerId": owner.account_id,
            "IpamRegion": owner.region_name,
            "Description": self.description,
            "State": self.state,
            "Tags": self.tag_shapes(),
        }


class Scope(Managed):
    """A space of addresses of its own; two come with the IPAM."""

    def __init__(self, backend: Part, manager: Manager, kind: str, tags: dict[str, str], description: str = "") -> None:
        super().__init__(backend, "ipam-scope", tags, description)
        self.manager, self.kind = manager, kind

    def shape(self) -> Shape:
        """Shape `IpamScope`."""
        return {
            **self.common(),
            "IpamScopeId": self.id,
            "IpamScopeArn": self.arn,
            "IpamArn": self.manager.arn,
            "IpamScopeType": self.kind,
            "IsDefault": self.id in (self.manager.private.id, self.manager.public.id),
            "PoolCount": self.ec2_backend.pools_in(self),
        }


class Manager(Managed):
    """An IPAM, with the Regions that it gives addresses out in."""

    def __init__(self, backend: Part, regions: list[str], tier: str, tags: dict[str, str], description: str) -> None:
        super().__init__(backend, "ipam", tags, description)
        self.regions, self.tier = regions, tier
        self.private, self.public = Scope(backend, self, PRIVATE, {}), Scope(backend, self, "public", {})
        self.discovery, self.discovered = random_id("ipam-res-disco"), random_id("ipam-res-disco-assoc")

    def shape(self) -> Shape:
        """Shape `Ipam`."""
        return {
            **self.common(),
            "IpamId": self.id,
            "IpamArn": self.arn,
            "PublicDefaultScopeId": self.public.id,
            "PrivateDefaultScopeId": self.private.id,
            "ScopeCount": self.ec2_backend.scopes_of(self),
            "OperatingRegions": [{"RegionName": region} for region in self.regions],
            "DefaultResourceDiscoveryId": self.discovery,
            "DefaultResourceDiscoveryAssociationId": self.discovered,
            "ResourceDiscoveryAssociationCount": 1,
            "Tier": self.tier,
            "EnablePrivateGua": False,
        }


class Ipams(Part):
    """Operations on IPAMs and their scopes."""

    def prepare(self) -> None:
        """Set up a part's own state."""
        super().prepare()
        self.ipams: dict[str, Manager] = {}
        self.ipam_scopes: dict[str, Scope] = {}
        self.ipam_pools: dict[str, Any] = {}

    @operation
    def create_ipam(self, request: Shape) -> Shape:
        """CreateIpam: one a Region."""
        refuse("ec2:CreateIpam", request, "EnablePrivateGua", "MeteredAccount")
        self.settle_ipam()
        quotas.IPAMS.check(self, len(self.ipams) + 1)
        tags = request_tags(request, "ipam")
        regions = self._regions([self.region_name], request.get("OperatingRegions"), ())
        made = Manager(self, regions, _tier(request) or "advanced", tags, request.get("Description") or "")
        self.ipams[made.id] = made
        self.ipam_scopes.update({scope.id: scope for scope in (made.private, made.public)})
        return {"Ipam": made.shape()}

    @operation
    def describe_ipams(self, request: Shape) -> Shape:
        """DescribeIpams."""
        rows, token = self._described(request, "IpamId", self.ipams, self._ipam)
        return {"Ipams": rows, "NextToken": token}

    @operation
    def modify_ipam(self, request: Shape) -> Shape:
        """ModifyIpam; a Region that a pool gives addresses out in stays."""
        refuse("ec2:ModifyIpam", request, "EnablePrivateGua", "MeteredAccount")
        ipam = self._ipam(request["IpamId"])
        ipam.require_ready()
        ended = [each["RegionName"] for each in request.get("RemoveOperatingRegions") or []]
        for region in ended:
            if region == self.region_name or region in self.locales_of(ipam):
                raise Ec2Error("InvalidParameterValue", f"The Region {region} of {ipam.id} is in use.")
        tier = _tier(request) or ipam.tier
        if tier == "free" and any(self.pools_in(scope) for scope in self._scopes(ipam)):
            raise Ec2Error("InvalidParameterValue", f"{ipam.id} has pools, which the free tier has none of.")
        ipam.regions = self._regions(ipam.regions, request.get("AddOperatingRegions"), ended)
        ipam.tier = tier
        ipam.description = request.get("Description", ipam.description)
        ipam.begin("modify")
        return {"Ipam": ipam.shape()}

    @operation
    def delete_ipam(self, request: Shape) -> Shape:
        """DeleteIpam, with all that is in it if `Cascade` says so; else scopes that were made and pools hold it."""
        ipam = self._ipam(request["IpamId"])
        ipam.require_ready()
        scopes = list(self._scopes(ipam))
        if not request.get("Cascade") and (len(scopes) > 2 or any(map(self.pools_in, scopes))):  # noqa: PLR2004
            raise in_use(ipam, "There are one or more scopes or pools in the IPAM.")
        for scope in scopes:
            self.end_pools(scope)
        for each in (ipam, *scopes):
            each.begin("delete")
        return {"Ipam": ipam.shape()}

    @operation
    def create_ipam_scope(self, request: Shape) -> Shape:
        """CreateIpamScope: a private one."""
        refuse("ec2:CreateIpamScope", request, "ExternalAuthorityConfiguration")
        ipam = self._ipam(request["IpamId"])
        ipam.require_ready()
        quotas.IPAM_SCOPES.check(self, self.scopes_of(ipam) + 1)
        tags = request_tags(request, "ipam-scope")
        made = Scope(self, ipam, PRIVATE, tags, request.get("Description") or "")
        self.ipam_scopes[made.id] = made
        return {"IpamScope": made.shape()}

    @operation
    def describe_ipam_scopes(self, request: Shape) -> Shape:
        """DescribeIpamScopes."""
        rows, token = self._described(request, "IpamScopeId", self.ipam_scopes, self.ipam_scope)
        return {"IpamScopes": rows, "NextToken": token}

    @operation
    def modify_ipam_scope(self, request: Shape) -> Shape:
        """ModifyIpamScope: its description."""
        refuse("ec2:ModifyIpamScope", request, "ExternalAuthorityConfiguration", "RemoveExternalAuthorityConfiguration")
        scope = self.ipam_scope(request["IpamScopeId"])
        scope.require_ready()
        scope.description = request.get("Description", scope.description)
        scope.begin("modify")
        return {"IpamScope": scope.shape()}

    @operation
    def delete_ipam_scope(self, request: Shape) -> Shape:
        """DeleteIpamScope: one that was made, and has no pools."""
        scope = self.ipam_scope(request["IpamScopeId"])
        scope.require_ready()
        if scope.shape()["IsDefault"]:
            raise Ec2Error("InvalidParameterValue", f"The default scope {scope.id} cannot be deleted.")
        if self.pools_in(scope):
            raise in_use(scope, "There are one or more pools in the scope.")
        scope.begin("delete")
        return {"IpamScope": scope.shape()}

    def ipam_scope(self, identifier: str) -> Scope:
        """Find a scope; InvalidIpamScopeId.NotFound if there is none."""
        if identifier not in self.ipam_scopes:
            raise not_found("InvalidIpamScopeId.NotFound", "ipam-scope ID", identifier)
        return self.ipam_scopes[identifier]

    def scopes_of(self, ipam: Manager) -> int:
        """Count the scopes of an IPAM."""
        return len(list(self._scopes(ipam)))

    def pools_in(self, scope: Scope) -> int:
        """Count the pools of a scope."""
        return sum(pool.scope is scope for pool in self.ipam_pools.values())

    def locales_of(self, ipam: Manager) -> set[str]:
        """Return the Regions that the pools of an IPAM give addresses out in."""
        return {pool.locale for pool in self.ipam_pools.values() if pool.scope.manager is ipam}

    def end_pools(self, scope: Scope) -> None:
        """Let a scope's pools go, whatever is in them."""
        for pool in list(self.ipam_pools.values()):
            if pool.scope is scope:
                self.forget_managed(self.ipam_pools, pool)

    def ipam_backends(self) -> list[Any]:
        """Return EC2 in all Regions of the account, settled: IPAM gives addresses out in other Regions than its own."""
        found = list(dict.values(ec2_backends[self.account_id]))
        for backend in found:
            backend.settle_ipam()
        return found

    def settle_ipam(self) -> None:
        """Let go what has finished being deleted."""
        for table in (self.ipam_pools, self.ipam_scopes, self.ipams):
            for each in list(table.values()):
                each.settle()
                if each.gone:
                    self.forget_managed(table, each)

    def forget_managed(self, table: dict[str, Any], thing: Managed) -> None:
        """Take an IPAM, scope or pool out of the account, with its tags."""
        del table[thing.id]
        self.tags.pop(thing.id, None)

    def _ipam(self, identifier: str) -> Manager:
        if identifier not in self.ipams:
            raise not_found("InvalidIpamId.NotFound", "ipam ID", identifier)
        return self.ipams[identifier]

    def _scopes(self, ipam: Manager) -> Iterator[Scope]:
        return (scope for scope in self.ipam_scopes.values() if scope.manager is ipam)

    def _regions(self, present: list[str], added: list[Shape] | None, ended: list[str] | tuple[()]) -> list[str]:
        known = {region.name for region in self.describe_regions()}
        wanted = [each["RegionName"] for each in added or []]
        for region in wanted:
            if region not in known:
                raise Ec2Error("InvalidParameterValue", f"{region} is not a Region that IPAM can operate in.")
        return [region for region in dict.fromkeys([*present, *wanted]) if region not in ended]

    def _described(self, request: Shape, name: str, table: dict[str, Any], find: Any) -> tuple[list[Shape], str | None]:
        self.settle_ipam()
        wanted = request.get(f"{name}s")
        rows = [each.shape() for each in (map(find, wanted) if wanted else table.values())]
        return page(select(rows, request, filters_of(name)), request, "InvalidNextToken")


def filters_of(*more: str) -> dict[str, Any]:
    """Make filters by members of a description: `ipam-id` by `IpamId`."""
    members = ("Description", "IpamArn", "IpamRegion", "OwnerId", "State", *more)

    def by(member: str) -> Any:
        return lambda item: item.get(member)

    return {_dashed(member): by(member) for member in members}


def _dashed(member: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in member).lstrip("-")


def _tier(request: Shape) -> str | None:
    tier = request.get("Tier")
    if tier and tier not in TIERS:
        raise Ec2Error("InvalidParameterValue", f"Value ({tier}) for parameter Tier is invalid.")
    return tier


def in_use(thing: Managed, why: str) -> Ec2Error:
    """Make the error for deleting what others are in."""
    return Ec2Error("DependencyViolation", f"The specified action is not valid for {thing.id}. {why}")
