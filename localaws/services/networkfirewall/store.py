"""What the Network Firewall backend keeps, and the checks that all of its resources share."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from moto.core.base_backend import BaseBackend
from moto.utilities.tagging_service import TaggingService

from localaws.services.core import AwsError
from localaws.services.networkfirewall.common import INVALID
from localaws.services.networkfirewall.endpoints import Endpoint
from localaws.services.operations import Shape
from localaws.services.transition import Transition

AWS_OWNED_KEY: Final = {"Type": "AWS_OWNED_KMS_KEY", "KeyId": "AWS_OWNED_KMS_KEY"}


def new_token() -> str:
    """Make an update token or resource id, both of which are UUIDs here."""
    return str(uuid.uuid4())


@dataclass
class Described:
    """What rule groups, policies and firewalls have in common."""

    name: str
    arn: str
    description: str | None
    encryption: Shape
    id: str = field(default_factory=new_token)
    token: str = field(default_factory=new_token)
    modified: datetime = field(default_factory=lambda: datetime.now(UTC))

    def touch(self) -> None:
        """Give it a new update token, as every change does."""
        self.token = new_token()
        self.modified = datetime.now(UTC)


@dataclass
class RuleGroup(Described):
    """A rule group; `capacity` is fixed for good at creation."""

    kind: str = "STATEFUL"
    capacity: int = 0
    consumed: int = 0
    content: Shape = field(default_factory=dict)
    source: Shape | None = None
    summary: Shape | None = None

    @property
    def strict(self) -> bool:
        """Whether its rules are evaluated in strict order."""
        options: Shape = self.content.get("StatefulRuleOptions") or {}
        return options.get("RuleOrder") == "STRICT_ORDER"


@dataclass
class Policy(Described):
    """A firewall policy; `content` is the FirewallPolicy shape."""

    content: Shape = field(default_factory=dict)

    def references(self) -> set[str]:
        """ARNs of the rule groups and the TLS inspection configuration that it names."""
        named = [
            *(self.content.get("StatelessRuleGroupReferences") or []),
            *(self.content.get("StatefulRuleGroupReferences") or []),
        ]
        return {reference["ResourceArn"] for reference in named}


@dataclass
class Firewall(Described):
    """A firewall, in a VPC (`endpoints` by subnet) or on a transit gateway (`zones`, `attachment_id`)."""

    policy_arn: str = ""
    vpc_id: str = ""
    transit_gateway_id: str | None = None
    attachment_id: str | None = None
    attachment_transition: Transition | None = None
    zones: list[str] = field(default_factory=list)
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    protections: dict[str, bool] = field(default_factory=dict)
    analysis: list[str] = field(default_factory=list)
    reports: list[Any] = field(default_factory=list)
    flow_operations: list[Any] = field(default_factory=list)
    logging: list[Shape] = field(default_factory=list)
    dashboard: bool = False
    config_transition: Transition | None = None
    deleting: Transition | None = None


@dataclass
class EndpointAssociation:
    """An additional endpoint of a firewall, perhaps in another VPC (VpcEndpointAssociation)."""

    arn: str
    id: str
    firewall_arn: str
    vpc_id: str
    description: str | None
    endpoint: Endpoint


class Store(BaseBackend):
    """State of one account and Region, and look-ups in it."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.groups: dict[str, RuleGroup] = {}
        self.policies: dict[str, Policy] = {}
        self.firewalls: dict[str, Firewall] = {}
        self.associations: dict[str, EndpointAssociation] = {}
        self.tagger = TaggingService()

    @property
    def ec2(self) -> Any:
        """EC2's backend for the same account and Region."""
        from moto.ec2.models import ec2_backends

        return ec2_backends[self.account_id][self.region_name]

    def arn(self, kind: str, name: str) -> str:
        """Spell the ARN of a resource of this account and Region."""
        return f"arn:{self.partition}:network-firewall:{self.region_name}:{self.account_id}:{kind}/{name}"

    def find(self, things: dict[str, Any], request: Shape, prefix: str, kind: str) -> Any:
        """Look up by `{prefix}Arn` or `{prefix}Name`, as every operation on one resource takes them."""
        arn, name = request.get(f"{prefix}Arn"), request.get(f"{prefix}Name")
        if not arn and not name:
            raise AwsError(INVALID, f"{prefix} ARN or {prefix} name is required")
        thing = things.get(arn or self.arn(kind, str(name)))
        if thing is None or (name and thing.name != name):
            raise AwsError("ResourceNotFoundException", f"{prefix} {arn or name} does not exist in {self.region_name}")
        return thing

    def check_new(self, things: dict[str, Any], arn: str, name: str) -> None:
        """Refuse a name that is taken."""
        if arn in things:
            raise AwsError(INVALID, f"A resource with the specified name already exists in {self.region_name}: {name}")

    @staticmethod
    def check_token(thing: Described, request: Shape) -> None:
        """Refuse an update token that is not the newest; operations on firewalls may leave it out."""
        given = request.get("UpdateToken")
        if given is not None and given != thing.token:
            raise AwsError(
                "InvalidTokenException", "Update token is invalid. The resource has changed since you last retrieved it"
            )

    def encryption(self, request: Shape) -> Shape:
        """Check and complete an EncryptionConfiguration; an own key must exist and be enabled."""
        given: Shape | None = request.get("EncryptionConfiguration")
        if given is None or given["Type"] == "AWS_OWNED_KMS_KEY":
            if given is not None and given.get("KeyId") not in (None, "AWS_OWNED_KMS_KEY"):
                raise AwsError(INVALID, "KeyId must not be given with the type AWS_OWNED_KMS_KEY")
            return dict(AWS_OWNED_KEY)
        from moto.kms.models import kms_backends

        keys = kms_backends[self.account_id][self.region_name]
        key = str(given.get("KeyId") or "")
        if not key or not (keys.get_key_id(key) in keys.keys or keys.get_key_id_from_alias(key)):
            raise AwsError(INVALID, f"KMS key {key!r} does not exist or cannot be used")
        return {"Type": "CUSTOMER_KMS", "KeyId": key}

    def tags(self, arn: str) -> list[Shape]:
        """Tags of a resource."""
        return list(self.tagger.list_tags_for_resource(arn)["Tags"])

    def set_tags(self, arn: str, request: Shape) -> None:
        """Tag a new resource as its create request says."""
        tags = request.get("Tags") or []
        if any(tag["Key"].lower().startswith("aws:") for tag in tags):
            raise AwsError(INVALID, "Tag keys starting with aws: are reserved")
        if tags:
            self.tagger.tag_resource(arn, tags)


def with_tags(shape: Shape, tags: list[Shape]) -> Shape:
    """Add `Tags` to a response where there are any, as AWS leaves the member out otherwise; drops empty members."""
    if tags:
        shape["Tags"] = tags
    return {name: value for name, value in shape.items() if value is not None}
