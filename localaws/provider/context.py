"""What an operation of a resource gets to work with: clients of the right region and account, names, tags, time."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from localaws.provider.clients import Clients, Credentials
from localaws.provider.errors import BUSY, ProviderError, is_gone, retry

T = TypeVar("T")

DEFAULT_LIMIT = 30.0
"""Seconds that an operation waits for others; the local AWS needs milliseconds where AWS needs minutes."""


@dataclass(frozen=True)
class ProviderConfig:
    """The configuration of one provider instance of one engine."""

    region: str
    default_tags: Mapping[str, str] = field(default_factory=dict)
    ignore_tag_keys: frozenset[str] = frozenset()
    ignore_tag_prefixes: tuple[str, ...] = ()
    credentials: Credentials = field(default_factory=Credentials)

    def ignored(self, tag: str) -> bool:
        """Whether `ignoreTags` says that the provider leaves a tag alone; AWS's own tags never count."""
        return tag in self.ignore_tag_keys or tag.startswith(("aws:", *self.ignore_tag_prefixes))

    def all_tags(self, tags: Mapping[str, Any] | None) -> dict[str, Any]:
        """The tags of a resource with the provider's default tags below them."""
        return {k: v for k, v in {**self.default_tags, **(tags or {})}.items() if not self.ignored(k)}


@dataclass
class Context:
    """One operation on one resource."""

    clients: Clients
    config: ProviderConfig
    region: str
    urn: str = ""
    name: str = ""
    limit: float = DEFAULT_LIMIT
    stopped: Callable[[], bool] = lambda: False
    """Whether the engine cancelled the run or is gone: waiting has no point any more."""
    asked: frozenset[str] = frozenset()
    """The inputs that the program gives (of the last deployment on a refresh): some outputs of AWS follow from other
    resources, and are told only where the program asks for them."""
    importing: bool = False
    """Whether a read starts from nothing but an id."""
    created_id: str | None = None
    """Set by a create of several calls as soon as the thing exists, so that a failure after it is not a leak."""

    def client(self, service: str, region: str | None = None) -> Any:
        """The shared boto3 client of a service in the resource's region."""
        return self.clients.get(service, region or self.region, self.config.credentials)

    @functools.cached_property
    def account(self) -> str:
        """The account that the credentials belong to."""
        return account_of(self.clients, self.config)

    @property
    def partition(self) -> str:
        """The partition of the region."""
        if self.region.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if self.region.startswith("us-gov-") else "aws"

    def arn(self, service: str, resource: str, *, region: str | None = None) -> str:
        """The ARN of a resource of this account; `region=""` for global services."""
        where = self.region if region is None else region
        return f"arn:{self.partition}:{service}:{where}:{self.account}:{resource}"

    def retry(self, action: Callable[[], T], codes: frozenset[str] = BUSY) -> T:
        """The action's result, tried again while AWS says that something else is in the way."""
        return retry(action, codes=codes, limit=self.limit, stopped=self.stopped)

    def wait(self, what: str, check: Callable[[], T | None], pause: float = 0.02) -> T:
        """The first result of `check` that is not None; ProviderError after the operation's time limit."""
        deadline = time.monotonic() + self.limit
        while True:
            result = check()
            if result is not None:
                return result
            if time.monotonic() > deadline or self.stopped():
                raise ProviderError(f"{what} took longer than {self.limit:.0f} s")
            time.sleep(pause)
            pause = min(pause * 1.5, 0.5)

    def wait_gone(self, what: str, look: Callable[[], T | None], ended: Callable[[T], bool] = lambda _: False) -> None:
        """Wait until `look` finds nothing, is told that there is nothing, or finds what `ended` says is over."""

        def gone() -> bool | None:
            try:
                found = look()
            except ClientError as error:
                if is_gone(error):
                    return True
                raise
            return True if found is None or ended(found) else None

        self.wait(what, gone)


_accounts: dict[Credentials, str] = {}


def account_of(clients: Clients, config: ProviderConfig) -> str:
    """The account id of a configuration's credentials, asked for once."""
    account = _accounts.get(config.credentials)
    if account is None:
        account = str(clients.get("sts", config.region, config.credentials).get_caller_identity()["Account"])
        _accounts[config.credentials] = account
    return account


def tag_list(tags: Mapping[str, Any] | None) -> list[dict[str, str]]:
    """Tags as most services want them: a list of Key and Value."""
    return [{"Key": key, "Value": value} for key, value in (tags or {}).items()]


def tag_map(tags: Sequence[Mapping[str, str]] | None) -> dict[str, str]:
    """Tags as Pulumi has them, from a list of Key and Value (or key and value)."""
    return {tag.get("Key") or tag["key"]: tag.get("Value", tag.get("value", "")) for tag in tags or ()}
