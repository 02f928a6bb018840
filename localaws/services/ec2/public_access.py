"""VPC Block Public Access: off, as in an account that never switched it on.

The two modes that block are refused, since nothing here would block (EC2 API Reference,
ModifyVpcBlockPublicAccessOptions).
"""

from __future__ import annotations

from datetime import UTC, datetime

from localaws.services.core import NotInLocalAws
from localaws.services.ec2.common import Part
from localaws.services.operations import Shape, operation

OFF = "off"


class PublicAccess(Part):
    """Operations on the account's options; no VPC can be excluded from what is off."""

    def prepare(self) -> None:
        """Set up a part's own state."""
        super().prepare()
        self._public_access_state = "default-state"

    @operation
    def describe_vpc_block_public_access_options(self, _request: Shape) -> Shape:
        """DescribeVpcBlockPublicAccessOptions."""
        return {
            "VpcBlockPublicAccessOptions": {
                "AwsAccountId": self.account_id,
                "AwsRegion": self.region_name,
                "State": self._public_access_state,
                "InternetGatewayBlockMode": OFF,
                "LastUpdateTimestamp": datetime.fromtimestamp(0, UTC),
                "ManagedBy": "account",
                "ExclusionsAllowed": "allowed",
            }
        }

    @operation
    def modify_vpc_block_public_access_options(self, request: Shape) -> Shape:
        """ModifyVpcBlockPublicAccessOptions, to `off` only."""
        if request["InternetGatewayBlockMode"] != OFF:
            mode = request["InternetGatewayBlockMode"]
            raise NotInLocalAws(f"ec2:ModifyVpcBlockPublicAccessOptions:InternetGatewayBlockMode {mode}")
        self._public_access_state = "update-complete"
        return self.describe_vpc_block_public_access_options(request)
