"""A case: how its instance was before, and the journal of its steps, in a file beside the evidence."""

import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hunts.errors import HuntError

CASE = "inspected-egress:case"
"""The tag that names the case, on the instance and on its snapshots."""
RELEASED = "released"
"""The step that ends a case."""


@dataclass(slots=True)
class Before:
    """How an instance was: what isolation changes, as AWS had it.

    `groups` are security groups by interface, `shutdown` what the instance does when it shuts itself down, `scale_in`
    whether its scaling group might not take it down, `targets` its registrations ({"Id", "Port"}) by target group.
    """

    groups: dict[str, list[str]] = field(default_factory=dict)
    profile: str = ""
    protected: bool = False
    shutdown: str = "stop"
    scaling_group: str = ""
    scale_in: bool = False
    targets: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def now() -> str:
    """Return the time as tags and journal write it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def new_case(instance: str) -> str:
    """Return a name for a new case of an instance."""
    return f"{instance}-{now().replace(':', '').replace('-', '')}"


def is_case(name: str, instance: str) -> bool:
    """Tell whether a text may name a case of an instance, and so a folder here: whoever is on it may set its tags."""
    return bool(re.fullmatch(rf"{re.escape(instance)}-[A-Za-z0-9-]{{1,40}}", name))


@dataclass(slots=True)
class Journal:
    """The file of one case: every step with its state, written before and after it, in one move of a whole file."""

    folder: Path
    case: str
    instance: str
    before: Before | None = None
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)

    def note(self, step: str, state: str, **details: Any) -> None:
        """Write that a step has started, is done or has failed, with what else there is to say."""
        self.steps[step] = {**self.steps.get(step, {}), "state": state, "at": now(), **details}
        self.save()

    def save(self) -> None:
        """Write the file so that a crash leaves the old one or the new one, never half of either."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        before = asdict(self.before) if self.before else None
        document = {"case": self.case, "instance": self.instance, "before": before, "steps": self.steps}
        with tempfile.NamedTemporaryFile("w", dir=self.folder, suffix=".part", delete=False, encoding="utf-8") as part:
            json.dump(document, part, indent=2)
            part.flush()
            os.fsync(part.fileno())
        Path(part.name).replace(self.folder / "journal.json")

    def evidence(self, name: str, content: str) -> Path:
        """Write one piece of evidence and return where it is."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return path

    def done(self, step: str) -> bool:
        """Tell whether a step was carried out."""
        return bool(self.steps.get(step, {}).get("state") == "done")

    def join(self, case: str, before: Before) -> None:
        """Go on in the case that somebody else opened first, in its folder, with what is in this one so far."""
        folder = self.folder.parent / case
        if self.folder.exists() and not folder.exists():
            self.folder.rename(folder)
        self.folder, self.case, self.before = folder, case, before


def open_journal(root: Path, case: str, instance: str) -> Journal:
    """Return the journal of a case: the one that is there, or a new one."""
    folder = root / case
    path = folder / "journal.json"
    if not path.exists():
        return Journal(folder, case, instance)
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        before = Before(**document["before"]) if document["before"] else None
        return Journal(folder, case, document["instance"], before, document["steps"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise HuntError(f"{path}: not a journal that can be read ({error}); move it away to start anew") from None


def left_open(root: Path, instance: str) -> Journal | None:
    """Return the newest journal of a case that this machine alone knows of: after a crash, or a refused record."""
    for folder in sorted(root.glob(f"{instance}-*"), reverse=True):
        journal = open_journal(root, folder.name, instance)
        # With a record or a tag in AWS these decide: without them, somebody else has released it since.
        if not (journal.done("record") or journal.done("tag") or RELEASED in journal.steps):
            return journal
    return None


@dataclass(frozen=True, slots=True)
class Told:
    """A case for who reads the report: its instance's name, the sentence, and whether it still holds the instance."""

    instance: str
    text: str
    holds: bool


def told(root: Path, instances: Mapping[str, str], since: str) -> list[Told]:
    """Return each case of some instances (id to name) in which something was done since a time."""
    found = []
    for folder in sorted(path.parent for path in root.glob("*/journal.json")):
        journal = open_journal(root, folder.name, "")
        times = sorted(step["at"] for step in journal.steps.values())
        if journal.instance not in instances or not times or times[-1] < since:
            continue
        failed = [name for name, step in journal.steps.items() if step["state"] != "done"]
        end = journal.steps.get(RELEASED, {}).get("at")
        line = f"{instances[journal.instance]} ({journal.instance}) was isolated at {times[0]}"
        line += f", released at {end}" if end else ""
        line += f"; refused or not ended: {', '.join(failed)}" if failed else ""
        found.append(Told(instances[journal.instance], line, holds=end is None))
    return found


def cases() -> Path:
    """Return the folder of all cases: within the local AWS's own folder there, in the user's state folder otherwise."""
    local = os.environ.get("LOCAL_AWS_DIR")
    if local and os.environ.get("AWS_ENDPOINT_URL"):
        return Path(local) / "cases"
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(state) / "inspected-egress" / "cases"
