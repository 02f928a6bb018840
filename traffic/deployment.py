"""Reads all of what is deployed that traffic meets, so that a scenario can be played on it."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hunts.stack import StackOutputs
from traffic.deployed import DeployedFirewall, Target, read_firewall
from traffic.deployed_dns import read_dns
from traffic.deployed_network import LiveNetwork
from traffic.log_locations import Origin
from traffic.records import LogType, Record
from traffic.resolver import Resolvers, VpcResolver
from traffic.simulate import Firewall, Progress, World
from traffic.suricata import Suricata
from traffic.user_data import File, read_user_data

SITES_FILE = "/etc/inspected-egress/sites"
"""Where an instance has what its `visit-sites` goes over, a URL or host a line."""

Targets = Mapping[tuple[LogType, str], tuple[Target, ...]]


class Firewalls(Mapping[str, DeployedFirewall]):
    """The firewalls of a Region by ARN, each read when traffic first meets it: of others nothing is known, or said."""

    def __init__(self, region: str, suricata: Suricata) -> None:
        self._region, self._suricata = region, suricata
        self._read: dict[str, DeployedFirewall] = {}

    def __getitem__(self, arn: str) -> DeployedFirewall:
        if arn not in self._read:
            self._read[arn] = _readable(read_firewall(arn, self._region), self._suricata)
        return self._read[arn]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)


@dataclass(frozen=True)
class _Judges(Mapping[str, Firewall]):
    """Deployed firewalls as a simulation has them."""

    found: Firewalls

    def __getitem__(self, arn: str) -> Firewall:
        return self.found[arn].firewall

    def __iter__(self) -> Iterator[str]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)


@dataclass(frozen=True)
class Deployment:
    """The deployed network, the firewalls that traffic meets, the resolvers by VPC id, and what instances visit."""

    region: str
    account: str
    network: LiveNetwork
    firewalls: Firewalls
    resolvers: Mapping[str, VpcResolver]
    query_targets: Mapping[str, tuple[Target, ...]]
    sites: Mapping[str, Sequence[str]]
    """What each instance that has a list of sites visits, by the instance's id."""
    suricata: Suricata

    @property
    def targets(self) -> Targets:
        """The target of every log, by its type and source, of the firewalls that traffic has met."""
        logs: tuple[LogType, ...] = ("ALERT", "FLOW")
        met: dict[tuple[LogType, str], tuple[Target, ...]] = {
            (log, arn): (found.targets[log],)
            for arn, found in self.firewalls.items()
            for log in logs
            if log in found.targets
        }
        return met | {("QUERY", vpc): own for vpc, own in self.query_targets.items()}

    def origin(self, record: Record) -> Origin:
        """Return what stands in the names of a record's log: its firewall, or its VPC."""
        name = record.source if record.log == "QUERY" else self.firewalls[record.source].firewall.name
        return Origin(self.account, self.region, name)

    def world(self, round_trip: float) -> World:
        """Return a world to play a scenario in, with nothing yet in the resolvers' caches."""
        return World(
            network=self.network,
            firewalls=_Judges(self.firewalls),
            resolvers=Resolvers(self.account, self.region, dict(self.resolvers)),
            suricata=self.suricata,
            round_trip=round_trip,
        )


def read_deployment(stack: StackOutputs, progress: Progress) -> Deployment:
    """Read all that traffic meets. Raises TrafficError or HuntError with what to do about it."""
    suricata = Suricata.find()
    progress("reading the network")
    network = LiveNetwork.read(stack.region)
    account = next((arn.split(":")[4] for arn in network.firewall_arns), "") or "000000000000"
    progress("reading the resolvers")
    dns = read_dns((instance.vpc_id for instance in stack.instances.values()), stack.region, account)
    progress("reading what the instances visit")
    files = read_user_data(stack.region, (instance.id for instance in stack.instances.values()))
    sites = {instance: listed for instance, found in files.items() if (listed := _sites(found))}
    firewalls = Firewalls(stack.region, suricata)
    return Deployment(stack.region, account, network, firewalls, dns.resolvers, dns.targets, sites, suricata)


def _sites(files: Sequence[File]) -> list[str]:
    lines = [line.strip() for file in files if file["path"] == SITES_FILE for line in file["content"].splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def _readable(found: DeployedFirewall, suricata: Suricata) -> DeployedFirewall:
    """Set aside the rules that AWS takes and this Suricata does not."""
    with tempfile.TemporaryDirectory(prefix="traffic-") as folder:
        refused = suricata.refused(found.firewall.policy.text, Path(folder))
    policy = found.firewall.policy.without(refused)
    return replace(found, firewall=replace(found.firewall, policy=policy)) if refused else found
