"""The workflow for CI: keys and permissions that GitHub knows, and commands that are there."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
JOB_KEYS = {"runs-on", "timeout-minutes", "permissions", "strategy", "steps", "needs", "env", "if", "name"}
STEP_KEYS = {"name", "uses", "with", "run", "if", "env", "id", "shell", "working-directory", "timeout-minutes"}
PERMISSIONS = {"actions", "contents", "id-token", "pull-requests", "security-events"}


def steps():
    return [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]


def test_it_has_only_keys_that_github_accepts():
    # YAML reads the key `on` as true.
    assert set(WORKFLOW) == {"name", True, "permissions", "concurrency", "jobs"}
    for job in WORKFLOW["jobs"].values():
        assert set(job) <= JOB_KEYS
        assert set(job.get("permissions", {})) <= PERMISSIONS
    for step in steps():
        assert set(step) <= STEP_KEYS
        assert ("uses" in step) != ("run" in step), step


def test_only_the_job_that_uploads_may_write_and_it_may_write_nothing_else():
    assert WORKFLOW["permissions"] == {"contents": "read"}
    for job in WORKFLOW["jobs"].values():
        uploads = any("upload-sarif" in step.get("uses", "") for step in job["steps"])
        written = {name for name, right in job.get("permissions", {}).items() if right == "write"}
        assert written == ({"security-events"} if uploads else set())


def test_every_action_is_pinned_by_its_digest_and_every_command_of_ours_is_there():
    for step in steps():
        assert re.fullmatch(r"[\w-]+/[\w-]+(/[\w-]+)?@[0-9a-f]{40}", step.get("uses", f"a/b@{'0' * 40}"))
        for target in re.findall(r"^\s*make (\w+)", step.get("run", ""), re.MULTILINE):
            assert f"\n{target}:" in (ROOT / "Makefile").read_text()
        for command in re.findall(r"(?:^|\s)(\./local|policy/egress-proof)\b", step.get("run", "")):
            assert (ROOT / command).stat().st_mode & 0o111


def test_every_stack_of_the_repository_is_previewed():
    stacks = {path.name.split(".")[1] for path in ROOT.glob("Pulumi.*.yaml") if path.name.count(".") == 2}
    assert set(WORKFLOW["jobs"]["prove"]["strategy"]["matrix"]["stack"]) == stacks
