"""Brings a stack's state together with the account, after whatever was killed: engine, launcher, provider or server.

What an engine was about is in its state, as pending operations; what the provider began and ended is in a file of its
own. An operation that was cut short, or that ended without its engine's noting it, is undone in the local AWS: the
account is then what the state says, and the command can be given again. An engine whose provider is killed between the
end of an operation and the answer notes a failure, not a pending operation: what the state has of it tells.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
import requests

from localaws.server import UNDO

from .account import LocalAws, LocalAwsError
from .records import rewrite

ENDING_SECONDS = 40.0
"""How long what a killed engine had begun may take to end in the provider, which waits for other things 30 s."""
UNDO_SECONDS = 600.0
"""How long the local AWS may take to play back what is not undone."""
POLL_SECONDS = 0.1
_KINDS = {"creating": "create", "updating": "update", "deleting": "delete"}
"""Pulumi's words for pending operations, and the provider's."""
_SAID = {"create": "creation", "update": "change", "delete": "deletion"}

Say = Callable[[str], None]


@dataclass(frozen=True)
class Operation:
    """One operation of the provider."""

    id: str
    kind: str
    urn: str
    resource: str
    """The resource's id; empty for one that is to be created."""
    pid: int
    at: float
    """When it began, in seconds since 1970 by the clock that the engine dates its state by."""

    def is_in(self, resources: Mapping[str, Sequence[Mapping[str, Any]]]) -> bool:
        """Tell whether a state, its resources by URN, knows of its end."""
        found = resources.get(self.urn, ())
        if self.kind == "delete":
            return all(each.get("id") != self.resource for each in found)
        when = "created" if self.kind == "create" else "modified"
        return any(_seconds(each.get(when)) >= self.at for each in found)


class Recovery:
    """What there is to bring together for one stack."""

    def __init__(self, local: LocalAws, project: str, stack: str, endpoint: str, say: Say) -> None:
        self._local, self._stack, self._endpoint, self._say = local, stack, endpoint, say
        self._operations = local.operations / project / f"{stack}.jsonl"
        self._state = local.state / ".pulumi" / "stacks" / project / f"{stack}.json"
        self._locks = local.state / ".pulumi" / "locks" / "organization" / project / stack

    @contextlib.contextmanager
    def held(self, *, works: bool) -> Iterator[int | None]:
        """Hold the stack, brought together, while a command that works on it runs; yields a file to hand on to it.

        One that only asks doesn't wait for another that works. Raises LocalAwsError.
        """
        self._operations.parent.mkdir(parents=True, exist_ok=True)
        with self._operations.with_suffix(".lock").open("a+") as lock:
            if not works:
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    if not self._engine():
                        self.bring_together()
                yield None
                return
            self._wait_for(lock)
            self.bring_together()
            with self._operations.open("a") as file:
                file.write(json.dumps({"checkpoints": not os.environ.get("PULUMI_SKIP_CHECKPOINTS")}) + "\n")
            yield lock.fileno()

    def _wait_for(self, lock: Any) -> None:
        """Return when no other command works on the stack; its processes hold the file, whoever was killed."""
        told = False
        while True:
            engine = self._engine()
            if not engine:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    pass
                else:
                    return
            if not told:
                who = f" (process {engine})" if engine else ""
                self._say(f"another command works on the stack {self._stack}{who}: waiting for its end")
                told = True
            time.sleep(POLL_SECONDS)

    def _lock_files(self) -> list[tuple[Path, int]]:
        """Return the engines' own locks on the stack, and whose they are: 0 for one that is damaged.

        What another machine holds, where the folder is shared, is left to the engine.
        """
        found = []
        for file in self._locks.glob("*.json"):
            try:
                held = json.loads(file.read_text())
                if held["hostname"] == socket.gethostname():
                    found.append((file, int(held["pid"])))
            except FileNotFoundError:
                continue
            except (ValueError, TypeError, KeyError):
                found.append((file, 0))
        return found

    def _engine(self) -> int:
        """Return the process of a living engine that holds the stack; 0 if there is none."""
        return next((pid for _, pid in self._lock_files() if pid and _is_engine(pid)), 0)

    def has_resources(self) -> bool:
        """Tell whether the stack's state holds any."""
        return bool((((self._read_state() or {}).get("checkpoint") or {}).get("latest") or {}).get("resources"))

    def bring_together(self) -> None:
        """Undo what the state doesn't know, and release what dead engines hold."""
        dead = self._lock_files()
        state = self._read_state()
        latest = (((state or {}).get("checkpoint") or {}).get("latest")) or {}
        # What other providers were about, the engine asks the person.
        pending = (
            []
            if not self._local.notes_operations
            else [op for op in latest.get("pending_operations") or () if op["resource"]["type"].startswith("aws:")]
        )
        resources = defaultdict(list)
        for each in latest.get("resources") or ():
            resources[each["urn"]].append(each)
        undone = self._undone(pending, resources, killed=bool(dead))
        if undone:
            self._undo(undone)
        if state is not None and pending:
            rest = [each for each in latest["pending_operations"] if each not in pending]
            latest["pending_operations"] = rest
            rewrite(self._state, json.dumps(state, indent=4))
        for file, pid in dead:
            self._say(f"the engine that held the stack {self._stack} is gone (process {pid}): its lock is released")
            file.unlink(missing_ok=True)
        self._operations.unlink(missing_ok=True)

    def _read_state(self) -> dict[str, Any] | None:
        try:
            return dict(json.loads(self._state.read_text()))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError) as error:
            raise LocalAwsError(
                f"The state of the stack {self._stack}, {self._state}, is damaged ({error}). Put the copy beside "
                f"it, {self._state.name}.bak, or one of yours in its place, or begin anew: `./local reset`."
            ) from error

    def _undone(
        self, pending: list[dict[str, Any]], resources: Mapping[str, Sequence[Mapping[str, Any]]], *, killed: bool
    ) -> list[Operation]:
        deadline = time.monotonic() + ENDING_SECONDS
        while True:
            begun, ended, cut, checkpoints = self._written()
            open_ = [each for each in begun if each.id not in ended | cut]
            provider = self._local.running()["provider"]
            if not any(provider and each.pid == provider.pid for each in open_):
                break
            if time.monotonic() > deadline:
                raise LocalAwsError(
                    f"What a killed command had begun on the stack {self._stack} doesn't end in the provider, process "
                    f"{open_[0].pid}. End that (`kill {open_[0].pid}`), and give the command again."
                )
            time.sleep(POLL_SECONDS)
        if killed and not checkpoints:
            return begun
        newest = {(each.kind, each.urn): each for each in begun}
        unknown = [newest.get((_KINDS.get(each["type"], ""), each["resource"]["urn"])) for each in pending]
        unknown += [
            each for each in begun if (provider is None or each.pid != provider.pid) and not each.is_in(resources)
        ]
        return [each for each in begun if each.id not in ended or each in unknown]

    def _written(self) -> tuple[list[Operation], set[str], set[str], bool]:
        begun, ended, cut, checkpoints = [], set(), set(), True
        with contextlib.suppress(FileNotFoundError):
            for line in self._operations.read_text().splitlines():
                # A provider that was killed may have left half a line.
                with contextlib.suppress(ValueError):
                    told = json.loads(line)
                    if "begun" in told:
                        # A version before this one wrote less.
                        resource, at = told.get("resource", ""), told.get("at", 0.0)
                        begun.append(Operation(told["begun"], told["kind"], told["urn"], resource, told["pid"], at))
                    elif "ended" in told:
                        ended.add(told["ended"])
                    elif "cut" in told:
                        cut.add(told["cut"])
                    else:
                        checkpoints = told["checkpoints"]
        return begun, ended, cut, checkpoints

    def _undo(self, operations: list[Operation]) -> None:
        body = json.dumps([each.id for each in operations]).encode()
        try:
            answer = requests.post(self._endpoint + UNDO, body, timeout=UNDO_SECONDS)
            answer.raise_for_status()
            told = answer.json()
        except (OSError, ValueError) as error:
            raise LocalAwsError(f"What a killed command did can't be undone: {error}. See ./local status.") from error
        if not told["undone"]:
            return
        names = [f"{_SAID[each.kind]} of {each.urn.rpartition('::')[2]}" for each in operations]
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""  # noqa: PLR2004 — a line's worth
        self._say(
            f"a command on the stack {self._stack} was cut short: what its state doesn't know was undone "
            f"({', '.join(names[:3])}{more})"
        )
        if told["otherwise"]:
            self._say(
                f"{told['otherwise']} later requests came out differently then; see {self._local.folder}/server.log"
            )


def _seconds(written: str | None) -> float:
    return datetime.fromisoformat(written).timestamp() if written else 0.0


def _is_engine(pid: int) -> bool:
    try:
        return psutil.Process(pid).name().startswith("pulumi")
    except psutil.Error:
        return False
