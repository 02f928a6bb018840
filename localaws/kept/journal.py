"""A file of requests, in the order in which they were answered, that a killed process, a full disk or a reboot spares.

A record is written in one piece after its request was executed and before it is answered, into room that was reserved
before: a disk that is full refuses a request instead of losing it. Nothing in the file is code: JSON and bytes.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import threading
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

_MAGIC = b"local AWS journal 2\n"
_HEAD = struct.Struct(">4sII")
"""Mark, length of the payload, its CRC; the head's own CRC follows."""
_HEAD_CRC = struct.Struct(">I")
_HEAD_SIZE = _HEAD.size + _HEAD_CRC.size
_MARK, _END = b"rec:", b"\n"
_ROOM = 64 * 1024
"""Bytes that are reserved beyond the end, for what is written without asking for room."""
_SYNC_SECONDS = 0.5


class DamagedError(Exception):
    """The file is not what was written; the message says where, and what to do."""


class NoRoomError(Exception):
    """The disk has no room for what a request would add."""


@dataclass(frozen=True)
class Record:
    """One request: how it came, and what its answer hung on beside the account itself."""

    environ: dict[str, str]
    """What WSGI says of it, texts alone."""
    body: bytes
    moment: float
    """When it was executed, in seconds since 1970."""
    seed: int
    """What all its random values were drawn from."""
    addresses: list[str] = field(default_factory=list)
    """Private addresses that it took in subnets: the next free one, which hangs on what others took."""
    answer: int = 0
    """CRC of the answer's body: played back, it has to be the same."""

    @property
    def operation(self) -> str:
        """The provider's operation that it was part of; empty for a request of anybody else."""
        return self.environ.get("HTTP_X_LOCAL_OPERATION", "")

    def packed(self) -> bytes:
        """Return the record as the file has it."""
        told = {key: value for key, value in asdict(self).items() if key != "body"}
        payload = zlib.compress(json.dumps(told).encode() + _END + self.body, 1)
        head = _HEAD.pack(_MARK, len(payload), zlib.crc32(payload))
        return head + _HEAD_CRC.pack(zlib.crc32(head)) + payload + _END


def _unpacked(payload: bytes) -> Record:
    told, _, body = zlib.decompress(payload).partition(_END)
    return Record(**json.loads(told), body=body)


class Journal:
    """The file while its server runs. Raises DamagedError and NoRoomError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._dirty = threading.Event()
        new = not path.exists()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        if new or os.fstat(self._file).st_size == 0:
            _write_at(self._file, _MAGIC, 0)
        self._end = len(_MAGIC)
        for self._end, _ in _read(path):
            pass
        os.ftruncate(self._file, self._end)
        self._reserved = self._end
        self.make_room(0)
        self._syncing = threading.Thread(target=self._sync, daemon=True)

    def records(self) -> Iterator[Record]:
        """Yield all records, the oldest first."""
        return read(self.path)

    def make_room(self, size: int) -> None:
        """Reserve room for a record with a body of `size` bytes."""
        wanted = self._end + size + _ROOM
        if wanted <= self._reserved:
            return
        try:
            _allocate(self._file, self._reserved, wanted + _ROOM - self._reserved)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, self._end)
            self._reserved = self._end
            raise NoRoomError(f"{self.path.parent}: {error.strerror}") from error
        self._reserved = wanted + _ROOM

    def append(self, record: Record) -> None:
        """Write a record at the end."""
        packed = record.packed()
        try:
            _write_at(self._file, packed, self._end)
        except OSError as error:
            raise NoRoomError(f"{self.path.parent}: {error.strerror}") from error
        self._end += len(packed)
        self._reserved = max(self._reserved, self._end)
        self._dirty.set()
        if not self._syncing.is_alive():
            self._syncing.start()

    def rewrite(self, records: Iterable[Record]) -> None:
        """Put these records in place of all there are, at once."""
        partial = self.path.with_suffix(".partial")
        with partial.open("wb") as file:
            file.write(_MAGIC)
            file.writelines(record.packed() for record in records)
            file.flush()
            os.fsync(file.fileno())
        with self._lock:
            os.close(self._file)
            partial.replace(self.path)
            self._file = os.open(self.path, os.O_RDWR)
        self._end = self._reserved = os.fstat(self._file).st_size
        self.make_room(0)

    def sync(self) -> None:
        """Return when the disk has what was written."""
        with self._lock:
            self._dirty.clear()
            os.fsync(self._file)

    def _sync(self) -> None:
        stop = threading.Event()
        while self._dirty.wait():
            with contextlib.suppress(OSError):
                self.sync()
            stop.wait(_SYNC_SECONDS)


def read(path: Path) -> Iterator[Record]:
    """Yield the records of a file, the oldest first; one that was cut is left out. Raises DamagedError."""
    return (record for _, record in _read(path) if record is not None)


def _read(path: Path) -> Iterator[tuple[int, Record | None]]:
    """Yield where each record ends, and the record; first where the first begins. A last one that is cut is left out.

    Cut is one without its end, followed by nothing: its request was never answered.
    """
    data = path.read_bytes()
    if not data.startswith(_MAGIC):
        raise DamagedError(f"{path} is no journal of this version: `./local reset` begins with an empty account")
    at, count = len(_MAGIC), 0
    yield at, None
    whole = len(data.rstrip(b"\0"))
    while at < whole:
        head = data[at : at + _HEAD.size]
        begin = at + _HEAD_SIZE
        if whole <= begin:
            return
        mark, length, crc = _HEAD.unpack(head)
        if mark != _MARK or _HEAD_CRC.pack(zlib.crc32(head)) != data[at + _HEAD.size : begin]:
            break
        payload, end = data[begin : begin + length], data[begin + length : begin + length + 1]
        if end != _END and whole <= begin + length:
            return
        if end != _END or zlib.crc32(payload) != crc:
            break
        at, count = begin + length + 1, count + 1
        yield at, _unpacked(payload)
    if at < whole:
        raise DamagedError(
            f"{path} is damaged at byte {at} of {len(data)}, after {count} whole requests. `truncate -s {at} {path}` "
            "keeps the account as it was after those; `./local reset` begins with an empty one"
        )


def _write_at(file: int, data: bytes, at: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(file, view, at)
        view, at = view[written:], at + written


def _allocate(file: int, at: int, size: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file, at, size)
    else:  # macOS
        _write_at(file, bytes(size), at)
