"""What the hunts know of a deployed stack: its outputs, checked once, from the engine or from a file."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hunts.errors import HuntError


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class LogDestination(_Part):
    """Where a log goes: a CloudWatch log group or an S3 bucket and prefix, or nowhere."""

    type: Literal["cloudwatch", "s3", "none"] = "none"
    name: str = ""
    prefix: str = ""


class Vpc(_Part):
    """A VPC of the stack."""

    id: str
    cidr: str
    ipv6_cidr: str = ""

    @property
    def ranges(self) -> str:
        """Return its ranges, separated by commas."""
        return ",".join(filter(None, (self.cidr, self.ipv6_cidr)))


class Instance(_Part):
    """A workload; `rogue` is what the config says, for checking a hunt's answer against."""

    id: str
    private_ip: str
    ipv6_address: str = ""
    subnet_id: str
    vpc_id: str
    rogue: bool = False


class Athena(_Part):
    """Where the stack keeps its tables over the S3 logs."""

    workgroup: str
    database: str
    output: str = ""


class Estimate(_Part):
    """What the stack says it costs by existing; ``None`` in a Region whose prices it hasn't."""

    per_hour: float | None = None
    missing: tuple[str, ...] = ()
    """What exists or is used and has no price in it."""


class StackOutputs(_Part):
    """The outputs of any of the layouts. What a layout lacks has its empty value."""

    layout: Literal["single-vpc", "hub-and-spoke", "spoke"]
    region: str
    firewall_name: str = ""
    firewall_arn: str = ""
    alert_log: LogDestination = LogDestination()
    flow_log: LogDestination = LogDestination()
    query_log: LogDestination = LogDestination()
    vpcs: Mapping[str, Vpc] = Field(default_factory=dict)
    instances: Mapping[str, Instance] = Field(default_factory=dict)
    quarantine_security_groups: Mapping[str, str] = Field(default_factory=dict)
    responder_role_arn: str = ""
    deny_rule_group_arn: str = ""
    deny_addresses_rule_group_arn: str = ""
    dns_deny_list_id: str = ""
    athena: Athena | None = None
    reachability_paths: Mapping[str, str] = Field(default_factory=dict)
    experiment_bucket: str = ""
    estimated_cost: Estimate | None = None

    @property
    def networks(self) -> str:
        """The workloads' networks, separated by commas."""
        return ",".join(vpc.ranges for vpc in self.vpcs.values())

    def instance_name(self, address: str) -> str | None:
        """Return the name of the instance with that private or IPv6 address, in full or short."""
        try:
            short = str(ip_address(address))
        except ValueError:
            return None
        return next(
            (name for name, item in self.instances.items() if short in (item.private_ip, item.ipv6_address)), None
        )

    def log(self, name: str) -> LogDestination:
        """Return the destination of the "alert", "flow" or "dns" log."""
        return {"alert": self.alert_log, "flow": self.flow_log, "dns": self.query_log}[name]


def parse(document: Mapping[str, Any], source: str) -> StackOutputs:
    """Return checked outputs; `source` is named in the message when they are not what a stack of ours exports."""
    try:
        return StackOutputs.model_validate(_present(document))
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
        raise HuntError(f"{source}: not the outputs of a stack of this project ({wrong})") from None


def _present(value: Any) -> Any:
    """Leave out what a layout has no value for: each field has its empty value."""
    if isinstance(value, Mapping):
        return {key: _present(inner) for key, inner in value.items() if inner is not None}
    return value


def from_file(path: Path) -> StackOutputs:
    """Return the outputs in a file that `pulumi stack output --json` wrote."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise HuntError(f"{path}: can't read stack outputs ({error})") from None
    if not isinstance(document, dict):
        raise HuntError(f"{path}: not a JSON object; write it with: pulumi stack output --json > {path}")
    return parse(document, str(path))


def from_engine(stack: str | None, directory: Path) -> StackOutputs:
    """Return the outputs of a stack (the selected one if None) of the Pulumi project in `directory`."""
    command: Sequence[str] = ["pulumi", "stack", "output", "--json", "--non-interactive"]
    if stack:
        command = [*command, "--stack", stack]
    try:
        done = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=120, check=False)
    except FileNotFoundError:
        raise HuntError("pulumi is not on PATH: run through ./local, or give --outputs FILE, or --logs PATH") from None
    except subprocess.TimeoutExpired:
        raise HuntError("pulumi stack output gave no answer in two minutes") from None
    if done.returncode:
        reason = done.stderr.strip().splitlines()
        told = reason[-1] if reason else "failed"
        raise HuntError(f"pulumi stack output: {told}; or give --stack NAME, --outputs FILE, or --logs PATH")
    document = json.loads(done.stdout or "{}")
    if not document:
        raise HuntError(f"stack {stack or '(selected)'} has no outputs: deploy it first (make up STACK=NAME)")
    return parse(document, f"stack {stack or '(selected)'}")
