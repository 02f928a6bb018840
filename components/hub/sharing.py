"""Shares the hub with other accounts through AWS RAM, and takes in the attachments that those accounts ask for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.common.component import Component
from components.hub.transit_hub import join_as_spoke

ACCOUNT_ID_LENGTH = 12


@dataclass(frozen=True, kw_only=True)
class HubShareArgs:
    """Arguments of `HubShare`."""

    principals: Sequence[str]
    """Account ids, or ARNs of an AWS organization or organizational unit."""
    resources: Mapping[str, pulumi.Input[str]]
    """ARNs of what is shared, by a name that is used for the association (gateway, DNS rule group, …)."""


class HubShare(Component):
    """One RAM share with everything that a spoke in another account needs.

    An account outside the organization gets an invitation that it must accept (`JoinedSpoke` does, where asked to).
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: HubShareArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        share = aws.ram.ResourceShare(
            f"{name}-share",
            name=name,
            # A bare account id may lie outside the organization; with ARNs alone nobody else gets in.
            allow_external_principals=any(is_account(principal) for principal in args.principals),
            opts=self._child,
        )
        for principal in args.principals:
            aws.ram.PrincipalAssociation(
                f"{name}-{principal.rsplit('/', 1)[-1]}",
                principal=principal,
                resource_share_arn=share.arn,
                opts=self._child,
            )
        for key, arn in args.resources.items():
            aws.ram.ResourceAssociation(
                f"{name}-{key}", resource_arn=arn, resource_share_arn=share.arn, opts=self._child
            )
        self.arn = share.arn
        self.finish()


def is_account(principal: str) -> bool:
    """Tell an account id (twelve digits) from an ARN."""
    return len(principal) == ACCOUNT_ID_LENGTH and principal.isdigit()


@dataclass(frozen=True, kw_only=True)
class RemoteSpokeArgs:
    """Arguments of `RemoteSpoke`: the attachment that another account asked for, and the hub's two tables."""

    attachment_id: pulumi.Input[str]
    spoke_table_id: pulumi.Input[str]
    inspection_table_id: pulumi.Input[str]


class RemoteSpoke(Component):
    """The hub's half of a spoke in another account: accept its attachment, then route it like any spoke."""

    def __init__(self, name: str, args: RemoteSpokeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        accepted = aws.ec2transitgateway.VpcAttachmentAccepter(
            f"{name}-accepter",
            transit_gateway_attachment_id=args.attachment_id,
            transit_gateway_default_route_table_association=False,
            transit_gateway_default_route_table_propagation=False,
            opts=self._child,
        )
        join_as_spoke(
            name,
            accepted.transit_gateway_attachment_id,
            spoke_table_id=args.spoke_table_id,
            inspection_table_id=args.inspection_table_id,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[accepted]),
        )
        self.finish()
