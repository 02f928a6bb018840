"""The lab on the local AWS, deployed by the real engine and run: packets, verdicts, logs and changes are all real."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.emulation.test_world import children, host, runs
from tests.pulumi_cli import Stack

ROOT = Path(__file__).resolve().parents[2]
PYTHON = str(ROOT / ".venv" / "bin" / "python")
CONFIG = {
    "aws:region": "eu-west-1",
    "deny_domains": [".example.net"],
    "rule_groups": {"tls-http-visibility": "alert"},
}

pytestmark = pytest.mark.engine


class Lab:
    """The stack, and the network that runs it."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.env = {**stack.account.env, "LOCAL_AWS_DIR": str(stack.account.local.folder), "PYTHONPATH": str(ROOT)}
        self.instance = next(iter(stack.outputs()["instances"].values()))["id"]

    def net(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        line = [PYTHON, "-m", "emulation", *arguments]
        return subprocess.run(line, env=self.env, capture_output=True, text=True, check=False, timeout=150)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return self.net("run", self.instance, "--", *command)

    def curl(self, url: str) -> str:
        """The body, or curl's exit code where there is none: 28 is a timeout."""
        done = self.run("curl", "-sS", "--max-time", "4", url)
        return done.stdout.strip() if done.returncode == 0 else f"exit {done.returncode}"

    def alerts(self) -> list[dict[str, Any]]:
        """What stands in the stack's ALERT log by now."""
        logs = self.stack.account.client("logs")
        found = []
        for group in logs.describe_log_groups()["logGroups"]:
            for each in logs.filter_log_events(logGroupName=group["logGroupName"])["events"]:
                record = json.loads(each["message"])
                if record.get("event", {}).get("event_type") == "alert":
                    found.append(record)
        return found


@pytest.fixture
def lab(pulumi_stack: Callable[..., Stack], suricata: object) -> Iterator[Lab]:
    del suricata  # without it this is no test
    stack = pulumi_stack(ROOT, CONFIG, "dev")
    stack.up().ok()
    made = Lab(stack)
    yield made
    made.net("down")


def eventually(check: Callable[[], bool], seconds: float = 15.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if check():
            return True
        time.sleep(0.3)
    return check()


def test_the_deployed_network_runs(lab: Lab) -> None:
    assert "no network is up" in lab.run("true").stderr
    before = host()
    came_up = lab.net("up")
    assert came_up.returncode == 0, came_up.stdout + came_up.stderr

    # An allowed name answers, through the firewall; a denied one times out, by TLS and by HTTP.
    assert lab.curl("https://www.example.com/") == "This is www.example.com, /"
    assert lab.curl("https://www.example.net/") == "exit 28"
    assert lab.curl("http://www.example.net/") == "exit 28"
    # The instance's way out is the network alone.
    assert len(lab.run("ip", "-o", "link").stdout.splitlines()) == len(("lo", "its own"))
    # Both directions cross the firewall, hop by hop.
    hops = lab.net("trace", lab.instance, "203.0.113.77").stdout.split("Back:")
    assert [[line.split()[0] for line in way.splitlines() if line.startswith("  ")] for way in hops] == [
        ["vpc", "firewall", "vpc", "nat", "vpc", "internet", "internet"],
        ["internet", "vpc", "nat", "vpc", "firewall", "vpc", "instance"],
    ]
    assert lab.run("env").stdout.count("AWS_ENDPOINT_URL") == 0

    _it_knows_itself(lab)

    # What Suricata saw stands in the stack's own log within seconds, in AWS's envelope.
    def denied() -> list[dict[str, Any]]:
        return [record for record in lab.alerts() if record["event"]["alert"]["action"] == "blocked"]

    assert eventually(lambda: any(one["event"].get("tls", {}).get("sni") == "www.example.net" for one in denied()))
    record = denied()[0]
    assert record["availability_zone"].startswith("eu-west-1")
    assert record["event"]["verdict"]["action"] == "drop"

    _simulated_traffic_says_the_same(lab)

    ec2 = lab.stack.account.client("ec2")
    # A rule group changed in AWS is enforced in seconds, and the network stays the same one.
    firewalls = lab.stack.account.client("network-firewall")
    arns = [one["Arn"] for one in firewalls.list_rule_groups()["RuleGroups"]]
    groups = [firewalls.describe_rule_group(RuleGroupArn=arn) for arn in arns]
    found = next(one for one in groups if "RulesSourceList" in one["RuleGroup"]["RulesSource"])
    group = found["RuleGroupResponse"]["RuleGroupArn"]
    source = found["RuleGroup"]["RulesSource"]["RulesSourceList"]
    source["Targets"] = [".example.com"]
    firewalls.update_rule_group(UpdateToken=found["UpdateToken"], RuleGroupArn=group, RuleGroup=found["RuleGroup"])
    assert eventually(lambda: lab.curl("https://www.example.com/") == "exit 28")
    assert lab.curl("https://www.example.net/") == "This is www.example.net, /"

    _stateless_rules_come_first(lab)

    # Groups that let nothing out isolate an instance, and back.
    (instance,) = (i for r in ec2.describe_instances()["Reservations"] for i in r["Instances"])
    own = [group["GroupId"] for group in instance["SecurityGroups"]]
    closed = ec2.create_security_group(GroupName="closed", Description="closed", VpcId=instance["VpcId"])["GroupId"]
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.revoke_security_group_egress(GroupId=closed, IpPermissions=[everything])
    ec2.modify_instance_attribute(InstanceId=instance["InstanceId"], Groups=[closed])
    assert eventually(lambda: lab.curl("https://www.example.net/") == "exit 28", 30)
    assert lab.run("dig", "+short", "www.example.net").stdout.strip()
    ec2.modify_instance_attribute(InstanceId=instance["InstanceId"], Groups=own)
    assert eventually(lambda: lab.curl("https://www.example.net/") == "This is www.example.net, /", 30)

    # A route changed by hand takes the way out away.
    tables = ec2.describe_route_tables()["RouteTables"]
    way_out = next(t for t in tables for r in t["Routes"] if r.get("GatewayId", "").startswith("igw-"))
    ec2.delete_route(RouteTableId=way_out["RouteTableId"], DestinationCidrBlock="0.0.0.0/0")
    assert eventually(lambda: lab.curl("https://www.example.net/") == "exit 28", 30)

    assert lab.net("down").stdout == "down\n"
    assert lab.net("status").returncode == 1
    assert host() == before
    _everything_dies_with_the_first_process(lab)
    assert host() == before


def _simulated_traffic_says_the_same(lab: Lab) -> None:
    """What became of a scenario's flows is what the simulation has become of them."""
    line = [PYTHON, "-m", "tests.emulation.played", "visits", "--stack", "dev", "--within", "10"]
    alike = subprocess.run(line, cwd=lab.stack.folder, env=lab.env, capture_output=True, text=True, check=False)
    assert alike.returncode == 0, alike.stdout + alike.stderr
    assert "went through" in alike.stdout


def _stateless_rules_come_first(lab: Lab) -> None:
    """What a stateless rule passes no stateful rule sees; what it drops is gone."""
    caller = lab.stack.account.client("network-firewall")
    found = caller.describe_firewall_policy(
        FirewallPolicyArn=caller.list_firewall_policies()["FirewallPolicies"][0]["Arn"]
    )
    policy, arn = found["FirewallPolicy"], found["FirewallPolicyResponse"]["FirewallPolicyArn"]

    def rule(priority: int, action: str, **asked: Any) -> dict[str, Any]:
        return {
            "Priority": priority,
            "RuleDefinition": {"MatchAttributes": {"Protocols": [6], **asked}, "Actions": [action]},
        }

    web, tls = ({"FromPort": port, "ToPort": port} for port in (80, 443))
    rules = [
        rule(1, "aws:drop", DestinationPorts=[web]),
        rule(2, "aws:pass", DestinationPorts=[tls]),
        rule(3, "aws:pass", SourcePorts=[tls]),
    ]
    source = {"RulesSource": {"StatelessRulesAndCustomActions": {"StatelessRules": rules}}}
    made = caller.create_rule_group(RuleGroupName="first", Type="STATELESS", Capacity=10, RuleGroup=source)
    reference = {"ResourceArn": made["RuleGroupResponse"]["RuleGroupArn"], "Priority": 1}
    with_group = {**policy, "StatelessRuleGroupReferences": [reference]}
    told = caller.update_firewall_policy(
        FirewallPolicyArn=arn, UpdateToken=found["UpdateToken"], FirewallPolicy=with_group
    )
    assert eventually(lambda: lab.curl("https://www.example.com/") == "This is www.example.com, /")
    assert lab.curl("http://www.example.net/") == "exit 28"
    caller.update_firewall_policy(FirewallPolicyArn=arn, UpdateToken=told["UpdateToken"], FirewallPolicy=policy)
    assert eventually(lambda: lab.curl("http://www.example.net/") == "This is www.example.net, /")


def _it_knows_itself(lab: Lab) -> None:
    """By its name, and by its metadata, with a token; its role's credentials work at AWS's own names."""
    nobody = lab.net("run", "nobody", "--", "true")
    assert (nobody.returncode, "no instances are called nobody; there are: " in nobody.stderr) == (1, True)
    assert lab.curl("http://169.254.169.254/latest/meta-data/instance-id") == ""
    asked = "import boto3; print(boto3.client('sts', region_name='eu-west-1').get_caller_identity()['Arn'])"
    arn = lab.run(PYTHON, "-c", asked).stdout.strip()
    assert (arn.split(":")[2], arn.rpartition("/")[2]) == ("sts", lab.instance)


def _everything_dies_with_the_first_process(lab: Lab) -> None:
    assert lab.net("up").returncode == 0
    keeper = json.loads((lab.stack.account.local.folder / "net" / "net.json").read_text())["keeper"]
    below = children(keeper)
    assert below
    os.kill(keeper, signal.SIGKILL)
    assert eventually(lambda: not any(runs(pid) for pid in below))
