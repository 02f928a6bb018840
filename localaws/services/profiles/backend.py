"""Profiles, what they hold, and the VPCs that take it: create, describe, delete, tags."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from moto.core.base_backend import BackendDict

from localaws.services.core import AwsError, NotInLocalAws
from localaws.services.operations import Shape, operation, page, refuse, responder
from localaws.services.profiles.store import INVALID, ProfilesStore, new_thing

RULE_GROUP: Final = "firewall-rule-group"
QUERY_LOG: Final = "resolver-query-log-config"
TYPES: Final = {RULE_GROUP: "FIREWALL_RULE_GROUP", QUERY_LOG: "RESOLVER_QUERY_LOGGING_CONFIG"}
"""What a profile may hold here, by the kind in its ARN; AWS's zones, rules and endpoints are refused by name."""
PRIORITIES: Final = range(101, 9900)
"""As for a rule group on a VPC: between 100 and 9900, both excluded."""
PROFILES: Final = 5
HOLDS: Final = {RULE_GROUP: 5, QUERY_LOG: 2}
VPCS: Final = 1000
"""Quotas: profiles of an account and Region, what one holds of each kind, and how many VPCs take it.

Source: Route 53 Developer Guide, "Quotas on Route 53 Profiles".
"""


class ProfilesBackend(ProfilesStore):
    """Route 53 Profiles in one account and Region."""

    @operation
    def create_profile(self, request: Shape) -> Shape:
        """CreateProfile: idempotent by its token."""
        self.settle()
        for known in self.profiles.values():
            if known["ClientToken"] == request["ClientToken"]:
                return {"Profile": known}
        within(PROFILES, len(self.profiles), "profiles in the account")
        made = new_thing(
            "rp", self.account_id, Name=request["Name"], ClientToken=request["ClientToken"], ShareStatus="NOT_SHARED"
        )
        made["Arn"] = self.arn_of(made)
        self.tagger.tag_resource(made["Arn"], request.get("Tags") or [])
        return {"Profile": self.keep(self.profiles, made)}

    @operation
    def get_profile(self, request: Shape) -> Shape:
        """GetProfile, one that others share too."""
        return {"Profile": self.usable(request["ProfileId"])}

    @operation
    def list_profiles(self, request: Shape) -> Shape:
        """ListProfiles, those that others share too."""
        self.settle()
        members = ("Id", "Arn", "Name", "ShareStatus")
        found = [{m: each[m] for m in members} for each in (*self.profiles.values(), *self.shared())]
        rows, token = page(found, request, INVALID)
        return {"ProfileSummaries": rows, "NextToken": token}

    @operation
    def delete_profile(self, request: Shape) -> Shape:
        """DeleteProfile: refused while a VPC, of whatever account, takes it or it holds anything."""
        profile = self.own(request["ProfileId"])
        for backend in (self, *self.others()):
            backend.settle()
            if any(item["ProfileId"] == profile["Id"] for item in backend.vpc_associations.values()):
                raise AwsError("ConflictException", f"The profile {profile['Id']} is associated with a VPC")
        if any(item["ProfileId"] == profile["Id"] for item in self.resource_associations.values()):
            raise AwsError("ConflictException", f"The profile {profile['Id']} is associated with resources")
        return {"Profile": self.let_go(profile)}

    @operation
    def associate_resource_to_profile(self, request: Shape) -> Shape:
        """AssociateResourceToProfile: a rule group with a priority, or a query logging configuration."""
        profile, arn = self.own(request["ProfileId"]), request["ResourceArn"]
        kind = self._check_resource(arn)
        held = [item for item in self.resource_associations.values() if item["ProfileId"] == profile["Id"]]
        if any(item["ResourceArn"] == arn for item in held):
            raise AwsError("ConflictException", f"{arn} is associated with the profile {profile['Id']} already")
        within(HOLDS[kind], sum(item["ResourceType"] == TYPES[kind] for item in held), f"{TYPES[kind]} in a profile")
        properties = _properties(kind, request.get("ResourceProperties"), held)
        made = new_thing(
            "rpr",
            self.account_id,
            Name=request["Name"],
            ProfileId=profile["Id"],
            ResourceArn=arn,
            ResourceType=TYPES[kind],
            **properties,
        )
        return {"ProfileResourceAssociation": self.keep(self.resource_associations, made)}

    @operation
    def get_profile_resource_association(self, request: Shape) -> Shape:
        """GetProfileResourceAssociation."""
        return {"ProfileResourceAssociation": self._resource_association(request)}

    @operation
    def list_profile_resource_associations(self, request: Shape) -> Shape:
        """ListProfileResourceAssociations: what a profile holds, for those too who share it."""
        profile = self.usable(request["ProfileId"])
        found = []
        for backend in (self, *self.others()):
            backend.settle()
            found += [item for item in backend.resource_associations.values() if item["ProfileId"] == profile["Id"]]
        for member in ("ResourceType", "ResourceArn"):
            if request.get(member):
                found = [item for item in found if item[member] == request[member]]
        rows, token = page(found, request, INVALID)
        return {"ProfileResourceAssociations": rows, "NextToken": token}

    @operation
    def update_profile_resource_association(self, request: Shape) -> Shape:
        """UpdateProfileResourceAssociation: name and priority."""
        found = self._resource_association(request)
        if request.get("ResourceProperties"):
            held = [
                item
                for item in self.resource_associations.values()
                if item["ProfileId"] == found["ProfileId"] and item is not found
            ]
            kind = next(kind for kind, name in TYPES.items() if name == found["ResourceType"])
            found |= _properties(kind, request["ResourceProperties"], held)
        if request.get("Name"):
            found["Name"] = request["Name"]
        return {"ProfileResourceAssociation": found}

    @operation
    def disassociate_resource_from_profile(self, request: Shape) -> Shape:
        """DisassociateResourceFromProfile."""
        profile = self.own(request["ProfileId"])
        for item in self.resource_associations.values():
            if (item["ProfileId"], item["ResourceArn"]) == (profile["Id"], request["ResourceArn"]):
                return {"ProfileResourceAssociation": self.let_go(item)}
        raise AwsError("ResourceNotFoundException", f"{request['ResourceArn']} is not associated with the profile")

    @operation
    def associate_profile(self, request: Shape) -> Shape:
        """AssociateProfile: a VPC of this account takes one profile, of this account or shared with it."""
        refuse("route53profiles:AssociateProfile", request, "Priority")
        from moto.ec2.models import ec2_backends

        profile, vpc = self.usable(request["ProfileId"]), request["ResourceId"]
        if vpc not in ec2_backends[self.account_id][self.region_name].vpcs:
            raise AwsError("ResourceNotFoundException", f"The VPC with the ID {vpc} does not exist")
        self.settle()
        if any(item["ResourceId"] == vpc for item in self.vpc_associations.values()):
            raise AwsError("ConflictException", f"The VPC {vpc} is associated with a profile already")
        taking = [item for each in (self, *self.others()) for item in each.vpc_associations.values()]
        within(VPCS, sum(item["ProfileId"] == profile["Id"] for item in taking), "VPCs of a profile")
        made = new_thing("rpassoc", self.account_id, Name=request["Name"], ProfileId=profile["Id"], ResourceId=vpc)
        self.tagger.tag_resource(self.arn_of(made), request.get("Tags") or [])
        return {"ProfileAssociation": self.keep(self.vpc_associations, made)}

    @operation
    def get_profile_association(self, request: Shape) -> Shape:
        """GetProfileAssociation."""
        found = self.look_up(self.vpc_associations, request["ProfileAssociationId"], "profile association")
        return {"ProfileAssociation": found}

    @operation
    def list_profile_associations(self, request: Shape) -> Shape:
        """ListProfileAssociations: of this account's VPCs."""
        self.settle()
        found = list(self.vpc_associations.values())
        for member in ("ResourceId", "ProfileId"):
            if request.get(member):
                found = [item for item in found if item[member] == request[member]]
        rows, token = page(found, request, INVALID)
        return {"ProfileAssociations": rows, "NextToken": token}

    @operation
    def disassociate_profile(self, request: Shape) -> Shape:
        """DisassociateProfile."""
        self.settle()
        for item in self.vpc_associations.values():
            if (item["ProfileId"], item["ResourceId"]) == (request["ProfileId"], request["ResourceId"]):
                return {"ProfileAssociation": self.let_go(item)}
        raise AwsError("ResourceNotFoundException", f"The profile is not associated with {request['ResourceId']}")

    @operation
    def tag_resource(self, request: Shape) -> Shape:
        """TagResource, with a map of tags."""
        arn = self._known(request["ResourceArn"])
        self.tagger.tag_resource(arn, self.tagger.convert_dict_to_tags_input(request["Tags"]))
        return {}

    @operation
    def untag_resource(self, request: Shape) -> Shape:
        """UntagResource."""
        self.tagger.untag_resource_using_names(self._known(request["ResourceArn"]), request["TagKeys"])
        return {}

    @operation
    def list_tags_for_resource(self, request: Shape) -> Shape:
        """ListTagsForResource: a map."""
        return {"Tags": self.tagger.get_tag_dict_for_resource(self._known(request["ResourceArn"]))}

    def _resource_association(self, request: Shape) -> Shape:
        identifier = request["ProfileResourceAssociationId"]
        return self.look_up(self.resource_associations, identifier, "profile resource association")

    def _known(self, arn: str) -> str:
        self.settle()
        if all(self.arn_of(thing) != arn for thing in (*self.profiles.values(), *self.vpc_associations.values())):
            raise AwsError("ResourceNotFoundException", f"{arn} does not exist")
        return arn

    def _check_resource(self, arn: str) -> str:
        """Return the kind of a resource that exists here; Resolver's of this account alone."""
        from moto.route53resolver.models import route53resolver_backends

        found = re.fullmatch(r"arn:[\w-]+:route53resolver:([\w-]+):(\d+):([\w-]+)/([\w-]+)", arn)
        if found is None or found[3] not in TYPES:
            raise NotInLocalAws(f"route53profiles:AssociateResourceToProfile:{arn}")
        resolver = route53resolver_backends[self.account_id][self.region_name]
        things = resolver.firewall_groups if found[3] == RULE_GROUP else resolver.resolver_query_log_configs
        if (found[1], found[2]) != (self.region_name, self.account_id) or found[4] not in things:
            raise AwsError("ResourceNotFoundException", f"{arn} does not exist")
        return found[3]


def within(quota: int, there: int, what: str) -> None:
    """Refuse one more than a quota allows."""
    if there >= quota:
        raise AwsError("LimitExceededException", f"The request exceeds the limit of {quota} {what}")


def _properties(kind: str, given: str | None, held: list[Shape]) -> dict[str, Any]:
    """Return the `ResourceProperties` of an association: a priority of its own for a rule group, else none."""
    if kind != RULE_GROUP:
        if given:
            raise AwsError("InvalidParameterException", "A query logging configuration has no resource properties")
        return {}
    try:
        priority = json.loads(given or "{}")["priority"]
    except (ValueError, KeyError, TypeError):
        raise AwsError("InvalidParameterException", 'A rule group needs properties such as {"priority":101}') from None
    if not isinstance(priority, int) or isinstance(priority, bool) or priority not in PRIORITIES:
        raise AwsError("InvalidParameterException", f"The priority {priority} must be between 100 and 9900")
    text = json.dumps({"priority": priority}, separators=(",", ":"))
    if any(item.get("ResourceProperties") == text for item in held):
        raise AwsError("ConflictException", f"The priority {priority} is used by another rule group of the profile")
    return {"ResourceProperties": text}


profiles_backends = BackendDict(ProfilesBackend, "route53profiles")
ProfilesResponse = responder("route53profiles", profiles_backends, ProfilesBackend, INVALID)
