"""A stack and a world for tests that need no AWS: the one that the example logs are recorded on."""

from traffic.network import FixedNetwork, Passage
from traffic.policy import FirewallPolicy
from traffic.record import ACCOUNT, FIREWALL_ARN, FIREWALL_NAME, REGION, example_policy, example_stack
from traffic.resolver import DnsRule, Resolvers, VpcResolver
from traffic.scenario import Scenario
from traffic.security_groups import Refusal
from traffic.simulate import Firewall, World
from traffic.suricata import Suricata

START = 1_768_478_400.0
INSPECTED = Passage("inspected", firewall=FIREWALL_ARN, zone=f"{REGION}a")


def scenario(*activities, duration="1h", **extra) -> Scenario:
    return Scenario.model_validate(
        {"name": "test", "description": "for a test", "duration": duration, "activities": activities, **extra}
    )


def world(
    suricata: Suricata,
    *,
    passage: Passage = INSPECTED,
    s3: Passage | None = None,
    refused: Refusal = "",
    policy: FirewallPolicy | None = None,
    dns: tuple[DnsRule, ...] = (),
) -> World:
    vpcs = [vpc.id for vpc in example_stack().vpcs.values()]
    return World(
        network=FixedNetwork(passage, s3, refused=refused),
        firewalls={FIREWALL_ARN: Firewall(FIREWALL_ARN, FIREWALL_NAME, policy or example_policy())},
        resolvers=Resolvers(ACCOUNT, REGION, {vpc: VpcResolver(vpc, dns) for vpc in vpcs}),
        suricata=suricata,
    )
