"""Runs stacks with the real engine, for tests: every command's exit code, output and engine events."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import yaml

from localaws.launch import LocalAws

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class PolicyViolation:
    """One violation as the engine reports it; `level` is mandatory or advisory."""

    policy: str
    level: str
    message: str
    urn: str


@dataclass(frozen=True)
class Result:
    """What a Pulumi command did. `changes` counts operations, {"create": 3}; `steps` has (operation, URN)."""

    code: int
    output: str
    events: list[dict[str, Any]]
    changes: dict[str, int]
    steps: list[tuple[str, str]]
    violations: list[PolicyViolation]

    def ok(self) -> Result:
        """Return this result if the command succeeded; else fail with what it printed."""
        assert self.code == 0, self.output
        return self

    def changed(self) -> dict[str, int]:
        """Return the operations that are changes: everything but `same`, reads and refreshes."""
        return {op: n for op, n in self.changes.items() if op not in ("same", "read", "refresh") and n}

    def diagnostics(self, severity: str) -> list[str]:
        """Return the messages of `severity` (error, warning, info), without the terminal's colour marks."""
        found = [event["diagnosticEvent"] for event in self.events if "diagnosticEvent" in event]
        return [_plain(each["message"]) for each in found if each["severity"] == severity and not each.get("ephemeral")]


def _plain(message: str) -> str:
    for mark in ("<{%reset%}>", "<{%fg 1%}>", "<{%bold%}>"):
        message = message.replace(mark, "")
    return message.strip()


@dataclass
class Account:
    """A local AWS of the test session's own."""

    local: LocalAws
    env: dict[str, str]
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)

    def client(self, service: str, region: str | None = None) -> Any:
        """Return a boto3 client that reaches this account and nothing else."""
        key = (service, region or self.env["AWS_REGION"])
        if key not in self._clients:
            session = boto3.session.Session(
                aws_access_key_id=self.env["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=self.env["AWS_SECRET_ACCESS_KEY"],
                region_name=key[1],
            )
            self._clients[key] = session.client(service, endpoint_url=self.env["AWS_ENDPOINT_URL"])
        return self._clients[key]

    def run(self, command: list[str], cwd: Path = ROOT, **extra: str) -> subprocess.CompletedProcess[str]:
        """Run a command as ./local would."""
        return subprocess.run(
            command, cwd=cwd, env={**self.env, **extra}, capture_output=True, text=True, timeout=300, check=False
        )


class Stack:
    """A stack of a program, in a project folder of its own; the program itself may stay where it is."""

    def __init__(self, account: Account, folder: Path, program: Path | str, name: str, config: dict[str, Any]) -> None:
        self.account = account
        self.folder = folder
        self.name = name
        folder.mkdir(parents=True, exist_ok=True)
        self.project = f"test-{uuid.uuid4().hex[:8]}"
        described: dict[str, Any] = {"name": self.project}
        if isinstance(program, Path) and (program / "Pulumi.yaml").exists():
            described = yaml.safe_load((program / "Pulumi.yaml").read_text())
            # Config keys without a namespace belong to the project's name, so it stays.
            self.project = described["name"]
        described["runtime"] = {"name": "python", "options": {"toolchain": "pip", "virtualenv": str(ROOT / ".venv")}}
        if isinstance(program, Path):
            described["main"] = str(program)
        else:
            (folder / "__main__.py").write_text(program)
        (folder / "Pulumi.yaml").write_text(yaml.safe_dump(described, sort_keys=False))
        self.configure(config)
        self._pulumi(["stack", "init", name, "--non-interactive"]).ok()
        self.configure(config)

    def configure(self, config: dict[str, Any]) -> None:
        """Replace the stack's config; keys without a colon belong to the project."""
        keyed = {key if ":" in key else f"{self.project}:{key}": value for key, value in config.items()}
        (self.folder / f"Pulumi.{self.name}.yaml").write_text(yaml.safe_dump({"config": keyed}))

    def preview(self, *arguments: str, policy_pack: Path | None = None) -> Result:
        return self._pulumi(["preview", *arguments, *_pack(policy_pack)])

    def up(self, *arguments: str, policy_pack: Path | None = None) -> Result:
        return self._pulumi(["up", "--yes", "--skip-preview", *arguments, *_pack(policy_pack)])

    def refresh(self, *arguments: str) -> Result:
        return self._pulumi(["refresh", "--yes", "--skip-preview", *arguments])

    def destroy(self, *arguments: str) -> Result:
        return self._pulumi(["destroy", "--yes", "--skip-preview", *arguments])

    def destroy_as_people_do(self) -> Result:
        """Destroy with the preview before it, which refuses what is protected."""
        return self._pulumi(["destroy", "--yes"])

    def outputs(self) -> dict[str, Any]:
        answer = self._run(["stack", "output", "--json", "--show-secrets", "--stack", self.name])
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout)

    def export(self) -> dict[str, Any]:
        answer = self._run(["stack", "export", "--stack", self.name])
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout)

    def command(self, arguments: list[str]) -> list[str]:
        """Return the whole command line of `pulumi` with `arguments`, for a test that runs it in its own way."""
        return ["pulumi", *arguments, "--stack", self.name, "--non-interactive", "--color", "never"]

    def _pulumi(self, arguments: list[str]) -> Result:
        log = self.folder / f"events-{uuid.uuid4().hex}.json"
        logged = arguments[0] in ("preview", "up", "refresh", "destroy")
        extra = ["--stack", self.name, "--event-log", str(log)] if logged else []
        answer = self._run([*arguments, *extra, "--non-interactive", "--color", "never"])
        events = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        log.unlink(missing_ok=True)
        return _result(answer, events)

    def _run(self, arguments: list[str]) -> subprocess.CompletedProcess[str]:
        pulumi = shutil.which("pulumi", path=self.account.env["PATH"]) or "pulumi"
        # The engine offers --event-log only among its commands for debugging.
        return self.account.run([pulumi, *arguments], self.folder, PULUMI_DEBUG_COMMANDS="true")


def _pack(folder: Path | None) -> list[str]:
    return ["--policy-pack", str(folder)] if folder else []


def _result(answer: subprocess.CompletedProcess[str], events: list[dict[str, Any]]) -> Result:
    changes: dict[str, int] = {}
    steps, violations = [], []
    for event in events:
        if "summaryEvent" in event:
            changes = event["summaryEvent"].get("resourceChanges") or {}
        if "resourcePreEvent" in event:
            metadata = event["resourcePreEvent"]["metadata"]
            steps.append((metadata["op"], metadata["urn"]))
        if "policyEvent" in event:
            found = event["policyEvent"]
            violations.append(
                PolicyViolation(
                    found["policyName"],
                    found["enforcementLevel"],
                    _plain(found["message"]),
                    found.get("resourceUrn", ""),
                )
            )
    return Result(answer.returncode, answer.stdout + answer.stderr, events, changes, steps, violations)


def private_directory() -> str | None:
    """Return the folder a developer wants the tests' local AWS in, to look into it afterwards."""
    return os.environ.get("TEST_LOCAL_AWS_DIR")
