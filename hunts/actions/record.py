"""The record of a case in AWS: a parameter that only the first responder can create, so that the second sees the first.

AWS has no conditional write of tags. `PutParameter` without `Overwrite` is one: of any number at once, one succeeds.
"""

import getpass
import json
import socket
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from hunts.actions.case import CASE, Before, Journal, is_case, left_open, new_case, now, open_journal
from hunts.actions.instance import Clients, Target
from hunts.actions.steps import Step, refused
from hunts.backends.aws import code, messages
from hunts.errors import HuntError

ROOT = "/inspected-egress/cases"
"""Under it each stack has its own: the responder's rights end at ROOT/PROJECT/STACK."""


@dataclass(frozen=True, slots=True)
class Record:
    """Which case an instance is in, since when and by whom, and how it was before."""

    case: str
    before: Before
    by: str
    at: str


def parameter(target: Target) -> str:
    """Return the name of an instance's record, by the tags that tell whose the instance is."""
    return "/".join([ROOT, target.tags.get("project", "-"), target.tags.get("stack", "-"), target.id])


def read(clients: Clients, target: Target) -> Record | None:
    """Return the record of the case that the instance is in; None if it is in none."""
    with messages():
        try:
            found = clients("ssm").get_parameter(Name=parameter(target))
        except ClientError as error:
            if code(error) == "ParameterNotFound":
                return None
            raise
    try:
        document = json.loads(found["Parameter"]["Value"])
        record = Record(document["case"], Before(**document["before"]), document["by"], document["at"])
        why = "" if is_case(record.case, target.id) else f"{record.case!r} is no name of one"
    except (ValueError, KeyError, TypeError) as error:
        why = str(error)
    if why:
        raise HuntError(f"parameter {parameter(target)} is no record of a case ({why})")
    return record


@dataclass(frozen=True, slots=True)
class Case:
    """A case as a responder finds it: its journal, whether it is `new`, and what kept AWS's record unread.

    `before` of the journal is None where the instance carries a case whose record is nowhere to be found.
    """

    journal: Journal
    new: bool = False
    trouble: HuntError | None = None


def open_case(clients: Clients, target: Target, root: Path) -> Case:
    """Return the case that the instance is in, or a new one, which is written nowhere yet."""
    try:
        record, trouble = read(clients, target), None
    except HuntError as error:
        record, trouble = None, error
    if record:
        journal = open_journal(root, record.case, target.id)
        journal.before = record.before
    elif is_case(tag := target.tags.get(CASE, ""), target.id):
        journal = open_journal(root, tag, target.id)
    elif (left := left_open(root, target.id)) is not None:
        journal = left
    else:
        name = new_case(target.id)
        return Case(Journal(root / name, name, target.id, target.before()), new=True, trouble=trouble)
    return Case(journal, trouble=trouble)


def claim(clients: Clients, target: Target, case: Case) -> Step:
    """Return the step that writes the record, unless somebody else's is there: then that case is gone on with."""
    journal = case.journal
    text = f"open case {journal.case}, with what was there before"
    if journal.before is None:
        unknown = f"it carries case {journal.case}, and what was there before is not to be found on this machine either"
        return refused("record", text, case.trouble or HuntError(unknown))
    before, mine = journal.before, journal.case

    def act() -> dict[str, Any]:
        record = Record(mine, before, f"{getpass.getuser()}@{socket.gethostname()}", now())
        try:
            _put(clients, target, record, overwrite=False)
        except ClientError as error:
            if code(error) != "ParameterAlreadyExists":
                raise
            first = read(clients, target)
            if first is None:
                raise HuntError("another responder released it at this moment: look again") from None
            journal.join(first.case, first.before)
            if first.case != mine:
                return {"mind": f"{first.by} was first, at {first.at}: going on in case {first.case}"}
        return {}

    return Step("record", text, not journal.done("record"), act)


def amend(clients: Clients, target: Target, journal: Journal) -> None:
    """Write anew what was there before, after more of it came to light."""
    there = read(clients, target)
    if there and journal.before:
        _put(clients, target, Record(there.case, journal.before, there.by, there.at), overwrite=True)


def forget(clients: Clients, target: Target) -> None:
    """Take the record away; nothing happens if it is gone."""
    try:
        clients("ssm").delete_parameter(Name=parameter(target))
    except ClientError as error:
        if code(error) != "ParameterNotFound":
            raise


def _put(clients: Clients, target: Target, record: Record, *, overwrite: bool) -> None:
    # Many interfaces with many groups need more than the 4 KB of a standard parameter: AWS picks the tier.
    clients("ssm").put_parameter(
        Name=parameter(target),
        Value=json.dumps(asdict(record), separators=(",", ":")),
        Type="String",
        Tier="Intelligent-Tiering",
        Overwrite=overwrite,
    )
