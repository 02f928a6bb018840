"""Pools of an IPAM: ranges of private IPv4 addresses, of nobody's or of another pool's, to give parts of them out.

Sources: EC2 API Reference, CreateIpamPool, ProvisionIpamPoolCidr, DeprovisionIpamPoolCidr; Amazon VPC IPAM User Guide.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from typing import Final

from moto.ec2.utils import random_id

from localaws.services.core import NotInLocalAws
from localaws.services.ec2.common import Ec2Error, not_found, request_tags, select
from localaws.services.ec2.ipam import PRIVATE, Ipams, Managed, Scope, filters_of, in_use
from localaws.services.operations import Shape, operation, page, refuse
from localaws.services.quotas import table as quotas
from localaws.services.transition import Transition

Network = ipaddress.IPv4Network
ANYWHERE: Final = "None"
"""The locale of a pool that other pools alone take from."""
RULES: Final = ("AllocationMinNetmaskLength", "AllocationDefaultNetmaskLength", "AllocationMaxNetmaskLength")
"""The rules for the sizes that a pool gives out, in the order that AWS holds their values to."""
LIMITS: Final = (0, 32)


class Allocation:
    """A range that a pool gave to a VPC, to another pool, or to whoever asked."""

    def __init__(self, pool: Pool, cidr: Network, kind: str, holder: str = "", description: str = "") -> None:
        self.id, self.pool, self.cidr = random_id("ipam-pool-alloc", 32), pool, cidr
        self.kind, self.holder, self.description = kind, holder, description
        self.region = pool.locale if kind == "vpc" else pool.ec2_backend.region_name
        self.ending: Transition | None = None

    def shape(self) -> Shape:
        """Shape `IpamPoolAllocation`."""
        of_resource = {
            "ResourceId": self.holder,
            "ResourceRegion": self.region,
            "ResourceOwner": self.pool.ec2_backend.account_id,
        }
        return {
            "Cidr": str(self.cidr),
            "IpamPoolAllocationId": self.id,
            "Description": self.description,
            "ResourceType": self.kind,
            **(of_resource if self.holder else {}),
        }


class PoolCidr:
    """A range that a pool has, or asked for in vain."""

    def __init__(self, cidr: Network | None, source: Allocation | None, refused: str) -> None:
        self.id, self.cidr, self.source, self.refused = random_id("ipam-pool-cidr"), cidr, source, refused
        self._doing, self._since = "provision", Transition()

    def begin_end(self, refused: str) -> None:
        """Let it be taken away, or fail to be."""
        self._doing, self._since, self.refused = "deprovision", Transition(), refused

    @property
    def state(self) -> str:
        """AWS's IpamPoolCidrState."""
        if not self._since.over:
            return f"pending-{self._doing}"
        return f"failed-{self._doing}" if self.refused else f"{self._doing}ed"

    @property
    def usable(self) -> bool:
        """Whether parts of it can be given out."""
        return self.state in ("provisioned", "failed-deprovision")

    def shape(self) -> Shape:
        """Shape `IpamPoolCidr`."""
        failed = self.state.startswith("failed-")
        return {
            "IpamPoolCidrId": self.id,
            "State": self.state,
            **({"Cidr": str(self.cidr), "NetmaskLength": self.cidr.prefixlen} if self.cidr else {}),
            **({"FailureReason": {"Code": "cidr-not-available", "Message": self.refused}} if failed else {}),
        }


class Pool(Managed):
    """A pool, its ranges, and what it gave out of them."""

    def __init__(self, scope: Scope, source: Pool | None, request: Shape, tags: dict[str, str]) -> None:
        super().__init__(scope.ec2_backend, "ipam-pool", tags, request.get("Description"))
        self.scope, self.source = scope, source
        self.locale = request.get("Locale") or ANYWHERE
        self.depth: int = source.depth + 1 if source else 1
        self.rules = {name: request[name] for name in RULES if request.get(name) is not None}
        self.required = {tag["Key"]: tag["Value"] for tag in request.get("AllocationResourceTags") or []}
        self.cidrs: dict[str, PoolCidr] = {}
        self.allocations: dict[str, Allocation] = {}

    def settle(self) -> None:
        """Forget ranges that are taken away, with what the source gave for them, and allocations that ended."""
        for each in [one for one in self.cidrs.values() if one.state == "deprovisioned"]:
            self.forget_cidr(each)
        for allocation in list(self.allocations.values()):
            if allocation.ending is not None and allocation.ending.over:
                del self.allocations[allocation.id]

    def forget_cidr(self, cidr: PoolCidr) -> None:
        """Take a range out of the pool; the source has it again."""
        del self.cidrs[cidr.id]
        if self.source is not None and cidr.source is not None:
            self.source.allocations.pop(cidr.source.id, None)

    def free(self, length: int, avoided: Iterable[Network] = ()) -> Network | None:
        """Find the first free range of a size; None if there is none."""
        taken = [*(each.cidr for each in self.allocations.values()), *avoided]
        for block in self.usable():
            if length >= block.prefixlen and (found := _first_free(block, length, taken)) is not None:
                return found
        return None

    def has_free(self, cidr: Network) -> bool:
        """Whether all of a range is the pool's, and none of it given out."""
        mine = any(cidr.subnet_of(block) for block in self.usable())
        return mine and not any(cidr.overlaps(each.cidr) for each in self.allocations.values())

    def usable(self) -> list[Network]:
        """Return the ranges that the pool gives parts of out."""
        return sorted(each.cidr for each in self.cidrs.values() if each.usable and each.cidr)

    def shape(self) -> Shape:
        """Shape `IpamPool`."""
        return {
            **self.common(),
            "IpamPoolId": self.id,
            "IpamPoolArn": self.arn,
            "IpamScopeArn": self.scope.arn,
            "IpamScopeType": self.scope.kind,
            "IpamArn": self.scope.manager.arn,
            "Locale": self.locale,
            "PoolDepth": self.depth,
            "AutoImport": False,
            "AddressFamily": "ipv4",
            "AllocationResourceTags": [{"Key": key, "Value": value} for key, value in self.required.items()],
            **({"SourceIpamPoolId": self.source.id} if self.source else {}),
            **self.rules,
        }


class IpamPools(Ipams):
    """Operations on pools and their ranges."""

    @operation
    def create_ipam_pool(self, request: Shape) -> Shape:
        """CreateIpamPool, of private IPv4 addresses."""
        refuse(
            "ec2:CreateIpamPool", request, "AutoImport", "AwsService", "PublicIpSource", "PubliclyAdvertisable",
            "SourceResource",
        )  # fmt: skip
        scope = self.ipam_scope(request["IpamScopeId"])
        for part in (scope, scope.manager):
            part.require_ready()
        if scope.kind != PRIVATE or request["AddressFamily"] != "ipv4":
            raise NotInLocalAws(f"ec2:CreateIpamPool: {request['AddressFamily']} in a {scope.kind} scope")
        if scope.manager.tier == "free":
            raise Ec2Error("InvalidParameterValue", f"{scope.manager.id} is of the free tier, which has no pools.")
        source = self.ipam_pool(request["SourceIpamPoolId"]) if request.get("SourceIpamPoolId") else None
        self._check_place(scope, source, request.get("Locale") or ANYWHERE)
        _check_rules({name: request.get(name) for name in RULES})
        quotas.IPAM_POOLS.check(self, self.pools_in(scope) + 1)
        made = Pool(scope, source, request, request_tags(request, "ipam-pool"))
        quotas.IPAM_DEPTH.check(self, made.depth)
        self.ipam_pools[made.id] = made
        return {"IpamPool": made.shape()}

    @operation
    def describe_ipam_pools(self, request: Shape) -> Shape:
        """DescribeIpamPools, those of other Regions too that give addresses out here."""
        wanted = request.get("IpamPoolIds")
        pools = map(self.pool_from_here, wanted) if wanted else self._pools_from_here()
        known = filters_of(
            "AddressFamily", "IpamPoolArn", "IpamPoolId", "IpamScopeArn", "IpamScopeType", "Locale", "SourceIpamPoolId"
        )
        rows, token = page(select([pool.shape() for pool in pools], request, known), request, "InvalidNextToken")
        return {"IpamPools": rows, "NextToken": token}

    @operation
    def modify_ipam_pool(self, request: Shape) -> Shape:
        """ModifyIpamPool: its description and its rules, which what it gave out is not held to."""
        refuse("ec2:ModifyIpamPool", request, "AutoImport")
        pool = self.ipam_pool(request["IpamPoolId"])
        pool.require_ready()
        rules = {**pool.rules, **{name: request[name] for name in RULES if request.get(name) is not None}}
        if request.get("ClearAllocationDefaultNetmaskLength"):
            rules.pop("AllocationDefaultNetmaskLength", None)
        _check_rules(rules)
        pool.rules = rules
        pool.required.update({tag["Key"]: tag["Value"] for tag in request.get("AddAllocationResourceTags") or []})
        for tag in request.get("RemoveAllocationResourceTags") or []:
            pool.required.pop(tag["Key"], None)
        pool.description = request.get("Description", pool.description)
        pool.begin("modify")
        return {"IpamPool": pool.shape()}

    @operation
    def delete_ipam_pool(self, request: Shape) -> Shape:
        """DeleteIpamPool: one without ranges and without pools of its own."""
        refuse("ec2:DeleteIpamPool", request, "Cascade")
        pool = self.ipam_pool(request["IpamPoolId"])
        pool.require_ready()
        if any(each.source is pool for each in self.ipam_pools.values()):
            raise in_use(pool, "There are one or more pools that have the pool as their source.")
        if any(each.state != "failed-provision" for each in pool.cidrs.values()):
            raise in_use(pool, "There are one or more pool cidrs provisioned in the pool.")
        pool.begin("delete")
        return {"IpamPool": pool.shape()}

    @operation
    def provision_ipam_pool_cidr(self, request: Shape) -> Shape:
        """ProvisionIpamPoolCidr: what can't be had fails after a while, as on AWS."""
        refuse("ec2:ProvisionIpamPoolCidr", request, "CidrAuthorizationContext", "VerificationMethod")
        pool = self.ipam_pool(request["IpamPoolId"])
        pool.require_ready()
        text, length = request.get("Cidr"), request.get("NetmaskLength")
        if bool(text) == (length is not None) or (length is not None and pool.source is None):
            raise Ec2Error(
                "InvalidParameterCombination", "A pool takes a CIDR, or a netmask length of its source pool."
            )
        wanted = parse(text) if text else None
        quotas.IPAM_CIDRS.check(self, len(pool.cidrs) + 1)
        if pool.source is None:
            taken = wanted is None or any(wanted.overlaps(each) for each in self._top_ranges(pool.scope))
            made = PoolCidr(wanted, None, "The CIDR overlaps with one of the scope." if taken else "")
        else:
            made = self._of_source(pool, pool.source, wanted, length)
        pool.cidrs[made.id] = made
        return {"IpamPoolCidr": made.shape()}

    @operation
    def deprovision_ipam_pool_cidr(self, request: Shape) -> Shape:
        """DeprovisionIpamPoolCidr: it fails after a while where something of it is given out."""
        pool = self.ipam_pool(request["IpamPoolId"])
        pool.require_ready()
        cidr = parse(request.get("Cidr") or "")
        found = next((each for each in pool.cidrs.values() if each.cidr == cidr), None)
        if found is None:
            raise Ec2Error("InvalidParameterValue", f"The CIDR {cidr} is not provisioned to {pool.id}.")
        if found.state.startswith("pending-"):
            raise Ec2Error("IncorrectState", f"The CIDR {cidr} is in state {found.state}.")
        held = found.usable and any(each.cidr.subnet_of(cidr) for each in pool.allocations.values())
        found.begin_end("The CIDR has one or more allocations." if held else "")
        return {"IpamPoolCidr": found.shape()}

    @operation
    def get_ipam_pool_cidrs(self, request: Shape) -> Shape:
        """GetIpamPoolCidrs."""
        pool = self.pool_from_here(request["IpamPoolId"])
        known = filters_of("Cidr", "IpamPoolCidrId", "NetmaskLength")
        found = select([each.shape() for each in pool.cidrs.values()], request, known)
        rows, token = page(found, request, "InvalidNextToken")
        return {"IpamPoolCidrs": rows, "NextToken": token}

    def ipam_pool(self, identifier: str) -> Pool:
        """Find a pool of this Region's IPAM; InvalidIpamPoolId.NotFound if there is none."""
        self.settle_ipam()
        if identifier not in self.ipam_pools:
            raise not_found("InvalidIpamPoolId.NotFound", "ipam-pool ID", identifier)
        found: Pool = self.ipam_pools[identifier]
        return found

    def pool_from_here(self, identifier: str) -> Pool:
        """Find a pool that is of this Region, or gives addresses out in it."""
        for pool in self._pools_from_here():
            if pool.id == identifier:
                return pool
        raise not_found("InvalidIpamPoolId.NotFound", "ipam-pool ID", identifier)

    def _pools_from_here(self) -> Iterator[Pool]:
        for backend in self.ipam_backends():
            yield from (
                pool for pool in backend.ipam_pools.values() if backend is self or pool.locale == self.region_name
            )

    def _check_place(self, scope: Scope, source: Pool | None, locale: str) -> None:
        if locale not in (ANYWHERE, *scope.manager.regions):
            raise Ec2Error("InvalidParameterValue", f"{locale} is no operating Region of {scope.manager.id}.")
        if source is None:
            return
        source.require_ready()
        if source.scope is not scope:
            raise Ec2Error("InvalidParameterValue", f"The source pool {source.id} is in another scope.")
        if source.locale not in (ANYWHERE, locale):
            raise Ec2Error("InvalidParameterValue", f"The source pool {source.id} has the locale {source.locale}.")

    def _top_ranges(self, scope: Scope) -> Iterator[Network]:
        for pool in self.ipam_pools.values():
            if pool.scope is scope and pool.source is None:
                yield from (each.cidr for each in pool.cidrs.values() if each.state != "failed-provision")

    @staticmethod
    def _of_source(pool: Pool, source: Pool, wanted: Network | None, length: int | None) -> PoolCidr:
        found = wanted if wanted is not None else source.free(length or 0)
        if found is None or not source.has_free(found):
            return PoolCidr(wanted, None, "The source pool does not have the space.")
        given = Allocation(source, found, "ipam-pool", pool.id)
        source.allocations[given.id] = given
        return PoolCidr(found, given, "")


def parse(text: str) -> Network:
    """Read a request's IPv4 range; InvalidParameterValue if it is none."""
    try:
        return Network(text)
    except ValueError:
        raise Ec2Error("InvalidParameterValue", f"Value ({text}) for parameter cidr is invalid.") from None


def _first_free(block: Network, length: int, taken: list[Network]) -> Network | None:
    """Step over what is taken, so that a large block with few ranges in it is found through at once."""
    size, at = 1 << (32 - length), int(block.network_address)
    while at + size <= int(block.broadcast_address) + 1:
        found = Network((at, length))
        over = [each for each in taken if each.overlaps(found)]
        if not over:
            return found
        past = max(int(each.broadcast_address) for each in over) + 1
        at = -(-past // size) * size
    return None


def _check_rules(rules: dict[str, int | None]) -> None:
    given = [value for name in RULES if (value := rules.get(name)) is not None]
    if given != sorted(given) or any(not LIMITS[0] <= value <= LIMITS[1] for value in given):
        raise Ec2Error(
            "InvalidParameterValue",
            "Netmask lengths of allocations are between 0 and 32, the default one between the least and the greatest.",
        )
