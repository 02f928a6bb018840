"""Files and folders on this machine: whatever they are called, what they hold decides, and each is read or named."""

import hashlib
import json
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from hunts.backends import Progress
from hunts.backends.seen_twice import counted_once, witness
from hunts.backends.sources import CHANGED, FIREWALL, LogFile, is_changed
from hunts.errors import HuntError
from hunts.forms import NAMED, Form, Made, NotALogError, UnreadableError, log_of
from hunts.forms.content import HEAD, Content, head
from hunts.forms.lookups import whole
from hunts.forms.recognise import recognise
from hunts.model import LOGS
from hunts.window import Window

# AWS's own name of an object says its type, where AWS's own layout is around it.
_OBJECT = re.compile(
    r"(?:\d{12}_network-firewall_(alert|flow)_[a-z0-9-]+|vpc-[0-9a-z]+_vpcdnsquerylogs_\d{12})_.+\.log(\.gz)?$"
)
_ENCODER = json.JSONEncoder(separators=(",", ":"), default=str)
_FIREWALL = "firewall"


@dataclass(slots=True)
class _File:
    path: Path
    label: str
    form: Form
    logs: frozenset[str]
    before: os.stat_result


@dataclass(slots=True)
class LocalFiles:
    """Reads files as they lie; those of another form than AWS's are brought into it once, in the spool folder."""

    paths: Sequence[Path]
    not_read: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    _found: list[_File] | None = None
    _made: dict[tuple[Path, Path], dict[str, LogFile]] = field(default_factory=dict)

    def files(self, log: str, window: Window, spool: Path, progress: Progress) -> Sequence[LogFile]:
        """Return the files that hold records of `log`; of FLOW, what several tools saw stays with one of them."""
        progress(f"looking for {log} files")
        files: list[LogFile] = []
        for each in self._all():
            if not (each.form.records or each.form.table):
                files += [LogFile(each.path, each.label, before=each.before)] if log in each.logs else []
            elif made := self._converted(each, spool, progress).get(log):
                files.append(made)
        return counted_once(files, window, spool) if log == "flow" else files

    def _all(self) -> list[_File]:
        if self._found is None:
            self._found = []
            files: list[tuple[Path, str]] = []
            for path, label in _listed(self.paths):
                if path.is_file():
                    files.append((path, label))
                else:
                    # A pipe would never end, and a link to a folder may lead round in a circle.
                    self.not_read.append(f"{label}: no file, nor a link to one")
            for path, label in _once(files):
                try:
                    before, start = path.stat(), head(path)
                    self._found.append(_File(path, label, recognise(path, start), _logs(path, start), before))
                except NotALogError as error:
                    self._refuse(f"{label}: {error}", lost=isinstance(error, UnreadableError))
                except OSError as error:
                    self._refuse(f"{label}: {error.strerror}", lost=True)
        return self._found

    def _refuse(self, why: str, *, lost: bool) -> None:
        self.not_read.append(why)
        self.lost += [why] if lost else []

    def _converted(self, file: _File, spool: Path, progress: Progress) -> dict[str, LogFile]:
        """Return the files of AWS's records, by log, that a file of another form amounts to."""
        key = (file.path, spool)
        if key not in self._made:
            progress(f"reading {file.label}: {file.form.name}")
            self._made[key] = self._convert(file, spool / f"made-{len(self._made):06d}")
        return self._made[key]

    def _convert(self, file: _File, target: Path) -> dict[str, LogFile]:
        targets = {log: Path(f"{target}-{log}") for log in LOGS}
        made = file.form.table(file.path, targets) if file.form.table else _written(file, targets)
        if is_changed(file.path, file.before):
            made.fault(CHANGED, lost=True)
        if not made.written.total():
            why = made.faults[0] if made.faults else "no record in it"
            self._refuse(f"{file.label}: {file.form.name}, but {why}", lost=made.lost)
            return {}
        # Of what log a part was that couldn't be read, nobody knows: whoever asks any of them hears of it.
        told = [log for log in LOGS if made.written[log] or made.count]
        for log in told:
            targets[log].touch()
        return {
            log: LogFile(
                targets[log],
                file.label,
                tuple(f"{file.label}: {why}" for why in made.faults),
                made.count,
                made.lost,
                frozenset(made.witnesses or {FIREWALL}),
            )
            for log in told
        }


def _written(file: _File, targets: Mapping[str, Path]) -> Made:
    """Write the records of a file to the `targets`, one by one."""
    made = Made()
    content = Content(file.path)
    with ExitStack() as files:
        # A log has its file from its first record on: of a hundred thousand files, most would be empty.
        handles: dict[str, TextIO] = {}
        for found in whole(file.form.records(content)) if file.form.records else ():
            if isinstance(found, NotALogError):
                made.fault(str(found), lost=isinstance(found, UnreadableError))
            elif (log := log_of(found)) is None:
                made.fault("a record of a type that no hunt reads")
            else:
                made.written[log] += 1
                if log == "flow":
                    made.witnesses.add(witness(found))
                if log not in handles:
                    handles[log] = files.enter_context(targets[log].open("w", encoding="utf-8"))
                handles[log].write(_ENCODER.encode(found) + "\n")
    if content.too_long:
        several = "a line" if content.too_long == 1 else f"{content.too_long:,} lines"
        made.fault(f"{several} longer than 16 MiB", lost=True)
        made.count += content.too_long - 1
    if content.damaged:
        del made.faults[NAMED - 1 :]
        made.fault("the file is cut short or damaged", lost=True)
    return made


def _listed(roots: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    for root in roots:
        if root.is_file():
            yield root, root.name
        elif root.is_dir():
            for path in sorted(root.rglob("*")):
                if path.is_symlink() or not path.is_dir():
                    yield path, str(path.relative_to(root))
        else:
            raise HuntError(f"no file or folder {root}: --logs takes files of log records, or folders of them")


def _once(listed: Iterable[tuple[Path, str]]) -> Iterator[tuple[Path, str]]:
    """Leave out what is there twice: a path that was given again, or a copy of a file under another name."""
    by_size: dict[int, list[tuple[Path, str]]] = defaultdict(list)
    seen: set[Path] = set()
    for path, label in listed:
        if (real := path.resolve()) not in seen:
            seen.add(real)
            by_size[path.stat().st_size].append((path, label))
    for group in by_size.values():
        contents: set[bytes] = set()
        for path, label in group:
            content = _digest(path) if len(group) > 1 and path.stat().st_size else bytes(str(path), "utf-8", "replace")
            if content not in contents:
                contents.add(content)
                yield path, label


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _logs(path: Path, start: bytes) -> frozenset[str]:
    """Return which logs a file of AWS's records may hold.

    A file that was seen to its end has those of its records; what is a record of none is a bad line of the firewall's.
    Of another one AWS's own name tells, where the first records agree; else it may have anything further down.
    """
    kinds = {kind for line in start.splitlines() if (kind := _kind(line))}
    known = frozenset(kinds) & frozenset(LOGS)
    if len(start) < HEAD and path.stat().st_size < HEAD:
        return known if known and _FIREWALL not in kinds else known | {"alert", "flow"}
    named = _OBJECT.search(path.name)
    log = (named[1] or "dns") if named else ""
    return frozenset({log}) if log and kinds <= {log} else frozenset(LOGS)


def _kind(line: bytes) -> str:
    """Return the log of a line; where it is of none, whether it is the firewall's at all; nothing for no record."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(value, dict):
        return ""
    return log_of(value) or (_FIREWALL if "firewall_name" in value else "other")
