"""`make up`: previews a stack with the policy pack, builds it on the local AWS, and says what it is and what is next.

The engine's own account of every resource is shown only where something went wrong; policies and outputs come once.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# Run by path, from any working directory.
sys.path[0] = str(ROOT)

from localaws.launch import LocalAws, quotas  # noqa: E402  # needs the line above

VPCS = "L-F678F1CE"
"""Service Quotas' code of the VPCs that an account may have in a Region: five, its default one among them."""
ROOM = 10
WIDTH = 80
# A line of progress at most this often, in seconds.
PROGRESS_SECONDS = 5.0
DONE = re.compile(r" (created|updated|replaced|deleted)\b.*\(\d")

NEXT = """
Next:
  {story}
  ./local pulumi preview    what a change would do; config is in Pulumi.{stack}.yaml
  ./local pulumi stack output --json
                            the outputs in full
  make down{option:<17}take it all down again
"""
STORY = "make hunt                 the whole story: an intruder is found and isolated"
BEFORE_THE_STORY = "make up STACK=hub         the hub and spoke, on which `make hunt` plays"


def main() -> int:
    """Build the stack that the arguments name; return the process's exit code."""
    parser = argparse.ArgumentParser(description="Build a stack on the local AWS, proven by the policy pack.")
    parser.add_argument("--stack", default="dev")
    stack = parser.parse_args().stack
    say(f"preview of the stack {stack}, with the policy pack")
    if code := _pulumi(["preview", *_options(stack)]):
        return code
    say("every mandatory policy holds; building it")
    config = json.loads(_asked(["config", "--json", "--stack", stack]))
    local = LocalAws(Path(os.environ.get("LOCAL_AWS_DIR") or ROOT / ".local"), say)
    make_room(local, stack, config.get("aws:region", {}).get("value"))
    if code := _pulumi(["up", "--yes", "--skip-preview", *_options(stack)]):
        return code
    state = _asked(["stack", "export", "--stack", stack])
    proven = subprocess.run(
        [sys.executable, ROOT / "policy" / "egress-proof", "check", "-"], input=state, text=True, check=False
    )
    outputs = json.loads(_asked(["stack", "output", "--json", "--show-secrets", "--stack", stack]))
    sys.stdout.write("\n" + "\n".join(shown(outputs)) + "\n")
    option = "" if stack == "dev" else f" STACK={stack}"
    sys.stdout.write(NEXT.format(story=STORY if stack == "hub" else BEFORE_THE_STORY, stack=stack, option=option))
    return proven.returncode


def make_room(local: LocalAws, stack: str, region: str | None) -> None:
    """Raise the quota of VPCs where another stack is built already: lab and hub together outgrow it, as on AWS."""
    if all(name.rpartition("/")[2] == stack for name in local.stacks_with_resources()):
        return
    environment = local.ensure()
    environment = {**environment, "AWS_REGION": region or environment["AWS_REGION"]}
    (quota,) = (each["Value"] for each in quotas.listed(environment) if each["QuotaCode"] == VPCS)
    if quota < ROOM:
        quotas.raise_to(environment, VPCS, ROOM)
        say(f"an account has {quota:.0f} VPCs a Region, too few for stacks side by side:")
        say(f"raised to {ROOM}, as Service Quotas does on AWS (./local quotas {VPCS} {ROOM})")


def say(message: str) -> None:
    """Tell the person how far it is."""
    sys.stdout.write(f"{message}\n")
    sys.stdout.flush()


def shown(outputs: dict[str, Any]) -> list[str]:
    """Return a heading and a line an output, each within the width: what a person recognises, not what is long."""
    wide = max((len(name) for name in outputs), default=0)
    lines = ["Outputs:"]
    for name, value in sorted(outputs.items()):
        text = value.get("summary", value) if isinstance(value, dict) else value
        text = text if isinstance(text, str) else json.dumps(text)
        lines.append(f"  {name:<{wide}}  {_cut(text, WIDTH - wide - 4)}")
    return lines


def _cut(text: str, width: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= width else f"{line[: width - 1]}…"


def _options(stack: str) -> list[str]:
    pack = str(ROOT / "policy")
    return ["--stack", stack, "--policy-pack", pack, "--suppress-progress", "--suppress-outputs", "--non-interactive"]


def _pulumi(arguments: list[str]) -> int:
    """Run a command of the engine, telling how many resources are done; print all it said if it fails."""
    lines, done, last = [], 0, time.monotonic()
    command = [str(ROOT / "local"), "pulumi", *arguments, "--color", "auto" if sys.stdout.isatty() else "never"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as engine:
        for line in engine.stdout or ():
            lines.append(line)
            done += bool(DONE.search(line))
            if time.monotonic() - last > PROGRESS_SECONDS and done:
                say(f"    {done} done")
                last = time.monotonic()
    sys.stdout.writelines(lines if engine.returncode else _worth_telling(lines))
    return engine.returncode


def _worth_telling(lines: Sequence[str]) -> list[str]:
    """Return what the engine said beside the resources and the policies: warnings, and how many resources changed."""
    told, section = [], ""
    for line in lines:
        if line.strip() and not line.startswith(" "):
            section = line.strip()
        if section in ("Diagnostics:", "Resources:") and line.strip() and line.strip() != "Resources:":
            told.append(line)
    return told


def _asked(arguments: list[str]) -> str:
    command = [str(ROOT / "local"), "pulumi", *arguments]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout


if __name__ == "__main__":
    sys.exit(main())
