"""What is internet to whom: every internet address but those of VPCs that the sender's own VPC is joined with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..addresses import INTERNET, AddressSet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..network.model import Network


class Internet:
    """The internet as each VPC of a network has it; one set for all that are joined, by peering or gateways."""

    def __init__(self, network: Network) -> None:
        """Join VPCs; those with private addresses alone take nothing away, and are left out."""
        self._leaders: dict[str, str] = {}
        public = {key: vpc.cidrs & INTERNET for key, vpc in network.vpcs.items()}
        if any(public.values()):
            for peering in network.peerings.values():
                self._join(peering.sides)
            for attachment in network.attachments.values():
                self._join((*attachment.gateways, attachment.vpc) if attachment.vpc else attachment.gateways)
        taken: dict[str, list[AddressSet]] = {}
        for key, addresses in public.items():
            if addresses:
                taken.setdefault(self._leader(key), []).append(addresses)
        self._sets = {leader: INTERNET - AddressSet.union(sets) for leader, sets in taken.items()}

    def of(self, vpc: str) -> AddressSet:
        """Return what is internet to a VPC's hosts."""
        return self._sets.get(self._leader(vpc), INTERNET)

    def _leader(self, key: str) -> str:
        path = []
        while (above := self._leaders.get(key, key)) != key:
            path.append(key)
            key = above
        self._leaders.update(dict.fromkeys(path, key))
        return key

    def _join(self, keys: Iterable[str]) -> None:
        first, *others = (self._leader(key) for key in keys)
        self._leaders.update((other, first) for other in others if other != first)
