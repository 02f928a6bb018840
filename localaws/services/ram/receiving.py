"""The receiving side of RAM: invitations, shares of other accounts, what they hold, and leaving one."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from moto.ram.models import ResourceAccessManagerBackend

from localaws.services.core import AwsError
from localaws.services.operations import Shape, operation, page
from localaws.services.ram.reach import region_backends, share_resources, shares_for, shares_freely

INVALID = "InvalidParameterException"


class Receiving(ResourceAccessManagerBackend):
    """Operations of an account that others share with; invitations are kept by the account that sent them."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.associations: dict[tuple[str, str, str], Shape] = {}
        self.invitations: dict[str, Shape] = {}

    def settle(self) -> None:
        """Complete associations that are being made or removed and have had their time; the backend does that."""

    def enable_sharing_with_aws_organization(self) -> dict[str, Any]:
        """Let the accounts of this account's organization share without invitations."""
        answer: dict[str, Any] = super().enable_sharing_with_aws_organization()
        self.organizations_backend.org.shares_through_ram = True
        return answer

    def invite(self, share: Any, principal: str) -> bool:
        """Invite an account that has to accept; tell whether it has to."""
        if not principal.isdigit() or shares_freely(self.account_id, principal):
            return False
        arn = f"arn:{self.partition}:ram:{self.region_name}:{self.account_id}:resource-share-invitation/{uuid.uuid4()}"
        self.withdraw(share.arn, principal)
        self.invitations[arn] = {
            "resourceShareInvitationArn": arn,
            "resourceShareName": share.name,
            "resourceShareArn": share.arn,
            "senderAccountId": self.account_id,
            "receiverAccountId": principal,
            "invitationTimestamp": datetime.now(UTC),
            "status": "PENDING",
        }
        return True

    def withdraw(self, share_arn: str, principal: str | None = None) -> None:
        """Forget the invitations into a share, of one account or of all."""
        self.invitations = {
            arn: item
            for arn, item in self.invitations.items()
            if item["resourceShareArn"] != share_arn or principal not in (None, item["receiverAccountId"])
        }

    @operation
    def get_resource_share_invitations(self, request: Shape) -> Shape:
        """GetResourceShareInvitations that others sent to this account."""
        found = [item for _, item in self._received()]
        arns, shares = request.get("resourceShareInvitationArns"), request.get("resourceShareArns")
        for arn in arns or []:
            if arn not in {item["resourceShareInvitationArn"] for item in found}:
                raise AwsError(
                    "ResourceShareInvitationArnNotFoundException", f"ResourceShareInvitation {arn} could not be found."
                )
        if arns:
            found = [item for item in found if item["resourceShareInvitationArn"] in arns]
        if shares:
            found = [item for item in found if item["resourceShareArn"] in shares]
        rows, token = page(found, request, INVALID, "nextToken", "maxResults")
        return {"resourceShareInvitations": rows, "nextToken": token}

    @operation
    def accept_resource_share_invitation(self, request: Shape) -> Shape:
        """AcceptResourceShareInvitation: the share's resources are this account's to use from now on."""
        return {"resourceShareInvitation": self._answer(request, "ACCEPTED", "ASSOCIATED")}

    @operation
    def reject_resource_share_invitation(self, request: Shape) -> Shape:
        """RejectResourceShareInvitation."""
        return {"resourceShareInvitation": self._answer(request, "REJECTED", "FAILED")}

    @operation
    def list_resources(self, request: Shape) -> Shape:
        """ListResources that this account shares, or that others share with it."""
        wanted = request.get("resourceShareArns")
        if request["resourceOwner"] == "SELF":
            self.settle()
            owned = [(self, share) for share in self.resource_shares if share.status == "ACTIVE"]
        else:
            owned = list(shares_for(self.account_id, self.region_name))
        rows = [
            {"arn": arn, "type": _type_of(arn), "resourceShareArn": share.arn, "status": "AVAILABLE"}
            for backend, share in owned
            if not wanted or share.arn in wanted
            for arn in share_resources(backend, share)
        ]
        if request.get("resourceArns"):
            rows = [row for row in rows if row["arn"] in request["resourceArns"]]
        if request.get("resourceType"):
            rows = [row for row in rows if row["type"].lower() == request["resourceType"].lower()]
        kept, token = page(rows, request, INVALID, "nextToken", "maxResults")
        return {"resources": kept, "nextToken": token}

    def sender_of(self, share_arn: str) -> Any:
        """Find the backend of another account whose share this account is in; None if there is none."""
        found = (backend for backend, share in shares_for(self.account_id, self.region_name) if share.arn == share_arn)
        return next(found, None)

    def _received(self) -> list[tuple[Any, Shape]]:
        return [
            (backend, item)
            for backend in region_backends(self.region_name)
            for item in backend.invitations.values()
            if item["receiverAccountId"] == self.account_id
        ]

    def _answer(self, request: Shape, status: str, association: str) -> Shape:
        wanted = request["resourceShareInvitationArn"]
        for backend, item in self._received():
            if item["resourceShareInvitationArn"] != wanted:
                continue
            if item["status"] != "PENDING":
                kind = "AlreadyAccepted" if item["status"] == "ACCEPTED" else "AlreadyRejected"
                raise AwsError(
                    f"ResourceShareInvitation{kind}Exception",
                    f"ResourceShareInvitation {wanted} was already {item['status'].lower()}.",
                )
            item["status"] = status
            backend.associations[item["resourceShareArn"], "PRINCIPAL", self.account_id]["status"] = association
            return item
        raise AwsError(
            "ResourceShareInvitationArnNotFoundException", f"ResourceShareInvitation {wanted} could not be found."
        )


def _type_of(arn: str) -> str:
    """Spell the type of a resource as RAM does: ec2:TransitGateway."""
    _, _, service, _, _, rest = arn.split(":", 5)
    kind = rest.partition("/")[0]
    special = {"resolver-query-log-config": "ResolverQueryLogConfig"}
    return f"{service}:{special.get(kind) or ''.join(part.capitalize() for part in kind.split('-'))}"
