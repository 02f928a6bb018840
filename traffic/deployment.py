"""Reads all of what is deployed that traffic meets, so that a scenario can be played on it."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from hunts.stack import StackOutputs
from traffic.deployed import DeployedFirewall, Target, read_firewall
from traffic.deployed_dns import read_dns
from traffic.deployed_network import LiveNetwork
from traffic.log_locations import Origin
from traffic.records import LogType, Record
from traffic.resolver import Resolvers, VpcResolver
from traffic.simulate import Progress, World
from traffic.suricata import Suricata

Targets = Mapping[tuple[LogType, str], tuple[Target, ...]]


@dataclass(frozen=True)
class Deployment:
    """The deployed network, its firewalls by ARN and its resolvers by VPC id, and the target of every log."""

    region: str
    account: str
    network: LiveNetwork
    firewalls: Mapping[str, DeployedFirewall]
    resolvers: Mapping[str, VpcResolver]
    targets: Targets
    suricata: Suricata

    def origin(self, record: Record) -> Origin:
        """Return what stands in the names of a record's log: its firewall, or its VPC."""
        name = record.source if record.log == "QUERY" else self.firewalls[record.source].firewall.name
        return Origin(self.account, self.region, name)

    def world(self, round_trip: float) -> World:
        """Return a world to play a scenario in, with nothing yet in the resolvers' caches."""
        return World(
            network=self.network,
            firewalls={arn: found.firewall for arn, found in self.firewalls.items()},
            resolvers=Resolvers(self.account, self.region, dict(self.resolvers)),
            suricata=self.suricata,
            round_trip=round_trip,
        )


def read_deployment(stack: StackOutputs, progress: Progress) -> Deployment:
    """Read all that traffic meets. Raises TrafficError or HuntError with what to do about it."""
    suricata = Suricata.find()
    progress("reading the network")
    network = LiveNetwork.read(stack.region)
    progress("reading the firewalls")
    firewalls = {arn: _readable(read_firewall(arn, stack.region), suricata) for arn in network.firewall_arns}
    account = next((arn.split(":")[4] for arn in firewalls), "") or "000000000000"
    progress("reading the resolvers")
    dns = read_dns((instance.vpc_id for instance in stack.instances.values()), stack.region, account)
    targets: dict[tuple[LogType, str], tuple[Target, ...]] = {}
    logs: tuple[LogType, ...] = ("ALERT", "FLOW")
    for arn, found in firewalls.items():
        for log in logs:
            if log in found.targets:
                targets[log, arn] = (found.targets[log],)
    for vpc, own in dns.targets.items():
        targets["QUERY", vpc] = own
    return Deployment(stack.region, account, network, firewalls, dns.resolvers, targets, suricata)


def _readable(found: DeployedFirewall, suricata: Suricata) -> DeployedFirewall:
    """Set aside the rules that AWS takes and this Suricata does not."""
    with tempfile.TemporaryDirectory(prefix="traffic-") as folder:
        refused = suricata.refused(found.firewall.policy.text, Path(folder))
    policy = found.firewall.policy.without(refused)
    return replace(found, firewall=replace(found.firewall, policy=policy)) if refused else found
