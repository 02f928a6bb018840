"""The record of an isolation: what was there before, in a file beside the evidence and in tags on the instance itself.

The tags alone are enough to release an instance, so that a colleague without the file can do it too.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hunts.errors import HuntError

TAG = "inspected-egress:"
CASE = f"{TAG}case"
_GROUPS = f"{TAG}groups:"
_PROFILE = f"{TAG}profile"
_PROTECTED = f"{TAG}protected"
_SCALING = f"{TAG}scaling-group"
_SINCE = f"{TAG}isolated-at"
RELEASED = "released"
"""The step that ends a case."""
_VALUE = 256
"""Characters that a tag's value may have."""


@dataclass(slots=True)
class Before:
    """How an instance was: security groups by interface, instance profile, termination protection, scaling group."""

    groups: dict[str, list[str]] = field(default_factory=dict)
    profile: str = ""
    protected: bool = False
    scaling_group: str = ""

    def tags(self, case: str, at: str) -> dict[str, str]:
        """Return it as tags; raises HuntError when an interface has more groups than a tag can name."""
        tags = {CASE: case, _SINCE: at, _PROFILE: self.profile, _PROTECTED: str(self.protected).lower()}
        tags[_SCALING] = self.scaling_group
        tags |= {f"{_GROUPS}{interface}": " ".join(groups) for interface, groups in self.groups.items()}
        for key, value in tags.items():
            if len(value) > _VALUE:
                raise HuntError(
                    f"tag {key} would need {len(value)} characters, and AWS allows {_VALUE}: note it by hand"
                )
        return tags

    @classmethod
    def of_tags(cls, tags: Mapping[str, str]) -> "Before | None":
        """Return what the tags of an instance say; None if it carries none of ours."""
        if CASE not in tags:
            return None
        groups = {key.removeprefix(_GROUPS): value.split() for key, value in tags.items() if key.startswith(_GROUPS)}
        return cls(groups, tags.get(_PROFILE, ""), tags.get(_PROTECTED) == "true", tags.get(_SCALING, ""))


def ours(tags: Mapping[str, str]) -> list[str]:
    """Return the keys of the tags that an isolation leaves."""
    return [key for key in tags if key.startswith(TAG)]


def now() -> str:
    """Return the time as tags and journal write it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(slots=True)
class Journal:
    """The file of one case: every step with its state, written before and after it, in one move of a whole file."""

    folder: Path
    case: str
    instance: str
    before: Before = field(default_factory=Before)
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)

    def note(self, step: str, state: str, **details: Any) -> None:
        """Write that a step has started, is done or has failed, with what else there is to say."""
        self.steps[step] = {**self.steps.get(step, {}), "state": state, "at": now(), **details}
        self.save()

    def save(self) -> None:
        """Write the file so that a crash leaves the old one or the new one, never half of either."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        document = {"case": self.case, "instance": self.instance, "before": asdict(self.before), "steps": self.steps}
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


def open_journal(root: Path, case: str, instance: str) -> Journal:
    """Return the journal of a case: the one that is there, or a new one."""
    folder = root / case
    path = folder / "journal.json"
    if not path.exists():
        return Journal(folder, case, instance)
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return Journal(folder, case, document["instance"], Before(**document["before"]), document["steps"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise HuntError(f"{path}: not a journal that can be read ({error}); move it away to start anew") from None


def cases() -> Path:
    """Return the folder of all cases: within the local AWS's own folder there, in the user's state folder otherwise."""
    local = os.environ.get("LOCAL_AWS_DIR")
    if local and os.environ.get("AWS_ENDPOINT_URL"):
        return Path(local) / "cases"
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(state) / "inspected-egress" / "cases"
