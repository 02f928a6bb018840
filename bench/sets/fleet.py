"""A fleet whose every record is known: what its instances do becomes what the firewall and the resolver would log."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.score import Finding
from hunts.folds.domains import domain_of

HOUR = 3600
START = 1_800_000_000
"""Epoch seconds at which the window begins; the baseline lies before it."""
BASELINE, LENGTH = 16 * HOUR, 8 * HOUR
FIRST, END = START - BASELINE, START + LENGTH
HOME = "10.1.0.0/16,10.2.0.0/16"

Family = Callable[["Fleet"], None]


class Fleet:
    """Instances by role, the records of what they did, and `truth`: per hunt the findings that there are to make.

    `bad` has each of these for all hunts: what another hunt says about the same instance and destination is not wrong.
    """

    def __init__(self, seed: int, roles: Mapping[str, int]) -> None:
        self.rng = random.Random(seed)  # noqa: S311 (the same world for the same seed)
        self.records: dict[str, list[tuple[float, str]]] = {"alert": [], "flow": [], "dns": []}
        self.truth: dict[str, set[Finding]] = {}
        self.bad: set[Finding] = set()
        self.rogues: set[str] = set()
        self._at: str | None = None
        numbers = iter(range(10, 250))
        self.roles = {
            role: [f"10.1.{index}.{next(numbers)}" for _ in range(n)] for index, (role, n) in enumerate(roles.items())
        }
        self._addresses: dict[str, str] = {}
        self._cached: dict[tuple[str, str], float] = {}
        self._flow = seed * 1_000_000
        self._spare = [*(item for role in ("web", "app", "batch") for item in self.roles[role])]
        self.rng.shuffle(self._spare)

    @property
    def everybody(self) -> list[str]:
        """All instances."""
        return [item for items in self.roles.values() for item in items]

    def victim(self) -> str:
        """Return an instance that nothing bad was done on yet, or the `rogue` on which everything is done."""
        return self._at or self._spare.pop()

    @contextmanager
    def rogue(self) -> Iterator[None]:
        """Do on one instance whatever is done."""
        self._at = self.victim()
        self.rogues.add(self._at)
        yield
        self._at = None

    def found(self, hunt: str, source: str, what: str) -> None:
        """Note a finding that `hunt` has to make."""
        self.truth.setdefault(hunt, set()).add((source, what))
        self.bad |= {(source, what), (source, domain_of(what)), (source, self._addresses.get(what, what))}

    def address(self, name: str | None = None) -> str:
        """Return where a name lives, or a new address."""
        if name in self._addresses:
            return self._addresses[name]
        first = self.rng.choice((23, 34, 52, 93, 104, 151, 185, 198))
        made = ".".join(map(str, (first, *(self.rng.randint(1, 250) for _ in range(3)))))
        if name:
            self._addresses[name] = made
        return made

    def label(self, length: int, letters: str = "abcdefghijklmnopqrstuvwxyz234567") -> str:
        """Return random letters."""
        return "".join(self.rng.choices(letters, k=length))

    def ask(
        self,
        at: float,
        source: str,
        name: str,
        *,
        kind: str = "A",
        rcode: str = "NOERROR",
        answers: Sequence[str] | None = None,
        ttl: float = 0,
    ) -> None:
        """Log a query, unless the resolver has the answer in its cache for another `ttl` seconds."""
        if self._cached.get((source, name), 0) > at:
            return
        self._cached[source, name] = at + ttl
        if answers is None:
            answers = [self.address(name)] if rcode == "NOERROR" else []
        record = {
            "version": "1.100000",
            "account_id": "123456789012",
            "region": "eu-west-1",
            "vpc_id": "vpc-1",
            "query_timestamp": datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "query_name": f"{name}.",
            "query_type": kind,
            "query_class": "IN",
            "rcode": rcode,
            "answers": [{"Rdata": item, "Type": kind, "Class": "IN"} for item in answers],
            "srcaddr": source,
            "srcport": str(self.rng.randint(1024, 65000)),
            "transport": "UDP",
            "srcids": {"instance": f"i-{source.replace('.', '')}"},
        }
        self._write("dns", at, record)

    def call(
        self,
        at: float,
        source: str,
        name: str | None = None,
        *,
        to: str | None = None,
        port: int = 443,
        app: str = "tls",
        out: float = 2000,
        back: float = 20000,
        lasts: float = 1,
        ttl: float = 300,
        lookup: bool = True,
        alert: bool = True,
        proto: str = "TCP",
        packets: tuple[int, int] | None = None,
        **more: Any,
    ) -> None:
        """Log one flow from `source`: the look-up before, the alert on its hello, FLOW's two records after."""
        dest = to or self.address(name)
        if name and lookup and to is None:
            self.ask(at, source, name, ttl=ttl)
        self._flow += 1
        ends = {
            "flow_id": self._flow,
            "src_ip": source,
            "src_port": self.rng.randint(32768, 60999),
            "dest_ip": dest,
            "dest_port": port,
            "proto": proto,
            "app_proto": app,
        }
        if alert:
            said = {"tls": {"tls": {"version": "TLS 1.3", **({"sni": name} if name else {}), **more}}}
            said |= {
                "quic": {"quic": {"sni": name} if name else {}},
                "http": {"http": {"hostname": name or dest, **more}},
            }
            rule = {
                "action": "allowed",
                "signature_id": 1100001,
                "signature": "visibility",
                "category": "",
                "severity": 3,
            }
            event = {"event_type": "alert", **ends, "alert": rule, "verdict": {"action": "alert"}, **said.get(app, {})}
            self._event("alert", at, event)
        sizes = packets or (max(3, round(out / 900)), max(2, round(back / 1200)))
        for turned, size, count in ((False, out, sizes[0]), (True, back, sizes[1])):
            if not size:
                continue
            way = dict(ends)
            if turned:
                way |= {"src_ip": dest, "src_port": port, "dest_ip": source, "dest_port": ends["src_port"]}
            netflow = {
                "pkts": count,
                "bytes": round(size),
                "start": _stamp(at),
                "end": _stamp(at + lasts),
                "age": round(lasts),
            }
            self._event("flow", at + lasts, {"event_type": "netflow", **way, "netflow": netflow})

    def times(self, every: float, jitter: float = 0.0, since: float = FIRST, until: float = END) -> Iterator[float]:
        """Yield times with gaps of `every` seconds, each off by up to `jitter` of it."""
        at = since + self.rng.random() * every
        while at < until:
            yield at
            at += every * (1 + jitter * self.rng.uniform(-1, 1))

    def by_chance(self, every: float, since: float = FIRST, until: float = END) -> Iterator[float]:
        """Yield times that have nothing to do with each other, `every` seconds apart in the mean."""
        at = since + self.rng.expovariate(1 / every)
        while at < until:
            yield at
            at += self.rng.expovariate(1 / every)

    def write(self, folder: Path) -> None:
        """Write each log as a file of JSON lines, in order of time."""
        for log, records in self.records.items():
            records.sort()
            (folder / f"{log}.log").write_text("".join(text for _, text in records), encoding="utf-8")

    def _event(self, log: str, at: float, event: Mapping[str, Any]) -> None:
        envelope = {"firewall_name": "hub", "availability_zone": "eu-west-1a", "event_timestamp": str(int(at))}
        self._write(log, at, {**envelope, "event": {"timestamp": _stamp(at), **event}})

    def _write(self, log: str, at: float, record: Mapping[str, Any]) -> None:
        if at < END:
            self.records[log].append((at, json.dumps(record, separators=(",", ":")) + "\n"))


def _stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+0000")
