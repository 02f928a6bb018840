"""Topics as targets of EventBridge rules, which moto doesn't have."""

from __future__ import annotations

import copy
import functools
import json
import logging
from datetime import UTC, datetime
from typing import Any

from localaws.services import grants
from localaws.services.core import NotInLocalAws

SERVICE = "events.amazonaws.com"

_log = logging.getLogger(__name__)


def sending(original: Any) -> Any:
    """Have a rule send to topics by itself, and by moto's `original` to everything else."""

    @functools.wraps(original)
    def send_to_targets(self: Any, original_event: Any, transform_input: bool = True) -> None:
        if self.state == "DISABLED" or not self.event_pattern.matches_event(original_event):
            return
        topics = [target for target in self.targets if target["Arn"].split(":")[2] == "sns"]
        for target in topics:
            problem = _publish(self, target, original_event)
            if problem:
                _log.warning("rule %s, target %s: %s", self.name, target["Arn"], problem)
        others = copy.copy(self)
        others.targets = [target for target in self.targets if target not in topics]
        try:
            original(others, original_event, transform_input)
        except NotImplementedError:
            # The caller's request has nothing to do with it; AWS too loses what a target can't take.
            _log.warning("rule %s has a target that is not in the local AWS", self.name)

    return send_to_targets


def _publish(rule: Any, target: Any, event: Any) -> str:
    from moto.sns.models import sns_backends

    arn = target["Arn"]
    topic = sns_backends[arn.split(":")[4]][arn.split(":")[3]].topics.get(arn)
    if topic is None:
        return "the topic does not exist"
    if target.get("InputPath") or target.get("InputTransformer"):
        return "InputPath and InputTransformer of a topic are not in the local AWS"
    try:
        refusal = grants.refusal(topic, SERVICE, rule.account_id, rule.arn)
    except NotInLocalAws as missing:
        refusal = missing.message
    if refusal:
        return refusal
    told = dict(event)
    told["time"] = datetime.fromtimestamp(float(told["time"]), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    told.pop("ingestion-time", None)
    topic.publish(target.get("Input") or json.dumps(told))
    return ""
