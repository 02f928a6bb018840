"""The Resource Access Manager backend: moto's checks of principals and types, with associations of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.ram.models import ManagedPermission, ram_backends
from moto.ram.responses import ResourceAccessManagerResponse
from moto.utilities.tagging_service import TaggingService

from localaws.services.core import AwsError
from localaws.services.operations import Shape, operation, page, refuse, responder
from localaws.services.ram.checks import UNKNOWN, Checks, Share
from localaws.services.ram.reach import shares_for
from localaws.services.ram.receiving import INVALID
from localaws.services.transition import Transition

__all__ = ["LocalRamBackend", "LocalRamResponse", "ram_backends"]


class LocalRamBackend(Checks):
    """RAM in one account and Region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        permission = ManagedPermission(
            account_id,
            region_name,
            "AWSRAMDefaultPermissionTransitGateway",
            "ec2:TransitGateway",
            is_resource_type_default=True,
            permission_type="AWS_MANAGED",
        )
        self.managed_permissions.append(permission)
        self.pending_associations: dict[tuple[str, str, str], Transition] = {}
        self.tagger = TaggingService(key_name="key", value_name="value")

    @operation
    def answer_create_resource_share(self, request: Shape) -> Shape:
        """CreateResourceShare, with its first resources and principals."""
        refuse("CreateResourceShare", request, "sources", "permissionTemplateParameters", "resourceShareConfiguration")
        self.check_permissions(request.get("permissionArns") or [])
        share = Share(self.account_id, self.region_name, name=request["name"])
        share.allow_external_principals = request.get("allowExternalPrincipals") is not False
        self.check(share, request)
        self.resource_shares.append(share)
        self._associate(share, request)
        if request.get("tags"):
            self.tagger.tag_resource(share.arn, request["tags"])
        return {"resourceShare": self._share_shape(share)}

    @operation
    def answer_get_resource_shares(self, request: Shape) -> Shape:
        """GetResourceShares that this account owns, or that others share with it; theirs come without tags."""
        wanted = request.get("resourceShareArns")
        if request["resourceOwner"] == "OTHER-ACCOUNTS":
            shared = list(shares_for(self.account_id, self.region_name))
            shapes = [backend._share_shape(share) | {"tags": []} for backend, share in shared]  # noqa: SLF001 — same class
        else:
            shapes = [self._share_shape(share) for share in self.resource_shares]
        known = {shape["resourceShareArn"] for shape in shapes}
        for arn in wanted or []:
            if arn not in known:
                raise AwsError(UNKNOWN, f"ResourceShare {arn} could not be found.")
        shapes = [shape for shape in shapes if not wanted or shape["resourceShareArn"] in wanted]
        for member, name in (("resourceShareStatus", "status"), ("name", "name")):
            if request.get(member):
                shapes = [shape for shape in shapes if shape[name] == request[member]]
        for tag_filter in request.get("tagFilters") or []:
            shapes = [shape for shape in shapes if _has_tag(shape, tag_filter)]
        rows, token = page(shapes, request, INVALID, "nextToken", "maxResults")
        return {"resourceShares": rows, "nextToken": token}

    @operation
    def answer_update_resource_share(self, request: Shape) -> Shape:
        """UpdateResourceShare: name and whether principals outside the organization may be added."""
        share = self._live(request["resourceShareArn"])
        allow = request.get("allowExternalPrincipals")
        share.update(share.allow_external_principals if allow is None else allow, request.get("name") or share.name)
        return {"resourceShare": self._share_shape(share)}

    @operation
    def answer_delete_resource_share(self, request: Shape) -> Shape:
        """DeleteResourceShare: its associations end; it is shown as DELETED for a while."""
        share = self._live(request["resourceShareArn"])
        share.delete()
        self.withdraw(share.arn)
        self.associations = {key: item for key, item in self.associations.items() if key[0] != share.arn}
        return {"returnValue": True}

    @operation
    def associate_resource_share(self, request: Shape) -> Shape:
        """AssociateResourceShare with resources and principals."""
        refuse("AssociateResourceShare", request, "sources")
        share = self._live(request["resourceShareArn"])
        self.check(share, request)
        return {"resourceShareAssociations": self._associate(share, request)}

    @operation
    def disassociate_resource_share(self, request: Shape) -> Shape:
        """DisassociateResourceShare from resources and principals; an account that accepted a share leaves it so."""
        refuse("DisassociateResourceShare", request, "sources")
        if sender := self.sender_of(request["resourceShareArn"]):
            self.check_leaving(sender, request)
            answer: Shape = sender.disassociate_resource_share(request)
            return answer
        share = self._live(request["resourceShareArn"])
        leaving = []
        for key in self._keys(share, request):
            if key not in self.associations:
                raise AwsError(UNKNOWN, f"{key[2]} is not associated with {share.arn}")
            self.associations[key]["status"] = "DISASSOCIATING"
            self.pending_associations[key] = Transition()
            self.withdraw(share.arn, key[2])
            leaving.append(self.associations[key])
        return {"resourceShareAssociations": leaving}

    @operation
    def answer_get_resource_share_associations(self, request: Shape) -> Shape:
        """GetResourceShareAssociations of one kind, by share, entity or status."""
        self.settle()
        entity = request.get("principal") or request.get("resourceArn")
        shares, status = request.get("resourceShareArns"), request.get("associationStatus")
        found = [
            item
            for (share, kind, name), item in self.associations.items()
            if kind == request["associationType"]
            and (not shares or share in shares)
            and entity in (None, name)
            and status in (None, item["status"])
        ]
        rows, token = page(found, request, INVALID, "nextToken", "maxResults")
        return {"resourceShareAssociations": rows, "nextToken": token}

    @operation
    def list_resource_share_permissions(self, request: Shape) -> Shape:
        """ListResourceSharePermissions: the default permission of each type of resource in the share."""
        share = self._share(request["resourceShareArn"])
        kinds = {
            name.split(":")[5].partition("/")[0]
            for (arn, kind, name) in self.associations
            if (arn, kind) == (share.arn, "RESOURCE")
        }
        named = {kind: "".join(part.capitalize() for part in kind.split("-")) for kind in kinds}
        found = [
            item.describe()
            for item in self.managed_permissions
            if item.is_resource_type_default and item.resource_type.partition(":")[2] in named.values()
        ]
        for item in found:
            for member in ("creationTime", "lastUpdatedTime"):
                item.pop(member, None)
        return {"permissions": found}

    @operation
    def tag_resource(self, request: Shape) -> Shape:
        """TagResource, for shares."""
        self.tagger.tag_resource(self._live(_arn_of(request)).arn, request["tags"])
        return {}

    @operation
    def untag_resource(self, request: Shape) -> Shape:
        """UntagResource, for shares."""
        self.tagger.untag_resource_using_names(self._live(_arn_of(request)).arn, request["tagKeys"])
        return {}

    def _share(self, arn: str) -> Any:
        for share in self.resource_shares:
            if share.arn == arn:
                return share
        raise AwsError(UNKNOWN, f"ResourceShare {arn} could not be found.")

    def _live(self, arn: str) -> Any:
        self.settle()
        share = self._share(arn)
        if share.status != "ACTIVE":
            raise AwsError(UNKNOWN, f"ResourceShare {arn} could not be found.")
        return share

    @staticmethod
    def _keys(share: Any, request: Shape) -> list[tuple[str, str, str]]:
        keys = [(share.arn, "RESOURCE", arn) for arn in request.get("resourceArns") or []]
        keys += [(share.arn, "PRINCIPAL", principal) for principal in request.get("principals") or []]
        if not keys:
            raise AwsError(INVALID, "Specify a resource or a principal.")
        return keys

    def _associate(self, share: Any, request: Shape) -> list[Shape]:
        made: list[Shape] = []
        if not request.get("resourceArns") and not request.get("principals"):
            return made
        for key in self._keys(share, request):
            before = self.associations.get(key)
            if before is not None and before["status"] in ("ASSOCIATING", "ASSOCIATED"):
                made.append(before)
                continue
            moment = datetime.now(UTC)
            self.associations[key] = {
                "resourceShareArn": share.arn,
                "resourceShareName": share.name,
                "associatedEntity": key[2],
                "associationType": key[1],
                "status": "ASSOCIATING",
                "creationTime": moment,
                "lastUpdatedTime": moment,
                "external": key[1] == "PRINCIPAL" and not self.is_member(key[2]),
            }
            if key[1] == "RESOURCE" or not self.invite(share, key[2]):
                self.pending_associations[key] = Transition()  # else it is the other account's to settle
            made.append(self.associations[key])
        return made

    def settle(self) -> None:
        """Complete associations that are being made or removed and have had their time."""
        for key, transition in list(self.pending_associations.items()):
            if not transition.over:
                continue
            del self.pending_associations[key]
            item = self.associations.get(key)
            if item is not None and item["status"] == "ASSOCIATING":
                item["status"] = "ASSOCIATED"
            elif item is not None:
                del self.associations[key]

    def _share_shape(self, share: Any) -> Shape:
        return {
            "resourceShareArn": share.arn,
            "name": share.name,
            "owningAccountId": share.owning_account_id,
            "allowExternalPrincipals": share.allow_external_principals,
            "status": share.status,
            "tags": self.tagger.list_tags_for_resource(share.arn)["Tags"],
            "creationTime": share.creation_time,
            "lastUpdatedTime": share.last_updated_time,
            "featureSet": share.feature_set,
        }


def _arn_of(request: Shape) -> str:
    return str(request.get("resourceShareArn") or request.get("resourceArn") or "")


def _has_tag(shape: Shape, tag_filter: Shape) -> bool:
    values = tag_filter.get("tagValues") or []
    return any(tag["key"] == tag_filter["tagKey"] and (not values or tag["value"] in values) for tag in shape["tags"])


LocalRamResponse = responder("ram", ram_backends, LocalRamBackend, INVALID, base=ResourceAccessManagerResponse)
