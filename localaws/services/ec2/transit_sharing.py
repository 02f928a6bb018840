"""Transit gateways across accounts: a gateway that RAM shares, and the attachments that other accounts ask for.

A gateway belongs to one account, an attachment of a VPC to the VPC's. Each account sees the other's thing without its
tags, and does to it what AWS lets it do: the VPC's owner attaches, changes and detaches, the gateway's owner accepts,
rejects, detaches and routes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.ec2.models import ec2_backends
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.models.transit_gateway_attachments import TransitGatewayAttachment

from localaws.services.ec2.common import Ec2Error
from localaws.services.ec2.transit_tables import TransitTables


class SharedView(TaggedEC2Resource):
    """Another account's thing as one account sees it: the same but for its tags, which every account has of its own."""

    def __init__(self, thing: Any, host: Any) -> None:
        self.__dict__.update(thing=thing, ec2_backend=host)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["thing"], name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.__dict__["thing"], name, value)

    @property
    def tags(self) -> list[dict[str, str]]:
        """Tags that the seeing account gave."""
        return self.get_tags()


class SharedTransit(TransitTables):
    """What transit gateways and attachments of several accounts have to do with each other."""

    def shared_gateways(self) -> Iterator[Any]:
        """Yield the gateways that other accounts share with this one."""
        from localaws.services.ram.reach import reaches

        for account, regions in list(ec2_backends.items()):
            backend = dict.get(regions, self.region_name)
            if account == self.account_id or backend is None:
                continue
            backend.settle_transit()
            for gateway in backend.transit_gateways.values():
                if reaches(self.account_id, self.region_name, gateway.arn):
                    yield SharedView(gateway, self)

    def usable_gateway(self, identifier: str) -> Any:
        """Find a gateway of this account, or one shared with it; InvalidTransitGatewayID.NotFound if there is none."""
        gateway = self.transit_gateways.get(identifier)
        if gateway is None:
            gateway = next((shared for shared in self.shared_gateways() if shared.id == identifier), None)
        if gateway is None:
            raise Ec2Error(
                "InvalidTransitGatewayID.NotFound", f"Transit Gateway {identifier} was deleted or does not exist."
            )
        return gateway

    @staticmethod
    def owner_of(gateway: Any) -> Any:
        """Find the backend of the account that a gateway belongs to."""
        return gateway.thing.ec2_backend if isinstance(gateway, SharedView) else gateway.ec2_backend

    @staticmethod
    def home_of(attachment: Any) -> Any:
        """Find the backend of the account that an attachment belongs to."""
        return attachment.thing.ec2_backend if isinstance(attachment, SharedView) else attachment.ec2_backend

    def host_of(self, attachment: Any) -> Any:
        """Find the backend of the account whose gateway an attachment is on; this one if the gateway is gone."""
        return getattr(attachment, "host", None) or self

    def show_to_host(self, attachment: Any, gateway: Any) -> Any:
        """Let the owner of a gateway see a new attachment; return it as the owner sees it."""
        host = self.owner_of(gateway)
        attachment.host = host
        if host is self:
            return attachment
        seen = host.transit_gateway_attachments[attachment.id] = SharedView(attachment, host)
        return seen

    def require_own(self, attachment: Any, what: str) -> None:
        """Refuse to let the gateway's owner do what is the VPC owner's matter."""
        if isinstance(attachment, SharedView):
            raise Ec2Error("OperationNotPermitted", f"{attachment.id} can be {what} by the owner of its VPC alone.")

    def require_host(self, attachment: Any, what: str) -> None:
        """Refuse to let the VPC's owner do what is the gateway owner's matter."""
        if self.host_of(attachment) is not self:
            raise Ec2Error(
                "OperationNotPermitted", f"{attachment.id} can be {what} by the owner of its transit gateway alone."
            )


def _gateway_owner(attachment: Any) -> str:
    """Moto takes the owner of the VPC for that of the gateway as well."""
    host = getattr(attachment, "host", None)
    return str(host.account_id if host is not None else attachment.resource_owner_id)


TransitGatewayAttachment.transit_gateway_owner_id = property(_gateway_owner)
