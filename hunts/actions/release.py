"""Puts an isolated instance back as it was, from what the isolation recorded."""

from collections.abc import Iterator, Sequence
from typing import Any

from hunts.actions import membership
from hunts.actions.case import CASE, RELEASED, Before, Journal
from hunts.actions.instance import Clients, Target
from hunts.actions.protection import protects, shuts_down
from hunts.actions.record import Case, forget
from hunts.actions.revoke import restore
from hunts.actions.steps import Step, Tell, carry_out
from hunts.errors import HuntError


def release(
    clients: Clients,
    target: Target,
    case: Case,
    tell: Tell,
    *,
    dry: bool,
    sessions: bool = False,
    discard: bool = False,
) -> None:
    """Carry out (or, `dry`, only tell) what puts the instance back. Evidence, snapshots and revocation stay.

    Goes by AWS's record of the case, so that the journal's file is not needed, or else by that file. `sessions` takes
    this case's revocation off the role. `discard` leaves the instance off the network, to be terminated.

    Raises HuntError if the instance isn't isolated, or at the first step that AWS refuses; the record stays then.
    """
    journal = case.journal
    if case.new:
        raise case.trouble or HuntError(
            f"{target.id} carries no case: it was not isolated from here, or it is released already"
        )
    if journal.before is None:
        raise case.trouble or HuntError(
            f"{target.id} carries case {journal.case}, and there is no record of it, neither in AWS nor on this "
            "machine: put it back by hand, or release it where it was isolated"
        )
    if discard:
        steps = _discarded(clients, target, journal.before)
    else:
        steps = plan(clients, target, journal, journal.before, sessions=sessions)
    carry_out(steps, journal, tell, dry=dry)


def plan(clients: Clients, target: Target, journal: Journal, before: Before, *, sessions: bool) -> Iterator[Step]:
    """Yield the steps in their order: identity, network, memberships, protection, and at last the record."""
    if before.profile:
        yield from restore(clients, before.profile, journal.case, asked=sessions)
        yield _role(clients, target, before.profile)
    for interface, groups in before.groups.items():
        if interface in target.groups:
            yield _groups(clients, interface, target.groups[interface], groups)
    if before.scaling_group:
        yield membership.rejoin(clients, target, before)
    yield from membership.register(clients, target, before)
    yield from _protection(clients, target, before)
    yield _record(clients, target)


def _discarded(clients: Clients, target: Target, before: Before) -> Iterator[Step]:
    """Yield what lets an instance be terminated that stays in quarantine until then."""
    yield from _protection(clients, target, before)
    yield _record(clients, target)


def _role(clients: Clients, target: Target, profile: str) -> Step:
    def act() -> dict[str, Any]:
        clients("ec2").associate_iam_instance_profile(IamInstanceProfile={"Arn": profile}, InstanceId=target.id)
        return {"profile": profile}

    return Step("role back", f"give its role back ({profile.rsplit('/', 1)[-1]})", target.profile != profile, act)


def _protection(clients: Clients, target: Target, before: Before) -> Iterator[Step]:
    state = "on" if before.protected else "off"
    text = f"termination protection {state}, as before"
    act = protects(clients, target, on=before.protected)
    yield Step("protection back", text, target.protected != before.protected, act)
    text = f"when it shuts itself down: {before.shutdown}, as before"
    act = shuts_down(clients, target, before.shutdown)
    yield Step("shutdown back", text, target.shutdown != before.shutdown, act)


def _groups(clients: Clients, interface: str, current: Sequence[str], groups: Sequence[str]) -> Step:
    def act() -> dict[str, Any]:
        clients("ec2").modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=list(groups))
        return {"from": list(current), "to": list(groups)}

    text = f"{interface}: security groups {', '.join(current)} -> {', '.join(groups)}"
    return Step(f"groups back {interface}", text, sorted(current) != sorted(groups), act)


def _record(clients: Clients, target: Target) -> Step:
    def act() -> dict[str, Any]:
        clients("ec2").delete_tags(Resources=[target.id], Tags=[{"Key": CASE}])
        # Last of all: as long as it is there, a run after a crash finds what was before.
        forget(clients, target)
        return {}

    return Step(RELEASED, "close the case: take its tag off and its record away", needed=True, act=act)
