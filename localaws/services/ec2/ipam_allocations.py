"""What an IPAM's pools give out: ranges of VPCs, and those that somebody keeps for what is not on AWS.

Sources: EC2 API Reference, AllocateIpamPoolCidr, ReleaseIpamPoolAllocation, CreateVpc; Amazon VPC IPAM User Guide,
"Allocate CIDRs from an IPAM pool".
"""

from __future__ import annotations

from typing import Any

from localaws.services.ec2.common import Ec2Error, request_tags, select
from localaws.services.ec2.ipam import filters_of
from localaws.services.ec2.ipam_pools import Allocation, IpamPools, Network, Pool, parse
from localaws.services.operations import Shape, operation, page, refuse
from localaws.services.transition import Transition


class IpamAllocations(IpamPools):
    """Operations on allocations, and VPCs whose ranges are some."""

    @operation
    def allocate_ipam_pool_cidr(self, request: Shape) -> Shape:
        """AllocateIpamPoolCidr: a range that no VPC will have, or with `PreviewNextCidr` the one that would be next."""
        refuse("ec2:AllocateIpamPoolCidr", request, "AllowedCidrs", "TagSpecifications")
        pool = self.pool_from_here(request["IpamPoolId"])
        avoided = [parse(each) for each in request.get("DisallowedCidrs") or []]
        cidr = _choose(pool, request.get("Cidr"), request.get("NetmaskLength"), avoided)
        made = Allocation(pool, cidr, "custom", description=request.get("Description") or "")
        if request.get("PreviewNextCidr"):
            return {"IpamPoolAllocation": {"Cidr": str(cidr)}}
        pool.allocations[made.id] = made
        return {"IpamPoolAllocation": made.shape()}

    @operation
    def get_ipam_pool_allocations(self, request: Shape) -> Shape:
        """GetIpamPoolAllocations."""
        pool = self.pool_from_here(request["IpamPoolId"])
        wanted = request.get("IpamPoolAllocationId")
        if wanted and wanted not in pool.allocations:
            text = f"The IPAM pool allocation ({wanted}) does not exist."
            raise Ec2Error("InvalidIpamPoolAllocationId.NotFound", text)
        found = [each.shape() for each in pool.allocations.values() if wanted in (None, each.id)]
        known = filters_of(
            "Cidr", "IpamPoolAllocationId", "ResourceId", "ResourceOwner", "ResourceRegion", "ResourceType"
        )
        rows, token = page(select(found, request, known), request, "InvalidNextToken")
        return {"IpamPoolAllocations": rows, "NextToken": token}

    @operation
    def release_ipam_pool_allocation(self, request: Shape) -> Shape:
        """ReleaseIpamPoolAllocation: one that somebody keeps; those of VPCs and pools go with them."""
        pool = self.pool_from_here(request["IpamPoolId"])
        found = pool.allocations.get(request["IpamPoolAllocationId"])
        if found is None or found.kind != "custom" or str(found.cidr) != request["Cidr"]:
            raise Ec2Error("InvalidParameterCombination", f"No allocation found for {request['IpamPoolAllocationId']}.")
        del pool.allocations[found.id]
        return {"Success": True}

    @operation
    def answer_create_vpc(self, request: Shape) -> Shape:
        """CreateVpc, with a range that is given, or that a pool gives."""
        refuse(
            "ec2:CreateVpc", request, "Ipv6Pool", "Ipv6CidrBlock", "Ipv6IpamPoolId", "Ipv6NetmaskLength",
            "VpcEncryptionControl",
        )  # fmt: skip
        tags = request_tags(request, "vpc")
        given = self._given(request, tags)
        vpc = self.create_vpc(
            str(given.cidr) if given else request["CidrBlock"],
            request.get("InstanceTenancy") or "default",
            amazon_provided_ipv6_cidr_block=bool(request.get("AmazonProvidedIpv6CidrBlock")),
            ipv6_cidr_block_network_border_group=request.get("Ipv6CidrBlockNetworkBorderGroup") or self.region_name,
            tags=[{"Key": key, "Value": value} for key, value in tags.items()],
        )
        _hand_over(given, vpc.id)
        return {"Vpc": vpc}

    @operation
    def answer_associate_vpc_cidr_block(self, request: Shape) -> Shape:
        """AssociateVpcCidrBlock: a further range, given, a pool's, or Amazon's of IPv6."""
        refuse(
            "ec2:AssociateVpcCidrBlock", request, "Ipv6Pool", "Ipv6CidrBlock", "Ipv6IpamPoolId", "Ipv6NetmaskLength",
            "Ipv6CidrBlockNetworkBorderGroup",
        )  # fmt: skip
        vpc = self.get_vpc(request["VpcId"])
        if request.get("AmazonProvidedIpv6CidrBlock"):
            made = self.associate_vpc_cidr_block(vpc.id, "", amazon_provided_ipv6_cidr_block=True)
            shown = {
                "AssociationId": made["association_id"],
                "Ipv6CidrBlock": made["cidr_block"],
                "Ipv6CidrBlockState": {"State": "associating"},
                "NetworkBorderGroup": self.region_name,
                "Ipv6Pool": made["ipv6_pool"],
            }
            return {"VpcId": vpc.id, "Ipv6CidrBlockAssociation": shown}
        given = self._given(request, self.tags.get(vpc.id, {}))
        made = self.associate_vpc_cidr_block(vpc.id, str(given.cidr) if given else request["CidrBlock"], False)
        _hand_over(given, vpc.id)
        shown = {
            "AssociationId": made["association_id"],
            "CidrBlock": made["cidr_block"],
            "CidrBlockState": {"State": "associating"},
        }
        return {"VpcId": vpc.id, "CidrBlockAssociation": shown}

    def disassociate_vpc_cidr_block(self, association_id: str) -> Any:
        """Give a pool's range back to it, after a while."""
        ended = super().disassociate_vpc_cidr_block(association_id)
        self._give_back(ended["vpc_id"], ended["cidr_block"])
        return ended

    def delete_vpc(self, vpc_id: str) -> Any:
        """Give the ranges that pools gave back to them, after a while."""
        deleted = super().delete_vpc(vpc_id)
        self._give_back(vpc_id)
        return deleted

    def _given(self, request: Shape, tags: dict[str, str]) -> Allocation | None:
        """Choose the range of a VPC in the pool that a request names; None if it names none."""
        cidr, length = request.get("CidrBlock"), request.get("Ipv4NetmaskLength")
        if not request.get("Ipv4IpamPoolId"):
            if not cidr:
                raise Ec2Error("MissingParameter", "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.")
            if length is not None:
                raise Ec2Error("InvalidParameterCombination", "A netmask length takes an 'ipv4IpamPoolId'.")
            return None
        pool = self.pool_from_here(request["Ipv4IpamPoolId"])
        if pool.locale != self.region_name:
            raise Ec2Error("InvalidParameterValue", f"The pool {pool.id} has the locale {pool.locale}.")
        missing = {key: value for key, value in pool.required.items() if tags.get(key) != value}
        if missing:
            raise Ec2Error("InvalidParameterValue", f"The pool {pool.id} requires the tags {missing} of a resource.")
        return Allocation(pool, _choose(pool, cidr, length), "vpc")

    def _give_back(self, vpc_id: str, cidr: str | None = None) -> None:
        for backend in self.ipam_backends():
            for pool in backend.ipam_pools.values():
                for each in pool.allocations.values():
                    if each.holder == vpc_id and cidr in (None, str(each.cidr)):
                        each.ending = Transition()


def _choose(pool: Pool, text: str | None, length: int | None, avoided: list[Network] | tuple[()] = ()) -> Network:
    """Find the range that is asked for in a pool, by itself or by its size."""
    pool.require_ready()
    default = pool.rules.get("AllocationDefaultNetmaskLength")
    if text and length is not None:
        raise Ec2Error("InvalidParameterCombination", "The request cannot contain both CIDR and Netmask Length.")
    if not text and length is None and default is None:
        raise Ec2Error(
            "InvalidParameterCombination",
            "The request cannot contain empty CIDR and Netmask Length for a pool with no default allocation netmask "
            "length set. Exactly one of them should be provided.",
        )
    wanted = parse(text) if text else None
    size = wanted.prefixlen if wanted else length if length is not None else default or 0
    least = pool.rules.get("AllocationMinNetmaskLength", 0)
    greatest = pool.rules.get("AllocationMaxNetmaskLength", 32)
    if not least <= size <= greatest:
        raise Ec2Error(
            "InvalidParameterValue", f"The pool {pool.id} gives out netmask lengths between {least} and {greatest}."
        )
    if wanted is not None and not pool.has_free(wanted):
        raise Ec2Error("InvalidParameterValue", f"The CIDR {wanted} is not available in the pool {pool.id}.")
    found = wanted or pool.free(size, avoided)
    if found is None:
        raise Ec2Error("InvalidParameterValue", "The allocation size is too big for the pool.")
    return found


def _hand_over(given: Allocation | None, vpc_id: str) -> None:
    if given is not None:
        given.holder = vpc_id
        given.pool.allocations[given.id] = given
