"""Asks the live network, with the policy pack's own model and walk, which way a flow goes.

Security groups, which the pack doesn't judge, are asked beside it.
"""

from dataclasses import dataclass, field
from ipaddress import ip_network
from zlib import crc32

from hunts.backends.aws import client, pages
from hunts.live_network import read as read_network
from hunts.stack import Instance
from policy.egress.network import Network, build
from policy.egress.program.snapshot import Registration
from policy.egress.walking.paths import EndKind, Path
from policy.egress.walking.walk import trace
from traffic.errors import TrafficError
from traffic.network import Passage, Way
from traffic.prefix_lists import entries
from traffic.security_groups import Refusal, SecurityGroups

_HOST = 10  # any will do
_FIREWALL = "aws:networkfirewall/firewall:Firewall"


@dataclass
class LiveNetwork:
    """A network read from AWS. Answers are remembered: thousands of flows go to a few places."""

    region: str
    network: Network
    registrations: dict[str, Registration]
    groups: SecurityGroups
    _answers: dict[tuple[str, str], list[Passage]] = field(default_factory=dict)
    _s3: str = ""

    @classmethod
    def read(cls, region: str) -> "LiveNetwork":
        """Read the network of a Region. Raises HuntError with AWS's words when it cannot be read."""
        registrations = read_network(region)
        by_urn = {item.urn: item for item in registrations}
        return cls(region, build(registrations), by_urn, SecurityGroups.read(region))

    @property
    def firewall_arns(self) -> tuple[str, ...]:
        """The ARNs of all firewalls."""
        return tuple(_arn(item) for item in self.registrations.values() if item.type == _FIREWALL)

    def passage(self, instance: Instance, address: str, source_port: int) -> Passage:
        """Return how a flow's packets travel; where they may go one of several ways, the flow's ports decide."""
        key = instance.subnet_id, address
        if key not in self._answers:
            self._answers[key] = self._trace(instance, address)
        ways = self._answers[key]
        return ways[crc32(f"{instance.private_ip}:{source_port} {address}".encode()) % len(ways)]

    def refusal(self, instance: Instance, address: str, protocol: str, port: int) -> Refusal:
        """Return whose security groups refuse a flow from an instance to an address."""
        return self.groups.refusal(instance.private_ip, address, protocol, port)

    def s3_address(self) -> str:
        """Return an address of the Region's S3 prefix list, which gateway endpoints route."""
        if not self._s3:
            name, caller = f"com.amazonaws.{self.region}.s3", client("ec2", self.region)
            filters = [{"Name": "prefix-list-name", "Values": [name]}]
            lists = pages(caller, "describe_managed_prefix_lists", "PrefixLists", Filters=filters)
            cidrs = [
                cidr
                for found in lists
                if found["PrefixListName"] == name
                for cidr in entries(caller, found["PrefixListId"])
            ]
            if not cidrs:
                raise TrafficError(f"no prefix list {name}: cannot tell which addresses are S3's")
            self._s3 = str(ip_network(cidrs[0])[_HOST])
        return self._s3

    def _trace(self, instance: Instance, address: str) -> list[Passage]:
        try:
            paths = trace(self.network, instance.subnet_id, address)
        except LookupError:
            raise TrafficError(
                f"subnet {instance.subnet_id} of instance {instance.id} is not there: are the outputs of this stack?"
            ) from None
        return [self._passage(path) for path in paths] or [Passage("nowhere")]

    def _passage(self, path: Path) -> Passage:
        hops = str(path)
        if path.inspected and path.end not in {EndKind.DROPPED, EndKind.MISSING, EndKind.LOOP}:
            crossing = path.crossed[0]
            zone = next((hop.zone for hop in path.hops if hop.kind == "firewall" and hop.zone), None)
            return Passage("inspected", hops, _arn(self.registrations[crossing.firewall]), zone or "")
        ways: dict[EndKind, Way] = {
            EndKind.SERVICE: "endpoint",
            EndKind.DELIVERED: "local",
            EndKind.INTERNET: "bypass",
            EndKind.OUTSIDE: "bypass",
            EndKind.ON_PREMISES: "bypass",
        }
        return Passage(ways.get(path.end, "nowhere"), hops)


def _arn(registration: Registration) -> str:
    return str(registration.properties["arn"])
