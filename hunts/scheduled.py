"""The audit by the clock, as AWS Lambda runs it: the topic is told what doesn't hold, or why nobody knows.

It needs the standard library and boto3 alone, which Lambda has. That it ran is in its log; that it didn't is an alarm's
to tell (components/watch/scheduled_audit.py).
"""

import os
from typing import Any

from hunts.actions.audit import audit
from hunts.backends import silent
from hunts.backends.aws import client
from hunts.errors import HuntError
from policy.egress.show.text import report

TOPIC, VPCS = "AUDIT_TOPIC", "AUDIT_VPCS"
"""Variables: the topic's ARN, and the ids of the VPCs that are looked at, with commas between them."""
MAX_MESSAGE = 200_000
"""Characters; SNS takes 256 KiB."""


def handler(_event: Any, _context: Any) -> str:
    """Prove the live network; return the report. Raises HuntError where it can't be read, which Lambda counts."""
    vpcs = os.environ[VPCS].split(",")
    try:
        found = audit(os.environ.get("AWS_REGION"), vpcs, None, silent).summary
    except HuntError as error:
        _tell("The network could not be audited", f"Nothing is known of it: {error}")
        raise
    text = report(found)
    if found.vpcs < len(vpcs):
        text = f"{len(vpcs) - found.vpcs} of {len(vpcs)} VPCs ({', '.join(vpcs)}) aren't there any more.\n\n{text}"
    if found.fails or not found.judged or found.vpcs < len(vpcs):
        _tell("The network is not proven", text)
    return text


def _tell(subject: str, text: str) -> None:
    message = text if len(text) <= MAX_MESSAGE else f"{text[:MAX_MESSAGE]}…\n(cut here; python -m hunts audit has all)"
    client("sns").publish(TopicArn=os.environ[TOPIC], Subject=subject, Message=message)
