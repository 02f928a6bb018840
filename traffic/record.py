"""Records the logs in ``examples/logs``: the scenarios on a stack that exists only here, judged by the real Suricata.

    python -m traffic.record [FOLDER]

The stack is a hub with two spokes, every rule group at ``alert``, ``.example.net`` denied by the firewall and
``.denied.example`` by DNS Firewall. The same sources give the same bytes, but for what another version of Suricata sees
differently.
"""

import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from components.rules.catalog import catalog, render
from components.rules.domains import domain_list, expand
from components.rules.selection import HIDDEN_NAMES_GROUP
from components.rules.syntax import parse_rules
from hunts.stack import Instance, LogDestination, StackOutputs, Vpc
from traffic.errors import TrafficError
from traffic.folder import write_folder, write_truth
from traffic.log_locations import Origin
from traffic.network import FixedNetwork, Passage
from traffic.plan import make_plan
from traffic.policy import FirewallPolicy, RuleGroupText, build_policy
from traffic.records import Record
from traffic.resolver import DnsRule, Resolvers, VpcResolver
from traffic.scenario import load_scenario
from traffic.simulate import Firewall, World, simulate
from traffic.suricata import Suricata

EXAMPLES = Path(__file__).parent.parent / "examples"
ACCOUNT, REGION, FIREWALL_NAME = "123456789012", "eu-west-1", "example-firewall"
FIREWALL_ARN = f"arn:aws:network-firewall:{REGION}:{ACCOUNT}:firewall/{FIREWALL_NAME}"
END = datetime(2026, 1, 15, 12, 0, tzinfo=UTC).timestamp()
SCENARIOS = ("quiet-day", "intruder", "s3-through-nat", "dns-exfiltration", "beacon", "lookalikes", "visits")
_INSTANCES = {
    "apples-quiet": ("i-0a1b2c3d4e5f60001", "10.1.0.10", "apples", False),
    "apples-rogue": ("i-0a1b2c3d4e5f60002", "10.1.0.11", "apples", True),
    "pears-quiet": ("i-0a1b2c3d4e5f60003", "10.2.0.10", "pears", False),
}
_DNS_DENIED = ("denied.example", "*.denied.example")
_VPCS = {"apples": ("vpc-0aaaaaaaaaaaaaaa1", "10.1.0.0/16"), "pears": ("vpc-0bbbbbbbbbbbbbbb2", "10.2.0.0/16")}


def example_stack() -> StackOutputs:
    """Return the outputs of the stack that the example logs are of."""
    return StackOutputs(
        layout="hub-and-spoke",
        region=REGION,
        firewall_name=FIREWALL_NAME,
        firewall_arn=FIREWALL_ARN,
        alert_log=LogDestination(type="s3", name="example-logs"),
        flow_log=LogDestination(type="s3", name="example-logs"),
        query_log=LogDestination(type="s3", name="example-logs"),
        vpcs={name: Vpc(id=vpc, cidr=cidr) for name, (vpc, cidr) in _VPCS.items()},
        instances={
            name: Instance(id=id_, private_ip=ip, subnet_id=f"subnet-{vpc}", vpc_id=_VPCS[vpc][0], rogue=rogue)
            for name, (id_, ip, vpc, rogue) in _INSTANCES.items()
        },
        experiment_bucket="example-experiment",
    )


def example_policy() -> FirewallPolicy:
    """Return that stack's policy: the groups of the catalogue at alert, then the deny list, then alert_established.

    Without `hidden-names`: what it refuses otherwise, QUIC above all, is there for the hunts to find.
    """
    names = [name for name in catalog() if name != HIDDEN_NAMES_GROUP]
    groups = [RuleGroupText(name, tuple(parse_rules(render(name, "alert")))) for name in names]
    denied = expand(domain_list("DENYLIST", [".example.net"]))
    groups.append(RuleGroupText("denied-domains", tuple(parse_rules(denied))))
    home = [cidr for _, cidr in _VPCS.values()]
    return build_policy(groups, home_net=home, default_actions=("aws:alert_established",))


def example_world(suricata: Suricata) -> World:
    """Return the network of that stack: everything crosses the firewall, S3 too."""
    rule = DnsRule("rslvr-frg-0123456789abcdef0", "rslvr-fdl-0123456789abcdef0", "BLOCK", _DNS_DENIED)
    resolvers = {vpc: VpcResolver(vpc, (rule,)) for vpc, _ in _VPCS.values()}
    return World(
        network=FixedNetwork(Passage("inspected", firewall=FIREWALL_ARN, zone=f"{REGION}a")),
        firewalls={FIREWALL_ARN: Firewall(FIREWALL_ARN, FIREWALL_NAME, example_policy())},
        resolvers=Resolvers(ACCOUNT, REGION, resolvers),
        suricata=suricata,
    )


def record(folder: Path, names: tuple[str, ...] = SCENARIOS) -> None:
    """Write the logs of each scenario, with its truth, below a folder that is made anew."""
    suricata = Suricata.find()
    shutil.rmtree(folder, ignore_errors=True)
    stack = example_stack()
    folder.mkdir(parents=True)
    (folder / "stack.json").write_text(stack.model_dump_json(indent=2) + "\n", encoding="utf-8")
    for name in names:
        scenario = load_scenario(EXAMPLES / "scenarios" / f"{name}.yaml")
        world = example_world(suricata)
        plan = make_plan(scenario, stack, END - scenario.duration, world.network.s3_address())
        simulation = simulate(plan, world)
        write_folder(simulation.records, folder / name, _origin)
        write_truth(simulation, folder / name / "truth.jsonl")
        print(f"{name}: {len(simulation.results)} flows, {len(simulation.records)} records")  # noqa: T201


def _origin(record_: Record) -> Origin:
    return Origin(ACCOUNT, REGION, record_.source if record_.log == "QUERY" else FIREWALL_NAME)


def main() -> None:
    """Record into the folder that the command line names, or into examples/logs."""
    try:
        record(Path(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLES / "logs", SCENARIOS)
    except TrafficError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
