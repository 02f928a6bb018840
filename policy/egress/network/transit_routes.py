"""What attachments propagate into a transit gateway's tables: ranges of VPCs, seen and unseen, and routes of sites."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ..addresses import PRIVATE, V6_BASE, AddressSet
from .draft import link_keys, outside_name
from .model import Rank, Route, Target
from .tables import EVERYTHING, static_vpn_routes

if TYPE_CHECKING:
    from .draft import Draft
    from .model import Vpc

_LEARNED = {"dx-association": Rank.DIRECT_CONNECT, "tgw-connect": Rank.CONNECT}


class TransitRoutes:
    """The routes ``of`` each table, by its key; ``ipv6`` says which attachments propagate IPv6, or why that is open."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.of: dict[str, list[Route]] = defaultdict(list)
        self.ipv6: dict[str, tuple[bool | None, str]] = {}

    def propagate(self, table: str, attachment: str, vpc: Vpc, urn: str | None, doubt: str = "") -> None:
        """Add each range of a VPC by itself."""
        target = Target("attachment", attachment)
        ipv6, unsure = self.ipv6[attachment]
        for block in vpc.blocks:
            six = block[0] >= V6_BASE
            if six and ipv6 is False:
                continue
            text = self.draft.ranges.text(block, vpc.name)
            why = doubt or (unsure if six and ipv6 is None else "")
            self.of[table].append(Route((block,), (target,), urn, text, Rank.VPC, why))

    def propagate_unseen(self, table: str, attachment: str, urn: str | None) -> None:
        """Take a VPC that isn't in the program to have some private range, and none of the program's own."""
        draft = self.draft
        name = draft.names.get(attachment) or outside_name(attachment.removeprefix("id:"))
        free = PRIVATE - AddressSet.union(vpc.cidrs for vpc in draft.vpcs.values())
        why = f"which range {name} propagates isn't in this program"
        target = Target("attachment", attachment)
        self.of[table].append(Route(tuple(free.intervals()), (target,), urn, "a propagated range", Rank.VPC, why))

    def learn(self, table: str, attachment: str, urn: str) -> None:
        """Add what a site announces: a VPN's static routes, or whatever comes over BGP."""
        draft = self.draft
        target = Target("attachment", attachment)
        resource = draft.snapshot.resources.get(attachment)
        learned = True
        if resource is not None and resource.kind == "vpn-connection":
            fixed = resource.flag("staticRoutesOnly", default=False) is True
            learned = not fixed
            if fixed:
                blocks, _ = static_vpn_routes(
                    draft, "transitGatewayId", set(link_keys(resource.link("transitGatewayId", {"tgw"})))
                )
                for block, text in blocks:
                    self.of[table].append(Route((block,), (target,), urn, text, Rank.VPN))
        if learned:
            why = f"routes that {draft.names.get(attachment, attachment)} learns over BGP aren't in this program"
            rank = _LEARNED.get(resource.kind if resource else "", Rank.VPN)
            self.of[table].append(Route(EVERYTHING, (target,), urn, "learned", rank, why))
