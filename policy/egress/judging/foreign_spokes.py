"""Foreign spokes: VPCs out of sight whose attachments can be associated with a transit gateway table of the program.

Networking teams keep the hub in a program of its own: what stands behind its tables is then made elsewhere, and a hub
is judged by what its tables would do to whoever it is.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ..addresses import ALL
from ..network.model import SPOKES, Subnet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ..network.model import Attachment, Network, Table, TransitGateway


class ForeignSpokes:
    """Where foreign spokes can be, and what says that there are any.

    ``transit`` are the attachments that lead out, by which tables, ``inhabited`` the VPCs that have workload subnets.
    """

    def __init__(self, network: Network, transit: Mapping[str, Mapping[str, str]], inhabited: Collection[str]) -> None:
        self._network = network
        self._transit = transit
        self._inhabited = inhabited
        self._users: dict[str, list[str]] = defaultdict(list)
        for key, tables in network.foreign_associations.items():
            for table in tables:
                self._users[table].append(key)
        for attachment in network.attachments.values():
            for tables in attachment.associations.values():
                for table in tables:
                    self._users[table].append(attachment.key)

    def groups(self) -> list[tuple[Subnet, str]]:
        """Return what stands for the spokes of each table, as a subnet with any address, and why they may be none."""
        found: list[tuple[Subnet, str]] = []
        for table in self._network.transit_tables.values():
            if table.doubt or table.key.startswith(("id:", "?")):
                continue
            doubts = [""] if self._is_default(table) else self._foreign(self._users[table.key])
            if doubts:
                found.append((_behind(self._network, table), min(doubts)))
            elif not self._users[table.key] and (doubt := self._for_others(table)) is not None:
                found.append((_behind(self._network, table), doubt or self._for_whom_else()))
        return found

    def doubt(self, key: str) -> str | None:
        """Say why it isn't certain that an attachment is a foreign spoke's; empty where it is, None where it's none.

        A foreign spoke is a VPC out of sight, and nothing leads out by its attachment: no table that is in use.
        """
        attachment = self._network.attachments.get(key)
        if attachment is not None and (attachment.kind != "vpc" or self._is_inside(attachment)):
            return None
        why = ""
        for name, doubt in self._transit.get(key, {}).items():
            table = self._network.transit_tables[name]
            if not doubt and (self._users[name] or self._is_default(table) or self._for_others(table) is not None):
                return None
            out = f"{table.name}, which sends packets out by attachment {self._network.name(key)}"
            why = doubt or f"nothing in this program looks packets up in {out}"
        return why

    def _foreign(self, keys: Iterable[str]) -> list[str]:
        """Return the doubts about those of some attachments that are, or may be, foreign spokes'."""
        return [doubt for key in keys if (doubt := self.doubt(key)) is not None]

    def expected(self, gateway: TransitGateway) -> str | None:
        """Say why it isn't certain that foreign spokes use a gateway's default tables; None where nothing says so.

        It is shared, the program knows some of them, no spoke of the program itself is attached, or those that are use
        the default tables, too.
        """
        own = [key for key in self._inhabited_by(gateway.key) if key not in self._transit]
        if gateway.shared or any(key in self._users[table] for table in gateway.associates for key in own):
            return ""
        users = (key for table in self._network.transit_tables.values() for key in self._users[table.key])
        alone = self._without_own_spokes(gateway.key)
        return min([*self._foreign(users), *([] if alone is None else [alone])], default=None)

    def alone(self, spokes: Subnet) -> bool:
        """Tell whether the gateway of a table has foreign spokes alone, or may have, and none of the program's own."""
        return self._without_own_spokes(self._network.transit_tables[spokes.behind].owner) is not None

    def _without_own_spokes(self, gateway: str) -> str | None:
        """Say why it isn't certain that a gateway has no spokes of the program's own; None where it has some."""
        ways = [self._transit.get(key, {}).values() for key in self._inhabited_by(gateway)]
        return max((min(each) for each in ways), default="") if all(ways) else None

    def _inhabited_by(self, gateway: str) -> list[str]:
        """Return the attachments of VPCs that have workload subnets."""
        return [
            attachment.key
            for attachment in self._network.attachments.values()
            if gateway in attachment.gateways and attachment.kind == "vpc" and attachment.vpc in self._inhabited
        ]

    def _is_inside(self, attachment: Attachment) -> bool:
        vpc = self._network.vpcs.get(attachment.vpc)
        return vpc is not None and vpc.inside

    def _is_default(self, table: Table) -> bool:
        gateway = self._network.transit_gateways.get(table.owner)
        return gateway is not None and table.key in gateway.associates

    def _for_others(self, table: Table) -> str | None:
        """Say why it isn't certain that a table which nothing in the program uses is for others; None if it isn't."""
        if table.key.endswith("#default"):
            return None
        gateway = self._network.transit_gateways.get(table.owner)
        return "" if gateway is not None and gateway.shared else self._without_own_spokes(table.owner)

    def _for_whom_else(self) -> str:
        """Name an attachment that leads out and may be what an unused table is for, rather than spokes."""
        for key in self._transit:
            attachment = self._network.attachments.get(key)
            if key not in self._network.foreign_associations and (attachment is None or not attachment.associations):
                name = self._network.name(key)
                return f"which table packets from attachment {name} are looked up in isn't in this program"
        return ""


def _behind(network: Network, table: Table) -> Subnet:
    key = f"{table.key}{SPOKES}"
    return Subnet(key, network.name(key), vpc=table.owner, cidrs=ALL, zone=None, tables=(), behind=table.key)
