"""What Route 53 Profiles keeps in one account and Region, and who else sees it.

Source of rules: Route 53 Developer Guide, "What are Amazon Route 53 Profiles?", and the API reference.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any, Final

from moto.core.base_backend import BackendDict, BaseBackend
from moto.utilities.tagging_service import TaggingService

from localaws.services.core import AwsError
from localaws.services.operations import Shape
from localaws.services.ram.reach import reaches
from localaws.services.transition import Transition

INVALID: Final = "ValidationException"


def new_thing(prefix: str, owner: str, **members: Any) -> Shape:
    """Make a thing that is being created, with an id such as rp-0123456789abcdef."""
    moment = datetime.now(UTC)
    return {
        "Id": f"{prefix}-{secrets.token_hex(8)}",
        "OwnerId": owner,
        "Status": "CREATING",
        "StatusMessage": "Creating",
        "CreationTime": moment,
        "ModificationTime": moment,
        **members,
    }


class ProfilesStore(BaseBackend):
    """State of Route 53 Profiles."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.profiles: dict[str, Shape] = {}
        self.resource_associations: dict[str, Shape] = {}
        self.vpc_associations: dict[str, Shape] = {}
        self.pending: dict[str, Transition] = {}
        self.tagger = TaggingService()

    def keep(self, things: dict[str, Shape], thing: Shape) -> Shape:
        """Keep a new thing, which is there after a while."""
        things[thing["Id"]] = thing
        self.pending[thing["Id"]] = Transition()
        return thing

    def let_go(self, thing: Shape) -> Shape:
        """Begin to delete a thing."""
        thing |= {"Status": "DELETING", "StatusMessage": "Deleting"}
        self.pending[thing["Id"]] = Transition()
        return thing

    def settle(self) -> None:
        """Complete what is being made or deleted and has had its time."""
        for things in (self.profiles, self.resource_associations, self.vpc_associations):
            for identifier, thing in list(things.items()):
                if identifier not in self.pending or not self.pending[identifier].over:
                    continue
                del self.pending[identifier]
                if thing["Status"] == "DELETING":
                    del things[identifier]
                    self.tagger.delete_all_tags_for_resource(self.arn_of(thing))
                else:
                    thing |= {"Status": "COMPLETE", "StatusMessage": "Completed"}

    def arn_of(self, thing: Shape) -> str:
        """Spell the ARN of a profile or of an association with a VPC."""
        kind = "profile-association" if thing["Id"].startswith("rpassoc-") else "profile"
        return f"arn:{self.partition}:route53profiles:{self.region_name}:{thing['OwnerId']}:{kind}/{thing['Id']}"

    def own(self, identifier: str) -> Shape:
        """Find a profile of this account; one that others share can be used, and not changed."""
        if identifier not in self.profiles and any(found["Id"] == identifier for found in self.shared()):
            raise AwsError("AccessDeniedException", f"The profile {identifier} belongs to another account")
        return self.look_up(self.profiles, identifier, "profile")

    def usable(self, identifier: str) -> Shape:
        """Find a profile of this account, or one shared with it."""
        for found in self.shared():
            if found["Id"] == identifier:
                return found
        return self.look_up(self.profiles, identifier, "profile")

    def shared(self) -> list[Shape]:
        """List the profiles that other accounts share with this one."""
        return [
            {**profile, "ShareStatus": "SHARED_WITH_ME"}
            for backend in self.others()
            for profile in backend.profiles.values()
            if reaches(self.account_id, self.region_name, profile["Arn"])
        ]

    def others(self) -> list[Any]:
        """List the backends of the other accounts in this Region, as far as anybody has asked for them."""
        known = [dict.get(regions, self.region_name) for regions in list(profiles_backends().values())]
        return [backend for backend in known if backend is not None and backend is not self]

    def look_up(self, things: dict[str, Shape], identifier: str, what: str) -> Shape:
        """Find a thing by its id; ResourceNotFoundException if there is none."""
        self.settle()
        if identifier not in things:
            raise AwsError("ResourceNotFoundException", f"The {what} with the ID {identifier} does not exist")
        return things[identifier]


def profiles_backends() -> BackendDict[Any]:
    """Return the backends of all accounts, which are made after this class."""
    from localaws.services.profiles.backend import profiles_backends as backends

    return backends


def associated(arn: str) -> bool:
    """Tell whether a profile of any account holds a resource, which is then in use."""
    for _account, _region, backend in profiles_backends().iter_backends():
        backend.settle()
        if any(item["ResourceArn"] == arn for item in backend.resource_associations.values()):
            return True
    return False
