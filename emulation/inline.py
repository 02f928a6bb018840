"""A firewall's policy for stock Suricata standing inline: strict order, said with flow bits.

Stock Suricata looks at all passes before any drop, or the other way round. So a pass becomes an alert that marks its
flow, and whatever drops or rejects further down asks that no pass above it has marked the flow.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from traffic.policy import FirewallPolicy
from traffic.suricata import CONFIG

RULES = "policy.rules"
"""The file of a Suricata's rules, in its folder."""
_HEAD = re.compile(r"^alert\b")
_SID = re.compile(r"\s*sid:\d+;")

_YAML = """%YAML 1.1
---
include: {base}
action-order: [alert, drop, reject, pass]
af-packet:
  - interface: {one}
    threads: 1
    cluster-id: 91
    cluster-type: cluster_flow
    defrag: no
    copy-mode: ips
    copy-iface: {other}
    tpacket-v3: no
    ring-size: 1024
    block-size: 65536
    checksum-checks: no
  - interface: {other}
    threads: 1
    cluster-id: 92
    cluster-type: cluster_flow
    defrag: no
    copy-mode: ips
    copy-iface: {one}
    tpacket-v3: no
    ring-size: 1024
    block-size: 65536
    checksum-checks: no
unix-command:
  enabled: no
stream:
  memcap: 256mb
  checksum-validation: no
  inline: yes
  midstream: false
  midstream-policy: {midstream}
  reassembly:
    memcap: 512mb
    depth: 1mb
"""
_MIDSTREAM = {"DROP": "drop-flow", "CONTINUE": "ignore", "REJECT": "reject"}


def inline_rules(policy: FirewallPolicy) -> str:
    """Return the rules in which a policy's strict order holds inline; signature ids are places in the order, from 1.

    All of them leave an event, the silent too: what is logged in the end hangs on what came first (`emulation.logs`).
    """
    lines, passes, last = [], 0, "alert"
    for place, rule in enumerate(policy.rules, start=1):
        action = rule.rule.action
        if rule.text.startswith("#"):
            lines.append(rule.text)
            continue
        if action == "pass" and last != "pass":
            passes += 1
        if action in ("pass", "drop", "reject"):
            last = action
        if action == "pass":
            lines.append(_with(rule.text, "alert", f" flowbits:set,passed{passes};", place))
        elif action in ("drop", "reject"):
            asked = "".join(f" flowbits:isnotset,passed{number};" for number in range(1, passes + 1))
            lines.append(_with(rule.text, action, asked, place))
        else:
            lines.append(_with(rule.text, "alert", "", place))
    return "".join(f"{line}\n" for line in lines)


def _with(text: str, action: str, more: str, place: int) -> str:
    return _SID.sub(f"{more} sid:{place};", _HEAD.sub(action, text), count=1)


def start(folder: Path, ports: tuple[str, str], rules: str, exception: str) -> subprocess.Popen[bytes]:
    """Start Suricata between two ports of the namespace that this thread is in; it writes to `folder`.

    `exception` is AWS's word for what becomes of a flow whose beginning it hasn't seen.
    """
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "suricata.yaml"
    config.write_text(_YAML.format(base=CONFIG, one=ports[0], other=ports[1], midstream=_MIDSTREAM[exception]), "utf-8")
    (folder / RULES).write_text(rules, "utf-8")
    line = ["suricata", "-c", str(config), "-S", str(folder / RULES), "-l", str(folder), "-k", "none"]
    with (folder / "suricata.log").open("wb") as log:
        return subprocess.Popen([*line, "--af-packet", "--runmode", "workers"], stdout=log, stderr=log)


def stands(folder: Path) -> bool:
    """Return whether the Suricata of a folder looks at packets."""
    log = folder / "suricata.log"
    return log.exists() and b"Engine started" in log.read_bytes()
