"""What may be shared, with whom, and who may end it."""

from __future__ import annotations

from typing import Any, Final

from moto.ram.models import ResourceShare

from localaws.services.core import AwsError
from localaws.services.operations import Shape
from localaws.services.ram.reach import organization_of, shares_freely
from localaws.services.ram.receiving import INVALID, Receiving

UNKNOWN: Final = "UnknownResourceException"
EC2_COLLECTIONS: Final = {"transit-gateway": "transit_gateways", "prefix-list": "managed_prefix_lists"}


RESOLVER_COLLECTIONS: Final = {
    "firewall-rule-group": "firewall_groups",
    "resolver-query-log-config": "resolver_query_log_configs",
}


class Share(ResourceShare):
    """A resource share, which may hold what Resolver shares too, and profiles."""

    SHAREABLE_RESOURCES = (*ResourceShare.SHAREABLE_RESOURCES, *RESOLVER_COLLECTIONS, "profile")


class Checks(Receiving):
    """Checks of the requests that change shares."""

    def check_permissions(self, arns: list[str]) -> None:
        """Refuse permissions that do not exist."""
        known = {item.arn for item in self.managed_permissions}
        for arn in arns:
            if arn not in known:
                raise AwsError(UNKNOWN, f"Permission {arn} could not be found.")

    def check(self, share: Any, request: Shape) -> None:
        """Check resources and principals: moto their form, this that resources exist and outsiders may be let in."""
        trial = Share(self.account_id, self.region_name, name="trial")
        trial.add_principals(request.get("principals") or [])
        trial.add_resources(request.get("resourceArns") or [])
        for arn in request.get("resourceArns") or []:
            self._check_resource(arn)
        for principal in request.get("principals") or []:
            if principal == self.account_id:
                raise AwsError(INVALID, "You cannot share resources with your own account.")
            self._check_organization(principal)
            if not share.allow_external_principals and not self.is_member(principal):
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
        if service == "route53resolver" and kind in RESOLVER_COLLECTIONS:
            from moto.route53resolver.models import route53resolver_backends

            things = getattr(route53resolver_backends[self.account_id][self.region_name], RESOLVER_COLLECTIONS[kind])
            if name not in things:
                raise AwsError(UNKNOWN, f"Resource {arn} could not be found.")

        if service == "route53profiles":
            from localaws.services.profiles.backend import profiles_backends

            if name not in profiles_backends[self.account_id][self.region_name].profiles:
                raise AwsError(UNKNOWN, f"Resource {arn} could not be found.")

    def _check_organization(self, principal: str) -> None:
        """RAM does not know an organization until its management account has let it share within."""
        if ":organizations:" not in principal:
            return
        organization = organization_of(self.account_id)
        if organization is None or not getattr(organization.org, "shares_through_ram", False):
            kind, _, name = principal.rpartition(":")[2].partition("/")
            what = "Organization" if kind == "organization" else "OrganizationalUnit"
            raise AwsError(UNKNOWN, f"{what} {name.rpartition('/')[2]} could not be found.")

    def check_leaving(self, sender: Receiving, request: Shape) -> None:
        """Let an account take itself out of another one's share, and nobody else."""
        if request.get("principals") != [self.account_id] or request.get("resourceArns"):
            raise AwsError(
                "OperationNotPermittedException", "You can take nobody but your own account out of another's share."
            )
        if shares_freely(self.account_id, sender.account_id):
            raise AwsError("OperationNotPermittedException", "You cannot leave a share of your own organization.")

    def is_member(self, principal: str) -> bool:
        """Tell whether a principal is in this account's organization."""
        organization = organization_of(self.account_id)
        if organization is None:
            return False
        if principal.startswith("arn:") and ":organizations:" in principal:
            return True
        account = principal if principal.isdigit() else principal.split(":")[4]
        return organization is organization_of(account)
