"""Takes an instance off the network, evidence first, so that it can be looked at and put back.

Modelled on AWS's own guidance (Security Incident Response Guide): capture, then contain, and keep the machine running,
because its memory is evidence too.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hunts.actions.case import CASE, RELEASED, Before, Journal, now, open_journal
from hunts.actions.flows import cut
from hunts.actions.instance import Clients, Target
from hunts.actions.revoke import others, revoke, role_of
from hunts.actions.steps import Step, Tell, carry_out
from hunts.backends.aws import messages, pages
from hunts.errors import HuntError
from hunts.stack import StackOutputs

TRACKED = (
    "Connections through the stack's firewall are cut there. Others that the old groups tracked (to neighbours, to S3 "
    "by its endpoint) go on until they end or idle out; to cut one now, stop the instance: that loses its memory."
)
"""What a swap of security groups does not do (EC2 user guide, "Security group connection tracking")."""


def case_of(target: Target, root: Path) -> str:
    """Return the case that the instance is in, by its tags or by a journal that a crash left open; else a new name."""
    if CASE in target.tags:
        return target.tags[CASE]
    for folder in sorted(root.glob(f"{target.id}-*"), reverse=True):
        steps = open_journal(root, folder.name, target.id).steps
        if steps.get("tags", {}).get("state") != "done" and RELEASED not in steps:
            return folder.name
    return f"{target.id}-{now().replace(':', '').replace('-', '')}"


def isolate(
    clients: Clients,
    target: Target,
    outputs: StackOutputs,
    journal: Journal,
    tell: Tell,
    *,
    dry: bool,
    sessions: bool | None = None,
) -> None:
    """Carry out (or, `dry`, only tell) the steps that are still needed. Safe to repeat after a crash at any point.

    `sessions` says whether the role's sessions are revoked; None does it where no other instance uses the role.
    """
    before = Before.of_tags(target.tags)
    if before is None:
        # A journal from before a crash that came ahead of the tags knows it too; nothing had been changed by then.
        before = Before({key: list(value) for key, value in target.groups.items()}, target.profile, target.protected)
        before.scaling_group = target.scaling_group
    journal.before = before
    carry_out(plan(clients, target, outputs, journal, sessions=sessions), journal, tell, dry=dry)


def plan(
    clients: Clients, target: Target, outputs: StackOutputs, journal: Journal, *, sessions: bool | None = None
) -> Iterator[Step]:
    """Yield the steps in their order: evidence, record, network, identity, protection."""
    quarantine = _quarantine(target, outputs)
    yield _describe(clients, target, journal)
    yield _console(clients, target, journal)
    yield from _snapshots(clients, target, journal)
    yield _tags(clients, target, journal)
    for interface, groups in target.groups.items():
        yield _swap(clients, interface, groups, quarantine[target.vpcs[interface]])
    yield from cut(clients, target, outputs, journal)
    profile = journal.before.profile
    if profile:
        yield _detach_role(clients, target, profile)
    role = role_of(clients, profile) if profile and sessions is not False else ""
    if role and (sessions or not others(clients, target, profile)):
        yield revoke(clients, role, journal)
    yield _protect(clients, target)
    if journal.before.scaling_group:
        yield _leave(clients, target, journal.before.scaling_group)


def _quarantine(target: Target, outputs: StackOutputs) -> dict[str, str]:
    missing = sorted(set(target.vpcs.values()) - set(outputs.quarantine_security_groups))
    if missing:
        raise HuntError(
            f"{target.id}: the stack has no quarantine security group for {', '.join(missing)}; "
            "is the instance one of this stack's?"
        )
    return {vpc: outputs.quarantine_security_groups[vpc] for vpc in target.vpcs.values()}


def _done(journal: Journal, name: str) -> bool:
    return journal.steps.get(name, {}).get("state") == "done"


def _describe(clients: Clients, target: Target, journal: Journal) -> Step:
    def act() -> dict[str, Any]:
        filters = [{"Name": "attachment.instance-id", "Values": [target.id]}]
        found = {
            "instance": target.description,
            "interfaces": list(
                pages(clients("ec2"), "describe_network_interfaces", "NetworkInterfaces", Filters=filters)
            ),
            "volumes": clients("ec2").describe_volumes(VolumeIds=list(target.volumes))["Volumes"]
            if target.volumes
            else [],
        }
        return {"file": str(journal.evidence("instance.json", json.dumps(found, indent=2, default=str)))}

    return Step("describe", "write down instance, interfaces and disks", not _done(journal, "describe"), act)


def _console(clients: Clients, target: Target, journal: Journal) -> Step:
    def act() -> dict[str, Any]:
        output = clients("ec2").get_console_output(InstanceId=target.id).get("Output", "")
        return {"file": str(journal.evidence("console.txt", output))}

    return Step("console", "keep the console output", not _done(journal, "console"), act)


def _snapshots(clients: Clients, target: Target, journal: Journal) -> Iterator[Step]:
    ec2 = clients("ec2")
    with messages():
        # Found by its tag, so that a crash between snapshot and journal makes no second one.
        filters = [{"Name": f"tag:{CASE}", "Values": [journal.case]}]
        listing = pages(ec2, "describe_snapshots", "Snapshots", Filters=filters)
        there = {item["VolumeId"] for item in listing}
    for volume in target.volumes:

        def act(volume: str = volume) -> dict[str, Any]:
            tags = [{"Key": CASE, "Value": journal.case}, {"Key": "Name", "Value": f"{journal.case} {volume}"}]
            made = ec2.create_snapshot(
                VolumeId=volume,
                Description=f"Evidence of case {journal.case}",
                TagSpecifications=[{"ResourceType": "snapshot", "Tags": tags}],
            )
            return {"snapshot": made["SnapshotId"]}

        yield Step(f"snapshot {volume}", f"snapshot of disk {volume}", volume not in there, act)


def _tags(clients: Clients, target: Target, journal: Journal) -> Step:
    tags = journal.before.tags(journal.case, now())

    def act() -> dict[str, Any]:
        clients("ec2").create_tags(Resources=[target.id], Tags=[{"Key": key, "Value": tags[key]} for key in tags])
        return {"tags": tags}

    text = f"tag it with case {journal.case} and with what was there before"
    return Step("tags", text, CASE not in target.tags, act)


def _swap(clients: Clients, interface: str, groups: Sequence[str], quarantine: str) -> Step:
    def act() -> dict[str, Any]:
        clients("ec2").modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=[quarantine])
        return {"from": list(groups), "to": quarantine}

    needed = list(groups) != [quarantine]
    change = f"{', '.join(groups)} -> {quarantine}" if needed else quarantine
    return Step(f"groups {interface}", f"{interface}: security groups {change} (quarantine)", needed, act)


def _detach_role(clients: Clients, target: Target, profile: str) -> Step:
    def act() -> dict[str, Any]:
        clients("ec2").disassociate_iam_instance_profile(AssociationId=target.association)
        return {"profile": profile}

    return Step("role", f"take its role away ({profile.rsplit('/', 1)[-1]})", bool(target.association), act)


def _protect(clients: Clients, target: Target) -> Step:
    def act() -> dict[str, Any]:
        clients("ec2").modify_instance_attribute(InstanceId=target.id, DisableApiTermination={"Value": True})
        return {}

    return Step("protect", "turn termination protection on", not target.protected, act)


def _leave(clients: Clients, target: Target, group: str) -> Step:
    def act() -> dict[str, Any]:
        clients("autoscaling").detach_instances(
            InstanceIds=[target.id], AutoScalingGroupName=group, ShouldDecrementDesiredCapacity=False
        )
        return {"group": group}

    text = f"take it out of auto-scaling group {group}, which starts a fresh one"
    return Step("scaling", text, bool(target.scaling_group), act)
