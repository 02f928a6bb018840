"""Takes an instance off the network, so that it can be looked at and put back.

In the order of AWS's own guidance (Security Incident Response Guide): protect, then contain, then what stays anyway.
The machine keeps running, because its memory is evidence too. Nothing that may fail keeps the network from being cut.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

from hunts.actions import evidence, membership
from hunts.actions.case import CASE, Journal
from hunts.actions.flows import cut
from hunts.actions.instance import Clients, Target, look
from hunts.actions.protection import protects, shuts_down
from hunts.actions.record import Case, claim, read
from hunts.actions.revoke import revoke
from hunts.actions.steps import Step, Tell, carry_out, refused, tried
from hunts.backends.aws import code
from hunts.errors import HuntError
from hunts.stack import StackOutputs

TRACKED = (
    "Connections through the stack's firewall are cut there. Others that the old groups tracked (to neighbours, to S3 "
    "by its endpoint) go on until they end or idle out; to cut one now, stop the instance: that loses its memory."
)
"""What a swap of security groups does not do (EC2 user guide, "Security group connection tracking")."""

KEPT = (
    "While it is protected, nobody terminates it: `pulumi destroy` of its stack fails. `release` first, with --discard "
    "if it is not to come back."
)


def isolate(
    clients: Clients,
    target: Target,
    outputs: StackOutputs,
    case: Case,
    tell: Tell,
    *,
    dry: bool,
    sessions: bool | None = None,
    capture: str = "",
) -> None:
    """Carry out (or, `dry`, only tell) the steps that are still needed. Safe to repeat after a crash at any point.

    `sessions` says whether the role's sessions are revoked; None does it where no other instance uses the role.
    `capture` is the person's own tool, run before the network is cut.

    Raises HuntError, once all the others are done, with the steps that AWS refused.
    """
    steps = plan(clients, target, outputs, case, sessions=sessions, capture=capture)
    carry_out(steps, case.journal, tell, dry=dry, go_on=True)


def plan(
    clients: Clients,
    target: Target,
    outputs: StackOutputs,
    case: Case,
    *,
    sessions: bool | None,
    capture: str,
) -> Iterator[Step]:
    """Yield the steps in their order: record, protection, what can't come back, network, identity, the rest.

    What needs a look at AWS is looked for at its turn: a look that is refused or slow holds up nothing before it.
    """
    quarantine, journal = _quarantine(target, outputs), case.journal
    first = evidence.capture(capture, target, journal) if capture else None
    yield claim(clients, target, case)
    yield _tag(clients, target, journal)
    yield from _protect(clients, target)
    for error in target.unread:
        yield refused("scaling", "find its auto-scaling group", error)
    if group := target.scaling_group or (journal.before.scaling_group if journal.before else ""):
        yield membership.leave(clients, target, journal, group)
    yield evidence.describe(target, journal)
    if first:
        yield first
    for interface, groups in target.groups.items():
        yield _swap(clients, interface, groups, quarantine.get(target.vpcs[interface], ""), target.vpcs[interface])
    profile = journal.before.profile if journal.before else target.profile
    if profile:
        yield _detach_role(clients, target, profile)
        yield from tried(
            "sessions", "revoke its role's sessions", lambda: revoke(clients, target, profile, journal.case, sessions)
        )
    yield from tried("flush", "cut its open connections", lambda: cut(clients, target, outputs, journal))
    yield from tried(
        "targets", "take it out of load balancers", lambda: membership.deregister(clients, target, journal)
    )
    yield evidence.console(clients, target, journal)
    yield from tried("snapshot", "take snapshots", lambda: evidence.snapshots(clients, target, journal))
    yield _check(clients, target, quarantine, journal)


def _quarantine(target: Target, outputs: StackOutputs) -> dict[str, str]:
    """Return the quarantine group of each of the instance's VPCs that has one; at least one must."""
    known = {vpc: group for vpc, group in outputs.quarantine_security_groups.items() if vpc in target.vpcs.values()}
    if not outputs.quarantine_security_groups:
        raise HuntError(
            f"{target.id}: the stack has no quarantine security group at all: the layouts hub-and-spoke and spoke have "
            "one in each VPC, the single-VPC lab has none"
        )
    if not known:
        raise HuntError(
            f"{target.id}: the stack has no quarantine security group for {', '.join(set(target.vpcs.values()))}; "
            "is the instance one of this stack's?"
        )
    return known


def _tag(clients: Clients, target: Target, journal: Journal) -> Step:
    def act() -> dict[str, Any]:
        clients("ec2").create_tags(Resources=[target.id], Tags=[{"Key": CASE, "Value": journal.case}])
        return {}

    return Step("tag", "tag it with the case", target.tags.get(CASE) != journal.case, act)


def _protect(clients: Clients, target: Target) -> Iterator[Step]:
    yield Step("protect", "turn termination protection on", not target.protected, protects(clients, target, on=True))
    text = "have it stop, not terminate, when it shuts itself down"
    yield Step("shutdown", text, target.shutdown != "stop", shuts_down(clients, target, "stop"))


def _swap(clients: Clients, interface: str, groups: Sequence[str], quarantine: str, vpc: str) -> Step:
    if not quarantine:
        text = f"{interface}: put it into quarantine"
        return refused(f"groups {interface}", text, HuntError(f"the stack has no quarantine security group for {vpc}"))

    def act() -> dict[str, Any]:
        clients("ec2").modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=[quarantine])
        return {"from": list(groups), "to": quarantine}

    needed = list(groups) != [quarantine]
    change = f"{', '.join(groups)} -> {quarantine}" if needed else quarantine
    return Step(f"groups {interface}", f"{interface}: security groups {change} (quarantine)", needed, act)


def _detach_role(clients: Clients, target: Target, profile: str) -> Step:
    def act() -> dict[str, Any]:
        try:
            clients("ec2").disassociate_iam_instance_profile(AssociationId=target.association)
        except ClientError as error:
            # Another responder was quicker.
            if code(error) != "InvalidAssociationID.NotFound":
                raise
        return {"profile": profile}

    return Step("role", f"take its role away ({profile.rsplit('/', 1)[-1]})", bool(target.association), act)


def _check(clients: Clients, target: Target, quarantine: dict[str, str], journal: Journal) -> Step:
    """Return the step that looks once more: an interface may have come since, or another responder released it."""

    def act() -> dict[str, Any]:
        seen = look(clients, target.id)
        out = [
            interface for interface, groups in seen.groups.items() if groups != [quarantine.get(seen.vpcs[interface])]
        ]
        if out:
            raise HuntError(f"NOT ISOLATED: {', '.join(out)} is not in quarantine")
        if journal.done("record") and read(clients, target) is None:
            raise HuntError(f"case {journal.case} was released in the meantime, by somebody else")
        return {}

    return Step("check", "look once more that every interface is in quarantine", needed=True, act=act)
