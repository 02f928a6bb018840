"""Whether a command that is killed at a random moment leaves anything that the next one trips over.

`python -m bench kills` kills fifty times: the engine, `./local`, the provider or the server, in `up`, in an `up` that
changes much, and in `destroy`. After each kill the same command is given again and has to end well; a refresh must find
nothing that differs, and after `destroy` nothing may be left in the account. KILLS_SEED draws the moments again.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.table import markdown
from localaws.inventory import everything
from localaws.launch import LocalAws
from localaws.provider.clients import Clients, Credentials

ROOT = Path(__file__).resolve().parents[1]
KILLS = 50
VICTIMS = ("engine", "launcher", "provider", "server")
STEPS = {"up": 52, "update": 24, "destroy": 52}
"""How often the provider begins or ends an operation in each command, about."""
SECONDS = 600.0
"""How long any one command may take."""
POLL_SECONDS = 0.005

PROGRAM = """\
import pulumi
import pulumi_aws as aws

new = pulumi.Config().get_int("version") == 2
tags = {"version": "new" if new else "old"}
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", enable_dns_hostnames=True, tags=tags)
gateway = aws.ec2.InternetGateway("gateway", vpc_id=vpc.id, tags=tags)
public = aws.ec2.RouteTable("public", vpc_id=vpc.id)
aws.ec2.Route("out", route_table_id=public.id, destination_cidr_block="0.0.0.0/0", gateway_id=gateway.id)
subnets = [
    aws.ec2.Subnet(f"subnet-{i}", vpc_id=vpc.id, cidr_block=f"10.0.{i + 100 * (new and i == 2)}.0/24",
                   availability_zone="eu-west-1a", tags=tags)
    for i in range(4 + new)
]
for i, subnet in enumerate(subnets[:3]):
    aws.ec2.RouteTableAssociation(f"association-{i}", subnet_id=subnet.id, route_table_id=public.id)
address = aws.ec2.Eip("address", domain="vpc", tags=tags)
aws.ec2.NatGateway("nat", subnet_id=subnets[0].id, allocation_id=address.id, tags=tags,
    opts=pulumi.ResourceOptions(depends_on=[gateway]))
group = aws.networkfirewall.RuleGroup("group", type="STATEFUL", capacity=10, rule_group={"rules_source": {
    "rules_string": f'pass tcp any any -> any 44{3 + new} (sid:{1 + new};)'}}, tags=tags)
policy = aws.networkfirewall.FirewallPolicy("policy", firewall_policy={
    "stateless_default_actions": ["aws:forward_to_sfe"], "stateless_fragment_default_actions": ["aws:forward_to_sfe"],
    "stateful_rule_group_references": [{"resource_arn": group.arn}]})
firewall = aws.networkfirewall.Firewall("firewall", vpc_id=vpc.id, firewall_policy_arn=policy.arn,
    subnet_mappings=[{"subnet_id": subnets[3].id}], tags=tags)
security = aws.ec2.SecurityGroup("security", vpc_id=vpc.id, description="of the test", tags=tags)
aws.vpc.SecurityGroupIngressRule("rule", security_group_id=security.id, ip_protocol="tcp",
                                 from_port=443 + new, to_port=443 + new, cidr_ipv4="10.0.0.0/8")
role = aws.iam.Role("role", assume_role_policy='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":'
    '"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}]}', tags=tags)
aws.iam.RolePolicy("rights", role=role.name,
    policy='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}')
aws.s3.Bucket("bucket", force_destroy=True, tags=tags)
aws.cloudwatch.LogGroup("log", retention_in_days=7 if new else 3)
aws.ec2.Instance("instance", subnet_id=subnets[1].id, instance_type="t3.micro", tags=tags,
    ami=aws.ec2.get_ami(most_recent=True, owners=["amazon"],
                        filters=[{"name": "architecture", "values": ["x86_64"]}]).id)
if not new:
    aws.sns.Topic("topic")
"""


class NotWholeError(AssertionError):
    """A kill left something; the message says what."""


@dataclass(frozen=True)
class Kill:
    """Who was killed, in which command, after how many operations of the provider had begun or ended."""

    command: str
    victim: str
    after: int
    killed: bool
    """False if the command had ended before."""


class Trial:
    """A stack of its own on a local AWS of its own."""

    def __init__(self, folder: Path, draw: random.Random) -> None:
        self._folder, self._draw = folder, draw
        self.local = LocalAws(folder / "aws")
        self._environment = {**os.environ, "LOCAL_AWS_DIR": str(self.local.folder)}
        (folder / "__main__.py").write_text(PROGRAM)
        (folder / "Pulumi.yaml").write_text(
            f"name: kills\nruntime:\n  name: python\n  options: {{toolchain: pip, virtualenv: {ROOT / '.venv'}}}\n"
        )

    def kills(self) -> Iterator[Kill]:
        """Kill in an `up`, in an `up` that changes much, and in a `destroy`. Raises NotWholeError."""
        for command, version in (("up", 1), ("up", 2), ("destroy", 2)):
            (self._folder / "Pulumi.dev.yaml").write_text(f"config:\n  kills:version: {version}\n")
            called = "update" if (command, version) == ("up", 2) else command
            killed = self._killed(command, called)
            yield killed
            try:
                self._run(command, "--yes", "--skip-preview")
                if called == "update":
                    self._run("preview", "--refresh", "--expect-no-changes")
            except NotWholeError as error:
                raise NotWholeError(f"{killed}: {error}") from error
        if left := everything(self._client()):
            raise NotWholeError(f"destroy left {left}")

    def _killed(self, command: str, called: str) -> Kill:
        victim, after = self._draw.choice(VICTIMS), self._draw.randrange(1, STEPS[called])
        file = self.local.operations / "kills" / "dev.jsonl"
        launcher = self._start(command, "--yes", "--skip-preview")
        deadline = time.monotonic() + SECONDS
        while launcher.poll() is None and _lines(file) < after + 1:
            if time.monotonic() > deadline:
                launcher.terminate()
                raise NotWholeError(f"{command} took longer than {SECONDS:.0f} s")
            time.sleep(POLL_SECONDS)
        time.sleep(self._draw.random() / 50)
        done = launcher.poll() is not None or not _kill(victim, launcher.pid, self.local)
        launcher.communicate()
        return Kill(called, victim, after, killed=not done)

    def _start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [ROOT / "local", "pulumi", *arguments, "--stack", "dev", "--non-interactive", "--color", "never"],
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _run(self, *arguments: str) -> None:
        process = self._start(*arguments)
        try:
            said, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.terminate()
            said, _ = process.communicate()
            raise NotWholeError(f"{' '.join(arguments)} after a kill took {SECONDS:.0f} s\n{said}") from None
        if process.returncode:
            raise NotWholeError(f"{' '.join(arguments)} after a kill: exit code {process.returncode}\n{said}")

    def _client(self) -> Callable[[str], object]:
        environment = self.local.ensure()
        clients = Clients(environment["AWS_ENDPOINT_URL"])
        return lambda service: clients.get(service, "eu-west-1", Credentials())


def _lines(file: Path) -> int:
    try:
        return file.read_bytes().count(b"\n")
    except FileNotFoundError:
        return 0


def _kill(victim: str, launcher: int, local: LocalAws) -> bool:
    """Kill it; tell whether it was there."""
    if victim == "launcher":
        pid = launcher
    elif victim == "engine":
        engines = [each for each in psutil.Process(launcher).children() if each.name().startswith("pulumi")]
        if not engines:
            return False
        pid = engines[0].pid
    else:
        daemon = local.running()[victim]
        if daemon is None:
            return False
        pid = daemon.pid
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def kill(count: int, seed: int, folder: Path) -> list[Kill]:
    """Kill at least `count` times, at moments drawn from the seed, in trials of three. Raises NotWholeError."""
    trial = Trial(folder, random.Random(seed))  # noqa: S311
    done: list[Kill] = []
    try:
        while sum(each.killed for each in done) < count:
            done += list(trial.kills())
    except NotWholeError as error:
        raise NotWholeError(f"seed {seed}, {len(done)} kills before: {error}") from error
    finally:
        trial.local.stop()
    return done


def run() -> None:
    """Print how often each was killed in each command; a kill that left something ends it with what was left."""
    seed = int(os.environ.get("KILLS_SEED") or random.randrange(10**6))  # noqa: S311
    print(f"KILLS_SEED={seed}")
    folder = Path(tempfile.mkdtemp(prefix="kills-"))
    done = kill(KILLS, seed, folder)
    shutil.rmtree(folder)
    rows = [
        [command, *(str(sum(k.killed for k in done if (k.command, k.victim) == (command, who))) for who in VICTIMS)]
        for command in ("up", "update", "destroy")
    ]
    print(markdown(["killed in", *VICTIMS], rows))
    print(f"{sum(k.killed for k in done)} kills; after each, the next command converged, and destroy left nothing.")
