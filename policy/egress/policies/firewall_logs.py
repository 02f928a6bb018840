"""ALERT goes somewhere, and so does every other log type that config requires.

Each required log type has a destination; by default ALERT is required.

**Why.** An alert that nobody can read is no alert. The TLS type is for TLS inspection alone: the server names are in
ALERT.

```python
destinations = [
    {"log_type": "ALERT", "log_destination_type": "CloudWatchLogs", "log_destination": {"logGroup": group.name}}
]
aws.networkfirewall.LoggingConfiguration(
    "logs", firewall_arn=fw.arn, logging_configuration={"log_destination_configs": destinations}
)
```

```hcl
resource "aws_networkfirewall_logging_configuration" "logs" {
  firewall_arn = aws_networkfirewall_firewall.fw.arn
  logging_configuration {
    log_destination_config {
      log_type             = "ALERT"
      log_destination_type = "CloudWatchLogs"
      log_destination      = { logGroup = aws_cloudwatch_log_group.group.name }
    }
  }
}
```

```yaml
Logs:
  Type: AWS::NetworkFirewall::LoggingConfiguration
  Properties:
    FirewallArn: !Ref Firewall
    LoggingConfiguration:
      LogDestinationConfigs:
        - {LogType: ALERT, LogDestinationType: CloudWatchLogs, LogDestination: {logGroup: !Ref Group}}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..judging.finding import Finding
from .policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..judging.analysis import Analysis
    from ..judging.config import PolicyConfig


def check(analysis: Analysis, own: PolicyConfig) -> Iterator[Finding]:
    """Yield one finding per firewall."""
    required = tuple(own.options["requiredLogTypes"])
    for firewall in analysis.network.firewalls.values():
        if firewall.log_types is None:
            because = f"the log types or destinations of {firewall.name} are known only after `pulumi up`"
            yield _finding(firewall.key, required, because)
            continue
        missing = tuple(kind for kind in required if kind not in firewall.log_types)
        if missing:
            yield _finding(firewall.key, missing, "")


def _finding(firewall: str, missing: tuple[str, ...], because: str) -> Finding:
    types = " and ".join(missing)
    return Finding(
        cause=("logs", firewall),
        subject=firewall,
        urn=firewall,
        what=f"sends its {types} log nowhere",
        fix=f"add a destination for {types} in a networkfirewall.LoggingConfiguration of this firewall.",
        because=because,
    )


POLICY = Policy(
    name="firewall-logs",
    level="mandatory",
    title="The firewall logs",
    holds_when="ALERT goes somewhere (config: which types are required).",
    remediation="Add a logging configuration with a destination for the named log type.",
    severity="high",
    tags=("firewall", "logging"),
    check=check,
    explanation=__doc__,
    schema={
        "requiredLogTypes": {
            "type": "array",
            "description": "Log types that need a destination.",
            "items": {"type": "string", "enum": ["ALERT", "FLOW", "TLS"]},
            "default": ["ALERT"],
        },
    },
    references=("NetworkFirewall.2",),
)
