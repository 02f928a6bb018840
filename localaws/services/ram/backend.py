"""The Resource Access Manager backend: moto's checks of principals and types, with associations of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from moto.ram.models import ManagedPermission, ResourceAccessManagerBackend, ResourceShare, ram_backends
from moto.ram.responses import ResourceAccessManagerResponse
from moto.utilities.tagging_service import TaggingService

from localaws.services.core import AwsError
from localaws.services.operations import Shape, operation, page, refuse, responder
from localaws.services.settling import Settling

__all__ = ["LocalRamBackend", "LocalRamResponse", "ram_backends"]

INVALID: Final = "InvalidParameterException"
UNKNOWN: Final = "UnknownResourceException"
EC2_COLLECTIONS: Final = {"transit-gateway": "transit_gateways", "prefix-list": "managed_prefix_lists"}


class LocalRamBackend(ResourceAccessManagerBackend):  # type: ignore[misc]
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
        self.associations: dict[tuple[str, str, str], Shape] = {}
        self.association_settling: dict[tuple[str, str, str], Settling] = {}
        self.tagger = TaggingService(key_name="key", value_name="value")

    @operation
    def answer_create_resource_share(self, request: Shape) -> Shape:
        """CreateResourceShare, with its first resources and principals."""
        refuse("CreateResourceShare", request, "sources", "permissionTemplateParameters", "resourceShareConfiguration")
        self._check_permissions(request.get("permissionArns") or [])
        share = ResourceShare(self.account_id, self.region_name, name=request["name"])
        share.allow_external_principals = request.get("allowExternalPrincipals") is not False
        self._check(share, request)
        self.resource_shares.append(share)
        self._associate(share, request)
        if request.get("tags"):
            self.tagger.tag_resource(share.arn, request["tags"])
        return {"resourceShare": self._share_shape(share)}

    @operation
    def answer_get_resource_shares(self, request: Shape) -> Shape:
        """GetResourceShares that this account owns; nobody shares with it, so of others there are none."""
        if request["resourceOwner"] == "OTHER-ACCOUNTS":
            return {"resourceShares": []}
        wanted = request.get("resourceShareArns")
        for arn in wanted or []:
            self._share(arn)
        shapes = [self._share_shape(share) for share in self.resource_shares if not wanted or share.arn in wanted]
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
        self.associations = {key: item for key, item in self.associations.items() if key[0] != share.arn}
        return {"returnValue": True}

    @operation
    def associate_resource_share(self, request: Shape) -> Shape:
        """AssociateResourceShare with resources and principals."""
        refuse("AssociateResourceShare", request, "sources")
        share = self._live(request["resourceShareArn"])
        self._check(share, request)
        return {"resourceShareAssociations": self._associate(share, request)}

    @operation
    def disassociate_resource_share(self, request: Shape) -> Shape:
        """DisassociateResourceShare from resources and principals."""
        refuse("DisassociateResourceShare", request, "sources")
        share = self._live(request["resourceShareArn"])
        leaving = []
        for key in self._keys(share, request):
            if key not in self.associations:
                raise AwsError(UNKNOWN, f"{key[2]} is not associated with {share.arn}")
            self.associations[key]["status"] = "DISASSOCIATING"
            self.association_settling[key] = Settling()
            leaving.append(self.associations[key])
        return {"resourceShareAssociations": leaving}

    @operation
    def answer_get_resource_share_associations(self, request: Shape) -> Shape:
        """GetResourceShareAssociations of one kind, by share, entity or status."""
        self._settle()
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
        self._settle()
        share = self._share(arn)
        if share.status != "ACTIVE":
            raise AwsError(UNKNOWN, f"ResourceShare {arn} could not be found.")
        return share

    def _check_permissions(self, arns: list[str]) -> None:
        known = {item.arn for item in self.managed_permissions}
        for arn in arns:
            if arn not in known:
                raise AwsError(UNKNOWN, f"Permission {arn} could not be found.")

    def _check(self, share: Any, request: Shape) -> None:
        """Check resources and principals: moto their form, this that resources exist and outsiders may be let in."""
        trial = ResourceShare(self.account_id, self.region_name, name="trial")
        trial.add_principals(request.get("principals") or [])
        trial.add_resources(request.get("resourceArns") or [])
        for arn in request.get("resourceArns") or []:
            self._check_resource(arn)
        for principal in request.get("principals") or []:
            if principal == self.account_id:
                raise AwsError(INVALID, "You cannot share resources with your own account.")
            if not share.allow_external_principals and not self._is_member(principal):
                raise AwsError(
                    "OperationNotPermittedException",
                    f"{principal} is not in your organization, and the share allows no others.",
                )

    def _check_resource(self, arn: str) -> None:
        _, _, service, region, account, rest = arn.split(":", 5)
        kind, _, name = rest.partition("/")
        if (region, account) != (self.region_name, self.account_id):
            raise AwsError(
                "OperationNotPermittedException",
                f"You can share resources of your own account and this Region alone: {arn}",
            )
        if service == "ec2" and kind in EC2_COLLECTIONS:
            from moto.ec2.models import ec2_backends

            if name not in getattr(ec2_backends[self.account_id][self.region_name], EC2_COLLECTIONS[kind]):
                raise AwsError(UNKNOWN, f"Resource {arn} could not be found.")

    def _is_member(self, principal: str) -> bool:
        organization = self.organizations_backend.org
        if organization is None:
            return False
        if principal.startswith("arn:") and ":organizations:" in principal:
            return True
        account = principal if principal.isdigit() else principal.split(":")[4]
        return any(member.id == account for member in self.organizations_backend.accounts)

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
            moment = datetime.now(UTC)
            self.associations[key] = {
                "resourceShareArn": share.arn,
                "resourceShareName": share.name,
                "associatedEntity": key[2],
                "associationType": key[1],
                "status": "ASSOCIATING",
                "creationTime": moment,
                "lastUpdatedTime": moment,
                "external": key[1] == "PRINCIPAL" and not self._is_member(key[2]),
            }
            self.association_settling[key] = Settling()
            made.append(self.associations[key])
        return made

    def _settle(self) -> None:
        for key, settling in list(self.association_settling.items()):
            if not settling.over:
                continue
            del self.association_settling[key]
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
