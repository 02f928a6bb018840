"""How a message reaches a subscription: queues and functions as moto has it, mails and HTTP as people see it."""

from __future__ import annotations

import ipaddress
import json
import logging
import threading
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from moto.sns.models import Subscription

from localaws.kept import playback
from localaws.services.sns import outbox

BY_MOTO: Final = frozenset({"sqs", "lambda"})
HTTP_SECONDS: Final = 5.0

_log = logging.getLogger(__name__)


class LocalSubscription(Subscription):
    """A subscription whose messages a person can see. It counts as confirmed: who could refuse is this user."""

    def publish(self, message: str, message_id: str, subject: str | None = None, **more: Any) -> None:
        """Deliver a message, unless the subscription's filter holds it back."""
        if self.protocol in BY_MOTO:
            super().publish(message, message_id, subject=subject, **more)
            return
        matcher = self._filter_policy_matcher
        if matcher is not None and not matcher.matches(more.get("message_attributes"), message):
            return
        if playback.silent():
            return
        if more.get("message_structure") == "json":
            message = self._parse_message_structure(message, self.protocol)
        if self.protocol in ("http", "https"):
            self._post(message, message_id, subject)
            return
        body = message
        if self.protocol == "email-json":
            body = json.dumps(self.get_post_data(message, message_id, subject), indent=2)
        outbox.put(self.protocol, self.endpoint, subject or "AWS Notification Message", body, self.topic.arn)

    def _post(self, message: str, message_id: str, subject: str | None) -> None:
        if not _here(self.endpoint):
            # What an invented record sets off must reach nobody outside.
            outbox.put(
                self.protocol, self.endpoint, f"not sent: {subject or 'a notification'}", message, self.topic.arn
            )
            return
        data = self.get_post_data(message, message_id, subject)
        raw = str(self.attributes.get("RawMessageDelivery", "")).lower() == "true"
        headers = {
            "Content-Type": "text/plain; charset=UTF-8",
            "x-amz-sns-message-type": "Notification",
            "x-amz-sns-message-id": message_id,
            "x-amz-sns-topic-arn": self.topic.arn,
            "x-amz-sns-subscription-arn": self.arn,
            **({"x-amz-sns-rawdelivery": "true"} if raw else {}),
        }
        body = message if raw else json.dumps(data)
        # Beside the request that set it off: whoever listens may ask the local AWS before it answers.
        threading.Thread(target=_send, args=(self.endpoint, body, headers), daemon=True).start()


def _send(url: str, body: str, headers: dict[str, str]) -> None:
    try:
        requests.post(url, data=body.encode(), headers=headers, timeout=HTTP_SECONDS).raise_for_status()
    except requests.RequestException as error:
        _log.warning("a notification did not reach %s: %s", url, error)


def _here(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
