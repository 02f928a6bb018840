"""Runs the real Suricata over a capture and reads back what it said."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from traffic.errors import SuricataMissingError, TrafficError

CONFIG = Path(__file__).with_name("suricata.yaml")
WANTED = (7, 0)  # what AWS Network Firewall runs
_VERSION = re.compile(r"version (\d+)\.(\d+)(\S*)")
_AT_LINE = re.compile(r"error parsing signature .* at line (\d+)$")
_TIMEOUT = 600.0

HOW_TO_GET_IT = """Suricata is not on PATH, so nothing can say what the firewall's rules make of traffic.
  Debian, as root:  traffic/setup     (the suricata package of the release's backports)
  elsewhere:        your system's suricata package, version 7.0
Or work with the logs that the real one wrote, in examples/logs/:
  python -m hunts run NAME --logs examples/logs/intruder --to 2026-01-15T12:05:00Z --last 2h"""


PRIVATE = "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,fc00::/7"


@dataclass(frozen=True)
class Suricata:
    """A Suricata program on this machine."""

    path: str
    version: str

    @classmethod
    def find(cls) -> "Suricata":
        """Return the one on PATH, or at ``SURICATA``. Raises SuricataMissingError, saying how to get one."""
        path = shutil.which(os.environ.get("SURICATA") or "suricata")
        if path is None:
            raise SuricataMissingError(HOW_TO_GET_IT)
        done = subprocess.run([path, "-V"], capture_output=True, text=True, check=False, timeout=30)
        found = _VERSION.search(done.stdout + done.stderr)
        if found is None:
            raise TrafficError(f"{path} -V gave no version: is it Suricata?")
        if (int(found[1]), int(found[2])) < WANTED:
            raise TrafficError(f"{path} is Suricata {found[1]}.{found[2]}: rules are written for 7.0, which AWS runs")
        return cls(path, f"{found[1]}.{found[2]}{found[3]}")

    def check(self, rules: str, directory: Path, variables: dict[str, str] | None = None) -> list[str]:
        """Return Suricata's own complaints about some rules (``suricata -T``); empty when it takes them all."""
        file = directory / "check.rules"
        file.write_text(rules, encoding="utf-8")
        done = self._run(["-T", "-S", str(file), "-l", str(directory)], variables or {})
        lines = (done.stdout + done.stderr).splitlines()
        complaints = [line.strip() for line in lines if line.startswith(("Error", "E:", "W:", "Warning"))]
        return complaints or ([f"exit code {done.returncode}"] if done.returncode else [])

    def refused(self, rules: str, directory: Path) -> dict[int, str]:
        """Return the lines (from 1) that hold rules which this Suricata cannot read, each with its words.

        AWS has keywords of its own (domain categories), and others need a database that is not here (``geoip``).
        """
        found: dict[int, str] = {}
        why = ""
        for complaint in self.check(rules, directory):
            line = _AT_LINE.search(complaint)
            if line:
                found[int(line[1])] = why or "no reason given"
                why = ""
            elif complaint.startswith("E:") and not why:
                why = complaint.removeprefix("E:").strip()
        return found

    def read(
        self,
        capture: Path,
        rules: str,
        directory: Path,
        variables: dict[str, str] | None = None,
        more: Sequence[str] = (),
    ) -> Iterator[dict[str, Any]]:
        """Run a capture through rules as an inline firewall would see it; yield the events, alerts and netflows.

        Works in ``directory``, which must be empty. Raises TrafficError with Suricata's words when it fails, after the
        events up to there: a capture that was cut short is read as far as it goes.
        """
        file = directory / "policy.rules"
        file.write_text(rules, encoding="utf-8")
        arguments = ["-r", str(capture), "-S", str(file), "-l", str(directory), "-k", "none"]
        done = self._run([*arguments, "--simulate-ips", "--runmode", "single", *more], variables or {})
        events = directory / "eve.json"
        if events.exists():
            with events.open(encoding="utf-8") as lines:
                for line in lines:
                    yield json.loads(line)
        said = _errors(done.stdout.splitlines() + done.stderr.splitlines())
        if done.returncode or said or not events.exists():
            words = "; ".join(said).replace(f" for {capture}", "")
            raise TrafficError(f"Suricata failed: {words or f'exit code {done.returncode}'}")

    def events(self, capture: Path, rules: str, directory: Path) -> Iterator[dict[str, Any]]:
        """Run somebody's capture through rules; yield alerts, netflows and queries, the private networks being home.

        Works in ``directory``, which must be empty. Raises TrafficError with Suricata's words when it fails.
        """
        home = {"HOME_NET": f"[{PRIVATE}]"}
        yield from self.read(capture, rules, directory, home, ("--set", "outputs.0.eve-log.types.2=dns"))

    def rule_types(self, rules: str, directory: Path, variables: dict[str, str] | None = None) -> dict[int, str]:
        """Return, per signature id, the kind of inspection Suricata gives it (``pkt``, ``app_tx``, …)."""
        file = directory / "analysis.rules"
        file.write_text(rules, encoding="utf-8")
        self._run(["--engine-analysis", "-S", str(file), "-l", str(directory)], variables or {})
        report = directory / "rules.json"
        if not report.exists():
            raise TrafficError("Suricata wrote no rule analysis")
        entries = (json.loads(line) for line in report.read_text(encoding="utf-8").splitlines())
        return {int(entry["id"]): str(entry.get("type", "")) for entry in entries}

    def _run(self, arguments: Sequence[str], variables: dict[str, str]) -> "subprocess.CompletedProcess[str]":
        sets = [item for key, value in variables.items() for item in ("--set", f"vars.address-groups.{key}={value}")]
        command = [self.path, "-c", str(CONFIG), *sets, *arguments]
        try:
            return subprocess.run(command, capture_output=True, text=True, check=False, timeout=_TIMEOUT)
        except subprocess.TimeoutExpired:
            raise TrafficError(f"Suricata gave no answer in {_TIMEOUT:.0f} s") from None


def _errors(lines: Sequence[str]) -> list[str]:
    return [line.strip() for line in lines if line.startswith(("E:", "Error"))]
